import * as fs from 'node:fs';
import * as path from 'node:path';
import { BlockMaker, upload } from './blocks';
import { fitLine } from './fit';
import { Fleet } from './fleet';
import { COMMANDS, Platform } from './platform';
import { Finding } from './results';
import { Running } from './running';
import { SERIES_PER_TARGET } from './series';
import { Workload } from '../../../src/plan';
import { poll, temporaryFolder } from '../../programs/process';

/** What a query took. */
export interface ReadingRow {
  /** Series that the query touched, and samples of all of them. */
  readonly series: number;
  readonly samples: number;
  readonly query: Costs;
  readonly store: Costs;
}

interface Costs {
  readonly cpu: number;
  /** Resident memory without mapped files that the query added at its peak, over what the program has when idle. */
  readonly addedPeak: number;
}

const HOUR = 3_600_000;
const INTERVAL = 30_000;
const DAYS = 3;
const SPAN = DAYS * 24 * HOUR;
const BEYOND = 3.5 * HOUR;
const TARGETS = 8;
/** Buckets of a target's histograms. */
const BUCKETS = 336;
const RANGES = [6 * HOUR, 24 * HOUR, 68 * HOUR];
const READY_MILLISECONDS = 90_000;
const TIMES = 3;

async function fill(bucket: string, from: number): Promise<void> {
  const maker = await BlockMaker.start();
  await maker.write({ fleet: new Fleet(TARGETS), from, to: from + SPAN + BEYOND, interval: INTERVAL, offset: 0 });
  for (const block of await maker.blocks(from, from + SPAN)) upload(block, bucket, { receive_replica: 'ingestor-0', tenant_id: 'a' });
  maker.remove();
}

async function ask(query: Running, from: number, to: number): Promise<void> {
  const expression = 'sum by (job) (rate(http_server_request_duration_seconds_bucket[5m]))';
  const parameters = new URLSearchParams({ query: expression, start: String(from / 1000), end: String(to / 1000), step: '300' });
  const response = await fetch(`http://${query.address(10902)}/api/v1/query_range?${parameters}`);
  const { status, error, data, warnings } = await response.json() as { status: string; error?: string; data?: { result: unknown[] }; warnings?: string[] };
  if (status !== 'success' || data!.result.length === 0 || warnings) throw new Error(`Query answered ${status} ${error ?? ''} ${warnings?.join() ?? ''}, ${data?.result.length ?? 0} series.`);
}

async function measure(query: Running, store: Running, from: number, range: number): Promise<ReadingRow> {
  const both = [query, store];
  const idle = both.map(one => ({ cpu: one.cpu(), anonymous: one.anonymous() }));
  const peaks = idle.map(({ anonymous }) => anonymous);
  const watch = setInterval(() => both.forEach((one, index) => peaks[index] = Math.max(peaks[index], one.anonymous())), 10);
  for (let time = 0; time < TIMES; time++) await ask(query, from, from + range);
  clearInterval(watch);
  const costs = both.map((one, index): Costs => ({ cpu: (one.cpu() - idle[index].cpu) / TIMES, addedPeak: peaks[index] - idle[index].anonymous }));
  const series = TARGETS * BUCKETS;
  return { series, samples: series * range / INTERVAL, query: costs[0], store: costs[1] };
}

/** Asks a querier for ever longer ranges from a store gateway, and fits what a sample costs. */
export async function calibrateReading(): Promise<Finding> {
  const bucket = temporaryFolder();
  const from = Math.floor(Date.now() / (2 * HOUR)) * 2 * HOUR - 5 * 24 * HOUR;
  await fill(bucket, from);
  const platform = new Platform({ workload: Workload.of({ activeSeries: TARGETS * SERIES_PER_TARGET }) });
  const store = await Running.start(platform, 'platform-store-0', COMMANDS, () => ({
    'objstore.config': `{type: FILESYSTEM, config: {directory: ${bucket}}}`,
  }));
  const query = await Running.start(platform, 'platform-query', COMMANDS, sandbox => {
    const file = path.join(sandbox.folder, 'endpoints.yaml');
    fs.writeFileSync(file, JSON.stringify({ endpoints: [{ address: store.address(10901) }] }));
    return { 'endpoint.sd-config-file': file };
  });
  try {
    const ready = await poll(() => ask(query, from, from + HOUR).then(() => true), READY_MILLISECONDS);
    if (!ready) await ask(query, from, from + HOUR);
    const rows: ReadingRow[] = [];
    for (const range of RANGES) {
      rows.push(await measure(query, store, from + 2 * HOUR, range));
      console.log(JSON.stringify(rows.at(-1)));
    }
    const over = (y: (row: ReadingRow) => number) => fitLine(rows.map(row => ({ x: row.samples, y: y(row) })));
    return {
      rows,
      fits: {
        queryCpu: over(row => row.query.cpu), queryAddedBytes: over(row => row.query.addedPeak),
        storeCpu: over(row => row.store.cpu), storeAddedBytes: over(row => row.store.addedPeak),
      },
    };
  } finally {
    await Promise.all([query.stop(), store.stop()]);
  }
}
