import { Duration } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { andOthers, reportSetTwice } from './contradictions';
import { Alertmanager } from '../alerting/alertmanager';
import type { AlertmanagerOptions } from '../alerting/alertmanager-props';
import { ShardedPrometheus } from '../collect/sharded-prometheus';
import { PrometheusMode, type ShardedPrometheusOptions } from '../collect/sharded-prometheus-props';
import type { IAlertSink } from '../core/endpoint';
import { dnsLabel, Fields, having, labelName, map, read, required, some, text } from '../core/fields';
import { type IPlanned, loadFor } from '../plan/context';
import type { Figure } from '../plan/figure';
import { planPlatformSeries } from '../plan/platform-series';
import { Workload } from '../plan/workload';
import type { IRuleEvaluator } from '../rules/rule';
import type { FileGroup } from '../rules/rule-file';
import type { RuleSet } from '../rules/rule-set';

/** What one decides about meta-monitoring; a `MonitoringStack` joins it to the rest. */
export interface MetaMonitoringOptions {
  /** Name of the objects: `<name>-a` and `<name>-b` are its two Prometheus, `<name>-alertmanager` is its Alertmanager. @default - the construct's id */
  readonly name?: string;
  /** Settings of its two Prometheus. @default - from the plan: servers that scrape and evaluate every 30 seconds and keep a day */
  readonly prometheus?: ShardedPrometheusOptions;
  /** Settings of its Alertmanager: who is told when the platform itself fails, by a way that does not lead through it. @default - nobody, with a warning */
  readonly alertmanager?: AlertmanagerOptions;
  /** Labels of its alerts, e.g. `cluster`. @default - none */
  readonly externalLabels?: Record<string, string>;
}

/** Properties of a `MetaMonitoring`. */
export interface MetaMonitoringProps extends MetaMonitoringOptions {
  /** What it watches: every program below this construct, also those that are added later. */
  readonly watches: IConstruct;
}

const META_MONITORING_FIELDS: Fields<MetaMonitoringProps> = {
  watches: required(having<IConstruct>('a construct, e.g. a MonitoringStack', 'node')),
  name: dnsLabel(40),
  prometheus: some<ShardedPrometheusOptions>(),
  alertmanager: some<AlertmanagerOptions>(),
  externalLabels: map(text(), labelName()),
};

/** Seconds between two scrapes, and between two evaluations: an outage of the platform is to be told within a few minutes. */
const INTERVAL = 30;

/**
 * A small static pair of Prometheus with an Alertmanager of its own, which watches the platform and needs nothing of it: no ring, no
 * bucket, no Query, no ruler. It goes on when all of these are gone, and tells of it.
 *
 * It cannot tell that its own cluster is gone: for that, give its Alertmanager a watchdog (`alertmanager.addWatchdog`), which a service
 * outside misses; or let the meta-monitoring of another cluster scrape it (`prometheus.addScrapeJob`).
 */
export class MetaMonitoring extends Construct implements IPlanned, IRuleEvaluator {
  /** The pair of Prometheus, in mode `SERVER`. */
  public readonly prometheus: ShardedPrometheus;
  /** Where its alerts go. */
  public readonly alertmanager: Alertmanager;
  public readonly figures: Figure[];

  constructor(scope: Construct, id: string, props: MetaMonitoringProps) {
    super(scope, id);
    const given = read(this, META_MONITORING_FIELDS, props);
    reportSetTwice(this, 'prometheus', given.prometheus, {
      mode: 'its task, to evaluate rules over what it keeps', workload: 'what it watches',
    });
    reportSetTwice(this, 'alertmanager', given.alertmanager, { workload: 'what it watches' });
    const name = given.name ?? id;
    this.alertmanager = new Alertmanager(this, `${id}-alertmanager`, { name: `${name}-alertmanager`, ...given.alertmanager, workload: this.ownWorkload() });
    this.prometheus = new ShardedPrometheus(this, `${id}-prometheus`, {
      name,
      shards: 1,
      evaluationInterval: Duration.seconds(INTERVAL),
      externalLabels: given.externalLabels,
      ...given.prometheus,
      mode: PrometheusMode.SERVER,
      workload: this.ownWorkload(),
      alertSinks: andOthers<IAlertSink>([this.alertmanager], given.prometheus?.alertSinks),
    });
    this.prometheus.monitor(given.watches ?? this);
    this.figures = [...this.prometheus.figures, ...this.alertmanager.figures];
  }

  public addRules(...sets: RuleSet[]): void {
    this.prometheus.addRules(...sets);
  }

  /** @internal */
  public _addRules(set: RuleSet, groups: () => FileGroup[]): void {
    this.prometheus._addRules(set, groups);
  }

  /** It scrapes the platform's own programs, and these only. */
  private ownWorkload(): Workload {
    const { load } = planPlatformSeries(loadFor(this), true);
    return Workload.of({ activeSeries: load.totalSeries - load.activeSeries, scrapeInterval: Duration.seconds(INTERVAL) });
  }
}
