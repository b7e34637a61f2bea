import { Chart, Size } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { Endpoint, MonitoringStack, NetworkPeer, ObjectStoreBucket, Relabeling, ScrapeJob, StoreGateway, ThanosQuery, ThanosReceiveRing, Workload } from '../../src';
import { errorsOf, fixture } from '../fixture';

/** What a caller in JavaScript, or in another language, may hand over in place of the type. */
const wrong = <T>(value: unknown): T => value as T;

const stack = (chart: Chart, props: object = {}) =>
  new MonitoringStack(chart, 'platform', { cluster: 'eu-1', workload: Workload.of({ activeSeries: 10_000 }), ...props });

const storesElsewhere = (chart: Chart) => StoreGateway.fromStoreEndpoints(chart, 'elsewhere', [
  { endpoint: Endpoint.external({ host: 'store.example.com', port: 10901 }), identicalReplicas: false },
]);

test.each<[string, (chart: Chart) => void, string]>([
  ['a label that cdk8s cannot print', chart => new ThanosQuery(chart, 'query', { stores: [storesElsewhere(chart)], podLabels: wrong({ constructor: 'x' }) }),
    '[monitoring/query] \'podLabels\' key \'constructor\' must be another one, for cdk8s cannot print an object that has it. (invalid-prop)'],
  ['a key of a Secret that no volume can have', chart => new StoreGateway(chart, 'store', {
    bucket: ObjectStoreBucket.fromSecret(chart, 'bucket', { config: { secret: Secret.fromSecretName(chart, 'secret', 'objstore'), key: '..' }, endpoint: 's3.example.com:443' }),
  }), '[monitoring/bucket] \'config\' must be a key of a Secret, e.g. { secret, key: \'password\' }; no secret ever stands in YAML. (invalid-prop)'],
])('%s', (_, make, message) => {
  const { app, chart } = fixture();
  make(chart);
  expect(errorsOf(app)).toEqual([message]);
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
