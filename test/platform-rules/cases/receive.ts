import { AlertCase, only, pages, pod, series, Situation, warns } from '../alert-case';

const ROUTER = pod('thanos-receive-router', 'platform-receive-router-x');
const OTHER = pod('thanos-receive-router', 'platform-receive-router-y');
const INGESTORS = [0, 1, 2].map(ordinal => pod('thanos-receive-ingestor', `platform-receive-ingestor-${ordinal}`));
const [INGESTOR] = INGESTORS;
const TENANT = { tenant: 'a' };

const requests = (codes: Record<string, number>): Situation => Object.fromEntries(Object.entries(codes).map(([code, perMinute]) =>
  [series('http_requests_total', ROUTER, { handler: 'receive', code, ...TENANT }), `0+${perMinute}x60`]));

const latency = (within10: number): Situation => ({
  [series('http_request_duration_seconds_bucket', ROUTER, { handler: 'receive', le: '10' })]: `0+${within10}x60`,
  [series('http_request_duration_seconds_bucket', ROUTER, { handler: 'receive', le: '60' })]: '0+100x60',
  [series('http_request_duration_seconds_bucket', ROUTER, { handler: 'receive', le: '+Inf' })]: '0+100x60',
});

const gate = (busy: number) => ({
  [series('thanos_receive_write_request_concurrent_gate_write_requests_in_flight', ROUTER)]: `${busy}x60`,
  [series('thanos_receive_write_request_concurrent_gate_write_requests_max', ROUTER)]: '100x60',
});

const results = (metric: string, errors: number) => ({
  [series(metric, ROUTER, { result: 'error' })]: `0+${errors}x60`,
  [series(metric, ROUTER, { result: 'success' })]: '0+80x60',
});

const each = (metric: string, values: number[]): Situation =>
  Object.fromEntries(values.map((value, index) => [series(metric, index === 0 ? ROUTER : OTHER), `${value}x60`]));

const answering = (count: number): Situation => Object.fromEntries(INGESTORS.map((labels, index) => [series('up', labels), `${index < count ? 1 : 0}x60`]));
const heads = (values: number[]): Situation => Object.fromEntries(values.map((value, index) => [series('prometheus_tsdb_head_series', INGESTORS[index], TENANT), `${value}x120`]));
const tenants = (count: number): Situation =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [series('prometheus_tsdb_head_series', INGESTOR, { tenant: String(index) }), '1x60']));
const counts = (metric: string, values: string): Situation => ({ [series(metric, INGESTOR, TENANT)]: values });

const uploads = (values: string, perMinute = 10): Situation => ({
  [series('thanos_objstore_bucket_last_successful_upload_time', INGESTOR, { bucket: 'b' })]: values,
  [series('process_start_time_seconds', INGESTOR)]: '0x1500',
  [series('prometheus_tsdb_head_samples_appended_total', INGESTOR, TENANT)]: `0+${perMinute}x1500`,
});
const uploaded = (perMinute: number) =>
  ({ [series('thanos_objstore_bucket_operation_transferred_bytes_sum', INGESTOR, { operation: 'upload' })]: `0+${perMinute}x1600` });

export const RECEIVE: AlertCase[] = [
  warns('ThanosReceiveRouterMissing', 20, { [series('up', ROUTER)]: '1x60' }, {}, { [series('up', ROUTER)]: '1x60', [series('up', OTHER)]: '1x60' }),
  pages('ThanosReceiveRouterMissing', 20, { [series('up', ROUTER)]: '0x60' }, {}, { [series('up', ROUTER)]: '1x60' }),
  warns('ThanosReceiveRequestsFailing', 30, requests({ 200: 95, 503: 5 }), {}, requests({ 200: 1000, 503: 5 })),
  pages('ThanosReceiveRequestsFailing', 30, requests({ 200: 50, 503: 50 }), {}, requests({ 200: 95, 503: 5 })),
  pages('ThanosReceiveRequestsTooLarge', 30, requests({ 413: 1 }), TENANT, requests({ 200: 1, 413: 0 })),
  warns('ThanosReceiveTenantLimited', 30, requests({ 429: 1 }), TENANT, requests({ 200: 1 })),
  warns('ThanosReceiveSamplesRefused', 30, requests({ 409: 1 }), TENANT, requests({ 200: 1, 409: 0 })),
  warns('ThanosReceiveSlow', 30, latency(90), {}, latency(100)),
  warns('ThanosReceiveGateSaturated', 30, gate(95), ROUTER, gate(90)),
  warns('ThanosReceiveForwardsFailing', 30, results('thanos_receive_forward_requests_total', 20), {}, results('thanos_receive_forward_requests_total', 5)),
  warns('ThanosReceiveReplicationsFailing', 30, results('thanos_receive_replications_total', 20), {}, results('thanos_receive_replications_total', 5)),
  warns('ThanosReceiveHashringDiffers', 30, each('thanos_receive_config_hash', [1, 2]), {}, each('thanos_receive_config_hash', [2, 2])),
  warns('ThanosReceiveHashringSize', 30, { [series('thanos_receive_hashring_nodes', ROUTER, { name: 'ring' })]: '2x60' }, { ...ROUTER, name: 'ring' },
    { [series('thanos_receive_hashring_nodes', ROUTER, { name: 'ring' })]: '3x60' }),
  warns('ThanosReceiveConfigReloadFailed', 30, each('thanos_receive_config_last_reload_successful', [0]), ROUTER, each('thanos_receive_config_last_reload_successful', [1])),
  warns('ThanosReceiveIngestorMissing', 30, answering(2), {}, answering(3)),
  pages('ThanosReceiveQuorumLost', 10, answering(1), {}, answering(2)),
  pages('ThanosReceiveNoSamples', 40, counts('prometheus_tsdb_head_samples_appended_total', '0+10x10 100x60'), {},
    counts('prometheus_tsdb_head_samples_appended_total', '0+10x60')),
  warns('ThanosReceiveSeriesBeyondPlan', 60, heads([1001]), only(INGESTOR), heads([1000])),
  warns('ThanosReceiveRingUnbalanced', 90, heads([200, 100, 100]), {}, heads([120, 100, 100])),
  warns('ThanosReceiveTooOldSamples', 30,
    Object.assign({}, ...['too_old', 'out_of_bound', 'out_of_order'].map((what, index) => counts(`prometheus_tsdb_${what}_samples_total`, `0+${index}x60`))), TENANT,
    Object.assign({}, ...['too_old', 'out_of_bound', 'out_of_order'].map(what => counts(`prometheus_tsdb_${what}_samples_total`, '4x60')))),
  warns('ThanosReceiveTenantsBeyondPlan', 45, tenants(4), {}, tenants(3)),
  pages('ThanosReceiveWalWritesFailing', 5, counts('prometheus_tsdb_wal_writes_failed_total', '0+1x20'), only(INGESTOR), counts('prometheus_tsdb_wal_writes_failed_total', '3x20')),
  warns('ThanosReceiveTsdbFailing', 10, counts('prometheus_tsdb_compactions_failed_total', '0+1x20'), { ...only(INGESTOR), operation: 'compaction' },
    counts('prometheus_tsdb_compactions_failed_total', '2x20')),
  warns('ThanosReceiveTsdbCorrupted', 10, counts('prometheus_tsdb_wal_corruptions_total', '1x20'), only(INGESTOR), counts('prometheus_tsdb_wal_corruptions_total', '0x20')),
  warns('ThanosReceiveUploadMissing', 300, uploads('60x1500'), only(INGESTOR), uploads('0+7200x3 21600x1500', 0)),
  // Never uploaded, and on no ring.
  warns('ThanosReceiveUploadMissing', 300, uploads('0x1500'), only(INGESTOR), uploads('0x1500', 0)),
  pages('ThanosReceiveUploadMissing', 800, uploads('60x1500'), only(INGESTOR), uploads('18000x1500')),
  warns('ThanosBucketGrowsBeyondPlan', 1600, uploaded(1_000_000), {}, uploaded(800_000)),
];
