import type { RingFigures } from './figures';
import { JOBS } from './jobs';
import { BY_PLATFORM, BY_POD, critical, PlatformAlert, PlatformSet, podsMissing, podsOf, Selector, share, warning } from './platform-alert';
import { RulePlacement } from '../rules/rule';

/** The routers of a ring: they take remote write, and forward it. */
export function routerRules({ name, routers, members }: RingFigures): PlatformSet {
  const pods = podsOf(`${name}-router`);
  const group = (suffix: string, alerts: (at: Selector) => PlatformAlert[]) =>
    ({ name: `${name}-router-${suffix}`, placement: RulePlacement.META_MONITORING, alerts });
  return {
    part: `${name}-router`,
    thresholds: {
      pods: routers,
      members,
      receive_error_ratio: 0.01,
      receive_refused_ratio: 0.2,
      receive_latency_seconds: 10,
      receive_forward_error_ratio: 0.1,
      receive_gate_ratio: 0.9,
    },
    groups: [
      group('requests', at => requests(at, pods, routers)),
      group('forwards', at => forwards(at, pods)),
      group('ring', at => ring(at, pods, members)),
    ],
  };
}

function requests(at: Selector, pods: string, routers: number | undefined): PlatformAlert[] {
  const handled = (...matchers: string[]) => at.pods(JOBS.router, pods, 'handler="receive"', ...matchers);
  const gate = 'thanos_receive_write_request_concurrent_gate_write_requests';
  const targets = at.pods(JOBS.router, pods);
  const refused = (code: string) => `sum by (cluster, namespace, tenant) (increase(http_requests_total${handled(`code="${code}"`)}[5m])) > 0`;
  const errors = share(`http_requests_total${handled('code=~"5.."')}`, `http_requests_total${handled()}`, BY_PLATFORM);
  return [
    ...podsMissing('ThanosReceiveRouterMissing', targets, {
      called: 'the routers of Receive', planned: routers, without: 'Nothing is taken in; senders keep what they scrape for as long as their WAL lasts.',
    }),
    warning('ThanosReceiveRequestsFailing', 15, `${errors} > $receive_error_ratio`,
      'Receive fails some write requests',
      '{{ $value | humanizePercentage }} of write requests are answered 5xx; senders repeat them.'),
    critical('ThanosReceiveRequestsFailing', 5, `${errors} > $receive_refused_ratio`,
      'Receive fails many write requests',
      '{{ $value | humanizePercentage }} of write requests are answered 5xx. Senders fall behind, and lose what outlasts their WAL.'),
    critical('ThanosReceiveRequestsTooLarge', 5, refused('413'),
      'Receive refuses requests for their size',
      'Receive answered {{ $value | humanize }} requests of tenant {{ $labels.tenant }} within five minutes with 413. Senders do not send them again: their samples are lost.'),
    warning('ThanosReceiveTenantLimited', 5, refused('429'),
      'A tenant is at its limit',
      'Receive answered {{ $value | humanize }} requests of tenant {{ $labels.tenant }} within five minutes with 429. Its senders hold all of their series back until it is below its limit.'),
    warning('ThanosReceiveSamplesRefused', 10, refused('409'),
      'Receive refuses samples',
      'Receive answered {{ $value | humanize }} requests of tenant {{ $labels.tenant }} within five minutes with 409: samples that are too old, or that it has with another value. They are lost.'),
    warning('ThanosReceiveSlow', 15,
      `histogram_quantile(0.99, sum by (cluster, namespace, le) (rate(http_request_duration_seconds_bucket${handled()}[5m]))) > $receive_latency_seconds`,
      'Receive answers slowly',
      'One write request in a hundred takes longer than {{ $value | humanizeDuration }}; queues of senders are planned for far less.'),
    warning('ThanosReceiveGateSaturated', 10, `${gate}_in_flight${targets} / ${gate}_max${targets} > $receive_gate_ratio`,
      'A router works on as many requests as it may',
      '{{ $labels.pod }} works on {{ $value | humanizePercentage }} of the requests that it may take at once; others wait.'),
  ];
}

function forwards(at: Selector, pods: string): PlatformAlert[] {
  const failing = (metric: string) => share(`${metric}${at.pods(JOBS.router, pods, 'result="error"')}`, `${metric}${at.pods(JOBS.router, pods)}`, BY_PLATFORM);
  return [
    warning('ThanosReceiveForwardsFailing', 10, `${failing('thanos_receive_forward_requests_total')} > $receive_forward_error_ratio`,
      'Routers fail to forward',
      '{{ $value | humanizePercentage }} of forwards to ingestors fail: a member is away, or too slow.'),
    warning('ThanosReceiveReplicationsFailing', 10, `${failing('thanos_receive_replications_total')} > $receive_forward_error_ratio`,
      'Copies of samples are missing',
      '{{ $value | humanizePercentage }} of writes did not reach their quorum, or lack a copy; one more member away, and writes fail.'),
  ];
}

function ring(at: Selector, pods: string, members: number | undefined): PlatformAlert[] {
  const targets = at.pods(JOBS.router, pods);
  return [
    warning('ThanosReceiveHashringDiffers', 10, `count ${BY_PLATFORM} (count_values ${BY_PLATFORM} ("hash", thanos_receive_config_hash${targets})) > 1`,
      'Routers have different rings',
      '{{ $value }} versions of the ring are in force at once: a series goes to other members by one router than by another, and takes memory in all of them.'),
    ...members === undefined ? [] : [
      warning('ThanosReceiveHashringSize', 15, `thanos_receive_hashring_nodes${targets} != $members`,
        'The ring has not the planned size',
        'The ring of {{ $labels.pod }} has {{ $value }} members, and $members are planned.'),
    ],
    warning('ThanosReceiveConfigReloadFailed', 10, [
      `thanos_receive_config_last_reload_successful${targets} == 0`,
      `increase(thanos_receive_hashrings_file_errors_total${targets}[10m]) > 0`,
      `sum ${BY_POD} (increase(thanos_receive_limits_config_reload_err_total${targets}[10m])) > 0`,
    ].join(' or '),
    'A router refused its ring or its limits',
    '{{ $labels.pod }} goes on with the ring and the limits that it had; after a restart it will not start, or without them.'),
  ];
}
