import { PrometheusMode, ShardedPrometheusProps } from './sharded-prometheus-props';
import type { RemoteWriteEndpoint } from '../core/endpoint';
import type { Given } from '../core/fields';
import type { Load } from '../plan/load';
import { planServer } from '../plan/prometheus-server';
import type { RingFacts } from '../plan/ring';
import { planSenders, SenderPlan } from '../plan/senders';

/** Seconds that a server keeps blocks: a day of local queries, while the history is in the bucket. */
export const RETENTION = 86400;

/** What one group of senders has to carry: its part of the targets, at its own interval. */
export function groupLoad(load: Load, { partition, scrapeInterval = load.scrapeInterval }: Given<ShardedPrometheusProps>): Load {
  const parts = partition?.of ?? 1;
  const activeSeries = Math.ceil(load.activeSeries / parts);
  return { ...load, scrapeInterval, activeSeries, samplesPerSecond: activeSeries / scrapeInterval, targets: Math.ceil(load.targets / parts) };
}

/** The plan of one group of senders. Whatever the number of rings, a group writes to one of them. */
export function planGroup(
  load: Load, around: RingFacts, target: RemoteWriteEndpoint, given: Given<ShardedPrometheusProps>, part: string,
): SenderPlan {
  const { members = around.members, replicationFactor = around.replicationFactor } = target;
  const senders = planSenders(load, { rings: 1, members, replicationFactor }, given, part);
  if (given.mode !== PrometheusMode.SERVER) {
    return senders;
  }
  const server = planServer(load, senders, given.retention ?? RETENTION, given, part);
  const ofAgents = new Set(['walTruncateFrequency', ...server.figures.map(({ name }) => name)]);
  return { ...senders, ...server, figures: [...senders.figures.filter(({ name }) => !ofAgents.has(name)), ...server.figures] };
}
