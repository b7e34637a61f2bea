import { randomInt } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Fleet } from './fleet';
import { send } from './remote-write';
import { programPath } from '../../programs/build';
import { freePorts, poll, Started, temporaryFolder } from '../../programs/process';

const HOUR = 3_600_000;
const BLOCK = 2 * HOUR;
const READY_MILLISECONDS = 30_000;
const CUT_MILLISECONDS = 300_000;

/** Statistics of a block, from its meta.json. */
export interface Block {
  readonly folder: string;
  readonly minTime: number;
  readonly maxTime: number;
  readonly series: number;
  readonly samples: number;
  readonly chunks: number;
  readonly indexBytes: number;
  readonly chunkBytes: number;
  /** Seconds between samples: 0 raw, 300, 3600. */
  readonly resolution: number;
  readonly labels: Readonly<Record<string, string>>;
}

interface Meta {
  readonly minTime: number;
  readonly maxTime: number;
  readonly stats: { readonly numSeries: number; readonly numSamples: number; readonly numChunks: number };
  readonly thanos?: { readonly labels: Record<string, string>; readonly downsample: { readonly resolution: number } };
}

/** Series of some targets over a time, at an interval. */
export interface History {
  readonly fleet: Fleet;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds. */
  readonly interval: number;
  /** Milliseconds by which these scrapes come later than those of a twin. */
  readonly offset: number;
}

/** A Prometheus server that takes remote write and cuts blocks of two hours, as an ingestor does from a head of the same code. */
export class BlockMaker {
  public static async start(): Promise<BlockMaker> {
    const folder = temporaryFolder();
    const [port] = await freePorts(1);
    fs.writeFileSync(path.join(folder, 'prometheus.yaml'), '{}');
    const started = new Started('nice', ['-n', '10', programPath('prometheus'), '--config.file=prometheus.yaml', `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.path=data', '--storage.tsdb.min-block-duration=2h', '--storage.tsdb.max-block-duration=2h', '--storage.tsdb.retention.time=10y',
      '--web.enable-remote-write-receiver'], { cwd: folder });
    const ready = await poll(async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok || undefined, READY_MILLISECONDS);
    if (!ready) throw new Error(`Prometheus did not get ready:\n${started.output.slice(-2000)}`);
    return new BlockMaker(folder, `http://127.0.0.1:${port}/api/v1/write`, started);
  }

  private constructor(private readonly folder: string, private readonly url: string, private readonly started: Started) {}

  /** Writes a history; later ones must not begin before it ended. */
  public async write({ fleet, from, to, interval, offset }: History): Promise<void> {
    // An hour at a time: the head is cut meanwhile, and never grows far above three hours.
    const slice = Math.max(1, Math.round(HOUR / interval));
    await fleet.backfill([{ url: this.url }], { start: from + offset, interval, samples: Math.floor((to - from) / interval), slice });
  }

  /** Sends a request of one's own. */
  public send(request: Buffer): Promise<void> {
    return send(this.url, request);
  }

  /** The blocks that end until a time, once all of them are cut; the program is stopped. */
  public async blocks(from: number, to: number): Promise<Block[]> {
    const cut = () => blocksIn(path.join(this.folder, 'data')).filter(({ maxTime }) => maxTime <= to);
    const all = await poll(async () => {
      const found = cut();
      return found.length >= (to - from) / BLOCK ? found : undefined;
    }, CUT_MILLISECONDS);
    await this.started.stop();
    if (!all) throw new Error(`Prometheus cut ${cut().length} blocks of ${(to - from) / BLOCK}:\n${this.started.output.slice(-2000)}`);
    return all;
  }

  public remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** All blocks in a folder. */
export function blocksIn(folder: string): Block[] {
  const names = fs.readdirSync(folder).filter(name => fs.existsSync(path.join(folder, name, 'meta.json')));
  return names.map(name => readBlock(path.join(folder, name)));
}

function readBlock(folder: string): Block {
  const { minTime, maxTime, stats, thanos }: Meta = JSON.parse(fs.readFileSync(path.join(folder, 'meta.json'), 'utf8'));
  const chunks = fs.readdirSync(path.join(folder, 'chunks')).map(file => fs.statSync(path.join(folder, 'chunks', file)).size);
  return {
    folder, minTime, maxTime,
    series: stats.numSeries,
    samples: stats.numSamples,
    chunks: stats.numChunks,
    indexBytes: fs.statSync(path.join(folder, 'index')).size,
    chunkBytes: chunks.reduce((sum, bytes) => sum + bytes, 0),
    resolution: (thanos?.downsample.resolution ?? 0) / 1000,
    labels: thanos?.labels ?? {},
  };
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID of a time: the compactor reads from it when a block was made. */
export function ulid(time: number): string {
  const digits = Array.from({ length: 10 }, (_, index) => ALPHABET[Math.floor(time / 32 ** (9 - index)) % 32]);
  return digits.join('') + Array.from({ length: 16 }, () => ALPHABET[randomInt(32)]).join('');
}

/** Puts a copy of a block into a bucket, as an ingestor with these labels would have uploaded it. */
export function upload(block: Block, bucket: string, labels: Readonly<Record<string, string>>): void {
  const id = ulid(block.maxTime);
  const folder = path.join(bucket, id);
  fs.mkdirSync(path.join(folder, 'chunks'), { recursive: true });
  const segments = fs.readdirSync(path.join(block.folder, 'chunks'));
  // Links: the copies of all replicas take no room.
  for (const file of ['index', ...segments.map(segment => path.join('chunks', segment))]) fs.linkSync(path.join(block.folder, file), path.join(folder, file));
  const meta = JSON.parse(fs.readFileSync(path.join(block.folder, 'meta.json'), 'utf8'));
  fs.writeFileSync(path.join(folder, 'meta.json'), JSON.stringify({
    ...meta,
    ulid: id,
    compaction: { level: 1, sources: [id] },
    thanos: { version: 1, labels, downsample: { resolution: 0 }, source: 'receive', segment_files: segments },
  }));
}
