import type { RulerFigures } from './figures';
import { JOBS } from './jobs';
import { BY_POD, critical, mainOf, PlatformAlert, PlatformSet, podsMissing, podsOf, Selector, share, warning } from './platform-alert';
import { REMOTE_WRITE_THRESHOLDS, remoteWriteAlerts } from './remote-write';
import { RulePlacement } from '../rules/rule';

/** A ruler, and the rule-loader beside it. What it would find of itself, it could not tell: all of it is watched from outside. */
export function rulerRules(figures: RulerFigures): PlatformSet {
  const { name, replicas, shards = 1, outage } = figures;
  const planned = replicas === undefined ? undefined : replicas * shards;
  const pods = podsOf(name);
  const group = (suffix: string, ofGroup: (at: Selector) => PlatformAlert[]) =>
    ({ name: `${name}-${suffix}`, placement: RulePlacement.META_MONITORING, alerts: ofGroup });
  return {
    part: name,
    thresholds: { ...REMOTE_WRITE_THRESHOLDS, pods: planned, outage_seconds: outage, rules_failed_ratio: 0.5, alert_queue_ratio: 0.8, dns_failure_ratio: 0.1 },
    groups: [
      group('evaluation', at => evaluation(at, pods, planned)),
      group('alerts', at => alerts(at, pods)),
      group('rules', at => rules(at, pods)),
      group('remote-write', at => remoteWriteAlerts('ThanosRule', 'The ruler', at.pods(JOBS.ruler, pods), outage)),
    ],
  };
}

/** Alerts of whoever evaluates rules: a ruler, or Prometheus. */
export function evaluationAlerts(prefix: string, called: string, targets: string): PlatformAlert[] {
  const [failures, all] = ['evaluation_failures', 'evaluations'].map(what => `prometheus_rule_${what}_total${targets}`);
  const byGroup = 'by (cluster, namespace, pod, rule_group)';
  return [
    warning(`${prefix}EvaluationsFailing`, 10, `sum ${byGroup} (increase(${failures}[5m])) > 0`,
      `${called} cannot judge some rules`,
      '{{ $labels.pod }} failed at {{ $value | humanize }} evaluations of {{ $labels.rule_group }} within five minutes: their alerts cannot fire.'),
    critical(`${prefix}EvaluationsFailing`, 5, `${share(failures, all, BY_POD)} > $rules_failed_ratio`,
      `${called} cannot judge most rules`,
      '{{ $labels.pod }} fails at {{ $value | humanizePercentage }} of its evaluations: most alerts cannot fire.'),
    warning(`${prefix}EvaluationsMissed`, 15, `sum ${byGroup} (increase(prometheus_rule_group_iterations_missed_total${targets}[10m])) > 0`,
      `${called} leaves evaluations out`,
      '{{ $labels.pod }} left {{ $value | humanize }} evaluations of {{ $labels.rule_group }} out within 10 minutes, for the one before took too long.'),
    warning(`${prefix}EvaluationSlow`, 10, `prometheus_rule_group_last_duration_seconds${targets} > prometheus_rule_group_interval_seconds${targets}`,
      `${called} takes longer for rules than they may take`,
      '{{ $labels.rule_group }} took {{ $value | humanizeDuration }} at {{ $labels.pod }}, longer than its interval.'),
  ];
}

function evaluation(at: Selector, pods: string, planned: number | undefined): PlatformAlert[] {
  const targets = at.pods(JOBS.ruler, pods, mainOf(JOBS.ruler));
  const all = at.pods(JOBS.ruler, pods);
  return [
    ...podsMissing('ThanosRuleMissing', targets, {
      called: 'the ruler', planned, without: 'No rule of the whole view is judged: none of its alerts can fire, and recorded series end.',
    }),
    ...evaluationAlerts('ThanosRule', 'The ruler', all),
    warning('ThanosRulePartialAnswers', 15, `sum ${BY_POD} (increase(thanos_rule_evaluation_with_warnings_total${all}[10m])) > 0`,
      'Rules are judged by a part of the data',
      '{{ $labels.pod }} judged {{ $value | humanize }} rules within 10 minutes though stores did not answer, as their groups allow.'),
    warning('ThanosRuleQueryDnsFailing', 15,
      `sum ${BY_POD} (rate(thanos_rule_query_apis_dns_failures_total${all}[5m])) / sum ${BY_POD} (rate(thanos_rule_query_apis_dns_lookups_total${all}[5m])) > $dns_failure_ratio`,
      'The ruler cannot look Query up',
      '{{ $value | humanizePercentage }} of the DNS lookups of {{ $labels.pod }} for Query fail.'),
  ];
}

function alerts(at: Selector, pods: string): PlatformAlert[] {
  const targets = at.pods(JOBS.ruler, pods);
  const dropped = ['thanos_alert_queue_alerts_dropped_total', 'thanos_alert_sender_alerts_dropped_total'].map(metric => `sum ${BY_POD} (increase(${metric}${targets}[5m]))`);
  return [
    warning('ThanosRuleQueueFull', 5, `thanos_alert_queue_length${targets} / thanos_alert_queue_capacity${targets} > $alert_queue_ratio`,
      'Alerts wait for Alertmanager',
      'The queue of {{ $labels.pod }} to Alertmanager is {{ $value | humanizePercentage }} full; alerts beyond are dropped.'),
    critical('ThanosRuleAlertsDropped', 5, `${dropped.join(' + ')} > 0`,
      'Alerts do not reach any Alertmanager',
      '{{ $labels.pod }} gave {{ $value | humanize }} alerts up within five minutes, for no Alertmanager took them. Firing alerts are sent again every minute.'),
    critical('ThanosRuleNoAlertmanager', 5, `sum ${BY_POD} (thanos_rule_alertmanagers_dns_provider_results${targets}) == 0`,
      'The ruler knows no Alertmanager',
      '{{ $labels.pod }} finds no address of an Alertmanager: what fires there reaches nobody.'),
  ];
}

function rules(at: Selector, pods: string): PlatformAlert[] {
  const targets = at.pods(JOBS.ruler, pods);
  const files = `label_replace(rule_loader_files_loaded${targets}, "shard", "$1", "pod", ".+-([0-9]+)")`;
  return [
    warning('ThanosRuleLoadFailed', 5, `thanos_rule_config_last_reload_successful${targets} == 0`,
      'The ruler refused its rules',
      '{{ $labels.pod }} goes on with the rules that it had; after a restart it will not start with these.'),
    warning('ThanosRuleWithoutRules', 15, `up${at.pods(JOBS.ruler, pods, mainOf(JOBS.ruler))} == 1 unless ${BY_POD.replace('by', 'on')} sum ${BY_POD} (thanos_rule_loaded_rules${targets}) > 0`,
      'The ruler has no rules',
      '{{ $labels.pod }} runs, and has no rule to judge.'),
    // The ConfigMap's namespace is its own label; that of the pod has the name.
    warning('RuleLoaderFileRefused', 2, `sum by (cluster, namespace, exported_namespace, configmap, key) (rule_loader_file_refused${targets}) > 0`,
      'A rule file was refused',
      '{{ $labels.key }} of ConfigMap {{ $labels.exported_namespace }}/{{ $labels.configmap }} has a mistake and is not in force; an earlier version of it may be. The log of the rule-loader says what is wrong.'),
    warning('RuleLoaderFailing', 10, [
      `rule_loader_last_reload_successful${targets} == 0`,
      `min ${BY_POD} (rule_loader_api_up${targets}) == 0`,
    ].join(' or '),
    'Changed rules do not come into force',
    'The rule-loader of {{ $labels.pod }} cannot read ConfigMaps, or cannot have the evaluator reload; rules stay as they were.'),
    // Each shard has files of its own, and each of its replicas the same.
    warning('RuleLoadersDiffer', 15, `max by (cluster, namespace, shard) (${files}) != min by (cluster, namespace, shard) (${files})`,
      'Replicas of the ruler have different rules',
      'One replica of shard {{ $labels.shard }} of the ruler has {{ $value }} rule files, another fewer or more.'),
  ];
}
