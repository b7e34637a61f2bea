import type { AlertmanagerFigures, PartFigures } from './figures';
import { JOBS } from './jobs';
import { BY_PLATFORM, BY_POD, critical, mainOf, PlatformAlert, PlatformSet, podsMissing, podsOf, Selector, warning } from './platform-alert';
import { RulePlacement } from '../rules/rule';

/** Share of what may wait for the database that is waiting when somebody must act; derivation. */
const RECORDS_PENDING_SHARE = 0.5;

/** Alertmanagers of one mesh. */
export function alertmanagerRules(figures: AlertmanagerFigures): PlatformSet {
  const { name, replicas, maxPendingRecords } = figures;
  const records = maxPendingRecords === undefined ? undefined : {
    thresholds: { records_late_seconds: 3600, records_pending_bytes: RECORDS_PENDING_SHARE * maxPendingRecords },
    group: { name: `${name}-records`, placement: RulePlacement.META_MONITORING, alerts: (at: Selector) => recordAlerts(at, figures) },
  };
  return {
    part: name,
    thresholds: { pods: replicas, notification_error_ratio: 0.1, ...records?.thresholds },
    groups: [{ name, placement: RulePlacement.META_MONITORING, alerts: at => alerts(at, figures) }, ...records ? [records.group] : []],
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

/** Counters that come into being when they first count, and all that they count within 15 minutes; `increase` does not see their beginning. */
const counted = (...counters: string[]): string =>
  `sum ${BY_POD} (${counters.map(counter => `increase(${counter}[15m]) > 0 or ${counter} unless ${counter} offset 15m`).join(' or ')})`;

function recordAlerts(at: Selector, { name }: PartFigures): PlatformAlert[] {
  const recorder = at.pods(JOBS.alertmanager, podsOf(name), 'container="alarm-recorder"');
  const main = (...matchers: string[]) => at.pods(JOBS.alertmanager, podsOf(name), mainOf(JOBS.alertmanager), ...matchers);
  const database = `alarm_recorder_database_up${recorder}`;
  const stored = `alarm_recorder_last_success_timestamp_seconds${recorder}`;
  return [
    warning('AlarmRecorderDatabaseDown', 10, `${database} == 0`,
      'Alarm records cannot be stored',
      'The database does not take what the recorder of {{ $labels.pod }} sends. Records wait on its volume, and none is lost yet.'),
    // A database that is away has an alert of its own.
    warning('AlarmRecorderBehind', 5, `time() - (${stored} > 0 or process_start_time_seconds${recorder}) > $records_late_seconds unless ${database} == 0`,
      'Alarm records come late',
      'The recorder of {{ $labels.pod }} has not brought all records to the database for {{ $value | humanizeDuration }}, though that answers.'),
    critical('AlarmRecorderBehind', 5, `alarm_recorder_pending_bytes${recorder} > $records_pending_bytes`,
      'Alarm records will be lost soon',
      '{{ $value | humanize1024 }}B of records wait on the volume of {{ $labels.pod }}. Beyond the room that they have, the oldest are deleted.'),
    critical('AlarmRecorderGivesUp', 0, `increase(alarm_recorder_given_up_bytes_total${recorder}[1h]) > 0`,
      'Alarm records are lost',
      '{{ $labels.pod }} deleted {{ $value | humanize1024 }}B of records within an hour that no database took, to keep room for silences.'),
    warning('AlarmRecorderEventsDropped', 0, `${counted(`alertmanager_events_dropped_total${main()}`, `alertmanager_events_recorded_total${main('result="error"')}`)} > 0`,
      'Alertmanager does not record all that it does',
      '{{ $labels.pod }} threw {{ $value | humanize }} events away within 15 minutes: it could not write them to its volume, or not as fast as they came.'),
  ];
}
