import { Block, BlockMaker, upload } from './blocks';
import { compact } from './compacting';
import { fitLine, leastSquares } from './fit';
import { Fleet } from './fleet';
import { Finding } from './results';
import { SERIES_PER_TARGET } from './series';
import { temporaryFolder } from '../../programs/process';

/** What the compactor took to merge six copies of eight hours into one block. */
export interface CompactorRow {
  /** Milliseconds between two samples. */
  readonly interval: number;
  readonly series: number;
  /** Samples of all copies, and series of all their blocks. */
  readonly samplesIn: number;
  readonly seriesIn: number;
  /** Samples of the merged block. */
  readonly samplesOut: number;
  readonly anonymousPeak: number;
  readonly cpu: number;
}

const HOUR = 3_600_000;
const SPAN = 8 * HOUR;
/** The block that the compactor leaves alone as the newest, and what it takes until the head is cut. */
const NEWEST = 2 * HOUR;
const BEYOND = 3.5 * HOUR;
const TWINS = ['a', 'b'];
const REPLICAS = 3;
const MINUTE = 60_000;
/** Series and interval; the memory follows the series, so that the last ones need few samples. */
const SIZES = [[2_000, MINUTE], [10_000, MINUTE], [40_000, MINUTE], [40_000, 10 * MINUTE], [160_000, 10 * MINUTE]] as const;

/** Blocks of the senders' twins; the second's scrapes come later in the interval. */
async function makeTwin(series: number, interval: number, twin: number, from: number): Promise<{ maker: BlockMaker; blocks: Block[] }> {
  const maker = await BlockMaker.start();
  await maker.write({ fleet: new Fleet(series / SERIES_PER_TARGET), from, to: from + SPAN + BEYOND, interval, offset: twin * 0.4 * interval });
  return { maker, blocks: await maker.blocks(from, from + SPAN + NEWEST) };
}

async function measure(series: number, interval: number): Promise<CompactorRow> {
  const from = Math.floor((Date.now() - 2 * 24 * HOUR) / SPAN) * SPAN;
  const bucket = temporaryFolder();
  for (const [twin, tenant] of TWINS.entries()) {
    const { maker, blocks } = await makeTwin(series, interval, twin, from);
    for (const block of blocks) {
      for (let replica = 0; replica < REPLICAS; replica++) upload(block, bucket, { receive_replica: `ingestor-${replica}`, tenant_id: tenant });
    }
    maker.remove();
  }
  const { blocks, samplesIn, seriesIn, anonymousPeak, cpu } = await compact(bucket);
  const merged = blocks.find(({ minTime, maxTime }) => maxTime - minTime === SPAN);
  if (!merged) throw new Error(`The compactor left blocks of ${blocks.map(({ minTime, maxTime }) => (maxTime - minTime) / HOUR).join(', ')} h, and none of 8 h.`);
  return { series, interval, samplesIn, seriesIn, samplesOut: blocks.reduce((sum, block) => sum + block.samples, 0), anonymousPeak, cpu };
}

/** Merges six copies of blocks with several numbers of series, and fits what that takes. */
export async function calibrateCompactor(sizes: readonly (readonly [number, number])[] = SIZES): Promise<Finding> {
  const rows: CompactorRow[] = [];
  for (const [series, interval] of sizes) {
    rows.push(await measure(series, interval));
    console.log(JSON.stringify(rows.at(-1)));
  }
  return { rows, fits: fitCompactor(rows) };
}

/** What follows from the rows. */
export function fitCompactor(rows: readonly CompactorRow[]) {
  const [perSample, perSeries] = leastSquares(rows.map(({ samplesIn, seriesIn, cpu }) => ({ x: [samplesIn, seriesIn], y: cpu })));
  return {
    anonymousPeakBytes: fitLine(rows.map(({ series, anonymousPeak }) => ({ x: series, y: anonymousPeak }))),
    cpuSeconds: { sample: perSample, series: perSeries },
  };
}
