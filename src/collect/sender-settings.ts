import type { Construct } from 'constructs';
import { AUTOSCALING_FIELDS, AutoscalingSettings } from './autoscaling-props';
import { PROMETHEUS_CUSTOM_RESOURCES_FIELDS } from './prometheus-custom-resources';
import { PrometheusMode, ReplicaRollout, SenderSettings, Sharding, SHARDED_PROMETHEUS_FIELDS, ShardedPrometheusProps } from './sharded-prometheus-props';
import { AllocationStrategy, AllocatorSettings, TARGET_ALLOCATOR_FIELDS } from './target-allocator-props';
import { twins } from './twins';
import type { RemoteWriteEndpoint } from '../core/endpoint';
import { Given, read } from '../core/fields';
import { HTTP_CLIENT_FIELDS, readHttpClient } from '../core/http-client';
import { planAutoscaling } from '../plan/autoscaling';
import { loadFor, ringFor } from '../plan/context';
import type { Figure } from '../plan/figure';
import type { Load } from '../plan/load';
import { planServer } from '../plan/prometheus-server';
import type { RingFacts } from '../plan/ring';
import { planSenders, SenderPlan, senderStartup } from '../plan/senders';
import { planTargetAllocator } from '../plan/target-allocator';

/** Seconds that a server keeps blocks: a day of local queries, while the history is in the bucket. */
export const RETENTION = 86400;

/** Dropped targets that each job keeps; without a bound, each shard would keep those of all others. */
const KEEP_DROPPED_TARGETS = 100;

/** What is planned for the way to a receiver. */
const QUEUE_FIGURES = [
  'maxSamplesPerSend', 'capacity', 'batchSendDeadline', 'minBackoff', 'maxBackoff', 'flushDeadline', 'minShards', 'maxShards', 'queueMemory', 'drainTime',
];

/** Seconds between two looks of an autoscaler; KEDA's own default. */
const POLLING_INTERVAL = 30;

/** What the target allocators are called in the plan. */
export const allocatorPart = (id: string): string => `${id}-allocator`;

/** Reads the props, plans what they leave open, and puts both together. */
export function settle(at: Construct, id: string, props: ShardedPrometheusProps): { settings: SenderSettings; figures: Figure[] } {
  const given = read(at, SHARDED_PROMETHEUS_FIELDS, props);
  const target = given.remoteWrite?.remoteWriteEndpoint;
  const load = groupLoad(loadFor(at, given.workload), given);
  const name = given.name ?? id;
  const { figures, ...plan } = planGroup(load, ringFor(at, load), target, given, id);
  const client = read(at, HTTP_CLIENT_FIELDS, given.remoteWriteClient ?? {}, 'remoteWriteClient.');
  const dynamic = settleDynamic(at, id, load, given, plan);
  const settings: SenderSettings = {
    mode: PrometheusMode.AGENT,
    sharding: Sharding.STATIC,
    replicaRollout: ReplicaRollout.STAGGERED,
    keepDroppedTargets: KEEP_DROPPED_TARGETS,
    ...given,
    ...plan,
    ...twins({ ...given, ...plan }, target),
    allocator: dynamic?.allocator,
    scaling: dynamic?.scaling,
    name,
    client: readHttpClient(at, client, 'remoteWriteClient.'),
    byHand: Object.keys(given),
    scrapeInterval: load.scrapeInterval,
    outage: load.outage,
    drain: load.drain,
  };
  return { settings, figures: [...figures, ...dynamic?.figures ?? []] };
}

/** What one group of senders has to carry: its part of the targets, at its own interval. */
function groupLoad(load: Load, { partition, scrapeInterval = load.scrapeInterval }: Given<ShardedPrometheusProps>): Load {
  const parts = partition?.of ?? 1;
  const totalSeries = Math.ceil(load.totalSeries / parts);
  return { ...load, scrapeInterval, totalSeries, samplesPerSecond: totalSeries / scrapeInterval, targets: Math.ceil(load.targets / parts) };
}

/** The plan of one group of senders. Whatever the number of rings, a group writes to one of them. */
function planGroup(
  load: Load, around: RingFacts, target: RemoteWriteEndpoint | undefined, given: Given<ShardedPrometheusProps>, part: string,
): SenderPlan {
  const { members = around.members, replicationFactor = around.replicationFactor } = target ?? {};
  const senders = planSenders(load, { rings: 1, members, replicationFactor }, given, part);
  if (given.mode !== PrometheusMode.SERVER) {
    return senders;
  }
  const queue = target ? [] : QUEUE_FIGURES;
  const server = planServer(load, target ? senders : { ...senders, queueMemory: 0 }, given.retention ?? RETENTION, given, part);
  const replaced = new Set(['walTruncateFrequency', ...queue, ...server.figures.map(({ name }) => name)]);
  return { ...senders, ...server, figures: [...senders.figures.filter(({ name }) => !replaced.has(name)), ...server.figures] };
}

interface Dynamic {
  readonly allocator: AllocatorSettings;
  readonly scaling?: AutoscalingSettings;
  readonly figures: Figure[];
}

/** What dynamic sharding takes beside the senders. */
function settleDynamic(at: Construct, id: string, load: Load, given: Given<ShardedPrometheusProps>, plan: Omit<SenderPlan, 'figures'>): Dynamic | undefined {
  if (given.sharding !== Sharding.DYNAMIC) {
    return undefined;
  }
  const options = read(at, TARGET_ALLOCATOR_FIELDS, given.targetAllocator ?? {}, 'targetAllocator.');
  const { prometheusCustomResources: objects } = options;
  const resources = objects && read(at, PROMETHEUS_CUSTOM_RESOURCES_FIELDS, objects, 'targetAllocator.prometheusCustomResources.');
  const allocator = planTargetAllocator(load, { storageSize: plan.storageSize, customResources: resources !== undefined }, options, allocatorPart(id));
  const { collectorNotReadyGracePeriod } = allocator;
  const own = given.autoscaling && read(at, AUTOSCALING_FIELDS, given.autoscaling, 'autoscaling.');
  const scaling = own && planAutoscaling(load, { shards: plan.shards, collectorNotReadyGracePeriod }, own, `${id}-autoscaling`);
  return {
    allocator: {
      allocationStrategy: AllocationStrategy.CONSISTENT_HASHING,
      ...options,
      ...allocator,
      autoscaled: own !== undefined,
      scrapeInterval: load.scrapeInterval,
      senderStartup: senderStartup(plan.storageSize),
      customResources: resources && { scrapeInterval: load.scrapeInterval, ...resources },
    },
    scaling: own && scaling && {
      pollingInterval: POLLING_INTERVAL,
      ...own,
      ...scaling,
      twins: plan.replicas,
      largestTargetSeries: load.largestTargetSeries,
      senderSettled: collectorNotReadyGracePeriod,
    },
    figures: [...allocator.figures, ...scaling?.figures ?? []],
  };
}
