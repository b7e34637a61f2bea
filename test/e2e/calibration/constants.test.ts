import type { BucketRow } from './bucket';
import type { Line } from './fit';
import type { FlowRow } from './flow';
import type { IngestorRow } from './ingestor';
import { stored } from './results';
import type { SenderRow } from './senders';
import * as c from '../../../src/plan/constants';

/** How far a plan may lie from what was measured. */
const LEAST = 0.8;
const MOST = 1.25;
/** The program itself, which resident memory without mapped files leaves out. */
const PROGRAM = 55e6;

const all = stored();
const rows = <T>(measurement: string) => all[measurement].rows as unknown as T[];
const slope = (measurement: string, ...path: string[]): number =>
  (path.reduce<unknown>((fits, name) => (fits as Record<string, unknown>)[name], all[measurement].fits) as Line).slope;

type Ratio = [what: string, planned: number, measured: number];

const memory: Ratio[] = [
  ...rows<SenderRow>('senders').map(({ series, steady }): Ratio => [`memory of a sender with ${series} series`, c.PROCESS_MEMORY + c.AGENT_BYTES_PER_SERIES * series, steady.peak]),
  ...rows<IngestorRow>('ingestor').map(({ heads, tenants, full }): Ratio =>
    [`memory of an ingestor with ${heads} heads of ${tenants} tenants`, c.PROCESS_MEMORY + c.INGESTOR_BYTES_PER_SERIES * heads, full.anonymous + PROGRAM]),
  ...rows<FlowRow>('flow').filter(({ protocol }) => protocol === 'protobuf').map(({ router }): Ratio =>
    [`memory of a router at ${Math.round(router.rate)}/s`, c.PROCESS_MEMORY + c.ROUTER_BYTES_PER_RATE * router.rate, router.memory.anonymous + PROGRAM]),
  ['memory of a sample in a query', c.QUERY_BYTES_PER_SAMPLE, slope('reading', 'queryAddedBytes')],
];

const cpu: Ratio[] = [
  ['CPU of a sender, alone', 1 / c.SENDER_SAMPLES_PER_CORE, slope('senders', 'cores')],
  ['CPU of a sender, in front of a ring', 1 / c.SENDER_SAMPLES_PER_CORE, slope('flow', 'protobuf', 'cores', 'sender')],
  ['CPU of a router', 1 / c.ROUTER_SAMPLES_PER_SECOND, slope('flow', 'protobuf', 'cores', 'router')],
  ['CPU of an ingestor', 1 / c.INGESTOR_SAMPLES_PER_CORE, slope('flow', 'protobuf', 'cores', 'ingestor')],
  ['CPU of a query', 1 / c.QUERY_SAMPLES_PER_CORE, slope('reading', 'queryCpu')],
  ['CPU of a store gateway', c.CHUNK_BYTES_PER_SAMPLE / c.STORE_BYTES_PER_CORE, slope('reading', 'storeCpu')],
];

const disk: Ratio[] = [
  ...rows<SenderRow>('senders').map(({ series, walBytesPerSample }): Ratio => [`WAL of a sender with ${series} series`, c.WAL_BYTES_PER_SAMPLE, walBytesPerSample]),
  ...rows<IngestorRow>('ingestor').map(({ heads, walBytesPerSample }): Ratio => [`WAL of an ingestor with ${heads} heads`, c.HEAD_WAL_BYTES_PER_SAMPLE, walBytesPerSample]),
  ...rows<BucketRow>('bucket').filter(({ resolution }) => resolution === 0).map(({ scenario, hours, series, chunks, indexBytes }): Ratio =>
    [`index of ${hours} h, ${scenario}`, c.INDEX_BYTES_PER_SERIES * series + c.INDEX_BYTES_PER_CHUNK * chunks * (/twins/.test(scenario) ? c.INDEX_FACTOR_OF_TWINS / 2 : 1), indexBytes]),
];

test.each([...memory, ...cpu, ...disk])('the plan is near what was measured: %s', (_, planned, measured) => {
  expect(planned / measured).toBeGreaterThan(LEAST);
  expect(planned / measured).toBeLessThan(MOST);
});

type Weight = Record<'scenario', string> & Record<'raw' | 'window5m' | 'window1h', number>;
const weights = all.bucket.fits.bytesPerSample as Weight[];

test.each(weights.filter(({ scenario }) => !/replaced/.test(scenario)))('downsampled windows take the room of raw samples that is planned: $scenario', ({ raw, window5m, window1h }) => {
  for (const ratio of [c.SAMPLES_PER_5M * raw / window5m, c.SAMPLES_PER_1H * raw / window1h]) {
    expect(ratio).toBeGreaterThan(LEAST);
    expect(ratio).toBeLessThan(MOST);
  }
});

test('twins double the chunks, which the factor of the index leans on, and replicas do not', () => {
  const chunksPerSeries = (scenario: string) => {
    const largest = rows<BucketRow>('bucket').find(row => row.scenario === scenario && row.resolution === 0 && row.hours === 336)!;
    return largest.chunks / largest.series;
  };
  const alone = chunksPerSeries('30 s');
  expect(chunksPerSeries('30 s, 3 replicas')).toBe(alone);
  expect(chunksPerSeries('30 s, 2 twins x 3 replicas')).toBe(2 * alone);
});
