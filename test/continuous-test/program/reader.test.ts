import { configFor, FakeRing, numbersIn } from './fake-ring';
import type { ReadTarget, TestConfig } from '../../../src/continuous-test/program/config';
import { Metrics } from '../../../src/continuous-test/program/metrics';
import { durationText, Reader } from '../../../src/continuous-test/program/reader';
import { valueOf } from '../../../src/continuous-test/program/series';
import { Writer } from '../../../src/continuous-test/program/writer';

jest.setTimeout(30_000);

const ring = new FakeRing();
let url: string;
beforeAll(async () => {
  url = await ring.start();
});
beforeEach(() => {
  ring.stored.clear();
  ring.requests.length = 0;
  ring.queryStatus = 200;
  ring.warnings = [];
  ring.copies = [];
});
afterAll(() => ring.stop());

const FIRST = 1_790_000_010_000;
const at = (slot: number) => FIRST + slot * 15_000;

/** A process that has written up to a slot, and reads at an age. */
async function reading(
  age: number, { until = 20, resolution = 0, mergeGap = 0, ...config }: Partial<TestConfig> & Partial<ReadTarget> & { until?: number } = {},
) {
  const metrics = new Metrics();
  const log = jest.fn();
  const all = configFor(url, config);
  const writer = new Writer(all, metrics, log, FIRST - 1);
  const reader = new Reader(all, { age, resolution, mergeGap }, writer, metrics, log, FIRST - 1);
  const writeUntil = async (slot: number) => {
    while (writer.decided < at(slot)) await writer.write(writer.decided + 15_000);
  };
  await writeUntil(until);
  const numbers = () => Object.fromEntries(Object.entries(numbersIn(metrics.text(), 'continuous_test_'))
    .filter(([name]) => /reads|checked|lost|merged|wrong/.test(name)).map(([name, value]) => [name.replace(/continuous_test_|_samples|_total|age="[^"]*",resolution="[^"]*",?|\{\}/g, '').replace(/\{\}/, ''), value]));
  return { reader, writer, writeUntil, numbers, log };
}

test('reads each sample once, when it is old enough', async () => {
  const { reader, numbers } = await reading(30);
  await reader.read(at(6));
  await reader.read(at(6) + 1000);
  expect(numbers()).toEqual({ 'reads{result="complete"}': 1, 'checked': 10 });
  expect(reader.position).toBe(at(4));
  await reader.read(at(12));
  expect(numbers()).toEqual({ 'reads{result="complete"}': 2, 'checked': 22 });
});

test('asks for these series, as they were written', async () => {
  const { reader } = await reading(30, { labels: { test: 'a', cluster: 'eu "1"' } });
  await reader.read(at(6));
  const { url: path, body, headers } = ring.requests.at(-1)!;
  expect(path).toBe('/api/v1/query');
  expect(headers['thanos-tenant']).toBe('continuous-test');
  expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
    query: 'continuous_test_sequence{test="a",cluster="eu \\"1\\"",interval="15s",series_total="2"}[105001ms]',
    time: String(at(5) / 1000), dedup: 'false', timeout: '2s', max_source_resolution: '0s',
  });
});

test('does not look for what the receiver has not accepted yet', async () => {
  const { reader, numbers } = await reading(30, { until: 2 });
  await reader.read(at(20));
  expect(numbers()).toEqual({ 'reads{result="complete"}': 1, 'checked': 6 });
  expect(reader.position).toBe(at(2));
});

test('what stays away is lost; what comes back is not', async () => {
  const { reader, numbers, log } = await reading(30);
  const gone = ring.values(0).get(at(3))!;
  ring.values(0).delete(at(3));
  await reader.read(at(6));
  expect(numbers()).toEqual({ 'reads{result="incomplete"}': 1 });
  expect(log).toHaveBeenLastCalledWith('warn', 'samples are missing', expect.objectContaining({ age: '30s', resolution: 'raw', checked: 10, lost: 1, wrong: 0 }));
  ring.values(0).set(at(3), gone);
  await reader.read(at(10));
  expect(numbers()).toEqual({ 'reads{result="incomplete"}': 1, 'reads{result="complete"}': 1, 'checked': 10 });
  expect(reader.position).toBe(at(4));

  ring.values(0).delete(at(6));
  await reader.read(at(10));
  await reader.read(at(10) + 299_000);
  expect(numbers()).not.toHaveProperty('lost');
  await reader.read(at(10) + 300_000);
  expect(numbers()).toMatchObject({ lost: 1, checked: 18 });
  expect(log).toHaveBeenLastCalledWith('error', 'samples are lost', expect.objectContaining({ lost: 1 }));
  expect(reader.position).toBe(at(8));
});

test('nothing is lost while Query says that stores do not answer', async () => {
  const { reader, numbers } = await reading(30);
  ring.values(0).delete(at(3));
  ring.warnings = ['no answer of store-0'];
  await reader.read(at(6));
  await reader.read(at(600));
  expect(numbers()).toEqual({ 'reads{result="incomplete"}': 2 });
  ring.warnings = [];
  await reader.read(at(601));
  expect(numbers()).toMatchObject({ lost: 1 });
});

test('a wrong value is one', async () => {
  const { reader, numbers } = await reading(30, { confirmLossAfter: 0 });
  ring.values(1).set(at(3), valueOf(1, 2));
  await reader.read(at(6));
  expect(numbers()).toEqual({ 'reads{result="incomplete"}': 1, 'checked': 10, 'wrong': 1 });
});

test('a read that failed is done again', async () => {
  const { reader, numbers, log } = await reading(30);
  ring.queryStatus = 422;
  await reader.read(at(6));
  expect(numbers()).toEqual({ 'reads{result="failed"}': 1 });
  expect(log).toHaveBeenLastCalledWith('warn', 'read failed', expect.objectContaining({ why: '422 told to' }));
  ring.queryStatus = 200;
  await reader.read(at(7));
  expect(numbers()).toMatchObject({ 'reads{result="complete"}': 1, 'checked': 12 });
});

test('catches up a quarter of an hour at a time', async () => {
  const { reader, writeUntil } = await reading(30);
  await writeUntil(250);
  await reader.read(at(250));
  expect(reader.position).toBe(at(57));
  await reader.read(at(250));
  expect(reader.position).toBe(at(117));
});

test('reads as much at a time as comes between two reads', async () => {
  const { reader, writeUntil } = await reading(30, { checkInterval: 3600 });
  await writeUntil(250);
  await reader.read(at(250));
  expect(reader.position).toBe(at(237));
});

test('a sample is there when one copy has it', async () => {
  const { reader, numbers } = await reading(30, { confirmLossAfter: 0 });
  const gone = (slot: number) => ring.values(0).delete(at(slot));
  ring.copies = [new Map([['0', new Map(ring.values(0))]])];
  [3, 4].forEach(gone);
  ring.copies[0].get('0')!.delete(at(2));
  await reader.read(at(6));
  expect(numbers()).toEqual({ 'reads{result="complete"}': 1, 'checked': 10 });
  ring.copies[0].get('0')!.set(at(7), valueOf(0, 3));
  await reader.read(at(10));
  expect(numbers()).toMatchObject({ checked: 18, wrong: 1 });
});

test('where copies were merged, only gaps that are longer than that leaves are lost', async () => {
  const { reader, numbers, log } = await reading(90, { mergeGap: 2, confirmLossAfter: 0 });
  const gone = (slot: number) => ring.values(0).delete(at(slot));
  [2, 3].forEach(gone);
  await reader.read(at(12));
  expect(numbers()).toEqual({ 'reads{result="complete"}': 1, 'checked': 14, 'merged_away': 2 });
  expect(log).not.toHaveBeenCalled();
  // Two in this window, and one more after it.
  [9, 10, 11].forEach(gone);
  await reader.read(at(16));
  expect(numbers()).toEqual({ 'reads{result="complete"}': 1, 'reads{result="incomplete"}': 1, 'checked': 22, 'merged_away': 2, 'lost': 2 });
});

test('samples of an earlier process are judged by what they tell', async () => {
  const before = await reading(30);
  ring.values(0).delete(at(5));
  const metrics = new Metrics();
  const config = configFor(url, { confirmLossAfter: 0 });
  const now = at(23);
  const writer = new Writer(config, metrics, jest.fn(), now);
  const reader = new Reader(config, { age: 345, resolution: 0, mergeGap: 0 }, writer, metrics, jest.fn(), now);
  await writer.write(at(24));
  await reader.read(at(24) + 345_000);
  expect(before.writer.decided).toBe(at(20));
  // From the first after the age of 345 s up to the last but one: 19, of two series each, and the new one.
  expect(numbersIn(metrics.text(), 'continuous_test_checked')).toEqual({ 'continuous_test_checked_samples_total{age="345s",resolution="raw"}': 2 * 19 + 2 });
  expect(numbersIn(metrics.text(), 'continuous_test_lost')).toEqual({ 'continuous_test_lost_samples_total{age="345s",resolution="raw"}': 1 });
});

test('downsampled points are read with the one before', async () => {
  const { reader, writeUntil, numbers } = await reading(600, { resolution: 300, confirmLossAfter: 0 });
  await writeUntil(240);
  ring.values(0).delete(at(100));
  await reader.read(at(240));
  const { url: path, body } = ring.requests.at(-1)!;
  expect(path).toBe('/api/v1/query_range');
  const { query, start, end, step, max_source_resolution: resolution } = Object.fromEntries(new URLSearchParams(body));
  expect({ query: query.replace(/^(sum|min|max)/, ''), step, resolution }).toEqual({
    query: '_over_time(continuous_test_sequence{job="continuous-test",test="test",interval="15s",series_total="2"}[5m])', step: '300', resolution: '5m',
  });
  expect((Number(end) - Number(start)) % 300).toBeCloseTo(0);
  expect(Number(end) * 1000 + 1).toBe(reader.position);
  expect(numbers()).toMatchObject({ 'reads{result="incomplete"}': 1, 'lost': 1 });
});

test('downsampled points that are gone are counted when there are some again', async () => {
  const { reader, writeUntil, numbers } = await reading(600, { resolution: 300, confirmLossAfter: 0 });
  await writeUntil(400);
  for (let slot = 130; slot < 230; slot++) ring.values(0).delete(at(slot));
  for (let slot = 80; slot <= 400; slot += 20) await reader.read(at(slot));
  expect(numbers()).toMatchObject({ 'reads{result="incomplete"}': 1, 'lost': 100 });
});

test.each([[30, '30s'], [90, '90s'], [3600, '1h'], [108_000, '30h'], [345_600, '4d'], [0.5, '0.5s']])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
