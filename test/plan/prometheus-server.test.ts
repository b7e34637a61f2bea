import { GIB, MIB } from '../../src/plan/constants';
import { planServer } from '../../src/plan/prometheus-server';
import { planSenders } from '../../src/plan/senders';
import { Workload } from '../../src/plan/workload';

const DAY = 86_400;

function server(activeSeries: number, retention = DAY, given = {}) {
  const load = Workload.of({ activeSeries })._load;
  const senders = planSenders(load, { rings: 1, members: 3, replicationFactor: 3 }, {});
  return { senders, plan: planServer(load, senders, retention, given) };
}

test('the figures of a middling server', () => {
  const { senders, plan } = server(1_000_000);
  // A day of blocks of 2 h, in each of which a series has an entry of 93 B in the index, and the WAL of 3 h.
  const bytes = senders.samplesPerSecond * (DAY * (1.92 + 93 * 30 / 7200) + 3 * 3600 * 7.5);
  expect(bytes).toBeGreaterThan(8 * GIB);
  expect(bytes).toBeLessThan(16 * GIB);
  expect(plan.storageSize).toBe(16 * GIB);
  expect(plan.memoryRequest).toBe(Math.ceil((96 * MIB + 5632 * senders.seriesPerShard * 1.15) / (16 * MIB)) * 16 * MIB);
  expect(plan.memoryLimit).toBeGreaterThan(plan.memoryRequest + senders.queueMemory);
});

test('a volume grows with the retention, and has a least size', () => {
  expect(server(1_000_000, 10 * DAY).plan.storageSize).toBeGreaterThan(5 * server(1_000_000).plan.storageSize);
  expect(server(1000).plan.storageSize).toBe(8 * GIB);
});

test('what was set by hand wins, and is marked', () => {
  const { plan } = server(1_000_000, DAY, { storageSize: 7 * GIB });
  expect(plan.storageSize).toBe(7 * GIB);
  expect(plan.figures.map(({ name, byHand }) => [name, byHand])).toEqual([['storageSize', true], ['memoryRequest', false], ['memoryLimit', false]]);
});

test('every figure explains itself', () => {
  for (const figure of server(1_000_000).plan.figures) {
    expect(figure.reason).toMatch(/^[A-Z].*\.$/);
    expect(figure.formula).not.toMatch(/undefined|NaN/);
    expect(figure.numbers).not.toMatch(/undefined|NaN/);
  }
});
