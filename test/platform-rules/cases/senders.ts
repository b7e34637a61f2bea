import { AlertCase, only, pages, pod, series, Situation, warns } from '../alert-case';

const A = pod('prometheus', 'platform-prometheus-a-0');
const B = pod('prometheus', 'platform-prometheus-b-0');
const SECOND = pod('prometheus', 'platform-prometheus-a-1');
const RELOADER = pod('prometheus', 'platform-prometheus-a-0', 'config-reloader');
const QUEUE = { remote_name: 'one', url: 'http://receive' };

const queue = (taken: string, sent: string): Situation => ({
  [series('prometheus_remote_storage_highest_timestamp_in_seconds', A)]: taken,
  [series('prometheus_remote_storage_queue_highest_sent_timestamp_seconds', A, QUEUE)]: sent,
  [series('process_start_time_seconds', A)]: '0x120',
});

const rate = (kind: string, perMinute: number) => ({ [series(`prometheus_remote_storage_${kind}_total`, A, QUEUE)]: `0+${perMinute}x60` });
const sends = (failed: number) => ({
  ...rate('samples', 6000), ...rate('histograms', 0), ...rate('samples_failed', failed), ...rate('histograms_failed', 0),
});

const shards = (wanted: number) => ({
  [series('prometheus_remote_storage_shards_desired', A, QUEUE)]: `${wanted}x60`,
  [series('prometheus_remote_storage_shards_max', A, QUEUE)]: '10x60',
});

const corrupted = (count: number) => ({ [series('prometheus_agent_corruptions_total', A)]: `${count}x10` });
const up = (values: Record<string, number>): Situation =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [series('up', pod('prometheus', `platform-prometheus-${name}`)), `${value}x60`]));

export const SENDERS: AlertCase[] = [
  warns('PrometheusRemoteWriteBehind', 30, queue('0+60x60', '1+30x60'), { ...A, ...QUEUE }, queue('0+60x60', '1+60x60')),
  pages('PrometheusRemoteWriteBehind', 100, queue('0+60x120', '60x120'), { ...A, ...QUEUE }, queue('0+60x120', '60+45x120')),
  // Nothing has been sent since the start.
  warns('PrometheusRemoteWriteBehind', 30, queue('0+60x60', '0x60'), { ...A, ...QUEUE }, queue('0x60', '0x60')),
  warns('PrometheusRemoteWriteDropsSamples', 30, sends(1), { ...A, ...QUEUE }, sends(0)),
  pages('PrometheusRemoteWriteDropsSamples', 30, sends(600), { ...A, ...QUEUE }, sends(6)),
  warns('PrometheusShardsAtMaximum', 30, shards(11), { ...A, ...QUEUE }, shards(10)),
  warns('PrometheusWalCorrupted', 5, corrupted(1), A, corrupted(0)),
  warns('PrometheusTwinMissing', 30, up({ 'a-0': 1, 'b-0': 0, 'a-1': 1, 'b-1': 1 }), { shard: '0' }, up({ 'a-0': 1, 'b-0': 1, 'a-1': 1, 'b-1': 1 })),
  pages('PrometheusShardMissing', 30, up({ 'a-0': 1, 'b-0': 1, 'a-1': 0, 'b-1': 0 }), {}, up({ 'a-0': 1, 'b-1': 1 })),
  pages('PrometheusShardMissing', 30, {}, {}, up({ 'a-0': 1, 'b-1': 1 })),
  warns('PrometheusSeriesBeyondPlan', 60, { [series('prometheus_agent_active_series', A)]: '1001x60' }, A, { [series('prometheus_agent_active_series', A)]: '1000x60' }),
  warns('PrometheusConfigReloadFailed', 10, { [series('prometheus_config_last_reload_successful', A)]: '0x20' }, A,
    { [series('prometheus_config_last_reload_successful', A)]: '1x20' }),
  warns('PrometheusConfigReloaderFailing', 20, { [series('reloader_last_reload_successful', RELOADER)]: '0x20' }, RELOADER,
    { [series('reloader_last_reload_successful', RELOADER)]: '1x20' }),
  warns('PrometheusServiceDiscoveryFailing', 30, { [series('prometheus_sd_kubernetes_failures_total', A)]: '0+1x60' }, A,
    { [series('prometheus_sd_kubernetes_failures_total', A)]: '7x60', [series('prometheus_sd_failed_configs', A, { name: 'scrape' })]: '0x60' }),
  warns('PrometheusConfigDiffers', 45, {
    [series('prometheus_target_scrape_pool_targets', A, { scrape_job: 'one' })]: '1x60',
    [series('prometheus_target_scrape_pool_targets', A, { scrape_job: 'two' })]: '1x60',
    [series('prometheus_target_scrape_pool_targets', B, { scrape_job: 'one' })]: '1x60',
  }, {}, {
    [series('prometheus_target_scrape_pool_targets', A, { scrape_job: 'one' })]: '1x60',
    [series('prometheus_target_scrape_pool_targets', B, { scrape_job: 'one' })]: '9x60',
  }),
  warns('PrometheusScrapeLimitReached', 20, { [series('prometheus_target_scrapes_exceeded_sample_limit_total', A)]: '0+1x30' }, { ...only(A), limit: 'samples' },
    { [series('prometheus_target_scrapes_exceeded_sample_limit_total', A)]: '3x30' }),
  warns('PrometheusScrapedSamplesDropped', 40, { [series('prometheus_target_scrapes_sample_out_of_order_total', A)]: '0+5x60' }, { ...only(A), reason: 'out of order' },
    { [series('prometheus_target_scrapes_sample_out_of_order_total', A)]: '5x60' }),
  warns('PrometheusTargetsVanished', 90, {
    [series('prometheus_target_scrape_pool_targets', A, { scrape_job: 'one' })]: '10x60 5x60',
    [series('prometheus_target_scrape_pool_targets', SECOND, { scrape_job: 'one' })]: '10x120',
  }, { scrape_job: 'one' }, {
    [series('prometheus_target_scrape_pool_targets', A, { scrape_job: 'one' })]: '10x60 8x60',
    [series('prometheus_target_scrape_pool_targets', SECOND, { scrape_job: 'one' })]: '10x120',
  }),
];
