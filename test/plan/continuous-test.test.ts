import { DAY, HOUR, MIB } from '../../src/plan/constants';
import { planAges, planContinuousTest } from '../../src/plan/continuous-test';
import { Workload } from '../../src/plan/workload';

test.each([[3, 100], [30, 300], [999, 1000]])('a ring of %d members is tested with %d series', (members, series) => {
  const plan = planContinuousTest({ members }, {});
  expect(plan).toMatchObject({ series, cpuRequest: 0.05, memoryRequest: 112 * MIB, memoryLimit: 256 * MIB });
  const [figure] = plan.figures;
  expect(figure.numbers).toBe(`min(1,000, max(100, 10 × ${members}))`);
});

test('what was set by hand wins', () => {
  const plan = planContinuousTest({ members: 30 }, { series: 7, memoryLimit: 64 * MIB });
  expect(plan).toMatchObject({ series: 7, memoryRequest: 64 * MIB, memoryLimit: 64 * MIB });
});

describe('ages', () => {
  const load = Workload.of({ activeSeries: 1000 })._load;

  test('of each place that a sample comes to, and what only the bucket has', () => {
    expect(planAges(load, DAY)).toEqual({ agesRaw: [30, HOUR, DAY, DAY + 6 * HOUR], ages5m: [4 * DAY], ages1h: [16 * DAY] });
  });

  test('are in order, and none is there twice', () => {
    expect(planAges(load, 18 * HOUR).agesRaw).toEqual([30, HOUR, DAY]);
    expect(planAges(load, 4 * HOUR).agesRaw).toEqual([30, HOUR, 10 * HOUR, DAY]);
  });

  test('end an hour before the samples are deleted', () => {
    const kept = { ...load, retentionRaw: DAY, retention5m: 4 * DAY + HOUR, retention1h: 16 * DAY };
    expect(planAges(kept, DAY)).toEqual({ agesRaw: [30, HOUR], ages5m: [4 * DAY], ages1h: [] });
  });
});
