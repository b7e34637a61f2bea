import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration } from 'cdk8s';
import { argsOf, startRuler } from './printed';
import { ObjectStoreBucket } from '../../../src';
import { programPath } from '../../programs/build';
import { freePorts, poll, run } from '../../programs/process';
import type { Report } from '../../programs/report';
import { Block, blocksIn, liveBlocks } from '../traps/blocks';
import { Lab } from '../traps/lab';
import { ask, Process } from '../traps/process';
import { startQuery, STORE } from '../traps/shapes';

const RULES = { groups: [{ name: 'proof', interval: '1s', rules: [{ record: 'proof:recorded', expr: 'vector(1)' }] }] };

/** In this test alone: our construct takes no blocks that are shorter than a minute. */
const BLOCK_DURATION = '--tsdb.block-duration=20s';
/** Milliseconds. */
const RANGE = 20_000;

/** Blocks of each ruler that are waited for. A head is looked at once a minute, and cut once it holds one and a half of them. */
const BLOCKS = 2;
const PATIENCE = 300_000;

const LABEL = 'rule_replica';
const RECORDED = 'count_over_time(proof:recorded[15m])';

/**
 * External labels of two pairs of rulers in one bucket. Blocks must have a label: where the replica's is the only one, the compactor leaves it, with
 * the same value for all (Thanos 0.42.4, pkg/block/fetcher.go, ReplicaLabelRemover).
 */
const PAIRS: { readonly labels: Record<string, string>; readonly left: string | undefined }[] = [{ labels: { cluster: 'eu-1' }, left: undefined }, { labels: {}, left: 'deduped' }];

const ofReplica = (blocks: readonly Block[], replica: string, cluster: string | undefined): Block[] =>
  blocks.filter(({ labels }) => labels[LABEL] === replica && labels.cluster === cluster);

/** With the folder of this machine in the place of the bucket. */
const inFolder = (args: readonly string[], bucket: string): string[] => args.map(arg => arg.replace(/^--objstore\.config=.*$/s, `--objstore.config={type: FILESYSTEM, config: {directory: ${bucket}}}`));

/**
 * Takes blocks out of the bucket whose range the other ruler has not uploaded yet: such a one is merged only once there is another one beside it, and
 * until then keeps the label of its ruler.
 */
function dropLone(bucket: string): void {
  const rangeOf = ({ from, labels }: Block): string => `${Math.floor(from / RANGE)} ${labels.cluster}`;
  const blocks = blocksIn(bucket);
  const lone = blocks.filter(block => blocks.filter(other => rangeOf(other) === rangeOf(block)).length < 2);
  lone.forEach(({ id }) => fs.rmSync(path.join(bucket, id), { recursive: true }));
}

/** Rulers record until the blocks of each are in the bucket. */
async function record(lab: Lab, args: readonly string[][]): Promise<string | undefined> {
  const rulers = await Promise.all(args.map(each => startRuler(inFolder(each, lab.bucket).map(arg => arg.replace(/^--tsdb\.block-duration=.*/, BLOCK_DURATION)), lab.folder(), RULES)));
  const all = (): boolean => PAIRS.every(({ labels }) => ['a', 'b'].every(replica => ofReplica(blocksIn(lab.bucket), replica, labels.cluster).length >= BLOCKS));
  const uploaded = await poll(() => Promise.resolve(all() || undefined), PATIENCE);
  await Promise.all(rulers.map(({ started }) => started.stop(10_000)));
  dropLone(lab.bucket);
  return uploaded ? undefined : rulers.map(({ started }) => started.output.slice(-1500)).join('\n');
}

/** Runs the compactor with the printed arguments until nothing is left to do. */
async function compact(lab: Lab, args: readonly string[]): Promise<string | undefined> {
  const [http] = await freePorts(1);
  const local = inFolder(args, lab.bucket).filter(arg => arg !== '--wait').map(arg => arg.replace(/^--data-dir=.*/, `--data-dir=${lab.folder()}`)
    .replace(/^--http-address=.*/, `--http-address=127.0.0.1:${http}`).replace(/^--consistency-delay=.*/, '--consistency-delay=0s').replace(/\$\$/g, '$'));
  const { code, stdout, stderr } = await run(programPath('thanos'), local, {}, 120_000);
  return code === 0 ? undefined : `exit code ${code}:\n${(stdout + stderr).slice(-1500)}`;
}

interface Copy {
  readonly cluster?: string;
  readonly replica?: string;
  readonly samples: number;
}

/** The copies of the recorded series that a store gateway has which begins now and passes over what is marked to be deleted. */
async function copies(lab: Lab, query: Process): Promise<Copy[]> {
  const store = await lab.start(STORE, { flags: { 'ignore-deletion-marks-delay': '0s' } });
  const found = await poll(async () => {
    const { results } = await ask(query.url(), RECORDED, { dedup: 'false' });
    return results.length > 0 ? results : undefined;
  }, 60_000);
  await store.started.stop();
  return (found ?? []).map(({ metric, values }) => ({ cluster: metric.cluster, replica: metric[LABEL], samples: Number(values[0][1]) }));
}

const inWords = (found: readonly Copy[]): string => found.map(({ replica, samples }) => `${samples} samples of ${replica ?? 'no replica'}`).join(', ');

/** The one copy of a pair has about as many samples as each of the two had; on a busy machine, rulers leave evaluations out. */
function problemOf(pair: typeof PAIRS[number], apart: readonly Copy[], merged: readonly Copy[]): string | undefined {
  const most = Math.max(...apart.map(({ samples }) => samples));
  const one = apart.length === 2 && merged.length === 1 && merged[0].replica === pair.left && merged[0].samples < 1.1 * most && merged[0].samples > 0.7 * most;
  return one ? undefined : JSON.stringify({ apart, merged });
}

/** Rulers with a bucket: their copies are apart until the compactor has merged them, and then there is one. */
export async function checkStateful(report: Report): Promise<void> {
  await Lab.with({}, async lab => {
    const store = await lab.start(STORE);
    const query = await startQuery(lab, 1);
    await store.started.stop();
    const printed = PAIRS.map(({ labels }) =>
      argsOf(query.url(), chart => ({ bucket: ObjectStoreBucket.filesystem(chart, 'bucket'), tsdbBlockDuration: Duration.minutes(1), externalLabels: labels })));
    const stuck = await record(lab, printed.flatMap(({ rulers }) => rulers));
    report.answer('rulers with a bucket upload blocks', stuck);
    if (stuck !== undefined) return;
    const apart = await copies(lab, query);
    report.answer('the compactor runs through, as it is printed for them', await compact(lab, printed[0].compactor));
    const merged = await copies(lab, query);
    for (const pair of PAIRS) {
      const [before, after] = [apart, merged].map(found => found.filter(({ cluster }) => cluster === pair.labels.cluster));
      report.answer(`two rulers with ${JSON.stringify(pair.labels)}: the bucket had ${inWords(before)}, and has ${inWords(after)}`, problemOf(pair, before, after));
    }
    const left = liveBlocks(lab.bucket).filter(({ labels }) => ['a', 'b'].includes(labels[LABEL]));
    report.answer('no block has the label of its ruler', left.length === 0 ? undefined : JSON.stringify(left));
  });
}
