import type { Construct } from 'constructs';
import { andOthers } from './contradictions';
import { MetaMonitoring } from './meta-monitoring';
import { platformRules, senderFigures, type WatchedParts } from './platform-alerts';
import { RuleEvaluators } from './rule-evaluators';
import { type MonitoringStackProps, PLATFORM_ALERT_FIELDS } from './stack-props';
import { Alertmanager } from '../alerting/alertmanager';
import { Matcher } from '../alerting/matcher';
import type { InhibitRule } from '../alerting/route';
import type { ShardedPrometheus } from '../collect/sharded-prometheus';
import { Given, read } from '../core/fields';
import { Relabeling } from '../core/relabeling';
import type { Load } from '../plan/load';
import { type Workload, workloadField } from '../plan/workload';
import type { PlatformRules } from '../platform-rules/platform-rules';
import { WatchdogRules } from '../platform-rules/watchdog-rules';
import type { ThanosQuery } from '../query/thanos-query';
import type { ThanosReceiveRing } from '../receive/thanos-receive-ring';
import { ThanosRuler } from '../ruler/thanos-ruler';
import { AlertSeverity, RulePlacement } from '../rules/rule';

/** Many of the platform's alerts are a warning first, and critical under the same name when it grows worse: nobody needs both. */
const WORSE_SILENCES_BETTER: InhibitRule = {
  name: 'platform',
  source: [Matcher.equal('severity', AlertSeverity.CRITICAL), Matcher.matches('part', '.+')],
  target: [Matcher.equal('severity', AlertSeverity.WARNING)],
  equal: ['alertname', 'cluster', 'namespace', 'part', 'pod'],
};

/** What alerting needs of the rest of a platform. */
interface AlertingInputs {
  readonly name: string;
  readonly given: Given<MonitoringStackProps>;
  readonly query: ThanosQuery;
  readonly ring: ThanosReceiveRing;
  readonly senders: ShardedPrometheus[];
  /** Labels of everything that comes from this cluster. */
  readonly clusterLabels: (own: unknown) => Record<string, string>;
}

/** The parts of a platform that judge rules and tell people. */
export class Alerting {
  public readonly alertmanager?: Alertmanager;
  public readonly ruler?: ThanosRuler;
  public readonly metaMonitoring?: MetaMonitoring;
  public readonly evaluators: RuleEvaluators;
  /** The ready-made alerts, if there are any, and the load that they are made for. */
  private platform?: { readonly rules: PlatformRules; readonly load: Load };

  constructor(private readonly stack: Construct, private readonly inputs: AlertingInputs) {
    const { name, given: { alertmanager, ruler = alertmanager && {}, metaMonitoring }, senders, clusterLabels } = inputs;
    this.alertmanager = alertmanager && new Alertmanager(stack, 'alertmanager', { name: `${name}-alertmanager`, ...alertmanager });
    this.ruler = ruler && this.newRuler(ruler);
    this.metaMonitoring = metaMonitoring && new MetaMonitoring(stack, 'meta-monitoring', {
      name: `${name}-meta-monitoring`, ...metaMonitoring, externalLabels: clusterLabels(metaMonitoring.externalLabels), watches: stack,
    });
    this.evaluators = new RuleEvaluators({ ruler: this.ruler, senders, metaMonitoring: this.metaMonitoring });
    senders.forEach(each => this.joinSinks(each));
  }

  /** Whether anybody judges rules that look at several targets. */
  public get judges(): boolean {
    return this.ruler !== undefined || this.metaMonitoring !== undefined;
  }

  /** The ready-made alerts of all parts, and a watchdog for each evaluator. */
  public addPlatformAlerts(parts: Omit<WatchedParts, 'name' | 'senders' | 'rulers' | 'alertmanagers' | 'metaMonitoring'>): void {
    const { stack, ruler, metaMonitoring, alertmanager, inputs: { name, given, senders } } = this;
    const { enabled = true, thresholds, ...options } = read(stack, PLATFORM_ALERT_FIELDS, given.platformAlerts ?? {}, 'platformAlerts.');
    if (!enabled || given.selfMonitoring === false || !this.judges) {
      return;
    }
    const rules = platformRules(stack, {
      ...parts,
      name,
      senders,
      rulers: present(ruler),
      alertmanagers: [...present(alertmanager), ...present(metaMonitoring?.alertmanager)],
      metaMonitoring: present(metaMonitoring?.prometheus),
    }, {
      ...options,
      thresholds,
      cluster: given.cluster,
      // Where only one of the two is there, it judges all.
      placement: !metaMonitoring ? RulePlacement.RULER : !ruler ? RulePlacement.META_MONITORING : undefined,
    });
    const watchdog = (part: string, placement: RulePlacement) => new WatchdogRules(stack, `${part}-watchdog`, {
      ...options, evaluator: `${name}-${part}`, placement, labels: { cluster: given.cluster ?? 'unknown', ...options.labels },
    });
    [...present(alertmanager), ...present(metaMonitoring?.alertmanager)].forEach(each => {
      each.addInhibitRule(WORSE_SILENCES_BETTER);
      each._expectWatchdog();
    });
    rules.all.forEach(set => this.evaluators.add(set));
    this.platform = { rules, load: parts.load };
    present(ruler).forEach(() => this.evaluators.add(watchdog('ruler', RulePlacement.RULER)));
    present(metaMonitoring).forEach(() => this.evaluators.add(watchdog('meta-monitoring', RulePlacement.META_MONITORING)));
  }

  /** Senders that come later have part in all rules, and their ready-made alerts, with what they carry unless that is all. */
  public addSenders(senders: ShardedPrometheus, workload?: Workload): void {
    this.evaluators.addSenders(senders);
    this.joinSinks(senders);
    if (this.platform) {
      const { rules, load } = this.platform;
      const own = workload && workloadField().problem(workload) === undefined ? workload._load : load;
      rules.addSenders(senderFigures(senders, own)).forEach(set => this.evaluators.add(set));
    }
  }

  private joinSinks(senders: ShardedPrometheus): void {
    if (senders._evaluates) {
      present(this.alertmanager).forEach(sink => senders.addAlertSink(sink));
    }
  }

  private newRuler(options: NonNullable<MonitoringStackProps['ruler']>): ThanosRuler {
    const { name, given: { cluster = 'unknown' }, query, ring } = this.inputs;
    // Not an external label: alerts whose expression keeps the label would not find their state again after a restart.
    const withCluster = Relabeling.replace({ sourceLabels: ['cluster'], regex: '', targetLabel: 'cluster', replacement: cluster });
    return new ThanosRuler(this.stack, 'ruler', {
      name: `${name}-ruler`,
      ...options,
      alertRelabelings: andOthers([withCluster], options.alertRelabelings),
      queries: [query],
      remoteWrite: ring,
      alertSinks: this.alertmanager && [this.alertmanager],
    });
  }
}

/** Of a part that may be there or not, a list. */
export const present = <T>(part: T | undefined): T[] => (part === undefined ? [] : [part]);
