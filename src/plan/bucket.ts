import { Load } from './load';

/** What the bucket's plan needs to know of the parts that write and read it. */
export interface BucketFacts {
  /** Copies of each series in fully compacted blocks: 1 with vertical compaction of every replica label. */
  readonly copies: number;
  /** Copies of each series in the heads, and so in the blocks as uploaded: sender replicas × replication factor. */
  readonly copiesInHeads: number;
  /** Blocks that a sync meets, see planStoreGateway. */
  readonly blocks: number;
  /** Blocks uploaded in a day by all ingestors, and made by compactors. */
  readonly uploadsPerDay: number;
  /** Store gateway pods: each syncs the bucket on its own. */
  readonly storeGateways: number;
  /** Compactors: each syncs the bucket on its own. */
  readonly compactors: number;
}

import { Given, Planned } from './sheet';

/** Figures of this part; those that a construct has a prop for bear the prop's name. */
export type BucketKey =
  | 'samplesPerSecond'
  | 'copies'
  | 'copiesInHeads'
  | 'bytesRaw'
  | 'bytes5m'
  | 'bytes1h'
  | 'bytesInTransition'
  | 'bytesTotal'
  | 'classARequests'
  | 'classBRequests'
  | 'monthlyCost'
  | 'embeddedBytesLimit'
  | 'embeddedStorageSize'
  | 'embeddedCpuRequest'
  | 'embeddedMemoryRequest'
  | 'embeddedMemoryLimit';

export type BucketPlan = Planned<BucketKey>;

export function planBucket(_load: Load, _facts: BucketFacts, _given: Given<BucketKey>, _part = 'bucket'): BucketPlan {
  throw new Error('to be written');
}
