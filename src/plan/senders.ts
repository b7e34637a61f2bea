import { ceil, roundUp } from './arithmetic';
import * as c from './constants';
import { FigureUnit } from './figure';
import { Load } from './load';
import { planCpu, planMemory } from './resources';
import { RingFacts } from './ring';
import { atMost, calc, Given, Planned, Sheet } from './sheet';

/** Figures of the senders; those that `ShardedPrometheus` has a prop for bear the prop's name. */
type SenderKey =
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
  | 'seriesInMemory'
  | 'memoryRequest'
  | 'memoryLimit'
  | 'terminationGracePeriod'
  | 'sampleLimit'
  | 'targetLimit';

export type SenderPlan = Planned<SenderKey>;

/** What senders need to know of the ring that they write to. */
type SenderRing = Pick<RingFacts, 'rings' | 'members' | 'replicationFactor'>;

type Senders = Sheet<SenderKey>;

/** Seconds that a sender may take until it is first ready: to replay what its disk can hold. */
export const senderStartup = (storageSize: number): number => Math.max(c.SENDER_STARTUP_FLOOR, Math.ceil(storageSize / c.WAL_REPLAY_RATE));

/** Plans sharded Prometheus agents that write to a ring. */
export function planSenders(load: Load, ring: SenderRing, given: Given<SenderKey>, part = 'senders'): SenderPlan {
  const sheet = new Sheet<SenderKey>(part, given);
  const walTruncateFrequency = planTruncation(sheet, load);
  const fleet = planFleet(sheet, load, ring, walTruncateFrequency);
  const batch = planBatch(sheet, ring);
  const timing = planTiming(sheet, given);
  const shards = planQueueShards(sheet, load, given, { ...fleet, ...batch, ...timing });
  const queueMemory = planQueueMemory(sheet, { ...batch, ...shards });
  const drainTime = planDrain(sheet, load, { ...fleet, ...batch, ...shards });
  const pod = planPod(sheet, load, given, { ...fleet, queueMemory, walTruncateFrequency });
  const limits = planScrapeLimits(sheet, load);
  return {
    walTruncateFrequency,
    ...fleet,
    ...batch,
    ...timing,
    ...shards,
    queueMemory,
    drainTime,
    ...pod,
    ...limits,
    terminationGracePeriod: planGrace(sheet, timing),
    figures: sheet.figures,
  };
}

function planTruncation(sheet: Senders, { outage }: Load) {
  const { WAL_PERIODS_PER_OUTAGE } = c;
  return sheet.figure('walTruncateFrequency', {
    unit: FigureUnit.SECONDS,
    value: WAL_PERIODS_PER_OUTAGE * outage,
    how: calc`${{ WAL_PERIODS_PER_OUTAGE }} × ${{ outage }}`,
    reason: 'Each truncation deletes the lower two thirds of the WAL, sent or not, so only half a period is sure to outlast an outage.',
    source: c.SOURCE.agentDb,
  });
}

function planFleet(sheet: Senders, load: Load, { rings }: SenderRing, walTruncateFrequency: number) {
  const { totalSeries, churnPerHour, largestTargetSeries, targets, scrapeInterval } = load;
  const { SENDER_REPLICAS, SERIES_PER_SENDER, HOUR } = c;
  const replicas = sheet.figure('replicas', {
    unit: FigureUnit.COUNT,
    value: SENDER_REPLICAS,
    how: calc`${{ SENDER_REPLICAS }}`,
    reason: 'A sender that restarts never reads its backlog again, and only a twin still has those samples.',
    source: c.SOURCE.queueManager,
  });
  const live = totalSeries * (1 + churnPerHour * walTruncateFrequency / HOUR);
  const shards = sheet.figure('shards', {
    unit: FigureUnit.COUNT,
    value: ceil(live / SERIES_PER_SENDER / rings) * rings,
    how: calc`ceil(${{ totalSeries }} × (1 + ${{ churnPerHour }} × ${{ walTruncateFrequency }} ÷ ${{ HOUR }}) ÷ ${{ SERIES_PER_SENDER }} ÷ ${{ rings }}) × ${{ rings }}`,
    reason: 'Keeps the loss of a pod small, and gives each ring the same number of shards.',
    source: c.SOURCE.derivation,
  });
  const uneven = 1 + Math.sqrt(2 * Math.log(shards) * shards / targets);
  const seriesPerShard = sheet.figure('seriesPerShard', {
    unit: FigureUnit.SERIES,
    value: ceil(Math.min(totalSeries, Math.max(largestTargetSeries, totalSeries / shards * uneven))),
    how: calc`ceil(min(${{ totalSeries }}, max(${{ largestTargetSeries }}, ${{ totalSeries }} ÷ ${{ shards }} × (1 + sqrt(2 × ln(${{ shards }}) × ${{ shards }} ÷ ${{ targets }})))))`,
    reason: 'Hashing puts whole targets on shards, so the fullest shard has more than the mean, and never less than the largest target.',
    source: c.SOURCE.derivation,
  });
  const samplesPerSecond = sheet.figure('samplesPerSecond', {
    unit: FigureUnit.SAMPLES_PER_SECOND,
    value: seriesPerShard / scrapeInterval,
    how: calc`${{ seriesPerShard }} ÷ ${{ scrapeInterval }}`,
    reason: 'The flow of the fullest sender; its queue, disk and CPU follow from it.',
    source: c.SOURCE.derivation,
  });
  return { replicas, shards, seriesPerShard, samplesPerSecond };
}

function planBatch(sheet: Senders, { members, replicationFactor }: SenderRing) {
  const { BATCH_FLOOR, SAMPLES_PER_FORWARD, CAPACITY_BATCHES } = c;
  const maxSamplesPerSend = sheet.figure('maxSamplesPerSend', {
    unit: FigureUnit.SAMPLES,
    value: roundUp(Math.max(BATCH_FLOOR, SAMPLES_PER_FORWARD * members / replicationFactor), 100),
    how: calc`roundUp(max(${{ BATCH_FLOOR }}, ${{ SAMPLES_PER_FORWARD }} × ${{ members }} ÷ ${{ replicationFactor }}), 100)`,
    reason: 'A router splits each request over all members of its ring, so a larger ring needs larger requests to keep forwards worth their cost.',
    source: c.SOURCE.receiveHandler,
  });
  const capacity = sheet.figure('capacity', {
    unit: FigureUnit.SAMPLES,
    value: CAPACITY_BATCHES * maxSamplesPerSend,
    how: calc`${{ CAPACITY_BATCHES }} × ${{ maxSamplesPerSend }}`,
    reason: 'One full shard stops the reader of the WAL for all, so a shard holds a few batches, and no more than memory is worth.',
    source: c.SOURCE.remoteWriteDocs,
  });
  return { maxSamplesPerSend, capacity };
}

function planTiming(sheet: Senders, given: Given<SenderKey>) {
  const { BATCH_SEND_DEADLINE, MIN_BACKOFF, MAX_BACKOFF, FLUSH_DEADLINE } = c;
  const seconds = { unit: FigureUnit.SECONDS };
  const batchSendDeadline = sheet.figure('batchSendDeadline', {
    ...seconds,
    value: BATCH_SEND_DEADLINE,
    how: calc`${{ BATCH_SEND_DEADLINE }}`,
    reason: 'The longest that a sample waits for its batch to fill; it delays alerts, so it stays well below a scrape interval.',
    source: c.SOURCE.prometheusConfig,
  });
  const minBackoff = sheet.figure('minBackoff', {
    ...seconds,
    ...atMost('maxBackoff', given.maxBackoff, { value: MIN_BACKOFF, how: calc`${{ MIN_BACKOFF }}` }),
    reason: 'The default of 30 ms makes every shard of every sender knock 30 times in the first seconds of an outage.',
    source: c.SOURCE.lifeOfASample,
  });
  const maxBackoff = sheet.figure('maxBackoff', {
    ...seconds,
    value: Math.max(minBackoff, MAX_BACKOFF),
    how: calc`max(${{ minBackoff }}, ${{ MAX_BACKOFF }})`,
    reason: 'Spares a ring that is coming back; longer would freeze resharding, which waits twice the backoff.',
    source: c.SOURCE.lifeOfASample,
  });
  const flushDeadline = sheet.figure('flushDeadline', {
    ...seconds,
    value: FLUSH_DEADLINE,
    how: calc`${{ FLUSH_DEADLINE }}`,
    reason: 'What is queued when a sender stops must be sent by then; the next process does not read it again.',
    source: c.SOURCE.prometheusFlags,
  });
  return { batchSendDeadline, minBackoff, maxBackoff, flushDeadline };
}

interface Queue {
  readonly samplesPerSecond: number;
  readonly maxSamplesPerSend: number;
  readonly batchSendDeadline: number;
}

function planQueueShards(sheet: Senders, load: Load, given: Given<SenderKey>, queue: Queue) {
  const { latency, latencyUnderLoad, outage, drain } = load;
  const { samplesPerSecond, maxSamplesPerSend, batchSendDeadline } = queue;
  const { MIN_SHARDS_HEADROOM, RESHARD_DELAY } = c;
  const busy = ceil(MIN_SHARDS_HEADROOM * samplesPerSecond * latency / maxSamplesPerSend);
  const full = Math.floor(samplesPerSecond * batchSendDeadline / maxSamplesPerSend);
  const minShards = sheet.figure('minShards', {
    unit: FigureUnit.COUNT,
    ...atMost('maxShards', given.maxShards, {
      value: Math.max(1, Math.min(busy, full)),
      how: calc`max(1, min(ceil(${{ MIN_SHARDS_HEADROOM }} × ${{ samplesPerSecond }} × ${{ latency }} ÷ ${{ maxSamplesPerSend }}), floor(${{ samplesPerSecond }} × ${{ batchSendDeadline }} ÷ ${{ maxSamplesPerSend }})))`,
    }),
    reason: 'Enough from the first second on, and no more than fill their batches before the deadline.',
    source: c.SOURCE.queueManager,
  });
  const maxShards = sheet.figure('maxShards', {
    unit: FigureUnit.COUNT,
    value: Math.max(minShards, ceil(samplesPerSecond * latencyUnderLoad / maxSamplesPerSend
      * (1 + (outage + RESHARD_DELAY) / Math.max(drain - RESHARD_DELAY, drain / 2)))),
    how: calc`max(${{ minShards }}, ceil(${{ samplesPerSecond }} × ${{ latencyUnderLoad }} ÷ ${{ maxSamplesPerSend }} × (1 + (${{ outage }} + ${{ RESHARD_DELAY }}) ÷ max(${{ drain }} − ${{ RESHARD_DELAY }}, ${{ drain }} ÷ 2))))`,
    reason: 'After a few minutes of outage every queue runs at this bound, so it is what catches up in time and what the ring has to bear.',
    source: c.SOURCE.queueManager,
  });
  return { minShards, maxShards };
}

function planQueueMemory(sheet: Senders, queue: { maxShards: number; capacity: number; maxSamplesPerSend: number }) {
  const { maxShards, capacity, maxSamplesPerSend } = queue;
  const { QUEUED_SAMPLE_BYTES, REQUEST_BYTES_PER_SAMPLE } = c;
  return sheet.figure('queueMemory', {
    unit: FigureUnit.BYTES,
    value: maxShards * (QUEUED_SAMPLE_BYTES * (capacity + 2 * maxSamplesPerSend) + REQUEST_BYTES_PER_SAMPLE * maxSamplesPerSend),
    how: calc`${{ maxShards }} × (${{ QUEUED_SAMPLE_BYTES }} × (${{ capacity }} + 2 × ${{ maxSamplesPerSend }}) + ${{ REQUEST_BYTES_PER_SAMPLE }} × ${{ maxSamplesPerSend }})`,
    reason: 'What the queue takes at its bound: samples that wait, and one request a shard being built.',
    source: c.SOURCE.queueManager,
  });
}

function planDrain(sheet: Senders, load: Load, queue: { samplesPerSecond: number; minShards: number; maxShards: number; maxSamplesPerSend: number }) {
  const { outage, latencyUnderLoad } = load;
  const { samplesPerSecond, minShards, maxShards, maxSamplesPerSend } = queue;
  const { RESHARD_DELAY } = c;
  const spareOf = (shards: number) => shards * maxSamplesPerSend / latencyUnderLoad - samplesPerSecond;
  const spare = spareOf(maxShards);
  return sheet.figure('drainTime', {
    unit: FigureUnit.SECONDS,
    // A queue that is no faster than its inflow never catches up.
    value: spare > 0 ? RESHARD_DELAY + Math.max(0, samplesPerSecond * outage - RESHARD_DELAY * spareOf(minShards)) / spare : Infinity,
    how: calc`${{ RESHARD_DELAY }} + max(0, ${{ samplesPerSecond }} × ${{ outage }} − ${{ RESHARD_DELAY }} × (${{ minShards }} × ${{ maxSamplesPerSend }} ÷ ${{ latencyUnderLoad }} − ${{ samplesPerSecond }})) ÷ (${{ maxShards }} × ${{ maxSamplesPerSend }} ÷ ${{ latencyUnderLoad }} − ${{ samplesPerSecond }})`,
    reason: 'How long after the longest outage a sender is behind, and its newest samples late.',
    source: c.SOURCE.queueManager,
  });
}

interface Pod {
  readonly seriesPerShard: number;
  readonly samplesPerSecond: number;
  readonly queueMemory: number;
  readonly walTruncateFrequency: number;
}

function planPod(sheet: Senders, load: Load, given: Given<SenderKey>, pod: Pod) {
  const { churnPerHour } = load;
  const { seriesPerShard, samplesPerSecond, queueMemory, walTruncateFrequency } = pod;
  const { WAL_PERIODS_HELD, WAL_BYTES_PER_SAMPLE, WAL_HEADROOM, WAL_VOLUME_FLOOR, VOLUME_STEP, SENDER_SAMPLES_PER_CORE } = c;
  const { PROCESS_MEMORY, AGENT_BYTES_PER_SERIES, SENDER_HEADROOM, HOUR } = c;
  const storageSize = sheet.figure('storageSize', {
    unit: FigureUnit.BYTES,
    value: roundUp(Math.max(WAL_VOLUME_FLOOR, samplesPerSecond * WAL_PERIODS_HELD * walTruncateFrequency * WAL_BYTES_PER_SAMPLE * WAL_HEADROOM), VOLUME_STEP),
    how: calc`roundUp(max(${{ WAL_VOLUME_FLOOR }}, ${{ samplesPerSecond }} × ${{ WAL_PERIODS_HELD }} × ${{ walTruncateFrequency }} × ${{ WAL_BYTES_PER_SAMPLE }} × ${{ WAL_HEADROOM }}), ${{ VOLUME_STEP }})`,
    reason: 'The WAL grows for one and a half periods between truncations, and a checkpoint stands beside it.',
    source: c.SOURCE.agentDb,
  });
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: samplesPerSecond / SENDER_SAMPLES_PER_CORE,
    how: calc`${{ samplesPerSecond }} ÷ ${{ SENDER_SAMPLES_PER_CORE }}`,
    reason: 'Scraping, writing the WAL and sending; a catch-up takes what the node has to spare.',
    source: c.SOURCE.calibration,
  });
  const seriesInMemory = sheet.figure('seriesInMemory', {
    unit: FigureUnit.SERIES,
    value: ceil(seriesPerShard * (1 + churnPerHour * walTruncateFrequency / HOUR)),
    how: calc`ceil(${{ seriesPerShard }} × (1 + ${{ churnPerHour }} × ${{ walTruncateFrequency }} ÷ ${{ HOUR }}))`,
    reason: 'A series that is gone leaves memory only at the next truncation, so churn adds to the active ones.',
    source: c.SOURCE.agentDb,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: PROCESS_MEMORY + AGENT_BYTES_PER_SERIES * seriesInMemory,
    how: calc`${{ PROCESS_MEMORY }} + ${{ AGENT_BYTES_PER_SERIES }} × ${{ seriesInMemory }}`,
    reason: 'A sender holds the labels and the last sample of every series, and little else while nothing is wrong.',
    source: c.SOURCE.calibration,
  }, {
    value: 2 * PROCESS_MEMORY + SENDER_HEADROOM * AGENT_BYTES_PER_SERIES * seriesInMemory + queueMemory,
    how: calc`2 × ${{ PROCESS_MEMORY }} + ${{ SENDER_HEADROOM }} × ${{ AGENT_BYTES_PER_SERIES }} × ${{ seriesInMemory }} + ${{ queueMemory }}`,
    reason: 'Holds the full queue of an outage, a burst of new series, and garbage up to the 90 % at which Go collects harder.',
    source: c.SOURCE.calibration,
  });
  return { storageSize, cpuRequest, seriesInMemory, memoryRequest: memory.request, memoryLimit: memory.limit };
}

function planScrapeLimits(sheet: Senders, { largestTargetSeries, targets }: Load) {
  const { SAMPLE_LIMIT_FLOOR, TARGET_LIMIT_FLOOR, SCRAPE_LIMIT_HEADROOM } = c;
  const sampleLimit = sheet.figure('sampleLimit', {
    unit: FigureUnit.SAMPLES,
    value: ceil(Math.max(SAMPLE_LIMIT_FLOOR, SCRAPE_LIMIT_HEADROOM * largestTargetSeries)),
    how: calc`ceil(max(${{ SAMPLE_LIMIT_FLOOR }}, ${{ SCRAPE_LIMIT_HEADROOM }} × ${{ largestTargetSeries }}))`,
    reason: 'Stops one target that explodes before its sender runs out of memory; above it the whole scrape is dropped, so it stands far above what is expected.',
    source: c.SOURCE.derivation,
  });
  const targetLimit = sheet.figure('targetLimit', {
    unit: FigureUnit.COUNT,
    value: Math.max(TARGET_LIMIT_FLOOR, SCRAPE_LIMIT_HEADROOM * targets),
    how: calc`max(${{ TARGET_LIMIT_FLOOR }}, ${{ SCRAPE_LIMIT_HEADROOM }} × ${{ targets }})`,
    reason: 'Stops a job whose discovery finds far more than the whole workload has.',
    source: c.SOURCE.derivation,
  });
  return { sampleLimit, targetLimit };
}

function planGrace(sheet: Senders, { flushDeadline }: { flushDeadline: number }) {
  const { SHUTDOWN_MARGIN } = c;
  return sheet.figure('terminationGracePeriod', {
    unit: FigureUnit.SECONDS,
    value: flushDeadline + SHUTDOWN_MARGIN,
    how: calc`${{ flushDeadline }} + ${{ SHUTDOWN_MARGIN }}`,
    reason: 'Kubernetes must not kill a sender that is still flushing its queue.',
    source: c.SOURCE.prometheusFlags,
  });
}
