import type { V1Pod } from '@kubernetes/client-node';
import { Counters } from './counters';
import { ManyTargets, TWINS } from './dynamic-load';
import type { Spread } from './dynamic-spread';
import type { Faults } from './faults';
import type { SenderAutoscalingOptions } from '../../../src';
import { generatorObjects } from '../generator/objects';
import type { Excuse } from '../harness/accounting';
import { apply, cleanUp, createNamespace } from '../harness/apply';
import type { Cluster } from '../harness/cluster';
import { isReady, labelSelector } from '../harness/pods';
import { progress, sleep } from '../harness/progress';
import { PrometheusApi } from '../harness/query';
import { until, untilReady } from '../harness/wait';
import { DYNAMIC_JOBS, dynamicPlatform } from '../platforms/dynamic';
import { PLATFORM_NAME, type Synthesized } from '../platforms/small';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const QUERY_PORT = 10902;
const SENDER_PORT = 9090;
/** Allocators look each five seconds, and senders ask as often. */
const LOOK_AGAIN = 7 * SECOND;

/** Name of the senders with dynamic sharding. */
export const SENDERS = `${PLATFORM_NAME}-prometheus`;

/** The platform and its load in the beginning. */
export interface DynamicOptions {
  /** Senders of each replica. */
  readonly shards: number;
  /** Pods of the generator. */
  readonly pods: number;
  /** Targets of each. */
  readonly targets: number;
  /** Series of each target. */
  readonly series: number;
  /** Seconds between two scrapes. */
  readonly interval: number;
  /** Seconds between two scrapes of the platform itself. @default - as of the generator */
  readonly ownInterval?: number;
  /** Scrapes the generator by senders with static sharding as well. @default false */
  readonly beside?: boolean;
  readonly autoscaling?: SenderAutoscalingOptions;
}

/** A platform with dynamic sharding, under a load of many targets. */
export class DynamicTestbed {
  /** Makes both namespaces, and waits until each target is scraped by one sender of each replica. */
  public static async up(cluster: Cluster, namespace: string, faults: Faults | undefined, options: DynamicOptions): Promise<DynamicTestbed> {
    const testbed = new DynamicTestbed(cluster, namespace, faults, options);
    const { loadNamespace } = testbed;
    await cleanUp(cluster, [namespace, loadNamespace], testbed.platform.objects);
    await createNamespace(cluster, loadNamespace);
    await createNamespace(cluster, namespace);
    await apply(cluster, generatorObjects({ namespace: loadNamespace, scrapedFrom: namespace, ...options }));
    await apply(cluster, testbed.platform.objects);
    await untilReady(cluster, loadNamespace);
    await untilReady(cluster, namespace);
    testbed.query = await PrometheusApi.of(cluster, { namespace, service: `${PLATFORM_NAME}-query`, port: QUERY_PORT });
    for (const twin of TWINS) await testbed.untilSpread(twin);
    await testbed.untilQueried();
    return testbed;
  }

  public readonly targets: ManyTargets;
  public readonly counters: Counters;
  public readonly platform: Synthesized;
  public query!: PrometheusApi;
  public readonly excuses: Excuse[] = [];
  /** Pods of the generator that there are to be. */
  public generatorPods: number;

  private constructor(
    public readonly cluster: Cluster, public readonly namespace: string, public readonly faults: Faults | undefined, public readonly options: DynamicOptions,
  ) {
    const { pods, targets, series, interval, ownInterval = interval, beside = false } = options;
    this.generatorPods = pods;
    this.platform = dynamicPlatform({
      ...options, namespace, generatorNamespace: this.loadNamespace, targets: pods * targets, series: pods * targets * series, ownInterval, beside,
    });
    this.targets = new ManyTargets(cluster, this.loadNamespace);
    this.counters = new Counters(cluster, namespace);
  }

  /** Namespace of the generator. */
  public get loadNamespace(): string {
    return `${this.namespace}-load`;
  }

  /** Milliseconds between two scrapes of the generator. */
  public get interval(): number {
    return this.options.interval * SECOND;
  }

  /** Jobs by which the generator is scraped, by their way of sharding. */
  public get jobs(): Readonly<Partial<Record<keyof typeof DYNAMIC_JOBS, string>>> {
    return this.options.beside ? DYNAMIC_JOBS : { dynamic: DYNAMIC_JOBS.dynamic };
  }

  /** The pods of senders with dynamic sharding, of one replica or of all. */
  public async senders(twin?: string): Promise<V1Pod[]> {
    return this.podsOf({ 'app.kubernetes.io/component': 'prometheus', 'app.kubernetes.io/instance': SENDERS, ...twin ? { 'thanos.io/replica': twin } : {} });
  }

  /** The pods of the allocators of a replica, or of all. */
  public async allocators(twin?: string): Promise<V1Pod[]> {
    return this.podsOf({ 'app.kubernetes.io/component': 'target-allocator', ...twin ? { 'thanos.io/replica': twin } : {} });
  }

  /** What each sender of a replica scrapes of the generator. */
  public async spread(twin: string): Promise<Spread> {
    const pods = (await this.senders(twin)).map(({ metadata }) => metadata?.name ?? '').sort();
    return new Map(await Promise.all(pods.map(async (pod): Promise<[string, string[]]> => [pod, await this.targetsOf(pod)])));
  }

  /**
   * All senders of a replica are Ready, and each target has exactly one of them, twice in a row.
   * @param shards how many there must be. @default - as many as the StatefulSet wants
   */
  public async untilSpread(twin: string, shards?: number): Promise<Spread> {
    const look = async (): Promise<Spread | undefined> => {
      const { spec } = await this.cluster.apps.readNamespacedStatefulSet({ namespace: this.namespace, name: `${SENDERS}-${twin}` });
      const pods = await this.senders(twin);
      if (pods.length !== (shards ?? spec?.replicas) || !pods.every(isReady)) return undefined;
      const spread = await this.spread(twin);
      const all = [...spread.values()].flat();
      return all.length === this.generatorPods * this.options.targets && new Set(all).size === all.length ? spread : undefined;
    };
    let told = '';
    return until(`one sender of '${twin}' for each target`, async () => {
      const [first, again] = [await look(), await sleep(LOOK_AGAIN).then(look)];
      told = [...(await this.spread(twin)).entries()].map(([pod, own]) => `${pod}: ${own.length}`).join(', ');
      return first && again && text(first) === text(again) ? again : undefined;
    }, { timeout: 10 * MINUTE }, async () => told);
  }

  /** All pods are Ready, each target has its senders, and these have sent what they hold. @returns seconds that this took */
  public async untilSettled(): Promise<number> {
    const begin = Date.now();
    await untilReady(this.cluster, this.namespace, { timeout: 15 * MINUTE });
    for (const twin of TWINS) await this.untilSpread(twin);
    await this.untilSent();
    return (Date.now() - begin) / SECOND;
  }

  /** Deletes all that was made. */
  public async down(): Promise<void> {
    this.query?.close();
    await cleanUp(this.cluster, [this.namespace, this.loadNamespace], this.platform.objects);
  }

  private async untilSent(): Promise<void> {
    await until('senders that have sent everything', async () => ((await this.counters.behind()) <= 2 * (this.options.ownInterval ?? this.options.interval) ? true : undefined), { timeout: 10 * MINUTE });
  }

  private async podsOf(labels: Record<string, string>): Promise<V1Pod[]> {
    return (await this.cluster.core.listNamespacedPod({ namespace: this.namespace, labelSelector: labelSelector(labels) })).items;
  }

  private async targetsOf(pod: string): Promise<string[]> {
    const sender = await PrometheusApi.of(this.cluster, { namespace: this.namespace, pod, port: SENDER_PORT });
    try {
      return (await sender.targets()).filter(({ labels }) => labels.job === DYNAMIC_JOBS.dynamic).map(({ labels }) => labels.instance).sort();
    } finally {
      sender.close();
    }
  }

  private async untilQueried(): Promise<void> {
    const { pods, targets } = this.options;
    for (const job of Object.values(this.jobs)) {
      await until(`Query that knows all targets of the job '${job}' from both twins`, async () => {
        const twins = await this.query.query(`count by (tenant_id) (count by (tenant_id, instance) (up{job="${job}"} == 1))`, { dedup: false, partialResponse: true });
        return twins.length === TWINS.length && twins.every(({ values: [count] }) => count === pods * targets) ? true : undefined;
      });
    }
    progress('both twins scrape all targets');
  }
}

const text = (spread: Spread): string => JSON.stringify([...spread]);
