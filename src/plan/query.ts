import { Load } from './load';

import { Given, Planned } from './sheet';

/** Figures of this part; those that a construct has a prop for bear the prop's name. */
export type QueryKey =
  | 'replicas'
  | 'maxConcurrent'
  | 'maxConcurrentSelect'
  | 'timeout'
  | 'storeResponseTimeout'
  | 'cpuRequest'
  | 'memoryRequest'
  | 'memoryLimit';

export type QueryPlan = Planned<QueryKey>;

export function planQuery(_load: Load, _given: Given<QueryKey>, _part = 'query'): QueryPlan {
  throw new Error('to be written');
}
