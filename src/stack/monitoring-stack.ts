import { Construct } from 'constructs';
import { Alerting, present } from './alerting';
import { checkContradictions, together } from './contradictions';
import { writeDocuments } from './documents';
import type { MetaMonitoring } from './meta-monitoring';
import { addNamespace } from './namespace';
import { addNeighbour } from './neighbours';
import { SenderGroups } from './sender-groups';
import { carriedWorkload, embeddedBucket, ringFacts, ringLabel, stackName } from './shape';
import { MonitoringStackProps, STACK_FIELDS } from './stack-props';
import type { Alertmanager } from '../alerting/alertmanager';
import { clusterJobs } from '../collect/ready-made-jobs';
import { ScrapeJob } from '../collect/scrape-job';
import { ShardedPrometheus } from '../collect/sharded-prometheus';
import type { ShardedPrometheusOptions } from '../collect/sharded-prometheus-props';
import { ContinuousTest } from '../continuous-test/continuous-test';
import type { ComponentPods } from '../core/component-pods';
import { Given, isSound, read, requireId, some } from '../core/fields';
import type { Finding } from '../core/findings';
import { Graph } from '../core/graph';
import type { IObjectStore } from '../core/object-store';
import { Platform, PLATFORM_FIELDS, PlatformOptions, setPartOf } from '../core/platform';
import { prerequisitesOf } from '../core/prerequisites';
import { CapacityPlan } from '../plan/capacity-plan';
import { planCombinations } from '../plan/combinations';
import { decide, type IPlanned } from '../plan/context';
import type { Load } from '../plan/load';
import type { RingFacts } from '../plan/ring';
import { planTotal } from '../plan/total';
import { Workload } from '../plan/workload';
import { ImportedPushgateway, NOWHERE } from '../push/imported-pushgateway';
import { PushGatewayJob } from '../push/push-gateway-job';
import type { PushGatewayJobOptions } from '../push/push-gateway-job-props';
import { Pushgateway } from '../push/pushgateway';
import type { PushgatewayProps } from '../push/pushgateway-props';
import { QueryFrontend } from '../query/query-frontend';
import { ThanosQuery } from '../query/thanos-query';
import { ThanosReceiveRing } from '../receive/thanos-receive-ring';
import type { ThanosRuler } from '../ruler/thanos-ruler';
import type { RuleSet } from '../rules/rule-set';
import { ruleSet } from '../rules/rule-set-field';
import { Compactor } from '../store/compactor';
import { ObjectStoreBucket } from '../store/object-store-bucket';
import { bucketPlan } from '../store/planned-bytes';
import { StoreGateway } from '../store/store-gateway';
import { Topology } from '../topology/topology';

/**
 * A whole platform: sharded Prometheus agents write to a replicated Receive ring, which keeps its history in a bucket, and one
 * Query gives one view of it all.
 *
 * It only chooses parts and joins them: each part can be had alone, is reachable here, and takes its settings by its own name.
 */
export class MonitoringStack extends Construct {
  /** Where blocks are kept. */
  public readonly bucket: IObjectStore;
  /** The ring; the first of them where the series need several. */
  public readonly ring: ThanosReceiveRing;
  /** All rings. */
  public readonly rings: ThanosReceiveRing[];
  /** The senders; those of the first ring where there are several. */
  public readonly prometheus: ShardedPrometheus;
  /** Serves old blocks. */
  public readonly storeGateway: StoreGateway;
  /** Merges, downsamples and deletes blocks; that of the first ring where there are several. */
  public readonly compactor: Compactor;
  /** Sees all series. */
  public readonly query: ThanosQuery;
  /** Where people and dashboards ask. */
  public readonly queryFrontend: QueryFrontend;
  /** The continuous test, if it is switched on; that of the first ring where there are several. */
  public readonly continuousTest?: ContinuousTest;
  /** Groups alerts and tells people, if it is switched on. */
  public readonly alertmanager?: Alertmanager;
  /** Evaluates rules over all series, if there are any to evaluate. */
  public readonly ruler?: ThanosRuler;
  /** Watches the platform and needs nothing of it, if it is switched on. */
  public readonly metaMonitoring?: MetaMonitoring;
  /** Takes what jobs push, if it is switched on. */
  public readonly pushgateway?: Pushgateway;

  private readonly alerting: Alerting;
  private readonly senders: ShardedPrometheus[];
  private readonly groups: ShardedPrometheus[] = [];
  private readonly stated: SenderGroups;
  private readonly workload: Workload;
  private readonly compactors: Compactor[];
  private readonly given: Given<MonitoringStackProps>;
  private readonly load: Load;
  private readonly name: string;

  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id);
    this.given = read(this, STACK_FIELDS, props);
    this.name = stackName(this, id, this.given);
    this.workload = carriedWorkload(this, this.given);
    this.load = this.workload._load;
    this.stated = new SenderGroups(this, this.load);
    checkContradictions(this, this.given);
    Platform.configure(this, this.platformOptions());
    setPartOf(this, this.name);
    addNeighbour(this, { name: this.name, cluster: this.given.cluster });
    const { ring, prometheus, storeGateway, compactor, query, queryFrontend } = this.given;
    const facts = ringFacts(this.load, this.given);
    decide(this, { workload: this.workload, ring: facts });

    if (this.given.createNamespace) {
      addNamespace(this);
    }
    this.bucket = this.given.bucket ?? embeddedBucket(this, this.name, this.load, facts);
    this.rings = this.perRing(facts, (suffix, index) => new ThanosReceiveRing(this, `receive${suffix}`, {
      name: `${this.name}-receive${suffix}`,
      senderReplicas: facts.senderReplicas,
      ...ring,
      bucket: this.bucket,
      externalLabels: together(ring?.externalLabels, {}, ringLabel(facts, index)),
    }));
    this.ring = this.rings[0];
    this.senders = this.perRing(facts, (suffix, index) => this.newSenders(`prometheus${suffix}`, this.rings[index], {
      ...prometheus,
      ...(facts.rings > 1 ? { partition: { index, of: facts.rings } } : {}),
    }));
    this.prometheus = this.senders[0];
    this.storeGateway = new StoreGateway(this, 'store', { name: `${this.name}-store`, ...storeGateway, bucket: this.bucket });
    this.compactors = this.perRing(facts, (suffix, index) => new Compactor(this, `compactor${suffix}`, {
      name: `${this.name}-compactor${suffix}`, ...compactor, bucket: this.bucket, streamLabels: ringLabel(facts, index),
    }));
    this.compactor = this.compactors[0];
    this.query = new ThanosQuery(this, 'query', { name: `${this.name}-query`, ...query, stores: [...this.rings, this.storeGateway] });
    this.senders.forEach(senders => senders._autoscaleBy(this.query));
    this.queryFrontend = new QueryFrontend(this, 'query-frontend', {
      name: `${this.name}-query-frontend`, ...queryFrontend, downstream: this.query,
    });
    const continuousTests = this.addContinuousTests(facts);
    this.continuousTest = continuousTests[0];
    this.alerting = new Alerting(this, {
      name: this.name, given: this.given, query: this.query, ring: this.ring, senders: this.senders, clusterLabels: own => this.withClusterLabels(own),
    });
    this.alertmanager = this.alerting.alertmanager;
    this.ruler = this.alerting.ruler;
    this.metaMonitoring = this.alerting.metaMonitoring;
    this.pushgateway = this.given.pushgateway && this.newPushgateway(this.given.pushgateway);
    this.addJobs();
    this.alerting.addPlatformAlerts({
      load: this.load,
      bucket: bucketPlan(this.load, facts),
      rings: this.rings,
      storeGateways: [this.storeGateway],
      compactors: this.compactors,
      queries: [this.query],
      queryFrontends: [this.queryFrontend],
      pushgateways: present(this.pushgateway),
      continuousTests,
      embeddedBuckets: this.given.bucket ? [] : [this.bucket],
    });
  }

  /** Scrapes a job; each of its targets belongs to one shard of the senders, and to its twin. */
  public scrape(...jobs: ScrapeJob[]): void {
    this.senders.forEach(senders => jobs.forEach(job => senders.addScrapeJob(job)));
  }

  /**
   * Senders for jobs that are to have pods of their own, such as a team's or a kind of server's. They write to the same ring, which is
   * sized for the workload of the whole platform.
   * @param workload what these senders carry of it, so that theirs is part of the stack's own; all of it if left out
   */
  public addPrometheus(id: string, options: ShardedPrometheusOptions = {}, workload?: Workload): ShardedPrometheus {
    requireId(this, 'addPrometheus', id);
    const problem = some<ShardedPrometheusOptions>().problem(options);
    if (problem) {
      Graph.of(this).report(this, 'invalid-prop', `What 'addPrometheus' is given for '${id}' ${problem}.`);
    }
    const group = this.newSenders(id, this.ring, problem ? {} : options, workload);
    group._autoscaleBy(this.query);
    this.groups.push(group);
    this.stated.add(id, workload);
    this.alerting.addSenders(group, workload);
    return group;
  }

  /** Rules, each of which is evaluated where it can be: see `RuleSet.placements`, and the plan for who evaluates it here. */
  public addRules(...sets: RuleSet[]): void {
    for (const set of sets) {
      if (isSound(this, 'addRules', 'invalid-rules', ruleSet(), set)) {
        this.alerting.evaluators.add(set);
      }
    }
  }

  /** A job that pushes what it measures, to the stack's Pushgateway, with its alerts; the stack's `pushgateway` must be given. */
  public addPushJob(id: string, options: PushGatewayJobOptions): PushGatewayJob {
    if (!this.pushgateway) {
      Graph.of(this).report(this, 'pushgateway-missing', `'addPushJob' is called for '${id}', but the stack has no Pushgateway that it could push to; give it \`pushgateway: {}\`.`);
    }
    requireId(this, 'addPushJob', id);
    const { runbookBaseUrl } = this.given.platformAlerts ?? {};
    const pushgateway = this.pushgateway ?? new ImportedPushgateway(this, `${id}-pushgateway`, NOWHERE);
    const job = new PushGatewayJob(this, id, { name: `${this.name}-${id}`, runbookBaseUrl, ...options, pushgateway });
    if (this.alerting.judges) {
      this.alerting.evaluators.add(job.alerts);
    }
    return job;
  }

  /** Every figure of the platform with its reason, and what the checks found. */
  public get plan(): CapacityPlan {
    const parts = [this.prometheus, ...this.groups, this.ring, this.storeGateway, this.compactor, this.query, this.queryFrontend,
      ...[this.continuousTest, this.ruler, this.alertmanager, this.pushgateway, this.metaMonitoring].flatMap(part => present<IPlanned>(part))];
    const bucket = bucketPlan(this.load, this.ring._plan);
    const { workloads, jobs } = Graph.of(this);
    const own = <T extends Construct>(all: T[]) => all.filter(({ node }) => node.scopes.includes(this));
    const needs = own(workloads).flatMap(workload => workload.sets.map(({ replicas }) => ({ pods: replicas, ...workload.needs })));
    return CapacityPlan._of({
      figures: [
        ...this.workload._figures,
        ...parts.flatMap(({ figures }) => figures),
        ...(this.bucket instanceof ObjectStoreBucket ? this.bucket.figures : []),
        ...bucket.figures,
        ...planTotal(this.load, needs, bucket.monthlyCost).figures,
      ],
      combinations: planCombinations(this.load, this.ring._plan),
      rules: this.alerting.evaluators.rules,
      prerequisites: prerequisitesOf(this, [...own<ComponentPods>(workloads), ...own(jobs)]),
      findings: this.findings.map(({ severity, rule, path, message }) => `${severity} ${rule} at ${path}: ${message}`),
    });
  }

  /** What the checks found at this platform's parts, at its bucket, and at the rule sets that were added to it, errors first. */
  public get findings(): Finding[] {
    const graph = Graph.of(this);
    const inside = [this, ...graph.sameBuckets(this.bucket), ...this.alerting.evaluators.sets].map(({ node }) => `${node.path}/`);
    return graph.findings().filter(({ path }) => inside.some(start => `${path}/`.startsWith(start)));
  }

  /** Who speaks to whom, as a picture. */
  public get topology(): Topology {
    return Topology.of(this);
  }

  /** Writes the plan (`plan.md`, `plan.json`) and the topology (`topology.mmd`, `topology.svg`) into a folder, made if need be. */
  public writePlan(folder: string): void {
    writeDocuments(folder, this.plan, this.topology);
  }

  private newSenders(id: string, ring: ThanosReceiveRing, options: ShardedPrometheusOptions, workload?: Workload): ShardedPrometheus {
    return new ShardedPrometheus(this, id, {
      name: `${this.name}-${id}`,
      requiredLabels: this.given.requiredLabels,
      ...options,
      workload,
      remoteWrite: ring,
      externalLabels: this.withClusterLabels(options?.externalLabels),
    });
  }

  private withClusterLabels(own: unknown): Record<string, string> {
    return together(own, { cluster: this.given.cluster ?? 'unknown', ...this.given.externalLabels });
  }

  private addContinuousTests(facts: RingFacts): ContinuousTest[] {
    const { continuousTest } = this.given;
    return continuousTest ? this.perRing(facts, (suffix, index) => new ContinuousTest(this, `continuous-test${suffix}`, {
      name: `${this.name}-continuous-test${suffix}`,
      ...continuousTest,
      remoteWrite: this.rings[index],
      query: this.query,
      externalLabels: this.withClusterLabels(continuousTest.externalLabels),
    })) : [];
  }

  private addJobs(): void {
    if (this.given.clusterJobs !== false) {
      this.scrape(...clusterJobs(this.given.clusterJobOptions, this.given.kubeletJobOptions));
    }
    if (this.given.selfMonitoring !== false) {
      this.senders.forEach(senders => senders.monitor(this, this.given.clusterJobOptions));
    }
  }

  private newPushgateway(options: PushgatewayProps): Pushgateway {
    const pushgateway = new Pushgateway(this, 'pushgateway', { name: `${this.name}-pushgateway`, cluster: this.given.cluster, ...options });
    this.scrape(ScrapeJob.pushgateway('pushed', pushgateway, this.given.clusterJobOptions));
    return pushgateway;
  }

  private perRing<T>({ rings }: RingFacts, make: (suffix: string, index: number) => T): T[] {
    // The first ring bears no number: a platform that outgrows it keeps its objects.
    return Array.from({ length: rings }, (_, index) => make(index === 0 ? '' : `-${index}`, index));
  }

  private platformOptions(): PlatformOptions {
    return Object.fromEntries(Object.entries(this.given).filter(([key]) => key in PLATFORM_FIELDS));
  }
}
