import * as c from './constants';
import { FigureUnit } from './figure';
import type { Load } from './load';
import { planCpu, planMemory } from './resources';
import { senderStartup } from './senders';
import { calc, Given, Planned, Sheet } from './sheet';

/** Figures of target allocators; each bears the name of its prop. */
type TargetAllocatorKey = 'replicas' | 'refreshInterval' | 'collectorNotReadyGracePeriod' | 'cpuRequest' | 'memoryRequest' | 'memoryLimit';

export type TargetAllocatorPlan = Planned<TargetAllocatorKey>;

/** What it depends on beside the load. */
interface Surroundings {
  /** Bytes of disk that each sender has for its WAL. */
  readonly storageSize: number;
  /** Whether they find objects in the cluster, such as ServiceMonitors. @default false */
  readonly customResources?: boolean;
}

/** Plans the allocators of one replica of senders. */
export function planTargetAllocator(
  { targets, scrapeInterval }: Load, { storageSize, customResources = false }: Surroundings, given: Given<TargetAllocatorKey>, part = 'target-allocator',
): TargetAllocatorPlan {
  const sheet = new Sheet<TargetAllocatorKey>(part, given);
  const { ALLOCATOR_REPLICAS, LONGEST_REFRESH, SHORTEST_REFRESH, SENDER_STARTUP_FLOOR, WAL_REPLAY_RATE } = c;
  const replicas = sheet.figure('replicas', {
    unit: FigureUnit.COUNT,
    value: ALLOCATOR_REPLICAS,
    how: calc`${{ ALLOCATOR_REPLICAS }}`,
    reason: 'One may go at any time; senders keep the last list while none answers, but nobody then takes over what a lost sender had.',
    source: c.SOURCE.allocator,
  });
  const refreshInterval = sheet.figure('refreshInterval', {
    unit: FigureUnit.SECONDS,
    value: Math.min(LONGEST_REFRESH, Math.max(SHORTEST_REFRESH, Math.floor(scrapeInterval / 3))),
    how: calc`min(${{ LONGEST_REFRESH }}, max(${{ SHORTEST_REFRESH }}, floor(${{ scrapeInterval }} ÷ 3)))`,
    reason: 'A target that moves is missed until its new sender has asked again, which should cost less than one scrape.',
    source: c.SOURCE.derivation,
  });
  const collectorNotReadyGracePeriod = sheet.figure('collectorNotReadyGracePeriod', {
    unit: FigureUnit.SECONDS,
    value: senderStartup(storageSize),
    how: calc`max(${{ SENDER_STARTUP_FLOOR }}, ceil(${{ storageSize }} ÷ ${{ WAL_REPLAY_RATE }}))`,
    reason: 'A sender that replays its WAL is not ready, and giving its targets away meanwhile would load its peers when they can least bear it.',
    source: c.SOURCE.allocator,
  });
  const { ALLOCATOR_BYTES_PER_TARGET, ALLOCATOR_TARGETS_PER_CORE } = c;
  const idleMemory = c.ALLOCATOR_MEMORY + (customResources ? c.ALLOCATOR_OBJECTS_MEMORY : 0);
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: targets / ALLOCATOR_TARGETS_PER_CORE,
    how: calc`${{ targets }} ÷ ${{ ALLOCATOR_TARGETS_PER_CORE }}`,
    reason: 'Each change of a discovery is worked out anew over all targets, every five seconds at most.',
    source: c.SOURCE.allocator,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: idleMemory + ALLOCATOR_BYTES_PER_TARGET * targets,
    how: calc`${{ idleMemory }} + ${{ ALLOCATOR_BYTES_PER_TARGET }} × ${{ targets }}`,
    reason: 'It holds all labels of each target that any job finds, and the objects that these come from.',
    source: c.SOURCE.allocator,
  }, {
    value: 2 * (idleMemory + ALLOCATOR_BYTES_PER_TARGET * targets),
    how: calc`2 × (${{ idleMemory }} + ${{ ALLOCATOR_BYTES_PER_TARGET }} × ${{ targets }})`,
    reason: 'Jobs find targets that they then drop, and answers to all senders are written at the same time.',
    source: c.SOURCE.allocator,
  });
  return {
    replicas, refreshInterval, collectorNotReadyGracePeriod, cpuRequest, memoryRequest: memory.request, memoryLimit: memory.limit, figures: sheet.figures,
  };
}
