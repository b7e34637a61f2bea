import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { Workload, WorkloadProps } from '../../src/plan/workload';

/** What a JavaScript user may pass. */
const of = (props: unknown) => Workload.of(props as WorkloadProps);

test('only the active series have to be stated', () => {
  const workload = Workload.of({ activeSeries: 300_000 });
  expect(workload.problems).toEqual([]);
  expect(workload._load).toEqual({
    activeSeries: 300_000,
    totalSeries: 300_000,
    scrapeInterval: 30,
    samplesPerSecond: 10_000,
    churnPerHour: 0.05,
    outage: 3600,
    drain: 1800,
    retentionRaw: 2_592_000,
    retention5m: 2_592_000,
    retention1h: 2_592_000,
    bytesPerSample: 1.92,
    targets: 300,
    largestTargetSeries: 75_000,
    queriesPerSecond: 2,
    queryRange: 86_400,
    concurrentQueries: 4,
    latency: 0.1,
    latencyUnderLoad: 0.3,
    prices: { storedGibMonth: 0.023, millionClassA: 5, millionClassB: 0.4, vcpuMonth: 0, memoryGibMonth: 0 },
  });
});

test('what is stated wins, and the defaults that lean on it follow', () => {
  const workload = Workload.of({
    activeSeries: 1000,
    outage: Duration.hours(4),
    retentionRaw: Duration.days(90),
    latency: Duration.millis(20),
    queriesPerSecond: 10,
    prices: { vcpuMonth: 25 },
  });
  expect(workload.problems).toEqual([]);
  expect(workload._load).toMatchObject({
    outage: 14_400, drain: 7200, retention5m: 7_776_000, retention1h: 7_776_000, latency: 0.02, latencyUnderLoad: 0.06, concurrentQueries: 20,
  });
  expect(workload._load.prices).toMatchObject({ vcpuMonth: 25, storedGibMonth: 0.023 });
  expect(workload._figures.filter(figure => figure.byHand).map(figure => figure.name))
    .toEqual(['activeSeries', 'outage', 'retentionRaw', 'queriesPerSecond', 'latency', 'prices.vcpuMonth']);
});

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'Workload.of was given undefined; it takes an object of named values.'],
  ['an array', [], 'Workload.of was given an array; it takes an object of named values.'],
  ['no series', {}, "'activeSeries' of Workload.of is undefined; it must be a whole number from 1 to 10,000,000,000. State how many series are active at once, as the sum of `prometheus_tsdb_head_series` of your servers shows it."],
  ['no number', { activeSeries: '10k' }, "'activeSeries' of Workload.of is '10k'; it must be a whole number from 1 to 10,000,000,000. State how many series are active at once, as the sum of `prometheus_tsdb_head_series` of your servers shows it."],
  ['a fraction', { activeSeries: 1.5 }, "'activeSeries' of Workload.of is 1.5; it must be a whole number from 1 to 10,000,000,000. State how many series are active at once, as the sum of `prometheus_tsdb_head_series` of your servers shows it."],
  ['NaN', { activeSeries: 1000, churnPerHour: NaN }, "'churnPerHour' of Workload.of is NaN; it must be a number from 0 to 10. State the share of the active series that is replaced in an hour, 0.05 for one in twenty."],
  ['negative', { activeSeries: 1000, queriesPerSecond: -1 }, "'queriesPerSecond' of Workload.of is -1; it must be a number from 0 to 100,000. State how many queries a second people and rules ask."],
  ['a number for a time', { activeSeries: 1000, outage: 3600 }, "'outage' of Workload.of is 3600; it must be a Duration from 1m to 1d. Senders hold the backlog on disk and in late-sample windows of the ring, which is not meant for days."],
  ['zero', { activeSeries: 1000, scrapeInterval: Duration.seconds(0) }, "'scrapeInterval' of Workload.of is 0s; it must be a Duration from 1s to 5m. State the usual interval; above 5 minutes PromQL loses sight of a series between two scrapes."],
  ['null', { activeSeries: 1000, retentionRaw: null }, "'retentionRaw' of Workload.of is null; it must be a Duration from 1d to 3650d. State how long every sample is kept; keeping for ever is not offered."],
  ['too long an outage', { activeSeries: 1000, outage: Duration.days(3) }, "'outage' of Workload.of is 3d; it must be a Duration from 1m to 1d. Senders hold the backlog on disk and in late-sample windows of the ring, which is not meant for days."],
  ['too short a drain', { activeSeries: 1000, outage: Duration.hours(4), drain: Duration.minutes(5) }, "'drain' of Workload.of is 5m; it must be a Duration from 20m (outage ÷ 12) to 1d. Grant more time, or state a shorter outage: the ring has to bear (1 + outage ÷ drain) times the usual flow."],
  ['more targets than series', { activeSeries: 1000, targets: 2000 }, "'targets' of Workload.of is 2000; it must be a whole number from 1 to 1,000 (activeSeries). State how many targets are scraped; each has at least one series."],
  ['a target larger than all', { activeSeries: 1000, largestTargetSeries: 2000 }, "'largestTargetSeries' of Workload.of is 2000; it must be a whole number from 1 to 1,000 (activeSeries). State the `scrape_samples_scraped` of your largest target."],
  ['faster under load', { activeSeries: 1000, latency: Duration.millis(200), latencyUnderLoad: Duration.millis(100) }, "'latencyUnderLoad' of Workload.of is 100ms; it must be a Duration from 200ms (latency) to 30s. State the 99th percentile of `prometheus_remote_storage_sent_batch_duration_seconds`, which is not below the mean."],
  ['a name that it does not know', { activeSeries: 1000, retention: Duration.days(1) }, "'retention' of Workload.of is not known; remove it, or use one of activeSeries, scrapeInterval, churnPerHour, outage, drain, retentionRaw, retention5m, retention1h, bytesPerSample, targets, largestTargetSeries, queriesPerSecond, queryRange, concurrentQueries, latency, latencyUnderLoad, prices."],
  ['a negative price', { activeSeries: 1000, prices: { vcpuMonth: -1 } }, "'prices.vcpuMonth' of Workload.of is -1; it must be a number from $0 to $1,000,000. State the price in US dollars."],
  ['prices of another shape', { activeSeries: 1000, prices: 5 }, "'prices' of Workload.of was given 5; it takes an object of named values."],
  ['an unknown price', { activeSeries: 1000, prices: { gib: 1 } }, "'prices.gib' of Workload.of is not known; remove it, or use one of storedGibMonth, millionClassA, millionClassB, vcpuMonth, memoryGibMonth."],
])('tells of %s', (_, props, problem) => {
  expect(of(props).problems).toContain(problem);
});

test('tells of everything at once, and plans with defaults', () => {
  const workload = of({ activeSeries: 0, outage: 5, targets: NaN });
  expect(workload.problems).toHaveLength(3);
  expect(workload._load).toMatchObject({ activeSeries: 10_000, outage: 3600, targets: 10 });
});

test('never throws, and always yields a load of positive numbers', () => {
  const names = ['activeSeries', 'scrapeInterval', 'churnPerHour', 'outage', 'drain', 'targets', 'latency', 'latencyUnderLoad', 'prices', 'retentionRaw'];
  fc.assert(fc.property(fc.dictionary(fc.constantFrom(...names), fc.anything()), props => {
    const { prices, churnPerHour, queriesPerSecond, ...positive } = of(props)._load;
    for (const value of Object.values(positive)) expect(value > 0 && Number.isFinite(value)).toBe(true);
    for (const value of [churnPerHour, queriesPerSecond, ...Object.values(prices)]) expect(value >= 0 && Number.isFinite(value)).toBe(true);
  }));
});
