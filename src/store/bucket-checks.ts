import type { IConstruct } from 'constructs';
import type { BlockCompactor, BlockWriter } from '../core/blocks';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import type { Report } from '../core/judgement';
import { SERIES_PER_STREAM } from '../plan/constants';

type Labels = Record<string, string>;

/** Labels of blocks as people write them. */
function labelsText(labels: Labels): string {
  const entries = Object.entries(labels);
  return entries.length > 0 ? `{${entries.map(([name, value]) => `${name}="${value}"`).join(', ')}}` : 'all labels';
}

/** Whether a compactor takes the blocks of a writer. */
export const takes = ({ streamLabels }: Pick<BlockCompactor, 'streamLabels'>, writer: BlockWriter): boolean =>
  Object.entries(streamLabels).every(([name, value]) => writer.streamLabels[name] === value);

/** Judges, at synth, what all parts together do to a bucket. */
export function checkBucket(bucket: IConstruct, identity?: string): void {
  const graph = Graph.of(bucket);
  if (identity !== undefined) {
    graph.addBucket(bucket, identity);
  }
  // What is wrong with a bucket that several constructs describe is said once, at the first.
  if (graph.sameBuckets(bucket)[0] !== bucket) {
    return;
  }
  graph.addCheck(bucket, report => {
    const writers = graph.blockWriters(bucket);
    const compactors = graph.blockCompactors(bucket);
    checkCompacted(report, writers, compactors);
    checkDisjoint(report, compactors, graph.sameBuckets(bucket));
    checkStreams(report, writers);
    checkCopies(report, writers);
  });
}

function checkCompacted(report: Report, writers: BlockWriter[], compactors: BlockCompactor[]): void {
  if (writers.length > 0 && compactors.length === 0) {
    report('bucket-without-compactor', 'Blocks are written to the bucket, but there is no Compactor: they are never merged, downsampled or deleted. '
      + 'Add one, unless another app compacts this bucket.', Severity.WARNING);
    return;
  }
  for (const writer of writers.filter(candidate => !compactors.some(compactor => takes(compactor, candidate)))) {
    report('stream-without-compactor', `No Compactor takes the blocks of '${writer.at.node.path}' (${labelsText(writer.streamLabels)}): `
      + `${compactors.map(({ at, streamLabels }) => `'${at.node.path}' takes ${labelsText(streamLabels)}`).join(', ')}. `
      + 'Add one whose \'streamLabels\' fit, or the blocks are never merged or deleted.');
  }
}

/** Two compactors at one stream make blocks of the same samples, and may halt over what the other does. */
function checkDisjoint(report: Report, compactors: BlockCompactor[], buckets: IConstruct[]): void {
  const at = buckets.length > 1 ? `, at one bucket, which ${buckets.map(({ node }) => `'${node.path}'`).join(' and ')} describe,` : '';
  const pairs = compactors.flatMap((one, index) => compactors.slice(index + 1).map(other => ({ one, other })));
  pairs.filter(({ one, other }) => overlap(one.streamLabels, other.streamLabels)).forEach(({ one, other }) =>
    report('compactors-overlap', `The Compactors '${one.at.node.path}' (${labelsText(one.streamLabels)}) and '${other.at.node.path}' (${labelsText(other.streamLabels)})${at} `
      + 'may take the same blocks: every merged block would be there twice, and either may halt over what the other deletes. Give each platform a bucket or a \'prefix\' of its own; within one, let \'streamLabels\' differ in the value of a label, or keep one Compactor.'));
}

const overlap = (one: Labels, other: Labels): boolean =>
  Object.entries(one).every(([name, value]) => other[name] === undefined || other[name] === value);

function checkStreams(report: Report, writers: BlockWriter[]): void {
  const streams = new Map<string, number>();
  for (const { streamLabels, activeSeries } of writers) {
    const stream = labelsText(Object.fromEntries(Object.entries(streamLabels).sort(([a], [b]) => (a < b ? -1 : 1))));
    streams.set(stream, (streams.get(stream) ?? 0) + activeSeries);
  }
  for (const [stream, series] of streams) {
    if (series > SERIES_PER_STREAM) {
      report('stream-too-large', `The blocks of ${stream} carry ${Math.round(series)} active series, but one compaction stream can carry ${SERIES_PER_STREAM}: the index of a merged block `
        + `would outgrow what Thanos compacts. Spread the series over ${Math.ceil(series / SERIES_PER_STREAM)} rings, each with 'externalLabels' and a Compactor of its own.`);
    }
  }
}

function checkCopies(report: Report, writers: BlockWriter[]): void {
  for (const { at, replicaLabels } of writers) {
    for (const { name, copies, from } of replicaLabels().filter(({ on }) => on === 'series')) {
      const series = from ? `${from.map(path => `'${path}'`).join(' and ')} ${from.length === 1 ? 'sends' : 'send'} to '${at.node.path}'` : `'${at.node.path}' uploads`;
      report('copies-never-merged', `Each series that ${series} carries '${name}', so the bucket keeps ${copies ?? 'several'} copies of it for ever: `
        + 'the compactor merges copies that differ in a label of their blocks only. Let these senders be tenants of the ring in place of a replica label.', Severity.WARNING);
    }
  }
}
