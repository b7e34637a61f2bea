import type { SenderAutoscalingFigures, SenderFigures } from './figures';
import { JOBS } from './jobs';
import { BY_POD, critical, mainOf, PlatformAlert, Selector, warning } from './platform-alert';
import { BY_TWIN, countByTwin, ON_TWIN, withTwin } from './twins';

/** The defaults of the thresholds in these alerts. */
export const DYNAMIC_THRESHOLDS = {
  target_lists_failing_ratio: 0.5,
  // Pods bear twice the mean that they are planned for.
  shard_imbalance_ratio: 1.8,
  // Beyond the tenth by which a HorizontalPodAutoscaler lets a load differ, and what a scale-up still on its way leaves.
  autoscaler_load_ratio: 1.3,
};

/** The numbers of the plan in these alerts; one that is unknown has no alert. */
export const dynamicFigures = ({ shards, autoscaling }: SenderFigures): Record<string, number | undefined> => ({
  fewest_senders: autoscaling?.minReplicaCount ?? shards,
  most_senders: autoscaling?.maxReplicaCount,
  scaled_series: autoscaling?.seriesPerSender,
});

/** Samples a second that each pod scrapes: what it has now, and not what an agent has yet to forget. */
const appended = (targets: string): string => ['agent', 'tsdb_head'].map(mode => `rate(prometheus_${mode}_samples_appended_total${targets}[15m])`).join(' or ');

/** Senders of one replica share all targets, whoever they are: it is their number that counts. */
export function dynamicSenders({ name, replicas = 1, shards, autoscaling }: SenderFigures, targets: string): PlatformAlert[] {
  const answering = countByTwin(`up${targets} == 1`, name, replicas);
  return autoscaling === undefined && shards === undefined ? [] : [
    ...replicas < 2 ? [] : [
      warning('PrometheusTwinMissing', 10, `${answering} < $fewest_senders`,
        'A replica of Prometheus lacks senders',
        'Replica {{ $labels.twin }} has {{ $value }} senders that answer, of $fewest_senders at the least: the others carry what these had, and what only they had not sent yet is gone.'),
    ],
    critical('PrometheusShardMissing', 5, `max(${answering}) < $fewest_senders`,
      'No replica of Prometheus has all its senders',
      'The fullest replica has {{ $value }} senders that answer, of $fewest_senders at the least. Targets that each replica had given to a lost one are not scraped.'),
  ];
}

/** How targets come to their senders, and how evenly. */
export function dynamicTargets({ name, seriesPerSender }: SenderFigures, at: Selector, pods: string): PlatformAlert[] {
  const [targets, http] = [[], ['mechanism="http"']].map(matchers => at.pods(JOBS.prometheus, pods, mainOf(JOBS.prometheus), ...matchers));
  const lists = (metric: string) => `sum by (cluster, namespace, pod, config) (rate(prometheus_sd_refresh_${metric}${http}[10m]))`;
  const load = withTwin(`sum ${BY_POD} (${appended(targets)})`, name);
  return [
    warning('PrometheusTargetListsStale', 10, `count ${BY_POD} (${lists('failures_total')} / ${lists('duration_seconds_count')} > $target_lists_failing_ratio)`,
      'A sender is not told its targets',
      '{{ $labels.pod }} fails most times to ask for the targets of {{ $value }} jobs: it goes on with those that it knew, and takes over none.'),
    warning('PrometheusShardsUnbalanced', 60, [
      `${load} / ${ON_TWIN} group_left () avg ${BY_TWIN} (${load}) > $shard_imbalance_ratio`,
      // Two are never far from each other by this measure, and one is alone.
      `and ${ON_TWIN} count ${BY_TWIN} (${load}) > 2`,
      ...seriesPerSender === undefined ? [] : [
        `and on (cluster, namespace, pod) (prometheus_agent_active_series${targets} or prometheus_tsdb_head_series${targets}) > 0.5 * $sender_series`,
      ],
    ].join(' '),
    'A sender has far more series than its peers',
    '{{ $labels.pod }} scrapes {{ $value | humanize }} times as many samples as the mean of its replica: it is near its limits while others have room.'),
  ];
}

/** Senders that an autoscaler adds and removes. */
export function autoscaledSenders({ name }: SenderFigures, scaling: SenderAutoscalingFigures, targets: string): PlatformAlert[] {
  const { minReplicaCount, maxReplicaCount, scrapeInterval } = scaling;
  const answering = `count by (twin) (${withTwin(`up${targets} == 1`, name)})`;
  const series = `${scrapeInterval} * sum by (twin) (${withTwin(appended(targets), name)})`;
  return [
    ...minReplicaCount === maxReplicaCount ? [] : [
      warning('PrometheusSendersAtMaximum', 120, `${answering} >= $most_senders`,
        'Prometheus has as many senders as it may have',
        'Replica {{ $labels.twin }} has had {{ $value }} senders for two hours, and may have no more: if the load grows, each of them gets more than it is sized for.'),
    ],
    warning('PrometheusLoadBeyondMaximum', 30, `${series} > $most_senders * $scaled_series`,
      'Prometheus has more load than all its senders are sized for',
      'Replica {{ $labels.twin }} scrapes {{ $value | humanize }} series, and $most_senders senders of $scaled_series series are all that it may have.'),
    warning('PrometheusAutoscalerBehind', 60, `${series} / ${answering} > $autoscaler_load_ratio * $scaled_series and ${answering} < $most_senders`,
      'Nobody adds the senders that Prometheus needs',
      'Each sender of replica {{ $labels.twin }} carries {{ $value | humanize }} series in the mean, and was to carry $scaled_series; there could be more of them, and for an hour nobody has added any.'),
  ];
}
