import type { Duration } from 'cdk8s';
import { SOURCE } from './constants';
import { Figure } from './figure';
import { formatValue } from './format';
import { Load } from './load';
import { planPlatformSeries } from './platform-series';
import { calc, Sheet } from './sheet';
import { Input, INPUTS, PRICE_INPUTS, Settled } from './workload-inputs';
import { having, isRecord } from '../core/fields';
import { seconds } from '../core/units';

/** Prices in US dollars. */
export interface Prices {
  /**
   * One GiB in the bucket for a month.
   * @default 0.023, Amazon S3 Standard in us-east-1
   */
  readonly storedGibMonth?: number;
  /**
   * A million requests that write or list (PUT, LIST).
   * @default 5, Amazon S3 Standard in us-east-1
   */
  readonly millionClassA?: number;
  /**
   * A million requests that read (GET, HEAD).
   * @default 0.4, Amazon S3 Standard in us-east-1
   */
  readonly millionClassB?: number;
  /**
   * One core for a month.
   * @default 0, the plan leaves the cost of pods out
   */
  readonly vcpuMonth?: number;
  /**
   * One GiB of memory for a month.
   * @default 0, the plan leaves the cost of pods out
   */
  readonly memoryGibMonth?: number;
}

/** What is known of a workload. Only `activeSeries` must be stated. */
export interface WorkloadProps {
  /**
   * Series that all scrape jobs have at the same time, one replica counted, as the sum of `scrape_samples_post_metric_relabeling` or of
   * `prometheus_tsdb_head_series` shows it.
   *
   * The jobs of the cluster itself count, as `MonitoringStack` adds them: about 4,500 for each API server, 1,100 for each node and 25 for
   * each container, as measured on Kubernetes 1.34 (without `defaultMetricRelabelings` 30,600, 2,500 and 120). The platform's own
   * programs do not: a stack that scrapes them adds their series by itself, see `platformSeries` of its plan.
   */
  readonly activeSeries: number;
  /**
   * Usual time between two scrapes of a target, 1 second to 5 minutes.
   * @default Duration.seconds(30)
   */
  readonly scrapeInterval?: Duration;
  /**
   * Share of the active series that is replaced in an hour by new ones.
   * @default 0.05, as if every pod were replaced about once a day
   */
  readonly churnPerHour?: number;
  /**
   * Longest outage of the ring or its bucket after which no sample may be missing, 1 minute to 24 hours.
   * @default Duration.hours(1)
   */
  readonly outage?: Duration;
  /**
   * Time in which senders have to catch up after that outage, at least a twelfth of it.
   * @default - half the outage, at least 30 minutes
   */
  readonly drain?: Duration;
  /**
   * How long samples are kept as scraped.
   * @default Duration.days(30)
   */
  readonly retentionRaw?: Duration;
  /**
   * How long samples of 5 minutes are kept.
   * @default - `retentionRaw`
   */
  readonly retention5m?: Duration;
  /**
   * How long samples of 1 hour are kept.
   * @default - `retentionRaw`
   */
  readonly retention1h?: Duration;
  /**
   * Bytes of a sample in a compacted block, its share of the index included.
   * @default 1.92, on the safe side: 0.7 (metrics of Go programs) to 1.5 (mixed counters, gauges and histograms) were measured on blocks of two weeks
   */
  readonly bytesPerSample?: number;
  /**
   * Targets that are scraped.
   * @default - one for each 1000 active series
   */
  readonly targets?: number;
  /**
   * Series of the largest target, which one sender has to take whole.
   * @default - a quarter of the active series, at most 250,000, at least the mean of a target
   */
  readonly largestTargetSeries?: number;
  /**
   * Queries a second, rules included.
   * @default 2
   */
  readonly queriesPerSecond?: number;
  /**
   * How far a usual query looks back.
   * @default Duration.days(1)
   */
  readonly queryRange?: Duration;
  /**
   * Queries at work at the same time.
   * @default - two for each query a second, at least 4
   */
  readonly concurrentQueries?: number;
  /**
   * Mean time of a remote-write request.
   * @default Duration.millis(100)
   */
  readonly latency?: Duration;
  /**
   * Time of a remote-write request while all senders catch up.
   * @default - three times `latency`
   */
  readonly latencyUnderLoad?: Duration;
  /**
   * Prices that the plan's costs are reckoned with.
   * @default - Amazon S3 Standard in us-east-1, pods left out
   */
  readonly prices?: Prices;
}

/** What a platform is planned for. */
export class Workload {
  /**
   * A workload from what is known of it.
   *
   * Never throws: what is wrong with the props stands in `problems`, with defaults in its place, so that all that is
   * wrong with a platform can be reported at once.
   */
  public static of(props: WorkloadProps): Workload {
    const reading = new Reading();
    const values = reading.read('', INPUTS, props, ['prices']);
    const prices = reading.read('prices.', PRICE_INPUTS, props?.prices === undefined ? {} : props.prices, []);
    const { activeSeries, scrapeInterval } = values;
    const load = { ...values, totalSeries: activeSeries, samplesPerSecond: activeSeries / scrapeInterval, prices };
    return new Workload(reading.problems, load, reading.figures);
  }

  private constructor(
    /** Everything that is wrong with what was stated, in full sentences; empty if all is well. */
    public readonly problems: string[],
    /** @internal */
    public readonly _load: Load,
    /**
     * What was stated and what was assumed, as figures of the plan.
     * @internal
     */
    public readonly _figures: Figure[],
  ) {}

  /**
   * The same workload on a platform that scrapes its own programs too, or does not.
   * @internal
   */
  public _onPlatform(selfMonitoring: boolean): Workload {
    const { load, figures } = planPlatformSeries(this._load, selfMonitoring);
    return new Workload(this.problems, load, [...this._figures, ...figures]);
  }
}

const CALLER = 'Workload.of';

/** Reads what was stated against the table of inputs. */
class Reading {
  public readonly problems: string[] = [];
  public readonly figures: Figure[] = [];

  /** Settles every input of a table, in its order. */
  public read<K extends string>(prefix: string, inputs: Readonly<Record<K, Input>>, stated: unknown, others: string[]): Record<K, number> {
    const props = this.asRecord(prefix, stated);
    this.refuseUnknown(prefix, Object.keys(props), [...Object.keys(inputs), ...others]);
    const settled: Record<string, number> = {};
    for (const [name, input] of Object.entries<Input>(inputs)) {
      const value = this.check(prefix + name, input, props[name], settled);
      // What must be stated has no default that it could be compared with.
      const fallback = input.required && value !== undefined ? { value, how: calc`${{ [name]: value }}` } : input.fallback(settled);
      const sheet = new Sheet<string>('workload', { [prefix + name]: value });
      const source = value === undefined ? SOURCE.default : SOURCE.given;
      settled[name] = sheet.figure(prefix + name, { unit: input.unit, ...fallback, reason: input.reason, source });
      this.figures.push(...sheet.figures);
    }
    return settled as Record<K, number>;
  }

  private asRecord(prefix: string, stated: unknown): Record<string, unknown> {
    if (isRecord(stated)) return stated;
    const what = prefix === '' ? CALLER : `'${prefix.slice(0, -1)}' of ${CALLER}`;
    this.problems.push(`${what} was given ${show(stated)}; it takes an object of named values.`);
    return {};
  }

  private refuseUnknown(prefix: string, names: string[], known: string[]): void {
    for (const name of names.filter(candidate => !known.includes(candidate))) {
      this.problems.push(`'${prefix}${name}' of ${CALLER} is not known; remove it, or use one of ${known.join(', ')}.`);
    }
  }

  /** The value in base units, or undefined if it is not stated or wrong. */
  private check(name: string, input: Input, stated: unknown, settled: Settled): number | undefined {
    if (stated === undefined && !input.required) return undefined;
    const value = input.duration ? secondsOf(stated) : stated;
    const least = bound(input.least, settled);
    const most = bound(input.most, settled);
    const right = typeof value === 'number' && value >= least.value && value <= most.value && (!input.whole || Number.isInteger(value));
    if (right) return value;
    const kind = input.duration ? 'a Duration' : input.whole ? 'a whole number' : 'a number';
    const given = input.duration && typeof value === 'number' ? formatValue(value, input.unit) : show(stated);
    this.problems.push(`'${name}' of ${CALLER} is ${given}; it must be ${kind} from ${text(least, input)} to ${text(most, input)}. ${input.advice}.`);
    return undefined;
  }
}

/** Undefined for what is no Duration, or has parts of a millisecond. */
function secondsOf(stated: unknown): number | undefined {
  try {
    return seconds(stated as Duration);
  } catch {
    return undefined;
  }
}

function bound(of: Input['least'], settled: Settled): { value: number; name?: string } {
  return typeof of === 'number' ? { value: of } : of(settled);
}

function text({ value, name }: { value: number; name?: string }, { unit }: Input): string {
  return name === undefined ? formatValue(value, unit) : `${formatValue(value, unit)} (${name})`;
}

function show(stated: unknown): string {
  if (typeof stated === 'string') return `'${stated}'`;
  if (typeof stated === 'object' && stated !== null) return Array.isArray(stated) ? 'an array' : 'an object';
  return String(stated);
}

/** The row of a prop that is a workload. */
export const workloadField = () => having<Workload>('a Workload, e.g. Workload.of({ activeSeries: 100_000 })', '_load', ({ problems }) => Array.isArray(problems));
