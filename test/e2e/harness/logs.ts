import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from './cluster';

/** Which lines of a log are wanted. */
export interface LogOptions {
  /** The last so many. @default - all */
  readonly tailLines?: number;
  /** Those of the last seconds. @default - all */
  readonly sinceSeconds?: number;
  /** Of the container's run before this one. @default false */
  readonly previous?: boolean;
}

/** What a container printed. */
export async function logsOf(cluster: Cluster, namespace: string, pod: string, container: string, options: LogOptions = {}): Promise<string> {
  return cluster.core.readNamespacedPodLog({ namespace, name: pod, container, ...options });
}

/** The latest events about an object, oldest first, one a line. */
export async function eventsOf(cluster: Cluster, namespace: string, name: string, count: number = 5): Promise<string[]> {
  const { items } = await cluster.core.listNamespacedEvent({ namespace, fieldSelector: `involvedObject.name=${name}` });
  const timeOf = ({ lastTimestamp, eventTime }: { lastTimestamp?: Date; eventTime?: Date }) => new Date(lastTimestamp ?? eventTime ?? 0).getTime();
  return items.sort((one, other) => timeOf(one) - timeOf(other)).slice(-count).map(({ reason, message }) => `${reason}: ${message}`);
}

/** What can be said of a pod that is not as it should be: its latest events, and the last lines of each container. */
export async function evidence(cluster: Cluster, { metadata, spec }: V1Pod): Promise<string[]> {
  const [namespace, name] = [metadata?.namespace ?? '', metadata?.name ?? ''];
  const lines = await eventsOf(cluster, namespace, name);
  for (const { name: container } of spec?.containers ?? []) {
    const log = await logsOf(cluster, namespace, name, container, { tailLines: 8 }).catch(() => '');
    const before = log.trim() === '' ? await logsOf(cluster, namespace, name, container, { tailLines: 8, previous: true }).catch(() => '') : log;
    lines.push(...before.trim().split('\n').filter(Boolean).map(line => `${container}| ${line}`));
  }
  return lines;
}
