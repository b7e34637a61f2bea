import { judge, Measured } from '../../bench/budgets';

/** A case that costs as much as bare cdk8s, but for what a test changes. */
function measured(size: number, wall: number, warm: number): Measured {
  const floor = { wall: 100, cpu: 100, rss: 60 };
  return {
    name: `${size} store shards`, family: 'store shards', size, objects: 50,
    platform: { ...floor, wall }, floor, warmPlatform: warm, warmFloor: 10 + size / 2,
  };
}

const broken = (...cases: Measured[]): string[] => judge(cases).filter(({ kept }) => !kept).map(({ budget, found }) => `${budget}; found ${found}`);

test('a platform that keeps to its budgets', () => {
  expect(broken(measured(1, 150, 12), measured(10, 155, 18), measured(100, 165, 78))).toEqual([]);
});

test('one process that takes too long beside the floor', () => {
  expect(broken(measured(1, 166, 12), measured(10, 155, 18), measured(100, 165, 78))).toEqual([
    '1 store shards: at most 1.15 × floor + 50 ms = 165 ms; found 166 ms',
  ]);
});

test('growth that is not linear', () => {
  expect(broken(measured(1, 150, 12), measured(10, 155, 18), measured(100, 165, 250))).toEqual([
    'store shards: linear, a further one costs at most 1.43 ms; found 2.58 ms (of the first ten 0.67 ms, bare 0.50 ms)',
  ]);
});

test('pieces that are too dear', () => {
  expect(broken(measured(1, 150, 12), measured(10, 155, 18), measured(100, 400, 78))).toEqual([
    '100 store shards: at most 1.15 × floor + 50 ms = 165 ms; found 400 ms',
    'store shards: at most 2.00 ms each, as a process; found 2.53 ms',
  ]);
});
