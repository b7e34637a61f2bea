import { RulerInputs, planRuler } from '../../src/plan/ruler';

const INPUTS: RulerInputs = { ownRules: 0, evaluationInterval: 60, shards: 1, stateful: false, tsdbRetention: 172_800 };
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

const figures = (inputs: Partial<RulerInputs> = {}, given: Parameters<typeof planRuler>[1] = {}) => {
  const { figures: all, ...numbers } = planRuler({ ...INPUTS, ...inputs }, given);
  expect(all.map(({ name }) => name).sort()).toEqual(Object.keys(numbers).sort());
  return numbers;
};

test('a ruler with few rules', () => {
  expect(figures()).toEqual({
    replicas: 2,
    plannedRules: 1000,
    rulesOfShard: 1000,
    rulerSeries: 20_000,
    ruleConcurrentEvaluation: 4,
    storageSize: 2 * GIB,
    cpuRequest: 0.05,
    memoryRequest: 224 * MIB,
    memoryLimit: 544 * MIB,
  });
});

test('many rules, each ten seconds', () => {
  expect(figures({ ownRules: 5000, evaluationInterval: 10 }))
    .toMatchObject({ plannedRules: 10_000, ruleConcurrentEvaluation: 200, cpuRequest: 1.6, storageSize: 5 * GIB });
});

test('shards divide the rules, but not evenly', () => {
  expect(figures({ ownRules: 5000, shards: 4 })).toMatchObject({ plannedRules: 10_000, rulesOfShard: 3250, rulerSeries: 65_000 });
});

test('blocks of a stateful one', () => {
  expect(figures({ stateful: true, ownRules: 5000 })).toMatchObject({ storageSize: 8 * GIB, memoryRequest: 1664 * MIB });
});

test('what is given by hand wins, and the rest follows', () => {
  expect(figures({}, { plannedRules: 100, memoryLimit: 100 * MIB }))
    .toMatchObject({ plannedRules: 100, rulerSeries: 2000, memoryRequest: 100 * MIB, memoryLimit: 100 * MIB });
});

test('more rules never need less', () => {
  const sizes = [1, 1_000, 10_000, 100_000].map(ownRules => figures({ ownRules }));
  const keys = Object.keys(sizes[0]) as (keyof typeof sizes[0])[];
  sizes.slice(1).forEach((larger, index) => keys.forEach(key => expect(larger[key]).toBeGreaterThanOrEqual(sizes[index][key])));
});
