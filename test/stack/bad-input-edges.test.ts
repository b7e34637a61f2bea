import { Chart, Duration, Size } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  AlertRuleSet, Endpoint, MonitoringStack, NetworkPeer, ObjectStoreBucket, ObjectStoreConnection, PushGatewayJob, Pushgateway, Relabeling, S3Credentials,
  ScrapeJob, StoreGateway, ThanosQuery, ThanosReceiveRing, Topology, Workload,
} from '../../src';
import { errorsOf, fixture } from '../fixture';

/** What a caller in JavaScript, or in another language, may hand over in place of the type. */
const wrong = <T>(value: unknown): T => value as T;

const stack = (chart: Chart, props: object = {}) =>
  new MonitoringStack(chart, 'platform', { cluster: 'eu-1', workload: Workload.of({ activeSeries: 10_000 }), ...props });

const storesElsewhere = (chart: Chart) => StoreGateway.fromStoreEndpoints(chart, 'elsewhere', [
  { endpoint: Endpoint.external({ host: 'store.example.com', port: 10901 }), identicalReplicas: false },
]);

const FOREIGN = (path: string) => `to the same App, for checks and network policies see no other, but '${path}' belongs to another; make it here, or describe it by a method 'from…' of its class`;
const LABEL_VALUE = 'must be a label value (letters, digits, \'-\', \'_\' and \'.\') of at most 63 characters';
const LABEL_KEY = 'must be a key of labels (a DNS subdomain and \'/\' if wanted, then up to 63 letters, digits, \'-\', \'_\' and \'.\')';
const SECRET = 'must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML';

const secret = (chart: Chart, key = 'key') => ({ secret: Secret.fromSecretName(chart, 'secret', 'objstore'), key });

function accessKey(chart: Chart, options: object): void {
  const key = secret(chart);
  ObjectStoreBucket.s3(chart, 'bucket', { bucket: 'example-blocks', region: 'eu-1', credentials: S3Credentials.accessKey(wrong({ accessKeyId: key, secretAccessKey: key, ...options })) });
}

const pushJob = (chart: Chart, options: object) => new PushGatewayJob(chart, 'job', {
  pushgateway: new Pushgateway(chart, 'pushgateway'), image: 'example.com/backup:1', schedule: '0 * * * *', ...options,
});

const CONNECTION = 'What \'connect\' of the bucket \'monitoring/mine\' returns for the access \'read\'';

const ownBucket = (chart: Chart, connection: unknown) =>
  new StoreGateway(chart, 'store', { bucket: Object.assign(new Construct(chart, 'mine'), { connect: () => wrong<ObjectStoreConnection>(connection) }) });

test.each<[string, (chart: Chart) => void, string]>([
  ['a label that cdk8s cannot print', chart => new ThanosQuery(chart, 'query', { stores: [storesElsewhere(chart)], podLabels: wrong({ constructor: 'x' }) }),
    '[monitoring/query] \'podLabels\' key \'constructor\' must be another one, for cdk8s cannot print an object that has it. (invalid-prop)'],
  ['a key of a Secret that no volume can have', chart => new StoreGateway(chart, 'store', {
    bucket: ObjectStoreBucket.fromSecret(chart, 'bucket', { config: secret(chart, '..'), endpoint: 's3.example.com:443' }),
  }), '[monitoring/bucket] \'config\' must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }, '
    + 'but its \'key\' is no key of one (letters, digits, \'-\', \'_\' and \'.\', neither \'.\' alone nor with \'..\' in front); no secret ever stands in YAML. (invalid-prop)'],
  ['a sink that is none, of meta-monitoring', chart => stack(chart, { metaMonitoring: { prometheus: { alertSinks: 5 } } }),
    '[monitoring/platform/meta-monitoring/meta-monitoring-prometheus] \'alertSinks\' must be a list with at least one item, but is 5; leave it out for the default. (invalid-prop)'],
  ['relabelings that are none, of a ruler', chart => stack(chart, { ruler: { alertRelabelings: 'abc' } }),
    '[monitoring/platform/ruler] \'alertRelabelings\' must be a list with at least one item, but is "abc"; leave it out for the default. (invalid-prop)'],
  ['TLS that is none, of a ruler', chart => stack(chart, { ruler: { remoteWriteClient: { tls: null } } }),
    '[monitoring/platform/ruler] \'remoteWriteClient.tls\' must be an object, e.g. {}, but is null. (invalid-prop)'],
  ['a prop that cannot be read', chart => new ThanosQuery(chart, 'query', {
    stores: [storesElsewhere(chart)],
    get replicas(): number {
      throw new Error('no such file');
    },
  }), '[monitoring/query] \'replicas\' cannot be judged, for reading it throws "no such file"; hand over a plain value. (invalid-prop)'],
  ['rules of another App', chart => stack(chart, { ruler: {} }).addRules(new AlertRuleSet(fixture().chart, 'rules', wrong({ groups: 5 }))),
    `[monitoring/platform] What 'addRules' is given must belong ${FOREIGN('monitoring/rules')}. (invalid-rules)`],
  ['a bucket of another App', chart => new StoreGateway(chart, 'store', { bucket: ObjectStoreBucket.s3(fixture().chart, 'bucket', { bucket: 'X Y', region: 'eu-1' }) }),
    `[monitoring/store] 'bucket' must belong ${FOREIGN('monitoring/bucket')}. (invalid-prop)`],
  ['labels of a chart', chart => {
    const other = new Chart(chart, 'other', { namespace: 'other', labels: wrong({ 'a': 5, 'X Y': 'b' }), disableResourceNameHashes: true });
    new StoreGateway(other, 'store', { bucket: ObjectStoreBucket.s3(other, 'bucket', { bucket: 'example-blocks', region: 'eu-1' }) });
  }, `[monitoring/other/store/store] Of the labels of the chart, which all its objects carry, 'a' ${LABEL_VALUE}, but is 5; key 'X Y' ${LABEL_KEY}, but is "X Y". Give the chart others. (chart-labels)`],
  ['prices that are a map of JavaScript', chart => stack(chart, { workload: Workload.of(wrong({ activeSeries: 10_000, prices: new Map([['vcpuMonth', 1]]) })) }),
    '[monitoring/platform] \'prices\' of Workload.of was given an object; it takes an object of named values. (invalid-workload)'],
  ['an option of an access key', chart => accessKey(chart, { nope: 5 }),
    '[monitoring/bucket] \'credentials\' has \'nope\', which is not known here; known are accessKeyId, secretAccessKey, sessionToken. (invalid-prop)'],
  ['a token that is none', chart => accessKey(chart, { sessionToken: '' }), `[monitoring/bucket] 'credentials' ${SECRET}. (invalid-prop)`],
  ['a schedule that JavaScript knows', chart => pushJob(chart, { schedule: 'constructor' }),
    '[monitoring/job] \'schedule\' must be a schedule as cron writes it, e.g. \'30 2 * * *\', but "constructor" must have 5 parts (minute, hour, day of the month, month, day of the week), but has 1. (invalid-prop)'],
  ['a group that has no bytes', chart => pushJob(chart, { group: { job: '\ud800' } }),
    '[monitoring/job] \'group\' has \'job\', which must be a text that is not empty, but is "\\ud800". (invalid-prop)'],
  ['commands that no kernel takes', chart => pushJob(chart, { command: [''], args: ['a\0b'] }),
    '[monitoring/job] \'command\' each item must be a text that is not empty, without the character NUL, but is "". (invalid-prop)'],
  ['a bucket of the user that says nothing', chart => ownBucket(chart, {}),
    `[monitoring/store] ${CONNECTION} must have 'config' or 'configFile', where Thanos reads what the bucket is. (bucket-connection)`],
  ['a bucket of the user without a connection', chart => ownBucket(chart, undefined), `[monitoring/store] ${CONNECTION} must be an object, but is undefined. (bucket-connection)`],
  ['a bucket of the user that says other things', chart => ownBucket(chart, { config: 5, variables: [{ name: 'a b' }], podLabels: { a: 5 }, endpoint: 7 }),
    `[monitoring/store] ${CONNECTION} has 'config', which must be a text that is not empty, but is 5, and has 'variables', where each item has 'name', which must be `
    + 'a name of a variable (letters, digits and \'_\', not beginning with a digit), but is "a b", and has \'value\', which must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; '
    + `no secret ever stands in YAML, and has 'podLabels', where 'a' ${LABEL_VALUE}, but is 5, and has 'endpoint', which must be an Endpoint, e.g. Endpoint.external(…), but is 7. (bucket-connection)`],
  ['a Store API of the user', chart => {
    const endpoint = Endpoint.external({ host: 'store.example.com', port: 10901 });
    const store = Object.assign(new Construct(chart, 'mine'), { storeEndpoints: [{ endpoint, identicalReplicas: true, maxAge: wrong<Duration>('x') }] });
    new ThanosQuery(chart, 'query', { stores: [store] });
  }, '[monitoring/query] \'stores\' each item must be a part whose \'storeEndpoints\' are sound, but each item has \'maxAge\', '
    + 'which must be a Duration, e.g. Duration.hours(1), of at least 1ms, but is "x". (invalid-prop)'],
])('%s', (_, make, message) => {
  const { app, chart } = fixture();
  make(chart);
  expect(errorsOf(app)[0]).toBe(message);
});

test('parts of a byte are rounded, for no program reads them', () => {
  const { app, chart } = fixture();
  const bucket = ObjectStoreBucket.gcs(chart, 'bucket', { bucket: 'example-blocks', chunkSize: Size.mebibytes(0.3) });
  new StoreGateway(chart, 'store', { bucket });
  new ThanosReceiveRing(chart, 'receive', {
    bucket, router: { requestSizeBytesLimit: Size.mebibytes(0.3), tenantLimits: { shop: { requestSizeBytesLimit: Size.mebibytes(0.7) } } },
  });
  const printed = app.synthYaml();
  expect(printed.match(/(chunk_size_bytes|size_bytes_limit): [0-9.]+/g)).toEqual(['chunk_size_bytes: 314573', 'chunk_size_bytes: 314573', 'size_bytes_limit: 314573', 'size_bytes_limit: 734003']);
});

/** A text of which nothing may be printed. */
const LATE = 'too late';

test('what is changed after it was judged is not printed', () => {
  const { app, chart } = fixture();
  const [podLabels, namespaces, sourceLabels, namespaceLabels] = [{ a: 'b' }, ['shop'], ['pod'], { team: 'shop' }];
  const [extraArgs, tolerations, ports] = [['--query.metadata.default-time-range=1h'], [{ key: 'a' }], [{ port: 80 }]];
  const platform = stack(chart, {
    query: { podLabels, extraArgs, tolerations, allowFrom: [NetworkPeer.pods({ podLabels, namespaceLabels, ports })] },
    prometheus: { scrapeJobs: [ScrapeJob.pods('shop', { namespaces, relabelings: [Relabeling.drop(sourceLabels, 'a')] })] },
  });
  platform.scrape(ScrapeJob.pods('blog', { namespaces }));
  Object.assign(podLabels, { late: LATE });
  Object.assign(namespaceLabels, { late: LATE });
  Object.assign(tolerations[0], { key: LATE });
  ports.push(wrong({ port: LATE }));
  [namespaces, sourceLabels, extraArgs, tolerations].forEach(list => list.push(wrong(LATE)));
  expect(app.synthYaml()).not.toContain(LATE);
});

test.each<[string, (chart: Chart) => void, string]>([
  ['senders', chart => stack(chart).addPrometheus(wrong(5)), '[monitoring/platform] The id that \'addPrometheus\' is given must be a text, but is 5.'],
  ['a push job', chart => stack(chart, { pushgateway: {} }).addPushJob(wrong(5), wrong({})), '[monitoring/platform] The id that \'addPushJob\' is given must be a text, but is 5.'],
  ['an object of rules', chart => new AlertRuleSet(chart, 'rules', wrong({ groups: 5 })).toPrometheusRule(wrong(undefined)),
    '[monitoring/rules] The id that \'toPrometheusRule\' is given must be a text, but is undefined.'],
  ['a picture', () => Topology.of(wrong({})), 'What \'Topology.of\' is given must be a construct, e.g. a Chart, but is {}.'],
  ['a plan', chart => stack(chart).writePlan(wrong(5)), 'What \'writePlan\' is given must be the path of a folder, but is 5.'],
])('%s of nothing that could be made is refused at once', (_, make, message) => {
  expect(() => make(fixture().chart)).toThrow(new Error(message));
});
