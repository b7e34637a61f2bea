import type { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { secretsOf } from './http-client';
import { JobList } from './job-list';
import { PrometheusConfigs } from './prometheus-config';
import { REMOTE_WRITE_RULES } from './remote-write-rules';
import type { ScrapeJob } from './scrape-job';
import type { ReadyMadeJobOptions } from './scrape-job-options';
import { addSenderPods, WEB_PORT } from './sender-pods';
import { RETENTION, settle } from './sender-settings';
import { PrometheusMode, SCRAPE_JOB, SenderSettings, ShardedPrometheusProps } from './sharded-prometheus-props';
import { SENDER_RULES } from './sharded-prometheus-rules';
import { shown } from '../core/fields';
import { check } from '../core/findings';
import { Graph } from '../core/graph';
import type { PodWorkload } from '../core/pod-workload';
import { checkAgainstPlan, IPlanned } from '../plan/context';
import type { Figure } from '../plan/figure';

/** Of a server's volume, what blocks and WAL may take; the rest is for compaction and for an alert. Prometheus' docs suggest 80 to 85 %. */
const SHARE_OF_VOLUME = 0.8;
const MIB = 1024 ** 2;

/**
 * Prometheus in shards, each of which scrapes its part of the targets and sends it on, and each with a twin that does the same.
 *
 * Shards are static: a pod finds its own by its ordinal in the configuration, which is hot-reloaded. Jobs may be added
 * until the app is synthesized.
 */
export class ShardedPrometheus extends Construct implements IPlanned {
  public readonly figures: Figure[];
  /** Shards in force. */
  public readonly shards: number;
  /** Senders of each target. */
  public readonly replicas: number;
  /** The StatefulSets, one a replica, for patches. */
  public readonly statefulSets: ApiObject[];
  private readonly workload: PodWorkload;
  private readonly jobs: JobList;

  constructor(scope: Construct, id: string, props: ShardedPrometheusProps) {
    super(scope, id);
    const { settings, figures } = settle(this, id, props);
    const target = props.remoteWrite.remoteWriteEndpoint;
    check(this, SENDER_RULES, settings);
    check(this, REMOTE_WRITE_RULES, { sender: settings, target });
    checkAgainstPlan(this, figures);
    this.figures = figures;
    this.shards = settings.shards;
    this.replicas = settings.replicas;

    const local = settings.mode === PrometheusMode.SERVER ? {
      time: settings.retention ?? RETENTION,
      size: Math.floor(settings.storageSize * SHARE_OF_VOLUME / MIB) * MIB,
    } : undefined;
    const configs = new PrometheusConfigs({ ...settings, target, local });
    this.workload = addSenderPods(this, settings, {
      config: sender => configs.of(sender, this.jobs.all),
      secrets: () => [...secretsOf(settings.client), ...this.jobs.secrets],
      usesApi: () => this.jobs.usesApi,
    });
    this.jobs = new JobList(this, this.workload, settings);
    this.statefulSets = this.workload.controllers;
    this.publish(settings, props);
    settings.scrapeJobs?.forEach(job => this.addScrapeJob(job));
  }

  /** Scrapes the targets of a job; each belongs to one shard, and to that shard's twin. */
  public addScrapeJob(job: ScrapeJob): void {
    const problem = SCRAPE_JOB.problem(job);
    if (problem) {
      Graph.of(this).report(this, 'invalid-job', `What 'addScrapeJob' is given ${problem}.`);
    } else {
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

  private publish({ replicaLabel, allowFrom = [] }: SenderSettings, { remoteWrite }: ShardedPrometheusProps): void {
    const graph = Graph.of(this);
    graph.connect(this.workload, remoteWrite.remoteWriteEndpoint.endpoint, 'remote write');
    if (replicaLabel) {
      graph.addReplicaLabel(remoteWrite, replicaLabel);
    }
    for (const peer of allowFrom) {
      graph.connectPeer({ workload: this.workload, direction: 'from', peer, why: 'web interface', ports: [WEB_PORT] });
    }
  }
}
