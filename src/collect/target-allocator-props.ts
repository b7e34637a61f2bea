import type { Duration } from 'cdk8s';
import type { CustomResourceSettings, PrometheusCustomResources } from './prometheus-custom-resources';
import { count, duration, Fields, Given, oneOf, some } from '../core/fields';
import type { Rule } from '../core/findings';
import { Severity } from '../core/findings';
import { PROGRAM_FIELDS, programRules, ProgramOptions } from '../core/program-options';
import { durationText } from '../core/units';
import type { TargetAllocatorPlan } from '../plan/target-allocator';

/** How target allocators choose the sender of a target. */
export enum AllocationStrategy {
  /** By a hash: all allocators come to the same result, and few targets move when a sender comes or goes. */
  CONSISTENT_HASHING = 'consistent-hashing',
  /** The sender with the fewest targets. What is assigned stays where it is: a new sender gets new targets only, and each allocator decides for itself. */
  LEAST_WEIGHTED = 'least-weighted',
}

/** Settings of the target allocators of dynamic sharding. */
export interface TargetAllocatorOptions extends ProgramOptions {
  /** Allocators of each replica of senders. @default 2 */
  readonly replicas?: number;
  /** How they choose the sender of a target. @default AllocationStrategy.CONSISTENT_HASHING */
  readonly allocationStrategy?: AllocationStrategy;
  /** Time after which senders ask again for their targets. @default - from the plan, a third of the scrape interval */
  readonly refreshInterval?: Duration;
  /**
   * How long a sender may be not ready until others take over its targets. Shorter than the replay of a WAL, a restart would move
   * all of its targets away and back. @default - from the plan, as long as a sender may take to start
   */
  readonly collectorNotReadyGracePeriod?: Duration;
  /**
   * Scrapes what ServiceMonitors, PodMonitors, Probes and ScrapeConfigs in the cluster name, also those that come later; `{}` is enough. Each sender then
   * has one more container, which has Prometheus reload when such an object changes. @default - they are not looked at
   */
  readonly prometheusCustomResources?: PrometheusCustomResources;
}

/** One row a prop. */
export const TARGET_ALLOCATOR_FIELDS: Fields<TargetAllocatorOptions> = {
  ...PROGRAM_FIELDS,
  replicas: count({ min: 1, max: 9 }),
  allocationStrategy: oneOf(AllocationStrategy),
  refreshInterval: duration({ min: 1 }),
  collectorNotReadyGracePeriod: duration({ min: 1 }),
  prometheusCustomResources: some<PrometheusCustomResources>(),
};

/** The props in base units, with plan and defaults in the place of those that were not given. */
export type AllocatorSettings = Given<TargetAllocatorOptions> & Omit<TargetAllocatorPlan, 'figures'> & {
  readonly allocationStrategy: AllocationStrategy;
  /** Whether the number of senders changes by itself. */
  readonly autoscaled: boolean;
  /** Seconds, of the senders. */
  readonly scrapeInterval: number;
  /** Seconds that a sender may take to start. */
  readonly senderStartup: number;
  /** @default - objects in the cluster are not looked at */
  readonly customResources?: CustomResourceSettings;
};

const HASHED = AllocationStrategy.CONSISTENT_HASHING;

export const TARGET_ALLOCATOR_RULES: Rule<AllocatorSettings>[] = [...programRules('targetAllocator.'), {
  id: 'allocators-decide-apart',
  broken: s => s.allocationStrategy !== HASHED && s.replicas > 1,
  says: s => `With 'targetAllocator.allocationStrategy' '${s.allocationStrategy}', each of ${s.replicas} allocators decides for itself, and senders would be told now one thing and now another: `
    + `targets would be scraped twice or not at all. Use '${HASHED}', or one allocator by 'targetAllocator.replicas'.`,
}, {
  id: 'strategy-never-rebalances',
  severity: Severity.WARNING,
  broken: s => s.allocationStrategy !== HASHED,
  says: s => `'targetAllocator.allocationStrategy' '${s.allocationStrategy}' leaves targets where they are when a sender comes: it gets only what is discovered later, `
    + `and the others stay as full as they were. Use '${HASHED}'.`,
}, {
  id: 'autoscaled-without-rebalancing',
  broken: s => s.allocationStrategy !== HASHED && s.autoscaled,
  says: s => `'autoscaling' adds senders to relieve the others, but with 'targetAllocator.allocationStrategy' '${s.allocationStrategy}' nothing moves to them. Use '${HASHED}'.`,
}, {
  id: 'single-allocator',
  severity: Severity.WARNING,
  broken: s => s.replicas === 1,
  says: () => 'With \'targetAllocator.replicas\' 1, nobody tells senders of new targets, or takes over those of a lost sender, while that one is away. Use 2.',
}, {
  id: 'refresh-beyond-interval',
  severity: Severity.WARNING,
  broken: s => s.refreshInterval > s.scrapeInterval,
  says: s => `'targetAllocator.refreshInterval' (${durationText(s.refreshInterval)}) is longer than the scrape interval (${durationText(s.scrapeInterval)}), so that a target that moves to another sender `
    + 'is missed for several scrapes; lower it.',
}, {
  id: 'grace-below-replay',
  severity: Severity.WARNING,
  broken: s => s.collectorNotReadyGracePeriod < s.senderStartup,
  says: s => `'targetAllocator.collectorNotReadyGracePeriod' (${durationText(s.collectorNotReadyGracePeriod)}) is shorter than a sender may take to start (${durationText(s.senderStartup)}): `
    + 'the targets of one that replays its WAL would go to its peers, which may not bear them, and come back. Raise it, or leave it to the plan.',
}];
