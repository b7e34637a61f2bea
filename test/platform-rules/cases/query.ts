import { AlertCase, Labels, only, pages, pod, series, Situation, warns } from '../alert-case';

const QUERY = pod('thanos-query', 'platform-query-x');
const OTHER = pod('thanos-query', 'platform-query-y');
const FRONTEND = pod('thanos-query-frontend', 'platform-query-frontend-x');

const up = (labels: Labels, ...values: number[]): Situation =>
  Object.fromEntries(values.map((value, index) => [series('up', { ...labels, pod: `${labels.pod}${index}` }), `${value}x60`]));
const requests = (labels: Labels, handler: string, errors: number) => ({
  [series('http_requests_total', labels, { handler, code: '200' })]: '0+90x60', [series('http_requests_total', labels, { handler, code: '500' })]: `0+${errors}x60`,
});
const latency = (labels: Labels, handler: string, within20: number): Situation => Object.fromEntries([['20', within20], ['60', 100], ['+Inf', 100]].map(([le, value]) =>
  [series('http_request_duration_seconds_bucket', labels, { handler, le: String(le) }), `0+${value}x60`]));
const gate = (busy: number) => ({
  [series('thanos_query_concurrent_gate_queries_in_flight', QUERY)]: `${busy}x60`, [series('thanos_query_concurrent_gate_queries_max', QUERY)]: '20x60',
});
const calls = (codes: Record<string, number>): Situation => Object.fromEntries(Object.entries(codes).map(([code, value]) =>
  [series('grpc_client_handled_total', QUERY, { grpc_method: 'Series', grpc_code: code }), `0+${value}x60`]));
const lookups = (failures: number) => ({
  [series('thanos_query_endpoints_dns_failures_total', QUERY)]: `0+${failures}x60`, [series('thanos_query_endpoints_dns_lookups_total', QUERY)]: '0+10x60',
});
const stores = (labels: Labels, count: number) => ({ [series('thanos_store_nodes_grpc_connections', labels, { store_type: 'store' })]: `${count}x60` });
const retries = (sum: number) => ({
  [series('cortex_query_frontend_retries_sum', FRONTEND, { tripperware: 'query_range' })]: `0+${sum}x60`,
  [series('cortex_query_frontend_retries_count', FRONTEND, { tripperware: 'query_range' })]: '0+10x60',
});
const cache = (errors: number): Situation => Object.fromEntries([['200', 80], ['500', errors]].map(([code, value]) =>
  [series('cortex_cache_request_duration_seconds_count', FRONTEND, { method: 'memcached.fetch', status_code: String(code) }), `0+${value}x60`]));

export const QUERIES: AlertCase[] = [
  warns('ThanosQueryMissing', 30, up(QUERY, 1, 0), {}, up(QUERY, 1, 1)),
  pages('ThanosQueryMissing', 30, up(QUERY, 0, 0), {}, up(QUERY, 1, 0)),
  warns('ThanosQueryFailing', 30, requests(QUERY, 'query', 10), {}, requests(QUERY, 'query', 1)),
  warns('ThanosQuerySlow', 30, latency(QUERY, 'query_range', 90), {}, latency(QUERY, 'query_range', 100)),
  warns('ThanosQueryGateSaturated', 30, gate(19), QUERY, gate(18)),
  warns('ThanosQueryStoresFailing', 30, calls({ OK: 90, Unavailable: 10 }), {}, calls({ OK: 90, Canceled: 50 })),
  warns('ThanosQueryDnsFailing', 30, lookups(5), only(QUERY), lookups(0)),
  warns('ThanosQueryWithoutStores', 30, { [series('up', QUERY)]: '1x60' }, QUERY, { [series('up', QUERY)]: '1x60', ...stores(QUERY, 2) }),
  warns('ThanosQueryStoresDiffer', 30, { ...stores(QUERY, 3), ...stores(OTHER, 2) }, {}, { ...stores(QUERY, 3), ...stores(OTHER, 3) }),
];

export const QUERY_FRONTENDS: AlertCase[] = [
  warns('ThanosQueryFrontendMissing', 30, up(FRONTEND, 1, 0), {}, up(FRONTEND, 1, 1)),
  warns('ThanosQueryFrontendMissing', 30, {}, {}, up(FRONTEND, 1, 1)),
  warns('ThanosQueryFrontendFailing', 30, requests(FRONTEND, 'query-frontend', 10), {}, requests(FRONTEND, 'query-frontend', 1)),
  warns('ThanosQueryFrontendSlow', 30, latency(FRONTEND, 'query-frontend', 90), {}, latency(FRONTEND, 'query-frontend', 100)),
  warns('ThanosQueryFrontendRetries', 30, retries(20), {}, retries(5)),
  warns('ThanosQueryFrontendCacheFailing', 30, cache(20), { method: 'memcached.fetch' }, cache(1)),
];
