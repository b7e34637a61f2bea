import type { PartFigures } from './figures';
import { JOBS } from './jobs';
import { BY_POD, critical, mainOf, PlatformAlert, PlatformSet, podsMissing, podsOf, Selector, warning } from './platform-alert';
import { evaluationAlerts } from './rulers';
import { RulePlacement } from '../rules/rule';

/** A Prometheus that judges rules itself: meta-monitoring, whose own alerts the ruler judges, or senders in server mode. */
export function metaMonitoringRules(figures: PartFigures): PlatformSet {
  return {
    part: figures.name,
    thresholds: { pods: figures.replicas, rules_failed_ratio: 0.5 },
    groups: [{ name: figures.name, placement: RulePlacement.RULER, alerts: at => alerts(at, figures) }],
  };
}

function alerts(at: Selector, { name, replicas }: PartFigures): PlatformAlert[] {
  const targets = at.pods(JOBS.prometheus, podsOf(name), mainOf(JOBS.prometheus));
  return [
    ...podsMissing('MetaMonitoringMissing', targets, {
      called: 'meta-monitoring', planned: replicas, without: 'If ring, bucket or Query fail now, nobody is told.',
    }),
    ...evaluationAlerts('MetaMonitoring', 'Meta-monitoring', targets),
    critical('MetaMonitoringNoAlertmanager', 5, `prometheus_notifications_alertmanagers_discovered${targets} == 0`,
      'Meta-monitoring knows no Alertmanager',
      '{{ $labels.pod }} finds no Alertmanager: what fires there reaches nobody.'),
    warning('MetaMonitoringNotificationsDropped', 5, `sum ${BY_POD} (increase(prometheus_notifications_dropped_total${targets}[10m])) > 0`,
      'Alerts of meta-monitoring are lost',
      '{{ $labels.pod }} gave {{ $value | humanize }} alerts up within 10 minutes, for no Alertmanager took them.'),
  ];
}
