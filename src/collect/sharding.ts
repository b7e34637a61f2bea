import type { RelabelConfig } from '../core/relabeling';

/** Of all targets, the part that a group of senders takes. */
export interface TargetPartition {
  /** Number of this part, from 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly of: number;
}

/** What the config-reloader puts in place of the pod's ordinal. */
export const ORDINAL = '$(STATEFULSET_ORDINAL_NUMBER)';

const HASH = '__tmp_hash';
const PARTITION = '__tmp_partition';

/**
 * The steps that leave each shard its own targets: by a hash of the address, or of what the job wrote to `__tmp_hash`.
 *
 * They stand in every job, with one shard too: a second pod that somebody scales up by hand then scrapes nothing, rather than
 * everything once more under the same tenant.
 */
export function shardingSteps(shards: number, partition?: TargetPartition): RelabelConfig[] {
  return [
    { action: 'replace', source_labels: [HASH, '__address__'], regex: ';(.+)', target_label: HASH },
    ...(partition && partition.of > 1 ? partitionSteps(partition) : []),
    { action: 'hashmod', source_labels: [HASH], modulus: shards, target_label: HASH },
    // The second alternative is for targets that every shard scrapes.
    { action: 'keep', source_labels: [HASH, '__tmp_disable_sharding'], regex: `${ORDINAL};|.+;.+` },
  ];
}

/** The same hash twice would leave some shards empty wherever the two numbers have a divisor in common, so this one is salted. */
function partitionSteps({ index, of }: TargetPartition): RelabelConfig[] {
  return [
    { action: 'replace', source_labels: [HASH], target_label: PARTITION, replacement: 'partition;$1' },
    { action: 'hashmod', source_labels: [PARTITION], modulus: of, target_label: PARTITION },
    { action: 'keep', source_labels: [PARTITION], regex: String(index) },
  ];
}
