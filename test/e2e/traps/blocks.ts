import * as fs from 'node:fs';
import * as path from 'node:path';

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
