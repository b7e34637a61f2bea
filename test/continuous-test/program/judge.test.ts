import * as fc from 'fast-check';
import { inheritedRuns, judgeAggregates, judgeSamples } from '../../../src/continuous-test/program/judge';
import type { Values } from '../../../src/continuous-test/program/query';
import { serialOf, valueOf } from '../../../src/continuous-test/program/series';

const INTERVAL = 15_000;
const SERIES = 2;
const SHAPE = { interval: INTERVAL, series: SERIES, mergeGap: 0 };

/** Samples of a run from slot `since`, at all slots up to `until`. */
function run(since: number, until: number): Map<number, Values> {
  const serials = Array.from({ length: until - since + 1 }, (_, serial) => serial);
  return new Map([0, 1].map(index => [index, new Map(serials.map(serial => [(since + serial) * INTERVAL, valueOf(index, serial)]))]));
}

function together(...all: Map<number, Values>[]): Map<number, Values> {
  return new Map([0, 1].map(index => [index, new Map(all.flatMap(found => [...found.get(index)!]))]));
}

const slots = (from: number, to: number) => ({ from: from * INTERVAL, to: to * INTERVAL });
const asRun = (since: number, until: number) => ({ since: since * INTERVAL, until: until * INTERVAL });

test('a value tells its place, and fits no other series', () => {
  fc.assert(fc.property(fc.nat(999), fc.nat(999), fc.nat(999_999_999), (index, other, serial) => {
    expect(serialOf(index, valueOf(index, serial))).toBe(serial);
    if (other !== index) expect(serialOf(other, valueOf(index, serial))).toBeUndefined();
  }));
});

test.each([NaN, Infinity, 0, -1, 1e9 + 0.5])('%d is no value of the first series', value => {
  expect(serialOf(0, value)).toBeUndefined();
});

test('all is there', () => {
  expect(judgeSamples(slots(10, 19), [asRun(0, 30)], run(0, 30), SHAPE)).toEqual({ checked: 20, lost: 0, mergedAway: 0, wrong: 0 });
});

test('nothing is expected that was not accepted', () => {
  expect(judgeSamples(slots(10, 19), [asRun(0, 12), asRun(18, 30)], new Map(), SHAPE)).toEqual({ checked: 10, lost: 10, mergedAway: 0, wrong: 0 });
});

test('what is missing is lost, what has another value is wrong', () => {
  const found = run(0, 30);
  found.get(0)!.delete(12 * INTERVAL);
  found.get(1)!.set(13 * INTERVAL, valueOf(1, 12)).set(14 * INTERVAL, valueOf(0, 14));
  expect(judgeSamples(slots(10, 19), [asRun(0, 30)], found, SHAPE)).toEqual({ checked: 20, lost: 1, mergedAway: 0, wrong: 2 });
});

test('a whole series may be lost', () => {
  const found = run(0, 30);
  found.delete(1);
  expect(judgeSamples(slots(10, 19), [asRun(0, 30)], found, SHAPE)).toEqual({ checked: 20, lost: 10, mergedAway: 0, wrong: 0 });
});

describe('where copies were merged', () => {
  const MERGED = { ...SHAPE, mergeGap: 2 };
  const without = (...gone: number[]) => {
    const found = run(0, 30);
    gone.forEach(slot => found.get(0)!.delete(slot * INTERVAL));
    return judgeSamples(slots(10, 19), [asRun(0, 30)], found, MERGED);
  };

  test.each([[12], [12, 13], [12, 14, 15, 17], [9, 10], [19, 20]])('short gaps are no loss: %d', (...gone) => {
    const inside = gone.filter(slot => slot >= 10 && slot <= 19).length;
    expect(without(...gone)).toEqual({ checked: 20, lost: 0, mergedAway: inside, wrong: 0 });
  });

  test.each([[12, 13, 14], [8, 9, 10], [9, 10, 11], [18, 19, 20], [19, 20, 21]])('longer ones are, as far as they are in the window: %d', (...gone) => {
    const inside = gone.filter(slot => slot >= 10 && slot <= 19).length;
    expect(without(...gone)).toEqual({ checked: 20, lost: inside, mergedAway: 0, wrong: 0 });
  });

  test('a series that is not there at all is lost', () => {
    expect(judgeSamples(slots(10, 19), [asRun(0, 30)], new Map(), MERGED)).toEqual({ checked: 20, lost: 20, mergedAway: 0, wrong: 0 });
  });

  test('the order of runs is of no account', () => {
    const found = together(run(5, 13), run(16, 20));
    found.get(0)!.delete(13 * INTERVAL);
    expect(judgeSamples(slots(10, 19), [asRun(16, 20), asRun(5, 13)], found, MERGED)).toEqual({ checked: 16, lost: 0, mergedAway: 1, wrong: 0 });
  });
});

test('copies that contradict each other are wrong', () => {
  const found = run(0, 30);
  found.get(0)!.set(12 * INTERVAL, NaN);
  expect(judgeSamples(slots(10, 19), [asRun(0, 30)], found, SHAPE)).toEqual({ checked: 20, lost: 0, mergedAway: 0, wrong: 1 });
});

describe('runs of an earlier process', () => {
  const judged = (found: Map<number, Values>) => judgeSamples(slots(10, 19), inheritedRuns(found, 100 * INTERVAL, INTERVAL), found, SHAPE);

  test('are known by their samples', () => {
    const found = run(0, 20);
    expect(judged(found)).toEqual({ checked: 20, lost: 0, mergedAway: 0, wrong: 0 });
    found.get(1)!.delete(15 * INTERVAL);
    expect(judged(found)).toEqual({ checked: 20, lost: 1, mergedAway: 0, wrong: 0 });
    found.get(0)!.set(16 * INTERVAL, 5);
    expect(judged(found)).toEqual({ checked: 20, lost: 1, mergedAway: 0, wrong: 1 });
  });

  test('may have ended with a sample of which only some series were accepted', () => {
    const found = run(0, 15);
    found.get(1)!.delete(15 * INTERVAL);
    expect(judged(found)).toEqual({ checked: 10, lost: 0, mergedAway: 0, wrong: 0 });
  });

  test('may follow one another', () => {
    expect(judged(together(run(5, 13), run(16, 20)))).toEqual({ checked: 14, lost: 0, mergedAway: 0, wrong: 0 });
  });

  test('are none of samples that the process itself has written', () => {
    expect(inheritedRuns(run(0, 20), 0, INTERVAL)).toEqual([]);
  });

  test('that many samples tell of are right', () => {
    const found = run(0, 20);
    found.get(0)!.set(12 * INTERVAL, valueOf(0, 3));
    expect(judged(found)).toEqual({ checked: 20, lost: 0, mergedAway: 0, wrong: 1 });
  });
});

describe('downsampled', () => {
  const POINT = 4;
  /** Aggregates of samples, four to a point, each at the last millisecond of its time. */
  function aggregates(found: Map<number, Values>) {
    const of = (aggregate: (values: number[]) => number) => new Map([...found].map(([index, values]) => {
      const points = new Map<number, number[]>();
      values.forEach((value, time) => {
        const point = (Math.floor(time / INTERVAL / POINT) + 1) * POINT * INTERVAL - 1;
        points.set(point, [...points.get(point) ?? [], value]);
      });
      return [index, new Map([...points].map(([point, own]) => [point, aggregate(own)]))];
    }));
    return { sum: of(own => own.reduce((a, b) => a + b)), min: of(own => Math.min(...own)), max: of(own => Math.max(...own)) };
  }
  const part = (found: Map<number, Values>, from: number, to: number): Map<number, Values> =>
    new Map([...found].map(([index, values]) => [index, new Map([...values].filter(([time]) => time >= from * INTERVAL && time <= to * INTERVAL))]));

  test('all is there', () => {
    expect(judgeAggregates(0, aggregates(part(run(0, 100), 8, 19)), 0, new Map())).toEqual({ checked: 24, lost: 0, mergedAway: 0, wrong: 0 });
  });

  test.each([8, 11, 12, 14, 15, 16, 19])('sample %d is missing', slot => {
    const found = run(0, 100);
    found.get(1)!.delete(slot * INTERVAL);
    // The point before and the one after tell of what is missing at the ends.
    expect(judgeAggregates(8 * INTERVAL, aggregates(part(found, 4, 23)), 0, new Map())).toEqual({ checked: 32, lost: 1, mergedAway: 0, wrong: 0 });
  });

  test('what is missing counts once, by whichever window', () => {
    const found = run(0, 400);
    [11, 12, 13, 30, 40, 55].forEach(slot => found.get(0)!.delete(slot * INTERVAL));
    const windows = Array.from({ length: 20 }, (_, window) => 8 + 4 * window)
      .map(from => judgeAggregates(from * INTERVAL, aggregates(part(found, from - 4, from + 3)), 0, new Map()));
    expect(windows.reduce((sum, { lost }) => sum + lost, 0)).toBe(6);
    expect(windows.reduce((sum, { checked }) => sum + checked, 0)).toBe(2 * 80);
  });

  test('so few of a point may be missing as merging leaves out', () => {
    const found = run(0, 100);
    [12, 13, 20, 21, 22].forEach(slot => found.get(0)!.delete(slot * INTERVAL));
    expect(judgeAggregates(8 * INTERVAL, aggregates(part(found, 4, 23)), 2, new Map())).toEqual({ checked: 32, lost: 3, mergedAway: 2, wrong: 0 });
  });

  test('a whole point is missing', () => {
    const found = run(0, 100);
    [12, 13, 14, 15].forEach(slot => found.get(0)!.delete(slot * INTERVAL));
    expect(judgeAggregates(8 * INTERVAL, aggregates(part(found, 4, 19)), 0, new Map())).toEqual({ checked: 24, lost: 4, mergedAway: 0, wrong: 0 });
  });

  test('many points are missing, one window after the other', () => {
    const found = run(0, 400);
    for (let slot = 14; slot <= 42; slot++) found.get(0)!.delete(slot * INTERVAL);
    const last = new Map<number, number>();
    const windows = Array.from({ length: 20 }, (_, window) => 8 + 4 * window)
      .map(from => judgeAggregates(from * INTERVAL, aggregates(part(found, from - 4, from + 3)), 2, last));
    expect(windows.reduce((sum, { lost }) => sum + lost, 0)).toBe(29);
    expect(windows.reduce((sum, { checked }) => sum + checked, 0)).toBe(2 * 80);
  });

  test('samples that are there twice, or have another value, are wrong', () => {
    const found = aggregates(part(run(0, 100), 8, 19));
    const [point] = [...found.sum.get(0)!.keys()];
    const sum = found.sum.get(0)!.get(point)!;
    found.sum.get(0)!.set(point, 2 * sum);
    expect(judgeAggregates(0, found, 0, new Map())).toEqual({ checked: 24, lost: 0, mergedAway: 0, wrong: 1 });
    found.sum.get(0)!.set(point, sum - 1000);
    expect(judgeAggregates(0, found, 0, new Map())).toEqual({ checked: 24, lost: 0, mergedAway: 0, wrong: 1 });
    found.sum.get(0)!.set(point, sum);
    found.min.get(0)!.set(point, 7);
    expect(judgeAggregates(0, found, 0, new Map())).toMatchObject({ lost: 0, wrong: 1 });
  });

  test('nothing is said of the points at which a run ends and another begins', () => {
    const found = together(run(0, 13), run(18, 60));
    expect(judgeAggregates(0, aggregates(part(found, 4, 27)), 0, new Map())).toEqual({ checked: 2 * (10 + 8), lost: 0, mergedAway: 0, wrong: 0 });
  });
});
