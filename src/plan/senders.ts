import { Load } from './load';
import { RingFacts } from './ring';
import { Given, Planned } from './sheet';

/** Figures of this part; those that a construct has a prop for bear the prop's name. */
export type SenderKey =
  | 'replicas'
  | 'shards'
  | 'seriesPerShard'
  | 'samplesPerSecond'
  | 'maxSamplesPerSend'
  | 'capacity'
  | 'minShards'
  | 'maxShards'
  | 'batchSendDeadline'
  | 'minBackoff'
  | 'maxBackoff'
  | 'flushDeadline'
  | 'drainTime'
  | 'queueMemory'
  | 'walTruncateFrequency'
  | 'storageSize'
  | 'cpuRequest'
  | 'memoryRequest'
  | 'memoryLimit'
  | 'terminationGracePeriod'
  | 'sampleLimit'
  | 'targetLimit';

export type SenderPlan = Planned<SenderKey>;

export function planSenders(_load: Load, _ring: RingFacts, _given: Given<SenderKey>, _part = 'senders'): SenderPlan {
  throw new Error('to be written');
}
