import { ceil, clamp } from './arithmetic';
import { downsampledBytesPerSecond } from './blocks';
import * as c from './constants';
import { FigureUnit } from './figure';
import { Load } from './load';
import { planQueryLoad, QueryLoadKey, seriesAllowed } from './query-load';
import { planClaim, planCpu, planMemory } from './resources';
import { RingFacts } from './ring';
import { atMost, calc, Given, Planned, Sheet } from './sheet';

/** Figures of the store gateways; those that `StoreGateway` has a prop for bear the prop's name. */
type StoreGatewayKey =
  | QueryLoadKey
  | 'blocks'
  | 'storedBytes'
  | 'shards'
  | 'replicas'
  | 'bytesPerQuery'
  | 'seriesCallBytes'
  | 'seriesMaxConcurrency'
  | 'indexCacheSize'
  | 'chunkPoolSize'
  | 'requestSeriesLimit'
  | 'requestSamplesLimit'
  | 'headerBytes'
  | 'storageSize'
  | 'cpuRequest'
  | 'memoryRequest'
  | 'memoryLimit';

export type StoreGatewayPlan = Planned<StoreGatewayKey>;

type Store = Sheet<StoreGatewayKey>;

/** Plans the gateways to what ingestors have uploaded. */
export function planStoreGateway(load: Load, ring: RingFacts, given: Given<StoreGatewayKey>, part = 'storeGateway'): StoreGatewayPlan {
  const sheet = new Sheet<StoreGatewayKey>(part, given);
  const contents = planContents(sheet, load, ring);
  const calls = planCalls(sheet, load);
  const caches = planCaches(sheet, given, { ...contents, ...calls });
  const limits = planLimits(sheet, { ...calls, ...caches });
  const pod = planPod(sheet, load, given, { ...contents, ...calls, ...caches });
  return { ...contents, ...calls, ...caches, ...limits, ...pod, figures: sheet.figures };
}

function planContents(sheet: Store, load: Load, { rings, members, senderReplicas }: RingFacts) {
  const { retentionRaw, retention5m, retention1h, bytesPerSample, samplesPerSecond } = load;
  const { LARGEST_BLOCK_SPAN, FIRST_LEVEL_SPAN, DELETE_DELAY, BLOCK_SPAN, MIDDLE_BLOCKS } = c;
  const large = [retentionRaw, retention5m, retention1h].reduce((sum, retention) => sum + ceil(retention / LARGEST_BLOCK_SPAN), 0);
  const largeText = calc`ceil(${{ retentionRaw }} ÷ ${{ LARGEST_BLOCK_SPAN }}) + ceil(${{ retention5m }} ÷ ${{ LARGEST_BLOCK_SPAN }}) + ceil(${{ retention1h }} ÷ ${{ LARGEST_BLOCK_SPAN }})`;
  const blocks = sheet.figure('blocks', {
    unit: FigureUnit.COUNT,
    value: rings * (members * senderReplicas * ceil((FIRST_LEVEL_SPAN + DELETE_DELAY) / BLOCK_SPAN) + MIDDLE_BLOCKS + large),
    how: calc`${{ rings }} × (${{ members }} × ${{ senderReplicas }} × ceil((${{ FIRST_LEVEL_SPAN }} + ${{ DELETE_DELAY }}) ÷ ${{ BLOCK_SPAN }}) + ${{ MIDDLE_BLOCKS }} + ${largeText})`,
    reason: 'Every ingestor uploads a block of 2 h for every tenant; they stay until they are merged, and marked for two days more.',
    source: c.SOURCE.compact,
  });
  const { BYTES_PER_STORE_SHARD, BLOCKS_PER_STORE_SHARD, STORE_REPLICAS } = c;
  const of5m = downsampledBytesPerSecond(load, '5m');
  const of1h = downsampledBytesPerSecond(load, '1h');
  const storedBytes = sheet.figure('storedBytes', {
    unit: FigureUnit.BYTES,
    value: bytesPerSample * samplesPerSecond * retentionRaw + of5m.value * retention5m + of1h.value * retention1h,
    how: calc`${{ bytesPerSample }} × ${{ samplesPerSecond }} × ${{ retentionRaw }} + ${of5m.how} × ${{ retention5m }} + ${of1h.how} × ${{ retention1h }}`,
    reason: 'One copy of everything at all three resolutions.',
    source: c.SOURCE.calibration,
  });
  const shards = sheet.figure('shards', {
    unit: FigureUnit.COUNT,
    value: Math.max(ceil(storedBytes / BYTES_PER_STORE_SHARD), ceil(blocks / BLOCKS_PER_STORE_SHARD)),
    how: calc`max(ceil(${{ storedBytes }} ÷ ${{ BYTES_PER_STORE_SHARD }}), ceil(${{ blocks }} ÷ ${{ BLOCKS_PER_STORE_SHARD }}))`,
    reason: 'Each shard serves its share of the blocks, so that a start, and a heavy query, stay within one pod.',
    source: c.SOURCE.derivation,
  });
  const replicas = sheet.figure('replicas', {
    unit: FigureUnit.COUNT,
    value: STORE_REPLICAS,
    how: calc`${{ STORE_REPLICAS }}`,
    reason: 'Old data stays readable while a pod of the shard is replaced or loads its blocks.',
    source: c.SOURCE.store,
  });
  return { blocks, storedBytes, shards, replicas };
}

type Contents = ReturnType<typeof planContents>;

function planCalls(sheet: Store, load: Load) {
  const { CHUNK_BYTES_PER_SAMPLE, QUERY_BYTES_PER_SERIES, SERIES_CALL_MIN, SERIES_CALL_MAX, HEAVY_QUERY_FACTOR } = c;
  const { SERIES_CONCURRENCY_FLOOR, MAX_CONCURRENT_SELECT } = c;
  const { concurrentQueries } = load;
  const query = planQueryLoad(sheet, load);
  const { seriesPerQuery, samplesPerSeries } = query;
  const bytesPerQuery = sheet.figure('bytesPerQuery', {
    unit: FigureUnit.BYTES,
    value: seriesPerQuery * (samplesPerSeries * CHUNK_BYTES_PER_SAMPLE + QUERY_BYTES_PER_SERIES),
    how: calc`${{ seriesPerQuery }} × (${{ samplesPerSeries }} × ${{ CHUNK_BYTES_PER_SAMPLE }} + ${{ QUERY_BYTES_PER_SERIES }})`,
    reason: 'Chunks and labels that a usual query fetches.',
    source: c.SOURCE.derivation,
  });
  const seriesCallBytes = sheet.figure('seriesCallBytes', {
    unit: FigureUnit.BYTES,
    value: clamp(HEAVY_QUERY_FACTOR * bytesPerQuery, SERIES_CALL_MIN, SERIES_CALL_MAX),
    how: calc`min(${{ SERIES_CALL_MAX }}, max(${{ SERIES_CALL_MIN }}, ${{ HEAVY_QUERY_FACTOR }} × ${{ bytesPerQuery }}))`,
    reason: 'Memory of one call of a heavy query; its answer is streamed, so it does not grow without end.',
    source: c.SOURCE.derivation,
  });
  const seriesMaxConcurrency = sheet.figure('seriesMaxConcurrency', {
    unit: FigureUnit.COUNT,
    value: Math.max(SERIES_CONCURRENCY_FLOOR, concurrentQueries * MAX_CONCURRENT_SELECT),
    how: calc`max(${{ SERIES_CONCURRENCY_FLOOR }}, ${{ concurrentQueries }} × ${{ MAX_CONCURRENT_SELECT }})`,
    reason: 'Each query at work may ask for several selectors at once; more than that waits, and does not fill memory.',
    source: c.SOURCE.store,
  });
  return { ...query, bytesPerQuery, seriesCallBytes, seriesMaxConcurrency };
}

type Calls = ReturnType<typeof planCalls>;

function planCaches(sheet: Store, given: Given<StoreGatewayKey>, { storedBytes, shards, seriesMaxConcurrency, seriesCallBytes }: Contents & Calls) {
  const { INDEX_CACHE_SHARE, INDEX_CACHE_MIN, INDEX_CACHE_MAX, CHUNK_POOL_FLOOR, CACHE_SHARE } = c;
  const bound = given.memoryLimit === undefined ? undefined : Math.floor(given.memoryLimit * CACHE_SHARE);
  const indexCacheSize = sheet.figure('indexCacheSize', {
    unit: FigureUnit.BYTES,
    ...atMost('memoryLimitShare', bound, {
      value: ceil(clamp(storedBytes * INDEX_CACHE_SHARE / shards, INDEX_CACHE_MIN, INDEX_CACHE_MAX)),
      how: calc`ceil(min(${{ INDEX_CACHE_MAX }}, max(${{ INDEX_CACHE_MIN }}, ${{ storedBytes }} × ${{ INDEX_CACHE_SHARE }} ÷ ${{ shards }})))`,
    }),
    reason: 'Keeps the postings and series that dashboards ask for again and again.',
    source: c.SOURCE.derivation,
  });
  const chunkPoolSize = sheet.figure('chunkPoolSize', {
    unit: FigureUnit.BYTES,
    ...atMost('memoryLimitShare', bound, {
      value: ceil(Math.max(CHUNK_POOL_FLOOR, seriesMaxConcurrency * seriesCallBytes)),
      how: calc`ceil(max(${{ CHUNK_POOL_FLOOR }}, ${{ seriesMaxConcurrency }} × ${{ seriesCallBytes }}))`,
    }),
    reason: 'Chunks of all calls at once come from this pool, and a call that finds it empty fails.',
    source: c.SOURCE.store,
  });
  return { indexCacheSize, chunkPoolSize };
}

type Caches = ReturnType<typeof planCaches>;

function planLimits(sheet: Store, { chunkPoolSize, seriesPerQuery }: Calls & Caches) {
  const { CHUNK_BYTES_PER_SAMPLE } = c;
  const requestSeriesLimit = sheet.figure('requestSeriesLimit', {
    unit: FigureUnit.SERIES,
    ...seriesAllowed(seriesPerQuery),
    reason: 'A query without selectors is refused before it takes the gateway, and everyone else, down.',
    source: c.SOURCE.derivation,
  });
  const requestSamplesLimit = sheet.figure('requestSamplesLimit', {
    unit: FigureUnit.SAMPLES,
    value: Math.floor(chunkPoolSize / CHUNK_BYTES_PER_SAMPLE),
    how: calc`floor(${{ chunkPoolSize }} ÷ ${{ CHUNK_BYTES_PER_SAMPLE }})`,
    reason: 'One request may take all of the chunk pool, and no more.',
    source: c.SOURCE.derivation,
  });
  return { requestSeriesLimit, requestSamplesLimit };
}

function planPod(sheet: Store, load: Load, given: Given<StoreGatewayKey>, pod: Contents & Calls & Caches) {
  const { queriesPerSecond } = load;
  const { indexCacheSize, chunkPoolSize, seriesMaxConcurrency, seriesCallBytes, bytesPerQuery } = pod;
  const { HEADER_HEADROOM, HEADER_MEMORY_SHARE, PROCESS_MEMORY, STORE_BYTES_PER_CORE } = c;
  const headerBytes = planHeaders(sheet, load, pod);
  const storageSize = planClaim(sheet, 'storageSize', c.STORE_VOLUME_FLOOR, {
    value: HEADER_HEADROOM * headerBytes,
    how: calc`${{ HEADER_HEADROOM }} × ${{ headerBytes }}`,
    reason: 'The header of every block is downloaded once and kept; blocks with many series have larger ones.',
    source: c.SOURCE.store,
  });
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: queriesPerSecond * bytesPerQuery / STORE_BYTES_PER_CORE,
    how: calc`${{ queriesPerSecond }} × ${{ bytesPerQuery }} ÷ ${{ STORE_BYTES_PER_CORE }}`,
    reason: 'Fetching and sending on what queries touch; queries of one day fall on few blocks, so shards do not share it.',
    source: c.SOURCE.calibration,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: PROCESS_MEMORY + indexCacheSize + HEADER_MEMORY_SHARE * headerBytes,
    how: calc`${{ PROCESS_MEMORY }} + ${{ indexCacheSize }} + ${{ HEADER_MEMORY_SHARE }} × ${{ headerBytes }}`,
    reason: 'The index cache fills up, and headers in use are mapped into memory.',
    source: c.SOURCE.derivation,
  }, {
    value: 2 * PROCESS_MEMORY + indexCacheSize + chunkPoolSize + seriesMaxConcurrency * seriesCallBytes + HEADER_MEMORY_SHARE * headerBytes,
    how: calc`2 × ${{ PROCESS_MEMORY }} + ${{ indexCacheSize }} + ${{ chunkPoolSize }} + ${{ seriesMaxConcurrency }} × ${{ seriesCallBytes }} + ${{ HEADER_MEMORY_SHARE }} × ${{ headerBytes }}`,
    reason: 'The whole chunk pool and all calls at once, on top of what is always there.',
    source: c.SOURCE.derivation,
  });
  return { headerBytes, storageSize, cpuRequest, memoryRequest: memory.request, memoryLimit: memory.limit };
}

function planHeaders(sheet: Store, load: Load, { blocks, shards }: Contents) {
  const { totalSeries, churnPerHour, retentionRaw, retention5m, retention1h } = load;
  const { HEADER_BYTES, HEADER_BYTES_PER_SERIES, LARGEST_BLOCK_SPAN, HOUR } = c;
  const kept = retentionRaw + retention5m + retention1h;
  return sheet.figure('headerBytes', {
    unit: FigureUnit.BYTES,
    value: (blocks * HEADER_BYTES + HEADER_BYTES_PER_SERIES * totalSeries * kept * (1 / LARGEST_BLOCK_SPAN + churnPerHour / HOUR)) / shards,
    how: calc`(${{ blocks }} × ${{ HEADER_BYTES }} + ${{ HEADER_BYTES_PER_SERIES }} × ${{ totalSeries }} × (${{ retentionRaw }} + ${{ retention5m }} + ${{ retention1h }}) × (1 ÷ ${{ LARGEST_BLOCK_SPAN }} + ${{ churnPerHour }} ÷ ${{ HOUR }})) ÷ ${{ shards }}`,
    reason: 'A header for each block, larger for each series that lived in its time.',
    source: c.SOURCE.store,
  });
}
