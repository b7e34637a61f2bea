import { App, Chart, Duration, Size, Yaml } from 'cdk8s';
import { Secret, SecretValue } from 'cdk8s-plus-28';
import { Endpoint, EndpointProtocol, IQueryApi } from '../../src/core/endpoint';
import { Severity } from '../../src/core/findings';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import { QueryFrontend, QueryFrontendOptions, QueryFrontendProps, ResponseCache, ThanosQuery, ThanosQueryOptions } from '../../src/query';
import { StoreGateway } from '../../src/store/store-gateway';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';

interface Made {
  readonly app: App;
  readonly chart: Chart;
  readonly frontend: QueryFrontend;
}

function before(downstream: (chart: Chart) => IQueryApi, options: QueryFrontendOptions): Made {
  const { app, chart } = fixture();
  return { app, chart, frontend: new QueryFrontend(chart, 'query-frontend', { downstream: downstream(chart), ...options }) };
}

/** A frontend before an API that another app owns. */
const frontend = (options: QueryFrontendOptions = {}): Made =>
  before(chart => ThanosQuery.fromQueryEndpoint(chart, 'query', Endpoint.external({ host: 'query.example.com', port: 9090 })), options);

/** A frontend before a Query of ours. */
const beforeQuery = (query: ThanosQueryOptions = {}, options: QueryFrontendOptions = {}): Made => before(chart => {
  const endpoint = Endpoint.external({ host: 'thanos.example.com', port: 10901, protocol: EndpointProtocol.GRPC });
  return new ThanosQuery(chart, 'query', { stores: [StoreGateway.fromStoreEndpoints(chart, 'store', [{ endpoint, identicalReplicas: false }])], ...query });
}, options);

const args = (chart: Chart) => argsOf(chart, 'Deployment', 'query-frontend');

const pod = (chart: Chart) => manifest(chart, 'Deployment', 'query-frontend').spec.template.spec;

describe('what is printed', () => {
  test('defaults', () => {
    const { app, chart } = frontend();
    expect(errorsOf(app)).toEqual([]);
    expect(Graph.of(chart).findings()).toEqual([]);
    expect(Yaml.stringify(...manifests(chart))).toMatchSnapshot();
  });

  test('arguments, all by hand', () => {
    const { chart } = frontend({
      cacheSize: Size.mebibytes(100),
      labelsCacheSize: Size.mebibytes(20),
      maxIdleConnsPerHost: 200,
      splitInterval: Duration.hours(12),
      labelsSplitInterval: Duration.hours(6),
      maxRetries: 3,
      instantMaxRetries: 2,
      labelsMaxRetries: 1,
      maxQueryParallelism: 10,
      labelsMaxQueryParallelism: 5,
      maxQueryLength: Duration.days(60),
      verticalShards: 2,
      cacheMaxFreshness: Duration.hours(1),
      labelsCacheMaxFreshness: Duration.minutes(5),
      compressCache: false,
      alignRangeWithStep: false,
      requestDownsampled: false,
      partialResponse: false,
      labelsPartialResponse: false,
      labelsDefaultTimeRange: Duration.hours(48),
      experimentalFunctions: true,
      xFunctions: true,
      compressResponses: false,
      logQueriesLongerThan: Duration.seconds(3),
      slowQueryLogsUserHeader: 'X-Grafana-User',
      forceQueryStats: true,
      tenantHeader: 'X-Scope-OrgID',
      forwardHeaders: ['Authorization', 'X-Team'],
      webDisableCors: true,
    });
    expect(args(chart)).toEqual([
      'query-frontend',
      '--log.level=info',
      '--log.format=logfmt',
      '--enable-auto-gomemlimit',
      '--http-address=0.0.0.0:10902',
      '--http-grace-period=2m',
      '--query-frontend.downstream-url=http://query.example.com:9090',
      '--query-frontend.downstream-tripper-config=max_idle_conns_per_host: 200\n',
      '--query-range.response-cache-config=type: IN-MEMORY\nconfig:\n  max_size: 100MiB\n',
      '--labels.response-cache-config=type: IN-MEMORY\nconfig:\n  max_size: 20MiB\n',
      '--query-range.split-interval=12h',
      '--labels.split-interval=6h',
      '--query-range.max-retries-per-request=3',
      '--query.max-retries-per-request=2',
      '--labels.max-retries-per-request=1',
      '--query-range.max-query-parallelism=10',
      '--labels.max-query-parallelism=5',
      '--query-range.max-query-length=1440h',
      '--query-frontend.vertical-shards=2',
      '--query-range.response-cache-max-freshness=1h',
      '--labels.response-cache-max-freshness=5m',
      '--no-query-range.align-range-with-step',
      '--no-query-range.request-downsampled',
      '--no-query-range.partial-response',
      '--no-labels.partial-response',
      '--labels.default-time-range=48h',
      '--enable-feature=promql-experimental-functions',
      '--query-frontend.enable-x-functions',
      '--query-frontend.log-queries-longer-than=3s',
      '--query-frontend.slow-query-logs-user-header=X-Grafana-User',
      '--query-frontend.force-query-stats',
      '--query-frontend.tenant-header=X-Scope-OrgID',
      '--query-frontend.forward-header=Authorization',
      '--query-frontend.forward-header=X-Team',
      '--web.disable-cors',
    ]);
  });

  test('what is tried again is tried as often everywhere, unless told otherwise', () => {
    const { chart } = frontend({ maxRetries: 2 });
    expect(args(chart).filter(arg => arg.includes('max-retries'))).toEqual([
      '--query-range.max-retries-per-request=2', '--query.max-retries-per-request=2', '--labels.max-retries-per-request=2',
    ]);
  });

  test('who may reach it', () => {
    const { chart } = frontend({ allowFrom: [NetworkPeer.namespace('grafana'), NetworkPeer.namespace('ingress')] });
    expect(manifest(chart, 'NetworkPolicy', 'query-frontend').spec.ingress).toEqual([{
      ports: [{ port: 10902, protocol: 'TCP' }],
      from: ['grafana', 'ingress'].map(name => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } })),
    }]);
  });
});

describe('before a Query of ours', () => {
  test('it does as Query does', () => {
    const { chart } = beforeQuery({ partialResponse: false, experimentalFunctions: true, timeout: Duration.minutes(4) });
    expect(args(chart)).toEqual(expect.arrayContaining([
      '--http-grace-period=4m', '--no-query-range.partial-response', '--no-labels.partial-response', '--enable-feature=promql-experimental-functions',
    ]));
    expect(pod(chart).terminationGracePeriodSeconds).toBe(280);
  });

  test('its own props win', () => {
    const { chart } = beforeQuery({ partialResponse: false }, { partialResponse: true });
    expect(args(chart)).not.toContain('--no-query-range.partial-response');
    expect(args(chart)).toContain('--query-range.partial-response');
  });

  test('a path is for its clients, and not in the address of Query, whose readiness has none', () => {
    const { chart, frontend: made } = beforeQuery({ webExternalPrefix: '/thanos' });
    expect(args(chart)).toContain('--query-frontend.downstream-url=http://query.monitoring.svc.cluster.local:10902');
    expect(made.queryUrl).toBe('http://query-frontend.monitoring.svc.cluster.local:10902/thanos');
  });

  test('fails when Query looks for the tenant in another header', () => {
    const { app } = beforeQuery({ tenantHeader: 'X-Scope-OrgID' });
    expect(errorsOf(app)).toEqual(['[monitoring/query-frontend] A frontend names the tenant to Query in the header THANOS-TENANT, but \'tenantHeader\' of \'monitoring/query\' '
      + 'is X-Scope-OrgID, so that Query would take every client for the default tenant. Leave it out there and set \'tenantHeader\' here. (frontend-tenant-header-lost)']);
  });

  test('warns when one query takes all places', () => {
    const { chart } = beforeQuery({ maxConcurrent: 4, replicas: 2 });
    expect(Graph.of(chart).findings()).toEqual([{
      rule: 'frontend-query-takes-all',
      severity: Severity.WARNING,
      path: 'monitoring/query-frontend',
      message: 'One long query sends up to 14 pieces at once (\'maxQueryParallelism\'), but \'monitoring/query\' evaluates no more than 8 queries at once '
        + '(2 \'replicas\' × 4 \'maxConcurrent\'): everybody else would wait. Lower the first or raise one of the others.',
    }]);
  });
});

describe('a cache elsewhere', () => {
  const endpoints = [Endpoint.external({ host: 'cache.example.com', port: 11211 }), Endpoint.external({ host: '10.0.0.9', port: 11211 })];

  test('memcached', () => {
    const { app, chart } = frontend({
      cache: ResponseCache.memcached({
        endpoints,
        expiration: Duration.hours(6),
        timeout: Duration.millis(200),
        maxItemSize: Size.mebibytes(4),
        maxIdleConnections: 50,
        maxAsyncConcurrency: 20,
        maxAsyncBufferSize: 5000,
      }),
    });
    const config = [
      'type: \'MEMCACHED\'',
      'config:',
      '  addresses:',
      '    - \'dns+cache.example.com:11211\'',
      '    - \'10.0.0.9:11211\'',
      '  timeout: \'200ms\'',
      '  max_idle_connections: 50',
      '  max_async_concurrency: 20',
      '  max_async_buffer_size: 5000',
      '  max_item_size: \'4MiB\'',
      '  expiration: \'6h\'',
      '',
    ].join('\n');
    expect(errorsOf(app)).toEqual([]);
    expect(args(chart)).toEqual(expect.arrayContaining([`--query-range.response-cache-config=${config}`, `--labels.response-cache-config=${config}`]));
    expect(manifest(chart, 'NetworkPolicy', 'query-frontend').spec.egress.map(({ ports }: { ports: { port: number }[] }) => ports[0].port)).toEqual([9090, 11211, 53]);
  });

  test('Redis, whose password stays in its Secret', () => {
    const secret = Secret.fromSecretName(fixture().chart, 'redis', 'redis');
    const { chart, frontend: made } = frontend({
      cache: ResponseCache.redis({
        endpoints: [Endpoint.external({ host: 'sentinel.example.com', port: 26379 })],
        masterName: 'main',
        username: 'thanos',
        password: { secret, key: 'password' },
        db: 2,
        tls: true,
        timeout: Duration.seconds(1),
        expiration: Duration.hours(1),
      }),
    });
    const config = [
      'type: \'REDIS\'',
      'config:',
      '  addr: \'sentinel.example.com:26379\'',
      '  master_name: \'main\'',
      '  username: \'thanos\'',
      '  password: \'$$(REDIS_PASSWORD)\'',
      '  db: 2',
      '  tls_enabled: true',
      '  read_timeout: \'1s\'',
      '  expiration: \'1h\'',
      '',
    ].join('\n');
    expect(args(chart)).toContain(`--query-range.response-cache-config=${config}`);
    expect(pod(chart).containers[0].env).toEqual([
      { name: 'REDIS_PASSWORD', valueFrom: { secretKeyRef: { name: 'redis', key: 'password' } } },
    ]);
    expect(made.figures.map(({ name }) => name)).not.toContain('cacheSize');
  });

  test('needs no memory for answers', () => {
    const { chart } = frontend({ cache: ResponseCache.memcached({ endpoints }) });
    expect(Graph.of(chart).findings()).toEqual([]);
    expect(pod(chart).containers[0].resources.limits.memory).toBe('192Mi');
  });

  test.each<[string, QueryFrontendOptions, string]>([
    ['no address', { cache: ResponseCache.memcached({ endpoints: [] }) },
      '\'cache.endpoints\' must be a list with at least one item, but is []; leave it out for the default. (invalid-prop)'],
    ['an address as such', { cache: ResponseCache.memcached({ endpoints: ['cache:11211'] as unknown as Endpoint[] }) },
      '\'cache.endpoints\' each item must be an Endpoint, e.g. Endpoint.external(…), but is "cache:11211". (invalid-prop)'],
    ['a password as such', { cache: ResponseCache.redis({ endpoints, password: 'hunter2' as unknown as SecretValue }) },
      '\'cache.password\' must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML. (invalid-prop)'],
    ['a database that cannot be', { cache: ResponseCache.redis({ endpoints, db: -1 }) },
      '\'cache.db\' must be a whole number of at least 0, but is -1. (invalid-prop)'],
    ['a cache in memory as well', { cache: ResponseCache.memcached({ endpoints }), cacheSize: Size.mebibytes(64) },
      '\'cacheSize\' and \'labelsCacheSize\' are for a cache in the memory of the pods, but \'cache\' puts it elsewhere. Leave out the one or the other. '
      + '(frontend-two-caches)'],
  ])('fails with %s', (_, options, message) => {
    expect(errorsOf(frontend(options).app)).toEqual([`[monitoring/query-frontend] ${message}`]);
  });
});

test.each<[string, QueryFrontendOptions, string]>([
  ['caches beyond the memory', { cacheSize: Size.mebibytes(200), labelsCacheSize: Size.mebibytes(100), memoryLimit: Size.mebibytes(300) },
    '\'cacheSize\' (200MiB) and \'labelsCacheSize\' (100MiB) together must stay below \'memoryLimit\' (300MiB); raise the limit or shrink the caches. '
    + '(frontend-caches-beyond-memory)'],
  ['a split of seconds', { splitInterval: Duration.seconds(30) },
    '\'splitInterval\' must be a Duration, e.g. Duration.hours(1), of at least 1m, but is 30s. (invalid-prop)'],
  ['no try at all', { maxRetries: 0 }, '\'maxRetries\' must be a whole number from 1 to 100, but is 0. (invalid-prop)'],
  ['one shard', { verticalShards: 1 }, '\'verticalShards\' must be a whole number of at least 2, but is 1. (invalid-prop)'],
  ['a header that is none', { forwardHeaders: ['X Team'] },
    '\'forwardHeaders\' each item must be a name of an HTTP header (letters, digits and \'-\'), but is "X Team". (invalid-prop)'],
])('fails with %s', (_, options, message) => {
  expect(errorsOf(frontend(options).app)).toEqual([`[monitoring/query-frontend] ${message}`]);
});

test('cannot be made without the Query behind it', () => {
  const { chart } = fixture();
  expect(() => new QueryFrontend(chart, 'query-frontend', {} as QueryFrontendProps)).toThrow(
    new Error('[monitoring/query-frontend] \'downstream\' must be a part that answers queries, e.g. a ThanosQuery, but is not given.'));
});

test('warns of a fine split', () => {
  expect(Graph.of(frontend({ splitInterval: Duration.minutes(30) }).chart).findings()).toEqual([{
    rule: 'frontend-split-too-fine',
    severity: Severity.WARNING,
    path: 'monitoring/query-frontend',
    message: '\'splitInterval\' (30m) cuts a query over 30 days into 1440 pieces, each of which reads its range anew. Take an hour or more; a day suits most.',
  }]);
});
