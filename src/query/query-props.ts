import type { Duration } from 'cdk8s';
import { IStoreApi, storeApi } from '../core/endpoint';
import { count, dnsLabel, duration, Fields, Given, headerName, labelName, list, oneOf, text, toggle } from '../core/fields';
import { type Rule, Severity } from '../core/findings';
import { flag } from '../core/flags';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { PROGRAM_FIELDS, PROGRAM_RULES, ProgramOptions, replicas } from '../core/program-options';
import { experimentalFunctions, valueWhenOn } from '../core/switches';
import { LOOKBACK_DELTA, TENANT_HEADER, TENANT_LABEL, uncountedLimits } from '../core/thanos';
import { durationText } from '../core/units';
import { FigureUnit } from '../plan/figure';
import { formatValue } from '../plan/format';
import type { QueryPlan } from '../plan/query';
import { Workload, workloadField } from '../plan/workload';

/** How the copies of one series are merged. */
export enum DeduplicationFunction {
  /** Stays with one copy and changes to another when it ends: right for twins that scrape at different moments. */
  PENALTY = 'penalty',
  /** Takes the samples of all copies, equal ones once: right for the copies within a Receive ring, and for nothing else. */
  CHAIN = 'chain',
}

/** When the answers of stores are merged. */
export enum ProxyStrategy {
  /** When all of them have come: every copy of every series is in memory at once. */
  EAGER = 'eager',
  /**
   * While they come: a query over 30,000 series in six copies added 240 MiB in place of 360, in the same time. A store waits while others
   * have series that sort before its own, as clusters side by side have. Thanos hides the flag, as one for tests.
   */
  LAZY = 'lazy',
}

/** What evaluates PromQL. */
export enum PromqlEngine {
  /** Prometheus' own. */
  PROMETHEUS = 'prometheus',
  /** Thanos' own, with an optimizer; experimental. */
  THANOS = 'thanos',
}

/** Tuning of `thanos query`; props follow the names of its flags. */
export interface ThanosQueryTuning {
  /** How long a query may take. @default - from the plan */
  readonly timeout?: Duration;
  /** Queries that one pod evaluates at once; the rest wait. @default - from the plan */
  readonly maxConcurrent?: number;
  /** Selectors of one query that are fetched at once, each from every store. @default - from the plan */
  readonly maxConcurrentSelect?: number;
  /** How long a store may stay silent before its data is left out with a warning. Must be below `timeout`. @default - from the plan */
  readonly storeResponseTimeout?: Duration;
  /** How far back the last sample of a series may lie. @default - 5 minutes, or twice the workload's scrape interval if that is longer */
  readonly lookbackDelta?: Duration;
  /** Step of subqueries that name none. @default 1 minute */
  readonly defaultEvaluationInterval?: Duration;
  /** Smallest step that Query's own UI asks for. @default 1 second */
  readonly defaultStep?: Duration;
  /** Reads downsampled data where the step of a range query allows it; off, long ranges read every raw sample. @default true */
  readonly autoDownsampling?: boolean;
  /** Coarsest data that instant queries may read, for those over times whose raw data is gone, e.g. 1 hour. @default - raw data only */
  readonly instantDefaultMaxSourceResolution?: Duration;
  /** How far back the names and values of labels are looked up when a request names no range. @default - the beginning */
  readonly metadataDefaultTimeRange?: Duration;
  /** Answers, with a warning, when a store is away; off, such a query fails. A request may ask otherwise. @default true */
  readonly partialResponse?: boolean;
  /** What evaluates PromQL, unless a request asks otherwise. @default PromqlEngine.PROMETHEUS */
  readonly promqlEngine?: PromqlEngine;
  /** `xrate`, `xincrease` and `xdelta`, which only Thanos' engine has. @default false */
  readonly xFunctions?: boolean;
  /** PromQL functions that Prometheus marks experimental, e.g. `double_exponential_smoothing`. @default false */
  readonly experimentalFunctions?: boolean;
  /** How copies of a series are merged. @default DeduplicationFunction.PENALTY */
  readonly deduplicationFunction?: DeduplicationFunction;
  /** Labels that tell copies of a series apart, beside those that the stores name themselves. @default - those of the stores */
  readonly replicaLabels?: string[];
  /** When the answers of stores are merged. @default ProxyStrategy.EAGER */
  readonly proxyStrategy?: ProxyStrategy;
  /**
   * Series that one selector may fetch; a larger one fails, copies counted once. 0 is no limit. Thanos 0.42 does not hold it, and a
   * version that does can protect the memory only with `ProxyStrategy.LAZY`: by then, eager ones have everything in it.
   * @default 0
   */
  readonly requestSeriesLimit?: number;
  /** Samples that one selector may fetch, 120 for each chunk; a larger one fails. 0 is no limit. See `requestSeriesLimit`. @default 0 */
  readonly requestSamplesLimit?: number;
  /** How often the names of the stores are looked up in DNS. @default 30 seconds */
  readonly dnsInterval?: Duration;
  /** Writes queries at work to a file, so that a pod that is killed logs, at its next start, the queries that it died of. @default true */
  readonly trackActiveQueries?: boolean;
  /**
   * Adds a matcher for the request's tenant to every selector. Nothing here proves who a client is: a proxy in front must set the header.
   * @default false
   */
  readonly enforceTenancy?: boolean;
  /** HTTP header that names the tenant. Leave it behind a `QueryFrontend`, which has a prop for it. @default THANOS-TENANT */
  readonly tenantHeader?: string;
  /** Label that holds the tenant of a series. @default tenant_id */
  readonly tenantLabelName?: string;
  /** Path before all links of the UI, for a reverse proxy. @default - none */
  readonly webExternalPrefix?: string;
  /** Path below which UI and API are served; `/` where the proxy strips the external prefix. @default - the external prefix */
  readonly webRoutePrefix?: string;
  /** Header in which a reverse proxy names the path before all links. Anybody else could set it too. @default - none */
  readonly webPrefixHeader?: string;
  /** Leaves out the headers that let pages of other sites use the API. @default false */
  readonly webDisableCors?: boolean;
  /** Address of Query's UI as people reach it, for the links in alerts. @default - none that work */
  readonly alertQueryUrl?: string;
}

/** What one decides about Query; a `MonitoringStack` joins it to the rest. */
export interface ThanosQueryOptions extends ThanosQueryTuning, ProgramOptions {
  /** Name of the objects. @default - the construct's id */
  readonly name?: string;
  /** Pods. @default - from the plan, at least 2 */
  readonly replicas?: number;
  /** Who may reach UI and API, beside parts of the same app that query it. @default - nobody */
  readonly allowFrom?: NetworkPeer[];
  /** Who may reach the Store API over gRPC, as the central Query of several clusters does. @default - nobody */
  readonly allowStoreApiFrom?: NetworkPeer[];
}

/** Properties of a `ThanosQuery`. */
export interface ThanosQueryProps extends ThanosQueryOptions {
  /** Whose data is queried: rings, store gateways, other queries, imported stores. @default - those of `addStore` */
  readonly stores?: IStoreApi[];
  /** What it is planned for. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
}

const urlPath = () => text('a path that begins with \'/\' and ends with no other', /^\/(\S*[^\s/])?$/);

/** Folder of the file in which queries at work are kept. */
export const ACTIVE_QUERIES = '/var/thanos/active-queries';

/** A KiB for each query that may be at work, and room for far more than anybody allows. */
export const ACTIVE_QUERIES_SIZE = '16Mi';

/** One row a prop; row order is the order of the arguments. */
export const THANOS_QUERY_FIELDS: Fields<ThanosQueryProps> = {
  ...PROGRAM_FIELDS,
  stores: list(storeApi()),
  workload: workloadField(),
  name: dnsLabel(),
  replicas: replicas(),
  allowFrom: list(networkPeer()),
  allowStoreApiFrom: list(networkPeer()),
  timeout: flag('query.timeout', duration({ min: 1 }), { as: 'duration', default: '2m' }),
  maxConcurrent: flag('query.max-concurrent', count({ min: 1 }), { default: '20' }),
  maxConcurrentSelect: flag('query.max-concurrent-select', count({ min: 1 }), { default: '4' }),
  storeResponseTimeout: flag('store.response-timeout', duration(), { as: 'duration', default: '0ms' }),
  lookbackDelta: flag('query.lookback-delta', duration(), { as: 'duration' }),
  defaultEvaluationInterval: flag('query.default-evaluation-interval', duration(), { as: 'duration', default: '1m' }),
  defaultStep: flag('query.default-step', duration(), { as: 'duration', default: '1s' }),
  autoDownsampling: flag('query.auto-downsampling', toggle(), { default: 'false' }),
  instantDefaultMaxSourceResolution: flag('query.instant.default.max_source_resolution', duration(), { as: 'duration', default: '0s' }),
  metadataDefaultTimeRange: flag('query.metadata.default-time-range', duration(), { as: 'duration', default: '0s' }),
  partialResponse: flag('query.partial-response', toggle(), { default: 'true', negatable: true }),
  promqlEngine: flag('query.promql-engine', oneOf(PromqlEngine), { default: 'prometheus' }),
  xFunctions: flag('query.enable-x-functions', toggle(), { default: 'false' }),
  experimentalFunctions: experimentalFunctions(),
  deduplicationFunction: flag('deduplication.func', oneOf(DeduplicationFunction), { default: 'penalty' }),
  replicaLabels: list(labelName()),
  proxyStrategy: flag('grpc.proxy-strategy', oneOf(ProxyStrategy), { default: 'eager' }),
  requestSeriesLimit: flag('store.limits.request-series', count(), { default: '0' }),
  requestSamplesLimit: flag('store.limits.request-samples', count(), { default: '0' }),
  dnsInterval: flag('store.sd-dns-interval', duration({ min: 1 }), { as: 'duration', default: '30s' }),
  trackActiveQueries: valueWhenOn('query.active-query-path', ACTIVE_QUERIES),
  enforceTenancy: flag('query.enforce-tenancy', toggle(), { default: 'false' }),
  tenantHeader: flag('query.tenant-header', headerName(), { default: TENANT_HEADER }),
  tenantLabelName: flag('query.tenant-label-name', labelName(), { default: TENANT_LABEL }),
  webExternalPrefix: flag('web.external-prefix', urlPath(), { default: '' }),
  webRoutePrefix: flag('web.route-prefix', urlPath(), { default: '' }),
  webPrefixHeader: flag('web.prefix-header', headerName(), { default: '' }),
  webDisableCors: flag('web.disable-cors', toggle(), { default: 'false' }),
  alertQueryUrl: flag('alert.query-url', text('a URL that begins with http:// or https://', /^https?:\/\/\S+$/)),
};

/** Settings in force. */
export type QuerySettings = Given<ThanosQueryProps> & QueryPlan & {
  readonly scrapeInterval: number;
  /** Series of everything that is scraped. */
  readonly totalSeries: number;
};

export const THANOS_QUERY_RULES: Rule<QuerySettings>[] = [...PROGRAM_RULES, {
  id: 'query-store-timeout-beyond-timeout',
  broken: s => s.storeResponseTimeout >= s.timeout,
  says: s => `'storeResponseTimeout' (${durationText(s.storeResponseTimeout)}) must stay below 'timeout' (${durationText(s.timeout)}): one silent store would `
    + 'hold each query until it fails as a whole. Lower the first or raise the second.',
}, {
  id: 'query-lookback-below-scrapes',
  broken: s => (s.lookbackDelta ?? LOOKBACK_DELTA) < 2 * s.scrapeInterval,
  says: s => `'lookbackDelta' (${durationText(s.lookbackDelta!)}) must be at least twice the workload's scrape interval (${durationText(s.scrapeInterval)}): `
    + `one late scrape would look like the end of a series. Raise it to ${durationText(2 * s.scrapeInterval)} or more, or leave it out.`,
}, {
  id: 'query-x-functions-without-engine',
  broken: s => s.xFunctions === true && s.promqlEngine !== PromqlEngine.THANOS,
  says: s => `'xFunctions' needs 'promqlEngine' ${PromqlEngine.THANOS}, but it is ${s.promqlEngine ?? PromqlEngine.PROMETHEUS}, which does not know them; `
    + 'change the engine or leave the functions out.',
}, uncountedLimits('query-limit-not-held', ['requestSeriesLimit', 'requestSamplesLimit']), {
  id: 'query-may-kill',
  severity: Severity.NOTE,
  broken: s => s.totalSeries > s.largestQuerySeries,
  says: s => `A query over more than ${formatValue(s.largestQuerySeries, FigureUnit.SERIES)} series at once, such as count({__name__=~".+"}), can kill the pod that evaluates it, and the query `
    + 'frontend then asks the others: Thanos 0.42 cannot refuse it. What was at work is in the log of the next start. Raise \'memoryLimit\' for those who need such queries.',
}];
