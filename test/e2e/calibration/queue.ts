import { Duration } from 'cdk8s';
import { startAgent } from './agents';
import { until } from './fleet';
import { Platform } from './platform';
import { Finding } from './results';
import { Memory, Running } from './running';
import { SERIES_PER_TARGET } from './series';
import { Sink } from './sink';
import { Targets } from './target';
import { Workload } from '../../../src/plan';
import { planSenders } from '../../../src/plan/senders';

/** How one queue did on the same load beside the other. */
export interface QueueRow {
  readonly queue: 'planned' | 'default';
  readonly samplesPerSecond: number;
  readonly minShards: number;
  readonly maxShards: number;
  readonly steady: Side;
  readonly catchUp: Side & {
    /** Seconds until the newest sample that was sent is no older than two scrapes and a batch deadline. */
    readonly seconds: number;
    /** What the plan promises. */
    readonly plannedSeconds: number;
  };
}

interface Side {
  readonly samplesPerCpuSecond: number;
  readonly memory: Memory;
  readonly mostShards: number;
  readonly mostRequestsAtOnce: number;
  readonly samplesPerRequest: number;
  /** Mean seconds of a request, as the sender sees it. */
  readonly latency: number;
}

const RATES = [2_000, 4_000, 8_000];
const INTERVAL = 5;
const WARM_UP = 40_000;
const MEASURED = 60_000;
const OUTAGE = 180;
const DRAIN = 120;
/** Milliseconds. */
const LATENCY = 100;
const LATENCY_UNDER_LOAD = 300;
const SECOND = 1000;
/** Scrapes that make a sender's newest sample that much older than now, and a batch that waits to be full. */
const ABREAST = 2 * INTERVAL + 5;
const GIVE_UP = 10 * DRAIN * SECOND;

interface Contestant {
  readonly queue: QueueRow['queue'];
  readonly sender: Running;
  readonly sink: Sink;
}

async function measure(rate: number): Promise<QueueRow[]> {
  const workload = {
    activeSeries: rate * INTERVAL, scrapeInterval: Duration.seconds(INTERVAL), outage: Duration.seconds(OUTAGE), drain: Duration.seconds(DRAIN),
    latency: Duration.millis(LATENCY), latencyUnderLoad: Duration.millis(LATENCY_UNDER_LOAD),
  };
  const platform = new Platform({ workload: Workload.of(workload) });
  // The platform's own series are not scraped here, and the queue has the shards that they would need too.
  const plannedFor = (maxShards: number) => planSenders(Workload.of(workload)._load, { rings: 1, members: 3, replicationFactor: 3 }, { maxShards }).drainTime;
  const targets = await Targets.serve(rate * INTERVAL / SERIES_PER_TARGET);
  const contestants = await Promise.all((['planned', 'default'] as const).map(async (queue): Promise<Contestant> => {
    const sink = await Sink.open(LATENCY);
    const sender = await startAgent(platform, { replica: 'a', targets, remoteWriteUrl: sink.url, queueConfig: queue === 'default' ? {} : undefined });
    return { queue, sender, sink };
  }));
  try {
    await until(Date.now() + WARM_UP);
    const steady = await Promise.all(contestants.map(one => observe(one, () => until(Date.now() + MEASURED))));
    for (const { sink } of contestants) Object.assign(sink, { away: true, latency: LATENCY_UNDER_LOAD });
    await until(Date.now() + OUTAGE * SECOND);
    for (const { sink } of contestants) sink.away = false;
    const back = Date.now();
    return await Promise.all(contestants.map(async (one, index): Promise<QueueRow> => {
      const catchUp = await observe(one, () => abreast(one.sender, back + GIVE_UP));
      const seconds = (Date.now() - back) / SECOND;
      const metrics = await one.sender.metrics();
      const maxShards = metrics.get('prometheus_remote_storage_shards_max')!;
      return {
        queue: one.queue, samplesPerSecond: rate, maxShards,
        minShards: metrics.get('prometheus_remote_storage_shards_min')!,
        steady: steady[index],
        catchUp: { ...catchUp, seconds, plannedSeconds: plannedFor(maxShards) },
      };
    }));
  } finally {
    await Promise.all(contestants.map(({ sender }) => sender.stop()));
    contestants.forEach(({ sink }) => sink.close());
    targets.close();
  }
}

async function observe({ sender, sink }: Contestant, during: () => Promise<void>): Promise<Side> {
  const sent = async () => {
    const metrics = await sender.metrics();
    const of = (name: string) => metrics.get(`prometheus_remote_storage_${name}`)!;
    return { samples: of('samples_total'), requests: of('sent_batch_duration_seconds_count'), seconds: of('sent_batch_duration_seconds_sum') };
  };
  sink.mostAtOnce = 0;
  sender.resetPeak();
  const before = { cpu: sender.cpu(), ...await sent(), taken: sink.taken };
  let mostShards = 0;
  const watch = setInterval(() => void sender.metrics().then(metrics => mostShards = Math.max(mostShards, metrics.get('prometheus_remote_storage_shards')!)), SECOND);
  await during();
  clearInterval(watch);
  const after = await sent();
  const samples = after.samples - before.samples;
  return {
    samplesPerCpuSecond: samples / (sender.cpu() - before.cpu),
    memory: await sender.memory(),
    mostShards,
    mostRequestsAtOnce: sink.mostAtOnce,
    samplesPerRequest: samples / (sink.taken - before.taken),
    latency: (after.seconds - before.seconds) / (after.requests - before.requests),
  };
}

/** Waits until a sender has caught up. */
async function abreast(sender: Running, giveUp: number): Promise<void> {
  for (; Date.now() < giveUp; await until(Date.now() + SECOND)) {
    const metrics = await sender.metrics();
    if (Date.now() / SECOND - metrics.get('prometheus_remote_storage_queue_highest_sent_timestamp_seconds')! < ABREAST) return;
  }
  throw new Error('A sender has not caught up; look at what its queue lacks.');
}

/** Runs two senders beside each other on the same targets, one with the planned queue and one with Prometheus' own, through an outage. */
export async function calibrateQueue(): Promise<Finding> {
  const rows: QueueRow[] = [];
  for (const rate of RATES) {
    rows.push(...await measure(rate));
    for (const row of rows.slice(-2)) console.log(JSON.stringify(row));
  }
  const planned = rows.filter(({ queue }) => queue === 'planned');
  return { rows, fits: { plannedByMeasuredDrain: planned.map(({ catchUp }) => catchUp.plannedSeconds / catchUp.seconds) } };
}
