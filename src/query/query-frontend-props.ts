import type { Duration, Size } from 'cdk8s';
import { ResponseCache, responseCache } from './response-cache';
import { IQueryApi, queryApi } from '../core/endpoint';
import { count, dnsLabel, duration, Fields, Given, headerName, list, required, size, toggle } from '../core/fields';
import { Rule, Severity } from '../core/findings';
import { flag } from '../core/flags';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { PROGRAM_FIELDS, PROGRAM_RULES, ProgramOptions, replicas } from '../core/program-options';
import { experimentalFunctions, valueWhenOn } from '../core/switches';
import { TENANT_HEADER } from '../core/thanos';
import { bytesText, durationText } from '../core/units';
import type { QueryFrontendPlan } from '../plan/query-frontend';
import { Workload, workloadField } from '../plan/workload';

/** Tuning of `thanos query-frontend`; props follow the names of its flags. */
export interface QueryFrontendTuning {
  /** Range queries are cut at multiples of this, and the pieces asked and cached one by one. @default - from the plan */
  readonly splitInterval?: Duration;
  /** The same for lookups of labels and series. @default 24 hours */
  readonly labelsSplitInterval?: Duration;
  /** Tries of a piece of a range query, the first included. A query that kills its querier is tried as often. @default - from the plan */
  readonly maxRetries?: number;
  /** Tries of an instant query. @default - those of a range query */
  readonly instantMaxRetries?: number;
  /** Tries of a lookup of labels and series. @default - those of a range query */
  readonly labelsMaxRetries?: number;
  /** Pieces of one query that are asked at once. @default 14 */
  readonly maxQueryParallelism?: number;
  /** The same for lookups of labels and series. @default 14 */
  readonly labelsMaxQueryParallelism?: number;
  /** Longest range of a query; a longer one fails. @default - any */
  readonly maxQueryLength?: Duration;
  /** Shards in which a query that can be is evaluated. @default - not sharded */
  readonly verticalShards?: number;
  /** Memory for answers to range queries, in each pod. @default - from the plan; none beside a `cache` */
  readonly cacheSize?: Size;
  /** Memory for names and values of labels, in each pod. @default - a quarter of `cacheSize`; none beside a `cache` */
  readonly labelsCacheSize?: Size;
  /**
   * Answers about times more recent than this are not cached, for samples of them may still come. What comes later, such as the
   * backlog after an outage, is not seen where an answer is cached: restart the frontends then.
   * @default 10 minutes, as Grafana Mimir has it
   */
  readonly cacheMaxFreshness?: Duration;
  /** The same for lookups of labels and series. @default 1 minute */
  readonly labelsCacheMaxFreshness?: Duration;
  /** Compresses cached answers, which become a few times smaller, by Snappy. @default true */
  readonly compressCache?: boolean;
  /** Moves start and end of range queries to multiples of the step, so that a refreshed graph finds its answer cached. @default true */
  readonly alignRangeWithStep?: boolean;
  /** Asks again for downsampled data where the raw is gone, if the request has `max_source_resolution=auto`. @default true */
  readonly requestDownsampled?: boolean;
  /** Answers, with a warning, when a store is away. @default - as the Query behind it; true if that is not known */
  readonly partialResponse?: boolean;
  /** The same for lookups of labels and series. @default - as the Query behind it; true if that is not known */
  readonly labelsPartialResponse?: boolean;
  /** How far back labels are looked up when a request names no range. @default 24 hours */
  readonly labelsDefaultTimeRange?: Duration;
  /** PromQL functions that Prometheus marks experimental. @default - as the Query behind it; false if that is not known */
  readonly experimentalFunctions?: boolean;
  /** `xrate`, `xincrease` and `xdelta` of Thanos' engine. @default - as the Query behind it; false if that is not known */
  readonly xFunctions?: boolean;
  /** Compresses answers to clients that take it. @default true */
  readonly compressResponses?: boolean;
  /** Logs queries that take longer. @default 10 seconds */
  readonly logQueriesLongerThan?: Duration;
  /** Header that names the user, e.g. `X-Grafana-User`, for the log of slow queries. @default - the user of basic authentication */
  readonly slowQueryLogsUserHeader?: string;
  /** Logs how many samples and series each query touched, and tells the client in a header. @default false */
  readonly forceQueryStats?: boolean;
  /** HTTP header in which clients name their tenant; Query gets it as THANOS-TENANT. @default THANOS-TENANT */
  readonly tenantHeader?: string;
  /** Further headers of a request that Query gets to see. @default - none */
  readonly forwardHeaders?: string[];
  /** Leaves out the headers that let pages of other sites use the API. @default false */
  readonly webDisableCors?: boolean;
  /** Idle connections that are kept to Query; Go's own default of 2 would open one for nearly every request. @default 100 */
  readonly maxIdleConnsPerHost?: number;
}

/** What one decides about a query frontend; a `MonitoringStack` joins it to the rest. */
export interface QueryFrontendOptions extends QueryFrontendTuning, ProgramOptions {
  /** Name of the objects. @default - the construct's id */
  readonly name?: string;
  /** Pods. @default 2 */
  readonly replicas?: number;
  /** Who may reach it: Grafana, an ingress. Query's UI is reached through it as well. @default - nobody */
  readonly allowFrom?: NetworkPeer[];
  /** A cache that all pods share. @default - one in the memory of each pod */
  readonly cache?: ResponseCache;
}

/** Properties of a `QueryFrontend`. */
export interface QueryFrontendProps extends QueryFrontendOptions {
  /** Who evaluates the queries. */
  readonly downstream: IQueryApi;
  /** What it is planned for. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
}

/** Thanos' default of `--query-range.max-query-parallelism`. */
export const MAX_QUERY_PARALLELISM = 14;

/** One row a prop; row order is the order of the arguments. */
export const QUERY_FRONTEND_FIELDS: Fields<QueryFrontendProps> = {
  ...PROGRAM_FIELDS,
  downstream: required(queryApi()),
  workload: workloadField(),
  name: dnsLabel(),
  replicas: replicas(),
  allowFrom: list(networkPeer()),
  cache: responseCache(),
  cacheSize: size(),
  labelsCacheSize: size(),
  maxIdleConnsPerHost: count({ min: 1 }),
  splitInterval: flag('query-range.split-interval', duration({ min: 60 }), { as: 'duration', default: '24h' }),
  labelsSplitInterval: flag('labels.split-interval', duration({ min: 60 }), { as: 'duration', default: '24h' }),
  maxRetries: flag('query-range.max-retries-per-request', count({ min: 1, max: 100 }), { default: '5' }),
  instantMaxRetries: flag('query.max-retries-per-request', count({ min: 1, max: 100 }), { default: '5' }),
  labelsMaxRetries: flag('labels.max-retries-per-request', count({ min: 1, max: 100 }), { default: '5' }),
  maxQueryParallelism: flag('query-range.max-query-parallelism', count({ min: 1 }), { default: MAX_QUERY_PARALLELISM }),
  labelsMaxQueryParallelism: flag('labels.max-query-parallelism', count({ min: 1 }), { default: '14' }),
  maxQueryLength: flag('query-range.max-query-length', duration(), { as: 'duration', default: '0' }),
  verticalShards: flag('query-frontend.vertical-shards', count({ min: 2 })),
  cacheMaxFreshness: flag('query-range.response-cache-max-freshness', duration({ min: 0 }), { as: 'duration', default: '1m' }),
  labelsCacheMaxFreshness: flag('labels.response-cache-max-freshness', duration({ min: 0 }), { as: 'duration', default: '1m' }),
  compressCache: valueWhenOn('cache-compression-type', 'snappy'),
  alignRangeWithStep: flag('query-range.align-range-with-step', toggle(), { default: 'true', negatable: true }),
  requestDownsampled: flag('query-range.request-downsampled', toggle(), { default: 'true', negatable: true }),
  partialResponse: flag('query-range.partial-response', toggle(), { default: 'true', negatable: true }),
  labelsPartialResponse: flag('labels.partial-response', toggle(), { default: 'true', negatable: true }),
  labelsDefaultTimeRange: flag('labels.default-time-range', duration({ min: 1 }), { as: 'duration', default: '24h' }),
  experimentalFunctions: experimentalFunctions(),
  xFunctions: flag('query-frontend.enable-x-functions', toggle(), { default: 'false' }),
  compressResponses: flag('query-frontend.compress-responses', toggle(), { default: 'false' }),
  logQueriesLongerThan: flag('query-frontend.log-queries-longer-than', duration(), { as: 'duration', default: '0' }),
  slowQueryLogsUserHeader: flag('query-frontend.slow-query-logs-user-header', headerName()),
  forceQueryStats: flag('query-frontend.force-query-stats', toggle(), { default: 'false' }),
  tenantHeader: flag('query-frontend.tenant-header', headerName(), { default: TENANT_HEADER }),
  forwardHeaders: flag('query-frontend.forward-header', list(headerName())),
  webDisableCors: flag('web.disable-cors', toggle(), { default: 'false' }),
};

/** Settings in force. */
export type FrontendSettings = Given<QueryFrontendProps> & QueryFrontendPlan & {
  readonly labelsCacheSize: number;
  readonly maxIdleConnsPerHost: number;
};

/** Seconds; below it, a query over a month is cut into more than 700 pieces. */
const SENSIBLE_SPLIT = 3600;

const MONTH = 30 * 24 * 3600;

export const QUERY_FRONTEND_RULES: Rule<FrontendSettings>[] = [...PROGRAM_RULES, {
  id: 'frontend-caches-beyond-memory',
  broken: s => s.cacheSize + s.labelsCacheSize >= s.memoryLimit,
  says: s => `'cacheSize' (${bytesText(s.cacheSize)}) and 'labelsCacheSize' (${bytesText(s.labelsCacheSize)}) together must stay below `
    + `'memoryLimit' (${bytesText(s.memoryLimit)}); raise the limit or shrink the caches.`,
}, {
  id: 'frontend-two-caches',
  broken: s => s.cache !== undefined && s.cacheSize + s.labelsCacheSize > 0,
  says: () => '\'cacheSize\' and \'labelsCacheSize\' are for a cache in the memory of the pods, but \'cache\' puts it elsewhere. Leave out the one or the other.',
}, {
  id: 'frontend-split-too-fine',
  severity: Severity.WARNING,
  broken: s => s.splitInterval < SENSIBLE_SPLIT,
  says: s => `'splitInterval' (${durationText(s.splitInterval)}) cuts a query over 30 days into ${Math.ceil(MONTH / s.splitInterval)} pieces, each of which reads its `
    + 'range anew. Take an hour or more; a day suits most.',
}];
