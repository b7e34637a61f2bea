import { Duration, Size } from 'cdk8s';
import { printed, said, secret } from './parts';
import { ObjectStoreAccess } from '../../src/core/object-store';
import { GcsBucketProps, GcsCredentials, ObjectStoreBucket, StoreGateway } from '../../src/store';
import { errorsOf, fixture, manifest } from '../fixture';

function bucketOf(props: Partial<GcsBucketProps> = {}) {
  const { app, chart } = fixture();
  return { app, chart, bucket: ObjectStoreBucket.gcs(chart, 'blocks', { bucket: 'blocks', ...props }) };
}

const ACCOUNT = 'thanos@project.iam.gserviceaccount.com';

test('with the identity that the pod has anyway', () => {
  const { config, environment, serviceAccountAnnotations } = printed(bucketOf().bucket.connect(ObjectStoreAccess.READ));
  expect(config).toEqual(['--objstore.config=type: "GCS"', 'config:', '  bucket: "blocks"']);
  expect(environment).toEqual([]);
  expect(serviceAccountAnnotations).toBeUndefined();
});

test('with every setting', () => {
  const { bucket } = bucketOf({
    prefix: 'eu', chunkSize: Size.mebibytes(8), maxRetries: 5, http: { idleConnTimeout: Duration.minutes(5) }, tls: { ca: secret('tls', 'ca.crt') },
  });
  expect(printed(bucket.connect(ObjectStoreAccess.READ)).config).toEqual([
    '--objstore.config=type: "GCS"',
    'config:',
    '  bucket: "blocks"',
    '  chunk_size_bytes: 8388608',
    '  max_retries: 5',
    '  http_config:',
    '    idle_conn_timeout: "5m"',
    '    tls_config:',
    '      ca_file: "/etc/thanos/objstore/ca/ca.crt"',
    'prefix: "eu"',
  ]);
});

test('workload identity is an annotation of the ServiceAccount, and needs the metadata server', () => {
  const { chart, bucket } = bucketOf({ credentials: GcsCredentials.workloadIdentity(ACCOUNT) });
  new StoreGateway(chart, 'store', { bucket });
  expect(manifest(chart, 'ServiceAccount', 'store').metadata.annotations).toEqual({ 'iam.gke.io/gcp-service-account': ACCOUNT });
  expect(manifest(chart, 'NetworkPolicy', 'store').spec.egress[1].to).toEqual([{ ipBlock: { cidr: '169.254.0.0/16' } }]);
});

test('a key is a file that Google\'s client is told of', () => {
  const { config, environment, volumes } = printed(bucketOf({ credentials: GcsCredentials.keyFile(secret('gcs', 'key.json')) }).bucket.connect(ObjectStoreAccess.READ));
  expect(config).toHaveLength(3);
  expect(environment).toEqual([{ name: 'GOOGLE_APPLICATION_CREDENTIALS', value: '/etc/thanos/objstore/gcs/key.json' }]);
  expect(volumes).toEqual([{
    mountPath: '/etc/thanos/objstore/gcs',
    readOnly: true,
    volume: { name: 'objstore-secret-0', secret: { secretName: 'gcs', items: [{ key: 'key.json', path: 'key.json' }] } },
  }]);
});

test('roles: only the compactor may delete', () => {
  const { policyDocuments } = bucketOf().bucket;
  expect(JSON.parse(policyDocuments.read)).toEqual({ title: 'thanos-read', stage: 'GA', includedPermissions: ['storage.objects.get', 'storage.objects.list'] });
  expect(JSON.parse(policyDocuments['read-write']).includedPermissions).toEqual(['storage.objects.get', 'storage.objects.list', 'storage.objects.create']);
  expect(JSON.parse(policyDocuments['read-write-delete']).includedPermissions)
    .toEqual(['storage.objects.get', 'storage.objects.list', 'storage.objects.create', 'storage.objects.delete']);
});

test('a writer that may not delete cannot overwrite either, and that is noted', () => {
  expect(said(bucketOf().chart, 'gcs-overwrite-is-delete')).toEqual([]);
  expect(said(bucketOf({ compactorCredentials: GcsCredentials.ambient() }).chart, 'gcs-overwrite-is-delete')).toEqual([
    'Google Cloud Storage takes overwriting for deletion, which writers may not do here: an ingestor that was stopped within an upload cannot repeat it until the '
    + 'compactor has removed what is there, after two days. The copies of the other ingestors are not concerned; where there are none, allow writers '
    + 'storage.objects.delete, or let \'ingestor.tsdbRetention\' be three days.',
  ]);
});

describe('bad input', () => {
  const BUCKET = '\'bucket\' must be a bucket name (3 to 222 lower-case letters, digits, \'-\', \'_\' and \'.\', at most 63 between dots, beginning and ending with a letter or digit, '
    + 'no address, without \'goog\' at its beginning or \'google\' in it), but is ';

  test.each<[Partial<GcsBucketProps>, string]>([
    [{ bucket: undefined }, `${BUCKET}not given`],
    [{ bucket: 'Blocks' }, `${BUCKET}"Blocks"`],
    [{ bucket: 'goog-blocks' }, `${BUCKET}"goog-blocks"`],
    [{ bucket: 'my-g00gle' }, `${BUCKET}"my-g00gle"`],
    [{ bucket: '-blocks' }, `${BUCKET}"-blocks"`],
    [{ bucket: 'a'.repeat(64) }, `${BUCKET}"${'a'.repeat(64)}"`],
    [{ chunkSize: Size.kibibytes(1) }, '\'chunkSize\' must be a Size, e.g. Size.gibibytes(1), of at least 256KiB, but is 1KiB'],
    [{ maxRetries: 0 }, '\'maxRetries\' must be a whole number of at least 1, but is 0'],
    [{ credentials: GcsCredentials.workloadIdentity('thanos') },
      '\'credentials\' must name a service account as NAME@PROJECT.iam.gserviceaccount.com, but names "thanos"'],
    [{ credentials: GcsCredentials.keyFile('{}' as unknown as ReturnType<typeof secret>) },
      '\'credentials\' must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML'],
    [{ credentials: {} as GcsCredentials }, '\'credentials\' must be made like GcsCredentials.workloadIdentity(\'thanos@project.iam.gserviceaccount.com\')'],
  ])('%j', (props, message) => {
    expect(errorsOf(bucketOf(props).app)).toEqual([`[monitoring/blocks] ${message}. (invalid-prop)`]);
  });
});
