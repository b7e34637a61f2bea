import type { Cluster } from '../harness/cluster';
import { Exposition } from '../harness/exposition';
import { Forward } from '../harness/forward';
import { isReady } from '../harness/pods';

/** What was refused or thrown away, by its metric; each pod of each kind asked itself. */
export type Rejections = Readonly<Record<string, Readonly<Record<string, number>>>>;

const SENDER = { component: 'prometheus', port: 9090 };
const INGESTOR = { component: 'receive-ingestor', port: 10902 };

/** Metrics of samples that will never arrive: a batch that was answered by a 4xx, and what a head refuses for its time or its value. */
const REFUSED = [
  { ...SENDER, metric: 'prometheus_remote_storage_samples_failed_total' },
  { ...SENDER, metric: 'prometheus_remote_storage_samples_dropped_total', labels: { reason: 'too_old' } },
  { ...INGESTOR, metric: 'prometheus_tsdb_out_of_bound_samples_total' },
  { ...INGESTOR, metric: 'prometheus_tsdb_out_of_order_samples_total' },
  { ...INGESTOR, metric: 'prometheus_tsdb_too_old_samples_total' },
] as const;

/** Reads what programs count, from each pod itself: during a fault nothing else can be relied on. */
export class Counters {
  constructor(private readonly cluster: Cluster, private readonly namespace: string) {}

  /** The present counts. */
  public async read(): Promise<Rejections> {
    const counts: Record<string, Record<string, number>> = {};
    for (const { component, port } of [SENDER, INGESTOR]) {
      for (const [pod, exposition] of await this.expositions(component, port)) {
        for (const { metric, ...rest } of REFUSED.filter(each => each.component === component)) {
          (counts[metric] ??= {})[pod] = exposition.sum(metric, 'labels' in rest ? rest.labels : {}) ?? 0;
        }
      }
    }
    return counts;
  }

  /** What was added since; a pod that has begun anew counts from zero. */
  public async since(before: Rejections): Promise<Rejections> {
    const now = await this.read();
    return Object.fromEntries(Object.entries(now).map(([metric, pods]) => [metric, Object.fromEntries(Object.entries(pods).map(([pod, count]) => {
      const earlier = before[metric]?.[pod] ?? 0;
      return [pod, count >= earlier ? count - earlier : count];
    }))]));
  }

  /** Seconds by which the sender that is furthest behind has not sent what it holds; Infinity where one does not say. */
  public async behind(): Promise<number> {
    const expositions = await this.expositions(SENDER.component, SENDER.port);
    return Math.max(...expositions.map(([, exposition]) => {
      const read = exposition.sum('prometheus_remote_storage_queue_highest_timestamp_seconds') ?? exposition.sum('prometheus_remote_storage_highest_timestamp_in_seconds');
      const sent = exposition.sum('prometheus_remote_storage_queue_highest_sent_timestamp_seconds');
      return read === undefined || sent === undefined || sent === 0 ? Infinity : Math.max(0, Date.now() / 1000 - sent);
    }));
  }

  /** Sums a metric over the pods of a kind. */
  public async sum(component: string, port: number, metric: string): Promise<number> {
    const expositions = await this.expositions(component, port);
    return expositions.reduce((total, [, exposition]) => total + (exposition.sum(metric) ?? 0), 0);
  }

  private async expositions(component: string, port: number): Promise<[string, Exposition][]> {
    const { items } = await this.cluster.core.listNamespacedPod({ namespace: this.namespace, labelSelector: `app.kubernetes.io/component=${component}` });
    return Promise.all(items.filter(isReady).map(async ({ metadata }): Promise<[string, Exposition]> => {
      const pod = metadata?.name ?? '';
      const forward = await Forward.to(this.cluster, { namespace: this.namespace, pod, port });
      try {
        return [pod, new Exposition(await forward.get('/metrics'))];
      } finally {
        forward.close();
      }
    }));
  }
}

/** All that was refused. */
export const total = (rejections: Rejections): number => Object.values(rejections).flatMap(pods => Object.values(pods)).reduce((sum, count) => sum + count, 0);
