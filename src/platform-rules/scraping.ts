import type { SenderFigures } from './figures';
import { JOBS } from './jobs';
import { BY_POD, mainOf, PlatformAlert, Selector, warning } from './platform-alert';
import { PLATFORM_JOB } from '../core/labels';

const LIMITS: Readonly<Record<string, string>> = {
  samples: 'prometheus_target_scrapes_exceeded_sample_limit_total',
  body: 'prometheus_target_scrapes_exceeded_body_size_limit_total',
  buckets: 'prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total',
  targets: 'prometheus_target_scrape_pool_exceeded_target_limit_total',
  labels: 'prometheus_target_scrape_pool_exceeded_label_limits_total',
};

const DROPS: Readonly<Record<string, string>> = {
  'out of order': 'prometheus_target_scrapes_sample_out_of_order_total',
  'duplicate timestamp': 'prometheus_target_scrapes_sample_duplicate_timestamp_total',
  'out of bounds': 'prometheus_target_scrapes_sample_out_of_bounds_total',
};

/** Counters that grew, told apart by a label. */
const either = (label: string, metrics: Readonly<Record<string, string>>, targets: string): string =>
  Object.entries(metrics).map(([value, metric]) => `label_replace(sum ${BY_POD} (increase(${metric}${targets}[10m])) > 0, "${label}", "${value}", "", "")`).join(' or ');

/** What senders find at their targets. */
export function scrapingAlerts({ autoscaling }: SenderFigures, at: Selector, pods: string): PlatformAlert[] {
  const targets = at.pods(JOBS.prometheus, pods, mainOf(JOBS.prometheus));
  // Senders that are no longer needed are targets that vanish, and no small part of the platform.
  const lasting = autoscaling ? at.pods(JOBS.prometheus, pods, mainOf(JOBS.prometheus), `scrape_job!="${PLATFORM_JOB}"`) : targets;
  const pool = (offset = '') => `sum by (cluster, namespace, scrape_job) (prometheus_target_scrape_pool_targets${lasting}${offset})`;
  return [
    warning('PrometheusScrapeLimitReached', 5, either('limit', LIMITS, targets),
      'A scrape is thrown away because it passes a limit',
      '{{ $value | humanize }} scrapes of {{ $labels.pod }} passed the limit of {{ $labels.limit }} within 10 minutes; nothing of them was kept.'),
    warning('PrometheusScrapedSamplesDropped', 15, either('reason', DROPS, targets),
      'Targets show samples that Prometheus cannot take',
      '{{ $labels.pod }} dropped {{ $value | humanize }} samples of its targets within 10 minutes ({{ $labels.reason }}): they state times of their own, or show a series twice.'),
    warning('PrometheusTargetsVanished', 15, `${pool()} < (1 - $targets_vanished_ratio) * ${pool(' offset 1h')}`,
      'A job has lost many of its targets',
      'Job {{ $labels.scrape_job }} has {{ $value }} targets, counted at all senders, and an hour ago had many more: discovery, labels or rights may have changed.'),
  ];
}
