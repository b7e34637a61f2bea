import { Load } from './load';

/** What other parts need to know of the ring; a RingPlan is one. */
export interface RingFacts {
  readonly senderReplicas: number;
  readonly rings: number;
  /** Members of one ring. */
  readonly members: number;
  readonly replicationFactor: number;
  /** Routers of one ring. */
  readonly routers: number;
}

import { Given, Planned } from './sheet';

/** Figures of this part; those that a construct has a prop for bear the prop's name. */
export type RingKey =
  | 'rings'
  | 'replicationFactor'
  | 'members'
  | 'ingestors'
  | 'seriesPerIngestor'
  | 'samplesPerSecondPerIngestor'
  | 'ingestorCpuRequest'
  | 'ingestorMemoryRequest'
  | 'ingestorMemoryLimit'
  | 'ingestorStorageSize'
  | 'tsdbRetention'
  | 'outOfOrderTimeWindow'
  | 'maxExemplars'
  | 'terminationGracePeriod'
  | 'routers'
  | 'routerCpuRequest'
  | 'routerMemoryRequest'
  | 'routerMemoryLimit';

export type RingPlan = Planned<RingKey> & RingFacts;

export function planRing(_load: Load, _facts: { senderReplicas: number; zones?: number }, _given: Given<RingKey>, _part = 'ring'): RingPlan {
  throw new Error('to be written');
}
