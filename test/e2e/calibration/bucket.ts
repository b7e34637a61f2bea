import { Block, BlockMaker, upload } from './blocks';
import { Compacted, compact } from './compacting';
import { leastSquares, worst } from './fit';
import { Fleet } from './fleet';
import { Finding } from './results';
import { temporaryFolder } from '../../programs/process';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FORTNIGHT = 14 * DAY;
/** A newest block is left alone by the compactor, so there is one more; the head is cut when it is longer than one and a half blocks. */
const NEWEST = 2 * HOUR;
const BEYOND = 3.5 * HOUR;

/** One kind of data, two weeks of it. */
export interface Scenario {
  readonly name: string;
  readonly targets: number;
  /** Seconds. */
  readonly interval: number;
  /** Hours that a series lives; all of the time unless given. */
  readonly life?: number;
  /** Copies as twins and replicas of the ring make them: the first number twins, the second replicas. */
  readonly copies?: readonly [number, number];
}

export const SCENARIOS: readonly Scenario[] = [
  { name: '15 s', targets: 1, interval: 15 },
  { name: '30 s', targets: 2, interval: 30 },
  { name: '60 s', targets: 4, interval: 60 },
  { name: '30 s, replaced every 20 h', targets: 2, interval: 30, life: 20 },
  { name: '30 s, 3 replicas', targets: 2, interval: 30, copies: [1, 3] },
  { name: '15 s, 2 twins x 3 replicas', targets: 1, interval: 15, copies: [2, 3] },
  { name: '30 s, 2 twins x 3 replicas', targets: 2, interval: 30, copies: [2, 3] },
  { name: '60 s, 2 twins x 3 replicas', targets: 4, interval: 60, copies: [2, 3] },
];

export interface BucketRow {
  readonly scenario: string;
  readonly resolution: number;
  /** Hours that the block covers. */
  readonly hours: number;
  readonly series: number;
  readonly samples: number;
  readonly chunks: number;
  readonly indexBytes: number;
  readonly chunkBytes: number;
}

/** The last fortnight that has ended, as the compactor cuts time. */
export function lastFortnight(now: number): number {
  // One day back: the newest blocks of a stream are left alone.
  return Math.floor((now - DAY) / FORTNIGHT) * FORTNIGHT - FORTNIGHT;
}

async function makeTwin(scenario: Scenario, twin: number, from: number): Promise<{ maker: BlockMaker; blocks: Block[] }> {
  const maker = await BlockMaker.start();
  const interval = scenario.interval * 1000;
  const to = from + FORTNIGHT;
  const life = (scenario.life ?? Infinity) * HOUR;
  let born = from;
  for (let generation = 0; born < to; generation++) {
    const dead = Math.min(born + life, to + BEYOND);
    const fleet = new Fleet(scenario.targets, generation * scenario.targets);
    await maker.write({ fleet, from: born, to: dead, interval, offset: twin * 0.4 * interval });
    born = dead;
  }
  return { maker, blocks: await maker.blocks(from, to + NEWEST) };
}

export async function run(scenario: Scenario, from: number): Promise<{ rows: BucketRow[]; compacted: Compacted }> {
  const [twins, replicas] = scenario.copies ?? [1, 1];
  const bucket = temporaryFolder();
  for (let twin = 0; twin < twins; twin++) {
    const { maker, blocks } = await makeTwin(scenario, twin, from);
    for (const block of blocks) {
      for (let replica = 0; replica < replicas; replica++) upload(block, bucket, { receive_replica: `ingestor-${replica}`, tenant_id: 'ab'[twin] });
    }
    maker.remove();
  }
  const compacted = await compact(bucket);
  const rows = compacted.everyBlock.map(({ resolution, minTime, maxTime, series, samples, chunks, indexBytes, chunkBytes }): BucketRow => ({
    scenario: scenario.name, resolution, hours: Math.round((maxTime - minTime) / HOUR), series, samples, chunks, indexBytes, chunkBytes,
  }));
  return { rows: onePerSize(rows), compacted };
}

/** Of the blocks of one resolution and length one, the largest: the others differ by chance only. */
function onePerSize(rows: readonly BucketRow[]): BucketRow[] {
  const bySize = new Map<string, BucketRow>();
  for (const row of [...rows].sort((a, b) => a.samples - b.samples)) bySize.set(`${row.resolution} ${row.hours}`, row);
  return [...bySize.values()].sort((a, b) => a.resolution - b.resolution || a.hours - b.hours);
}

/** Bytes of index for a series and for a chunk. */
export function fitIndex(rows: readonly BucketRow[]): { series: number; chunk: number; worst: number } {
  const [series, chunk] = leastSquares(rows.map(row => ({ x: [row.series, row.chunks], y: row.indexBytes })));
  return { series, chunk, worst: worst(rows.map(row => (series * row.series + chunk * row.chunks) / row.indexBytes)) };
}

/** What a row takes: bytes of a sample, and CPU of the compactor for a sample that came in. */
interface ScenarioCosts {
  readonly scenario: string;
  /** Samples of all copies that were uploaded. */
  readonly samplesIn: number;
  readonly compactorCpu: number;
  readonly compactorPeak: number;
}

/** Writes two weeks of several kinds of data, compacts and downsamples them, and fits what a block takes. */
export async function calibrateBucket(scenarios: readonly Scenario[] = SCENARIOS): Promise<Finding> {
  const from = lastFortnight(Date.now());
  const rows: BucketRow[] = [];
  const costs: ScenarioCosts[] = [];
  for (const scenario of scenarios) {
    const { rows: found, compacted } = await run(scenario, from);
    rows.push(...found);
    costs.push({ scenario: scenario.name, samplesIn: compacted.samplesIn, compactorCpu: compacted.cpu, compactorPeak: compacted.anonymousPeak });
    console.log(JSON.stringify({ found, costs: costs.at(-1) }));
  }
  return { rows, fits: fitBucket(rows, costs) };
}

/** What follows from blocks of all kinds. */
export function fitBucket(rows: readonly BucketRow[], costs: readonly ScenarioCosts[]) {
  const largest = (scenario: string, resolution: number) =>
    rows.filter(row => row.scenario === scenario && row.resolution === resolution).sort((a, b) => b.hours - a.hours)[0];
  const bytes = ({ indexBytes, chunkBytes, samples }: BucketRow) => (indexBytes + chunkBytes) / samples;
  const kinds = [...new Set(rows.map(({ scenario }) => scenario))];
  return {
    indexRaw: fitIndex(rows.filter(({ resolution }) => resolution === 0)),
    bytesPerSample: kinds.map(scenario => ({
      scenario, raw: bytes(largest(scenario, 0)), window5m: bytes(largest(scenario, 300)), window1h: bytes(largest(scenario, 3600)),
    })),
    costs,
  };
}
