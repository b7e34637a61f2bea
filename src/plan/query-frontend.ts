import { Load } from './load';

import { Given, Planned } from './sheet';

/** Figures of this part; those that a construct has a prop for bear the prop's name. */
export type QueryFrontendKey =
  | 'replicas'
  | 'splitInterval'
  | 'cacheSize'
  | 'maxRetries'
  | 'cpuRequest'
  | 'memoryRequest'
  | 'memoryLimit';

export type QueryFrontendPlan = Planned<QueryFrontendKey>;

export function planQueryFrontend(_load: Load, _given: Given<QueryFrontendKey>, _part = 'queryFrontend'): QueryFrontendPlan {
  throw new Error('to be written');
}
