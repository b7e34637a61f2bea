import { Duration, Size, Yaml } from 'cdk8s';
import { findingsOf, TestBucket } from './parts';
import { Endpoint, EndpointProtocol } from '../../src/core/endpoint';
import { Severity } from '../../src/core/findings';
import { Workload } from '../../src/plan/workload';
import { StoreGateway, StoreGatewayProps } from '../../src/store';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';

function gatewayOf(props: Partial<StoreGatewayProps> = {}) {
  const { app, chart } = fixture();
  return { app, chart, gateway: new StoreGateway(chart, 'store', { bucket: new TestBucket(chart, 'blocks'), ...props }) };
}

describe('what is printed', () => {
  test('defaults', () => {
    expect(Yaml.stringify(...manifests(gatewayOf().chart))).toMatchSnapshot();
  });

  test('arguments', () => {
    const { chart } = gatewayOf({
      indexCacheSize: Size.mebibytes(256),
      chunkPoolSize: Size.gibibytes(1),
      seriesMaxConcurrency: 30,
      requestSeriesLimit: 0,
      requestSamplesLimit: 5e8,
      syncBlockDuration: Duration.minutes(10),
      blockMetaFetchConcurrency: 64,
      ignoreDeletionMarksDelay: Duration.hours(12),
      lazyReader: false,
      maxAge: Duration.days(365),
      minAge: Duration.hours(12),
      memoryLimit: Size.gibibytes(4),
    });
    expect(argsOf(chart, 'StatefulSet', 'store-0')).toEqual([
      'store',
      '--log.level=info',
      '--log.format=logfmt',
      '--enable-auto-gomemlimit',
      '--http-address=0.0.0.0:10902',
      '--grpc-address=0.0.0.0:10901',
      '--data-dir=/var/thanos/store',
      '--objstore.config=type: S3\n',
      '--min-time=-8760h',
      '--max-time=-12h',
      '--index-cache-size=256MiB',
      '--chunk-pool-size=1GiB',
      '--store.grpc.series-max-concurrency=30',
      '--store.limits.request-series=0',
      '--store.limits.request-samples=500000000',
      '--sync-block-duration=10m',
      '--block-meta-fetch-concurrency=64',
      '--ignore-deletion-marks-delay=12h',
    ]);
  });

  test('shards share the blocks by the hash of their ids', () => {
    const { chart, gateway } = gatewayOf({ shards: 2, replicas: 3 });
    expect(argsOf(chart, 'StatefulSet', 'store-1').at(-1)).toBe(
      '--selector.relabel-config=- action: hashmod\n  source_labels:\n    - __block_id\n  target_label: shard\n  modulus: 2\n- action: keep\n  source_labels:\n    - shard\n  regex: "1"\n');
    expect(manifest(chart, 'StatefulSet', 'store-1').spec.replicas).toBe(3);
    expect(gateway.storeEndpoints.map(({ endpoint, identicalReplicas }) => [endpoint.srvName, identicalReplicas])).toEqual([
      ['_grpc._tcp.store-0.monitoring.svc.cluster.local', true],
      ['_grpc._tcp.store-1.monitoring.svc.cluster.local', true],
    ]);
    expect(manifest(chart, 'PodDisruptionBudget', 'store').spec.maxUnavailable).toBe(1);
  });

  test('single replicas of several shards are drained one after the other; of one pod there is nothing to say', () => {
    expect(manifests(gatewayOf({ replicas: 1 }).chart).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
    expect(manifest(gatewayOf({ replicas: 1, shards: 3 }).chart, 'PodDisruptionBudget', 'store').spec.maxUnavailable).toBe(1);
  });

  test('it is planned for its workload', () => {
    const shardsOf = (activeSeries: number) =>
      gatewayOf({ workload: Workload.of({ activeSeries, retentionRaw: Duration.days(365) }) }).gateway.statefulSets.length;
    expect(shardsOf(10_000)).toBe(1);
    expect(shardsOf(3_000_000)).toBeGreaterThan(1);
  });
});

test('a gateway of another app is known by its endpoints', () => {
  const { chart } = fixture();
  const endpoint = Endpoint.external({ host: 'store.example.com', port: 443, protocol: EndpointProtocol.GRPC });
  const imported = StoreGateway.fromStoreEndpoints(chart, 'elsewhere', [{ endpoint, identicalReplicas: false }]);
  expect(imported.storeEndpoints).toEqual([{ endpoint, identicalReplicas: false }]);
});

describe('bad input', () => {
  test.each<[Partial<StoreGatewayProps>, string]>([
    [{ shards: 0 }, '\'shards\' must be a whole number from 1 to 1000, but is 0'],
    [{ replicas: 1.5 }, '\'replicas\' must be a whole number from 1 to 1000, but is 1.5'],
    [{ indexCacheSize: Size.mebibytes(100) }, '\'indexCacheSize\' must be a Size, e.g. Size.gibibytes(1), of at least 125MiB, but is 100MiB'],
    [{ maxAge: Duration.days(0) }, '\'maxAge\' must be a Duration, e.g. Duration.hours(1), of at least 1ms, but is 0s'],
    [{ requestSeriesLimit: -1 }, '\'requestSeriesLimit\' must be a whole number of at least 0, but is -1'],
    [{ lazyReader: 'yes' as unknown as boolean }, '\'lazyReader\' must be true or false, but is "yes"'],
    [{ storageClassName: 'Fast SSD' }, '\'storageClassName\' must be a DNS subdomain (lower-case letters, digits, \'-\' and \'.\') of at most 253 characters, but is "Fast SSD"'],
  ])('%j', (props, message) => {
    expect(errorsOf(gatewayOf(props).app)).toEqual([`[monitoring/store] ${message}. (invalid-prop)`]);
  });

  test('all that is wrong is reported at once', () => {
    expect(errorsOf(gatewayOf({ shards: 0, replicas: 0, minAge: Duration.days(2), maxAge: Duration.days(1) }).app)).toHaveLength(3);
  });

  test('caches that do not fit', () => {
    expect(errorsOf(gatewayOf({ indexCacheSize: Size.gibibytes(1), chunkPoolSize: Size.gibibytes(1), memoryLimit: Size.gibibytes(2) }).app)).toEqual([
      '[monitoring/store] \'indexCacheSize\' (1GiB) and \'chunkPoolSize\' (1GiB) together must stay below \'memoryLimit\' (2GiB); raise the limit or shrink the caches. (store-caches-beyond-memory)',
    ]);
  });

  test('a range without time', () => {
    expect(errorsOf(gatewayOf({ minAge: Duration.days(2), maxAge: Duration.days(1) }).app)).toEqual([
      '[monitoring/store] \'minAge\' (48h) must be less than \'maxAge\' (24h), or nothing is served; lower \'minAge\' or raise \'maxAge\'. (store-time-range-empty)',
    ]);
  });

  test('less than planned', () => {
    expect(findingsOf(gatewayOf({ storageSize: Size.gibibytes(1) }).chart, Severity.WARNING)).toEqual([
      expect.stringMatching(/^below-plan: 'storageSize' is 1 GiB, but this workload needs \d+ GiB: /),
    ]);
  });
});
