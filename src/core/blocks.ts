import type { IConstruct } from 'constructs';

/** A label that tells the copies of one series apart. */
export interface ReplicaLabel {
  readonly name: string;
  /** Whether whole blocks carry it, so that the compactor can merge the copies, or each series does, for ever. */
  readonly on: 'blocks' | 'series';
  /** Whether the copies hold the very same samples, as those that a ring makes do; two scrapes of a target never do. @default false */
  readonly identical?: boolean;
  /** How many copies it tells apart. @default - unknown */
  readonly copies?: number;
  /** Paths of those whose copies it tells apart. @default - of all that the writer uploads */
  readonly from?: string[];
}

/** A part that uploads blocks. */
export interface BlockWriter {
  readonly at: IConstruct;
  /** Labels of its blocks that tell copies apart. */
  readonly replicaLabels: () => ReplicaLabel[];
  /** Labels of its blocks that stay: blocks of equal ones are one compaction stream. */
  readonly streamLabels: Record<string, string>;
  /** Active series of the stream, without copies. */
  readonly activeSeries: number;
  /** Seconds that its own disk keeps what it uploaded. */
  readonly localRetention: number;
  /** Seconds by which a sample may be older than its successor. */
  readonly outOfOrderTimeWindow: number;
}

/** A part that serves blocks of a bucket. */
export interface BlockReader {
  readonly at: IConstruct;
  /** Seconds; the youngest data that it serves. */
  readonly minAge: number;
  /** Seconds; the oldest data that it serves, which may be `Infinity`. */
  readonly maxAge: number;
  /** Seconds between two listings of the bucket. */
  readonly syncInterval: number;
  /** Seconds that it goes on serving a block that is marked for deletion, if that is set by hand. */
  readonly ignoreDeletionMarksDelay?: number;
}

/** A part that merges and deletes blocks of a bucket. */
export interface BlockCompactor {
  readonly at: IConstruct;
  /** Labels of the blocks that are its own; none for all blocks. */
  readonly streamLabels: Record<string, string>;
  /** Seconds between the mark for deletion and the deletion of a block. */
  readonly deleteDelay: number;
  /** Seconds; how long the resolution that is kept longest is kept. */
  readonly retention: number;
}
