import { autoscaledSenders, DYNAMIC_THRESHOLDS, dynamicFigures, dynamicSenders, dynamicTargets } from './dynamic-senders';
import type { SenderFigures } from './figures';
import { jobLoaders } from './job-loaders';
import { JOBS } from './jobs';
import { BY_PLATFORM, BY_POD, critical, mainOf, PlatformAlert, PlatformSet, Selector, warning } from './platform-alert';
import { REMOTE_WRITE_THRESHOLDS, remoteWriteAlerts } from './remote-write';
import { scrapingAlerts } from './scraping';
import { podsOfSenders } from './twins';
import { RulePlacement } from '../rules/rule';

/** Prometheus that scrapes and sends. */
export function senderRules(figures: SenderFigures): PlatformSet {
  const { name, shards, replicas, seriesPerSender, outage } = figures;
  const pods = podsOfSenders(name);
  return {
    part: name,
    thresholds: {
      ...REMOTE_WRITE_THRESHOLDS,
      ...DYNAMIC_THRESHOLDS,
      ...dynamicFigures(figures),
      outage_seconds: outage,
      shards,
      sender_replicas: replicas,
      sender_series: seriesPerSender,
      targets_vanished_ratio: 0.2,
    },
    groups: [
      { name: `${name}-sending`, placement: RulePlacement.META_MONITORING, alerts: at => sending(figures, at, pods) },
      { name: `${name}-configuration`, placement: RulePlacement.META_MONITORING, alerts: at => configuration(at, pods) },
      { name: `${name}-scraping`, placement: RulePlacement.META_MONITORING, alerts: at => scrapingAlerts(figures, at, pods) },
    ],
  };
}

/** With static sharding, the ordinal of a pod is the shard, which all twins have. */
function fixed({ shards, replicas = 1 }: SenderFigures, at: Selector, pods: string): PlatformAlert[] {
  const up = `label_replace(up${at.pods(JOBS.prometheus, pods, mainOf(JOBS.prometheus))} == 1, "shard", "$1", "pod", ".+-([0-9]+)")`;
  return [
    ...replicas < 2 ? [] : [
      warning('PrometheusTwinMissing', 10, `count by (cluster, namespace, shard) (${up}) < $sender_replicas`,
        'A shard of Prometheus has lost a twin',
        'Only {{ $value }} of $sender_replicas senders of shard {{ $labels.shard }} answer. If the last one restarts while the receiver is away, its unsent samples are gone.'),
    ],
    ...shards === undefined ? [] : [
      critical('PrometheusShardMissing', 5, `(count(count by (shard) (${up})) or vector(0)) < $shards`,
        'Nobody scrapes the targets of a shard',
        '{{ $value }} of $shards shards have a sender that answers. The targets of the others are not scraped.'),
    ],
  ];
}

function dynamic(figures: SenderFigures, at: Selector, pods: string): PlatformAlert[] {
  const targets = at.pods(JOBS.prometheus, pods, mainOf(JOBS.prometheus));
  const { autoscaling } = figures;
  return [
    ...dynamicSenders(figures, targets),
    ...dynamicTargets(figures, at, pods),
    ...jobLoaders(figures, at, pods),
    ...autoscaling ? autoscaledSenders(figures, autoscaling, targets) : [],
  ];
}

function sending(figures: SenderFigures, at: Selector, pods: string): PlatformAlert[] {
  const { seriesPerSender, outage, targetAllocator } = figures;
  const targets = at.pods(JOBS.prometheus, pods, mainOf(JOBS.prometheus));
  return [
    ...remoteWriteAlerts('Prometheus', 'Prometheus', targets, outage),
    warning('PrometheusShardsAtMaximum', 15, `prometheus_remote_storage_shards_desired${targets} > prometheus_remote_storage_shards_max${targets}`,
      'Prometheus needs more queue shards than it may have',
      '{{ $labels.pod }} would need {{ $value | humanize }} queue shards to {{ $labels.url }}, more than it may have: it falls behind, or does not catch up.'),
    warning('PrometheusWalCorrupted', 0, [
      ...['prometheus_agent_corruptions_total', 'prometheus_tsdb_wal_corruptions_total'].map(metric => `${metric}${targets} > 0`),
      `sum ${BY_POD} (increase(prometheus_wal_watcher_record_decode_failures_total${targets}[15m])) > 0`,
    ].join(' or '),
    'Prometheus found its WAL corrupted',
    '{{ $labels.pod }} found its WAL corrupted ({{ $value | humanize }} times); samples behind the damage were not sent.'),
    ...(targetAllocator ? dynamic : fixed)(figures, at, pods),
    ...seriesPerSender === undefined ? [] : [
      warning('PrometheusSeriesBeyondPlan', 30,
        `prometheus_agent_active_series${targets} > $sender_series or prometheus_tsdb_head_series${targets} > $sender_series`,
        'Prometheus has more series than planned',
        '{{ $labels.pod }} has {{ $value | humanize }} series in memory, and is planned for $sender_series: memory, WAL and queue are too small for them.'),
    ],
  ];
}

function configuration(at: Selector, pods: string): PlatformAlert[] {
  const targets = at.pods(JOBS.prometheus, pods, mainOf(JOBS.prometheus));
  const reloader = at.pods(JOBS.prometheus, pods, 'container="config-reloader"');
  const jobs = `count ${BY_POD} (prometheus_target_scrape_pool_targets${targets})`;
  return [
    warning('PrometheusConfigReloadFailed', 5, `prometheus_config_last_reload_successful${targets} == 0`,
      'Prometheus refused its configuration',
      '{{ $labels.pod }} goes on with its last good configuration; at the next restart it will not start.'),
    warning('PrometheusConfigReloaderFailing', 10, [
      `reloader_last_reload_successful${reloader} == 0`,
      `increase(reloader_config_apply_operations_failed_total${reloader}[10m]) > 0`,
      `increase(reloader_watch_errors_total${reloader}[10m]) > 0`,
    ].join(' or '),
    'The config-reloader cannot bring a change to Prometheus',
    'The config-reloader of {{ $labels.pod }} fails to render, or to have Prometheus reload: changes of jobs are not in force there.'),
    warning('PrometheusServiceDiscoveryFailing', 15, [
      `increase(prometheus_sd_kubernetes_failures_total${targets}[10m]) > 0`,
      `sum ${BY_POD} (prometheus_sd_failed_configs${targets}) > 0`,
      `sum ${BY_POD} (increase(prometheus_target_sync_failed_total${targets}[10m])) > 0`,
    ].join(' or '),
    'Prometheus cannot see its targets',
    '{{ $labels.pod }} fails to watch the Kubernetes API, or to make targets of what it sees ({{ $value | humanize }} failures): it scrapes what it knew.'),
    warning('PrometheusConfigDiffers', 30, `max ${BY_PLATFORM} (${jobs}) != min ${BY_PLATFORM} (${jobs})`,
      'Senders have different jobs',
      'One sender has {{ $value }} scrape jobs, another fewer or more: a change has not reached all of them.'),
  ];
}
