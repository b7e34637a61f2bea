import { planAll, podNeeds } from './plan-all';
import { Workload } from '../../src/plan/workload';

/** Series of a pod after the default relabelings, with the five that each scrape adds; on the rig, of Thanos 0.42.4 and Prometheus 3.14.0. */
const SERIES_PER_POD: Record<string, number> = {
  senders: 605, routers: 485, ingestors: 785, storeGateways: 450, compactors: 285, queriers: 605, queryFrontends: 255, embeddedBucket: 0,
};

test.each([1, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000])('what is planned for the platform itself holds what its pods have: %d series', activeSeries => {
  const plan = planAll({ activeSeries });
  const { platformSeries } = Object.fromEntries(plan.figures.map(({ name, value }) => [name, value]));
  const measured = Object.entries(podNeeds(plan)).reduce((sum, [kind, { pods }]) => sum + pods * SERIES_PER_POD[kind], 0);
  expect(platformSeries / measured).toBeGreaterThanOrEqual(1);
  expect(platformSeries / measured).toBeLessThan(1.4);
});

test('everything is planned for all series', () => {
  const { _load, _figures } = Workload.of({ activeSeries: 10_000 })._onPlatform(true);
  expect(_load).toMatchObject({ activeSeries: 10_000, totalSeries: 17_560, samplesPerSecond: 17_560 / 30 });
  expect(_figures.slice(-2).map(({ name, value, numbers }) => [name, value, numbers])).toEqual([
    ['platformSeries', 7_560, 'ceil(7,500 + 0.006 × 10,000)'], ['totalSeries', 17_560, '10,000 + 7,560'],
  ]);
});

test('a platform that nothing scrapes has no series of its own', () => {
  const { _load, _figures } = Workload.of({ activeSeries: 10_000 })._onPlatform(false);
  expect(_load.totalSeries).toBe(10_000);
  expect(_figures.slice(-2).map(({ name, value }) => [name, value])).toEqual([['platformSeries', 0], ['totalSeries', 10_000]]);
});

test('what is wrong with a workload stays', () => {
  expect(Workload.of({ activeSeries: 0 })._onPlatform(true).problems).toHaveLength(1);
});
