import { Output } from '@pulumi/pulumi';
import { traced } from '../../src/pulumi/traces';
import type { Values } from '../../src/pulumi/values';

/** Says of which Outputs a part is made, in place of an Output. */
const values = { madeOf: (indices: number[], value: unknown) => ({ indices, value }) } as unknown as Values;

test('what is the same whatever the Outputs are stays as it is', () => {
  const base = { a: [1, { b: 'c' }] };
  expect(traced(base, [[0, { a: [1, { b: 'c' }] }]], values)).toBe(base);
});

test('only the parts that differ depend on an Output', () => {
  expect(traced({ a: 'x', b: { c: 'y', d: 'z' } }, [[0, { a: 'x', b: { c: 'Y', d: 'z' } }]], values))
    .toEqual({ a: 'x', b: { c: { indices: [0], value: 'y' }, d: 'z' } });
});

test('a part depends on each Output that changes it, once', () => {
  expect(traced(['x', 'y'], [[0, ['X', 'y']], [1, ['x', 'Y']], [2, ['X', 'y']], [2, ['XX', 'y']]], values))
    .toEqual([{ indices: [0, 2], value: 'x' }, { indices: [1], value: 'y' }]);
});

test('a list of another length, and a part that would not be there, depend as a whole', () => {
  expect(traced({ list: ['x'], there: { a: 1 } }, [[0, { list: ['x', 'y'] }]], values))
    .toEqual({ list: { indices: [0], value: ['x'] }, there: { indices: [0], value: { a: 1 } } });
  expect(traced({ a: 1 }, [[0, undefined]], values)).toEqual({ indices: [0], value: { a: 1 } });
});

test('nothing is an Output that depends on none', () => {
  expect(Output.isInstance(traced('x', [], values))).toBe(false);
});
