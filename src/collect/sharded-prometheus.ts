import type { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { SenderAutoscaler } from './autoscaler';
import { JobList } from './job-list';
import { PrometheusConfigs } from './prometheus-config';
import { REMOTE_WRITE_RULES } from './remote-write-rules';
import { RuleEvaluation } from './rule-evaluation';
import type { ScrapeJob } from './scrape-job';
import type { ReadyMadeJobOptions } from './scrape-job-options';
import { addSenderPods, senderGroup, WEB_PORT } from './sender-pods';
import { allocatorPart, RETENTION, settle } from './sender-settings';
import { PrometheusMode, SCRAPE_JOB, SenderSettings, ShardedPrometheusProps } from './sharded-prometheus-props';
import { SENDER_RULES } from './sharded-prometheus-rules';
import { staticSpread } from './sharding';
import { addShardingChecks } from './sharding-checks';
import { TargetAllocator } from './target-allocator';
import { checkTenant } from '../core/checks/tenants';
import { alertSink, type IAlertSink, type IQueryApi } from '../core/endpoint';
import { isSound, shown } from '../core/fields';
import { check } from '../core/findings';
import { Graph } from '../core/graph';
import { secretsOf } from '../core/http-client';
import { commonLabels } from '../core/labels';
import type { PodWorkload } from '../core/pod-workload';
import { MIB } from '../core/units';
import { JOB_FILES } from '../job-loader/job-loader';
import { checkAgainstPlan, IPlanned } from '../plan/context';
import type { Figure } from '../plan/figure';
import type { IRuleEvaluator } from '../rules/rule';
import type { FileGroup } from '../rules/rule-file';
import type { RuleSet } from '../rules/rule-set';
import { ruleSet } from '../rules/rule-set-field';

/** Of a server's volume, what blocks and WAL may take; the rest is for compaction and for an alert. Prometheus' docs suggest 80 to 85 %. */
const SHARE_OF_VOLUME = 0.8;

/** Seconds; Prometheus' own default. */
const EVALUATION_INTERVAL = 60;

/**
 * Prometheus in shards, each of which scrapes its part of the targets and sends it on, and each with a twin that does the same.
 *
 * Shards are static, where a pod finds its own targets by its ordinal in the configuration, which is hot-reloaded; or dynamic, where
 * target allocators tell each pod what is its own: see `Sharding`. Jobs may be added until the app is synthesized.
 */
export class ShardedPrometheus extends Construct implements IPlanned, IRuleEvaluator {
  public readonly figures: Figure[];
  /** Shards in force. */
  public readonly shards: number;
  /** Senders of each target. */
  public readonly replicas: number;
  /** The StatefulSets, one a replica, for patches. */
  public readonly statefulSets: ApiObject[];
  /** The Deployments of target allocators, one a replica, for patches; none with static sharding. */
  public readonly targetAllocators: ApiObject[];
  /** Seconds, of jobs that state none of their own. @internal */
  public readonly _scrapeInterval: number;
  private readonly workload: PodWorkload;
  private readonly allocator?: TargetAllocator;
  private readonly autoscaler?: SenderAutoscaler;
  private readonly jobs: JobList;
  /** Only of servers. */
  private readonly evaluation?: RuleEvaluation;

  constructor(scope: Construct, id: string, props: ShardedPrometheusProps) {
    super(scope, id);
    const { settings, figures } = settle(this, id, props);
    const target = settings.remoteWrite?.remoteWriteEndpoint;
    check(this, SENDER_RULES, settings);
    if (target) {
      check(this, REMOTE_WRITE_RULES, { sender: settings, target });
    }
    checkTenant(this, settings.tenant, settings.remoteWrite);
    checkAgainstPlan(this, figures, ({ part, name }) => (part === allocatorPart(id) ? `targetAllocator.${name}` : name));
    this.figures = figures;
    this.shards = settings.shards;
    this.replicas = settings.replicas;
    this._scrapeInterval = settings.scrapeInterval;

    const local = settings.mode === PrometheusMode.SERVER ? {
      time: settings.retention ?? RETENTION,
      size: Math.floor(settings.storageSize * SHARE_OF_VOLUME / MIB) * MIB,
    } : undefined;
    this.evaluation = local && this.newEvaluation(settings);
    const jobs = () => this.jobs.all;
    this.allocator = settings.allocator && new TargetAllocator(this, 'allocator', { ...settings, group: senderGroup(settings.name), jobs }, settings.allocator);
    this.targetAllocators = this.allocator?.deployments ?? [];
    const spread = this.allocator ?? staticSpread(settings.partition);
    const moreJobs = this.allocator?.hasMoreJobs ? this.allocator : undefined;
    const evaluation = this.evaluation && (() => this.evaluation!.config());
    const configs = new PrometheusConfigs(this, { ...settings, target, local, evaluation, jobFiles: moreJobs && JOB_FILES }, spread, jobs);
    this.workload = addSenderPods(this, settings, {
      config: sender => configs.of(sender),
      secrets: () => [...secretsOf(settings.client), ...this.jobs.secrets],
      usesApi: () => this.jobs.usesApi,
      rules: this.evaluation?.volume,
      moreJobs: moreJobs && (sender => moreJobs.endpoint(sender)),
    });
    this.jobs = new JobList(this, this.workload, settings, this.allocator);
    this.autoscaler = this.newAutoscaler(settings);
    addShardingChecks(this, { settings, workload: this.workload, jobs, allocator: this.allocator });
    this.statefulSets = this.workload.controllers;
    this.publish(settings);
    settings.scrapeJobs?.forEach(job => this.addScrapeJob(job));
    this.addRules(...settings.rules ?? []);
    settings.alertSinks?.forEach(sink => this.evaluation?.addAlertSink(sink, this.workload));
  }

  /**
   * Evaluates rules, in mode `SERVER` alone. Each shard sees the series of its own targets only, so what adds up over several targets
   * belongs to a ruler.
   */
  public addRules(...sets: RuleSet[]): void {
    sets.forEach(set => this._addRules(set, () => set._groups([]).map(({ group }) => group)));
  }

  /** Sends all alerts to one more sink, in mode `SERVER` alone. */
  public addAlertSink(sink: IAlertSink): void {
    if (!isSound(this, 'addAlertSink', 'invalid-alert-sink', alertSink(), sink)) {
      return;
    }
    if (!this.evaluation) {
      Graph.of(this).report(this, 'agent-evaluates-nothing', `An agent evaluates no rules and has no alerts, but was given '${sink.node.path}' for them. Give it to a ruler, or use PrometheusMode.SERVER.`);
    } else {
      this.evaluation.addAlertSink(sink, this.workload);
    }
  }

  /** Whether rules can be added. @internal */
  public get _evaluates(): boolean {
    return this.evaluation !== undefined;
  }

  /** Evaluates some groups of a set. @internal */
  public _addRules(set: RuleSet, groups: () => FileGroup[]): void {
    if (!isSound(this, 'addRules', 'invalid-rules', ruleSet(), set)) {
      return;
    }
    if (!this.evaluation) {
      Graph.of(this).report(this, 'agent-evaluates-nothing', `An agent keeps no samples and evaluates no rules, but was given those of '${set.node.path}'. Give them to a ruler, or use PrometheusMode.SERVER.`);
    } else {
      this.evaluation.addRules(set, groups);
    }
  }

  /** Scrapes the targets of a job; each belongs to one shard, and to that shard's twin. */
  public addScrapeJob(job: ScrapeJob): void {
    if (isSound(this, 'addScrapeJob', 'invalid-job', SCRAPE_JOB, job)) {
      this.jobs.add(job);
    }
  }

  /**
   * Scrapes every program below a construct, also those that are added later, as job `platform`.
   * @param options settings of that job, e.g. its labels
   */
  public monitor(scope: IConstruct, options: ReadyMadeJobOptions = {}): void {
    if (Construct.isConstruct(scope)) {
      this.jobs.monitor(scope, options);
    } else {
      Graph.of(this).report(this, 'invalid-scope', `What 'monitor' is given must be a construct, but is ${shown(scope)}.`);
    }
  }

  /** Lets the autoscaler go by the answers of a query, unless its props named another. @internal */
  public _autoscaleBy(query: IQueryApi): void {
    this.autoscaler?.ask(query);
  }

  private newAutoscaler({ scaling, mode, scrapeInterval, shards, externalLabels }: SenderSettings): SenderAutoscaler | undefined {
    const appended = `prometheus_${mode === PrometheusMode.AGENT ? 'agent' : 'tsdb_head'}_samples_appended_total`;
    return scaling && new SenderAutoscaler(this, 'autoscaler', { workload: this.workload, appended, scrapeInterval, shards, cluster: externalLabels?.cluster }, scaling);
  }

  private newEvaluation({ name, senders, evaluationInterval }: SenderSettings): RuleEvaluation {
    return new RuleEvaluation(this, 'rules', {
      name,
      labels: commonLabels(this, senderGroup(name)),
      replicaLabels: [...new Set(senders.flatMap(({ labels }) => Object.keys(labels)))],
      interval: evaluationInterval ?? EVALUATION_INTERVAL,
    });
  }

  private publish({ remoteWrite, replicaLabel, allowFrom }: SenderSettings): void {
    const graph = Graph.of(this);
    if (remoteWrite) {
      graph.connect(this.workload, remoteWrite.remoteWriteEndpoint.endpoint, 'remote write');
    }
    this.allocator?.endpoints.forEach(endpoint => graph.connect(this.workload, endpoint, 'asks for targets'));
    if (remoteWrite && replicaLabel) {
      graph.addReplicaLabel(remoteWrite, replicaLabel, this);
    }
    graph.admit(this.workload, WEB_PORT, 'opens web interface and API', allowFrom);
  }
}
