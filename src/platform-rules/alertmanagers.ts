import type { PartFigures } from './figures';
import { JOBS } from './jobs';
import { BY_PLATFORM, BY_POD, critical, mainOf, PlatformAlert, PlatformSet, podsMissing, podsOf, Selector, warning } from './platform-alert';
import { RulePlacement } from '../rules/rule';

/** Alertmanagers of one mesh. */
export function alertmanagerRules(figures: PartFigures): PlatformSet {
  return {
    part: figures.name,
    thresholds: { pods: figures.replicas, notification_error_ratio: 0.1 },
    groups: [{ name: figures.name, placement: RulePlacement.META_MONITORING, alerts: at => alerts(at, figures) }],
  };
}

function alerts(at: Selector, { name, replicas }: PartFigures): PlatformAlert[] {
  const targets = at.pods(JOBS.alertmanager, podsOf(name));
  const main = at.pods(JOBS.alertmanager, podsOf(name), mainOf(JOBS.alertmanager));
  const byIntegration = 'by (cluster, namespace, integration)';
  const notifications = (metric: string) => `sum ${byIntegration} (rate(${metric}${targets}[5m]))`;
  const maintenance = ['nflog_maintenance', 'silences_maintenance'].map(what => `sum ${BY_POD} (increase(alertmanager_${what}_errors_total${targets}[1h]))`);
  return [
    ...podsMissing('AlertmanagerMissing', main, { called: 'Alertmanager', planned: replicas, without: 'No alert reaches anybody.' }),
    ...replicas === undefined || replicas < 2 ? [] : [
      warning('AlertmanagerMeshSplit', 10, `alertmanager_cluster_members${targets} < $pods`,
        'Alertmanagers do not see each other',
        '{{ $labels.pod }} sees {{ $value }} of $pods members of the mesh. Each part notifies by itself: alerts arrive more than once, and silences hold in one part only.'),
    ],
    warning('AlertmanagerConfigReloadFailed', 5, `alertmanager_config_last_reload_successful${targets} == 0`,
      'Alertmanager refused its configuration',
      '{{ $labels.pod }} goes on with its last good configuration; after a restart it will not start.'),
    warning('AlertmanagerConfigDiffers', 15, `count ${BY_PLATFORM} (count_values ${BY_PLATFORM} ("hash", alertmanager_config_hash${targets})) > 1`,
      'Alertmanagers have different configurations',
      '{{ $value }} configurations are in force at once: who is notified depends on the replica.'),
    critical('AlertmanagerNotificationsFailing', 5,
      `${notifications('alertmanager_notifications_failed_total')} / ${notifications('alertmanager_notifications_total')} > $notification_error_ratio`,
      'Notifications do not arrive',
      '{{ $value | humanizePercentage }} of notifications by {{ $labels.integration }} fail: alerts do not reach those who are to act.'),
    critical('AlertmanagerReceivesNothing', 10, `sum ${BY_PLATFORM} (rate(alertmanager_alerts_received_total${targets}[5m])) == 0`,
      'No evaluator reaches Alertmanager',
      'Alertmanager answers, and has received no alert for five minutes, not even a watchdog: rules are not judged, or alerts are lost on the way.'),
    warning('AlertmanagerAlertsInvalid', 15, `sum ${BY_POD} (increase(alertmanager_alerts_invalid_total${targets}[10m])) > 0`,
      'Alertmanager refuses alerts',
      '{{ $labels.pod }} refused {{ $value | humanize }} alerts within 10 minutes as malformed.'),
    warning('AlertmanagerStateNotSaved', 0, `${maintenance.join(' + ')} > 0`,
      'Alertmanager cannot save its state',
      '{{ $labels.pod }} failed {{ $value | humanize }} times within an hour to write silences or notifications to its volume; after a restart of all replicas they are gone.'),
  ];
}
