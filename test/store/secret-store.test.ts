import { said, secret } from './parts';
import { ObjectStoreAccess } from '../../src/core/object-store';
import { ObjectStoreBucket, SecretBucketProps, StoreGateway } from '../../src/store';
import { argsOf, errorsOf, fixture, manifest } from '../fixture';

function bucketOf(props: Partial<SecretBucketProps> = {}) {
  const { app, chart } = fixture();
  return { app, chart, bucket: ObjectStoreBucket.fromSecret(chart, 'blocks', { config: secret('thanos', 'objstore.yml'), endpoint: 'cos.example.com', ...props }) };
}

test('the whole configuration is a file from a Secret', () => {
  const { chart, bucket } = bucketOf();
  new StoreGateway(chart, 'store', { bucket });
  expect(argsOf(chart, 'StatefulSet', 'store-0')).toContain('--objstore.config-file=/etc/thanos/objstore/config/objstore.yml');
  expect(manifest(chart, 'StatefulSet', 'store-0').spec.template.spec.volumes).toEqual([
    { name: 'objstore-secret-0', secret: { secretName: 'thanos', items: [{ key: 'objstore.yml', path: 'objstore.yml' }] } },
  ]);
  expect(manifest(chart, 'NetworkPolicy', 'store').spec.egress[0].ports).toEqual([{ port: 443, protocol: 'TCP' }]);
  expect(bucket.policyDocuments).toEqual({});
});

test('each access may have its own', () => {
  const { bucket, chart } = bucketOf({ readerConfig: secret('reader', 'objstore.yml'), compactorConfig: secret('compactor', 'objstore.yml') });
  const names = [ObjectStoreAccess.READ, ObjectStoreAccess.READ_WRITE, ObjectStoreAccess.READ_WRITE_DELETE]
    .map(access => bucket.connect(access).configFile?.value.secret.name);
  expect(names).toEqual(['reader', 'thanos', 'compactor']);
  expect(said(chart, 'bucket-shared-credentials')).toEqual([]);
});

test('the port of the store is that of the policies', () => {
  expect(bucketOf({ endpoint: 'cos.example.com:8443' }).bucket.connect(ObjectStoreAccess.READ).endpoint?.address).toBe('cos.example.com:8443');
});

test.each<[Partial<SecretBucketProps>, string]>([
  [{ endpoint: 'https://cos.example.com' },
    '\'endpoint\' must be a host with an optional port, e.g. minio.minio.svc:9000, without a scheme or a path, but is "https://cos.example.com"'],
  [{ endpoint: undefined },
    '\'endpoint\' must be a host with an optional port, e.g. minio.minio.svc:9000, without a scheme or a path, but is not given'],
  [{ config: 'type: S3' as unknown as ReturnType<typeof secret> },
    '\'config\' must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML'],
])('%j', (props, message) => {
  expect(errorsOf(bucketOf(props).app)).toEqual([`[monitoring/blocks] ${message}. (invalid-prop)`]);
});
