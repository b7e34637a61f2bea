import { Duration } from 'cdk8s';
import { startAgent } from './agents';
import { bytesIn, foldersNamed } from './files';
import { fitLine } from './fit';
import { until } from './fleet';
import { Platform } from './platform';
import { Finding } from './results';
import { Memory } from './running';
import { SERIES_PER_TARGET } from './series';
import { Sink } from './sink';
import { Targets } from './target';
import { Workload } from '../../../src/plan';

export interface SenderRow {
  readonly series: number;
  readonly rate: number;
  readonly steady: Memory;
  readonly cpuPerSample: number;
  readonly walBytesPerSample: number;
  /** After the receiver was gone for a while. */
  readonly outage: Memory;
  /** From a kill until it has read its WAL again. */
  readonly replayed: Memory;
}

const SIZES = [10_000, 40_000, 120_000];
const INTERVAL = 15;
const WARM_UP = 50_000;
const MEASURED = 60_000;
const OUTAGE = 60_000;
/** Milliseconds. */
const LATENCY = 20;

async function measure(series: number): Promise<SenderRow> {
  const platform = new Platform({
    workload: Workload.of({ activeSeries: series, scrapeInterval: Duration.seconds(INTERVAL), latency: Duration.millis(LATENCY) }),
  });
  const targets = await Targets.serve(series / SERIES_PER_TARGET);
  const sink = await Sink.open(LATENCY);
  const sender = await startAgent(platform, { replica: 'a', targets, remoteWriteUrl: sink.url });
  try {
    await until(Date.now() + WARM_UP);
    const wal = () => bytesIn(foldersNamed(sender.sandbox.folder, 'wal')[0]);
    const sent = async () => (await sender.metrics()).get('prometheus_remote_storage_samples_total')!;
    const before = { cpu: sender.cpu(), sent: await sent(), wal: wal(), time: Date.now() };
    await until(Date.now() + MEASURED);
    const samples = await sent() - before.sent;
    const steady = await sender.memory();
    const seconds = (Date.now() - before.time) / 1000;
    const costs = { rate: samples / seconds, cpuPerSample: (sender.cpu() - before.cpu) / samples, walBytesPerSample: (wal() - before.wal) / samples };
    sink.away = true;
    sender.resetPeak();
    await until(Date.now() + OUTAGE);
    const outage = await sender.memory();
    sink.away = false;
    await sender.killAndStart();
    const replayed = await sender.memory();
    return { series, ...costs, steady, outage, replayed };
  } finally {
    await sender.stop();
    sink.close();
    targets.close();
  }
}

/** Runs senders of several sizes and fits what a series costs. */
export async function calibrateSenders(): Promise<Finding> {
  const rows: SenderRow[] = [];
  for (const series of SIZES) {
    rows.push(await measure(series));
    console.log(JSON.stringify(rows.at(-1)));
  }
  const over = (y: (row: SenderRow) => number) => fitLine(rows.map(row => ({ x: row.series, y: y(row) })));
  return {
    rows,
    fits: {
      liveBytes: over(({ steady }) => steady.live),
      anonymousBytes: over(({ steady }) => steady.anonymous),
      peakBytes: over(({ steady }) => steady.peak),
      outagePeakBytes: over(({ outage }) => outage.peak),
      replayPeakBytes: over(({ replayed }) => replayed.peak),
      cores: fitLine(rows.map(({ rate, cpuPerSample }) => ({ x: rate, y: rate * cpuPerSample }))),
    },
  };
}
