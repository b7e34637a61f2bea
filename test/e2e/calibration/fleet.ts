import { encodeLabels, encodeRequest, send, SeriesSamples } from './remote-write';
import { seriesOfTarget, SERIES_PER_TARGET, targetLabels, Values } from './series';

/** What is written, and where to. */
export interface Feed {
  readonly url: string;
  readonly tenant?: string;
}

/** A stretch of time that is written as fast as it is taken. */
export interface Stretch {
  /** Milliseconds since 1970 of the first sample. */
  readonly start: number;
  /** Milliseconds between two samples of a series. */
  readonly interval: number;
  /** Samples of each series. */
  readonly samples: number;
  /** Samples of each series in one request: all series come up to one time before any goes on. */
  readonly slice: number;
}

const KINDS = seriesOfTarget().map(({ kind }) => kind);
/** Requests under way at once. */
const PARALLEL = 3;

/** Targets whose series are written without a sender, to fill a TSDB in little time. */
export class Fleet {
  private readonly labels: Buffer[][];
  private readonly values: Values[];

  constructor(public readonly targets: number, first: number = 0) {
    const numbers = Array.from({ length: targets }, (_, index) => first + index);
    this.labels = numbers.map(target => seriesOfTarget().map(series => encodeLabels({ ...series.labels, ...targetLabels(target) })));
    this.values = numbers.map(target => new Values(KINDS, target + 1));
  }

  public get series(): number {
    return this.targets * SERIES_PER_TARGET;
  }

  /** Writes a stretch of time as fast as it is taken; every feed gets the same samples. */
  public async backfill(feeds: readonly Feed[], { start, interval, samples, slice }: Stretch): Promise<void> {
    for (let from = 0; from < samples; from += slice) {
      const length = Math.min(slice, samples - from);
      await this.eachTarget(async target => {
        const body = encodeRequest(this.advance(target, length, start + from * interval, interval));
        for (const { url, tenant } of feeds) await send(url, body, tenant);
      });
    }
  }

  /** Writes a sample of each series every so often, evenly over the time, as senders do; the samples written to each feed. */
  public async live(feeds: readonly Feed[], interval: number, duration: number): Promise<number> {
    const end = Date.now() + duration;
    let written = 0;
    for (let round = Date.now(); round < end; round += interval) {
      for (let target = 0; target < this.targets; target += TARGETS_PER_BATCH) {
        await until(round + interval * target / this.targets);
        const together = Array.from({ length: Math.min(TARGETS_PER_BATCH, this.targets - target) }, (_, index) => target + index);
        const body = encodeRequest(together.flatMap(one => this.advance(one, 1, round, interval)));
        await Promise.all(feeds.map(({ url, tenant }) => send(url, body, tenant)));
        written += together.length * SERIES_PER_TARGET;
      }
      await until(round + interval);
    }
    return written;
  }

  private async eachTarget(work: (target: number) => Promise<void>): Promise<void> {
    let next = 0;
    await Promise.all(Array.from({ length: PARALLEL }, async () => {
      for (let target = next++; target < this.targets; target = next++) await work(target);
    }));
  }

  private advance(target: number, samples: number, start: number, step: number): SeriesSamples[] {
    const values = this.values[target];
    const series = this.labels[target].map((labels): SeriesSamples & { values: Float64Array } => ({ labels, values: new Float64Array(samples), start, step }));
    for (let sample = 0; sample < samples; sample++) {
      values.step();
      for (let i = 0; i < series.length; i++) series[i].values[sample] = values.current[i];
    }
    return series;
  }
}

/** Targets whose samples make a request of 2000, as Prometheus' default. */
const TARGETS_PER_BATCH = 2000 / SERIES_PER_TARGET;

/** Waits until a time, milliseconds since 1970. */
export function until(time: number): Promise<void> {
  const left = time - Date.now();
  return left <= 0 ? Promise.resolve() : new Promise(resolve => setTimeout(resolve, left));
}
