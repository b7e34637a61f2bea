import { ApiObject, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { checkRuler } from './ruler-checks';
import { Replicas, replicasOf } from './ruler-config';
import { addRulerPods } from './ruler-pods';
import { EVALUATION_INTERVAL, RULE_REPLICA, RULER_FIELDS, RulerSettings, ThanosRulerProps, TSDB_RETENTION } from './ruler-props';
import { RULER_RULES } from './ruler-rules';
import { checkTenant } from '../core/checks/tenants';
import { ConfigFiles } from '../core/config-file';
import { alertSink, IAlertSink, IRemoteWriteTarget, IStoreApi, StoreEndpoint } from '../core/endpoint';
import { Given, isSound, read } from '../core/fields';
import { check } from '../core/findings';
import { Graph } from '../core/graph';
import { HTTP_CLIENT_FIELDS, readHttpClient } from '../core/http-client';
import { commonLabels } from '../core/labels';
import type { PodWorkload } from '../core/pod-workload';
import { THANOS_GRPC, THANOS_HTTP } from '../core/thanos';
import { stringify } from '../core/yaml';
import { checkAgainstPlan, IPlanned, loadFor } from '../plan/context';
import type { Figure } from '../plan/figure';
import { planRuler } from '../plan/ruler';
import { type IRuleEvaluator, RulePlacement } from '../rules/rule';
import type { FileGroup } from '../rules/rule-file';
import type { RuleSet } from '../rules/rule-set';
import { ruleSet } from '../rules/rule-set-field';
import { sentAlerts } from '../rules/sent-alerts';

/** Label of the ConfigMaps that a ruler takes in; the value is its name. */
const RULES_LABEL = 'thanos.io/rules';

/**
 * Evaluates rules over all that Query sees, and sends alerts.
 *
 * Rules come from ConfigMaps: those of this app, which `addRules` prints, and those that anybody else labels `thanos.io/rules: <name>`,
 * also long after this app was applied. A new or changed one is in force within seconds, without a restart; one that the ruler would not
 * start with is refused, the version before stays, and `rule_loader_file_refused` and the log of the container `rule-loader` say which one
 * and why. Each key that ends in `.yaml` or `.yml` is a rule file.
 *
 * A ruler with `remoteWrite` keeps nothing: what its rules record, and the state of its alerts, goes to the ring and is read back from there.
 * One with a `bucket` keeps two days of blocks itself, uploads them, and is a store of Query. Its copies are told apart by `rule_replica` until the
 * compactor has merged them; without `externalLabels`, that label stays, with the value `deduped`, for Thanos' blocks must have one.
 */
export class ThanosRuler extends Construct implements IRuleEvaluator, IStoreApi, IPlanned {
  public readonly figures: Figure[];
  /** The StatefulSets, one a replica, for patches. */
  public readonly statefulSets: ApiObject[];
  /** Labels that a ConfigMap needs so that its rules are taken in. */
  public readonly rulesSelector: Record<string, string>;
  private readonly settings: RulerSettings;
  private readonly workload: PodWorkload;
  private readonly replicas: Replicas;
  private readonly sinks: IAlertSink[] = [];
  private readonly taken = new Map<string, () => FileGroup[]>();

  constructor(scope: Construct, id: string, props: ThanosRulerProps) {
    super(scope, id);
    const given = read(this, RULER_FIELDS, props);
    this.settings = this.settle(given.name ?? id, given);
    const { remoteWriteEndpoint: target } = given.remoteWrite ?? {} as Partial<IRemoteWriteTarget>;
    check(this, RULER_RULES, { ruler: this.settings, target });
    checkTenant(this, this.settings.tenant, given.remoteWrite);
    checkAgainstPlan(this, this.settings.figures);
    this.figures = this.settings.figures;
    this.rulesSelector = this.settings.rulesSelector;
    this.replicas = replicasOf(this.settings, target);

    this.workload = addRulerPods(this, this.settings, {
      target,
      client: readHttpClient(this, read(this, HTTP_CLIENT_FIELDS, given.remoteWriteClient ?? {}, 'remoteWriteClient.'), 'remoteWriteClient.'),
      replicas: this.replicas,
      sinks: () => this.sinks,
      storedLabels: () => this.storedLabels(),
    });
    this.statefulSets = this.workload.controllers;
    this.publish();
    this.addRules(...given.rules ?? []);
    given.alertSinks?.forEach(sink => this.addAlertSink(sink));
    const { workload, settings, sinks } = this;
    Graph.of(this).addCheck(this, report => checkRuler({ at: this, workload, settings, sinks, groups: this.groups }, report));
  }

  /** Evaluates all groups of the sets. Each set becomes a ConfigMap. */
  public addRules(...sets: RuleSet[]): void {
    sets.forEach(set => this._addRules(set, () => set._groups([RulePlacement.RULER]).map(({ group }) => group)));
  }

  /** Evaluates some groups of a set. @internal */
  public _addRules(set: RuleSet, groups: () => FileGroup[]): void {
    if (!isSound(this, 'addRules', 'invalid-rules', ruleSet(), set)) {
      return;
    }
    const { name } = this.settings;
    if (this.taken.has(set.name)) {
      Graph.of(this).report(this, 'rule-set-name-twice', `Two rule sets are called '${set.name}', and the ConfigMap of the one would replace that of the other; give one of them another 'name'.`);
      return;
    }
    this.taken.set(set.name, groups);
    set._evaluatedEvery(this.settings.evaluationInterval);
    new ConfigFiles(this, `rules-${set.name}`, {
      name: `${name}-rules-${set.name}`,
      labels: { ...commonLabels(this, this.workload.group), ...this.rulesSelector },
      files: { 'rules.yaml': () => stringify({ groups: groups() }) },
    });
    Graph.of(this).touch();
  }

  /** Sends all alerts to one more sink. */
  public addAlertSink(sink: IAlertSink): void {
    if (!isSound(this, 'addAlertSink', 'invalid-alert-sink', alertSink(), sink)) {
      return;
    }
    const graph = Graph.of(this);
    this.sinks.push(sink);
    graph.connect(this.workload, sink.alertEndpoint.endpoint, 'sends alerts');
    graph.addAlertSource(sink, { at: this, alerts: () => sentAlerts(this.groups), takesOthers: true });
  }

  /** What a stateful ruler has recorded, until it is uploaded and beyond; none of a stateless one, whose series are in the ring. */
  public get storeEndpoints(): StoreEndpoint[] {
    if (this.settings.remoteWrite) {
      return [];
    }
    return [{
      endpoint: this.workload.endpoint(THANOS_GRPC.name),
      identicalReplicas: false,
      replicaLabels: [RULE_REPLICA],
      maxAge: Duration.seconds(Math.round(this.settings.tsdbRetention ?? TSDB_RETENTION)),
    }];
  }

  /** The groups of this app's rules, as the tree is now. */
  private get groups(): FileGroup[] {
    return [...this.taken.values()].flatMap(groups => groups());
  }

  private settle(name: string, given: Given<ThanosRulerProps>): RulerSettings {
    const load = loadFor(this, given.workload);
    const evaluationInterval = given.evaluationInterval ?? EVALUATION_INTERVAL;
    const plan = planRuler({
      ownRules: (given.rules ?? []).flatMap(set => set._groups()).reduce((sum, { group }) => sum + group.rules.length, 0),
      evaluationInterval,
      shards: given.shards ?? 1,
      stateful: given.remoteWrite === undefined,
      tsdbRetention: given.tsdbRetention ?? TSDB_RETENTION,
    }, given);
    return {
      ...given,
      ...plan,
      name,
      evaluationInterval,
      scrapeInterval: load.scrapeInterval,
      rulesSelector: given.rulesSelector ?? { [RULES_LABEL]: name },
      namespaces: [...new Set([Chart.of(this).namespace ?? 'default', ...given.ruleNamespaces ?? []])],
    };
  }

  /** Labels that series get on their way through the receiver. */
  private storedLabels(): string[] {
    const { remoteWrite, tenant } = this.settings;
    const ofBlocks = Graph.of(this).allBlockWriters().filter(({ at }) => at === remoteWrite).flatMap(({ streamLabels }) => Object.keys(streamLabels));
    const { tenantLabel } = remoteWrite!.remoteWriteEndpoint;
    return [...ofBlocks, ...(this.replicas.label?.on === 'series' ? [RULE_REPLICA] : []), ...(tenant !== undefined && tenantLabel ? [tenantLabel] : [])];
  }

  private publish(): void {
    const graph = Graph.of(this);
    const { queries = [], remoteWrite, bucket, allowFrom, externalLabels = {}, rulerSeries, tsdbRetention = TSDB_RETENTION } = this.settings;
    queries.forEach(({ queryEndpoint }) => graph.connect(this.workload, queryEndpoint, 'evaluates rules'));
    if (remoteWrite) {
      graph.connect(this.workload, remoteWrite.remoteWriteEndpoint.endpoint, 'writes what rules record');
    }
    if (remoteWrite && this.replicas.label) {
      graph.addReplicaLabel(remoteWrite, this.replicas.label, this);
    }
    if (bucket) {
      graph.addBlockWriter(bucket, {
        at: this,
        replicaLabels: () => [this.replicas.label ?? { name: RULE_REPLICA, on: 'blocks', copies: 1 }],
        streamLabels: externalLabels,
        activeSeries: rulerSeries,
        localRetention: tsdbRetention,
        outOfOrderTimeWindow: 0,
      });
    }
    graph.admit(this.workload, THANOS_HTTP.port, 'opens web interface and API', allowFrom);
  }
}
