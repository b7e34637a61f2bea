import * as c from './constants';
import { FigureUnit } from './figure';
import type { Load } from './load';
import { planCpu, planMemory } from './resources';
import type { RingFacts } from './ring';
import { calc, Given, Planned, Sheet } from './sheet';

/** Figures of the continuous test; each bears the name of its prop. */
type ContinuousTestKey = 'series' | 'cpuRequest' | 'memoryRequest' | 'memoryLimit';

export type ContinuousTestPlan = Planned<ContinuousTestKey>;

/** Plans one pod that writes a few series and reads them back. */
export function planContinuousTest({ members }: Pick<RingFacts, 'members'>, given: Given<ContinuousTestKey>, part = 'continuousTest'): ContinuousTestPlan {
  const sheet = new Sheet<ContinuousTestKey>(part, given);
  const { TEST_SERIES_FLOOR, TEST_SERIES_PER_MEMBER, TEST_SERIES_MAX, CPU_FLOOR, TEST_MEMORY, TEST_MEMORY_LIMIT } = c;
  const series = sheet.figure('series', {
    unit: FigureUnit.SERIES,
    value: Math.min(TEST_SERIES_MAX, Math.max(TEST_SERIES_FLOOR, TEST_SERIES_PER_MEMBER * members)),
    how: calc`min(${{ TEST_SERIES_MAX }}, max(${{ TEST_SERIES_FLOOR }}, ${{ TEST_SERIES_PER_MEMBER }} × ${{ members }}))`,
    reason: 'Each member of the ring must have some of them, for what only one of them loses is seen by its own series only.',
    source: c.SOURCE.derivation,
  });
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: CPU_FLOOR,
    how: calc`${{ CPU_FLOOR }}`,
    reason: 'It sends a small request every few seconds, and reads a few a minute.',
    source: c.SOURCE.derivation,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: TEST_MEMORY,
    how: calc`${{ TEST_MEMORY }}`,
    reason: 'Node itself; the answers are small.',
    source: c.SOURCE.derivation,
  }, {
    value: TEST_MEMORY_LIMIT,
    how: calc`${{ TEST_MEMORY_LIMIT }}`,
    reason: 'After an outage, answers of a quarter of an hour at each age, copy by copy, are in memory at once.',
    source: c.SOURCE.derivation,
  });
  return { series, cpuRequest, memoryRequest: memory.request, memoryLimit: memory.limit, figures: sheet.figures };
}

/** Ages in seconds at which samples are read back, by their resolution. */
export interface ReadAges {
  readonly agesRaw: number[];
  readonly ages5m: number[];
  readonly ages1h: number[];
}

/**
 * Ages at which a sample has come to another place: just written, in the head, in the ring's blocks, in the bucket alone, and
 * downsampled; as far as samples are kept for so long.
 */
export function planAges({ retentionRaw, retention5m, retention1h }: Load, localRetention: number): ReadAges {
  const kept = (ages: number[], retention: number) => [...new Set(ages)].filter(age => age + c.HOUR <= retention).sort((a, b) => a - b);
  return {
    agesRaw: kept([c.TEST_YOUNGEST_AGE, c.HOUR, c.DAY, localRetention + c.TEST_BEYOND_LOCAL], retentionRaw),
    ages5m: kept([c.TEST_AGE_5M], retention5m),
    ages1h: kept([c.TEST_AGE_1H], retention1h),
  };
}
