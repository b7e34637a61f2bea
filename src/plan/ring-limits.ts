import { ceil } from './arithmetic';
import * as c from './constants';
import { FigureUnit } from './figure';
import { Load } from './load';
import { RingFacts } from './ring';
import { SenderPlan } from './senders';
import { calc, Given, Planned, Sheet } from './sheet';

/** Limits of the routers of one ring; each bears the name of its prop. */
type RingLimitsKey =
  | 'requestsAtOnce'
  | 'forwardAsyncWorkers'
  | 'maxConcurrency'
  | 'requestSizeBytesLimit'
  | 'requestSeriesLimit'
  | 'requestSamplesLimit'
  | 'headSeriesLimit';

export type RingLimitsPlan = Planned<RingLimitsKey>;

/** What the limits follow from: the senders as they are in force. */
type LimitedSenders = Pick<SenderPlan, 'shards' | 'maxShards' | 'maxSamplesPerSend'>;

type Limits = Sheet<RingLimitsKey>;

/** Plans what routers let through, from the senders that write to them. */
export function planRingLimits(load: Load, ring: RingFacts, senders: LimitedSenders, given: Given<RingLimitsKey>, part = 'ring'): RingLimitsPlan {
  const sheet = new Sheet<RingLimitsKey>(part, given);
  return {
    ...planParallelism(sheet, load, ring, senders),
    ...planRequestLimits(sheet, senders),
    headSeriesLimit: planHeadLimit(sheet),
    figures: sheet.figures,
  };
}

function planParallelism(sheet: Limits, load: Load, ring: RingFacts, { shards, maxShards }: LimitedSenders) {
  const { latency, latencyUnderLoad } = load;
  const { senderReplicas, rings, routers } = ring;
  const { ASYNC_WORKERS_FLOOR, CONCURRENCY_FLOOR, CONNECTION_SKEW } = c;
  const requestsAtOnce = sheet.figure('requestsAtOnce', {
    unit: FigureUnit.COUNT,
    value: ceil(CONNECTION_SKEW * shards * senderReplicas * maxShards / rings / Math.max(1, routers - 1)),
    how: calc`ceil(${{ CONNECTION_SKEW }} × ${{ shards }} × ${{ senderReplicas }} × ${{ maxShards }} ÷ ${{ rings }} ÷ max(1, ${{ routers }} − 1))`,
    reason: 'Each queue shard has one request in flight, spread unevenly over routers, while all senders catch up and one router is away.',
    source: c.SOURCE.receiveHandler,
  });
  const forwardAsyncWorkers = sheet.figure('forwardAsyncWorkers', {
    unit: FigureUnit.COUNT,
    value: Math.max(ASYNC_WORKERS_FLOOR, ceil(requestsAtOnce * latency / latencyUnderLoad)),
    how: calc`max(${{ ASYNC_WORKERS_FLOOR }}, ceil(${{ requestsAtOnce }} × ${{ latency }} ÷ ${{ latencyUnderLoad }}))`,
    reason: 'Each request is forwarded to every member, so a peer needs as many workers as requests reach a router within one forward, while all senders catch up.',
    source: c.SOURCE.receiveHandler,
  });
  const maxConcurrency = sheet.figure('maxConcurrency', {
    unit: FigureUnit.COUNT,
    value: Math.max(CONCURRENCY_FLOOR, requestsAtOnce),
    how: calc`max(${{ CONCURRENCY_FLOOR }}, ${{ requestsAtOnce }})`,
    reason: 'A gate that makes requests wait, and rejects none: a catch-up passes, and a flood does not fill memory.',
    source: c.SOURCE.receive,
  });
  return { requestsAtOnce, forwardAsyncWorkers, maxConcurrency };
}

function planRequestLimits(sheet: Limits, { maxSamplesPerSend }: LimitedSenders) {
  const { REQUEST_SAMPLES_FLOOR, REQUEST_HEADROOM, REQUEST_SIZE_PER_SAMPLE } = c;
  const batch = {
    value: Math.max(REQUEST_SAMPLES_FLOOR, REQUEST_HEADROOM * maxSamplesPerSend),
    how: calc`max(${{ REQUEST_SAMPLES_FLOOR }}, ${{ REQUEST_HEADROOM }} × ${{ maxSamplesPerSend }})`,
    reason: 'A request above it is answered 413 and its samples are lost, so it stands well above the largest batch.',
    source: c.SOURCE.receiveHandler,
  };
  const requestSamplesLimit = sheet.figure('requestSamplesLimit', { unit: FigureUnit.SAMPLES, ...batch });
  const requestSeriesLimit = sheet.figure('requestSeriesLimit', { unit: FigureUnit.SERIES, ...batch });
  const requestSizeBytesLimit = sheet.figure('requestSizeBytesLimit', {
    unit: FigureUnit.BYTES,
    value: requestSamplesLimit * REQUEST_HEADROOM * REQUEST_SIZE_PER_SAMPLE,
    how: calc`${{ requestSamplesLimit }} × ${{ REQUEST_HEADROOM }} × ${{ REQUEST_SIZE_PER_SAMPLE }}`,
    reason: 'Counts the request after decompression; it only has to stop monstrous labels that the other two limits let through.',
    source: c.SOURCE.receiveHandler,
  });
  return { requestSamplesLimit, requestSeriesLimit, requestSizeBytesLimit };
}

function planHeadLimit(sheet: Limits) {
  return sheet.figure('headSeriesLimit', {
    unit: FigureUnit.SERIES,
    value: 0,
    how: calc`0`,
    reason: 'Off: over the limit every request of the tenant gets 429, and its queue stands still for all series until the WAL is gone. Limit the senders.',
    source: c.SOURCE.receiveHandler,
  });
}
