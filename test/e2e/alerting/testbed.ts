import type { KubernetesObject, V1ConfigMap, V1Pod } from '@kubernetes/client-node';
import { type AlertingPlatform, alertingPlatform, changed } from './platform';
import { receiverObjects, RECEIVER_NAME, RECEIVER_PORT } from './receiver/objects';
import type { Message } from './receiver/program';
import { generatorObjects } from '../generator/objects';
import { METRIC } from '../generator/series';
import { apply, cleanUp, createNamespace, orNothing } from '../harness/apply';
import type { Cluster } from '../harness/cluster';
import { Exposition } from '../harness/exposition';
import { Forward } from '../harness/forward';
import { PrometheusApi } from '../harness/query';
import { until, untilReady } from '../harness/wait';
import { PLATFORM_NAME, type Synthesized } from '../platforms/small';
import type { Faults } from '../scenarios/faults';

const QUERY_PORT = 10902;
const GENERATOR = { pods: 3, series: 100 };

/** A small platform that alerts, a load whose values tell the time, and somebody who is told. */
export class AlertingTestbed {
  /** Makes the namespaces, and waits until everything is Ready and the load can be read. */
  public static async up(cluster: Cluster, namespace: string, faults: Faults | undefined): Promise<AlertingTestbed> {
    const testbed = new AlertingTestbed(cluster, namespace, faults);
    const { loadNamespace, receiverNamespace } = testbed;
    await cleanUp(cluster, testbed.namespaces, testbed.objects);
    for (const each of testbed.namespaces) await createNamespace(cluster, each);
    await apply(cluster, [
      ...generatorObjects({ namespace: loadNamespace, scrapedFrom: namespace, ...GENERATOR }),
      ...receiverObjects(receiverNamespace, namespace),
      ...testbed.objects,
    ]);
    for (const each of testbed.namespaces) await untilReady(cluster, each);
    await testbed.connect();
    return testbed;
  }

  public query!: PrometheusApi;
  private receiver!: Forward;
  private synthesized: Synthesized;
  private shape: AlertingPlatform;

  private constructor(public readonly cluster: Cluster, public readonly namespace: string, public readonly faults: Faults | undefined) {
    this.shape = { namespace, generatorNamespace: this.loadNamespace, receiverNamespace: this.receiverNamespace, limit: 1, pushes: false };
    this.synthesized = alertingPlatform(this.shape);
  }

  /** Namespace of the generator. */
  public get loadNamespace(): string {
    return `${this.namespace}-load`;
  }

  /** Namespace of the webhook receiver. */
  public get receiverNamespace(): string {
    return `${this.namespace}-people`;
  }

  /** What is applied now. */
  public get objects(): KubernetesObject[] {
    return this.synthesized.objects;
  }

  /** Makes or changes a ConfigMap of rules as any service may write it, beside those of the platform's own app. */
  public async writeRules(name: string, text: string): Promise<void> {
    const labels = this.synthesized.stack.ruler!.rulesSelector;
    const configMap: V1ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: this.namespace, labels }, data: { 'rules.yaml': text } };
    await apply(this.cluster, [configMap]);
  }

  /** Deletes such a ConfigMap. */
  public async removeRules(name: string): Promise<void> {
    await orNothing(this.cluster.core.deleteNamespacedConfigMap({ namespace: this.namespace, name }));
  }

  /** Applies what of the platform is not the same any more. @returns kinds and names of that */
  public async change(shape: Partial<Pick<AlertingPlatform, 'limit' | 'pushes'>>): Promise<string[]> {
    const before = this.objects;
    this.shape = { ...this.shape, ...shape };
    this.synthesized = alertingPlatform(this.shape);
    const objects = changed(before, this.objects);
    await apply(this.cluster, objects);
    return objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
  }

  /** The pods of a part, by name. */
  public async pods(component: string): Promise<V1Pod[]> {
    const { items } = await this.cluster.core.listNamespacedPod({ namespace: this.namespace, labelSelector: `app.kubernetes.io/component=${component}` });
    return items.sort((one, other) => (one.metadata?.name ?? '').localeCompare(other.metadata?.name ?? ''));
  }

  /** Every notification so far, in the order of its arrival. */
  public async messages(): Promise<Message[]> {
    return until('answer of the webhook receiver', async () => JSON.parse(await this.receiver.get('/messages')) as Message[]);
  }

  /** What a port of a pod answers to a GET. @throws on any status but 200, and while nobody answers */
  public async ask(pod: string, port: number, path: string): Promise<string> {
    const forward = await Forward.to(this.cluster, { namespace: this.namespace, pod, port });
    try {
      return await forward.get(path);
    } finally {
      forward.close();
    }
  }

  /** What a program of a pod says of itself. @throws while it does not answer */
  public async metrics(pod: string, port: number): Promise<Exposition> {
    return new Exposition(await this.ask(pod, port, '/metrics'));
  }

  /** Waits until all pods of the platform are Ready. */
  public async untilReady(): Promise<void> {
    await untilReady(this.cluster, this.namespace, { timeout: 10 * 60_000 });
  }

  /** Deletes all that was made. */
  public async down(): Promise<void> {
    this.query?.close();
    this.receiver?.close();
    await cleanUp(this.cluster, this.namespaces, this.objects);
  }

  /** The platform first: its pods are to stop in a second before the deletion of their namespace grants them the time to upload. */
  private get namespaces(): string[] {
    return [this.namespace, this.loadNamespace, this.receiverNamespace];
  }

  private async connect(): Promise<void> {
    const { cluster, namespace, loadNamespace, receiverNamespace } = this;
    this.query = await PrometheusApi.of(cluster, { namespace, service: `${PLATFORM_NAME}-query`, port: QUERY_PORT });
    this.receiver = await Forward.to(cluster, { namespace: receiverNamespace, service: RECEIVER_NAME, port: RECEIVER_PORT });
    await until('Query that knows every pod of the generator', async () => {
      const pods = await this.query.value(`count(${METRIC}{namespace="${loadNamespace}",index="0"})`, { partialResponse: true });
      return pods === GENERATOR.pods ? true : undefined;
    });
    await until('sign of life of each evaluator', async () => {
      const told = (await this.messages()).flatMap(({ alerts }) => alerts.map(({ labels }) => labels.evaluator));
      return new Set(told.filter(Boolean)).size === 2 ? true : undefined;
    });
  }
}
