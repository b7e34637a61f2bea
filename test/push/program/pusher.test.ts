import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FakeGateway, quiet } from './fake-gateway';
import { Refused, Unreachable } from '../../../src/push/program/client';
import type { PushConfig } from '../../../src/push/program/config';
import { announce, push } from '../../../src/push/program/pusher';

let folder: string;
let gateway: FakeGateway;
let config: PushConfig;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pusher-'));
  gateway = new FakeGateway();
  const url = await gateway.start();
  config = {
    groupUrl: `${url}/metrics/job/report`,
    runUrl: `${url}/metrics/job/report/push_job/report`,
    groupLabels: { job: 'report' },
    metricsFile: path.join(folder, 'metrics.prom'),
    beginFile: path.join(folder, 'begin'),
    announceTimeout: 0,
    pushTimeout: 2,
    deleteAtBegin: false,
    logLevel: 'error',
    logFormat: 'logfmt',
  };
});

afterEach(async () => {
  await gateway.stop();
  fs.rmSync(folder, { recursive: true });
});

const asked = () => gateway.requests.map(({ method, path: at }) => `${method} ${at}`);
const write = (text: string) => fs.writeFileSync(config.metricsFile!, text);

test('announces when the job begins', async () => {
  await announce(config, quiet);
  expect(gateway.requests).toEqual([{
    method: 'POST',
    path: '/metrics/job/report/push_job/report',
    body: expect.stringMatching(/^# HELP job_last_start_timestamp_seconds When the job began last.\n# TYPE job_last_start_timestamp_seconds gauge\njob_last_start_timestamp_seconds \d{10}(\.\d+)?\n$/),
  }]);
});

test('deletes the group before the job begins, if it is kept until then', async () => {
  await announce({ ...config, deleteAtBegin: true }, quiet);
  expect(asked()).toEqual(['POST /metrics/job/report/push_job/report', 'DELETE /metrics/job/report']);
});

test.each([500, 400])('a Pushgateway that answers with %d keeps no job from beginning', async status => {
  gateway.answers.push({ status, body: 'no' });
  await announce(config, quiet);
  expect(fs.existsSync(config.beginFile)).toBe(true);
});

test('pushes the metrics, and then the success with its duration', async () => {
  await announce(config, quiet);
  write('rows 1');
  await push(config, quiet);
  expect(asked().slice(1)).toEqual(['PUT /metrics/job/report', 'POST /metrics/job/report/push_job/report']);
  expect(gateway.requests[1].body).toBe('rows 1\n');
  expect(gateway.requests[2].body).toMatch(/\njob_last_success_timestamp_seconds \d{10}(\.\d+)?\n[\s\S]*\njob_last_success_duration_seconds \d+(\.\d+)?\n$/);
});

test('a job that pushes itself has only its success pushed', async () => {
  await push({ ...config, metricsFile: undefined }, quiet);
  expect(asked()).toEqual(['POST /metrics/job/report/push_job/report']);
  expect(gateway.requests[0].body).not.toContain('duration');
});

test('tries again until it is taken', async () => {
  write('rows 1\n');
  gateway.answers.push({ status: 503, body: '' }, { status: 429, body: '' });
  await push(config, quiet);
  expect(asked().filter(request => request.startsWith('PUT'))).toHaveLength(3);
});

test('gives up at last, and does not call it a success', async () => {
  write('rows 1\n');
  await gateway.stop();
  await expect(push({ ...config, pushTimeout: 0 }, quiet)).rejects.toThrow(Unreachable);
  await expect(push({ ...config, pushTimeout: 0 }, quiet)).rejects.toThrow(/^nothing was pushed within 0 s; at last: fetch failed: /);
});

test.each([
  ['a text that Pushgateway refuses', 'rows 1\n', 'PUT was answered with 400: inconsistent'],
  ['a text with timestamps', 'rows 1 1700000000\n', 'gives \'rows\' a timestamp'],
  ['no text at all', undefined, 'the job has ended, but left no metrics at '],
])('%s is no success', async (_, text, reason) => {
  if (text !== undefined) {
    write(text);
  }
  gateway.answers.push({ status: 400, body: 'inconsistent\n' });
  const pushed = push(config, quiet);
  await expect(pushed).rejects.toThrow(Refused);
  await expect(pushed).rejects.toThrow(reason);
  expect(asked().filter(request => request.startsWith('POST'))).toEqual([]);
});

test('deletes the group when it has been seen, if it is kept until then', async () => {
  write('rows 1\n');
  await push({ ...config, deleteAfterPush: 0.01 }, quiet);
  expect(asked().at(-1)).toBe('DELETE /metrics/job/report');
});

test('a group that cannot be deleted is left to the cleaner', async () => {
  write('rows 1\n');
  gateway.answers.push({ status: 200, body: '' }, { status: 200, body: '' }, { status: 400, body: 'no' });
  await expect(push({ ...config, deleteAfterPush: 0.01 }, quiet)).resolves.toBeUndefined();
});
