import * as fc from 'fast-check';
import { generationOf, labelNames, labelsOf, type Load, MAX_SERIES, serialAt, serialOf, timeOf, valueOf } from './series';

const index = fc.integer({ min: 0, max: MAX_SERIES - 1 });
const serial = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('a value tells the serial number of its answer, and fits no other series', () => {
  fc.assert(fc.property(index, index, serial, (own, other, number) => {
    const value = Number(JSON.parse(JSON.stringify(valueOf(own, number))));
    expect(serialOf(own, value)).toBe(number);
    if (other !== own) expect(serialOf(other, value)).toBeUndefined();
  }));
});

test('no value but a whole number within bounds has a serial number', () => {
  expect([NaN, Infinity, -1, 0.5, 2 ** 32].map(value => serialOf(0, value))).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

test('a serial number is a time to a tenth of a second', () => {
  fc.assert(fc.property(fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2039, 0, 1) }), time => {
    expect(time - timeOf(serialAt(time))).toBeGreaterThanOrEqual(0);
    expect(time - timeOf(serialAt(time))).toBeLessThan(100);
  }));
});

test('some series change a label every so often', () => {
  const load: Load = { series: 3, churning: 2, churnEvery: 60, fillers: 1 };
  expect(labelNames(load)).toEqual(['index', 'group', 'generation', 'filler_0']);
  expect(labelsOf(load, 1, 599)).toEqual({ index: '1', group: '0', generation: '0', filler_0: 'filler_0-of-series-1' });
  expect(generationOf(load, 600)).toBe('1');
  expect(labelsOf(load, 2, 600)).toEqual({ index: '2', group: '0', filler_0: 'filler_0-of-series-2' });
});
