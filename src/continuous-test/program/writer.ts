import type { TestConfig } from './config';
import type { Metrics } from './metrics';
import { type Outcome, send, type TimeSeries } from './remote-write';
import { alignDown, commonLabels, SERIES, valueOf } from './series';
import type { Log } from '../../core/program/log';

/** Samples without a gap, from one time to another, both included; milliseconds. */
export interface Run {
  readonly since: number;
  readonly until: number;
}

/** Milliseconds between two tries of a request that failed. */
const RETRY_DELAY = 5_000;

/**
 * Writes one sample of each series at every whole multiple of the interval, in order. What the receiver does not accept is tried
 * again, as a sender would; what it refuses, or does not accept for too long, ends the run, so that nobody looks for it.
 *
 * A request has the samples of one time only, and the next one waits for its answer: a member of the ring that took part of a request
 * that failed has nothing newer then, and takes the same samples once more, even without an out-of-order window.
 */
export class Writer {
  /** The first sample of this process. A sample of that time cannot be of the process before. */
  public readonly first: number;
  private readonly interval: number;
  private readonly accepted: Run[] = [];
  private since: number;
  private next: number;

  constructor(private readonly config: TestConfig, private readonly metrics: Metrics, private readonly log: Log, now: number) {
    this.interval = config.interval * 1000;
    this.first = alignDown(now, this.interval) + this.interval;
    this.since = this.first;
    this.next = this.first;
    (['accepted', 'failed', 'refused'] as const).forEach(result => metrics.writes.add({ result }, 0));
    metrics.written.add({}, 0);
    metrics.unwritten.add({}, 0);
  }

  /** Up to when it is decided which samples were accepted. */
  public get decided(): number {
    return this.next - this.interval;
  }

  /** What was accepted by this process. */
  public get runs(): readonly Run[] {
    return this.accepted;
  }

  /** Forgets runs that ended before a time. */
  public forget(before: number): void {
    this.accepted.splice(0, this.accepted.findIndex(({ until }) => until >= before));
  }

  /** Sends what is due, the samples of one time in one request. Returns the milliseconds until there is more to do. */
  public async write(now: number): Promise<number> {
    this.giveUp(now);
    this.metrics.writeDelay.set({}, Math.max(0, now - this.next) / 1000);
    if (now < this.next) {
      return this.next - now;
    }
    const start = performance.now();
    const outcome = await send(this.config.writeUrl, this.config.headers, this.config.timeout, this.samples());
    this.metrics.writeDuration.observe({}, (performance.now() - start) / 1000);
    this.metrics.writes.add({ result: outcome.result }, 1);
    this.settle(outcome);
    return outcome.result === 'failed' ? Math.min(RETRY_DELAY, this.interval) : Math.max(0, this.next - now);
  }

  private settle(outcome: Outcome): void {
    if (outcome.result === 'accepted') {
      this.metrics.written.add({}, this.config.series);
      this.extendRun();
      this.next += this.interval;
      return;
    }
    this.log('warn', `write ${outcome.result}`, { time: new Date(this.next).toISOString(), why: outcome.why });
    if (outcome.result === 'refused') {
      this.skipTo(this.next + this.interval);
    }
  }

  private extendRun(): void {
    if (this.accepted.at(-1)?.since === this.since) {
      this.accepted.pop();
    }
    this.accepted.push({ since: this.since, until: this.next });
  }

  private giveUp(now: number): void {
    const oldest = alignDown(now - this.config.backlog * 1000, this.interval);
    if (this.next < oldest) {
      this.log('error', 'samples were not accepted for too long', { from: new Date(this.next).toISOString(), to: new Date(oldest).toISOString() });
      this.skipTo(oldest);
    }
  }

  /** Begins a new run. */
  private skipTo(time: number): void {
    this.metrics.unwritten.add({}, (time - this.next) / this.interval * this.config.series);
    this.next = time;
    this.since = time;
  }

  private samples(): TimeSeries[] {
    const serial = (this.next - this.since) / this.interval;
    return Array.from({ length: this.config.series }, (_, index) => ({
      labels: { ...commonLabels(this.config), [SERIES]: String(index) }, time: this.next, value: valueOf(index, serial),
    }));
  }
}
