import * as fs from 'node:fs';
import * as path from 'node:path';
import { Block, blocksIn } from './blocks';
import { COMMANDS, Platform } from './platform';
import { Running } from './running';
import { Workload } from '../../../src/plan';

/** What a compactor took to bring a bucket to rest. */
export interface Compacted {
  /** Blocks that are left, those marked for deletion left out. */
  readonly blocks: Block[];
  /** All blocks that ever were in the bucket. */
  readonly everyBlock: Block[];
  /** Samples of all blocks that were there before, and series of all of them: one that is in two blocks counts twice. */
  readonly samplesIn: number;
  readonly seriesIn: number;
  /** Peak of resident memory without mapped files, bytes. */
  readonly anonymousPeak: number;
  /** Seconds of CPU. */
  readonly cpu: number;
}

const sum = (blocks: readonly Block[], of: (block: Block) => number) => blocks.reduce((total, block) => total + of(block), 0);

/** Runs the planned compactor on a bucket until it finds no more work. */
export async function compact(bucket: string): Promise<Compacted> {
  const before = blocksIn(bucket);
  const platform = new Platform({ workload: Workload.of({ activeSeries: 10_000 }) });
  const compactor = await Running.start(platform, 'platform-compactor', COMMANDS, () => ({
    'objstore.config': `{type: FILESYSTEM, config: {directory: ${bucket}}}`,
    // It is to end when it is done.
    'wait': undefined,
  }));
  const { anonymousPeak, cpu, output, code } = await compactor.finished();
  if (code !== 0) throw new Error(`The compactor ended with exit code ${code}:\n${output.slice(-3000)}`);
  const everyBlock = blocksIn(bucket);
  const blocks = everyBlock.filter(({ folder }) => !fs.existsSync(path.join(folder, 'deletion-mark.json')));
  return { blocks, everyBlock, samplesIn: sum(before, ({ samples }) => samples), seriesIn: sum(before, ({ series }) => series), anonymousPeak, cpu };
}
