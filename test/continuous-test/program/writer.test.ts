import { configFor, FakeRing, numbersIn } from './fake-ring';
import type { TestConfig } from '../../../src/continuous-test/program/config';
import { Metrics } from '../../../src/continuous-test/program/metrics';
import { valueOf } from '../../../src/continuous-test/program/series';
import { Writer } from '../../../src/continuous-test/program/writer';

const ring = new FakeRing();
let url: string;
beforeAll(async () => {
  url = await ring.start();
});
beforeEach(() => {
  ring.stored.clear();
  ring.writeStatus = 200;
});
afterAll(() => ring.stop());

const START = 1_790_000_005_000;
const FIRST = 1_790_000_010_000;
const at = (slot: number) => FIRST + slot * 15_000;

function started(config: Partial<TestConfig> = {}) {
  const metrics = new Metrics();
  const logged: string[] = [];
  const writer = new Writer(configFor(url, config), metrics, (level, message) => logged.push(`${level} ${message}`), START);
  /** Writes all that is due. */
  const writeUntil = async (now: number) => {
    for (let tries = 0; tries < 100 && await writer.write(now) === 0; tries++);
  };
  return { writer, writeUntil, logged, numbers: (prefix = 'continuous_test_w') => numbersIn(metrics.text(), prefix) };
}

test('begins with the first whole interval that is to come, as an earlier process may have written the last one', async () => {
  const { writer } = started();
  expect(writer.first).toBe(FIRST);
  expect(writer.decided).toBe(at(-1));
  expect(await writer.write(START)).toBe(5000);
  expect(ring.stored.size).toBe(0);
});

test('writes each series at each interval, and counts', async () => {
  const { writer, writeUntil, numbers } = started();
  await writeUntil(at(2) + 10);
  expect([...ring.values(0)]).toEqual([0, 1, 2].map(slot => [at(slot), valueOf(0, slot)]));
  expect([...ring.values(1)]).toEqual([0, 1, 2].map(slot => [at(slot), valueOf(1, slot)]));
  expect(writer.runs).toEqual([{ since: at(0), until: at(2) }]);
  expect(writer.decided).toBe(at(2));
  expect(await writer.write(at(2) + 10)).toBe(15_000 - 10);
  expect(numbers('continuous_test_writ')).toMatchObject({ 'continuous_test_writes_total{result="accepted"}': 3, 'continuous_test_written_samples_total': 6 });
});

test('tries again what was not accepted, and loses nothing', async () => {
  const { writer, writeUntil, numbers, logged } = started();
  await writeUntil(at(0));
  ring.writeStatus = 503;
  expect(await writer.write(at(1))).toBe(5000);
  await writer.write(at(3));
  expect(writer.decided).toBe(at(0));
  expect(numbers()).toMatchObject({ 'continuous_test_writes_total{result="failed"}': 2, 'continuous_test_write_delay_seconds': 30 });
  ring.writeStatus = 200;
  await writeUntil(at(4));
  expect([...ring.values(1)]).toEqual([0, 1, 2, 3, 4].map(slot => [at(slot), valueOf(1, slot)]));
  expect(writer.runs).toEqual([{ since: at(0), until: at(4) }]);
  expect(logged).toEqual(['warn write failed', 'warn write failed']);
});

test('begins a new run after what was refused', async () => {
  const { writer, writeUntil, numbers } = started();
  await writeUntil(at(1));
  ring.writeStatus = 409;
  await writer.write(at(2));
  ring.writeStatus = 200;
  await writeUntil(at(4));
  expect([...ring.values(0)]).toEqual([[0, 0], [1, 1], [3, 0], [4, 1]].map(([slot, serial]) => [at(slot), valueOf(0, serial)]));
  expect(writer.runs).toEqual([{ since: at(0), until: at(1) }, { since: at(3), until: at(4) }]);
  expect(numbers('continuous_test_unwritten')).toEqual({ continuous_test_unwritten_samples_total: 2 });
});

test('gives up what was not accepted for too long', async () => {
  const { writer, writeUntil, numbers, logged } = started({ backlog: 60 });
  ring.writeStatus = 503;
  await writer.write(at(0));
  await writer.write(at(10));
  ring.writeStatus = 200;
  await writeUntil(at(10));
  expect(writer.runs).toEqual([{ since: at(6), until: at(10) }]);
  expect(numbers('continuous_test_unwritten')).toEqual({ continuous_test_unwritten_samples_total: 12 });
  expect(logged).toContain('error samples were not accepted for too long');
});

test('forgets runs of which nobody reads any more', async () => {
  const { writer, writeUntil } = started();
  await writeUntil(at(1));
  ring.writeStatus = 400;
  await writer.write(at(2));
  ring.writeStatus = 200;
  await writeUntil(at(3));
  writer.forget(at(1));
  expect(writer.runs).toHaveLength(2);
  writer.forget(at(2));
  expect(writer.runs).toEqual([{ since: at(3), until: at(3) }]);
});

test('another interval or number of series makes other series', async () => {
  const { writeUntil } = started({ series: 1, interval: 30, labels: { test: 'test', cluster: 'eu-1' } });
  const sent = jest.spyOn(global, 'fetch');
  await writeUntil(1_790_000_010_000 + 30_000);
  expect(Buffer.from(sent.mock.calls[0][1]!.body as Uint8Array).toString('latin1')).toMatch(/continuous_test_sequence[\s\S]*cluster[\s\S]*eu-1[\s\S]*interval[\s\S]*30s[\s\S]*series[\s\S]*0[\s\S]*series_total[\s\S]*1[\s\S]*test/);
  sent.mockRestore();
});
