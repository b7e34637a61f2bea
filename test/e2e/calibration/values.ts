import { Duration } from 'cdk8s';
import { startAgent } from './agents';
import { BlockMaker } from './blocks';
import { until } from './fleet';
import { remoteWriteUrl, startRing } from './flow';
import { Platform } from './platform';
import { encodeLabels, encodeRequest } from './remote-write';
import { Finding } from './results';
import { Running } from './running';
import { SERIES_PER_TARGET } from './series';
import { Targets } from './target';
import { Workload } from '../../../src/plan';
import { ReplicationProtocol } from '../../../src/receive';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const BLOCK = 2 * HOUR;
const INTERVAL = 30 * SECOND;
const SAMPLES = BLOCK / INTERVAL;
const SERIES = 5_000;
const WARM_UP = 30 * SECOND;
/** Series in one request, and samples of each: half an hour, as a head takes none that are an hour older than its newest. */
const BATCH = 200;
const SLICE = 60;

type Recorded = Map<string, { labels: Record<string, string>; values: number[] }>;

async function record(programs: readonly Running[], recorded: Recorded): Promise<void> {
  await Promise.all(programs.map(async (program, index) => {
    for (const [, name, labels, value] of (await program.text()).matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)) {
      const key = `${index} ${name} ${labels}`;
      const pairs = [...(labels ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text]);
      const series = recorded.get(key) ?? { labels: { ...Object.fromEntries(pairs), __name__: name, instance: `program-${index}` }, values: [] as number[] };
      series.values.push(Number(value.replace(/Inf/, 'Infinity')));
      recorded.set(key, series);
    }
  }));
}

/**
 * Reads the metrics of busy programs once a second, writes them as if they had been scraped every 30 s, and reads what a sample
 * takes: the values of real programs, which no generator has.
 */
export async function calibrateValues(): Promise<Finding> {
  const platform = new Platform({ workload: Workload.of({ activeSeries: SERIES, scrapeInterval: Duration.seconds(10) }) });
  const targets = await Targets.serve(SERIES / SERIES_PER_TARGET);
  const { router, ingestors } = await startRing(platform, ReplicationProtocol.PROTOBUF);
  const senders = await Promise.all(['a', 'b'].map(replica => startAgent(platform, { replica, targets, remoteWriteUrl: remoteWriteUrl(router) })));
  const programs = [...senders, router, ...ingestors];
  const recorded: Recorded = new Map();
  try {
    await until(Date.now() + WARM_UP);
    const start = Date.now();
    for (let sample = 0; sample < SAMPLES; sample++) {
      await until(start + sample * SECOND);
      await record(programs, recorded);
    }
  } finally {
    await Promise.all(programs.map(one => one.stop()));
    targets.close();
  }
  return weigh([...recorded.values()].filter(({ values }) => values.length === SAMPLES));
}

async function weigh(series: readonly { labels: Record<string, string>; values: number[] }[]): Promise<Finding> {
  const from = Math.floor(Date.now() / BLOCK) * BLOCK - 6 * BLOCK;
  const maker = await BlockMaker.start();
  const encoded = series.map(({ labels, values }) => ({ labels: encodeLabels(labels), values }));
  // The same again, until the head is long enough to be cut.
  for (let sample = 0; sample < 2 * SAMPLES; sample += SLICE) {
    for (let first = 0; first < encoded.length; first += BATCH) {
      const batch = encoded.slice(first, first + BATCH);
      const of = (values: number[]) => values.slice(sample % SAMPLES, sample % SAMPLES + SLICE);
      await maker.send(encodeRequest(batch.map(({ labels, values }) => ({ labels, values: of(values), start: from + sample * INTERVAL, step: INTERVAL }))));
    }
  }
  const [block] = await maker.blocks(from, from + BLOCK);
  maker.remove();
  const { series: count, samples, chunks, chunkBytes, indexBytes } = block;
  return {
    rows: [{ series: count, samples, chunks, chunkBytes, indexBytes }],
    fits: { chunkBytesPerSample: chunkBytes / samples, indexBytesPerSeries: indexBytes / count },
  };
}
