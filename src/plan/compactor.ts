import { ceil, clamp } from './arithmetic';
import { indexBytes } from './blocks';
import * as c from './constants';
import { FigureUnit } from './figure';
import { formatValue } from './format';
import { Load } from './load';
import { planClaim, planCpu, planMemory } from './resources';
import { RingFacts } from './ring';
import { calc, Given, Planned, Sheet } from './sheet';

/** Figures of the compactors; those that `Compactor` has a prop for bear the prop's name. */
type CompactorKey =
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
  | 'seriesInLargestBlock'
  | 'storageSize'
  | 'cpuRequest'
  | 'memoryRequest'
  | 'memoryLimit';

export type CompactorPlan = Planned<CompactorKey>;

type Compactor = Sheet<CompactorKey>;

/** Plans one compactor for each stream; every figure but `streams` is that of one of them. */
export function planCompactor(load: Load, ring: RingFacts, given: Given<CompactorKey>, part = 'compactor'): CompactorPlan {
  const sheet = new Sheet<CompactorKey>(part, given);
  const streams = sheet.figure('streams', {
    unit: FigureUnit.COUNT,
    value: ring.rings,
    how: calc`${{ rings: ring.rings }}`,
    reason: 'The blocks of one ring are one stream, and two compactors must never work on the same stream.',
    source: c.SOURCE.compact,
  });
  const times = planTimes(sheet, load);
  const work = planWork(sheet, load, ring, streams);
  const largest = planLargest(sheet, load, { streams, senderReplicas: ring.senderReplicas, ...times });
  const pod = planPod(sheet, load, given, { streams, ...times, ...work, ...largest });
  return { streams, ...times, ...work, ...largest, ...pod, figures: sheet.figures };
}

function planTimes(sheet: Compactor, { retentionRaw, retention5m, retention1h }: Load) {
  const time = (name: CompactorKey, value: number, reason: string) => sheet.figure(name, {
    unit: FigureUnit.SECONDS, value, how: calc`${{ [name]: value }}`, reason, source: c.SOURCE.compact,
  });
  return {
    retentionRaw: time('retentionRaw', retentionRaw, 'How long every scraped sample is kept.'),
    retention5m: time('retention5m', retention5m, 'Long queries read it in place of raw samples; as long as raw, so that zooming in always works.'),
    retention1h: time('retention1h', retention1h, 'Very long queries read it; a resolution that ends early leaves holes in graphs of that length.'),
    consistencyDelay: time('consistencyDelay', c.CONSISTENCY_DELAY, 'A block is left alone until all of its files are sure to be visible.'),
    deleteDelay: time('deleteDelay', c.DELETE_DELAY, 'Store gateways still read a replaced block until they have loaded the new one.'),
  };
}

function planWork(sheet: Compactor, load: Load, { members, senderReplicas, replicationFactor }: RingFacts, streams: number) {
  const { samplesPerSecond, totalSeries } = load;
  const { SERIES_PER_SECOND_MERGED, MERGED_SAMPLES_PER_SECOND, BLOCK_SPAN, DAY, DOWNSAMPLE_PASSES, COMPACTION_DAY } = c;
  const { GROUPS_PER_STREAM, BLOCKS_PER_FETCH_WORKER, FETCH_WORKERS_MAX } = c;
  const workPerDay = sheet.figure('workPerDay', {
    unit: FigureUnit.SECONDS,
    value: DAY / streams * (samplesPerSecond * (senderReplicas * replicationFactor + DOWNSAMPLE_PASSES) / MERGED_SAMPLES_PER_SECOND
      + totalSeries / BLOCK_SPAN * senderReplicas * replicationFactor / SERIES_PER_SECOND_MERGED),
    how: calc`${{ DAY }} ÷ ${{ streams }} × (${{ samplesPerSecond }} × (${{ senderReplicas }} × ${{ replicationFactor }} + ${{ DOWNSAMPLE_PASSES }}) ÷ ${{ MERGED_SAMPLES_PER_SECOND }} + ${{ totalSeries }} ÷ ${{ BLOCK_SPAN }} × ${{ senderReplicas }} × ${{ replicationFactor }} ÷ ${{ SERIES_PER_SECOND_MERGED }})`,
    reason: 'Time of one core to merge and downsample one day of samples, all copies of them, and each series of each block; above 24 h the compactor falls behind for ever.',
    source: c.SOURCE.calibration,
  });
  const workers = (name: 'compactConcurrency' | 'downsampleConcurrency', reason: string) => sheet.figure(name, {
    unit: FigureUnit.COUNT,
    value: clamp(ceil(workPerDay / COMPACTION_DAY), 1, GROUPS_PER_STREAM),
    how: calc`min(${{ GROUPS_PER_STREAM }}, max(1, ceil(${{ workPerDay }} ÷ ${{ COMPACTION_DAY }})))`,
    reason,
    source: c.SOURCE.derivation,
  });
  const compactConcurrency = workers('compactConcurrency', 'A worker takes one group, and a stream has one for each resolution; each needs room for its largest block on disk.');
  const downsampleConcurrency = workers('downsampleConcurrency', 'As many as compact, so that downsampling does not lag behind.');
  const blocksFetchConcurrency = sheet.figure('blocksFetchConcurrency', {
    unit: FigureUnit.COUNT,
    value: clamp(ceil(members * senderReplicas / BLOCKS_PER_FETCH_WORKER), 1, FETCH_WORKERS_MAX),
    how: calc`min(${{ FETCH_WORKERS_MAX }}, max(1, ceil(${{ members }} × ${{ senderReplicas }} ÷ ${{ BLOCKS_PER_FETCH_WORKER }})))`,
    reason: 'The first level merges a block of each ingestor and tenant, and waits for the slowest download.',
    source: c.SOURCE.derivation,
  });
  return { workPerDay, compactConcurrency, downsampleConcurrency, blocksFetchConcurrency };
}

interface Streams {
  readonly streams: number;
  readonly retentionRaw: number;
}

function planLargest(sheet: Compactor, load: Load, { streams, senderReplicas, retentionRaw }: Streams & Pick<RingFacts, 'senderReplicas'>) {
  const { bytesPerSample, samplesPerSecond } = load;
  const { LARGEST_BLOCK_SPAN } = c;
  const span = { value: Math.min(LARGEST_BLOCK_SPAN, retentionRaw), how: calc`min(${{ LARGEST_BLOCK_SPAN }}, ${{ retentionRaw }})` };
  const index = indexBytes(load, senderReplicas, span);
  const largestBlock = sheet.figure('largestBlock', {
    unit: FigureUnit.BYTES,
    value: bytesPerSample * samplesPerSecond / streams * span.value,
    how: calc`${{ bytesPerSample }} × ${{ samplesPerSecond }} ÷ ${{ streams }} × ${span.how}`,
    reason: 'The block of two weeks that the last level writes, from blocks of the same size together.',
    source: c.SOURCE.compact,
  });
  const largestIndex = sheet.figure('largestIndex', {
    unit: FigureUnit.BYTES,
    value: index.value / streams,
    how: calc`${index.how} ÷ ${{ streams }}`,
    reason: `Thanos leaves blocks apart whose index together would pass ${formatValue(c.MAX_INDEX_BYTES, FigureUnit.BYTES)}; then blocks of two weeks, and 1h samples from them, do not come about.`,
    source: c.SOURCE.compactPlanner,
  });
  return { largestBlock, largestIndex };
}

interface Pod extends Streams {
  readonly workPerDay: number;
  readonly compactConcurrency: number;
  readonly largestBlock: number;
}

function planPod(sheet: Compactor, load: Load, given: Given<CompactorKey>, pod: Pod) {
  const { totalSeries, churnPerHour } = load;
  const { workPerDay, compactConcurrency, largestBlock, streams, retentionRaw } = pod;
  const { COMPACTOR_BLOCKS_ON_DISK, COMPACTOR_HEADROOM, DAY, LARGEST_BLOCK_SPAN, HOUR, PROCESS_MEMORY } = c;
  const { COMPACTOR_BUFFERS, COMPACTOR_BYTES_PER_SERIES, COMPACTOR_LIMIT_BYTES_PER_SERIES } = c;
  const storageSize = planClaim(sheet, 'storageSize', c.COMPACTOR_VOLUME_FLOOR, {
    value: compactConcurrency * COMPACTOR_BLOCKS_ON_DISK * largestBlock * COMPACTOR_HEADROOM,
    how: calc`${{ compactConcurrency }} × ${{ COMPACTOR_BLOCKS_ON_DISK }} × ${{ largestBlock }} × ${{ COMPACTOR_HEADROOM }}`,
    reason: 'Each worker has the blocks that it merges and the one that it writes on disk.',
    source: c.SOURCE.compact,
  });
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: workPerDay / DAY,
    how: calc`${{ workPerDay }} ÷ ${{ DAY }}`,
    reason: 'The mean over a day; it works in bursts and takes what the node has to spare.',
    source: c.SOURCE.derivation,
  });
  const seriesInLargestBlock = sheet.figure('seriesInLargestBlock', {
    unit: FigureUnit.SERIES,
    value: ceil(totalSeries / streams * (1 + churnPerHour * Math.min(LARGEST_BLOCK_SPAN, retentionRaw) / HOUR)),
    how: calc`ceil(${{ totalSeries }} ÷ ${{ streams }} × (1 + ${{ churnPerHour }} × min(${{ LARGEST_BLOCK_SPAN }}, ${{ retentionRaw }}) ÷ ${{ HOUR }}))`,
    reason: 'Every series that lived in the two weeks of the block; churn makes them many times the active ones.',
    source: c.SOURCE.derivation,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: PROCESS_MEMORY + COMPACTOR_BUFFERS + COMPACTOR_BYTES_PER_SERIES * seriesInLargestBlock * compactConcurrency,
    how: calc`${{ PROCESS_MEMORY }} + ${{ COMPACTOR_BUFFERS }} + ${{ COMPACTOR_BYTES_PER_SERIES }} × ${{ seriesInLargestBlock }} × ${{ compactConcurrency }}`,
    reason: 'Merging holds symbols and postings of every series of the largest block.',
    source: c.SOURCE.calibration,
  }, {
    value: 2 * (PROCESS_MEMORY + COMPACTOR_BUFFERS) + COMPACTOR_LIMIT_BYTES_PER_SERIES * seriesInLargestBlock * compactConcurrency,
    how: calc`2 × (${{ PROCESS_MEMORY }} + ${{ COMPACTOR_BUFFERS }}) + ${{ COMPACTOR_LIMIT_BYTES_PER_SERIES }} × ${{ seriesInLargestBlock }} × ${{ compactConcurrency }}`,
    reason: 'Downsampling and vertical merges buffer chunks of many copies beside the index.',
    source: c.SOURCE.calibration,
  });
  return { seriesInLargestBlock, storageSize, cpuRequest, memoryRequest: memory.request, memoryLimit: memory.limit };
}
