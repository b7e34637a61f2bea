import { clamp, roundUp } from './arithmetic';
import * as c from './constants';
import { FigureUnit } from './figure';
import { Load } from './load';
import { planCpu, planMemory } from './resources';
import { atMost, calc, Given, Planned, Sheet } from './sheet';

/** Figures of the query frontends; those that `QueryFrontend` has a prop for bear the prop's name. */
type QueryFrontendKey =
  | 'replicas'
  | 'splitInterval'
  | 'cacheSize'
  | 'maxRetries'
  | 'cpuRequest'
  | 'memoryRequest'
  | 'memoryLimit';

export type QueryFrontendPlan = Planned<QueryFrontendKey>;

type Frontend = Sheet<QueryFrontendKey>;

/** Plans the query frontends with their in-memory caches. */
export function planQueryFrontend(load: Load, given: Given<QueryFrontendKey>, part = 'queryFrontend'): QueryFrontendPlan {
  const sheet = new Sheet<QueryFrontendKey>(part, given);
  const settings = planSettings(sheet, load, given);
  const pod = planPod(sheet, load, given, settings.cacheSize);
  return { ...settings, ...pod, figures: sheet.figures };
}

function planSettings(sheet: Frontend, { queriesPerSecond }: Load, given: Given<QueryFrontendKey>) {
  const { SPLIT_INTERVAL, MAX_RETRIES, RESULT_CACHE_MIN, RESULT_CACHE_MAX, RESULT_CACHE_TIME, RESULT_BYTES, MEMORY_STEP, CACHE_SHARE } = c;
  const replicas = sheet.figure('replicas', {
    unit: FigureUnit.COUNT,
    value: 2,
    how: calc`2`,
    reason: 'It stands before every query, so one may be replaced while the other serves.',
    source: c.SOURCE.queryFrontend,
  });
  const splitInterval = sheet.figure('splitInterval', {
    unit: FigureUnit.SECONDS,
    value: SPLIT_INTERVAL,
    how: calc`${{ SPLIT_INTERVAL }}`,
    reason: 'Days of a long query are evaluated side by side, and cached day by day.',
    source: c.SOURCE.queryFrontend,
  });
  const bound = given.memoryLimit === undefined ? undefined : Math.floor(given.memoryLimit * CACHE_SHARE);
  const cacheSize = sheet.figure('cacheSize', {
    unit: FigureUnit.BYTES,
    ...atMost('memoryLimitShare', bound, {
      value: roundUp(clamp(queriesPerSecond * RESULT_CACHE_TIME * RESULT_BYTES, RESULT_CACHE_MIN, RESULT_CACHE_MAX), MEMORY_STEP),
      how: calc`roundUp(min(${{ RESULT_CACHE_MAX }}, max(${{ RESULT_CACHE_MIN }}, ${{ queriesPerSecond }} × ${{ RESULT_CACHE_TIME }} × ${{ RESULT_BYTES }})), ${{ MEMORY_STEP }})`,
    }),
    reason: 'A dashboard that refreshes asks only for what is new, if the results of the last hour are still there.',
    source: c.SOURCE.derivation,
  });
  const maxRetries = sheet.figure('maxRetries', {
    unit: FigureUnit.COUNT,
    value: MAX_RETRIES,
    how: calc`${{ MAX_RETRIES }}`,
    reason: 'A part of a query that meets a querier being replaced is asked again elsewhere.',
    source: c.SOURCE.queryFrontend,
  });
  return { replicas, splitInterval, cacheSize, maxRetries };
}

function planPod(sheet: Frontend, { queriesPerSecond }: Load, given: Given<QueryFrontendKey>, cacheSize: number) {
  const { FRONTEND_CPU_SECONDS, PROCESS_MEMORY } = c;
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: queriesPerSecond * FRONTEND_CPU_SECONDS,
    how: calc`${{ queriesPerSecond }} × ${{ FRONTEND_CPU_SECONDS }}`,
    reason: 'It splits, caches and joins, and evaluates nothing.',
    source: c.SOURCE.derivation,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: PROCESS_MEMORY + cacheSize,
    how: calc`${{ PROCESS_MEMORY }} + ${{ cacheSize }}`,
    reason: 'The cache fills up over the first hours.',
    source: c.SOURCE.derivation,
  }, {
    value: 2 * PROCESS_MEMORY + 2 * cacheSize,
    how: calc`2 × ${{ PROCESS_MEMORY }} + 2 × ${{ cacheSize }}`,
    reason: 'Replaced cache entries are garbage until the next collection, and answers are joined in memory.',
    source: c.SOURCE.derivation,
  });
  return { cpuRequest, memoryRequest: memory.request, memoryLimit: memory.limit };
}
