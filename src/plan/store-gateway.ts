import { Load } from './load';
import { RingFacts } from './ring';
import { Given, Planned } from './sheet';

/** Figures of this part; those that a construct has a prop for bear the prop's name. */
export type StoreGatewayKey =
  | 'shards'
  | 'replicas'
  | 'blocks'
  | 'indexCacheSize'
  | 'chunkPoolSize'
  | 'seriesMaxConcurrency'
  | 'requestSeriesLimit'
  | 'requestSamplesLimit'
  | 'storageSize'
  | 'cpuRequest'
  | 'memoryRequest'
  | 'memoryLimit';

export type StoreGatewayPlan = Planned<StoreGatewayKey>;

export function planStoreGateway(_load: Load, _ring: RingFacts, _given: Given<StoreGatewayKey>, _part = 'storeGateway'): StoreGatewayPlan {
  throw new Error('to be written');
}
