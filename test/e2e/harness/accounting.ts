import { generationOf, type Life, serialOf, timeOf } from '../generator/series';

/**
 * What was lost, by a definition that no outcome can flatter.
 *
 * A target counts for as long as its process ran, whether anybody scraped it or not; time during which nobody could reach it counts
 * only if the test does not excuse it by name. In that time every stretch of one scrape interval must hold a sample of each series that
 * Query returns in some copy, of any sender, with the right value. A stretch without one is **lost**, and it does not matter why: `unscraped`
 * when no sender asked (both were away), `undelivered` when the generator did answer somebody and Query has none of it.
 *
 * Apart from that each sender is held to its own account: every answer that it was given must be found. What is **missing** there is
 * not lost as long as its twin has the interval. (It no longer says anything where blocks were merged: of twins' samples the compactor
 * keeps one sender's at a time.)
 *
 * Values carry the serial number of the answer that they were given in (see generator/series.ts). A sample that fits no answer, or not
 * the time of its answer, is **wrong** and fills no interval.
 */

/** Samples of one series as one store has them; times in milliseconds since 1970, rising. */
export interface Copy {
  readonly labels: Readonly<Record<string, string>>;
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Why a target need not have been scraped for a while. */
export interface Excuse extends Span {
  readonly target: string;
  readonly reason: string;
}

/** What is accounted for. */
export interface AccountOptions {
  /** From when to when samples are counted. */
  readonly window: Span;
  /** Milliseconds between two scrapes. */
  readonly interval: number;
  /** What the generator remembers: the lives of each target. */
  readonly lives: Readonly<Record<string, Life[]>>;
  /** Times at which a target could not be reached. @default - none */
  readonly excuses?: Excuse[];
  /** Share of an interval by which a scrape may be late. @default 0.2 */
  readonly lateness?: number;
  /** Milliseconds by which the clocks of two nodes may differ. @default 1000 */
  readonly clockDifference?: number;
  /** Milliseconds after its start within which a target must have been discovered. @default 30000 */
  readonly discovery?: number;
}

/** Of one sender, by its address; in samples. */
export interface SenderAccount {
  /** What the generator answered to it. */
  answered: number;
  /** How much of that Query did not return. */
  missing: number;
}

/** In samples, unless said otherwise. */
export interface Account {
  /** Intervals of all series that must hold a sample. */
  expected: number;
  /** How many of them do. */
  present: number;
  /** How many do not. */
  lost: number;
  /** Of the lost, those that no sender asked for. */
  unscraped: number;
  /** Of the lost, those that the generator gave to some sender. */
  undelivered: number;
  /** Samples that fit no answer. */
  wrong: number;
  /** The first few of them, in words. */
  readonly wrongExamples: string[];
  /** Answers that one store has more than once. */
  duplicates: number;
  /** Seconds; the longest time that a series had no sample. */
  longestGap: number;
  readonly senders: Record<string, SenderAccount>;
  /** Samples looked at, all copies counted. */
  samples: number;
  /** Of these, those of answers that no life covers, such as the last ones of a process that was killed. */
  unremembered: number;
}

const EXAMPLES = 5;
const PROMETHEUS = /^Prometheus\//;

/** What is known of a target before any of its series is looked at. */
interface Target {
  readonly lives: Life[];
  readonly spans: Span[];
  /** Times of the answers, rising, and who got them. */
  readonly times: Float64Array;
  readonly senders: string[];
  /** Where in these an answer is, by its serial number. */
  readonly position: ReadonlyMap<number, number>;
  /** Series that were counted. */
  readonly counted: Set<number>;
}

/** Counts series by series, so that a long window needs no more memory than one series takes. */
export class Accounting {
  private readonly account: Account = {
    expected: 0, present: 0, lost: 0, unscraped: 0, undelivered: 0, wrong: 0, wrongExamples: [], duplicates: 0, longestGap: 0, senders: {},
    samples: 0, unremembered: 0,
  };

  private readonly targets = new Map<string, Target>();
  private readonly lateness: number;
  private readonly clockDifference: number;

  constructor(private readonly options: AccountOptions) {
    this.lateness = options.lateness ?? 0.2;
    this.clockDifference = options.clockDifference ?? 1000;
    for (const [name, lives] of Object.entries(options.lives)) this.targets.set(name, readTarget(name, lives, options));
  }

  /**
   * Counts one series of a target: all copies of it, none if Query knows none, from some intervals before the window to some after it.
   * @throws when it was counted before, or the target is not known
   */
  public add(targetName: string, index: number, copies: readonly Copy[]): void {
    const target = this.targets.get(targetName);
    if (!target || target.counted.has(index)) {
      throw new Error(`Series ${index} of '${targetName}' cannot be counted: ${target ? 'it was counted before' : `there are only ${[...this.targets.keys()].join(', ') || 'none'}`}.`);
    }
    target.counted.add(index);
    const seen = new Float64Array(target.times.length);
    copies.forEach(copy => this.read(target, index, copy, seen));
    this.countSenders(target, seen);
    this.countIntervals(target, seen);
  }

  /**
   * The outcome.
   * @throws when a series was not counted: a series that Query does not know at all must not pass for one without losses
   */
  public result(): Account {
    for (const [name, { lives, counted }] of this.targets) {
      if (counted.size !== lives[0].load.series) {
        throw new Error(`'${name}' has ${lives[0].load.series} series, but ${counted.size} were counted.`);
      }
    }
    return this.account;
  }

  /** Notes when each answer's sample is said to have been taken; 0 for those that are not there. */
  private read(target: Target, index: number, copy: Copy, seen: Float64Array): void {
    const inThisCopy = new Uint8Array(seen.length);
    this.account.samples += copy.times.length;
    for (let at = 0; at < copy.times.length; at++) {
      const [time, value] = [copy.times[at], copy.values[at]];
      const serial = serialOf(index, value);
      const position = serial === undefined ? undefined : target.position.get(serial);
      const problem = this.problem(target, index, copy.labels, time, serial);
      if (problem) {
        this.wrong(copy, at, problem);
      } else if (position === undefined) {
        this.account.unremembered++;
      } else if (inThisCopy[position]) {
        this.account.duplicates++;
      } else if (seen[position] !== 0 && seen[position] !== time) {
        this.wrong(copy, at, `another copy has it at ${text(seen[position])}`);
      } else {
        inThisCopy[position] = 1;
        seen[position] = time;
      }
    }
  }

  private problem({ lives, position }: Target, index: number, labels: Copy['labels'], time: number, serial?: number): string | undefined {
    if (serial === undefined) return 'no answer had this value in this series';
    const given = timeOf(serial);
    // A sample bears the time at which its scrape began, and an answer may come as late as the scrape waits for it.
    if (given < time - this.clockDifference || given > time + this.options.interval + this.clockDifference) return `the answer with this value was given at ${text(given)}`;
    const { load } = lives[0];
    if (index < load.churning && labels.generation !== generationOf(load, serial)) return 'its label \'generation\' is that of another time';
    // A process tells of an answer when it has left; the very last ones may be missing from what it told.
    const mustBeKnown = lives.some(({ started, now }) => given > started && given < now - this.clockDifference);
    return mustBeKnown && !position.has(serial) ? 'the generator gave no such answer' : undefined;
  }

  private wrong({ labels, times, values }: Copy, at: number, problem: string): void {
    this.account.wrong++;
    if (this.account.wrongExamples.length < EXAMPLES) {
      this.account.wrongExamples.push(`${JSON.stringify(labels)} has ${values[at]} at ${text(times[at])}: ${problem}.`);
    }
  }

  private countSenders({ times, senders }: Target, seen: Float64Array): void {
    const { from, to } = this.options.window;
    for (let position = firstAtLeast(times, from); position < times.length && times[position] < to; position++) {
      const sender = this.account.senders[senders[position]] ??= { answered: 0, missing: 0 };
      sender.answered++;
      if (seen[position] === 0) sender.missing++;
    }
  }

  private countIntervals(target: Target, seen: Float64Array): void {
    const times = seen.filter(time => time > 0).sort();
    for (const span of target.spans) {
      this.account.expected += Math.floor((span.to - span.from) / this.options.interval);
      for (let next = firstAtLeast(times, span.from); ; next++) {
        this.countGap(target, seen, span, times[next - 1], times[next]);
        if (!(times[next] < span.to)) break;
      }
    }
    this.account.present = this.account.expected - this.account.lost;
  }

  /** Counts what a span lacks between two samples in a row; undefined stands before the first of all, and after the last. */
  private countGap({ times }: Target, seen: Float64Array, span: Span, before?: number, after?: number): void {
    const inside = { from: Math.max(before ?? 0, span.from), to: Math.min(after ?? Infinity, span.to) };
    this.account.longestGap = Math.max(this.account.longestGap, (inside.to - inside.from) / 1000);
    const lost = before === undefined || after === undefined
      ? Math.floor((inside.to - inside.from) / this.options.interval)
      : this.scrapesBetween(before, after).filter(time => time >= span.from && time < span.to).length;
    if (lost === 0) return;
    let given = 0;
    for (let position = firstAtLeast(times, inside.from); position < times.length && times[position] < inside.to; position++) {
      if (seen[position] === 0) given++;
    }
    const undelivered = Math.min(lost, given);
    this.account.lost += lost;
    this.account.undelivered += undelivered;
    this.account.unscraped += lost - undelivered;
  }

  /** When there should have been scrapes between two that follow one another. */
  private scrapesBetween(before: number, after: number): number[] {
    const length = after - before;
    const scrapes = Math.max(0, Math.ceil(length / this.options.interval - this.lateness) - 1);
    return Array.from({ length: scrapes }, (_, number) => before + (number + 1) * length / (scrapes + 1));
  }
}

const text = (time: number): string => new Date(time).toISOString();

function readTarget(name: string, lives: Life[], { window, excuses = [], discovery = 30_000 }: AccountOptions): Target {
  const last = lives[lives.length - 1];
  if (last.stopped === undefined && last.now < window.to) {
    throw new Error(`'${name}' was last asked at ${text(last.now)}, before the window ends (${text(window.to)}); ask it again after its end.`);
  }
  if (lives.some(({ load }) => JSON.stringify(load) !== JSON.stringify(last.load))) {
    throw new Error(`'${name}' changed its load on the way; account for each load in a window of its own.`);
  }
  const answers = lives.flatMap(life => life.answers).filter(({ userAgent }) => PROMETHEUS.test(userAgent)).sort((one, other) => one.serial - other.serial);
  const spans = lives
    .map(({ started, stopped, now }) => ({ from: Math.max(window.from, started + discovery), to: Math.min(window.to, stopped ?? now) }))
    .flatMap(span => without(span, excuses.filter(({ target }) => target === name)));
  return {
    lives,
    spans,
    times: Float64Array.from(answers, ({ serial }) => timeOf(serial)),
    senders: answers.map(({ sender }) => sender),
    position: new Map(answers.map(({ serial }, position) => [serial, position])),
    counted: new Set(),
  };
}

/** What is left of a span when others are cut out of it. */
function without(span: Span, holes: readonly Span[]): Span[] {
  return holes.reduce<Span[]>((left, hole) => left.flatMap(({ from, to }) => [
    { from, to: Math.min(to, hole.from) },
    { from: Math.max(from, hole.to), to },
  ]).filter(({ from, to }) => from < to), [span]).filter(({ from, to }) => from < to);
}

/** Position of the first number that is not below another, in a rising list. */
function firstAtLeast(times: Float64Array, least: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (times[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
