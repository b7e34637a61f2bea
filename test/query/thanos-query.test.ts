import { App, Chart, Duration, Size, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { parse } from 'yaml';
import { Endpoint, EndpointProtocol, IStoreApi, StoreEndpoint } from '../../src/core/endpoint';
import { Severity } from '../../src/core/findings';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import { Workload } from '../../src/plan/workload';
import { DeduplicationFunction, PromqlEngine, ProxyStrategy, ThanosQuery, ThanosQueryProps } from '../../src/query';
import { StoreGateway } from '../../src/store/store-gateway';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';

let next = 0;

function imported(chart: Chart, host: string, known: Partial<StoreEndpoint> = {}): IStoreApi {
  const endpoint = Endpoint.external({ host, port: 10901, protocol: EndpointProtocol.GRPC });
  return StoreGateway.fromStoreEndpoints(chart, `imported-${next++}`, [{ endpoint, identicalReplicas: false, ...known }]);
}

function query(props: ThanosQueryProps = {}): { app: App; chart: Chart; query: ThanosQuery } {
  const { app, chart } = fixture();
  const stores = [imported(chart, 'thanos.example.com', { replicaLabels: ['receive_replica'] })];
  return { app, chart, query: new ThanosQuery(chart, 'query', { stores, ...props }) };
}

const endpointsOf = (chart: Chart, name = 'query') => parse(manifest(chart, 'ConfigMap', name).data['endpoints.yaml']).endpoints;

function warningsOf(chart: Chart): string[] {
  return Graph.of(chart).findings().filter(({ severity }) => severity === Severity.WARNING).map(({ message, rule }) => `${message} (${rule})`);
}

describe('what is printed', () => {
  test('defaults', () => {
    const { app, chart } = query();
    expect(errorsOf(app)).toEqual([]);
    expect(warningsOf(chart)).toEqual([]);
    expect(Yaml.stringify(...manifests(chart))).toMatchSnapshot();
  });

  test('arguments, all by hand', () => {
    const { chart } = query({
      timeout: Duration.minutes(5),
      maxConcurrent: 30,
      maxConcurrentSelect: 8,
      storeResponseTimeout: Duration.seconds(10),
      lookbackDelta: Duration.minutes(10),
      defaultEvaluationInterval: Duration.seconds(30),
      defaultStep: Duration.seconds(15),
      autoDownsampling: false,
      instantDefaultMaxSourceResolution: Duration.hours(1),
      metadataDefaultTimeRange: Duration.hours(6),
      partialResponse: false,
      promqlEngine: PromqlEngine.THANOS,
      xFunctions: true,
      experimentalFunctions: true,
      deduplicationFunction: DeduplicationFunction.CHAIN,
      replicaLabels: ['prometheus_replica', 'receive_replica'],
      proxyStrategy: ProxyStrategy.LAZY,
      requestSeriesLimit: 100_000,
      requestSamplesLimit: 50_000_000,
      dnsInterval: Duration.seconds(10),
      trackActiveQueries: false,
      enforceTenancy: true,
      tenantHeader: 'X-Scope-OrgID',
      tenantLabelName: 'tenant',
      webExternalPrefix: '/thanos',
      webRoutePrefix: '/',
      webPrefixHeader: 'X-Forwarded-Prefix',
      webDisableCors: true,
      alertQueryUrl: 'https://thanos.example.com',
      extraArgs: ['--grpc-server-max-connection-age=5m', '--query.max-concurrent=31'],
    });
    expect(argsOf(chart, 'Deployment', 'query')).toEqual([
      'query',
      '--log.level=info',
      '--log.format=logfmt',
      '--enable-auto-gomemlimit',
      '--http-address=0.0.0.0:10902',
      '--grpc-address=0.0.0.0:10901',
      '--http-grace-period=5m',
      '--grpc-grace-period=5m',
      '--endpoint.sd-config-file=/etc/thanos/query/endpoints.yaml',
      '--endpoint.sd-config-reload-interval=30s',
      '--query.timeout=5m',
      '--query.max-concurrent-select=8',
      '--store.response-timeout=10s',
      '--query.lookback-delta=10m',
      '--query.default-evaluation-interval=30s',
      '--query.default-step=15s',
      '--query.instant.default.max_source_resolution=1h',
      '--query.metadata.default-time-range=6h',
      '--no-query.partial-response',
      '--query.promql-engine=thanos',
      '--query.enable-x-functions',
      '--enable-feature=promql-experimental-functions',
      '--deduplication.func=chain',
      '--grpc.proxy-strategy=lazy',
      '--store.limits.request-series=100000',
      '--store.limits.request-samples=50000000',
      '--store.sd-dns-interval=10s',
      '--query.enforce-tenancy',
      '--query.tenant-header=X-Scope-OrgID',
      '--query.tenant-label-name=tenant',
      '--web.external-prefix=/thanos',
      '--web.route-prefix=/',
      '--web.prefix-header=X-Forwarded-Prefix',
      '--web.disable-cors',
      '--alert.query-url=https://thanos.example.com',
      '--query.replica-label=prometheus_replica',
      '--query.replica-label=receive_replica',
      '--grpc-server-max-connection-age=5m',
      '--query.max-concurrent=31',
    ]);
  });

  test('a pod that stops has as long as its queries may take', () => {
    const { chart } = query({ timeout: Duration.minutes(5) });
    expect(manifest(chart, 'Deployment', 'query').spec.template.spec.terminationGracePeriodSeconds).toBe(340);
  });

  test('one replica has no PodDisruptionBudget, which would say nothing', () => {
    const { chart } = query({ replicas: 1 });
    expect(manifests(chart).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
  });

  test('without the file of active queries there is no volume for it', () => {
    const { chart } = query({ trackActiveQueries: false });
    expect(manifest(chart, 'Deployment', 'query').spec.template.spec.volumes).toEqual([{ name: 'config', configMap: { name: 'query' } }]);
  });

  test('slow scrapes lengthen the lookback', () => {
    const { chart } = query({ workload: Workload.of({ activeSeries: 10_000, scrapeInterval: Duration.minutes(4) }) });
    expect(argsOf(chart, 'Deployment', 'query')).toContain('--query.lookback-delta=8m');
  });

  test('the URL has the path below which the API is served', () => {
    expect(query().query.queryUrl).toBe('http://query.monitoring.svc.cluster.local:10902');
    expect(query({ webExternalPrefix: '/thanos' }).query.queryUrl).toBe('http://query.monitoring.svc.cluster.local:10902/thanos');
    expect(query({ webExternalPrefix: '/thanos', webRoutePrefix: '/' }).query.queryUrl).toBe('http://query.monitoring.svc.cluster.local:10902');
  });
});

describe('stores', () => {
  test('an imported store is looked up, but an address is not', () => {
    const { chart } = fixture();
    new ThanosQuery(chart, 'query', { stores: [imported(chart, 'a.example.com', { identicalReplicas: true }), imported(chart, '10.0.0.7')] });
    expect(endpointsOf(chart)).toEqual([{ address: 'dns+a.example.com:10901', group: true }, { address: '10.0.0.7:10901' }]);
  });

  test('a store that is added later counts, and so does a label that it gets later', () => {
    const { chart, query: central } = query();
    const labels: string[] = [];
    // A part of the user's own: what an imported one is given is judged, and stays.
    const [known] = imported(chart, 'b.example.com').storeEndpoints;
    central.addStore(Object.assign(new Construct(chart, 'mine'), { storeEndpoints: [{ ...known, replicaLabels: labels }] }));
    labels.push('prometheus_replica');
    expect(endpointsOf(chart)).toEqual([{ address: 'dns+thanos.example.com:10901' }, { address: 'dns+b.example.com:10901' }]);
    expect(argsOf(chart, 'Deployment', 'query').filter(arg => arg.startsWith('--query.replica-label'))).toEqual([
      '--query.replica-label=prometheus_replica',
      '--query.replica-label=receive_replica',
    ]);
  });

  test('a Query is a store of another: one of its pods answers, with copies and times of all that it asks', () => {
    const { app, chart, query: leaf } = query({ replicaLabels: ['rule_replica'] });
    leaf.addStore(imported(chart, 'old.example.com', { minAge: Duration.hours(20), maxAge: Duration.days(30) }));
    leaf.addStore(imported(chart, 'new.example.com', { maxAge: Duration.days(1) }));
    new ThanosQuery(chart, 'central', { stores: [leaf] });
    expect(errorsOf(app)).toEqual([]);
    expect(endpointsOf(chart, 'central')).toEqual([{ address: 'dnssrv+_grpc._tcp.query.monitoring.svc.cluster.local', group: true }]);
    expect(argsOf(chart, 'Deployment', 'central')).toContain('--query.replica-label=receive_replica');
    expect(leaf.storeEndpoints[0].maxAge).toBeUndefined();
    expect(manifest(chart, 'NetworkPolicy', 'query').spec.ingress).toEqual([{
      ports: [{ port: 10901, protocol: 'TCP' }],
      from: [{ podSelector: { matchLabels: manifest(chart, 'Deployment', 'central').spec.selector.matchLabels } }],
    }]);
  });

  test('the time range of a Query spans that of its stores', () => {
    const { chart } = fixture();
    const leaf = new ThanosQuery(chart, 'leaf', {
      stores: [
        imported(chart, 'old.example.com', { minAge: Duration.hours(20), maxAge: Duration.days(30) }),
        imported(chart, 'new.example.com', { minAge: Duration.hours(1), maxAge: Duration.days(1) }),
      ],
    });
    expect(leaf.storeEndpoints[0]).toMatchObject({ minAge: Duration.hours(1), maxAge: Duration.days(30) });
  });

  test('the door for people and that for other clusters are two', () => {
    const { chart } = query({ allowFrom: [NetworkPeer.namespace('grafana')], allowStoreApiFrom: [NetworkPeer.ipBlock('10.1.0.0/16')] });
    expect(manifest(chart, 'NetworkPolicy', 'query').spec.ingress).toEqual([
      { ports: [{ port: 10902, protocol: 'TCP' }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'grafana' } } }] },
      { ports: [{ port: 10901, protocol: 'TCP' }], from: [{ ipBlock: { cidr: '10.1.0.0/16' } }] },
    ]);
  });
});

test('a query API elsewhere', () => {
  const { chart } = fixture();
  const host = 'prometheus.example.com';
  expect(ThanosQuery.fromQueryEndpoint(chart, 'a', Endpoint.external({ host, port: 9090 })).queryUrl).toBe('http://prometheus.example.com:9090');
  expect(ThanosQuery.fromQueryEndpoint(chart, 'b', Endpoint.external({ host, port: 443, protocol: EndpointProtocol.HTTPS }), '/prometheus/').queryUrl)
    .toBe('https://prometheus.example.com:443/prometheus');
});

test.each<[string, ThanosQueryProps, string]>([
  ['a store timeout beyond the timeout', { timeout: Duration.seconds(30), storeResponseTimeout: Duration.seconds(30) },
    '\'storeResponseTimeout\' (30s) must stay below \'timeout\' (30s): one silent store would hold each query until it fails as a whole. '
    + 'Lower the first or raise the second. (query-store-timeout-beyond-timeout)'],
  ['a lookback below the scrapes', { lookbackDelta: Duration.seconds(45), workload: Workload.of({ activeSeries: 1000, scrapeInterval: Duration.seconds(30) }) },
    '\'lookbackDelta\' (45s) must be at least twice the workload\'s scrape interval (30s): one late scrape would look like the end of a series. '
    + 'Raise it to 1m or more, or leave it out. (query-lookback-below-scrapes)'],
  ['x-functions without their engine', { xFunctions: true },
    '\'xFunctions\' needs \'promqlEngine\' thanos, but it is prometheus, which does not know them; change the engine or leave the functions out. '
    + '(query-x-functions-without-engine)'],
  ['tenancy by a replica label', { enforceTenancy: true, replicaLabels: ['tenant_id'] },
    '\'enforceTenancy\' filters by the label \'tenant_id\', but that label tells copies of a series apart here, so that each tenant would see one copy of everything. '
    + 'Let the senders name their copies by another label, or leave tenancy out. (query-tenant-is-replica)'],
  ['a path without a slash', { webExternalPrefix: 'thanos/' },
    '\'webExternalPrefix\' must be a path that begins with \'/\' and ends with no other, but is "thanos/". (invalid-prop)'],
  ['a URL without a scheme', { alertQueryUrl: 'thanos.example.com' },
    '\'alertQueryUrl\' must be a URL that begins with http:// or https://, but is "thanos.example.com". (invalid-prop)'],
  ['a replica label that is none', { replicaLabels: ['receive-replica'] },
    '\'replicaLabels\' each item must be a Prometheus label name (letters, digits and \'_\', not beginning with a digit or \'__\'), but is "receive-replica". (invalid-prop)'],
  ['no pods', { replicas: 0 }, '\'replicas\' must be a whole number from 1 to 1000, but is 0. (invalid-prop)'],
  ['an unknown engine', { promqlEngine: 'mimir' as PromqlEngine },
    '\'promqlEngine\' must be one of prometheus, thanos, but is "mimir". (invalid-prop)'],
  ['a timeout of no use', { timeout: Duration.millis(10) },
    '\'timeout\' must be a Duration, e.g. Duration.hours(1), of at least 1s, but is 10ms. (invalid-prop)'],
  ['a memory request beyond the limit', { memoryRequest: Size.gibibytes(2), memoryLimit: Size.gibibytes(1) },
    '\'memoryRequest\' (2GiB) must not exceed \'memoryLimit\' (1GiB): Kubernetes refuses such a pod. Raise the limit or lower the request. '
    + '(memory-request-beyond-limit)'],
])('fails with %s', (_, props, message) => {
  expect(errorsOf(query(props).app)).toEqual([`[monitoring/query] ${message}`]);
});

test('reports all that is wrong at once', () => {
  const { app } = query({ timeout: Duration.seconds(1), storeResponseTimeout: Duration.seconds(2), xFunctions: true, replicas: 1.5 });
  expect(errorsOf(app)).toHaveLength(3);
});

describe('checks over all stores', () => {
  test('fails without stores', () => {
    const { app, chart } = fixture();
    new ThanosQuery(chart, 'query');
    expect(errorsOf(app)).toEqual(['[monitoring/query] \'stores\' is empty, so that every query would answer nothing. '
      + 'Give it the parts that hold data, e.g. stores: [ring, storeGateway], or call addStore. (query-without-stores)']);
  });

  test('fails with a store twice', () => {
    const { app, chart, query: central } = query();
    central.addStore(imported(chart, 'thanos.example.com'));
    expect(errorsOf(app)).toEqual(['[monitoring/query] The Store API at thanos.example.com:10901 is in \'stores\' more than once. '
      + 'List each store once. (query-store-twice)']);
  });

  test('fails with Queries that ask each other', () => {
    const { app, chart, query: first } = query();
    const second = new ThanosQuery(chart, 'second', { stores: [first] });
    first.addStore(second);
    const loop = (at: string, other: string) => `[monitoring/${at}] 'monitoring/${other}' in 'stores' asks this Query in turn, `
      + 'so that no query would ever end. Take one of the two out of the other\'s \'stores\'. (query-loop)';
    expect(errorsOf(app)).toEqual([loop('query', 'second'), loop('second', 'query')]);
  });

  test('fails with a Query that asks itself', () => {
    const { app, query: central } = query();
    central.addStore(central);
    expect(errorsOf(app)).toEqual(['[monitoring/query] \'monitoring/query\' in \'stores\' asks this Query in turn, so that no query would ever end. '
      + 'Take one of the two out of the other\'s \'stores\'. (query-loop)']);
  });

  test('fails with a gap between the times of two stores', () => {
    const { app, chart } = fixture();
    const ring = imported(chart, 'ring.example.com', { maxAge: Duration.hours(24) });
    const old = imported(chart, 'store.example.com', { minAge: Duration.hours(48) });
    new ThanosQuery(chart, 'query', { stores: [old, ring, imported(chart, 'any.example.com')] });
    expect(errorsOf(app)).toEqual([`[monitoring/query] No store has data between 24h and 48h old: '${ring.node.path}' reaches back 24h, and '${old.node.path}' begins `
      + 'at a \'minAge\' of 48h. Let the first keep data longer, or lower the \'minAge\' of the second. (query-time-gap)']);
  });

  test('times that touch are no gap, whatever a third store covers', () => {
    const { app, chart } = fixture();
    new ThanosQuery(chart, 'query', {
      stores: [
        imported(chart, 'a.example.com', { maxAge: Duration.hours(24) }),
        imported(chart, 'b.example.com', { minAge: Duration.hours(2), maxAge: Duration.hours(12) }),
        imported(chart, 'c.example.com', { minAge: Duration.hours(24) }),
      ],
    });
    expect(errorsOf(app)).toEqual([]);
  });

  test('warns without recent data', () => {
    const { chart } = fixture();
    const old = imported(chart, 'store.example.com', { minAge: Duration.hours(3) });
    new ThanosQuery(chart, 'query', { stores: [old] });
    expect(warningsOf(chart)).toEqual([`No store has data of the last 3h: the newest is that of '${old.node.path}'. `
      + 'Add the ring that takes the samples to \'stores\', or leave out \'minAge\'. (query-without-recent-data)']);
  });

  test('warns of chain over copies that may differ', () => {
    const { chart } = query({ deduplicationFunction: DeduplicationFunction.CHAIN });
    expect(warningsOf(chart)).toEqual(['\'deduplicationFunction\' chain takes the samples of all copies, which is right only where they are equal, as within a ring; '
      + 'those told apart by \'receive_replica\' may come from twins that scrape at different moments. Leave it at penalty. (query-chain-of-unequal-copies)']);
  });

  test('warns of limits that Thanos does not hold', () => {
    const { chart } = query({ requestSeriesLimit: 100_000, requestSamplesLimit: 50_000_000 });
    expect(warningsOf(chart)).toEqual(['\'requestSeriesLimit\' (100000) and \'requestSamplesLimit\' (50000000) will refuse nothing: stores answer Query in batches, '
      + 'which Thanos 0.42 does not count (thanos-io/thanos#8964, mended after it). Leave it out and give Query the \'memoryLimit\' that large queries need; '
      + 'with an image that is newer, acknowledge this rule. (query-limit-not-held)']);
  });

  test.each([[100_000, []], [100_001, ['A query over more than 100,000 series at once, such as count({__name__=~".+"}), can kill the pod that evaluates it, and the query '
    + 'frontend then asks the others: Thanos 0.42 cannot refuse it. What was at work is in the log of the next start. Raise \'memoryLimit\' for those who need such queries.']]])(
    'tells how large a query may be, of %d series', (activeSeries, messages) => {
      const { chart } = query({ workload: Workload.of({ activeSeries }) });
      expect(Graph.of(chart).findings().filter(({ rule }) => rule === 'query-may-kill').map(({ message }) => message)).toEqual(messages);
    },
  );

  test('warns of a limit below the plan', () => {
    const { chart } = query({ memoryLimit: Size.mebibytes(160) });
    expect(warningsOf(chart)).toEqual(['\'memoryLimit\' is 160 MiB, but this workload needs 1.34 GiB: All queries at work are heavy ones, or one is the largest. '
      + 'Raise it, leave it to the plan, or tell the workload what it really has to carry. (below-plan)']);
  });
});
