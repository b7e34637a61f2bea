import * as fs from 'node:fs';
import * as path from 'node:path';
import { programPath } from '../../programs/build';
import { run } from '../../programs/process';

/** A block of a bucket. */
export interface Block {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Milliseconds since 1970. */
  readonly to: number;
  readonly series: number;
  readonly samples: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds between two samples of a downsampled block; 0 for raw ones. */
  readonly resolution: number;
  readonly level: number;
  readonly sources: readonly string[];
  /** Whether it is marked to be deleted. */
  readonly marked: boolean;
}

interface Meta {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
  readonly stats: { readonly numSeries: number; readonly numSamples: number };
  readonly compaction: { readonly level: number; readonly sources: readonly string[] };
  readonly thanos: { readonly labels: Readonly<Record<string, string>>; readonly downsample: { readonly resolution: number } };
}

/** All whole blocks of a bucket that is a folder, oldest first. */
export function blocksIn(bucket: string): Block[] {
  const metas = fs.readdirSync(bucket).map(name => path.join(bucket, name, 'meta.json')).filter(file => fs.existsSync(file));
  return metas.map(file => {
    const { ulid, minTime, maxTime, stats, compaction, thanos } = JSON.parse(fs.readFileSync(file, 'utf8')) as Meta;
    return {
      id: ulid,
      from: minTime,
      to: maxTime,
      series: stats.numSeries,
      samples: stats.numSamples,
      labels: thanos.labels,
      resolution: thanos.downsample.resolution,
      level: compaction.level,
      sources: compaction.sources,
      marked: fs.existsSync(path.join(path.dirname(file), 'deletion-mark.json')),
    };
  }).sort((a, b) => a.from - b.from);
}

/** The blocks that are not to be deleted. */
export const liveBlocks = (bucket: string): Block[] => blocksIn(bucket).filter(block => !block.marked);

/** A block that is made by hand. */
export interface NewBlock {
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Milliseconds since 1970. */
  readonly to: number;
  /** Milliseconds between two samples. */
  readonly step: number;
  readonly series: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Puts a raw block of back-dated samples into a bucket, as if Receive had uploaded it. */
export async function putBlock(bucket: string, { from, to, step, series, labels }: NewBlock): Promise<void> {
  const folder = fs.mkdtempSync(path.join(bucket, '.new-'));
  const times = Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
  const lines = Array.from({ length: series }, (_, index) => times.map(time => `trap{series="${index}"} ${index} ${time / 1000}`));
  const input = path.join(folder, 'input');
  fs.writeFileSync(input, ['# TYPE trap gauge', ...lines.flat(), '# EOF', ''].join('\n'));
  // The longest range that promtool knows, so that it makes one block of whatever lies in it.
  const ended = await run(programPath('promtool'), ['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=39366h', '--quiet', input, path.join(folder, 'blocks')]);
  if (ended.code !== 0) throw new Error(`promtool makes no block: ${ended.stderr}`);
  const [block] = fs.readdirSync(path.join(folder, 'blocks')).filter(name => name !== 'wal');
  const file = path.join(folder, 'blocks', block, 'meta.json');
  const thanos = { labels, downsample: { resolution: 0 }, source: 'receive' };
  fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')) as Meta, minTime: from, maxTime: to, thanos }));
  fs.renameSync(path.dirname(file), path.join(bucket, block));
  fs.rmSync(folder, { recursive: true });
}
