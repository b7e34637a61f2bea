import { GIB, MIB } from '../../src/plan/constants';
import { planPushgateway } from '../../src/plan/pushgateway';

test.each([
  [100, { shards: 2, cpuRequest: 0.06, memoryRequest: 32 * MIB, memoryLimit: 48 * MIB, storageSize: GIB }],
  [5_000, { shards: 2, cpuRequest: 0.07, memoryRequest: 32 * MIB, memoryLimit: 64 * MIB, storageSize: GIB }],
  [50_000, { shards: 2, cpuRequest: 0.19, memoryRequest: 128 * MIB, memoryLimit: 240 * MIB, storageSize: GIB }],
  [200_000, { shards: 8, cpuRequest: 0.23, memoryRequest: 160 * MIB, memoryLimit: 304 * MIB, storageSize: GIB }],
])('a Pushgateway of %d series', (series, expected) => {
  const { figures: _, ...plan } = planPushgateway({ series }, {});
  expect(plan).toEqual(expected);
});

test('formulas state their numbers', () => {
  const { figures } = planPushgateway({ series: 60_000 }, {});
  expect(figures.map(({ name, numbers }) => [name, numbers])).toEqual([
    ['shards', 'max(2, ceil(60,000 ÷ 25,000))'],
    ['cpuRequest', 'hundredths(max(0.05, 1 × 0.000004 × ceil(2 × 60,000 ÷ (3 + 1)) + 0.05))'],
    ['memoryRequest', 'roundUp(20,971,520 + 3,072 × ceil(2 × 60,000 ÷ (3 + 1)), 16,777,216)'],
    ['memoryLimit', 'max(117,440,512, roundUp(2 × (20,971,520 + 3,072 × ceil(2 × 60,000 ÷ (3 + 1))), 16,777,216))'],
    ['storageSize', 'roundUpToDouble(max(1,073,741,824, 4 × 130 × ceil(2 × 60,000 ÷ (3 + 1))), 1,073,741,824)'],
  ]);
});

test('what was set by hand wins', () => {
  expect(planPushgateway({ series: 100_000 }, { shards: 1, memoryLimit: GIB })).toMatchObject({ shards: 1, memoryRequest: 320 * MIB, memoryLimit: GIB });
});
