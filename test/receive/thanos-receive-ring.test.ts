import { App, Chart, Duration, JsonPatch, Size, Yaml } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { Endpoint } from '../../src/core/endpoint';
import { Severity } from '../../src/core/findings';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import type { IObjectStore, ObjectStoreConnection } from '../../src/core/object-store';
import { Workload } from '../../src/plan/workload';
import { ThanosQuery } from '../../src/query';
import { GrpcCompression, ReplicationProtocol, ThanosReceiveRing, ThanosReceiveRingProps, ZoneRollout } from '../../src/receive';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';

class TestBucket extends Construct implements IObjectStore {
  public connect(): ObjectStoreConnection {
    return { config: 'type: S3\nconfig: { bucket: blocks }\n' };
  }
}

function ring(options: Partial<ThanosReceiveRingProps> = {}): { app: App; chart: Chart; ring: ThanosReceiveRing } {
  const { app, chart } = fixture();
  return { app, chart, ring: new ThanosReceiveRing(chart, 'receive', { bucket: new TestBucket(chart, 'bucket'), ...options }) };
}

const metaMonitoring = (chart: Chart) => ThanosQuery.fromQueryEndpoint(chart, 'meta', Endpoint.external({ host: 'prometheus.example.com', port: 9090 }));

const hashrings = (chart: Chart) => JSON.parse(manifest(chart, 'ConfigMap', 'receive-router').data['hashrings.json']);

describe('what is printed', () => {
  test('defaults', () => {
    const { chart } = ring();
    expect(Yaml.stringify(...manifests(chart))).toMatchSnapshot();
  });

  test('arguments of a router', () => {
    const { chart } = ring({ router: { forwardAsyncWorkers: 9, grpcCompression: GrpcCompression.NONE } });
    expect(argsOf(chart, 'Deployment', 'receive-router')).toEqual([
      'receive',
      '--log.level=info',
      '--log.format=logfmt',
      '--enable-auto-gomemlimit',
      '--http-address=0.0.0.0:10902',
      '--remote-write.address=0.0.0.0:19291',
      '--label=receive="router"',
      '--receive.hashrings-file=/etc/thanos/ring/hashrings.json',
      '--receive.hashrings-algorithm=ketama',
      '--receive.hashrings-file-refresh-interval=30s',
      '--receive.limits-config-file=/etc/thanos/ring/limits.yaml',
      '--receive.replication-factor=3',
      '--receive.replication-protocol=protobuf',
      '--receive.tenant-header=THANOS-TENANT',
      '--receive.tenant-label-name=tenant_id',
      '--receive.forward.async-workers=9',
      '--receive.grpc-compression=none',
    ]);
  });

  test('arguments of an ingestor, all by hand', () => {
    const { chart } = ring({
      externalLabels: { receive_ring: '0' },
      ingestor: {
        tsdbRetention: Duration.hours(6),
        outOfOrderTimeWindow: Duration.hours(2),
        outOfOrderCapMax: 64,
        tooFarInFutureTimeWindow: Duration.minutes(5),
        maxExemplars: 1000,
        walCompression: false,
        storeRequestSeriesLimit: 5,
        storeRequestSamplesLimit: 6,
      },
    });
    expect(argsOf(chart, 'StatefulSet', 'receive-ingestor')).toEqual([
      'receive',
      '--log.level=info',
      '--log.format=logfmt',
      '--enable-auto-gomemlimit',
      '--http-address=0.0.0.0:10902',
      '--grpc-address=0.0.0.0:10901',
      '--label=receive_replica="$(POD_NAME)"',
      '--label=receive_ring="0"',
      '--tsdb.path=/var/thanos/receive',
      '--objstore.config=type: S3\nconfig: { bucket: blocks }\n',
      '--receive.tenant-header=THANOS-TENANT',
      '--receive.tenant-label-name=tenant_id',
      '--tsdb.retention=6h',
      '--tsdb.out-of-order.time-window=2h',
      '--tsdb.out-of-order.cap-max=64',
      '--tsdb.too-far-in-future.time-window=5m',
      '--tsdb.max-exemplars=1000',
      '--no-tsdb.wal-compression',
      '--store.limits.request-series=5',
      '--store.limits.request-samples=6',
    ]);
  });

  test('limits by hand, for all and for a tenant', () => {
    const { chart } = ring({
      router: {
        maxConcurrency: 7,
        requestSizeBytesLimit: Size.mebibytes(64),
        requestSeriesLimit: 40_000,
        requestSamplesLimit: 50_000,
        tenantLimits: { batch: { requestSamplesLimit: 0 } },
      },
    });
    expect(manifest(chart, 'ConfigMap', 'receive-router').data['limits.yaml']).toEqual([
      'write:',
      '  global:',
      '    max_concurrency: 7',
      '  default:',
      '    request:',
      '      size_bytes_limit: 67108864',
      '      series_limit: 40000',
      '      samples_limit: 50000',
      '    head_series_limit: 0',
      '  tenants:',
      '    batch:',
      '      request:',
      '        samples_limit: 0',
      '',
    ].join('\n'));
  });
});

describe('the ring', () => {
  const address = (pod: string) => `${pod}.receive-ingestor.monitoring.svc.cluster.local:10901`;

  test('names the pods of its own StatefulSet', () => {
    const { chart } = ring();
    expect(hashrings(chart)).toEqual([{
      hashring: 'receive',
      endpoints: [0, 1, 2].map(ordinal => ({ address: address(`receive-ingestor-${ordinal}`) })),
    }]);
  });

  test('grows pods first: more ingestors than members leave the ring as it is', () => {
    const { chart } = ring({ members: 3, ingestors: 5 });
    expect(manifest(chart, 'StatefulSet', 'receive-ingestor').spec.replicas).toBe(5);
    expect(hashrings(chart)).toEqual(hashrings(ring().chart));
  });

  test('has a StatefulSet a zone, and tells Thanos the zone of each member', () => {
    const { chart, ring: zonal } = ring({ zones: ['z1', 'z2', 'z3'], members: 6 });
    expect(hashrings(chart)[0].endpoints).toEqual(['z1', 'z2', 'z3'].flatMap(zone =>
      [0, 1].map(ordinal => ({ address: address(`receive-ingestor-${zone}-${ordinal}`), az: zone }))));
    expect(zonal.ingestorStatefulSets.map(({ name }) => name)).toEqual(['receive-ingestor-z1', 'receive-ingestor-z2', 'receive-ingestor-z3']);
    const set = manifest(chart, 'StatefulSet', 'receive-ingestor-z2');
    expect(set.spec.template.spec.nodeSelector).toEqual({ 'topology.kubernetes.io/zone': 'z2' });
    expect(set.spec.replicas).toBe(2);
    expect(set.spec.serviceName).toBe('receive-ingestor');
  });

  test('speaks Cap\'n Proto between routers and ingestors when asked to', () => {
    const { chart } = ring({ replicationProtocol: ReplicationProtocol.CAPNPROTO });
    expect(hashrings(chart)[0].endpoints[0].capnproto_address).toBe('receive-ingestor-0.receive-ingestor.monitoring.svc.cluster.local:19391');
    expect(manifest(chart, 'NetworkPolicy', 'receive-ingestor').spec.ingress).toEqual([{
      ports: [{ port: 19391, protocol: 'TCP' }],
      from: [{ podSelector: { matchLabels: manifest(chart, 'Deployment', 'receive-router').spec.selector.matchLabels } }],
    }]);
  });

  test.each([
    [undefined, 'OnDelete', undefined, undefined],
    [ZoneRollout.ON_DELETE, 'OnDelete', undefined, undefined],
    [ZoneRollout.ROLLOUT_OPERATOR, 'OnDelete', { 'rollout-max-unavailable': '1' }, 'receive-ingestor'],
    [ZoneRollout.ARGO_SYNC_WAVES, 'RollingUpdate', { 'argocd.argoproj.io/sync-wave': '1' }, undefined],
  ])('rolls one zone at a time: %s', (zoneRollout, strategy, annotations, group) => {
    const set = manifest(ring({ zones: ['a', 'b', 'c'], zoneRollout }).chart, 'StatefulSet', 'receive-ingestor-b');
    expect(set.spec.updateStrategy).toEqual({ type: strategy });
    expect(set.metadata.annotations).toEqual(annotations);
    expect(set.metadata.labels['rollout-group']).toBe(group);
  });

  test.each([[2, 1], [3, 1], [5, 2]])('replication factor %i lets %i ingestors be drained at once, over all zones', (replicationFactor, away) => {
    const { chart } = ring({ replicationFactor, zones: ['a', 'b', 'c', 'd', 'e'].slice(0, replicationFactor) });
    const budgets = manifests(chart).filter(({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.name === 'receive-ingestor');
    expect(budgets.map(({ spec }) => spec.maxUnavailable)).toEqual([away]);
    expect(budgets[0].spec.selector.matchLabels).not.toHaveProperty('thanos.io/zone');
  });

  test.each([[1, []], [3, [1]]])('without replication %i ingestors are drained one after the other', (members, budgets) => {
    const { chart } = ring({ replicationFactor: 1, members });
    expect(manifests(chart).filter(({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.name === 'receive-ingestor').map(({ spec }) => spec.maxUnavailable))
      .toEqual(budgets);
  });
});

describe('others see', () => {
  test('where to write, and what is accepted', () => {
    const { ring: own } = ring({ ingestor: { outOfOrderTimeWindow: Duration.hours(3) }, router: { requestSamplesLimit: 20_000 } });
    expect(own.remoteWriteEndpoint.url).toBe('http://receive-router.monitoring.svc.cluster.local:19291/api/v1/receive');
    expect(own.remoteWriteEndpoint.outOfOrderTimeWindow?.toHours()).toBe(3);
    expect(own.remoteWriteEndpoint).toMatchObject({ requestSamplesLimit: 20_000, replicationFactor: 3, members: 3, tenantLabel: 'tenant_id' });
  });

  test('where to read, and which label tells copies apart', () => {
    const { ring: own } = ring();
    expect(own.storeEndpoints).toHaveLength(1);
    expect(own.storeEndpoints[0].replicaLabels).toEqual(['receive_replica']);
    expect(own.storeEndpoints[0].endpoint.srvName).toBe('_grpc._tcp.receive-ingestor.monitoring.svc.cluster.local');
  });

  test('routers open to whom `allowFrom` names', () => {
    const { chart } = ring({ allowFrom: [NetworkPeer.namespace('edge')] });
    expect(manifest(chart, 'NetworkPolicy', 'receive-router').spec.ingress).toEqual([{
      ports: [{ port: 19291, protocol: 'TCP' }],
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'edge' } } }],
    }]);
  });

  test('a patch by the user is kept', () => {
    const { chart, ring: own } = ring();
    own.ingestorStatefulSets[0].addJsonPatch(JsonPatch.add('/spec/template/spec/hostNetwork', true));
    expect(manifest(chart, 'StatefulSet', 'receive-ingestor').spec.template.spec.hostNetwork).toBe(true);
  });
});

describe('a ring elsewhere', () => {
  test('is known by its URL', () => {
    const { chart } = fixture();
    const target = ThanosReceiveRing.fromRemoteWriteUrl(chart, 'central', 'https://receive.example.com/api/v1/receive', { replicationFactor: 3 });
    expect(target.remoteWriteEndpoint).toMatchObject({ url: 'https://receive.example.com/api/v1/receive', replicationFactor: 3 });
    expect(target.remoteWriteEndpoint.endpoint.address).toBe('receive.example.com:443');
  });

  test('must have a whole URL', () => {
    const { app, chart } = fixture();
    ThanosReceiveRing.fromRemoteWriteUrl(chart, 'central', 'receive.example.com');
    expect(errorsOf(app)).toEqual(['[monitoring/central] The URL of remote write must begin with http:// or https:// and name a host, but is '
      + '"receive.example.com"; give the whole address of the handler, e.g. https://receive.example.com/api/v1/receive. (remote-write-url)']);
  });
});

describe('refuses', () => {
  test.each<[string, Partial<ThanosReceiveRingProps>, string]>([
    ['four copies', { replicationFactor: 4 },
      '\'replicationFactor\' must be one of 1, 2, 3, 5, but is 4: an even one costs a copy and tolerates no more than the odd one below it. '
      + 'Take 3, or 5 for two failures. (ring-replication-factor)'],
    ['fewer members than copies', { members: 2 },
      '\'members\' (2) must not be below \'replicationFactor\' (3): Thanos refuses a ring that cannot hold each copy on a member of its own. '
      + 'Raise \'members\' to 3 or more, or lower \'replicationFactor\'. (ring-members-below-replication-factor)'],
    ['members without pods', { members: 5, ingestors: 3 },
      '\'members\' (5) must not exceed \'ingestors\' (3): writes to a member without a pod fail. Raise \'ingestors\' to 5 first, and \'members\' '
      + 'when all pods are Ready. (ring-members-beyond-ingestors)'],
    ['fewer members than copies, over zones', { replicationFactor: 5, zones: ['a', 'b', 'c', 'd'], members: 4, ingestors: 4 },
      '\'members\' (4) must not be below \'replicationFactor\' (5): Thanos refuses a ring that cannot hold each copy on a member of its own. '
      + 'Raise \'members\' to 5 or more, or lower \'replicationFactor\'. (ring-members-below-replication-factor)'],
    ['a zone named twice', { zones: ['a', 'a', 'b'] },
      '\'zones\' must differ from each other in more than upper case, \'_\' and \'.\', for names of objects contain them, but are a, a, b; name each zone once. (ring-zones-twice)'],
    ['zones whose objects would have one name', { zones: ['eu_1', 'EU-1', 'b'] },
      '\'zones\' must differ from each other in more than upper case, \'_\' and \'.\', for names of objects contain them, but are eu_1, EU-1, b; name each zone once. (ring-zones-twice)'],
    ['a zone without a name', { zones: [''] },
      '\'zones\' each item must be a label value (letters, digits, \'-\', \'_\' and \'.\') that is not empty of at most 63 characters, but is "". (invalid-prop)'],
    ['no zones', { zones: [] },
      '\'zones\' must be a list with at least one item, but is []; leave it out for the default. (invalid-prop)'],
    ['a short local retention', { ingestor: { tsdbRetention: Duration.hours(2) } },
      '\'ingestor.tsdbRetention\' must be at least 4h, but is 2h: a block is written for two hours, and must be uploaded and seen by the store gateways '
      + 'before its ingestor deletes it. (ring-retention-too-short)'],
    ['a head limit that cannot be judged', { router: { headSeriesLimit: 1000 } },
      '\'router.headSeriesLimit\' (1000) needs \'router.metaMonitoring\', for routers ask a Prometheus API how many series a tenant has; give it a query API '
      + 'that sees the ring\'s own metrics, or leave the limit out. (ring-head-limit-without-meta-monitoring)'],
    ['more requested than allowed', { ingestor: { memoryRequest: Size.gibibytes(4), memoryLimit: Size.gibibytes(2), cpuRequest: Cpu.units(1) } },
      '\'ingestor.memoryRequest\' (4GiB) must not exceed \'ingestor.memoryLimit\' (2GiB): Kubernetes refuses such a pod. Raise the limit or lower the request. '
      + '(memory-request-beyond-limit)'],
    ['a wrong label', { tenantLabel: '__tenant' },
      '\'tenantLabel\' must be a Prometheus label name (letters, digits and \'_\', not beginning with a digit or \'__\'), but is "__tenant". (invalid-prop)'],
  ])('%s', (_, options, message) => {
    expect(errorsOf(ring(options).app)).toContain(`[monitoring/receive] ${message}`);
  });

  test('what is given by hand below the plan, by its prop', () => {
    const { chart } = ring({
      workload: Workload.of({ activeSeries: 1_000_000 }),
      storageSize: Size.gibibytes(1),
      ingestor: { memoryLimit: Size.gibibytes(1) },
      router: { memoryLimit: Size.mebibytes(600), requestSeriesLimit: 5000 },
    });
    const below = Graph.of(chart).findings().filter(({ rule }) => rule === 'below-plan').map(({ message }) => message);
    expect(below.map(text => text.split(',')[0])).toEqual([
      '\'ingestor.memoryLimit\' is 1 GiB', '\'storageSize\' is 1 GiB', '\'router.memoryLimit\' is 600 MiB', '\'router.requestSeriesLimit\' is 5',
    ]);
    expect(below[1]).toMatch(/^'storageSize' is 1 GiB, but this workload needs [\d.]+ GiB: Blocks for the whole local retention, and the WAL of the head with late samples; planned in doubling steps, as /);
  });

  test('names everything at once', () => {
    const { app } = ring({ replicationFactor: 4, members: -1, ingestor: { maxExemplars: 1.5 }, workload: undefined } as Partial<ThanosReceiveRingProps>);
    expect(errorsOf(app)).toHaveLength(3);
  });
});

describe('warns', () => {
  test.each<[string, string, (chart: Chart) => Partial<ThanosReceiveRingProps>, string]>([
    ['of pods outside of the ring', 'ring-ingestors-without-series', () => ({ members: 3, ingestors: 5 }),
      '2 of 5 \'ingestors\' are not \'members\' of the ring (3): right while the ring grows or shrinks. Growing: when all pods are Ready, raise \'members\'. '
      + 'Shrinking: when the pods that left have uploaded their blocks, lower \'ingestors\'.'],
    ['of a zone whose loss stops writes', 'ring-zone-takes-quorum', () => ({ zones: ['a', 'b'], members: 4 }),
      'With 2 \'zones\' and \'replicationFactor\' 3, one zone holds 2 copies of a series, and writes need 2: while that zone is away, writes wait in the senders. '
      + 'Use 3 zones to survive the loss of one.'],
    ['of a single copy', 'ring-without-replication', () => ({ replicationFactor: 1 }),
      'With \'replicationFactor\' 1 an ingestor that is away stops all writes until it is back, also while its node is drained, '
      + 'and its lost volume loses up to two hours of data. Use 3, or 2 under twin senders.'],
    ['of ingestors that are killed while they upload', 'ring-grace-too-short', () => ({ ingestor: { terminationGracePeriod: Duration.minutes(2) } }),
      '\'ingestor.terminationGracePeriod\' (2m) may end before a stopping ingestor has flushed its head and uploaded the block; what is left stays on the volume '
      + 'until its next start. Give it 5 minutes or more.'],
    ['of what a head limit does to senders', 'ring-head-limit-blocks-senders', chart => ({ router: { headSeriesLimit: 1000, metaMonitoring: metaMonitoring(chart) } }),
      '\'router.headSeriesLimit\' (1000) answers every request of a tenant beyond it with 429, so that its senders hold back old series as well as new ones '
      + 'and lose what outlasts their WAL. Set sample and target limits on the scrape jobs first, and alert well before the limit.'],
    ['of limits that Thanos does not hold', 'ring-limit-not-held', () => ({ ingestor: { storeRequestSeriesLimit: 5 } }),
      '\'ingestor.storeRequestSeriesLimit\' (5) will refuse nothing: stores answer Query in batches, which Thanos 0.42 does not count (thanos-io/thanos#8964, '
      + 'mended after it). Leave it out and give Query the \'memoryLimit\' that large queries need; with an image that is newer, acknowledge this rule.'],
  ])('%s', (_, id, options, message) => {
    const { chart } = fixture();
    new ThanosReceiveRing(chart, 'receive', { bucket: new TestBucket(chart, 'bucket'), ...options(chart) });
    expect(Graph.of(chart).findings().filter(({ rule }) => rule === id)).toEqual([{ rule: id, severity: Severity.WARNING, path: 'monitoring/receive', message }]);
  });

  test.each<[string, Partial<ThanosReceiveRingProps>]>([
    ['with as many zones as copies', { zones: ['a', 'b', 'c'] }],
    ['with time enough to upload', { ingestor: { terminationGracePeriod: Duration.minutes(5) } }],
    ['without a head limit', { router: { headSeriesLimit: 0 } }],
  ])('of nothing %s', (_, options) => {
    expect(Graph.of(ring(options).chart).findings().filter(({ rule }) => rule.startsWith('ring-'))).toEqual([]);
  });
});

test('follows the workload', () => {
  const { chart } = fixture();
  const bucket = new TestBucket(chart, 'bucket');
  const large = new ThanosReceiveRing(chart, 'large', { bucket, workload: Workload.of({ activeSeries: 5_000_000 }) });
  const small = new ThanosReceiveRing(chart, 'small', { bucket, workload: Workload.of({ activeSeries: 10_000 }) });
  expect(small.members).toBe(3);
  expect(large.members).toBeGreaterThan(small.members);
});
