import type { PartFigures } from './figures';
import { JOBS } from './jobs';
import { BY_POD, critical, PlatformAlert, PlatformSet, podsMissing, Selector, warning } from './platform-alert';
import { RulePlacement } from '../rules/rule';

const HOUR = 3600;

/** A compactor: one for each stream of blocks, and never two. */
export function compactorRules({ name }: PartFigures): PlatformSet {
  // Not those of a second stream, whose names go on behind this one's.
  const pods = `${name}-[0-9]+`;
  return {
    part: name,
    thresholds: { compact_iteration_seconds: 24 * HOUR, compact_backlog: 3 },
    groups: [
      { name, placement: RulePlacement.META_MONITORING, alerts: at => running(at, pods) },
      // They look back for a day, which is more than a small Prometheus need keep.
      { name: `${name}-backlog`, placement: RulePlacement.RULER, alerts: at => backlog(at, pods) },
    ],
  };
}

const FAILURES: Readonly<Record<string, string>> = {
  'compaction': 'thanos_compact_group_compactions_failures_total',
  'downsampling': 'thanos_compact_downsample_failures_total',
  'deletion of blocks': 'thanos_compact_block_cleanup_failures_total',
  'marking of merged blocks': 'thanos_compact_garbage_collection_failures_total',
};

function running(at: Selector, pods: string): PlatformAlert[] {
  const targets = at.pods(JOBS.compactor, pods);
  const failing = Object.entries(FAILURES).map(([operation, metric]) =>
    `label_replace(sum ${BY_POD} (increase(${metric}${targets}[1h])) > 0, "operation", "${operation}", "", "")`);
  return [
    warning('ThanosCompactHalted', 5, `thanos_compact_halted${targets} == 1`,
      'The compactor has halted',
      '{{ $labels.pod }} met blocks that it must not touch, and does nothing more until it is restarted: no compaction, no downsampling, no retention.'),
    ...podsMissing('ThanosCompactMissing', targets, {
      called: 'the compactor', planned: 1, without: 'Blocks are neither merged nor deleted; the bucket grows, and long queries become slow.', none: warning,
    }),
    critical('ThanosCompactMultipleRunning', 3, `count(up${targets} == 1) > 1`,
      'Two compactors work on the same blocks',
      '{{ $value }} compactors of one stream answer. Two of them merge and delete the same blocks, which makes blocks that overlap, and can delete what is not yet merged.'),
    warning('ThanosCompactFailing', 30, failing.join(' or '),
      'The compactor fails at its work',
      '{{ $labels.pod }} failed {{ $value | humanize }} times within an hour: {{ $labels.operation }}.'),
  ];
}

function backlog(at: Selector, pods: string): PlatformAlert[] {
  const targets = at.pods(JOBS.compactor, pods);
  const always = (metric: string) => `min_over_time(${metric}${targets}[1d])`;
  const age = `time() - process_start_time_seconds${targets}`;
  return [
    warning('ThanosCompactNoSuccessfulRun', 30,
      `(${age}) > $compact_iteration_seconds and increase(thanos_compact_iterations_total${targets}[1d]) == 0`,
      'The compactor has completed no run for a day',
      '{{ $labels.pod }} has run for {{ $value | humanizeDuration }}, and completed no run in the last day.'),
    warning('ThanosCompactBacklog', 30, `${always('thanos_compact_todo_compactions')} > $compact_backlog`,
      'The compactor does not keep up',
      '{{ $labels.pod }} had never fewer than {{ $value }} compactions ahead of it for a day.'),
    warning('ThanosCompactRetentionNotApplied', 30, `${always('thanos_compact_todo_deletion_blocks')} > 0`,
      'Blocks past their retention are not deleted',
      '{{ $labels.pod }} has had at least {{ $value }} blocks past their retention for a day: it applies retention at the end of a run, and does not get there.'),
  ];
}
