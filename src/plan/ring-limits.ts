import { Load } from './load';
import { RingFacts } from './ring';
import { Given, Planned } from './sheet';

/** Figures of this part; those that a construct has a prop for bear the prop's name. */
export type RingLimitsKey =
  | 'forwardAsyncWorkers'
  | 'maxConcurrency'
  | 'requestSizeBytesLimit'
  | 'requestSeriesLimit'
  | 'requestSamplesLimit'
  | 'headSeriesLimit';

export type RingLimitsPlan = Planned<RingLimitsKey>;

export function planRingLimits(_load: Load, _ring: RingFacts, _senders: { shards: number; maxShards: number; maxSamplesPerSend: number }, _given: Given<RingLimitsKey>, _part = 'ring'): RingLimitsPlan {
  throw new Error('to be written');
}
