import type { JobConfig, ResolvedJob } from './resolved-job';
import type { RelabelConfig } from '../core/relabeling';

/** Of all targets, the part that a group of senders takes. */
export interface TargetPartition {
  /** Number of this part, from 0. */
  readonly index: number;
  /** How many parts there are, up to 1000. */
  readonly of: number;
}

/** One of the senders of each target: twins differ in nothing but this. */
export interface SenderReplica {
  /** `a`, `b`, … */
  readonly name: string;
  readonly shards: number;
  /** Headers of its requests. */
  readonly headers: Record<string, string>;
  /** External labels of its own. */
  readonly labels: Record<string, string>;
}

/** How the shards of a replica come to their parts of the targets. */
export interface JobSpread {
  /** Replicas with the same key have the same jobs. */
  readonly key: (replica: SenderReplica) => string;
  readonly config: (job: ResolvedJob, replica: SenderReplica) => JobConfig;
}

/** What the config-reloader puts in place of the pod's ordinal. */
export const ORDINAL = '$(STATEFULSET_ORDINAL_NUMBER)';

/** What chooses a target's shard, if a job writes it; else its address does. */
export const HASH = '__tmp_hash';
const EVERY_SHARD = '__tmp_disable_sharding';
const PARTITION = '__tmp_partition';

/** Labels that choose a target's shard, where a hash does. */
export const SHARDING_LABELS = [HASH, EVERY_SHARD];

const HASH_OF_ADDRESS: RelabelConfig = { action: 'replace', source_labels: [HASH, '__address__'], regex: ';(.+)', target_label: HASH };

/**
 * The steps that leave each shard its own targets: by a hash of the address, or of what the job wrote to `__tmp_hash`.
 *
 * They stand in every job, with one shard too: a second pod that somebody scales up by hand then scrapes nothing, rather than
 * everything once more under the same tenant.
 */
export function shardingSteps(shards: number, partition?: TargetPartition): RelabelConfig[] {
  return [
    HASH_OF_ADDRESS,
    ...partitionSteps(partition),
    { action: 'hashmod', source_labels: [HASH], modulus: shards, target_label: HASH },
    // The second alternative is for targets that every shard scrapes.
    { action: 'keep', source_labels: [HASH, EVERY_SHARD], regex: `${ORDINAL};|.+;.+` },
  ];
}

/** Each shard takes its own targets out of all. */
export const staticSpread = (partition?: TargetPartition): JobSpread => ({
  key: ({ shards }) => String(shards),
  config: (job, { shards }) => job.config(shardingSteps(shards, partition)),
});

/** The steps that leave a group its part, where several groups share the targets and something else spreads each part. */
export const groupSteps = (partition?: TargetPartition): RelabelConfig[] =>
  (partition && partition.of > 1 ? [HASH_OF_ADDRESS, ...partitionSteps(partition)] : []);

/** The same hash twice would leave some shards empty wherever the two numbers have a divisor in common, so this one is salted. */
function partitionSteps({ index, of }: TargetPartition = { index: 0, of: 1 }): RelabelConfig[] {
  return of === 1 ? [] : [
    { action: 'replace', source_labels: [HASH], target_label: PARTITION, replacement: 'partition;$1' },
    { action: 'hashmod', source_labels: [PARTITION], modulus: of, target_label: PARTITION },
    { action: 'keep', source_labels: [PARTITION], regex: String(index) },
  ];
}
