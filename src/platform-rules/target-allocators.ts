import type { SenderFigures } from './figures';
import { JOBS } from './jobs';
import { BY_POD, critical, mainOf, PlatformAlert, PlatformSet, podsOf, Selector, warning } from './platform-alert';
import { BY_TWIN, countByTwin, ON_TWIN, podsOfSenders, withTwin } from './twins';
import { RulePlacement } from '../rules/rule';

/** Minutes until an allocator must have seen that senders came or went, unless one is waited for. */
const SEEN = 15;

/**
 * The target allocators of senders, none with static sharding.
 *
 * `opentelemetry_allocator_targets_unassigned` is not asked: once it is set, it stays (target allocator 0.140, internal/allocation/allocator.go).
 */
export function targetAllocatorRules(senders: SenderFigures): PlatformSet[] {
  const { targetAllocator: allocators } = senders;
  return allocators === undefined ? [] : [{
    part: allocators.name,
    thresholds: { pods: allocators.replicas, allocated_targets_differ: 0.5 },
    groups: [{
      name: allocators.name,
      placement: RulePlacement.META_MONITORING,
      alerts: at => [...presence(senders, at), ...assignment(senders, at)],
    }],
  }];
}

const allocatorsOf = ({ targetAllocator: { name } = { name: '' } }: SenderFigures, at: Selector) =>
  ({ name, targets: at.pods(JOBS.targetAllocator, podsOf(name), mainOf(JOBS.targetAllocator)) });

function presence(senders: SenderFigures, at: Selector): PlatformAlert[] {
  const { name, targets } = allocatorsOf(senders, at);
  const { targetAllocator: { replicas: planned = 1 } = {}, replicas = 1 } = senders;
  // One that runs and has never seen a sender shows this not at all, and is asked by nobody.
  const serving = countByTwin(`opentelemetry_allocator_collectors_allocatable${targets}`, name, replicas);
  return [
    ...planned < 2 ? [] : [
      warning('TargetAllocatorMissing', 15, `(${serving} > 0) < $pods`,
        'A replica of senders has fewer target allocators than planned',
        '{{ $value }} of $pods target allocators of replica {{ $labels.twin }} serve. While none does, nobody tells its senders of new targets.'),
    ],
    critical('TargetAllocatorMissing', 5, `${serving} == 0`,
      'A replica of senders has no target allocator',
      'No target allocator of replica {{ $labels.twin }} serves: its senders go on with the targets that they know, new ones go unscraped, and nobody takes over those of a lost sender.'),
    warning('TargetAllocatorDiscoveryFailing', 15, [
      `sum ${BY_POD} (increase(prometheus_sd_kubernetes_failures_total${targets}[10m])) > 0`,
      `sum ${BY_POD} (prometheus_sd_failed_configs${targets}) > 0`,
      `sum ${BY_POD} (increase(prometheus_sd_refresh_failures_total${targets}[10m])) > 0`,
    ].join(' or '),
    'A target allocator cannot see targets',
    '{{ $labels.pod }} fails to watch the Kubernetes API, or to ask another discovery ({{ $value | humanize }} failures): senders are told what it knew.'),
  ];
}

function assignment(senders: SenderFigures, at: Selector): PlatformAlert[] {
  const { name, targets } = allocatorsOf(senders, at);
  const { targetAllocator: { collectorNotReadyGracePeriod: grace = 0 } = {} } = senders;
  const assigned = `opentelemetry_allocator_targets_per_collector${targets}`;
  const seen = `max ${BY_POD} (opentelemetry_allocator_collectors_allocatable${targets})`;
  const up = `up${at.pods(JOBS.prometheus, podsOfSenders(senders.name), mainOf(JOBS.prometheus))} == 1`;
  // A series that has ended would count for as long as the range.
  const steady = withTwin(`(avg_over_time(${assigned}[10m]) and ${assigned})`, name);
  const each = 'by (cluster, namespace, twin, collector_name)';
  return [
    // Either all targets have a sender, or none has. That these are fewer than what is left after relabeling is no sign: targets with the same labels are counted there twice.
    critical('TargetAllocatorTargetsUnassigned', 5, [
      `max ${BY_POD} (opentelemetry_allocator_targets_remaining${targets}) > 0`,
      `and on (cluster, namespace, pod) ${seen}`,
      `unless on (cluster, namespace, pod) sum ${BY_POD} (${assigned}) > 0`,
    ].join(' '),
    'A target allocator gives its targets to nobody',
    '{{ $labels.pod }} has {{ $value }} targets and sees no sender for them: whoever asks it is told to scrape nothing.'),
    warning('TargetAllocatorsDiffer', 15,
      `max ${BY_TWIN} (max ${each} (${steady}) - min ${each} (${steady})) > $allocated_targets_differ`,
      'Target allocators of a replica disagree',
      'The target allocators of replica {{ $labels.twin }} differ by {{ $value | humanize }} targets of a sender: its senders are told now one thing and now another.'),
    warning('TargetAllocatorSendersDiffer', Math.max(SEEN, Math.ceil(grace / 60) + 5),
      `${withTwin(seen, name)} != ${ON_TWIN} group_left () count ${BY_TWIN} (${withTwin(up, senders.name)})`,
      'A target allocator sees other senders than there are',
      '{{ $labels.pod }} spreads targets over {{ $value }} senders, and another number of them answers: some scrape nothing, or targets are given to one that is away.'),
  ];
}
