import type { TestConfig, ReadTarget } from './config';
import { inheritedRuns, judgeAggregates, judgeSamples, type Verdict, type Window } from './judge';
import type { Metrics } from './metrics';
import { type Answer, ask } from './query';
import { reasonOf } from './remote-write';
import { alignDown, commonLabels } from './series';
import type { Writer } from './writer';
import type { Log } from '../../core/program/log';

/** Milliseconds of samples that one query reads at most, when many have to be caught up with: every copy of them comes apart. */
const LONGEST_WINDOW = 900_000;
/** Downsampled points that one query reads at most. */
const MOST_POINTS = 12;

const UNITS = [['d', 86_400], ['h', 3600], ['m', 60], ['s', 1]] as const;

/** `108000` → `30h`: in the largest unit that divides it. */
export function durationText(seconds: number): string {
  const [unit, size] = UNITS.find(([, own]) => seconds % own === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}

/** Samples that are read, and since when they are waited for because not all were there. */
interface Unfinished extends Window {
  readonly since: number;
}

/** What a read has found. */
interface Reading {
  readonly verdict: Verdict;
  readonly warnings: readonly string[];
  /** Of downsampled points: the serial number that each series has come to. */
  readonly last?: ReadonlyMap<number, number>;
}

/** Reads every sample once when it has a certain age, and compares it with what was written. */
export class Reader {
  private readonly labels: Record<string, string>;
  private readonly step: number;
  private done: number;
  private unfinished?: Unfinished;
  private last: ReadonlyMap<number, number> = new Map();

  constructor(
    private readonly config: TestConfig, private readonly target: ReadTarget, private readonly writer: Writer, private readonly metrics: Metrics,
    private readonly log: Log, now: number,
  ) {
    this.labels = { age: durationText(target.age), resolution: target.resolution === 0 ? 'raw' : durationText(target.resolution) };
    this.step = 1000 * (target.resolution || config.interval);
    this.done = alignDown(now - target.age * 1000, this.step);
    ['complete', 'incomplete', 'failed'].forEach(result => metrics.reads.add({ ...this.labels, result }, 0));
    [metrics.checked, metrics.lost, metrics.mergedAway, metrics.wrong].forEach(metric => metric.add(this.labels, 0));
  }

  /** Up to when samples have been read; milliseconds. */
  public get position(): number {
    return this.done;
  }

  /** Reads what has come of age. */
  public async read(now: number): Promise<void> {
    const window = this.unfinished ?? this.nextWindow(now);
    this.metrics.position.set(this.labels, this.done / 1000);
    if (!window) {
      return;
    }
    const start = performance.now();
    try {
      this.conclude(now, window, this.target.resolution === 0 ? await this.readSamples(window) : await this.readAggregates(window));
    } catch (error) {
      this.count('failed');
      this.log('warn', 'read failed', { ...this.labels, ...asText(window), why: reasonOf(error) });
    }
    this.metrics.readDuration.observe(this.labels, (performance.now() - start) / 1000);
  }

  private nextWindow(now: number): Window | undefined {
    const from = this.done + this.step;
    const longest = this.target.resolution === 0 ? Math.max(LONGEST_WINDOW, this.config.checkInterval * 1000) : MOST_POINTS * this.step;
    const to = Math.min(alignDown(now - this.target.age * 1000, this.step), this.done + alignDown(longest, this.step), this.writer.decided);
    return to < from ? undefined : { from, to: alignDown(to, this.step) };
  }

  /** Samples that were not found may still come: a store may be on its way back. Only what stays away is lost. */
  private conclude(now: number, window: Window, { verdict, warnings, last = this.last }: Reading): void {
    const { checked, lost, mergedAway, wrong } = verdict;
    this.count(lost + wrong > 0 ? 'incomplete' : 'complete');
    if (lost + wrong > 0) {
      const { since } = this.unfinished ?? { since: now };
      this.unfinished = { ...window, since };
      const sure = warnings.length === 0 && now - since >= this.config.confirmLossAfter * 1000;
      this.log(sure ? 'error' : 'warn', sure ? 'samples are lost' : 'samples are missing', { ...this.labels, ...asText(window), checked, lost, wrong, warnings: warnings.join('; ') });
      if (!sure) {
        return;
      }
    }
    this.unfinished = undefined;
    this.done = window.to;
    this.last = last;
    this.metrics.checked.add(this.labels, checked);
    this.metrics.lost.add(this.labels, lost);
    this.metrics.mergedAway.add(this.labels, mergedAway);
    this.metrics.wrong.add(this.labels, wrong);
    this.metrics.position.set(this.labels, this.done / 1000);
  }

  /** Copies apart: where Query merges them, it leaves out samples that some of them have. */
  private async readSamples(window: Window): Promise<Reading> {
    const interval = this.step;
    const { mergeGap } = this.target;
    const begin = window.from - mergeGap * interval;
    // One sample more: it tells that the last is not the last of its run.
    const end = window.to + (mergeGap + 1) * interval;
    const { found, warnings } = await ask(this.config, 'query', {
      query: `${this.selector}[${end - begin + 1}ms]`, time: String(end / 1000), max_source_resolution: '0s', dedup: 'false',
    });
    const runs = [...inheritedRuns(found, this.writer.first, interval), ...this.writer.runs];
    return { verdict: judgeSamples(window, runs, found, { interval, series: this.config.series, mergeGap }), warnings };
  }

  private async readAggregates({ from, to }: Window): Promise<Reading> {
    const range = durationText(this.target.resolution);
    // The compactor writes a point at the last millisecond of its time.
    const pointAt = (time: number) => time - 1;
    const of = (aggregate: string): Promise<Answer> => ask(this.config, 'query_range', {
      query: `${aggregate}_over_time(${this.selector}[${range}])`,
      start: String(pointAt(from - this.step) / 1000),
      end: String(pointAt(to) / 1000),
      step: String(this.target.resolution),
      max_source_resolution: range,
      dedup: 'true',
    });
    const [sum, min, max] = await Promise.all([of('sum'), of('min'), of('max')]);
    const last = new Map(this.last);
    const verdict = judgeAggregates(pointAt(from), { sum: sum.found, min: min.found, max: max.found }, this.target.mergeGap, last);
    return { verdict, warnings: [sum, min, max].flatMap(({ warnings }) => warnings), last };
  }

  private get selector(): string {
    const { __name__: name, ...labels } = commonLabels(this.config);
    return `${name}{${Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',')}}`;
  }

  private count(result: string): void {
    this.metrics.reads.add({ ...this.labels, result }, 1);
  }
}

const asText = ({ from, to }: Window) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
