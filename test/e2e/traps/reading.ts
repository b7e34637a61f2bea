import { Duration } from 'cdk8s';
import { blocksIn } from './blocks';
import { Flags, Lab } from './lab';
import { withWire } from './neighbours';
import { PlatformOptions } from './platform';
import { ask, askNumber } from './process';
import { COMPACTOR, INGESTOR, ONE_INGESTOR, startQuery, startRing, STORE } from './shapes';
import { Family, Seen, sleep } from './trap';
import { someSeries, write } from './wire';

const SERIES = 100;

/** What Query answers over a ring and two senders, each of which writes half a second beside the other. */
async function deduplicated(flags: Flags): Promise<Seen> {
  return Lab.with({}, async lab => {
    const { url } = await startRing(lab, {});
    const now = Date.now();
    for (const [index, tenant] of ['a', 'b'].entries()) {
      const times = Array.from({ length: 60 }, (_, second) => now - 60_000 + second * 1000 + index * 500);
      await write(url, someSeries(SERIES, times), { 'THANOS-TENANT': tenant });
    }
    // The router answers at the quorum.
    await sleep(1000);
    const query = await startQuery(lab, 3, { flags });
    const count = await askNumber(query.url(), 'count(trap)');
    const samples = await askNumber(query.url(), 'count_over_time(trap{series="0"}[30s] offset 15s)') || NaN;
    return { text: `count() of ${SERIES} series was ${count}, and a series scraped every second had ${samples} samples in 30 s`, harm: count > SERIES || samples > 31 };
  });
}

/** How long a query waits for an ingestor that is cut off. */
async function hanging(flags: Flags): Promise<Seen> {
  return Lab.with({ query: { storeResponseTimeout: Duration.seconds(3) } }, async lab => {
    const { url } = await startRing(lab, {});
    await write(url, someSeries(SERIES));
    const ingestor = await lab.address(INGESTOR, 0, 10901);
    return withWire(ingestor, async (address, cut) => {
      const files = (text: string): string => text.replace(ingestor, address);
      const query = await startQuery(lab, 3, { files, flags });
      cut();
      const { results, seconds, error } = await ask(query.url(), 'count(trap)');
      return { text: `with one ingestor cut off, Query answered ${results[0]?.values[0][1] ?? `nothing (${error})`} after ${seconds.toFixed(0)} s`, harm: seconds > 10 };
    });
  });
}

/** Two receivers behind one name, of which each has other series. */
async function grouped(group: boolean): Promise<Seen> {
  return Lab.with({ ring: { members: 2, replicationFactor: 1 } }, async lab => {
    const [first] = await Promise.all([lab.address(INGESTOR, 0, 10901), lab.address(INGESTOR, 1, 10901)]);
    const port = first.split(':')[1];
    for (const index of [0, 1]) {
      await lab.start(INGESTOR, { index, flags: { 'grpc-address': `127.0.0.${index + 1}:${port}` } });
      const series = someSeries(SERIES, [Date.now()], { half: String(index) });
      await write(`http://${await lab.address(INGESTOR, index, 19291)}`, series);
    }
    const addresses = group ? [`dns+both.example:${port}`] : [first, `127.0.0.2:${port}`];
    const files = (): string => JSON.stringify({ endpoints: addresses.map(address => ({ address, ...group && { group } })) });
    const query = await startQuery(lab, addresses.length, { files, flags: { 'store.sd-dns-resolver': 'golang' }, hosts: { 'both.example': ['127.0.0.1', '127.0.0.2'] } });
    const counts = new Set<number>();
    for (let attempt = 0; attempt < 10; attempt++) counts.add(await askNumber(query.url(), 'count(trap)'));
    return { text: `ten times the same query over ${2 * SERIES} series counted ${[...counts].join(' or ')}`, harm: [...counts].some(count => count < 2 * SERIES) };
  });
}

/** What Query says when an ingestor has been gone for a while. */
async function silence(ring: PlatformOptions['ring']): Promise<Seen> {
  return Lab.with({ ring }, async lab => {
    const { url, ingestors } = await startRing(lab, { ingestors: ring?.members });
    await write(url, someSeries(SERIES));
    const query = await startQuery(lab, ingestors.length);
    ingestors[0].started.kill();
    await ingestors[0].started.ended;
    const first = await ask(query.url(), 'count(trap)');
    await sleep(12_000);
    const { results, warnings } = await ask(query.url(), 'count(trap)');
    const found = Number(results[0]?.values[0][1] ?? 0);
    return {
      text: `when an ingestor was gone, Query answered with ${first.warnings.length} warnings at first, and 12 s later counted ${found} of ${SERIES} series with ${warnings.length} warnings`,
      harm: found < SERIES && warnings.length === 0,
    };
  });
}

async function indexCache(flags: Flags): Promise<Seen> {
  return Lab.with({}, async lab => {
    const store = await lab.start(STORE, { flags, unready: true });
    const ready = await store.ready().then(() => true, () => false);
    const said = /err="(.*?)(\\n|")/.exec(store.started.output)?.[1];
    return { text: ready ? 'the store gateway became ready' : `the store gateway ended: ${said}`, harm: !ready };
  });
}

/** A request of more series than the store gateway may touch. */
async function unlimited(flags: Flags): Promise<Seen> {
  return Lab.with({ ...ONE_INGESTOR, storeGateway: { requestSeriesLimit: 50 } }, async lab => {
    const ingestor = await lab.start(INGESTOR);
    await write(`http://${await lab.address(INGESTOR, 0, 19291)}`, someSeries(SERIES));
    await ingestor.started.stop(30_000);
    const store = await lab.start(STORE, { flags });
    const query = await startQuery(lab, 1);
    const { results } = await ask(query.url(), 'count(last_over_time(trap[10m]))');
    const refused = await store.metric('thanos_bucket_store_queries_dropped_total');
    return { text: `a request of ${SERIES} series was ${refused > 0 ? 'refused' : `answered with ${results[0]?.values[0][1]}`}`, harm: refused === 0 };
  });
}

/** What the parts do to the bucket. */
async function deletes(): Promise<Seen> {
  return Lab.with({}, async lab => {
    const ingestor = await lab.start(INGESTOR);
    const url = `http://${await lab.address(INGESTOR, 0, 19291)}`;
    for (const tenant of ['a', 'b']) await write(url, someSeries(SERIES, [Date.now() - 1000, Date.now()]), { 'THANOS-TENANT': tenant });
    await ingestor.started.stop(30_000);
    const store = await lab.start(STORE);
    const query = await startQuery(lab, 1);
    await ask(query.url(), 'count(last_over_time(trap[10m]))');
    const compactor = await lab.start(COMPACTOR, { flags: { 'consistency-delay': '0s', 'delete-delay': '0s', 'wait-interval': '1s' } });
    await sleep(5000);
    const [ofStore, ofCompactor] = await Promise.all([store, compactor].map(process => process.metric('thanos_objstore_bucket_operations_total', { operation: 'delete' })));
    return { text: `the store gateway deleted ${ofStore} objects, the compactor ${ofCompactor}, and ${blocksIn(lab.bucket).length} block was left`, harm: ofStore === 0 && ofCompactor > 0 };
  });
}

const STORE_DOCS = 'Thanos docs, Store';
const QUERY_DOCS = 'Thanos docs, Query';

/** How the platform is read. */
export const READING: Family = {
  name: 'reading',
  traps: [{
    name: 'ring-copies-counted',
    rule: 'Query must know the label of the ring\'s replicas, or each sum counts every copy.',
    source: `${QUERY_DOCS}, deduplication`,
    how: '--query.replica-label=receive_replica left out',
    ours: 'follows from the ring',
    broken: () => deduplicated({ 'query.replica-label': ['tenant_id'] }),
    right: () => deduplicated({}),
  }, {
    name: 'twins-counted',
    rule: 'Where twins are tenants, Query must know the tenant\'s label too.',
    source: `${QUERY_DOCS}, deduplication`,
    how: '--query.replica-label=tenant_id left out',
    ours: 'follows from the senders',
    broken: () => deduplicated({ 'query.replica-label': ['receive_replica'] }),
    right: () => deduplicated({}),
  }, {
    name: 'chain-over-twins',
    rule: 'The function chain takes the samples of all copies, which is right for copies of one sender; over twins it doubles them.',
    source: `${QUERY_DOCS}, --deduplication.func`,
    how: '--deduplication.func=chain',
    ours: 'penalty',
    broken: () => deduplicated({ 'deduplication.func': 'chain' }),
    right: () => deduplicated({}),
  }, {
    name: 'no-response-timeout',
    rule: 'A cut-off ingestor holds each query until gRPC\'s keepalive gives up after 15 s; only a --store.response-timeout below that is sooner.',
    source: `${QUERY_DOCS}, flags; Thanos 0.42.4, pkg/extgrpc/client.go`,
    how: '--store.response-timeout=0ms',
    ours: '30 s, which bounds stores that are slow, but not this one; the prop storeResponseTimeout (here 3 s) does',
    broken: () => hanging({ 'store.response-timeout': '0ms' }),
    right: () => hanging({}),
  }, {
    name: 'receivers-as-a-group',
    rule: 'An endpoint group asks one of its members: right for store gateways with the same blocks, wrong for receivers.',
    source: `${QUERY_DOCS}, endpoint groups`,
    how: 'group: true for a name of two receivers',
    ours: 'only store gateways are groups',
    broken: () => grouped(true),
    right: () => grouped(false),
  }, {
    name: 'gone-without-a-warning',
    rule: 'Query warns of a missing endpoint for the seconds until its next look, and then answers with less without a word: series without copies vanish.',
    source: 'Thanos 0.42.4, pkg/query/endpointset.go',
    how: 'replication factor 1, and one ingestor killed',
    ours: 'replication factor 3',
    broken: () => silence({ members: 2, replicationFactor: 1 }),
    right: () => silence(undefined),
  }, {
    name: 'index-cache-below-an-item',
    rule: 'An index cache smaller than its largest item stops the store gateway.',
    source: 'Thanos 0.42.4, pkg/store/cache/inmemory.go',
    how: '--index-cache-size=100MB',
    ours: 'at least 128 MiB',
    broken: () => indexCache({ 'index-cache-size': '100MB' }),
    right: () => indexCache({}),
  }, {
    name: 'unlimited-requests',
    rule: 'A store gateway serves requests of any size, unless it is told a limit.',
    source: `${STORE_DOCS}, --store.limits.request-series`,
    how: '--store.limits.request-series=0 (of 50, for the test)',
    ours: 'limits that follow from the memory',
    broken: () => unlimited({ 'store.limits.request-series': '0' }),
    right: () => unlimited({}),
  }, {
    name: 'who-deletes',
    rule: 'Only the compactor deletes from the bucket; the rest can do without that permission.',
    source: 'Thanos docs, Storage, permissions',
    how: 'nothing: the requests of a store gateway and of a compactor are counted',
    ours: 'identities of the parts may differ',
    broken: deletes,
  }],
};
