import { ceil } from './arithmetic';
import { downsampledBytesPerSecond, freshBytesPerSample } from './blocks';
import * as c from './constants';
import { FigureUnit } from './figure';
import { Load } from './load';
import { RingFacts } from './ring';
import { calc, Calculated, Given, Planned, Sheet } from './sheet';

/** Figures of the bucket. */
type BucketKey =
  | 'samplesPerSecond'
  | 'copiesInHeads'
  | 'copies'
  | 'uploadedBytesPerDay'
  | 'bytesRaw'
  | 'bytes5m'
  | 'bytes1h'
  | 'bytesInTransition'
  | 'bytesTotal'
  | 'syncs'
  | 'markRequests'
  | 'classARequests'
  | 'classBRequests'
  | 'monthlyCost'
  | 'embeddedBytesLimit';

export type BucketPlan = Planned<BucketKey>;

/** What the bucket's plan needs to know of the parts that write and read it. */
interface BucketFacts {
  readonly ring: RingFacts;
  /** Whether vertical compaction merges every replica label that blocks carry, so that one copy remains. */
  readonly deduplicated: boolean;
  /** Blocks that a sync meets, see `planStoreGateway`. */
  readonly blocks: number;
  /** Store gateway pods: each syncs the bucket on its own. */
  readonly storeGateways: number;
  /** Compactors, each with its block viewer: both sync the bucket on their own. */
  readonly compactors: number;
}

type Bucket = Sheet<BucketKey>;

/** Plans what is stored and what it costs. */
export function planBucket(load: Load, facts: BucketFacts, given: Given<BucketKey>, part = 'bucket'): BucketPlan {
  const sheet = new Sheet<BucketKey>(part, given);
  const copies = planCopies(sheet, load, facts);
  const bytes = planBytes(sheet, load, copies);
  const cost = planCost(sheet, load, facts, bytes.bytesTotal);
  return { ...copies, ...bytes, ...cost, embeddedBytesLimit: planBound(sheet), figures: sheet.figures };
}

function planCopies(sheet: Bucket, load: Load, { ring, deduplicated }: BucketFacts) {
  const { senderReplicas, replicationFactor } = ring;
  const { totalSeries, scrapeInterval } = load;
  const samplesPerSecond = sheet.figure('samplesPerSecond', {
    unit: FigureUnit.SAMPLES_PER_SECOND,
    value: load.samplesPerSecond,
    how: calc`${{ totalSeries }} ÷ ${{ scrapeInterval }}`,
    reason: 'The flow of one sender replica over all shards.',
    source: c.SOURCE.derivation,
  });
  const copiesInHeads = sheet.figure('copiesInHeads', {
    unit: FigureUnit.COUNT,
    value: senderReplicas * replicationFactor,
    how: calc`${{ senderReplicas }} × ${{ replicationFactor }}`,
    reason: 'Each twin is a tenant with heads of its own, and each head is replicated; all are uploaded.',
    source: c.SOURCE.receive,
  });
  const copies = sheet.figure('copies', {
    unit: FigureUnit.COUNT,
    value: deduplicated ? 1 : copiesInHeads,
    how: deduplicated ? calc`1` : calc`${{ copiesInHeads }}`,
    reason: deduplicated
      ? 'Vertical compaction merges twins and replicas into one copy.'
      : 'Without vertical compaction of every replica label all copies stay.',
    source: c.SOURCE.compact,
  });
  return { samplesPerSecond, copiesInHeads, copies };
}

function planBytes(sheet: Bucket, load: Load, of: { samplesPerSecond: number; copies: number; copiesInHeads: number }) {
  const { bytesPerSample, retentionRaw } = load;
  const { samplesPerSecond, copies, copiesInHeads } = of;
  const { LARGEST_BLOCK_SPAN, FIRST_LEVEL_SPAN, DELETE_DELAY } = c;
  const fresh = freshBytesPerSample(load);
  const { DAY } = c;
  const uploadedBytesPerDay = sheet.figure('uploadedBytesPerDay', {
    unit: FigureUnit.BYTES,
    value: fresh.value * samplesPerSecond * copiesInHeads * DAY,
    how: calc`${fresh.how} × ${{ samplesPerSecond }} × ${{ copiesInHeads }} × ${{ DAY }}`,
    reason: 'What all ingestors bring to the bucket in a day, before copies are merged; much more than that means more series than planned.',
    source: c.SOURCE.calibration,
  });
  const level = (name: BucketKey, retention: 'retentionRaw' | 'retention5m' | 'retention1h', perSecond: Calculated, reason: string) => sheet.figure(name, {
    unit: FigureUnit.BYTES,
    value: perSecond.value * load[retention] * copies,
    how: calc`${perSecond.how} × ${{ [retention]: load[retention] }} × ${{ copies }}`,
    reason,
    source: c.SOURCE.calibration,
  });
  const raw = { value: bytesPerSample * samplesPerSecond, how: calc`${{ bytesPerSample }} × ${{ samplesPerSecond }}` };
  const bytesRaw = level('bytesRaw', 'retentionRaw', raw, 'Samples as scraped.');
  const downsampled = 'Five aggregates of each window, whatever the scrape interval; it comes on top of the raw samples and takes the place of none.';
  const bytes5m = level('bytes5m', 'retention5m', downsampledBytesPerSecond(load, '5m'), downsampled);
  const bytes1h = level('bytes1h', 'retention1h', downsampledBytesPerSecond(load, '1h'), downsampled);
  const bytesInTransition = sheet.figure('bytesInTransition', {
    unit: FigureUnit.BYTES,
    value: samplesPerSecond
      * (bytesPerSample * Math.min(LARGEST_BLOCK_SPAN, retentionRaw) * copies + fresh.value * (FIRST_LEVEL_SPAN + DELETE_DELAY) * copiesInHeads),
    how: calc`${{ samplesPerSecond }} × (${{ bytesPerSample }} × min(${{ LARGEST_BLOCK_SPAN }}, ${{ retentionRaw }}) × ${{ copies }} + ${fresh.how} × (${{ FIRST_LEVEL_SPAN }} + ${{ DELETE_DELAY }}) × ${{ copiesInHeads }})`,
    reason: 'Replaced blocks stay for two days: those of two weeks when the largest block is written, and all copies that ingestors uploaded.',
    source: c.SOURCE.derivation,
  });
  const bytesTotal = sheet.figure('bytesTotal', {
    unit: FigureUnit.BYTES,
    value: bytesRaw + bytes5m + bytes1h + bytesInTransition,
    how: calc`${{ bytesRaw }} + ${{ bytes5m }} + ${{ bytes1h }} + ${{ bytesInTransition }}`,
    reason: 'What the bucket holds once the retention is reached; it takes that long to get there.',
    source: c.SOURCE.sum,
  });
  return { uploadedBytesPerDay, bytesRaw, bytes5m, bytes1h, bytesInTransition, bytesTotal };
}

function planCost(sheet: Bucket, load: Load, facts: BucketFacts, bytesTotal: number) {
  const { queriesPerSecond, prices } = load;
  const { storedGibMonth, millionClassA, millionClassB } = prices;
  const { blocks } = facts;
  const { rings, members, senderReplicas } = facts.ring;
  const { DAY, DAYS_A_MONTH, BLOCK_SPAN, PUTS_PER_BLOCK, BLOCKS_PER_LIST, GETS_PER_QUERY, GIB } = c;
  const month = DAYS_A_MONTH * DAY;
  const { syncs, markRequests } = planSyncs(sheet, facts, month);
  const classARequests = sheet.figure('classARequests', {
    unit: FigureUnit.COUNT,
    value: ceil(rings * members * senderReplicas * month / BLOCK_SPAN * PUTS_PER_BLOCK + syncs * ceil(blocks / BLOCKS_PER_LIST)),
    how: calc`ceil(${{ rings }} × ${{ members }} × ${{ senderReplicas }} × ${{ month }} ÷ ${{ BLOCK_SPAN }} × ${{ PUTS_PER_BLOCK }} + ${{ syncs }} × ceil(${{ blocks }} ÷ ${{ BLOCKS_PER_LIST }}))`,
    reason: 'PUT and LIST of a month: every ingestor uploads a block for each tenant every 2 h, and every sync lists the bucket.',
    source: c.SOURCE.s3Prices,
  });
  const classBRequests = sheet.figure('classBRequests', {
    unit: FigureUnit.COUNT,
    value: ceil(syncs * blocks + markRequests + queriesPerSecond * month * GETS_PER_QUERY),
    how: calc`ceil(${{ syncs }} × ${{ blocks }} + ${{ markRequests }} + ${{ queriesPerSecond }} × ${{ month }} × ${{ GETS_PER_QUERY }})`,
    reason: 'HEAD and GET of a month: every sync asks for meta.json of every block, those of other shards and streams too; then marks, and ranges of chunks for queries.',
    source: c.SOURCE.s3Prices,
  });
  const monthlyCost = sheet.figure('monthlyCost', {
    unit: FigureUnit.USD_PER_MONTH,
    value: bytesTotal / GIB * storedGibMonth + classARequests / 1e6 * millionClassA + classBRequests / 1e6 * millionClassB,
    how: calc`${{ bytesTotal }} ÷ ${{ GIB }} × ${{ storedGibMonth }} + ${{ classARequests }} ÷ 1000000 × ${{ millionClassA }} + ${{ classBRequests }} ÷ 1000000 × ${{ millionClassB }}`,
    reason: 'Storage and requests at the given prices, traffic left out; state `prices` for another provider.',
    source: c.SOURCE.s3Prices,
  });
  return { syncs, markRequests, classARequests, classBRequests, monthlyCost };
}

function planSyncs(sheet: Bucket, { blocks, storeGateways, compactors }: BucketFacts, month: number) {
  const { STORE_SYNC, COMPACTOR_SYNC, VIEWER_SYNC, SYNCS_PER_RUN, STORE_REPLICAS, MARKS_PER_BLOCK } = c;
  const syncs = sheet.figure('syncs', {
    unit: FigureUnit.COUNT,
    value: ceil(storeGateways * month / STORE_SYNC + compactors * (SYNCS_PER_RUN * month / COMPACTOR_SYNC + month / VIEWER_SYNC)),
    how: calc`ceil(${{ storeGateways }} × ${{ month }} ÷ ${{ STORE_SYNC }} + ${{ compactors }} × (${{ SYNCS_PER_RUN }} × ${{ month }} ÷ ${{ COMPACTOR_SYNC }} + ${{ month }} ÷ ${{ VIEWER_SYNC }}))`,
    reason: 'How often all parts together look through the bucket in a month: each store gateway pod, each compactor and its block viewer.',
    source: c.SOURCE.sync,
  });
  const markRequests = sheet.figure('markRequests', {
    unit: FigureUnit.COUNT,
    value: ceil(blocks * (STORE_REPLICAS * month / STORE_SYNC + MARKS_PER_BLOCK * SYNCS_PER_RUN * month / COMPACTOR_SYNC)),
    how: calc`ceil(${{ blocks }} × (${{ STORE_REPLICAS }} × ${{ month }} ÷ ${{ STORE_SYNC }} + ${{ MARKS_PER_BLOCK }} × ${{ SYNCS_PER_RUN }} × ${{ month }} ÷ ${{ COMPACTOR_SYNC }}))`,
    reason: 'GET requests for marks in a month: only the store gateways of a block\'s shard, and the compactor of its stream, look for them.',
    source: c.SOURCE.sync,
  });
  return { syncs, markRequests };
}

function planBound(sheet: Bucket) {
  const { EMBEDDED_BYTES_LIMIT } = c;
  return sheet.figure('embeddedBytesLimit', {
    unit: FigureUnit.BYTES,
    value: EMBEDDED_BYTES_LIMIT,
    how: calc`${{ EMBEDDED_BYTES_LIMIT }}`,
    reason: 'Up to here the embedded store is chosen without asking: one volume of this size is copied or restored within the hour.',
    source: c.SOURCE.derivation,
  });
}
