import { FakeGateway, quiet } from './fake-gateway';
import { Cleaner } from '../../../src/push/program/cleaner';
import type { CleanerConfig, KnownGroup } from '../../../src/push/program/config';

const NOW = 1_800_000_000;
let shards: FakeGateway[];
let urls: string[];

beforeEach(async () => {
  shards = [new FakeGateway(), new FakeGateway()];
  urls = await Promise.all(shards.map(shard => shard.start()));
});

afterEach(() => Promise.all(shards.map(shard => shard.stop())));

const time = (seconds: number) => ({ metrics: [{ value: String(seconds) }] });
const held = (labels: Record<string, string>, age: number, failedAge?: number) =>
  ({ labels, push_time_seconds: time(NOW - age), push_failure_time_seconds: time(failedAge === undefined ? 0 : NOW - failedAge) });

async function clean(groups: KnownGroup[], deleteAfter?: number): Promise<string[]> {
  const config: CleanerConfig = { shards: urls, groups, deleteAfter, interval: 60, logLevel: 'error', logFormat: 'logfmt' };
  const cleaner = new Cleaner(quiet);
  await cleaner.clean(config, NOW);
  metrics = cleaner.text();
  return shards.flatMap(({ requests }, index) => requests.filter(({ method }) => method === 'DELETE').map(({ path }) => `${index} ${path}`));
}

let metrics = '';

test('a group goes when its last push is older than its own limit', async () => {
  shards[0].groups = [held({ job: 'old', path: '/tmp' }, 101), held({ job: 'young' }, 99)];
  expect(await clean([{ labels: { path: '/tmp', job: 'old' }, shard: 0, deleteAfter: 100 }, { labels: { job: 'young' }, shard: 0, deleteAfter: 100 }], 10))
    .toEqual(['0 /metrics/job/old/path@base64/L3RtcA']);
});

test('a group without a limit stays, one that nobody knows goes at the limit of all', async () => {
  shards[0].groups = [held({ job: 'kept' }, 1e6), held({ job: 'stranger' }, 1001), held({ job: 'guest' }, 999)];
  expect(await clean([{ labels: { job: 'kept' }, shard: 0 }], 1000)).toEqual(['0 /metrics/job/stranger']);
});

test('nothing goes without any limit', async () => {
  shards[0].groups = [held({ job: 'stranger' }, 1e6)];
  expect(await clean([])).toEqual([]);
});

test('a push that was refused counts as one: somebody is still at work', async () => {
  shards[0].groups = [held({ job: 'stranger' }, 2000, 10)];
  expect(await clean([], 1000)).toEqual([]);
});

test('a group in a shard that is not its own goes as soon as its own has a newer one', async () => {
  const known = [{ labels: { job: 'moved' }, shard: 1, deleteAfter: 1000 }];
  shards[0].groups = [held({ job: 'moved' }, 50)];
  expect(await clean(known)).toEqual([]);
  shards[1].groups = [held({ job: 'moved' }, 60)];
  expect(await clean(known)).toEqual([]);
  shards[1].groups = [held({ job: 'moved' }, 10)];
  expect(await clean(known)).toEqual(['0 /metrics/job/moved']);
  expect(metrics).toContain('pushgateway_cleaner_deleted_groups_total{reason="misplaced"} 1\n');
});

test('a shard that is away or talks nonsense keeps nobody from cleaning the other', async () => {
  shards[0].answers.push({ status: 503, body: '' });
  shards[1].groups = [held({ job: 'stranger' }, 2000)];
  expect(await clean([], 1000)).toEqual(['1 /metrics/job/stranger']);
  const failed = `pushgateway_cleaner_looks_total{shard="${urls[0]}",result="failed"} 1\n`;
  expect(metrics).toContain(failed);
  expect(metrics).toContain(`pushgateway_cleaner_groups{shard="${urls[1]}"} 1\n`);
  expect(metrics).not.toContain(`pushgateway_cleaner_last_success_timestamp_seconds{shard="${urls[0]}"}`);
});

test('what cannot be deleted is not counted', async () => {
  shards[0].groups = [held({ job: 'stranger' }, 2000)];
  shards[0].answers.push({ status: 200, body: JSON.stringify({ data: shards[0].groups }) }, { status: 500, body: '' });
  await clean([], 1000);
  expect(metrics).toContain('pushgateway_cleaner_deleted_groups_total{reason="stale"} 0\n');
});
