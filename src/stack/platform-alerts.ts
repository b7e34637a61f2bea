import { Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { Alertmanager } from '../alerting/alertmanager';
import type { ShardedPrometheus } from '../collect/sharded-prometheus';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import type { PodWorkload } from '../core/pod-workload';
import { JOBS_WEB } from '../job-loader/job-loader';
import type { BucketPlan } from '../plan/bucket';
import type { IPlanned } from '../plan/context';
import type { Load } from '../plan/load';
import type { PartFigures, RingFigures, SenderAutoscalingFigures, SenderFigures, TargetAllocatorFigures } from '../platform-rules/figures';
import { PlatformRules } from '../platform-rules/platform-rules';
import type { PlatformRulesProps } from '../platform-rules/platform-rules-props';
import { perZone } from '../receive/hashring';
import type { ThanosReceiveRing } from '../receive/thanos-receive-ring';

/** The parts of a platform that alerts are about. */
export interface WatchedParts {
  readonly name: string;
  readonly load: Load;
  readonly bucket: BucketPlan;
  readonly senders: ShardedPrometheus[];
  readonly rings: ThanosReceiveRing[];
  readonly storeGateways: IConstruct[];
  readonly compactors: IConstruct[];
  readonly queries: IConstruct[];
  readonly queryFrontends: IConstruct[];
  readonly rulers: IConstruct[];
  readonly alertmanagers: Alertmanager[];
  readonly pushgateways: IConstruct[];
  readonly continuousTests: IConstruct[];
  readonly embeddedBuckets: IConstruct[];
  readonly metaMonitoring: IConstruct[];
}

/** Tenants of a ring beside the twins, whose names rulers write under too: the continuous test, and room for two groups of senders with a tenant of their own. */
const OTHER_TENANTS = 3;

/** The ready-made alerts of what is there, with the numbers of the plan. */
export function platformRules(at: Construct, parts: WatchedParts, options: Partial<PlatformRulesProps>): PlatformRules {
  const { name, load, bucket, senders, rings } = parts;
  return new PlatformRules(at, 'platform-rules', {
    ...options,
    name,
    namespace: Chart.of(at).namespace,
    senders: senders.map(sender => senderFigures(sender, load)),
    rings: rings.map(ring => ringFigures(ring, bucket.uploadedBytesPerDay / rings.length)),
    storeGateways: parts.storeGateways.map(store => ({ ...figuresOf(store), shards: programOf(store).sets.length })),
    compactors: parts.compactors.map(figuresOf),
    queries: parts.queries.map(figuresOf),
    queryFrontends: parts.queryFrontends.map(figuresOf),
    rulers: parts.rulers.map(figuresOf),
    alertmanagers: parts.alertmanagers.map(each => ({ ...figuresOf(each), maxPendingRecords: each._maxPendingRecords })),
    pushgateways: parts.pushgateways.map(figuresOf),
    continuousTests: parts.continuousTests.map(figuresOf),
    embeddedBuckets: parts.embeddedBuckets.map(store => ({ name: nameOf(store), bytesTotal: bucket.bytesTotal })),
    metaMonitoring: parts.metaMonitoring.map(figuresOf),
  });
}

function ringFigures(ring: ThanosReceiveRing, uploadedBytesPerDay: number): RingFigures {
  const { routers, ingestors, members, replicationFactor, seriesPerIngestor, senderReplicas, tsdbRetention } = ring._plan;
  const { sets } = ring._ingestors;
  const membersOfZones = sets.length > 1 ? Object.fromEntries(perZone(members, sets.length).map((count, zone) => [sets[zone].suffix, count])) : undefined;
  const name = nameOf(ring);
  const tenants = senderReplicas + OTHER_TENANTS;
  return { name, routers, ingestors, members, membersOfZones, replicationFactor, seriesPerIngestor, tenants, tsdbRetention, uploadedBytesPerDay };
}

/** What is known of senders; their WAL is planned for the longest outage of the load. */
export function senderFigures(senders: ShardedPrometheus, { outage }: Load): SenderFigures {
  const { replicas, shards } = senders;
  return {
    name: nameOf(senders),
    replicas,
    shards,
    seriesPerSender: valueOf(senders, 'seriesInMemory'),
    outage,
    targetAllocator: allocatorFigures(senders),
    autoscaling: autoscalingFigures(senders),
  };
}

function allocatorFigures(senders: ShardedPrometheus): TargetAllocatorFigures | undefined {
  const allocator = workloadsOf(senders).find(({ group }) => group.program === ProgramName.TARGET_ALLOCATOR);
  return allocator && {
    name: allocator.group.instance,
    replicas: allocator.sets[0].replicas,
    collectorNotReadyGracePeriod: valueOf(senders, 'collectorNotReadyGracePeriod'),
    customResources: programOf(senders).ports.includes(JOBS_WEB),
  };
}

function autoscalingFigures(senders: ShardedPrometheus): SenderAutoscalingFigures | undefined {
  const [minReplicaCount, maxReplicaCount, seriesPerSender] = ['minReplicaCount', 'maxReplicaCount', 'seriesPerSender'].map(figure => valueOf(senders, figure));
  return minReplicaCount && maxReplicaCount && seriesPerSender
    ? { minReplicaCount, maxReplicaCount, seriesPerSender, scrapeInterval: senders._scrapeInterval } : undefined;
}

/** Pods of all sets, or of each where a set is a shard. */
function figuresOf(part: IConstruct): PartFigures {
  const { group, sets } = programOf(part);
  const shards = sets.some(({ labels }) => 'thanos.io/shard' in labels);
  return { name: group.instance, replicas: shards ? sets[0].replicas : sets.reduce((pods, { replicas }) => pods + replicas, 0) };
}

const workloadsOf = (part: IConstruct): PodWorkload[] => Graph.of(part).workloads.filter(({ node }) => node.scopes.includes(part));

/** The main program of a part: the first that it makes, and none of what helps it. */
const programOf = (part: IConstruct): PodWorkload => {
  const all = workloadsOf(part);
  return all.find(({ node }) => node.scope === part) ?? all[0];
};

/** What the objects of a part are called. */
export const nameOf = (part: IConstruct): string => programOf(part).group.instance;

const valueOf = ({ figures }: IPlanned, figure: string): number | undefined => figures.find(({ name }) => name === figure)?.value;
