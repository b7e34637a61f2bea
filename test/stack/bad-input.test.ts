import { readdirSync } from 'fs';
import { ApiObject, App, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import {
  MonitoringStack, MonitoringStackProps, ObjectStoreBucket, PushGatewayJob, QueryFrontend, RecordingRuleSet, ScrapeJob, ShardedPrometheus, Sharding,
  StoreGateway, ThanosReceiveRing, Workload,
} from '../../src';
import { errorsOf, fixture, manifest } from '../fixture';
import { temporaryFolder } from '../temporary-folder';

/** What a caller in JavaScript, or in another language, may hand over in place of the type. */
const wrong = <T>(value: unknown): T => value as T;

const WORKLOAD = Workload.of({ activeSeries: 10_000 });

const stack = (chart: Chart, props: object = {}, id = 'platform') => new MonitoringStack(chart, id, { cluster: 'eu-1', workload: WORKLOAD, ...props });

/** What a synth says of a stack with these props; paths are those below the stack. */
function saidOf(props: object): string[] {
  const { app, chart } = fixture();
  stack(chart, props);
  return errorsOf(app).map(line => line.replace('[monitoring/platform/', '[').replace('[monitoring/platform]', '[]'));
}

const SECRET = 'must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML';

describe('of a stack', () => {
  test.each<[string, object, string[]]>([
    ['units of other types', {
      storeGateway: { indexCacheSize: 1024, syncBlockDuration: '15m' }, query: { timeout: 120, replicas: '2' }, ring: { members: '3', ingestor: { tsdbRetention: '15d' } },
    }, [
      '[receive] \'members\' must be a whole number from 1 to 1000, but is "3". (invalid-prop)',
      '[receive] \'ingestor.tsdbRetention\' must be a Duration, e.g. Duration.hours(1), of at least 1ms, but is "15d". (invalid-prop)',
      '[store] \'indexCacheSize\' must be a Size, e.g. Size.gibibytes(1), of at least 125MiB, but is 1024. (invalid-prop)',
      '[store] \'syncBlockDuration\' must be a Duration, e.g. Duration.hours(1), of at least 1s, but is "15m". (invalid-prop)',
      '[query] \'timeout\' must be a Duration, e.g. Duration.hours(1), of at least 1s, but is 120. (invalid-prop)',
      '[query] \'replicas\' must be a whole number from 1 to 1000, but is "2". (invalid-prop)',
    ]],
    ['numbers beyond every plan', { ring: { replicationFactor: 2 ** 31, senderReplicas: 2 ** 31, members: 2 ** 31 }, prometheus: { replicas: 2 ** 31, shards: 2 ** 31 } }, [
      '[receive] \'senderReplicas\' must be a whole number from 1 to 9, but is 2147483648. (invalid-prop)',
      '[receive] \'replicationFactor\' must be a whole number from 1 to 9, but is 2147483648. (invalid-prop)',
      '[receive] \'members\' must be a whole number from 1 to 1000, but is 2147483648. (invalid-prop)',
      '[prometheus] \'replicas\' must be a whole number from 1 to 9, but is 2147483648. (invalid-prop)',
      '[prometheus] \'shards\' must be a whole number from 1 to 1000, but is 2147483648. (invalid-prop)',
    ]],
    ['parts that are no structs', { ring: 'three', query: [], compactor: 5, clusterJobOptions: null }, [
      '[] \'ring\' must be an object, e.g. {}, but is "three". (invalid-prop)',
      '[] \'query\' must be an object, e.g. {}, but is []. (invalid-prop)',
      '[] \'compactor\' must be an object, e.g. {}, but is 5. (invalid-prop)',
      '[] \'clusterJobOptions\' must be an object, e.g. {}, but is null. (invalid-prop)',
    ]],
    ['nested structs', {
      tolerations: [{ operator: 'Maybe', foo: 1 }, {}, { key: 'a', operator: 'Exists', value: 'b' }],
      networkPeers: { dns: '10.0.0.1', api: 1 },
      imagePullSecrets: [{ name: 'Pull_Secret' }],
      images: { thanos: 'Not An Image', nginx: 'nginx:1' },
    }, [
      '[] \'tolerations\' each item has \'operator\', which must be one of Exists, Equal, but is "Maybe", and has \'foo\', which is not known here; known are key, operator, value, effect; '
        + 'each item must have a \'key\', or the \'operator\' Exists, with which it tolerates every taint; '
        + 'each item must not have a \'value\' with the \'operator\' Exists, but has "b". (invalid-prop)',
      '[] \'networkPeers\' has \'dns\', which must be a peer, e.g. NetworkPeer.namespace(\'grafana\'), but is "10.0.0.1", and has \'api\', '
        + 'which is not known here; did you mean \'apiServer\'? (invalid-prop)',
      '[] \'imagePullSecrets\' each item must be a Secret by a name that Kubernetes takes, but is {"name":"Pull_Secret"}. (invalid-prop)',
      '[] \'images\' \'thanos\' must be an image reference, but is "Not An Image"; '
        + 'key \'nginx\' must be one of thanos, prometheus, prometheus-config-reloader, versitygw, continuous-test, target-allocator, alertmanager, pushgateway, '
        + 'pushgateway-client, rule-loader, job-loader, alarm-recorder, but is "nginx". (invalid-prop)',
    ]],
    ['limits of a tenant', { ring: { router: { tenantLimits: { shop: { requestSeriesLimit: '5', nonsense: 1 }, blog: 5 } } } }, [
      '[receive] \'router.tenantLimits\' \'blog\' must be an object, e.g. {}, but is 5. (invalid-prop)',
    ]],
    ['a limit of a tenant', { ring: { router: { tenantLimits: { shop: { requestSeriesLimit: '5', nonsense: 1 } } } } }, [
      '[receive] \'router.tenantLimits.shop.requestSeriesLimit\' must be a whole number of at least 0, but is "5". (invalid-prop)',
      '[receive] \'router.tenantLimits.shop.nonsense\' is not known here; '
        + 'known are requestSizeBytesLimit, requestSeriesLimit, requestSamplesLimit, headSeriesLimit. (invalid-prop)',
    ]],
    ['TLS and authorization', { clusterJobs: false, prometheus: { remoteWriteClient: { tls: { ca: '-----BEGIN', foo: 1 }, basicAuth: { username: 'sender' } } } }, [
      `[prometheus] 'remoteWriteClient.tls.ca' ${SECRET}. (invalid-prop)`,
      '[prometheus] \'remoteWriteClient.tls.foo\' is not known here; known are ca, cert, key, serverName, insecureSkipVerify. (invalid-prop)',
      `[prometheus] 'remoteWriteClient.basicAuth.password' ${SECRET}. (invalid-prop)`,
    ]],
    ['what the stack itself sets', { ring: { bucket: 5 }, compactor: { streamLabels: { a: 'b' } }, queryFrontend: { downstream: 1 } }, [
      '[] \'ring.bucket\' must not be given, for it follows from the stack\'s \'bucket\'; leave it out. (set-twice)',
      '[] \'compactor.streamLabels\' must not be given, for it follows from the number of rings; leave it out. (set-twice)',
      '[] \'queryFrontend.downstream\' must not be given, for it follows from the stack\'s Query; leave it out. (set-twice)',
    ]],
    ['two names of the cluster', { externalLabels: { cluster: 'eu-2' } }, [
      '[] \'externalLabels.cluster\' is \'eu-2\', but \'cluster\' is \'eu-1\', and both are the label \'cluster\' of every series; leave the first out. (set-twice)',
    ]],
    ['labels that tell copies apart', { externalLabels: { tenant_id: 'x', receive_replica: 'y', prometheus_replica: 'z', shard: '0' } }, [
      '[prometheus] \'externalLabels\' must not have \'tenant_id\', \'receive_replica\', \'prometheus_replica\', which the senders or their receiver set themselves to tell copies apart; take another name. (external-label-reserved)',
      '[prometheus] \'externalLabels\' must not have \'shard\': a label that names the shard makes a new series of each old one whenever targets move to another shard. Leave it out. (external-label-of-shard)',
    ]],
    ['labels of a ring that are taken', { ring: { externalLabels: { receive_replica: 'x' }, tenantLabel: 'receive_replica' } }, [
      '[receive] \'externalLabels\' must not have \'receive_replica\': ingestors set \'receive_replica\' to the name of their pod and \'receive_replica\' to the tenant, '
        + 'so that copies can be told apart and merged. Take another name. (ring-external-label-reserved)',
      '[receive] \'tenantLabel\' must not be \'receive_replica\', the label by which ingestors are told apart; take another name, or leave it out. (ring-tenant-label-reserved)',
      expect.stringContaining('query-replica-label-of-stream') as string,
    ]],
    ['labels that selectors look for', { query: { podLabels: { 'app.kubernetes.io/managed-by': 'me', 'thanos.io/shard': '0' } } }, [
      '[query] \'podLabels\' key \'app.kubernetes.io/managed-by\' must not be one of those that selectors look for; '
        + 'key \'thanos.io/shard\' must not be one of those that selectors look for. (invalid-prop)',
    ]],
    ['arguments that are none', { query: { extraArgs: ['--query.timeout 5m', '-v', 'foo', '--', '--ok=1'] } }, [
      '[query] \'extraArgs\' each item must be an argument that begins with \'--\', but is "--query.timeout 5m"; each item must be an argument that begins with \'--\', but is "-v"; '
        + 'each item must be an argument that begins with \'--\', but is "foo"; each item must be an argument that begins with \'--\', but is "--". (invalid-prop)',
    ]],
    ['headers that Prometheus or the ring sets', { prometheus: { remoteWriteHeaders: { 'thanos-tenant': 'a' } } }, [
      '[prometheus] \'remoteWriteHeaders\' must not have \'thanos-tenant\', the header in which the receiver looks for the tenant; set \'tenant\', or leave it out. (header-of-tenant)',
    ]],
    ['a header that Prometheus refuses', { prometheus: { remoteWriteHeaders: { Authorization: 'Bearer x' } } }, [
      '[prometheus] \'remoteWriteHeaders\' key \'Authorization\' must not be one that Prometheus sets itself; what authorizes belongs into \'remoteWriteClient\'. (invalid-prop)',
    ]],
    ['a workload that no stack can carry', { workload: Workload.of({ activeSeries: 10_000_000_000 }) }, [
      '[] \'workload\' has 10,000,000,000 active series, which need more than the 100 rings that one stack can have. '
        + 'Spread the series over several stacks, each with a workload and a bucket of its own, and let one Query ask theirs; or state fewer. (workload-too-large)',
    ]],
    ['a name that is too long with a zone in it', { name: 'a-name-of-just-thirty-letters1', ring: { zones: ['europe-west1-b', 'b', 'c'] } }, [
      '[receive/ingestor] The name \'a-name-of-just-thirty-letters1-receive-ingestor-europe-west1-b\' has 62 characters; Kubernetes lets a StatefulSet have 52, '
        + 'for its pods carry it in a label together with a suffix. Give the part a shorter \'name\'. (name-too-long)',
    ]],
  ])('%s', (_, props, expected) => {
    expect(saidOf(props)).toEqual(expected);
  });

  const REQUEST = (at: string, prefix = '') => `[${at}] '${prefix}memoryRequest' (4GiB) must not exceed '${prefix}memoryLimit' (2GiB): `
    + 'Kubernetes refuses such a pod. Raise the limit or lower the request. (memory-request-beyond-limit)';

  test('more memory requested than allowed, in every part', () => {
    const more = { memoryRequest: Size.gibibytes(4), memoryLimit: Size.gibibytes(2) };
    const said = saidOf({ ring: { router: more, ingestor: more }, prometheus: more, storeGateway: more, compactor: more, query: more, queryFrontend: more });
    expect(said).toEqual([
      REQUEST('receive', 'router.'), REQUEST('receive', 'ingestor.'), ...['prometheus', 'store', 'compactor', 'query', 'query-frontend'].map(at => REQUEST(at)),
    ]);
  });

  test.each([
    [{}, '[monitoring/platform] \'cluster\' must be a name of letters, digits, \'-\', \'_\' and \'.\' of at most 63 characters, but is not given. '
      + '\'workload\' must be a Workload, e.g. Workload.of({ activeSeries: 100_000 }), but is not given.'],
    [undefined, '[monitoring/platform] \'cluster\' must be a name of letters, digits, \'-\', \'_\' and \'.\' of at most 63 characters, but is not given. '
      + '\'workload\' must be a Workload, e.g. Workload.of({ activeSeries: 100_000 }), but is not given.'],
    ['props', '[monitoring/platform] The props must be an object, but are "props". \'cluster\' must be a name of letters, digits, \'-\', \'_\' and \'.\' of at most 63 characters, but is not given. '
      + '\'workload\' must be a Workload, e.g. Workload.of({ activeSeries: 100_000 }), but is not given.'],
  ])('without a workload it cannot go on, and says all at once: %j', (props, message) => {
    expect(() => new MonitoringStack(fixture().chart, 'platform', wrong<MonitoringStackProps>(props))).toThrow(new Error(message));
  });

  test.each([
    ['zoneA', 'zone-a', 'ZONE_C'],
  ])('zones may be written as labels may: %s', (...zones) => {
    const { chart } = fixture();
    stack(chart, { ring: { zones } });
    expect(manifest(chart, 'StatefulSet', 'platform-receive-ingestor-zonea').spec.template.spec.nodeSelector).toEqual({ 'topology.kubernetes.io/zone': 'zoneA' });
    expect(manifest(chart, 'StatefulSet', 'platform-receive-ingestor-zone-c')).toBeDefined();
  });

  test('what is wrong keeps neither the plan nor the picture from being made', () => {
    const { app, chart } = fixture();
    const bad = stack(chart, {
      workload: Workload.of(wrong({ activeSeries: NaN })), ring: { zones: [], members: -1 }, prometheus: { shards: 0 }, externalLabels: 5,
    });
    expect(bad.plan.figures.filter(({ value }) => !(value >= 0))).toEqual([]);
    expect(bad.topology.toSvg()).toContain('</svg>');
    expect(errorsOf(app)).toHaveLength(5);
  });

  test('two of one name in one chart', () => {
    const { app, chart } = fixture();
    stack(chart, { name: 'one' }, 'first');
    stack(chart, { name: 'one' }, 'second');
    expect(errorsOf(app)).toEqual([expect.stringMatching(
      new RegExp("^\\[monitoring\\] 'monitoring/first' and 'monitoring/second' print \\d\\d objects that are the same to the cluster, and the last to be applied overwrites the others: "
        + "ServiceAccount 'one-bucket' in namespace 'monitoring', .+ and \\d\\d more\\. Give the parts different names .+ \\(duplicate-object\\)$"),
    )]);
  });

  test.each([
    [undefined, 'The chart has no namespace, but addresses of the parts contain it. Give it one: new Chart(app, \'monitoring\', { namespace: \'monitoring\' }). (namespace-missing)'],
    ['Mon_1', 'The namespace of the chart must be a name of a namespace (lower-case letters, digits and \'-\', beginning and ending with a letter or digit) of at most 63 characters, '
      + 'but is "Mon_1". Give the chart another one. (namespace-not-dns)'],
  ])('a namespace that Kubernetes refuses is said once: %s', (namespace, message) => {
    const app = new App();
    stack(new Chart(app, 'monitoring', { namespace }), { createNamespace: true });
    expect(errorsOf(app)).toEqual([`[monitoring/platform/bucket/gateway] ${message}`]);
  });

  test('nothing is written', () => {
    const outdir = temporaryFolder();
    const app = new App({ outdir });
    stack(new Chart(app, 'monitoring', { namespace: 'monitoring' }), { query: { replicas: 0 } });
    expect(() => app.synth()).toThrow('\'replicas\' must be a whole number from 1 to 1000, but is 0.');
    expect(readdirSync(outdir)).toEqual([]);
  });
});

describe('patches', () => {
  test.each([
    ['to nowhere', JsonPatch.add('/spec/nope/deeper', 1), 'its path leads to what is not there'],
    ['without pods', JsonPatch.remove('/spec/template'), 'of what it leaves, \'spec.template.spec.containers\' must be a list of containers'],
    ['without anything', JsonPatch.remove('/spec'), 'of what it leaves, \'spec.template.spec.containers\' must be a list of containers'],
    ['of text', JsonPatch.replace('/spec', 'none'), 'of what it leaves, \'spec\' must be an object'],
    ['without a name', JsonPatch.remove('/metadata/name'), 'of what it leaves, \'metadata.name\' must be a DNS subdomain (lower-case letters, digits, \'-\' and \'.\') of at most 253 characters, but is undefined'],
    ['of labels', JsonPatch.replace('/metadata/labels', ['a']), 'of what it leaves, \'metadata.labels\' must be a map of labels'],
    ['of the selector', JsonPatch.replace('/spec/selector', {}), 'of what it leaves, \'spec.selector.matchLabels\' must be labels that \'spec.template.metadata.labels\' has too'],
    ['of volumes', JsonPatch.add('/spec/template/spec/volumes', 'data'), 'of what it leaves, \'spec.template.spec.volumes\' must be a list of objects'],
    ['of variables', JsonPatch.add('/spec/template/spec/containers/0/env', { TOKEN: 'x' }), 'of what it leaves, \'env\' of each container must be a list of objects'],
    ['whose path begins without a slash', JsonPatch.add('spec/replicas', 0), 'of what it leaves, \'replicas\' stands at the root, where a Deployment has only '
      + '\'apiVersion\', \'kind\', \'metadata\', \'spec\', \'status\'; a path begins with \'/\', as \'/metadata/labels\' does'],
    ['without a kind', JsonPatch.remove('/kind'), 'of what it leaves, \'apiVersion\' and \'kind\' must be texts'],
  ])('%s', (_, patch, reason) => {
    const { app, chart } = fixture();
    stack(chart).queryFrontend.deployment.addJsonPatch(patch);
    expect(errorsOf(app)).toEqual([
      `[monitoring] A JSON patch of Deployment 'platform-query-frontend' cannot be applied: ${reason}. Correct its path or its value. (patch-not-applicable)`,
    ]);
  });
});

test('a patch that fits is fine at every kind of object', () => {
  const { app, chart } = fixture();
  const rules = new RecordingRuleSet(chart, 'rules', { groups: [{ name: 'shop', rules: [{ record: 'shop:up:sum', expr: 'sum(up)' }] }] });
  const filled = stack(chart, {
    createNamespace: true, alertmanager: {}, pushgateway: {}, prometheus: { sharding: Sharding.DYNAMIC, autoscaling: {} },
  });
  rules.toPrometheusRule('operator');
  const job = { image: 'registry.example.com/backup:1.0' };
  filled.addPushJob('backup', { ...job, schedule: '0 2 * * *' });
  filled.addPushJob('migration', job);
  ObjectStoreBucket.filesystem(chart, 'volume');
  const objects = chart.node.findAll().filter(child => ApiObject.isApiObject(child)) as ApiObject[];
  objects.forEach(object => object.addJsonPatch(JsonPatch.add('/metadata/annotations', { note: 'patched' })));
  expect([...new Set(objects.map(({ kind }) => kind))].sort()).toEqual([
    'ClusterRole', 'ClusterRoleBinding', 'ConfigMap', 'CronJob', 'Deployment', 'Job', 'Namespace', 'NetworkPolicy', 'PersistentVolumeClaim', 'PodDisruptionBudget', 'PrometheusRule',
    'Role', 'RoleBinding', 'ScaledObject', 'Service', 'ServiceAccount', 'StatefulSet',
  ]);
  expect(errorsOf(app)).toEqual([]);
});

describe('without what it needs, a part says so at once', () => {
  test.each<[string, (chart: Chart) => void, string]>([
    ['a ring', chart => new ThanosReceiveRing(chart, 'part', wrong({ replicationFactor: 0 })),
      '[monitoring/part] \'replicationFactor\' must be a whole number from 1 to 9, but is 0. \'bucket\' must be a bucket, e.g. ObjectStoreBucket.s3(…), but is not given.'],
    ['a job', chart => new PushGatewayJob(chart, 'part', wrong({ pushgateway: 'http://push' })),
      '[monitoring/part] \'pushgateway\' must be a Pushgateway, but is "http://push". \'image\' must be an image reference, but is not given.'],
    ['a gateway', chart => new StoreGateway(chart, 'part', wrong({ bucket: { connect: 5 } })),
      '[monitoring/part] \'bucket\' must be a bucket, e.g. ObjectStoreBucket.s3(…), but is {"connect":5}.'],
    ['a frontend', chart => new QueryFrontend(chart, 'part', wrong(null)),
      '[monitoring/part] The props must be an object, but are null. \'downstream\' must be a part that answers queries, e.g. a ThanosQuery, but is not given.'],
  ])('%s', (_, make, message) => {
    expect(() => make(fixture().chart)).toThrow(new Error(message));
  });
});

test('senders that have no receiver', () => {
  const { app, chart } = fixture();
  new ShardedPrometheus(chart, 'part', wrong({ remoteWrite: 'http://receive' })).addScrapeJob(ScrapeJob.apiServer());
  expect(errorsOf(app)).toEqual([
    '[monitoring/part] \'remoteWrite\' must be a receiver of remote write, e.g. a ThanosReceiveRing, but is "http://receive". (invalid-prop)',
    '[monitoring/part] \'remoteWrite\' must be given in mode \'agent\', for an agent keeps nothing itself: a receiver of remote write, e.g. a ThanosReceiveRing. '
      + 'To keep samples in a TSDB of its own, use PrometheusMode.SERVER. (remote-write-missing)',
  ]);
});

describe('values that must reach a program as they were given', () => {
  test('dollar signs in labels of blocks, which the kubelet would read otherwise', () => {
    const { app, chart } = fixture();
    stack(chart, { ring: { externalLabels: { price: '$$5 $(POD_NAME)' } } });
    expect(errorsOf(app)).toEqual([]);
    expect(manifest(chart, 'StatefulSet', 'platform-receive-ingestor').spec.template.spec.containers[0].args).toContain('--label=price="$$$$5 $$(POD_NAME)"');
  });

  test('whole seconds where Kubernetes wants them', () => {
    const { app, chart } = fixture();
    stack(chart, { ring: { minReady: Duration.millis(1500), ingestor: { terminationGracePeriod: Duration.millis(300_500) } } });
    expect(errorsOf(app)).toEqual([]);
    const { spec } = manifest(chart, 'StatefulSet', 'platform-receive-ingestor');
    expect([spec.minReadySeconds, spec.template.spec.terminationGracePeriodSeconds]).toEqual([2, 301]);
  });
});
