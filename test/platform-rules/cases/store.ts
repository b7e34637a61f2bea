import { AlertCase, only, pages, pod, series, Situation, warns } from '../alert-case';

const STORE = pod('thanos-store-gateway', 'platform-store-0-0');
const STORES = ['0-0', '0-1', '1-0', '1-1'].map(name => pod('thanos-store-gateway', `platform-store-${name}`));
const COMPACTOR = pod('thanos-compactor', 'platform-compactor-0');
const SECOND = pod('thanos-compactor', 'platform-compactor-1');
const OTHER_STREAM = pod('thanos-compactor', 'platform-compactor-1-0');

const up = (...values: number[]): Situation => Object.fromEntries(values.map((value, index) => [series('up', STORES[index]), `${value}x60`]));
const loaded = (first: string, second: string) => ({
  [series('thanos_bucket_store_blocks_loaded', STORES[0])]: first, [series('thanos_bucket_store_blocks_loaded', STORES[1])]: second,
});
const counter = (metric: string, labels: Record<string, string>, values: string): Situation => ({ [series(metric, labels)]: values });
const gate = (busy: number) => ({
  [series('thanos_bucket_store_series_gate_queries_in_flight', STORE)]: `${busy}x60`, [series('thanos_bucket_store_series_gate_queries_max', STORE)]: '20x60',
});
const latency = (within30: number): Situation => Object.fromEntries([['30', within30], ['60', 100], ['+Inf', 100]].map(([le, value]) =>
  [series('grpc_server_handling_seconds_bucket', STORE, { grpc_method: 'Series', le: String(le) }), `0+${value}x60`]));
const iterations = (values: string) => ({
  [series('process_start_time_seconds', COMPACTOR)]: '0x3200', [series('thanos_compact_iterations_total', COMPACTOR)]: values,
});

export const STORE_GATEWAYS: AlertCase[] = [
  warns('ThanosStoreMissing', 30, up(1, 1, 1, 0), {}, up(1, 1, 1, 1)),
  warns('ThanosStoreMissing', 30, {}, {}, up(1, 1, 1, 1)),
  warns('ThanosStoreShardMissing', 30, up(1, 1, 0, 0), {}, up(1, 0, 0, 1)),
  warns('ThanosStoreBlockLoadsFailing', 40, counter('thanos_bucket_store_block_load_failures_total', STORE, '0+1x60'), only(STORE),
    counter('thanos_bucket_store_block_load_failures_total', STORE, '1x60')),
  warns('ThanosStoreBlocksDiffer', 90, loaded('5x120', '4x120'), { shard: 'platform-store-0' }, loaded('5x120', '4x40 5x90')),
  warns('ThanosStoreQueriesDropped', 20, counter('thanos_bucket_store_queries_dropped_total', { ...STORE, reason: 'series' }, '0+1x60'), { ...only(STORE), reason: 'series' },
    counter('thanos_bucket_store_queries_dropped_total', { ...STORE, reason: 'series' }, '1x60')),
  warns('ThanosStoreGateSaturated', 30, gate(20), STORE, gate(10)),
  warns('ThanosStoreSlow', 40, latency(90), only(STORE), latency(100)),
];

export const COMPACTORS: AlertCase[] = [
  warns('ThanosCompactHalted', 20, counter('thanos_compact_halted', COMPACTOR, '1x30'), COMPACTOR, counter('thanos_compact_halted', COMPACTOR, '0x30')),
  warns('ThanosCompactMissing', 20, counter('up', COMPACTOR, '0x30'), {}, counter('up', COMPACTOR, '1x30')),
  pages('ThanosCompactMultipleRunning', 20, { ...counter('up', COMPACTOR, '1x30'), ...counter('up', SECOND, '1x30') }, {},
    { ...counter('up', COMPACTOR, '1x30'), ...counter('up', OTHER_STREAM, '1x30') }),
  warns('ThanosCompactFailing', 60, counter('thanos_compact_group_compactions_failures_total', { ...COMPACTOR, resolution: '0' }, '0+1x90'),
    { ...only(COMPACTOR), operation: 'compaction' }, counter('thanos_compact_group_compactions_failures_total', { ...COMPACTOR, resolution: '0' }, '1x90')),
  warns('ThanosCompactNoSuccessfulRun', 3100, iterations('5x3200'), COMPACTOR, iterations('0+1x3200')),
  warns('ThanosCompactBacklog', 1600, counter('thanos_compact_todo_compactions', COMPACTOR, '5x1700'), COMPACTOR,
    counter('thanos_compact_todo_compactions', COMPACTOR, '5x1000 0 5x700')),
  warns('ThanosCompactRetentionNotApplied', 1600, counter('thanos_compact_todo_deletion_blocks', COMPACTOR, '5x1700'), COMPACTOR,
    counter('thanos_compact_todo_deletion_blocks', COMPACTOR, '5x1000 0 5x700')),
];
