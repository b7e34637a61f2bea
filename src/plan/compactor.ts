import { Load } from './load';
import { RingFacts } from './ring';
import { Given, Planned } from './sheet';

/** Figures of this part; those that a construct has a prop for bear the prop's name. */
export type CompactorKey =
  | 'streams'
  | 'retentionRaw'
  | 'retention5m'
  | 'retention1h'
  | 'consistencyDelay'
  | 'deleteDelay'
  | 'workPerDay'
  | 'compactConcurrency'
  | 'downsampleConcurrency'
  | 'blocksFetchConcurrency'
  | 'largestBlock'
  | 'largestIndex'
  | 'storageSize'
  | 'cpuRequest'
  | 'memoryRequest'
  | 'memoryLimit';

export type CompactorPlan = Planned<CompactorKey>;

export function planCompactor(_load: Load, _ring: RingFacts, _given: Given<CompactorKey>, _part = 'compactor'): CompactorPlan {
  throw new Error('to be written');
}
