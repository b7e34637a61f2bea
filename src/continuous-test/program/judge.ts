import type { Values } from './query';
import { serialOf, valueOf } from './series';
import type { Run } from './writer';

/** How many samples were looked for, and how many of them were not there or had another value. */
export interface Verdict {
  readonly checked: number;
  readonly lost: number;
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

/** The samples that must be there, as serial numbers by their time; where two runs overlap, the later in the list is right. */
function expectedIn({ from, to }: Window, runs: readonly Run[], interval: number): Map<number, number> {
  const expected = new Map<number, number>();
  for (const { since, until } of runs) {
    for (let time = Math.max(from, since); time <= Math.min(to, until); time += interval) {
      expected.set(time, (time - since) / interval);
    }
  }
  return expected;
}

/** Compares each sample with what was written. */
export function judgeSamples(
  window: Window, runs: readonly Run[], found: ReadonlyMap<number, Values>, { interval, series }: { interval: number; series: number },
): Verdict {
  const expected = expectedIn(window, runs, interval);
  let lost = 0;
  let wrong = 0;
  for (let index = 0; index < series; index++) {
    for (const [time, serial] of expected) {
      const value = found.get(index)?.get(time);
      lost += value === undefined ? 1 : 0;
      wrong += value !== undefined && value !== valueOf(index, serial) ? 1 : 0;
    }
  }
  return { checked: expected.size * series, lost, wrong };
}

/** Sum, least and greatest of the values around each downsampled point. */
export interface Aggregates {
  readonly sum: ReadonlyMap<number, Values>;
  readonly min: ReadonlyMap<number, Values>;
  readonly max: ReadonlyMap<number, Values>;
}

/** Neighbouring points of one run: their least and greatest serial number, and the sum of their values. */
interface Stretch {
  readonly first: number;
  readonly last: number;
  readonly sum: number;
}

/**
 * Judges downsampled points by themselves: values of a run grow by one, so that their sum follows from the least and the greatest, and
 * what the sum falls short of it is missing. Points before `from` were judged already, and only tell with which value to go on.
 */
export function judgeAggregates(from: number, { sum, min, max }: Aggregates): Verdict {
  const total = { checked: 0, lost: 0, wrong: 0 };
  for (const [index, sums] of sum) {
    let stretch: Stretch | undefined;
    const close = () => {
      const { checked, lost, wrong } = judgeStretch(index, stretch);
      total.checked += checked;
      total.lost += lost;
      total.wrong += wrong;
      stretch = undefined;
    };
    for (const [time, value] of [...sums].sort(([a], [b]) => a - b)) {
      const first = serialOf(index, min.get(index)?.get(time) ?? NaN);
      const last = serialOf(index, max.get(index)?.get(time) ?? NaN);
      if (first === undefined || last === undefined) {
        total.wrong += time < from ? 0 : 1;
        close();
      } else if (time < from) {
        stretch = { first: last + 1, last, sum: 0 };
      } else if (first === 0) {
        // Here a run begins, and the one before may have ended anywhere.
        close();
      } else {
        if (stretch && first <= stretch.last) {
          close();
        }
        stretch = { first: stretch?.first ?? first, last, sum: (stretch?.sum ?? 0) + value };
      }
    }
    close();
  }
  return total;
}

function judgeStretch(index: number, stretch?: Stretch): Verdict {
  if (!stretch || stretch.last < stretch.first) {
    return { checked: 0, lost: 0, wrong: 0 };
  }
  const { first, last, sum } = stretch;
  const checked = last - first + 1;
  const mean = valueOf(index, (first + last) / 2);
  const missing = checked * mean - sum;
  const lost = Math.round(missing / mean);
  // What is missing has values of the run, none of which is farther from the mean than those at its ends.
  const wrong = lost < 0 || Math.abs(missing - lost * mean) > lost * (last - first) / 2 ? 1 : 0;
  return { checked, lost: Math.max(0, lost), wrong };
}
