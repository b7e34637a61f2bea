import type { BlockReader } from '../core/blocks';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import type { Report } from '../core/judgement';
import { durationText } from '../core/units';
import { BLOCK_SPAN } from '../plan/constants';

/** The setting that a gateway needs: a replaced block is served until its successor is loaded, but never when it is gone. */
export function matchingDelay(bucketDeleteDelays: number[]): number | undefined {
  return bucketDeleteDelays.length > 0 ? Math.min(...bucketDeleteDelays) / 2 : undefined;
}

/** Judges, at synth, a gateway beside the parts that write and delete what it serves. */
export function checkReader(report: Report, reader: BlockReader, bucket: Parameters<Graph['blockReaders']>[0], graph: Graph): void {
  checkDeletionMarks(report, reader, graph.blockCompactors(bucket).map(({ deleteDelay }) => deleteDelay));
  checkYoungEnd(report, reader, graph.blockWriters(bucket), graph.blockReaders(bucket));
  checkOldEnd(report, reader, Math.max(...graph.blockCompactors(bucket).map(({ retention }) => retention), 0), graph.blockReaders(bucket));
}

function checkDeletionMarks(report: Report, { ignoreDeletionMarksDelay, syncInterval }: BlockReader, deleteDelays: number[]): void {
  const deleteDelay = Math.min(...deleteDelays);
  const delay = ignoreDeletionMarksDelay ?? matchingDelay(deleteDelays);
  if (delay === undefined || !Number.isFinite(deleteDelay)) {
    return;
  }
  if (delay + syncInterval >= deleteDelay) {
    const half = deleteDelay / 2;
    const cure = half + syncInterval < deleteDelay ? `Lower it to ${durationText(half)}, or raise the compactor's 'deleteDelay'.`
      : `Raise the compactor's 'deleteDelay' above ${durationText(2 * syncInterval)}, or sync more often.`;
    report('store-serves-deleted-blocks', `'ignoreDeletionMarksDelay' is ${durationText(delay)} and 'syncBlockDuration' ${durationText(syncInterval)}, but the compactor deletes a block `
      + `${durationText(deleteDelay)} ('deleteDelay') after its mark: queries would fail over blocks that are gone. ${cure}`);
  } else if (delay < 2 * syncInterval) {
    report('store-drops-blocks-early', `'ignoreDeletionMarksDelay' is ${durationText(delay)}, less than two times 'syncBlockDuration' (${durationText(syncInterval)}): a block would be dropped `
      + 'before the one that replaces it is loaded. Raise it, or sync more often.', Severity.WARNING);
  }
}

/** Data that is not served yet must be served by somebody else: the ring, or another gateway. */
function checkYoungEnd(report: Report, reader: BlockReader, writers: ReturnType<Graph['blockWriters']>, readers: BlockReader[]): void {
  const { minAge, syncInterval } = reader;
  const margin = BLOCK_SPAN + 2 * syncInterval;
  const others = readers.filter(other => other !== reader && other.minAge < minAge);
  if (minAge === 0 || others.some(other => other.maxAge >= minAge)) {
    return;
  }
  for (const { at, localRetention } of writers.filter(writer => writer.localRetention < minAge + margin)) {
    report('store-gap-after-ring', `'minAge' is ${durationText(minAge)}, but '${at.node.path}' keeps data for ${durationText(localRetention)}: with the ${durationText(margin)} that a block `
      + `needs to be written, uploaded and found, data in between is served by nobody. Lower 'minAge' to ${durationText(Math.max(0, localRetention - margin))}, or raise the ring's 'ingestor.tsdbRetention'.`);
  }
}

/** Data that is no longer served must be served by another gateway for as long as it is kept. */
function checkOldEnd(report: Report, reader: BlockReader, retention: number, readers: BlockReader[]): void {
  const { maxAge } = reader;
  if (maxAge < retention && !readers.some(other => other !== reader && other.minAge <= maxAge && other.maxAge > maxAge)) {
    report('store-old-data-unserved', `'maxAge' is ${durationText(maxAge)}, but the bucket keeps data for ${durationText(retention)}, and no other StoreGateway goes on where this one ends. `
      + `Add one with 'minAge' ${durationText(maxAge)}, or leave 'maxAge' out.`, Severity.WARNING);
  }
}
