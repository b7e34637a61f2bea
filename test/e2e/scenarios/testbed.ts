import type { KubernetesObject } from '@kubernetes/client-node';
import { Duration } from 'cdk8s';
import { Counters } from './counters';
import type { Faults } from './faults';
import type { MonitoringStackProps } from '../../../src';
import { GENERATOR_NAME, generatorObjects } from '../generator/objects';
import type { Account, Excuse, Span } from '../harness/accounting';
import { apply, cleanUp, createNamespace } from '../harness/apply';
import { audit } from '../harness/audit';
import type { Cluster } from '../harness/cluster';
import { Ledger } from '../harness/ledger';
import { progress, sleep } from '../harness/progress';
import { PrometheusApi } from '../harness/query';
import { until, untilReady } from '../harness/wait';
import { PLATFORM_NAME, type Synthesized, smallPlatform } from '../platforms/small';

const QUERY_PORT = 10902;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Seconds. A block is flushed some minutes after its end, so that the two-hour limit on what is in the heads does not hide what the bucket lacks. */
export const BLOCK_LENGTH = 180;
/**
 * What a pod is planned to need changes with the number of members or shards, so that all of them roll, one by one, and each is watched
 * before the next (`minReady` of the ring; a sender of `b` waits as long for `a`). Of the two minutes of an ingestor Kubernetes 1.34 makes
 * three to four: its controller looks again two minutes after it made the pod, which is not available yet then. Measured: 15 minutes for
 * the five ingestors of the largest ring, three each.
 */
const ROLL_OUT = 25 * MINUTE;

/** Seconds; just written, and when its block is in the bucket. */
const READ_BACK_AT = [30, 600];

/** How much the generator serves. */
export interface LoadOptions {
  readonly pods: number;
  readonly series: number;
  /** Seconds between two scrapes. */
  readonly interval: number;
}

const LOAD: LoadOptions = { pods: 3, series: 1000, interval: 5 };

/** A small platform under a load whose every sample is known. */
export class Testbed {
  /** Makes both namespaces and waits until everything is Ready and all targets are scraped. */
  public static async up(cluster: Cluster, namespace: string, faults: Faults | undefined): Promise<Testbed> {
    const testbed = new Testbed(cluster, namespace, faults);
    const { loadNamespace } = testbed;
    await cleanUp(cluster, [namespace, loadNamespace], testbed.platform.objects);
    await createNamespace(cluster, loadNamespace);
    await createNamespace(cluster, namespace);
    await apply(cluster, generatorObjects({ namespace: loadNamespace, scrapedFrom: namespace, pods: LOAD.pods, series: LOAD.series }));
    await apply(cluster, testbed.platform.objects);
    await untilReady(cluster, loadNamespace);
    await untilReady(cluster, namespace);
    testbed.query = await PrometheusApi.of(cluster, { namespace, service: `${PLATFORM_NAME}-query`, port: QUERY_PORT });
    await testbed.ledger.start();
    await testbed.untilScraped();
    testbed.begin = Date.now();
    return testbed;
  }

  public readonly ledger: Ledger;
  public readonly counters: Counters;
  public query!: PrometheusApi;
  /** Since when everything was well; milliseconds since 1970. */
  public begin = Infinity;
  /** What need not have been scraped, of all that happened so far. */
  public readonly excuses: Excuse[] = [];
  private props: Partial<MonitoringStackProps> = {};
  private current?: Synthesized;

  private constructor(public readonly cluster: Cluster, public readonly namespace: string, public readonly faults: Faults | undefined) {
    // Two shards, so that there is something to reshard; and a disk that can be filled without harm to the machine.
    this.props = {
      prometheus: { shards: 2 },
      ...faults ? { ring: { storageClassName: 'small' } } : {},
      continuousTest: { agesRaw: READ_BACK_AT.map(age => Duration.seconds(age)) },
    };
    this.ledger = new Ledger(cluster, this.loadNamespace);
    this.counters = new Counters(cluster, namespace);
  }

  /** Namespace of the generator. */
  public get loadNamespace(): string {
    return `${this.namespace}-load`;
  }

  /** What is applied now. */
  public get platform(): Synthesized {
    return this.current ??= smallPlatform({
      namespace: this.namespace,
      generatorNamespace: this.loadNamespace,
      series: LOAD.pods * LOAD.series,
      generatorPods: LOAD.pods,
      scrapeInterval: LOAD.interval,
      blockLength: BLOCK_LENGTH,
      props: this.props,
    });
  }

  /** Milliseconds between two scrapes of the generator. */
  public get interval(): number {
    return LOAD.interval * SECOND;
  }

  /** Changes props of the stack, those of a part one by one, and applies what it prints then; does not wait. */
  public async change(props: Partial<MonitoringStackProps>): Promise<void> {
    const { ring, prometheus } = { ...this.props };
    this.props = { ...this.props, ...props, ring: { ...ring, ...props.ring }, prometheus: { ...prometheus, ...props.prometheus } };
    this.current = undefined;
    await apply(this.cluster, this.platform.objects);
  }

  /** All pods are Ready, and the senders have sent what they hold. @returns seconds that this took */
  public async untilSettled(timeout: number = ROLL_OUT): Promise<number> {
    const begin = Date.now();
    await untilReady(this.cluster, this.namespace, { timeout });
    await until('platform whose senders have sent everything', async () => ((await this.counters.behind()) <= 2 * LOAD.interval ? true : undefined), { timeout });
    return (Date.now() - begin) / SECOND;
  }

  /** Every sample that belongs to a time, as Query returns it now; the time may end no later than now. */
  public async account(window: Span, stores?: string): Promise<Account> {
    // A scrape that has just been taken is on its way for as long as a batch may wait.
    await sleep(Math.max(0, window.to + 3 * this.interval + 5 * SECOND - Date.now()));
    return audit({ ledger: this.ledger, query: this.query, namespace: this.loadNamespace, window, interval: this.interval, excuses: this.excuses, stores });
  }

  /** The pods of a part, by name. */
  public async pods(component: string): Promise<string[]> {
    const labelSelector = `app.kubernetes.io/component=${component}`;
    const { items } = await this.cluster.core.listNamespacedPod({ namespace: this.namespace, labelSelector });
    return items.map(({ metadata }) => metadata?.name ?? '').sort();
  }

  /** The pods of the generator on a node. */
  public async targetsOn(node: string): Promise<string[]> {
    const { items } = await this.cluster.core.listNamespacedPod({ namespace: this.loadNamespace, fieldSelector: `spec.nodeName=${node}` });
    return items.map(({ metadata }) => metadata?.name ?? '');
  }

  /** Deletes all that was made. */
  public async down(): Promise<void> {
    this.ledger.stop();
    this.query?.close();
    await cleanUp(this.cluster, [this.namespace, this.loadNamespace], this.platform.objects as KubernetesObject[]);
  }

  private async untilScraped(): Promise<void> {
    const selector = `count by (tenant_id) (up{job="${GENERATOR_NAME}"} == 1)`;
    await until('Query that knows every pod of the generator from both senders', async () => {
      const twins = await this.query.query(selector, { dedup: false, partialResponse: true });
      return twins.length === 2 && twins.every(({ values: [count] }) => count >= LOAD.pods) ? true : undefined;
    });
    progress('both senders scrape the generator');
  }
}
