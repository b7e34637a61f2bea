import { ceil } from './arithmetic';
import { DAY, HOUR, MINUTE } from './constants';
import { FigureUnit } from './figure';
import { Load, LoadPrices } from './load';
import { calc, Calculated } from './sheet';

/** Values of a workload that have been settled so far, in base units. */
export type Settled = Readonly<Record<string, number>>;

/** A bound of an input: a number, or what another input was settled to. */
type Bound = number | ((settled: Settled) => { name: string; value: number });

/** One thing that a user may state about a workload. */
export interface Input {
  readonly unit: FigureUnit;
  /** Whether it is stated as a `Duration`. */
  readonly duration?: boolean;
  /** Whether it must be a whole number. */
  readonly whole?: boolean;
  readonly least: Bound;
  readonly most: Bound;
  /** What stands in for it if it is not stated, or wrong. */
  readonly fallback: (settled: Settled) => Calculated;
  /** Whether it must be stated. */
  readonly required?: boolean;
  readonly reason: string;
  /** What a user can do about a wrong value. */
  readonly advice: string;
}

const { COUNT, SERIES, SECONDS, RATIO, BYTES, USD } = FigureUnit;
const derivation = (value: number) => () => ({ value, how: calc`${{ default: value }}` });
const from = (name: string, settled: Settled) => ({ name, value: settled[name] });

/** The outage may be this many times longer than the drain: above it, the fleet would send more than 13 times its flow. */
const CATCH_UP = 12;

/** What the retentions of both downsampled resolutions share. */
const COARSER_RETENTION: Omit<Input, 'advice'> = {
  unit: SECONDS,
  duration: true,
  least: DAY,
  most: 3650 * DAY,
  fallback: ({ retentionRaw }) => ({ value: retentionRaw, how: calc`${{ retentionRaw }}` }),
  reason: 'As long as raw, so that every graph can be zoomed in; unequal ones leave holes that are hard to explain.',
};

/** What a workload is made of; later rows may lean on earlier ones. */
export const INPUTS: Readonly<Record<Exclude<keyof Load, 'totalSeries' | 'samplesPerSecond' | 'prices'>, Input>> = {
  activeSeries: {
    unit: SERIES,
    whole: true,
    required: true,
    least: 1,
    most: 1e10,
    fallback: derivation(10_000),
    reason: 'Series that all scrape jobs have at the same time, those of the platform itself left out; almost every figure grows with them.',
    advice: 'State how many series are active at once, as the sum of `prometheus_tsdb_head_series` of your servers shows it',
  },
  scrapeInterval: {
    unit: SECONDS,
    duration: true,
    least: 1,
    most: 5 * MINUTE,
    fallback: derivation(30),
    reason: 'Half a minute shows what dashboards and alerts of services need, at half the cost of 15 s.',
    advice: 'State the usual interval; above 5 minutes PromQL loses sight of a series between two scrapes',
  },
  churnPerHour: {
    unit: RATIO,
    least: 0,
    most: 10,
    fallback: derivation(0.05),
    reason: 'One in twenty series is new each hour if every pod is replaced about once a day.',
    advice: 'State the share of the active series that is replaced in an hour, 0.05 for one in twenty',
  },
  outage: {
    unit: SECONDS,
    duration: true,
    least: MINUTE,
    most: DAY,
    fallback: derivation(HOUR),
    reason: 'The longest time without a ring, or without its bucket, after which no sample may be missing.',
    advice: 'Senders hold the backlog on disk and in late-sample windows of the ring, which is not meant for days',
  },
  drain: {
    unit: SECONDS,
    duration: true,
    least: ({ outage }) => ({ name: `outage ÷ ${CATCH_UP}`, value: outage / CATCH_UP }),
    most: DAY,
    fallback: ({ outage }) => ({ value: Math.max(30 * MINUTE, outage / 2), how: calc`max(${{ default: 30 * MINUTE }}, ${{ outage }} ÷ 2)` }),
    reason: 'The time to catch up after it; half the outage makes the senders send three times their flow.',
    advice: 'Grant more time, or state a shorter outage: the ring has to bear (1 + outage ÷ drain) times the usual flow',
  },
  retentionRaw: {
    unit: SECONDS,
    duration: true,
    least: DAY,
    most: 3650 * DAY,
    fallback: derivation(30 * DAY),
    reason: 'A month answers what changed since the last release, and the report of a month; it always ends, so the bucket does too.',
    advice: 'State how long every sample is kept; keeping for ever is not offered',
  },
  retention5m: {
    ...COARSER_RETENTION,
    advice: 'State how long samples of 5 minutes are kept',
  },
  retention1h: {
    ...COARSER_RETENTION,
    advice: 'State how long samples of 1 hour are kept',
  },
  bytesPerSample: {
    unit: BYTES,
    least: 0.1,
    most: 100,
    fallback: derivation(1.92),
    reason: 'Chunks and index of a block of two weeks: 0.7 to 1.5 measured, and up to 2 by the docs of Prometheus; native histograms need more.',
    advice: 'State the bytes of a block divided by its samples, both in its meta.json',
  },
  targets: {
    unit: COUNT,
    whole: true,
    least: 1,
    most: settled => from('activeSeries', settled),
    fallback: ({ activeSeries }) => ({ value: ceil(activeSeries / 1000), how: calc`ceil(${{ activeSeries }} ÷ 1000)` }),
    reason: 'A usual target exposes some hundreds to a few thousand series.',
    advice: 'State how many targets are scraped; each has at least one series',
  },
  largestTargetSeries: {
    unit: SERIES,
    whole: true,
    least: 1,
    most: settled => from('activeSeries', settled),
    fallback: ({ activeSeries, targets }) => ({
      value: ceil(Math.max(activeSeries / targets, Math.min(activeSeries / 4, 250_000))),
      how: calc`ceil(max(${{ activeSeries }} ÷ ${{ targets }}, min(${{ activeSeries }} ÷ 4, 250000)))`,
    }),
    reason: 'A target is scraped by one sender whole; kube-state-metrics of a large cluster is usually the largest.',
    advice: 'State the `scrape_samples_scraped` of your largest target',
  },
  queriesPerSecond: {
    unit: RATIO,
    least: 0,
    most: 1e5,
    fallback: derivation(2),
    reason: 'Forty dashboard panels that refresh every 20 seconds.',
    advice: 'State how many queries a second people and rules ask',
  },
  queryRange: {
    unit: SECONDS,
    duration: true,
    least: MINUTE,
    most: 3650 * DAY,
    fallback: derivation(DAY),
    reason: 'The time that a usual query looks back.',
    advice: 'State the time that a usual query looks back',
  },
  concurrentQueries: {
    unit: COUNT,
    whole: true,
    least: 1,
    most: 1e5,
    fallback: ({ queriesPerSecond }) => ({ value: Math.max(4, ceil(queriesPerSecond * 2)), how: calc`max(4, ceil(${{ queriesPerSecond }} × 2))` }),
    reason: 'Queries at work at the same time, if each takes two seconds.',
    advice: 'State how many queries are at work at the same time',
  },
  latency: {
    unit: SECONDS,
    duration: true,
    least: 0.001,
    most: 10,
    fallback: derivation(0.1),
    reason: 'Mean time of one remote-write request, across a zone and with a quorum of writes.',
    advice: 'State the mean of `prometheus_remote_storage_sent_batch_duration_seconds`',
  },
  latencyUnderLoad: {
    unit: SECONDS,
    duration: true,
    least: settled => from('latency', settled),
    most: 30,
    fallback: ({ latency }) => ({ value: Math.round(3000 * latency) / 1000, how: calc`3 × ${{ latency }}` }),
    reason: 'Time of a request while all senders catch up.',
    advice: 'State the 99th percentile of `prometheus_remote_storage_sent_batch_duration_seconds`, which is not below the mean',
  },
};

const price = (value: number, reason: string): Input => ({
  unit: USD, least: 0, most: 1e6, fallback: derivation(value), reason, advice: 'State the price in US dollars',
});

/** Prices, as Amazon S3 Standard has them in us-east-1 where there is a default. */
export const PRICE_INPUTS: Readonly<Record<keyof LoadPrices, Input>> = {
  storedGibMonth: price(0.023, 'One GiB stored for a month.'),
  millionClassA: price(5, 'A million PUT and LIST requests.'),
  millionClassB: price(0.4, 'A million GET and HEAD requests.'),
  vcpuMonth: price(0, 'One core for a month; at 0 the plan leaves it out.'),
  memoryGibMonth: price(0, 'One GiB of memory for a month; at 0 the plan leaves it out.'),
};
