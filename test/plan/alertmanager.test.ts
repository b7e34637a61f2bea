import { planAlertmanager } from '../../src/plan/alertmanager';

const MIB = 1024 ** 2;

test('a small platform has the least of everything', () => {
  const { figures: _, ...plan } = planAlertmanager({ targets: 50 }, {});
  expect(plan).toEqual({ replicas: 3, alerts: 1000, storageSize: 1024 * MIB, cpuRequest: 0.05, memoryRequest: 112 * MIB, memoryLimit: 208 * MIB });
});

test('a large one has room for the outage of all targets', () => {
  const { figures: _, ...plan } = planAlertmanager({ targets: 100_000 }, {});
  expect(plan).toEqual({ replicas: 3, alerts: 200_000, storageSize: 1024 * MIB, cpuRequest: 0.44, memoryRequest: 880 * MIB, memoryLimit: 1760 * MIB });
});

test('what is set by hand wins, and bounds the request', () => {
  const plan = planAlertmanager({ targets: 100_000 }, { replicas: 2, memoryLimit: 512 * MIB });
  expect([plan.replicas, plan.memoryRequest, plan.memoryLimit]).toEqual([2, 512 * MIB, 512 * MIB]);
  expect(plan.figures.filter(({ byHand }) => byHand).map(({ name }) => name)).toEqual(['replicas', 'memoryLimit']);
});

test('formulas explain the figures', () => {
  const { figures } = planAlertmanager({ targets: 1000 }, {});
  expect(figures.map(({ name, formula, numbers }) => [name, formula, numbers])).toContainEqual(['alerts', 'max(ALERTS_FLOOR, ceil(ALERTS_A_TARGET × targets))', 'max(1,000, ceil(2 × 1,000))']);
});
