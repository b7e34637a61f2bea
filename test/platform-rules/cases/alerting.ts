import { AlertCase, Labels, only, pages, pod, series, Situation, warns } from '../alert-case';

const RULER = pod('thanos-rule', 'platform-ruler-a-0');
const LOADER = pod('thanos-rule', 'platform-ruler-a-0', 'rule-loader');
const OTHER_LOADER = pod('thanos-rule', 'platform-ruler-b-0', 'rule-loader');
const META = pod('prometheus', 'platform-meta-a-0');
const ALERTMANAGER = pod('alertmanager', 'platform-alertmanager-0');
const RECORDER = pod('alertmanager', 'platform-alertmanager-0', 'alarm-recorder');
const SECOND = pod('alertmanager', 'platform-alertmanager-1');
const GROUP = { rule_group: 'rules.yaml;one' };
const QUEUE = { remote_name: 'one', url: 'http://receive' };

const one = (metric: string, labels: Labels, values: string): Situation => ({ [series(metric, labels)]: values });
const up = (labels: Labels, ...values: number[]): Situation =>
  Object.fromEntries(values.map((value, index) => [series('up', { ...labels, pod: `${labels.pod}${index}` }), `${value}x60`]));

/** The same four of whoever evaluates rules. */
function evaluation(prefix: string, labels: Labels): AlertCase[] {
  const evaluations = (failures: number) => ({
    ...one('prometheus_rule_evaluation_failures_total', { ...labels, ...GROUP }, `0+${failures}x60`), ...one('prometheus_rule_evaluations_total', { ...labels, ...GROUP }, '0+10x60'),
  });
  const duration = (seconds: number) => ({
    ...one('prometheus_rule_group_last_duration_seconds', { ...labels, ...GROUP }, `${seconds}x60`), ...one('prometheus_rule_group_interval_seconds', { ...labels, ...GROUP }, '30x60'),
  });
  return [
    warns(`${prefix}EvaluationsFailing`, 30, evaluations(1), { ...only(labels), ...GROUP }, evaluations(0)),
    pages(`${prefix}EvaluationsFailing`, 30, evaluations(9), only(labels), evaluations(1)),
    warns(`${prefix}EvaluationsMissed`, 30, one('prometheus_rule_group_iterations_missed_total', { ...labels, ...GROUP }, '0+1x60'), { ...only(labels), ...GROUP },
      one('prometheus_rule_group_iterations_missed_total', { ...labels, ...GROUP }, '4x60')),
    warns(`${prefix}EvaluationSlow`, 30, duration(31), { ...labels, ...GROUP }, duration(29)),
  ];
}

const remoteWrite = (sent: string): Situation => ({
  ...one('prometheus_remote_storage_highest_timestamp_in_seconds', RULER, '0+60x120'),
  ...one('prometheus_remote_storage_queue_highest_sent_timestamp_seconds', { ...RULER, ...QUEUE }, sent),
});
const sends = (failed: number): Situation => Object.assign({}, ...['samples', 'histograms'].map(kind => ({
  ...one(`prometheus_remote_storage_${kind}_total`, { ...RULER, ...QUEUE }, '0+600x60'), ...one(`prometheus_remote_storage_${kind}_failed_total`, { ...RULER, ...QUEUE }, `0+${failed}x60`),
})));
const lookups = (failures: number) => ({
  ...one('thanos_rule_query_apis_dns_failures_total', RULER, `0+${failures}x60`), ...one('thanos_rule_query_apis_dns_lookups_total', RULER, '0+10x60'),
});
const queue = (length: number) => ({ ...one('thanos_alert_queue_length', RULER, `${length}x60`), ...one('thanos_alert_queue_capacity', RULER, '10000x60') });
const dropped = (values: string) => ({ ...one('thanos_alert_queue_alerts_dropped_total', RULER, '0x60'), ...one('thanos_alert_sender_alerts_dropped_total', RULER, values) });
const REFUSED = { exported_namespace: 'shop', configmap: 'alerts', key: 'shop.yaml' };

export const RULERS: AlertCase[] = [
  warns('ThanosRuleMissing', 30, up(RULER, 1, 0), {}, up(RULER, 1, 1)),
  pages('ThanosRuleMissing', 30, up(RULER, 0, 0), {}, up(RULER, 1, 0)),
  ...evaluation('ThanosRule', RULER),
  warns('ThanosRulePartialAnswers', 30, one('thanos_rule_evaluation_with_warnings_total', { ...RULER, strategy: 'warn' }, '0+1x60'), only(RULER),
    one('thanos_rule_evaluation_with_warnings_total', { ...RULER, strategy: 'warn' }, '5x60')),
  warns('ThanosRuleQueryDnsFailing', 30, lookups(5), only(RULER), lookups(0)),
  warns('ThanosRuleQueueFull', 30, queue(9000), RULER, queue(10)),
  pages('ThanosRuleAlertsDropped', 30, dropped('0+1x60'), only(RULER), dropped('5x60')),
  pages('ThanosRuleNoAlertmanager', 30, one('thanos_rule_alertmanagers_dns_provider_results', { ...RULER, addr: 'am' }, '0x60'), only(RULER),
    one('thanos_rule_alertmanagers_dns_provider_results', { ...RULER, addr: 'am' }, '3x60')),
  warns('ThanosRuleLoadFailed', 30, one('thanos_rule_config_last_reload_successful', RULER, '0x60'), RULER, one('thanos_rule_config_last_reload_successful', RULER, '1x60')),
  warns('ThanosRuleWithoutRules', 30, one('up', RULER, '1x60'), RULER, { ...one('up', RULER, '1x60'), ...one('thanos_rule_loaded_rules', { ...RULER, file: 'f' }, '3x60') }),
  warns('RuleLoaderFileRefused', 10, one('rule_loader_file_refused', { ...LOADER, ...REFUSED }, '1x60'), REFUSED, one('rule_loader_files_loaded', LOADER, '1x60')),
  warns('RuleLoaderFailing', 30, one('rule_loader_last_reload_successful', LOADER, '0x60'), LOADER, one('rule_loader_last_reload_successful', LOADER, '1x60')),
  warns('RuleLoaderFailing', 30, one('rule_loader_api_up', { ...LOADER, exported_namespace: 'shop' }, '0x60'), only(LOADER),
    one('rule_loader_api_up', { ...LOADER, exported_namespace: 'shop' }, '1x60')),
  warns('RuleLoadersDiffer', 30, { ...one('rule_loader_files_loaded', LOADER, '3x60'), ...one('rule_loader_files_loaded', OTHER_LOADER, '2x60') }, { shard: '0' },
    { ...one('rule_loader_files_loaded', LOADER, '3x60'), ...one('rule_loader_files_loaded', { ...LOADER, pod: 'platform-ruler-a-1' }, '2x60') }),
  warns('ThanosRuleRemoteWriteBehind', 30, remoteWrite('1+30x120'), { ...RULER, ...QUEUE }, remoteWrite('1+60x120')),
  pages('ThanosRuleRemoteWriteBehind', 100, remoteWrite('60x120'), { ...RULER, ...QUEUE }, remoteWrite('60+45x120')),
  warns('ThanosRuleRemoteWriteDropsSamples', 30, sends(1), { ...RULER, ...QUEUE }, sends(0)),
  pages('ThanosRuleRemoteWriteDropsSamples', 30, sends(60), { ...RULER, ...QUEUE }, sends(1)),
];

const notifications = (failed: number) => ({
  ...one('alertmanager_notifications_failed_total', { ...ALERTMANAGER, integration: 'webhook', reason: 'serverError' }, `0+${failed}x60`),
  ...one('alertmanager_notifications_total', { ...ALERTMANAGER, integration: 'webhook' }, '0+10x60'),
});
const hashes = (...values: number[]) => ({ ...one('alertmanager_config_hash', ALERTMANAGER, `${values[0]}x60`), ...one('alertmanager_config_hash', SECOND, `${values[1]}x60`) });
const maintenance = (values: string) => ({
  ...one('alertmanager_nflog_maintenance_errors_total', ALERTMANAGER, '0x60'), ...one('alertmanager_silences_maintenance_errors_total', ALERTMANAGER, values),
});

const recorder = (databaseUp: number, lastSuccess: string) => ({
  ...one('alarm_recorder_database_up', RECORDER, `${databaseUp}x120`), ...one('alarm_recorder_last_success_timestamp_seconds', RECORDER, lastSuccess),
  ...one('process_start_time_seconds', RECORDER, '0x120'),
});
const thrown = (values: string) => one('alertmanager_events_dropped_total', { ...ALERTMANAGER, event_type: 'alert_created' }, values);
const written = (result: string, values: string) => one('alertmanager_events_recorded_total', { ...ALERTMANAGER, event_type: 'alert_created', output: 'file', result }, values);

export const ALERTMANAGERS: AlertCase[] = [
  warns('AlertmanagerMissing', 30, up(ALERTMANAGER, 1, 1, 0), {}, up(ALERTMANAGER, 1, 1, 1)),
  pages('AlertmanagerMissing', 30, {}, {}, up(ALERTMANAGER, 1, 0, 0)),
  warns('AlertmanagerMeshSplit', 30, one('alertmanager_cluster_members', ALERTMANAGER, '2x60'), ALERTMANAGER, one('alertmanager_cluster_members', ALERTMANAGER, '3x60')),
  warns('AlertmanagerConfigReloadFailed', 30, one('alertmanager_config_last_reload_successful', ALERTMANAGER, '0x60'), ALERTMANAGER,
    one('alertmanager_config_last_reload_successful', ALERTMANAGER, '1x60')),
  warns('AlertmanagerConfigDiffers', 30, hashes(1, 2), {}, hashes(2, 2)),
  pages('AlertmanagerNotificationsFailing', 30, notifications(5), { integration: 'webhook' }, notifications(0)),
  pages('AlertmanagerReceivesNothing', 30, one('alertmanager_alerts_received_total', { ...ALERTMANAGER, status: 'firing' }, '7x60'), {},
    one('alertmanager_alerts_received_total', { ...ALERTMANAGER, status: 'firing' }, '0+1x60')),
  warns('AlertmanagerAlertsInvalid', 30, one('alertmanager_alerts_invalid_total', { ...ALERTMANAGER, version: 'v2' }, '0+1x60'), only(ALERTMANAGER),
    one('alertmanager_alerts_invalid_total', { ...ALERTMANAGER, version: 'v2' }, '3x60')),
  warns('AlertmanagerStateNotSaved', 30, maintenance('0+1x60'), only(ALERTMANAGER), maintenance('3x60')),
  warns('AlarmRecorderDatabaseDown', 30, recorder(0, '0+60x5 300x55'), RECORDER, recorder(1, '0+60x60')),
  warns('AlarmRecorderBehind', 90, recorder(1, '60x120'), RECORDER, recorder(1, '0+60x120')),
  // It has never stored anything since its start; and one whose database is away has another alert.
  warns('AlarmRecorderBehind', 90, recorder(1, '0x120'), RECORDER, recorder(0, '60x120')),
  pages('AlarmRecorderBehind', 30, one('alarm_recorder_pending_bytes', RECORDER, '130e6+1e6x60'), RECORDER, one('alarm_recorder_pending_bytes', RECORDER, '100e6x60')),
  pages('AlarmRecorderGivesUp', 30, one('alarm_recorder_given_up_bytes_total', RECORDER, '0x20 8e6x40'), RECORDER, one('alarm_recorder_given_up_bytes_total', RECORDER, '8e6x60')),
  warns('AlarmRecorderEventsDropped', 30, thrown('_x20 500x40'), only(ALERTMANAGER), thrown('500x60')),
  warns('AlarmRecorderEventsDropped', 30, thrown('0+1x60'), only(ALERTMANAGER), written('success', '0+1x60')),
  warns('AlarmRecorderEventsDropped', 30, written('error', '_x20 1x40'), only(ALERTMANAGER), written('error', '1x60')),
];

export const META_MONITORING: AlertCase[] = [
  warns('MetaMonitoringMissing', 30, up(META, 1, 0), {}, up(META, 1, 1)),
  pages('MetaMonitoringMissing', 30, {}, {}, up(META, 1, 0)),
  ...evaluation('MetaMonitoring', META),
  pages('MetaMonitoringNoAlertmanager', 30, one('prometheus_notifications_alertmanagers_discovered', META, '0x60'), META,
    one('prometheus_notifications_alertmanagers_discovered', META, '3x60')),
  warns('MetaMonitoringNotificationsDropped', 30, one('prometheus_notifications_dropped_total', META, '0+1x60'), only(META),
    one('prometheus_notifications_dropped_total', META, '4x60')),
];
