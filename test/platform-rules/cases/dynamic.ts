import { SENDERS } from './senders';
import { AlertCase, Labels, only, pages, pod, series, Situation, warns } from '../alert-case';

const sender = (name: string) => pod('prometheus', `platform-scaled-${name}`);
const allocator = (name: string) => pod('target-allocator', `platform-scaled-allocator-${name}-7c5f-x2k`, 'target-allocator');

const each = (metric: string, labelled: (name: string) => Labels, values: Record<string, string>, ...more: Labels[]): Situation =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [series(metric, labelled(name), ...more), value]));

/** Of senders by the ends of their names: those that answer, and those that do not. A series that ends is a pod that is gone. */
const up = (values: Record<string, string>) => each('up', sender, values);
const pools = (values: Record<string, string>, job: string) => each('prometheus_target_scrape_pool_targets', sender, values, { scrape_job: job });
/** Samples in a minute. */
const appended = (values: Record<string, number>) =>
  each('prometheus_agent_samples_appended_total', sender, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `0+${value}x180`])), { type: 'float' });
const active = (values: Record<string, number>) =>
  each('prometheus_agent_active_series', sender, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `${value}x180`])));
const lists = (failed: string): Situation => Object.fromEntries(['one', 'two'].flatMap(config => [
  [series('prometheus_sd_refresh_failures_total', sender('a-0'), { config, mechanism: 'http' }), failed],
  [series('prometheus_sd_refresh_duration_seconds_count', sender('a-0'), { config, mechanism: 'http' }), '0+6x60'],
]));

/** What is the same with senders of a fixed number. */
const COMMON = SENDERS.filter(({ alert }) => !['PrometheusTwinMissing', 'PrometheusShardMissing'].includes(alert))
  .map(one => JSON.parse(JSON.stringify(one).replaceAll('platform-prometheus-', 'platform-scaled-')) as AlertCase);

/** From eight senders to two: after half an hour, all others are gone. */
const DOWN = {
  'a-0': '1x180', 'b-0': '1x180', 'a-1': '1x180', 'b-1': '1x180',
  ...Object.fromEntries(['a-2', 'b-2', 'a-3', 'b-3'].map(name => [name, '1x30 0x2 stale'])),
};

export const SCALED_SENDERS: AlertCase[] = [
  ...COMMON,
  // The fewest that there may be is two of each replica.
  warns('PrometheusTwinMissing', 30, up({ 'a-0': '1x60', 'b-0': '1x60', 'a-1': '1x60', 'b-1': '0x60' }), { twin: 'b' }, up(DOWN)),
  warns('PrometheusTwinMissing', 30, up({ 'a-0': '1x60', 'a-1': '1x60' }), { twin: 'b' }, up({ 'a-0': '1x60', 'a-1': '1x60', 'a-2': '1x60', 'b-0': '1x60', 'b-1': '1x60' })),
  pages('PrometheusShardMissing', 30, up({ 'a-0': '1x60', 'b-0': '0x60', 'a-1': '0x60', 'b-1': '1x60' }), {}, up({ 'a-0': '1x60', 'a-1': '1x60', 'b-0': '0x60' })),
  pages('PrometheusShardMissing', 60, {}, {}, up(DOWN)),
  warns('PrometheusTargetListsStale', 40, lists('0+6x60'), only(sender('a-0')), lists('0x10 6x2 6x48')),
  warns('PrometheusShardsUnbalanced', 120, { ...appended({ 'a-0': 800, 'a-1': 200, 'a-2': 200, 'b-0': 400 }), ...active({ 'a-0': 800, 'a-1': 200, 'a-2': 200 }) },
    { ...only(sender('a-0')), twin: 'a' }, { ...appended({ 'a-0': 800, 'a-1': 50, 'b-0': 400, 'b-1': 300, 'b-2': 300 }), ...active({ 'a-0': 800, 'a-1': 50, 'b-0': 800 }) }),
  // One that has most of what little there is.
  warns('PrometheusShardsUnbalanced', 120, { ...appended({ 'a-0': 800, 'a-1': 200, 'a-2': 200 }), ...active({ 'a-0': 501 }) },
    { ...only(sender('a-0')), twin: 'a' }, { ...appended({ 'a-0': 800, 'a-1': 200, 'a-2': 200 }), ...active({ 'a-0': 500 }) }),
  warns('PrometheusSendersAtMaximum', 150, up({ 'a-0': '1x180', 'a-1': '1x180', 'a-2': '1x180', 'a-3': '1x180', 'b-0': '1x180' }), { twin: 'a' }, up(DOWN)),
  // Four may carry 500 series each, which is 1,000 samples a minute.
  warns('PrometheusLoadBeyondMaximum', 60, appended({ 'a-0': 2100, 'a-1': 2100 }), { twin: 'a' }, appended({ 'a-0': 2000, 'a-1': 1900 })),
  warns('PrometheusAutoscalerBehind', 90, { ...appended({ 'a-0': 1400, 'a-1': 1400 }), ...up({ 'a-0': '1x180', 'a-1': '1x180' }) }, { twin: 'a' },
    { ...appended({ 'a-0': 1200, 'a-1': 1200, 'b-0': 5600 }), ...up({ 'a-0': '1x180', 'a-1': '1x180', 'b-0': '1x180', 'b-1': '1x180', 'b-2': '1x180', 'b-3': '1x180' }) }),
  // Senders are targets of the platform's own job; those that were removed are not missed there, and what they scraped is scraped by others.
  warns('PrometheusTargetsVanished', 90, pools({ 'a-0': '10x60 5x60', 'a-1': '10x120' }, 'one'), { scrape_job: 'one' },
    { ...pools({ 'a-0': '20x40 14x80' }, 'platform'), ...pools({ 'a-0': '10x40 15x80', 'a-1': '5x40 stale' }, 'one') }),
];

const HASHED = { strategy: 'consistent-hashing' };
const seen = (values: Record<string, string>) => each('opentelemetry_allocator_collectors_allocatable', allocator, values, HASHED);
const remaining = (values: string) => each('opentelemetry_allocator_targets_remaining', allocator, { a: values });
const assigned = (name: string, labels: Labels, values: string) => ({
  [series('opentelemetry_allocator_targets_per_collector', labels, { collector_name: `platform-scaled-${name}` }, HASHED)]: values,
});
const turns = (...values: number[]) => Array.from({ length: 30 }, () => values.join(' ')).join(' ');
const failures = (values: string) => each('prometheus_sd_kubernetes_failures_total', allocator, { a: values });
const A = allocator('a');
const SECOND = { ...A, pod: 'platform-scaled-allocator-a-7c5f-z9q' };
const B = allocator('b');
const all = {
  ...seen({ a: '2x60', b: '2x60' }), [series('opentelemetry_allocator_collectors_allocatable', SECOND, HASHED)]: '2x60',
  [series('opentelemetry_allocator_collectors_allocatable', { ...B, pod: 'platform-scaled-allocator-b-7c5f-z9q' }, HASHED)]: '2x60',
};

export const TARGET_ALLOCATORS: AlertCase[] = [
  warns('TargetAllocatorMissing', 30, { ...all, [series('opentelemetry_allocator_collectors_allocatable', SECOND, HASHED)]: '2x5 stale' }, { twin: 'a' }, all),
  // One that runs, and has not seen a sender.
  pages('TargetAllocatorMissing', 30, { ...seen({ a: '2x60' }), [series('up', B)]: '1x60' }, { twin: 'b' }, seen({ a: '2x60', b: '2x60' })),
  warns('TargetAllocatorDiscoveryFailing', 30, failures('0+1x60'), only(A), failures('7x60')),
  warns('TargetAllocatorDiscoveryFailing', 30, each('prometheus_sd_refresh_failures_total', allocator, { a: '0+1x60' }, { mechanism: 'http' }), only(A),
    each('prometheus_sd_failed_configs', allocator, { a: '0x60' }, { name: '' })),
  // All senders are gone; or some are, and the rest have all targets, of which two are one.
  pages('TargetAllocatorTargetsUnassigned', 30, { ...remaining('11x60'), ...seen({ a: '2x5 0x50' }), ...assigned('a-0', A, '9x5 0x50'), ...assigned('a-1', A, '0x60') }, only(A),
    { ...remaining('11x60'), ...seen({ a: '2x5 1x50' }), ...assigned('a-0', A, '9x60'), ...assigned('a-1', A, '2x5 0x50') }),
  // It has just started, and nobody asks it.
  pages('TargetAllocatorTargetsUnassigned', 30, { ...remaining('11x60'), ...seen({ a: '0x60' }) }, only(A), remaining('11x60')),
  warns('TargetAllocatorsDiffer', 40, { ...assigned('a-0', A, '9x60'), ...assigned('a-0', SECOND, '8x60') }, { twin: 'a' },
    { ...assigned('a-0', A, '8x60'), ...assigned('a-0', SECOND, '8x60'), ...assigned('a-1', A, '9x20 0x40'), ...assigned('b-0', B, '3x60') }),
  // While targets come and go, one is ahead of the other now and then; and a roll-out leaves none of the old.
  warns('TargetAllocatorsDiffer', 40, { ...assigned('a-0', A, '9x60'), ...assigned('a-0', SECOND, '5x60') }, { twin: 'a' },
    { ...assigned('a-0', A, turns(10, 11)), ...assigned('a-0', SECOND, turns(11, 10)), ...assigned('a-0', { ...A, pod: 'platform-scaled-allocator-a-1-1' }, '5x35 stale') }),
  warns('TargetAllocatorSendersDiffer', 40, { ...seen({ a: '3x60' }), ...up({ 'a-0': '1x60', 'a-1': '1x60' }) }, { ...only(A), twin: 'a' },
    { ...seen({ a: '4x5 2x60', b: '3x60' }), ...up({ ...DOWN, 'a-2': '1x5 stale', 'a-3': '1x5 stale', 'b-2': '1x60', 'b-3': '0x60' }) }),
  warns('TargetAllocatorSendersDiffer', 40, { ...seen({ a: '1x60' }), ...up({ 'a-0': '1x60', 'a-1': '1x60' }) }, { ...only(A), twin: 'a' },
    { ...seen({ a: '2x60' }), ...up({ 'a-0': '1x60', 'a-1': '1x20 0x10 1x30' }) }),
];
