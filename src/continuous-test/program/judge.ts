import type { Values } from './query';
import { serialOf, valueOf } from './series';
import type { Run } from './writer';

/** How many samples were looked for, and what became of those that were not as they should be. */
export interface Verdict {
  readonly checked: number;
  /** Not there. */
  readonly lost: number;
  /** Not there either, but so few at a time as the merging of copies leaves out. */
  readonly mergedAway: number;
  /** There with another value. */
  readonly wrong: number;
}

/** Times of samples, both included; milliseconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * Runs that an earlier process has written, as the samples themselves tell. The newest sample of a run is left out: the process may
 * have ended before its request was answered. Of two runs that contradict each other, that which fewer samples tell of comes first.
 */
export function inheritedRuns(found: ReadonlyMap<number, Values>, before: number, interval: number): Run[] {
  const runs = new Map<number, { since: number; until: number; votes: number }>();
  for (const [index, values] of found) {
    for (const [time, value] of values) {
      const serial = serialOf(index, value);
      if (serial !== undefined && time < before) {
        const since = time - serial * interval;
        const { until, votes } = runs.get(since) ?? { until: 0, votes: 0 };
        runs.set(since, { since, until: Math.max(until, time - interval), votes: votes + 1 });
      }
    }
  }
  return [...runs.values()].sort((a, b) => a.votes - b.votes);
}

/** The samples that must be there, as serial numbers by their time, rising; where two runs overlap, the later in the list is right. */
function expectedIn({ from, to }: Window, runs: readonly Run[], interval: number): Map<number, number> {
  const expected = new Map<number, number>();
  for (const { since, until } of runs) {
    for (let time = Math.max(from, since); time <= Math.min(to, until); time += interval) {
      expected.set(time, (time - since) / interval);
    }
  }
  return new Map([...expected].sort(([one], [other]) => one - other));
}

/** What the samples of a test are like. */
export interface Shape {
  readonly interval: number;
  readonly series: number;
  /** Samples in a row that the merging of copies may have left out; a longer gap is a loss, all of it. */
  readonly mergeGap: number;
}

/** Compares each sample with what was written. So many samples around the window as make a gap must be there too, to tell how long one is. */
export function judgeSamples(window: Window, runs: readonly Run[], found: ReadonlyMap<number, Values>, { interval, series, mergeGap }: Shape): Verdict {
  const margin = mergeGap * interval;
  const expected = expectedIn({ from: window.from - margin, to: window.to + margin }, runs, interval);
  const isInside = (time: number) => time >= window.from && time <= window.to;
  const times = [...expected.keys()];
  const total = { checked: times.filter(isInside).length * series, lost: 0, mergedAway: 0, wrong: 0 };
  for (let index = 0; index < series; index++) {
    const values = found.get(index);
    for (const gap of gapsIn(times, values)) {
      total[gap.length > mergeGap ? 'lost' : 'mergedAway'] += gap.filter(isInside).length;
    }
    total.wrong += times.filter(time => isInside(time) && values?.has(time) && values.get(time) !== valueOf(index, expected.get(time)!)).length;
  }
  return total;
}

/** The times at which nothing is, those in a row together. */
function gapsIn(times: readonly number[], values?: Values): number[][] {
  const gaps: number[][] = [];
  let gap: number[] | undefined;
  for (const time of times) {
    if (values?.has(time)) {
      gap = undefined;
    } else if (gap) {
      gap.push(time);
    } else {
      gap = [time];
      gaps.push(gap);
    }
  }
  return gaps;
}

/** Sum, least and greatest of the values around each downsampled point. */
export interface Aggregates {
  readonly sum: ReadonlyMap<number, Values>;
  readonly min: ReadonlyMap<number, Values>;
  readonly max: ReadonlyMap<number, Values>;
}

/** The samples of a downsampled point, and those that are missing before it: their least and greatest serial number, and the sum of their values. */
interface Point {
  readonly first: number;
  readonly last: number;
  readonly sum: number;
}

/**
 * Judges downsampled points by themselves: values of a run grow by one, so that their sum follows from the least and the greatest, and
 * what the sum falls short of it is missing. Points before `from` were judged already, and only tell with which value to go on. As many
 * samples of a point as `mergeGap` may have been left out when copies were merged.
 *
 * @param last - the serial number that each series had come to, which moves on: points that are missing altogether are counted with the
 *   next one that is there, however many they are.
 */
export function judgeAggregates(from: number, { sum, min, max }: Aggregates, mergeGap: number, last: Map<number, number>): Verdict {
  const total = { checked: 0, lost: 0, mergedAway: 0, wrong: 0 };
  for (const [index, sums] of sum) {
    for (const [time, value] of [...sums].sort(([a], [b]) => a - b)) {
      const least = serialOf(index, min.get(index)?.get(time) ?? NaN);
      const greatest = serialOf(index, max.get(index)?.get(time) ?? NaN);
      const previous = last.get(index);
      last.delete(index);
      if (least === undefined || greatest === undefined) {
        total.wrong += time < from ? 0 : 1;
      } else if (time < from) {
        last.set(index, greatest);
      } else if (least > 0) {
        const goesOn = previous !== undefined && least > previous;
        const { checked, missing, wrong } = judgePoint(index, { first: goesOn ? previous + 1 : least, last: greatest, sum: value });
        total.checked += checked;
        total[missing > mergeGap ? 'lost' : 'mergedAway'] += missing;
        total.wrong += wrong;
        last.set(index, greatest);
      }
      // In a point in which a run begins, the one before may have ended anywhere.
    }
  }
  return total;
}

function judgePoint(index: number, { first, last, sum }: Point): { checked: number; missing: number; wrong: number } {
  const checked = last - first + 1;
  const mean = valueOf(index, (first + last) / 2);
  const short = checked * mean - sum;
  const missing = Math.round(short / mean);
  // What is missing has values of the run, none of which is farther from the mean than those at its ends.
  const wrong = missing < 0 || Math.abs(short - missing * mean) > missing * (last - first) / 2 ? 1 : 0;
  return { checked, missing: Math.max(0, missing), wrong };
}
