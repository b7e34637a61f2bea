import { seriesOfTarget, SERIES_PER_TARGET, targetLabels, Values } from './series';

test('no two series of two targets are the same', () => {
  const all = [0, 1].flatMap(target => seriesOfTarget().map(({ labels }) => JSON.stringify({ ...labels, ...targetLabels(target) })));
  expect(new Set(all).size).toBe(2 * SERIES_PER_TARGET);
});

test('a series has about ten labels, as in Kubernetes', () => {
  const counts = seriesOfTarget().map(({ labels }) => Object.keys({ ...labels, ...targetLabels(0) }).length);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  expect(mean).toBeGreaterThan(9);
  expect(mean).toBeLessThan(12);
});

test('counters never fall, and what is idle stands still', () => {
  const values = new Values(['counter', 'bucket', 'gauge', 'idle']);
  const before = [...values.current];
  for (let i = 0; i < 100; i++) values.step();
  const after = [...values.current];
  expect(after[0]).toBeGreaterThan(before[0]);
  expect(after[1]).toBeGreaterThan(before[1]);
  expect(after[2] % 4096).toBe(0);
  expect(after[3]).toBe(before[3]);
});

test('values are the same at every run', () => {
  const run = () => {
    const values = new Values(seriesOfTarget().map(({ kind }) => kind), 7);
    values.step();
    return [...values.current];
  };
  expect(run()).toEqual(run());
});
