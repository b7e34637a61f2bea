import { Block, BlockMaker, upload } from './blocks';
import { compact } from './compacting';
import { fitLine } from './fit';
import { Fleet } from './fleet';
import { Finding } from './results';
import { SERIES_PER_TARGET } from './series';
import { temporaryFolder } from '../../programs/process';

/** What the compactor took to merge six copies of eight hours into one block. */
export interface CompactorRow {
  readonly series: number;
  /** Samples of all copies. */
  readonly samplesIn: number;
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
const INTERVAL = 60_000;
const TWINS = ['a', 'b'];
const REPLICAS = 3;
const SIZES = [2_000, 10_000, 40_000];

/** Blocks of the senders' twins; the second's scrapes come later in the interval. */
async function makeTwin(series: number, twin: number, from: number): Promise<{ maker: BlockMaker; blocks: Block[] }> {
  const maker = await BlockMaker.start();
  await maker.write({ fleet: new Fleet(series / SERIES_PER_TARGET), from, to: from + SPAN + BEYOND, interval: INTERVAL, offset: twin * 0.4 * INTERVAL });
  return { maker, blocks: await maker.blocks(from, from + SPAN + NEWEST) };
}

async function measure(series: number): Promise<CompactorRow> {
  const from = Math.floor((Date.now() - 2 * 24 * HOUR) / SPAN) * SPAN;
  const bucket = temporaryFolder();
  let samplesIn = 0;
  for (const [twin, tenant] of TWINS.entries()) {
    const { maker, blocks } = await makeTwin(series, twin, from);
    for (const block of blocks) {
      for (let replica = 0; replica < REPLICAS; replica++) upload(block, bucket, { receive_replica: `ingestor-${replica}`, tenant_id: tenant });
      samplesIn += block.samples * REPLICAS;
    }
    maker.remove();
  }
  const { blocks, anonymousPeak, cpu } = await compact(bucket);
  const merged = blocks.find(({ minTime, maxTime }) => maxTime - minTime === SPAN);
  if (!merged) throw new Error(`The compactor left blocks of ${blocks.map(({ minTime, maxTime }) => (maxTime - minTime) / HOUR).join(', ')} h, and none of 8 h.`);
  return { series, samplesIn, samplesOut: blocks.reduce((sum, block) => sum + block.samples, 0), anonymousPeak, cpu };
}

/** Merges six copies of blocks with several numbers of series, and fits what that takes. */
export async function calibrateCompactor(): Promise<Finding> {
  const rows: CompactorRow[] = [];
  for (const series of SIZES) {
    rows.push(await measure(series));
    console.log(JSON.stringify(rows.at(-1)));
  }
  return {
    rows,
    fits: {
      anonymousPeakBytes: fitLine(rows.map(({ series, anonymousPeak }) => ({ x: series, y: anonymousPeak }))),
      cpuSeconds: fitLine(rows.map(({ samplesIn, cpu }) => ({ x: samplesIn, y: cpu }))),
    },
  };
}
