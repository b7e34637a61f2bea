import type { PartFigures } from './figures';
import { JOBS } from './jobs';
import { BY_PLATFORM, BY_POD, mainOf, PlatformAlert, PlatformSet, podsMissing, podsOf, Selector, warning } from './platform-alert';
import { RulePlacement } from '../rules/rule';

/** Pushgateways, each a shard of the groups, and the cleaner that deletes what nobody pushes any more. */
export function pushgatewayRules(figures: PartFigures): PlatformSet {
  return {
    part: figures.name,
    thresholds: { pods: figures.replicas, push_seconds: 5, cleaner_seconds: 3600 },
    groups: [{ name: figures.name, placement: RulePlacement.META_MONITORING, alerts: at => alerts(at, figures) }],
  };
}

function alerts(at: Selector, { name, replicas }: PartFigures): PlatformAlert[] {
  const targets = at.pods(JOBS.pushgateway, podsOf(name));
  const main = at.pods(JOBS.pushgateway, podsOf(name), mainOf(JOBS.pushgateway));
  const refused = at.pods(JOBS.pushgateway, podsOf(name), 'handler=~"push|delete"', 'code!~"2.."');
  return [
    ...podsMissing('PushgatewayMissing', main, {
      called: 'Pushgateway', planned: replicas, without: 'Jobs cannot push; what they measured is lost with them unless they try again.', none: warning,
    }),
    warning('PushgatewayPushesRefused', 0, `sum ${BY_POD} (increase(pushgateway_http_requests_total${refused}[15m])) > 0`,
      'Pushgateway refuses what jobs push',
      '{{ $labels.pod }} refused {{ $value | humanize }} pushes within 15 minutes: malformed, or another type or help than the metric has in another group.'),
    warning('PushgatewaySlow', 15, `sum ${BY_PLATFORM} (rate(pushgateway_http_push_duration_seconds_sum${targets}[5m])) / sum ${BY_PLATFORM} (rate(pushgateway_http_push_duration_seconds_count${targets}[5m])) > $push_seconds`,
      'Pushes take long',
      'A push takes {{ $value | humanizeDuration }} on average: too many groups, or a slow volume.'),
    warning('PushgatewayCleanerFailing', 5, `time() - pushgateway_cleaner_last_success_timestamp_seconds${at.pods(JOBS.pushgatewayClient, podsOf(name))} > $cleaner_seconds`,
      'Stale groups are not deleted',
      'The cleaner has not looked at {{ $labels.shard }} for {{ $value | humanizeDuration }}; groups that nobody pushes stay and look alive.'),
  ];
}
