import { AlertCase, Labels, only, pages, pod, series, Situation, warns } from '../alert-case';

const PUSHGATEWAY = pod('pushgateway', 'platform-pushgateway-0');
const CLEANER = pod('pushgateway-client', 'platform-pushgateway-cleaner-x', 'cleaner');
const TEST = pod('continuous-test', 'platform-continuous-test-0');
const QUERY = pod('thanos-query', 'platform-query-x');
const SENDER = pod('prometheus', 'platform-prometheus-a-3');
const STORE = pod('thanos-store-gateway', 'platform-store-0-0');
const INGESTOR = pod('thanos-receive-ingestor', 'platform-receive-ingestor-0');
const KUBELET = { job: 'kubelet' };
const CONTAINER = { ...KUBELET, pod: 'platform-query-x', container: 'query' };
const CLAIM = { persistentvolumeclaim: 'data-platform-receive-ingestor-0' };
const BUCKET_CLAIM = { persistentvolumeclaim: 'data-platform-bucket-0' };

const one = (metric: string, labels: Labels, values: string): Situation => ({ [series(metric, labels)]: values });
const up = (labels: Labels, ...values: number[]): Situation =>
  Object.fromEntries(values.map((value, index) => [series('up', { ...labels, pod: `${labels.pod}${index}` }), `${value}x60`]));

const pushes = (code: string, values: string) => one('pushgateway_http_requests_total', { ...PUSHGATEWAY, handler: 'push', method: 'put', code }, values);
const duration = (seconds: number) => ({
  ...one('pushgateway_http_push_duration_seconds_sum', { ...PUSHGATEWAY, method: 'put' }, `0+${seconds}x60`),
  ...one('pushgateway_http_push_duration_seconds_count', { ...PUSHGATEWAY, method: 'put' }, '0+1x60'),
});

export const PUSHGATEWAYS: AlertCase[] = [
  warns('PushgatewayMissing', 30, up(PUSHGATEWAY, 1, 0), {}, up(PUSHGATEWAY, 1, 1)),
  warns('PushgatewayMissing', 30, {}, {}, up(PUSHGATEWAY, 1, 1)),
  warns('PushgatewayPushesRefused', 10, pushes('400', '0+1x60'), only(PUSHGATEWAY), pushes('200', '0+1x60')),
  warns('PushgatewaySlow', 30, duration(9), {}, duration(1)),
  warns('PushgatewayCleanerFailing', 90, one('pushgateway_cleaner_last_success_timestamp_seconds', { ...CLEANER, shard: 'a' }, '60x120'), { ...CLEANER, shard: 'a' },
    one('pushgateway_cleaner_last_success_timestamp_seconds', { ...CLEANER, shard: 'a' }, '0+60x120')),
];

const samples = (what: string, values: string) => one(`continuous_test_${what}_samples_total`, TEST, values);
const reads = (failed: number) => ({
  ...one('continuous_test_reads_total', { ...TEST, result: 'failed' }, `0+${failed}x60`), ...one('continuous_test_reads_total', { ...TEST, result: 'complete' }, '0+10x60'),
});

export const CONTINUOUS_TESTS: AlertCase[] = [
  warns('ContinuousTestMissing', 30, one('up', TEST, '0x60'), {}, one('up', TEST, '1x60')),
  pages('ContinuousTestLostSamples', 10, samples('lost', '0+1x60'), TEST, samples('lost', '3x60')),
  pages('ContinuousTestWrongSamples', 10, samples('wrong', '0+1x60'), TEST, samples('wrong', '3x60')),
  pages('ContinuousTestUnwrittenSamples', 10, samples('unwritten', '0+1x60'), TEST, samples('unwritten', '3x60')),
  warns('ContinuousTestWritesLate', 30, one('continuous_test_write_delay_seconds', TEST, '400x60'), TEST, one('continuous_test_write_delay_seconds', TEST, '60x60')),
  warns('ContinuousTestReadsFailing', 30, reads(10), only(TEST), reads(0)),
];

const operations = (failures: number) => ({
  ...one('thanos_objstore_bucket_operation_failures_total', { ...STORE, operation: 'get' }, `0+${failures}x90`),
  ...one('thanos_objstore_bucket_operations_total', { ...STORE, operation: 'get' }, '0+10x90'),
});
const memory = (used: number, limit: number) => ({
  ...one('container_memory_working_set_bytes', CONTAINER, `${used}x60`), ...one('container_spec_memory_limit_bytes', CONTAINER, `${limit}x60`),
});
const volume = (free: string) => ({
  ...one('kubelet_volume_stats_available_bytes', { ...KUBELET, ...CLAIM }, free), ...one('kubelet_volume_stats_capacity_bytes', { ...KUBELET, ...CLAIM }, '100000x600'),
});

export const PLATFORM: AlertCase[] = [
  warns('PlatformTargetDown', 30, one('up', QUERY, '0x60'), QUERY, one('up', QUERY, '1x60')),
  // A sender that sends what it has until it stops, and is no longer needed.
  warns('PlatformTargetDown', 30, one('up', SENDER, '1x5 0x50'), SENDER, one('up', SENDER, '1x5 0x2 stale')),
  warns('PlatformProgramRestarting', 30, one('process_start_time_seconds', QUERY, '0+1x60'), QUERY, one('process_start_time_seconds', QUERY, '5x30 9x30')),
  warns('PlatformOpenFilesNearLimit', 30, { ...one('process_open_fds', QUERY, '900x60'), ...one('process_max_fds', QUERY, '1000x60') }, QUERY,
    { ...one('process_open_fds', QUERY, '90x60'), ...one('process_max_fds', QUERY, '1000x60') }),
  warns('ThanosBucketOperationsFailing', 60, operations(5), { job: STORE.job, operation: 'get' }, operations(0)),
  warns('ThanosBlocksSyncFailing', 60, one('thanos_blocks_meta_sync_failures_total', STORE, '0+1x90'), { job: STORE.job, pod: STORE.pod },
    one('thanos_blocks_meta_sync_failures_total', STORE, '3x90')),
  warns('ThanosBlocksBroken', 90, one('thanos_blocks_meta_synced', { ...STORE, state: 'corrupted-meta-json' }, '1x120'), {},
    { ...one('thanos_blocks_meta_synced', { ...STORE, state: 'corrupted-meta-json' }, '0x120'), ...one('thanos_blocks_meta_synced', { ...STORE, state: 'loaded' }, '9x120') }),
  warns('ThanosUploadsFailing', 60, one('thanos_shipper_upload_failures_total', { ...INGESTOR, tenant: 'a' }, '0+1x90'), { job: INGESTOR.job, pod: INGESTOR.pod },
    one('thanos_shipper_upload_failures_total', { ...INGESTOR, tenant: 'a' }, '3x90')),
  warns('PlatformMemoryNearLimit', 30, memory(95, 100), { pod: CONTAINER.pod, container: CONTAINER.container }, memory(95, 0)),
  warns('PlatformOutOfMemory', 10, one('container_oom_events_total', CONTAINER, '0+1x60'), { pod: CONTAINER.pod, container: CONTAINER.container },
    one('container_oom_events_total', CONTAINER, '1x60')),
  warns('PlatformVolumeFillsUp', 480, volume('80000-80x600'), CLAIM, volume('80000x600')),
  warns('PlatformVolumeFillsUp', 90, volume('9000x600'), CLAIM, volume('60000-10x600')),
  pages('PlatformVolumeFillsUp', 430, volume('100000-200x600'), CLAIM, volume('9000x600')),
  warns('PrometheusTargetsDown', 30, { ...up({ job: 'api', pod: 'a' }, 1, 0) }, { job: 'api' }, { ...up({ job: 'api', pod: 'a' }, 1, 1) }),
];

export const EMBEDDED_BUCKETS: AlertCase[] = [
  warns('EmbeddedBucketBeyondPlan', 90, one('kubelet_volume_stats_used_bytes', { ...KUBELET, ...BUCKET_CLAIM }, `${200 * 1024 ** 3}x120`), BUCKET_CLAIM,
    one('kubelet_volume_stats_used_bytes', { ...KUBELET, ...BUCKET_CLAIM }, `${90 * 1024 ** 3}x120`)),
];
