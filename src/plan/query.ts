import { ceil } from './arithmetic';
import * as c from './constants';
import { FigureUnit } from './figure';
import { Load } from './load';
import { planQueryLoad, QueryLoadKey, seriesAllowed } from './query-load';
import { planCpu, planMemory } from './resources';
import { RingFacts } from './ring';
import { atMost, calc, Given, Planned, Sheet } from './sheet';

/** Figures of the queriers; those that `ThanosQuery` has a prop for bear the prop's name. */
type QueryKey =
  | QueryLoadKey
  | 'cores'
  | 'bytesInQueries'
  | 'largestQuerySeries'
  | 'largestQueryBytes'
  | 'replicas'
  | 'maxConcurrent'
  | 'maxConcurrentSelect'
  | 'timeout'
  | 'storeResponseTimeout'
  | 'cpuRequest'
  | 'memoryRequest'
  | 'memoryLimit';

export type QueryPlan = Planned<QueryKey>;

type Query = Sheet<QueryKey>;

/** What queriers need to know of the ring whose heads they read: each series is in it several times. */
type QueriedRing = Pick<RingFacts, 'senderReplicas' | 'replicationFactor'>;

/** Plans the queriers. */
export function planQuery(load: Load, ring: QueriedRing, given: Given<QueryKey>, part = 'query'): QueryPlan {
  const sheet = new Sheet<QueryKey>(part, given);
  const work = planWork(sheet, load);
  const parallel = planParallelism(sheet, load, work);
  const times = planTimes(sheet, given);
  const largest = planLargest(sheet, load, ring, work);
  const pod = planPod(sheet, load, given, { ...work, ...parallel, ...largest });
  return { ...work, ...parallel, ...times, ...largest, ...pod, figures: sheet.figures };
}

function planWork(sheet: Query, load: Load) {
  const { queriesPerSecond } = load;
  const { QUERY_SAMPLES_PER_CORE } = c;
  const query = planQueryLoad(sheet, load);
  const { seriesPerQuery, samplesPerSeries } = query;
  const cores = sheet.figure('cores', {
    unit: FigureUnit.CORES,
    value: queriesPerSecond * seriesPerQuery * samplesPerSeries / QUERY_SAMPLES_PER_CORE,
    how: calc`${{ queriesPerSecond }} × ${{ seriesPerQuery }} × ${{ samplesPerSeries }} ÷ ${{ QUERY_SAMPLES_PER_CORE }}`,
    reason: 'What evaluating all queries takes, over all queriers.',
    source: c.SOURCE.calibration,
  });
  return { ...query, cores };
}

type Work = ReturnType<typeof planWork>;

function planParallelism(sheet: Query, load: Load, { cores }: Work) {
  const { concurrentQueries } = load;
  const { CORES_PER_QUERIER, MAX_CONCURRENT, CONNECTION_SKEW, MAX_CONCURRENT_SELECT } = c;
  const replicas = sheet.figure('replicas', {
    unit: FigureUnit.COUNT,
    value: Math.max(1, ceil(cores / CORES_PER_QUERIER)) + 1,
    how: calc`max(1, ceil(${{ cores }} ÷ ${{ CORES_PER_QUERIER }})) + 1`,
    reason: 'Enough to evaluate what is asked, and one more, so that a querier may be replaced or killed by a query.',
    source: c.SOURCE.derivation,
  });
  const maxConcurrent = sheet.figure('maxConcurrent', {
    unit: FigureUnit.COUNT,
    value: Math.max(MAX_CONCURRENT, ceil(CONNECTION_SKEW * concurrentQueries / Math.max(1, replicas - 1))),
    how: calc`max(${{ MAX_CONCURRENT }}, ceil(${{ CONNECTION_SKEW }} × ${{ concurrentQueries }} ÷ max(1, ${{ replicas }} − 1)))`,
    reason: 'Queries beyond it wait for their turn; with one querier away the others must take them all, spread unevenly.',
    source: c.SOURCE.query,
  });
  const maxConcurrentSelect = sheet.figure('maxConcurrentSelect', {
    unit: FigureUnit.COUNT,
    value: MAX_CONCURRENT_SELECT,
    how: calc`${{ MAX_CONCURRENT_SELECT }}`,
    reason: 'Selectors of one query that are fetched at once; each is a call to every store.',
    source: c.SOURCE.query,
  });
  return { replicas, maxConcurrent, maxConcurrentSelect };
}

function planTimes(sheet: Query, given: Given<QueryKey>) {
  const { QUERY_TIMEOUT, STORE_TIMEOUT_SHARE } = c;
  const timeout = sheet.figure('timeout', {
    unit: FigureUnit.SECONDS,
    value: Math.max(QUERY_TIMEOUT, given.storeResponseTimeout ?? 0),
    how: calc`max(${{ QUERY_TIMEOUT }}, ${{ storeResponseTimeout: given.storeResponseTimeout ?? 0 }})`,
    reason: 'Nobody waits longer for a graph, and a query that is given up frees its memory.',
    source: c.SOURCE.query,
  });
  const storeResponseTimeout = sheet.figure('storeResponseTimeout', {
    unit: FigureUnit.SECONDS,
    ...atMost('timeout', given.timeout, { value: STORE_TIMEOUT_SHARE * timeout, how: calc`${{ STORE_TIMEOUT_SHARE }} × ${{ timeout }}` }),
    reason: 'Off by default: one ingestor that is cut off would then hold every query for its whole timeout.',
    source: c.SOURCE.query,
  });
  return { timeout, storeResponseTimeout };
}

function planLargest(sheet: Query, { totalSeries }: Load, { senderReplicas, replicationFactor }: QueriedRing, { seriesPerQuery }: Work) {
  const { QUERY_BYTES_PER_COPY } = c;
  const allowed = seriesAllowed(seriesPerQuery);
  const largestQuerySeries = sheet.figure('largestQuerySeries', {
    unit: FigureUnit.SERIES,
    value: Math.min(totalSeries, allowed.value),
    how: calc`min(${{ totalSeries }}, ${allowed.how})`,
    reason: 'Somebody will ask for every series at one moment. Thanos 0.42 refuses no query for what is in the heads, so up to what a store gateway would let through there is room for it; one above that kills the pod.',
    source: c.SOURCE.queryLimits,
  });
  const largestQueryBytes = sheet.figure('largestQueryBytes', {
    unit: FigureUnit.BYTES,
    value: largestQuerySeries * senderReplicas * replicationFactor * QUERY_BYTES_PER_COPY,
    how: calc`${{ largestQuerySeries }} × ${{ senderReplicas }} × ${{ replicationFactor }} × ${{ QUERY_BYTES_PER_COPY }}`,
    reason: 'All copies of it are in memory before they are merged.',
    source: c.SOURCE.queryLimits,
  });
  return { largestQuerySeries, largestQueryBytes };
}

function planPod(sheet: Query, load: Load, given: Given<QueryKey>, pod: Work & { replicas: number; largestQueryBytes: number }) {
  const { concurrentQueries } = load;
  const { cores, seriesPerQuery, samplesPerSeries, replicas, largestQueryBytes } = pod;
  const { QUERY_BYTES_PER_SAMPLE, QUERY_BYTES_PER_SERIES, HEAVY_QUERY_FACTOR, PROCESS_MEMORY } = c;
  const serving = Math.max(1, replicas - 1);
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: cores / serving,
    how: calc`${{ cores }} ÷ max(1, ${{ replicas }} − 1)`,
    reason: 'Evaluating usual queries with one querier away.',
    source: c.SOURCE.derivation,
  });
  const bytesInQueries = sheet.figure('bytesInQueries', {
    unit: FigureUnit.BYTES,
    value: concurrentQueries * seriesPerQuery * (samplesPerSeries * QUERY_BYTES_PER_SAMPLE + QUERY_BYTES_PER_SERIES) / serving,
    how: calc`${{ concurrentQueries }} × ${{ seriesPerQuery }} × (${{ samplesPerSeries }} × ${{ QUERY_BYTES_PER_SAMPLE }} + ${{ QUERY_BYTES_PER_SERIES }}) ÷ max(1, ${{ replicas }} − 1)`,
    reason: 'What the queries at work hold in one querier, if all are usual ones.',
    source: c.SOURCE.calibration,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: PROCESS_MEMORY + bytesInQueries,
    how: calc`${{ PROCESS_MEMORY }} + ${{ bytesInQueries }}`,
    reason: 'What usual queries hold while they are evaluated.',
    source: c.SOURCE.derivation,
  }, {
    value: 2 * PROCESS_MEMORY + Math.max(HEAVY_QUERY_FACTOR * bytesInQueries, largestQueryBytes),
    how: calc`2 × ${{ PROCESS_MEMORY }} + max(${{ HEAVY_QUERY_FACTOR }} × ${{ bytesInQueries }}, ${{ largestQueryBytes }})`,
    reason: 'All queries at work are heavy ones, or one is the largest.',
    source: c.SOURCE.derivation,
  });
  return { bytesInQueries, cpuRequest, memoryRequest: memory.request, memoryLimit: memory.limit };
}
