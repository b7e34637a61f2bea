import { Block, blocksIn, liveBlocks, putBlock } from './blocks';
import { Flags, Lab } from './lab';
import { PlatformOptions } from './platform';
import { ask } from './process';
import { COMPACTOR, INGESTOR, startQuery, STORE } from './shapes';
import { Family, Seen, sleep } from './trap';
import { someSeries, write } from './wire';
import { poll } from '../../programs/process';

const HOUR = 3_600_000;
const TWO_DAYS = 48 * HOUR;
const SERIES = 100;

// Blocks of the last seconds are compacted at once, and the compactor ends when there is nothing left to do.
const ONCE: Flags = { 'wait': undefined, 'consistency-delay': '0s' };

async function compact(lab: Lab, flags: Flags = {}): Promise<void> {
  const ended = await lab.finish(COMPACTOR, { flags: { ...ONCE, ...flags } });
  if (ended.code !== 0) throw new Error(`The compactor ended with exit code ${ended.code}:\n${ended.output.slice(-1200)}`);
}

const total = (blocks: readonly Block[], what: 'series' | 'samples'): number => blocks.reduce((sum, block) => sum + block[what], 0);

/** How a sender is told from its twin. */
type Identity = (twin: string) => { tenant?: string; labels?: Record<string, string> };

/** What two senders write of the same series, every second for a minute, half a second apart; flushed into the bucket. */
async function writeTwins(lab: Lab, of: Identity): Promise<void> {
  const ingestor = await lab.start(INGESTOR);
  const url = `http://${await lab.address(INGESTOR, 0, 19291)}`;
  const now = Date.now();
  for (const [index, twin] of ['a', 'b'].entries()) {
    const { tenant, labels } = of(twin);
    const times = Array.from({ length: 60 }, (_, second) => now - 60_000 + second * 1000 + index * 500);
    const { status, body } = await write(url, someSeries(SERIES, times, labels), tenant === undefined ? {} : { 'THANOS-TENANT': tenant });
    if (status !== 200) throw new Error(`The write was answered ${status}: ${body}`);
  }
  await ingestor.started.stop(30_000);
}

const TENANTS: Identity = twin => ({ tenant: twin });
const ONE_COPY = SERIES * 60;

interface Left {
  readonly blocks: readonly Block[];
  readonly series: number;
  readonly samples: number;
}

/** What is left of two senders in the bucket when all is compacted. */
function merged(platform: PlatformOptions, of: Identity, flags: Flags = {}): Promise<Left> {
  return Lab.with(platform, async lab => {
    await writeTwins(lab, of);
    await compact(lab, flags);
    const blocks = liveBlocks(lab.bucket);
    return { blocks, series: total(blocks, 'series'), samples: total(blocks, 'samples') };
  });
}

async function copies(of: Identity): Promise<Seen> {
  const { blocks, series, samples } = await merged({}, of);
  return { text: `of ${SERIES} series with ${ONE_COPY} samples from each twin, ${blocks.length} block with ${series} series and ${samples} samples was left`, harm: series > SERIES };
}

async function deduplication(func: string | undefined): Promise<Seen> {
  const { samples } = await merged({}, TENANTS, func === undefined ? {} : { 'deduplication.func': func });
  return { text: `twins with ${ONE_COPY} samples each were merged into ${samples}`, harm: samples > 1.1 * ONE_COPY };
}

/** Two teams with a series of the same name. */
async function teams(platform: PlatformOptions): Promise<Seen> {
  const { series } = await merged({ ring: { senderReplicas: 1 }, ...platform }, TENANTS, platform.prometheus ? {} : { 'deduplication.replica-label': ['receive_replica', 'tenant_id'] });
  return { text: `two teams with ${SERIES} series each had ${series} series in the bucket after compaction`, harm: series < 2 * SERIES };
}

/** Blocks of one ingestor that overlap, as out-of-order samples make them. */
async function overlap(flags: Flags): Promise<Seen> {
  return Lab.with({}, async lab => {
    const to = Math.floor(Date.now() / TWO_DAYS) * TWO_DAYS;
    const labels = { receive_replica: 'platform-receive-ingestor-0', tenant_id: 'a' };
    for (const late of [0, 0.5]) await putBlock(lab.bucket, { from: to - (2 + late) * HOUR, to: to - late * HOUR, step: 60_000, series: 10, labels });
    await putBlock(lab.bucket, { from: to, to: to + HOUR, step: 60_000, series: 10, labels });
    const compactor = await lab.start(COMPACTOR, { flags: { 'consistency-delay': '0s', ...flags } });
    const done = async (): Promise<true | undefined> => await compactor.metric('thanos_compact_halted') === 1 || await compactor.metric('thanos_compact_iterations_total') > 0 || undefined;
    await poll(done, 15_000);
    const halted = await compactor.metric('thanos_compact_halted');
    const alive = (await fetch(`${compactor.url()}/-/healthy`)).ok;
    return { text: `thanos_compact_halted was ${halted} while the process was ${alive ? 'healthy' : 'not healthy'}, and ${liveBlocks(lab.bucket).length} of 3 blocks were left`, harm: halted === 1 };
  });
}

/** As it is found while the first block of the next two days is not there yet. */
async function downsampled(flags: Flags): Promise<Seen> {
  return Lab.with({}, async lab => {
    const to = Math.floor(Date.now() / TWO_DAYS) * TWO_DAYS;
    const labels = { receive_replica: 'platform-receive-ingestor-0', tenant_id: 'a' };
    const put = (from: number, hours: number): Promise<void> => putBlock(lab.bucket, { from, to: from + hours * HOUR, step: 300_000, series: 2, labels });
    for (let from = to - TWO_DAYS; from < to; from += 8 * HOUR) await put(from, 8);
    await compact(lab, flags);
    const expired = blocksIn(lab.bucket).filter(block => block.marked).length;
    await put(to, 2);
    await compact(lab, flags);
    const hours = liveBlocks(lab.bucket).filter(block => block.resolution > 0).reduce((sum, block) => sum + (block.to - block.from) / HOUR, 0);
    return { text: `${expired} of 6 raw blocks of 8 h expired before they were merged, and ${Math.round(hours)} of 48 h were downsampled to 5 minutes`, harm: Math.round(hours) < 48 };
  });
}

async function refusedRetention(flags: Flags): Promise<Seen> {
  return Lab.with({}, async lab => {
    const { code, output } = await lab.finish(COMPACTOR, { flags: { ...ONCE, ...flags }, seconds: 20 });
    const said = /err="(.*?)(\\n|")/.exec(output)?.[1];
    return { text: `the compactor ended with exit code ${code}${said ? `: ${said}` : ''}`, harm: code !== 0 };
  });
}

/** Merged blocks of the same samples that so many compactors at a time leave. */
async function compactorsAtATime(count: number): Promise<number> {
  return Lab.with({}, async lab => {
    await writeTwins(lab, TENANTS);
    await Promise.all(Array.from({ length: count }, (_, index) => lab.finish(COMPACTOR, { index, flags: ONCE })));
    return blocksIn(lab.bucket).filter(block => block.sources.length > 1).length;
  });
}

/** So small a merge takes so little time that one compactor may be through before the other one looks. */
const ATTEMPTS = 8;

async function twoCompactors(count: number): Promise<Seen> {
  let left = await compactorsAtATime(count);
  for (let attempt = 1; attempt < ATTEMPTS && count > 1 && left < 2; attempt++) left = await compactorsAtATime(count);
  return { text: `${count} at a time left ${left} merged ${left === 1 ? 'block' : 'blocks of the same samples'}`, harm: left > 1 };
}

/** A store gateway that has found blocks before the compactor replaces them. */
async function replaced(flags: Flags): Promise<Seen> {
  return Lab.with({}, async lab => {
    await writeTwins(lab, TENANTS);
    await lab.start(STORE);
    const query = await startQuery(lab, 1);
    await compact(lab, flags);
    // The compactor deletes what it has marked when it runs again.
    await compact(lab, flags);
    const { results, warnings, error } = await ask(query.url(), 'count(last_over_time(trap[10m]))');
    const said = [error ?? '', ...warnings].join(' ').replace(/.*?(fetch|get|bucket store|load)/s, '$1').slice(0, 120);
    return { text: `Query found ${results[0]?.values[0][1] ?? 0} of ${SERIES} series in the store gateway${said ? `: ${said}` : ''}`, harm: results.length === 0 };
  });
}

/** What the bucket is asked while nothing changes. */
async function operations(interval: string | undefined): Promise<Seen> {
  return Lab.with({}, async lab => {
    const to = Math.floor(Date.now() / TWO_DAYS) * TWO_DAYS;
    for (let index = 1; index <= 20; index++) {
      const from = to - index * 2 * HOUR;
      await putBlock(lab.bucket, { from, to: from + 2 * HOUR, step: HOUR, series: 1, labels: { block: String(index) } });
    }
    const compactor = await lab.start(COMPACTOR, { flags: interval === undefined ? {} : { 'block-viewer.global.sync-block-interval': interval } });
    await sleep(4000);
    const before = await compactor.metric('thanos_objstore_bucket_operations_total');
    await sleep(5000);
    const asked = await compactor.metric('thanos_objstore_bucket_operations_total') - before;
    return { text: `${asked} requests in 5 s for 20 blocks that did not change`, harm: asked > 20 };
  });
}

const COMPACT = 'Thanos docs, Compact';

/** What happens in the bucket. */
export const COMPACTION: Family = {
  name: 'compaction',
  traps: [{
    name: 'replica-label-on-series',
    rule: 'A replica label of senders becomes a label of series over remote write, which no compactor merges: the bucket keeps a copy a sender for ever.',
    source: `${COMPACT}, vertical compaction; Thanos 0.42.4, pkg/receive/handler.go`,
    how: 'twins told apart by the label prometheus_replica in the place of the tenant',
    ours: 'each twin is a tenant, which is a label of blocks; a replica label is a warning (copies-never-merged)',
    broken: () => copies(twin => ({ labels: { prometheus_replica: twin } })),
    right: () => copies(TENANTS),
  }, {
    name: 'real-tenants-merged',
    rule: 'Where tenants are teams, the tenant must not be a replica label: the compactor would merge one team\'s series into the other\'s, and cannot undo it.',
    source: `${COMPACT}, vertical compaction`,
    how: '--deduplication.replica-label=tenant_id with two tenants that are teams',
    ours: 'the tenant is a replica label only where twins are the tenants',
    broken: () => teams({}),
    right: () => teams({ prometheus: { tenant: 'a' } }),
  }, {
    name: 'one-to-one-deduplication-of-twins',
    rule: 'The one-to-one function merges equal samples only; twins scrape at different times and need penalty.',
    source: `${COMPACT}, --deduplication.func`,
    how: '--deduplication.func= (one-to-one)',
    ours: 'penalty wherever blocks are those of twins',
    broken: () => deduplication(''),
    right: () => deduplication(undefined),
  }, {
    name: 'overlap-without-vertical-compaction',
    rule: 'Out-of-order samples make blocks that overlap; without vertical compaction they halt the compactor, whose process stays up.',
    source: `${COMPACT}; Thanos 0.42.4, pkg/compact/compact.go`,
    how: '--deduplication.replica-label left out',
    ours: 'always printed',
    broken: () => overlap({ 'deduplication.replica-label': undefined, 'deduplication.func': undefined }),
    right: () => overlap({}),
  }, {
    name: 'raw-retention-at-its-floor',
    rule: 'A raw block must live until it is merged into one of two days, or it is never downsampled: of 40 h, the least that Thanos takes, '
      + 'only the delay of deletion makes enough, for blocks that have expired are still merged for half of it.',
    source: `${COMPACT}, downsampling; Thanos 0.42.4, cmd/thanos/compact.go`,
    how: '--retention.resolution-raw=40h --delete-delay=0s',
    ours: 'the same retention for all resolutions, and a delay of 48 h; a warning below 3 days',
    broken: () => downsampled({ 'retention.resolution-raw': '40h', 'delete-delay': '0s' }),
    right: () => downsampled({}),
  }, {
    name: 'raw-retention-below-its-floor',
    rule: 'Below 40 h of raw retention the compactor does not start.',
    source: 'Thanos 0.42.4, cmd/thanos/compact.go',
    how: '--retention.resolution-raw=39h',
    ours: 'an error',
    broken: () => refusedRetention({ 'retention.resolution-raw': '39h' }),
    right: () => refusedRetention({}),
  }, {
    name: '5m-retention-below-its-floor',
    rule: 'Below 10 d of retention at 5 minutes the compactor does not start.',
    source: 'Thanos 0.42.4, cmd/thanos/compact.go',
    how: '--retention.resolution-5m=9d',
    ours: 'an error',
    broken: () => refusedRetention({ 'retention.resolution-5m': '9d' }),
    right: () => refusedRetention({}),
  }, {
    name: 'two-compactors',
    rule: 'One compactor a stream of blocks: two merge the same blocks twice.',
    source: COMPACT,
    how: 'two at a time on one bucket',
    ours: 'one replica in a StatefulSet; two Compactors of one stream are an error (compactors-overlap)',
    broken: () => twoCompactors(2),
    right: () => twoCompactors(1),
  }, {
    name: 'deleted-under-the-store-gateway',
    rule: 'A block must stay until every store gateway has loaded what replaces it: the delay of deletion is well beyond its sync and ignore-deletion-marks-delay.',
    source: 'Thanos docs, Compact (--delete-delay) and Store (--ignore-deletion-marks-delay)',
    how: '--delete-delay=0s',
    ours: '48 h, of which the store gateway takes half; less is an error (store-serves-deleted-blocks)',
    broken: () => replaced({ 'delete-delay': '0s' }),
    right: () => replaced({}),
  }, {
    name: 'bucket-asked-too-often',
    rule: 'Each look at the bucket asks for every block; the block viewer of the compactor looks once a minute by default.',
    source: 'Thanos docs, Compact (--block-viewer.global.sync-block-interval)',
    how: '--block-viewer.global.sync-block-interval=1s',
    ours: '10 minutes',
    broken: () => operations('1s'),
    right: () => operations(undefined),
  }],
};
