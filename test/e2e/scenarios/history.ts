import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { Duration } from 'cdk8s';
import { stringify } from 'yaml';
import { type Block, blocksOf, copiesInBucket, STORE_GATEWAYS } from './bucket';
import { judgeMerged } from './merging';
import type { Testbed } from './testbed';
import { ensureBuilt, programPath } from '../../programs/build';
import { Forward } from '../harness/forward';
import { progress } from '../harness/progress';
import type { Notebook } from '../harness/results';
import { until } from '../harness/wait';
import { PLATFORM_NAME } from '../platforms/small';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
/** The longest range that the compactor makes one block of. */
const LONGEST = 14 * DAY;
const BUCKET_PORT = 7070;
/** What is left to the compactor is the step to the longest range. */
const BLOCK_HOURS = 48;
const PATIENCE = { timeout: 15 * MINUTE, every: 5 * SECOND };
const METRIC = 'history_value';
const STEP = MINUTE;
const RESOLUTION_5M = 300;
const RESOLUTION_1H = 3600;

const run = promisify(execFile);

/** Blocks of a live platform reach the bucket, and the copies of ingestors and of twins become one. */
export async function mergesCopies(testbed: Testbed, notebook: Notebook): Promise<void> {
  const merged = await until('block without the labels of replicas', async () => (await blocksOf(testbed)).find(isMerged), PATIENCE);
  const { minTime, maxTime } = merged;
  notebook.figure('samples of the merged block', merged.stats?.numSamples ?? NaN, '');
  const copies = await until('bucket with a single copy', async () => {
    const found = await copiesInBucket(testbed, minTime, Math.min(maxTime, minTime + MINUTE));
    if (found !== 1) throw new Error(`there are ${found} copies`);
    return found;
  }, PATIENCE);
  notebook.figure('copies of a series in it', copies, '', 1);
}

const isMerged = ({ thanos: { labels }, compaction: { level } }: Block): boolean =>
  level > 1 && !labels.receive_replica?.startsWith(PLATFORM_NAME) && labels.tenant_id === undefined;

/** An ingestor that stops uploads what it has; the store gateways then serve it. */
export async function goesThroughBucket(testbed: Testbed, notebook: Notebook): Promise<void> {
  const [ingestor] = await testbed.pods('receive-ingestor');
  const begin = Date.now();
  await testbed.cluster.core.deleteNamespacedPod({ namespace: testbed.namespace, name: ingestor });
  await until('sample that the store gateways return', async () => ((await copiesInBucket(testbed, begin - MINUTE, begin)) > 0 ? true : undefined), PATIENCE);
  notebook.figure('read through the bucket after', (Date.now() - begin) / SECOND, 's');
  await testbed.untilSettled();
}

/**
 * What the bucket alone has of a time in which senders and ingestors were killed.
 * @throws KnownLimit when something is missing that the copies had before; an error when it is more than merging leaves out, or nothing was
 * merged yet
 */
export async function losesNothingByMerging(testbed: Testbed, notebook: Notebook): Promise<void> {
  const merged = (await blocksOf(testbed)).filter(isMerged);
  if (merged.length === 0) throw new Error('The bucket has no merged block, so that nothing can be shown. Run it after \'blocks reach the bucket, and their copies become one\', which waits for one.');
  const from = Math.max(testbed.begin, Math.min(...merged.map(({ minTime }) => minTime)));
  const to = Math.max(...merged.map(({ maxTime }) => maxTime));
  const account = await testbed.account({ from, to }, STORE_GATEWAYS);
  notebook.figure('samples that must be there', account.expected, '');
  notebook.figure('not in the merged blocks', account.lost, '', 0);
  notebook.figure('longest time without a sample', account.longestGap, 's', testbed.interval / SECOND);
  judgeMerged(account, testbed.interval);
}

/** Blocks of weeks ago, as two twins would have written them, are compacted, downsampled, expired and read back. */
export async function keepsHistory(testbed: Testbed, notebook: Notebook): Promise<void> {
  await ensureBuilt(['promtool', 'thanos']);
  // The last whole range of 14 days, and two days more, so that the range counts as past.
  const boundary = Math.floor((Date.now() - 5 * DAY) / LONGEST) * LONGEST;
  const from = boundary - LONGEST;
  const to = boundary + 2 * DAY;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-thanos-history-'));
  try {
    for (const tenant of ['a', 'b']) await upload(testbed, path.join(folder, tenant), tenant, from, to);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  // Raw blocks of the older range have just expired, and those of the newer one have not.
  const retentionRaw = Duration.millis(Date.now() - boundary - DAY);
  await testbed.change({ compactor: { retentionRaw, retention5m: Duration.days(200), retention1h: Duration.days(300), deleteDelay: Duration.minutes(5) } });
  const begin = Date.now();
  for (const resolution of [RESOLUTION_5M, RESOLUTION_1H]) {
    await until(`block of 14 days at a resolution of ${resolution} s`, async () => (await blocksOf(testbed)).find(block => covers(block, from, resolution)), PATIENCE);
  }
  notebook.figure('downsampled after', (Date.now() - begin) / SECOND, 's');
  await until('bucket without the expired raw blocks', async () => ((await blocksOf(testbed)).some(block => covers(block, from, 0)) ? undefined : true), PATIENCE);
  await readsBack(testbed, from + 3 * DAY, notebook);
}

/** What the blocks hold at a time: a straight line, so that every average can be foretold. */
const valueAt = (time: number): number => Math.floor(time / STEP);

async function upload(testbed: Testbed, folder: string, tenant: string, from: number, to: number): Promise<void> {
  fs.mkdirSync(folder);
  const text = path.join(folder, 'history.om');
  const blocks = path.join(folder, 'blocks');
  const stream = fs.createWriteStream(text);
  stream.write(`# TYPE ${METRIC} gauge\n`);
  for (let time = from; time < to; time += STEP) stream.write(`${METRIC}{pod="generator-0"} ${valueAt(time)} ${time / SECOND}\n`);
  await new Promise(resolve => stream.end('# EOF\n', () => resolve(undefined)));
  await run(programPath('promtool'), ['tsdb', 'create-blocks-from', `--max-block-duration=${BLOCK_HOURS}h`, 'openmetrics', '--quiet', text, blocks]);
  const forward = await Forward.to(testbed.cluster, { namespace: testbed.namespace, service: `${PLATFORM_NAME}-bucket`, port: BUCKET_PORT });
  try {
    const config = stringify({ type: 'S3', config: { bucket: 'blocks', endpoint: new URL(forward.url).host, insecure: true, bucket_lookup_type: 'path', ...await credentials(testbed) } });
    const labels = [`--label=receive_replica="${PLATFORM_NAME}-receive-ingestor-0"`, `--label=tenant_id="${tenant}"`];
    await run(programPath('thanos'), ['tools', 'bucket', 'upload-blocks', `--path=${blocks}`, `--objstore.config=${config}`, '--shipper.upload-compacted', ...labels]);
    progress(`uploaded ${fs.readdirSync(blocks).length} blocks of tenant ${tenant}`);
  } finally {
    forward.close();
  }
}

async function credentials({ cluster, namespace }: Testbed): Promise<{ access_key: string; secret_key: string }> {
  const { data = {} } = await cluster.core.readNamespacedSecret({ namespace, name: `${PLATFORM_NAME}-bucket-credentials` });
  const decoded = (key: string) => Buffer.from(data[key], 'base64').toString();
  return { access_key: decoded('access-key'), secret_key: decoded('secret-key') };
}

const covers = ({ minTime, maxTime, thanos }: Block, time: number, resolution: number): boolean =>
  thanos.downsample.resolution === resolution * SECOND && minTime <= time && (resolution === 0 || maxTime >= time + LONGEST - DAY);

async function readsBack({ query }: Testbed, time: number, notebook: Notebook): Promise<void> {
  const at = (maxSourceResolution: number) => query.query(`avg_over_time(${METRIC}[2h])`, { time, stores: STORE_GATEWAYS, maxSourceResolution });
  const found = await until('downsampled value through the store gateways', async () => (await at(RESOLUTION_1H))[0]?.values[0], PATIENCE);
  const foretold = (valueAt(time) + valueAt(time - 2 * 60 * MINUTE)) / 2;
  notebook.figure('average of two hours, weeks ago', found, '', foretold);
  if (Math.abs(found - foretold) > 60) throw new Error(`The average is ${found}, and should be ${foretold}.`);
  const raw = await at(0);
  if (raw.length > 0) throw new Error(`There are still raw samples: ${JSON.stringify(raw)}.`);
}
