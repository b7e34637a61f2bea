import { bytesIn, foldersNamed } from './files';
import { fitLine } from './fit';
import { Fleet } from './fleet';
import { COMMANDS, Platform } from './platform';
import { Finding } from './results';
import { FlagChanges, Memory, Running } from './running';
import { SERIES_PER_TARGET } from './series';
import { Workload } from '../../../src/plan';

/** What an ingestor costs at one size. */
export interface IngestorRow {
  readonly heads: number;
  readonly tenants: number;
  /** With 3 h of samples in the head, and more coming in. */
  readonly full: Memory;
  /** From the start after a kill until it is ready: it reads the WAL of the whole head again. */
  readonly replayed: Memory;
  /** Seconds of CPU that this takes. */
  readonly replayCpu: number;
  /** Peak of resident memory while the whole head is cut into blocks and uploaded, as at every stop, bytes. */
  readonly flushPeak: number;
  /** Seconds of CPU that this takes. */
  readonly flushCpu: number;
  /** Samples a second while CPU was measured, over all tenants. */
  readonly rate: number;
  readonly cpuPerSample: number;
  readonly walBytesPerSample: number;
}

const MINUTE = 60_000;
const BUCKET = '{type: FILESYSTEM, config: {directory: bucket}}';
/** Minutes of samples, one a minute: a whole chunk of 120, and one half full, as the mean. */
const FULL = 180;
const LIVE_INTERVAL = 15_000;
const LIVE = 45_000;

export const SIZES = [10_000, 40_000, 120_000];

/** Fills an ingestor with heads over three hours, lets it cut a block, and reads what that costs. */
export async function measureIngestor(heads: number, tenants: number): Promise<IngestorRow> {
  const platform = new Platform({ workload: Workload.of({ activeSeries: heads }) });
  const ingestor = await Running.start(platform, 'platform-receive-ingestor', COMMANDS, (): FlagChanges => ({ 'objstore.config': BUCKET }));
  const fleet = new Fleet(heads / tenants / SERIES_PER_TARGET);
  const url = `http://${ingestor.address(19291)}/api/v1/receive`;
  const feeds = Array.from({ length: tenants }, (_, index) => ({ url, tenant: 'ab'[index] }));
  try {
    const start = Date.now() - (FULL + 1) * MINUTE;
    await fleet.backfill(feeds, { start, interval: MINUTE, samples: FULL, slice: 20 });
    const live = await measureFlow(ingestor, () => fleet.live(feeds, LIVE_INTERVAL, LIVE));
    const full = await ingestor.memory();
    await ingestor.killAndStart();
    const replayed = await ingestor.memory();
    const cpu = ingestor.cpu();
    const stopped = await ingestor.stopped();
    return { heads, tenants, full, replayed, replayCpu: cpu, flushPeak: stopped.peak, flushCpu: stopped.cpu - cpu, ...live };
  } finally {
    await ingestor.stop();
  }
}

async function measureFlow(ingestor: Running, live: () => Promise<number>) {
  const walBytes = () => foldersNamed(ingestor.sandbox.folder, 'wal').map(bytesIn).reduce((sum, bytes) => sum + bytes, 0);
  const appended = async () => (await ingestor.metrics()).get('prometheus_tsdb_head_samples_appended_total')!;
  const before = { wal: walBytes(), samples: await appended(), cpu: ingestor.cpu(), time: Date.now() };
  await live();
  const samples = await appended() - before.samples;
  return {
    rate: samples / ((Date.now() - before.time) / 1000),
    cpuPerSample: (ingestor.cpu() - before.cpu) / samples,
    walBytesPerSample: (walBytes() - before.wal) / samples,
  };
}

/** Measures ingestors of several sizes, with one tenant and with two, and fits what a head costs. */
export async function calibrateIngestor(): Promise<Finding> {
  const rows: IngestorRow[] = [];
  for (const heads of SIZES) {
    for (const tenants of [1, 2]) {
      rows.push(await measureIngestor(heads, tenants));
      console.log(JSON.stringify(rows.at(-1)));
    }
  }
  const over = (y: (row: IngestorRow) => number) => fitLine(rows.map(row => ({ x: row.heads, y: y(row) })));
  return {
    rows,
    fits: {
      liveBytes: over(({ full }) => full.live),
      anonymousBytes: over(({ full }) => full.anonymous),
      peakBytes: over(({ full }) => full.peak),
      replayPeakBytes: over(({ replayed }) => replayed.peak),
      flushPeakBytes: over(({ flushPeak }) => flushPeak),
      cpuPerSecond: fitLine(rows.map(({ rate, cpuPerSample }) => ({ x: rate, y: rate * cpuPerSample }))),
    },
  };
}
