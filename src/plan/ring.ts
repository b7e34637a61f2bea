import { ceil } from './arithmetic';
import { freshBytesPerSample, indexBytes } from './blocks';
import * as c from './constants';
import { FigureUnit } from './figure';
import { Load } from './load';
import { planClaim, planCpu, planMemory } from './resources';
import { calc, Given, Planned, Sheet } from './sheet';

/** Figures of one ring; those that `ThanosReceiveRing` has a prop for bear the prop's name. */
type RingKey =
  | 'rings'
  | 'replicationFactor'
  | 'headsPerRing'
  | 'members'
  | 'ingestors'
  | 'seriesPerIngestor'
  | 'seriesPerVolume'
  | 'samplesPerSecondPerIngestor'
  | 'ingestorCpuRequest'
  | 'ingestorMemoryRequest'
  | 'ingestorMemoryLimit'
  | 'ingestorStorageSize'
  | 'tsdbRetention'
  | 'outOfOrderTimeWindow'
  | 'maxExemplars'
  | 'terminationGracePeriod'
  | 'routers'
  | 'samplesPerSecondPerRouter'
  | 'routerCpuRequest'
  | 'routerMemoryRequest'
  | 'routerMemoryLimit';

export type RingPlan = Planned<RingKey> & RingFacts;

/** What other parts need to know of the rings; a {@link RingPlan} is one. */
export interface RingFacts {
  /** Senders of each series: each is a tenant of its own, and so a copy in the heads. */
  readonly senderReplicas: number;
  readonly rings: number;
  /** Members of one ring. */
  readonly members: number;
  readonly replicationFactor: number;
  /** Routers of one ring. */
  readonly routers: number;
}

/** What stands around a ring. */
interface RingSurroundings {
  readonly senderReplicas: number;
  /** Zones that the members are spread over; members are a multiple of it. @default 1 */
  readonly zones?: number;
}

type Ring = Sheet<RingKey>;

/** Plans Receive rings; every figure but `rings` is that of one ring. */
export function planRing(load: Load, around: RingSurroundings, given: Given<RingKey>, part = 'ring'): RingPlan {
  const sheet = new Sheet<RingKey>(part, given);
  const size = planSize(sheet, load, around);
  const flow = planFlow(sheet, load, around, size);
  const tsdb = planTsdb(sheet, load);
  const ingestor = planIngestor(sheet, load, given, { ...flow, ...tsdb });
  const router = planRouter(sheet, load, given, { ...around, ...size });
  return { ...size, ...flow, ...tsdb, ...ingestor, ...router, senderReplicas: around.senderReplicas, figures: sheet.figures };
}

/** The size of a ring only, for comparisons. */
export function sizeRing(load: Load, around: RingSurroundings, given: Given<RingKey>) {
  const sheet = new Sheet<RingKey>('ring', given);
  const size = planSize(sheet, load, around);
  return { ...size, ...planFlow(sheet, load, around, size) };
}

interface Size {
  readonly rings: number;
  readonly replicationFactor: number;
  readonly headsPerRing: number;
  readonly members: number;
}

function planRings(sheet: Ring, load: Load, senderReplicas: number) {
  const { totalSeries } = load;
  const { SERIES_PER_STREAM, LARGEST_BLOCK_SPAN, MAX_INDEX_BYTES } = c;
  const index = indexBytes(load, senderReplicas, { value: LARGEST_BLOCK_SPAN, how: calc`${{ LARGEST_BLOCK_SPAN }}` });
  return sheet.figure('rings', {
    unit: FigureUnit.COUNT,
    value: Math.max(ceil(totalSeries / SERIES_PER_STREAM), ceil(index.value / MAX_INDEX_BYTES)),
    how: calc`max(ceil(${{ totalSeries }} ÷ ${{ SERIES_PER_STREAM }}), ceil(${index.how} ÷ ${{ MAX_INDEX_BYTES }}))`,
    reason: 'Blocks of one ring are one compaction stream: it carries only so many series, and Thanos merges two weeks of it only if the index stays small enough.',
    source: c.SOURCE.compactPlanner,
  });
}

function planSize(sheet: Ring, load: Load, { senderReplicas, zones = 1 }: RingSurroundings) {
  const { totalSeries, churnPerHour } = load;
  const { REPLICATION_FACTOR, RING_SKEW, RING_HEAD_SPAN, HOUR, SERIES_PER_INGESTOR } = c;
  const rings = planRings(sheet, load, senderReplicas);
  const replicationFactor = sheet.figure('replicationFactor', {
    unit: FigureUnit.COUNT,
    value: REPLICATION_FACTOR,
    how: calc`${{ REPLICATION_FACTOR }}`,
    reason: 'A write needs two of three copies, so one member, or one zone of three, may be away.',
    source: c.SOURCE.receive,
  });
  const headsPerRing = sheet.figure('headsPerRing', {
    unit: FigureUnit.SERIES,
    value: ceil(totalSeries * senderReplicas * replicationFactor / rings * (1 + churnPerHour * RING_HEAD_SPAN / HOUR)),
    how: calc`ceil(${{ totalSeries }} × ${{ senderReplicas }} × ${{ replicationFactor }} ÷ ${{ rings }} × (1 + ${{ churnPerHour }} × ${{ RING_HEAD_SPAN }} ÷ ${{ HOUR }}))`,
    reason: 'Every twin and every replica is a copy, and a series that is gone stays until its block is cut.',
    source: c.SOURCE.derivation,
  });
  const spare = replicationFactor > 1 ? 1 : 0;
  const members = sheet.figure('members', {
    unit: FigureUnit.COUNT,
    value: ceil(Math.max(replicationFactor, ceil(headsPerRing * RING_SKEW / SERIES_PER_INGESTOR) + spare) / zones) * zones,
    how: calc`ceil(max(${{ replicationFactor }}, ceil(${{ headsPerRing }} × ${{ RING_SKEW }} ÷ ${{ SERIES_PER_INGESTOR }}) + ${{ spare }}) ÷ ${{ zones }}) × ${{ zones }}`,
    reason: 'With one member removed the others still stay below their target of heads; each zone has the same number.',
    source: c.SOURCE.derivation,
  });
  const ingestors = sheet.figure('ingestors', {
    unit: FigureUnit.COUNT,
    value: members,
    how: calc`${{ members }}`,
    reason: 'Pods are a setting of their own: they come before the members when a ring grows, and go after them when it shrinks.',
    source: c.SOURCE.derivation,
  });
  return { rings, replicationFactor, headsPerRing, members, ingestors };
}

function planFlow(sheet: Ring, load: Load, { senderReplicas }: RingSurroundings, { rings, replicationFactor, headsPerRing, members }: Size) {
  const { samplesPerSecond } = load;
  const { RING_SKEW, SERIES_PER_INGESTOR } = c;
  const seriesPerIngestor = sheet.figure('seriesPerIngestor', {
    unit: FigureUnit.SERIES,
    value: ceil(headsPerRing / members * RING_SKEW),
    how: calc`ceil(${{ headsPerRing }} ÷ ${{ members }} × ${{ RING_SKEW }})`,
    reason: 'Heads of the fullest member, as hashing is not quite even.',
    source: c.SOURCE.derivation,
  });
  const seriesPerVolume = sheet.figure('seriesPerVolume', {
    unit: FigureUnit.SERIES,
    value: Math.max(seriesPerIngestor, Math.min(SERIES_PER_INGESTOR, ceil(headsPerRing / replicationFactor * RING_SKEW))),
    how: calc`max(${{ seriesPerIngestor }}, min(${{ SERIES_PER_INGESTOR }}, ceil(${{ headsPerRing }} ÷ ${{ replicationFactor }} × ${{ RING_SKEW }})))`,
    reason: 'Heads of a member while the ring is as small as it can be: the claims that it has then stay as they are when members are added.',
    source: c.SOURCE.derivation,
  });
  const samplesPerSecondPerIngestor = sheet.figure('samplesPerSecondPerIngestor', {
    unit: FigureUnit.SAMPLES_PER_SECOND,
    value: samplesPerSecond * senderReplicas * replicationFactor / rings / members * RING_SKEW,
    how: calc`${{ samplesPerSecond }} × ${{ senderReplicas }} × ${{ replicationFactor }} ÷ ${{ rings }} ÷ ${{ members }} × ${{ RING_SKEW }}`,
    reason: 'What the fullest member takes in; CPU and disk follow from it.',
    source: c.SOURCE.derivation,
  });
  return { seriesPerIngestor, seriesPerVolume, samplesPerSecondPerIngestor };
}

function planTsdb(sheet: Ring, { outage, drain }: Load) {
  const { TSDB_RETENTION, UPLOAD_MARGIN, INGESTOR_GRACE } = c;
  const tsdbRetention = sheet.figure('tsdbRetention', {
    unit: FigureUnit.SECONDS,
    value: Math.max(TSDB_RETENTION, outage + UPLOAD_MARGIN),
    how: calc`max(${{ TSDB_RETENTION }}, ${{ outage }} + ${{ UPLOAD_MARGIN }})`,
    reason: 'Blocks that could not be uploaded must still be there when the bucket is back; a day leaves time for people.',
    source: c.SOURCE.derivation,
  });
  const outOfOrderTimeWindow = sheet.figure('outOfOrderTimeWindow', {
    unit: FigureUnit.SECONDS,
    value: outage + drain,
    how: calc`${{ outage }} + ${{ drain }}`,
    reason: 'A sender that catches up is behind the newest sample of the head by the outage and the time it drains; older than 1 h is refused without a window.',
    source: c.SOURCE.receive,
  });
  const maxExemplars = sheet.figure('maxExemplars', {
    unit: FigureUnit.COUNT,
    value: 0,
    how: calc`0`,
    reason: 'Exemplars cost memory in every copy and lead nowhere without a trace store; set a number to keep them.',
    source: c.SOURCE.receive,
  });
  const terminationGracePeriod = sheet.figure('terminationGracePeriod', {
    unit: FigureUnit.SECONDS,
    value: INGESTOR_GRACE,
    how: calc`${{ INGESTOR_GRACE }}`,
    reason: 'An ingestor that stops cuts a block of its head and uploads it before it exits.',
    source: c.SOURCE.receive,
  });
  return { tsdbRetention, outOfOrderTimeWindow, maxExemplars, terminationGracePeriod };
}

interface Ingestor {
  readonly seriesPerIngestor: number;
  readonly seriesPerVolume: number;
  readonly samplesPerSecondPerIngestor: number;
  readonly tsdbRetention: number;
  readonly outOfOrderTimeWindow: number;
}

function planIngestor(sheet: Ring, load: Load, given: Given<RingKey>, ingestor: Ingestor) {
  const fresh = freshBytesPerSample(load);
  const { seriesPerIngestor, seriesPerVolume, samplesPerSecondPerIngestor, tsdbRetention, outOfOrderTimeWindow } = ingestor;
  const { PROCESS_MEMORY, INGESTOR_BYTES_PER_SERIES, INGESTOR_LIMIT_BYTES_PER_SERIES, INGESTOR_SAMPLES_PER_CORE } = c;
  const { RING_HEAD_SPAN, HEAD_WAL_BYTES_PER_SAMPLE, TSDB_HEADROOM } = c;
  const ingestorCpuRequest = planCpu(sheet, 'ingestorCpuRequest', {
    value: samplesPerSecondPerIngestor / INGESTOR_SAMPLES_PER_CORE,
    how: calc`${{ samplesPerSecondPerIngestor }} ÷ ${{ INGESTOR_SAMPLES_PER_CORE }}`,
    reason: 'Taking samples in at the usual flow; a catch-up takes what the node has to spare.',
    source: c.SOURCE.calibration,
  });
  const memory = planMemory(sheet, given, { request: 'ingestorMemoryRequest', limit: 'ingestorMemoryLimit' }, {
    value: PROCESS_MEMORY + INGESTOR_BYTES_PER_SERIES * seriesPerIngestor,
    how: calc`${{ PROCESS_MEMORY }} + ${{ INGESTOR_BYTES_PER_SERIES }} × ${{ seriesPerIngestor }}`,
    reason: 'The heads are what an ingestor holds in memory.',
    source: c.SOURCE.calibration,
  }, {
    value: 2 * PROCESS_MEMORY + INGESTOR_LIMIT_BYTES_PER_SERIES * seriesPerIngestor,
    how: calc`2 × ${{ PROCESS_MEMORY }} + ${{ INGESTOR_LIMIT_BYTES_PER_SERIES }} × ${{ seriesPerIngestor }}`,
    reason: 'As much again for queries, for cutting a block, and for the series of a member that left.',
    source: c.SOURCE.calibration,
  });
  const ingestorStorageSize = planClaim(sheet, 'ingestorStorageSize', c.TSDB_VOLUME_FLOOR, {
    value: TSDB_HEADROOM * samplesPerSecondPerIngestor * seriesPerVolume / seriesPerIngestor
      * (tsdbRetention * fresh.value + (RING_HEAD_SPAN + outOfOrderTimeWindow) * HEAD_WAL_BYTES_PER_SAMPLE),
    how: calc`${{ TSDB_HEADROOM }} × ${{ samplesPerSecondPerIngestor }} × ${{ seriesPerVolume }} ÷ ${{ seriesPerIngestor }} × (${{ tsdbRetention }} × ${fresh.how} + (${{ RING_HEAD_SPAN }} + ${{ outOfOrderTimeWindow }}) × ${{ HEAD_WAL_BYTES_PER_SAMPLE }})`,
    reason: 'Blocks for the whole local retention, and the WAL of the head with late samples.',
    source: c.SOURCE.calibration,
  });
  return { ingestorCpuRequest, ingestorMemoryRequest: memory.request, ingestorMemoryLimit: memory.limit, ingestorStorageSize };
}

function planRouter(sheet: Ring, load: Load, given: Given<RingKey>, { rings, senderReplicas }: Size & RingSurroundings) {
  const { samplesPerSecond, outage, drain } = load;
  const { PROCESS_MEMORY, ROUTER_SAMPLES_PER_SECOND, ROUTER_BYTES_PER_RATE, CONCURRENCY_FLOOR, BATCH_FLOOR, REQUEST_BYTES_PER_SAMPLE } = c;
  const flow = samplesPerSecond * senderReplicas / rings;
  const routers = sheet.figure('routers', {
    unit: FigureUnit.COUNT,
    value: ceil(flow / ROUTER_SAMPLES_PER_SECOND) + 1,
    how: calc`ceil(${{ samplesPerSecond }} × ${{ senderReplicas }} ÷ ${{ rings }} ÷ ${{ ROUTER_SAMPLES_PER_SECOND }}) + 1`,
    reason: 'One core each, and one more, so that the flow passes while one is being replaced.',
    source: c.SOURCE.calibration,
  });
  const samplesPerSecondPerRouter = sheet.figure('samplesPerSecondPerRouter', {
    unit: FigureUnit.SAMPLES_PER_SECOND,
    value: flow / Math.max(1, routers - 1),
    how: calc`${{ samplesPerSecond }} × ${{ senderReplicas }} ÷ ${{ rings }} ÷ max(1, ${{ routers }} − 1)`,
    reason: 'The usual flow of a router while another is away.',
    source: c.SOURCE.derivation,
  });
  const routerCpuRequest = planCpu(sheet, 'routerCpuRequest', {
    value: samplesPerSecondPerRouter / ROUTER_SAMPLES_PER_SECOND,
    how: calc`${{ samplesPerSecondPerRouter }} ÷ ${{ ROUTER_SAMPLES_PER_SECOND }}`,
    reason: 'Decoding, hashing and forwarding the usual flow with one router away.',
    source: c.SOURCE.calibration,
  });
  const memory = planMemory(sheet, given, { request: 'routerMemoryRequest', limit: 'routerMemoryLimit' }, {
    value: PROCESS_MEMORY + samplesPerSecondPerRouter * ROUTER_BYTES_PER_RATE,
    how: calc`${{ PROCESS_MEMORY }} + ${{ samplesPerSecondPerRouter }} × ${{ ROUTER_BYTES_PER_RATE }}`,
    reason: 'Requests in flight grow with the flow.',
    source: c.SOURCE.calibration,
  }, {
    value: 2 * PROCESS_MEMORY + CONCURRENCY_FLOOR * BATCH_FLOOR * REQUEST_BYTES_PER_SAMPLE
      + samplesPerSecondPerRouter * ROUTER_BYTES_PER_RATE * (1 + outage / drain),
    how: calc`2 × ${{ PROCESS_MEMORY }} + ${{ CONCURRENCY_FLOOR }} × ${{ BATCH_FLOOR }} × ${{ REQUEST_BYTES_PER_SAMPLE }} + ${{ samplesPerSecondPerRouter }} × ${{ ROUTER_BYTES_PER_RATE }} × (1 + ${{ outage }} ÷ ${{ drain }})`,
    reason: 'After an outage all senders catch up at once, and slow ingestors let requests wait.',
    source: c.SOURCE.calibration,
  });
  return { routers, samplesPerSecondPerRouter, routerCpuRequest, routerMemoryRequest: memory.request, routerMemoryLimit: memory.limit };
}
