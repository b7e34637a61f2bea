import { Size } from 'cdk8s';
import type { IPersistentVolumeClaim } from 'cdk8s-plus-28';
import { findingsOf, printed } from './parts';
import { Severity } from '../../src/core/findings';
import { ObjectStoreAccess } from '../../src/core/object-store';
import { Compactor, FilesystemBucketProps, ObjectStoreBucket, StoreGateway } from '../../src/store';
import { errorsOf, fixture, manifest, manifests } from '../fixture';

function bucketOf(props?: FilesystemBucketProps) {
  const { app, chart } = fixture();
  return { app, chart, bucket: ObjectStoreBucket.filesystem(chart, 'blocks', props) };
}

test('a claim that all pods may mount', () => {
  const { chart, bucket } = bucketOf({ storageSize: Size.gibibytes(10), storageClassName: 'nfs', prefix: 'eu' });
  expect(manifest(chart, 'PersistentVolumeClaim', 'blocks').spec).toEqual({
    accessModes: ['ReadWriteMany'], storageClassName: 'nfs', resources: { requests: { storage: '10240Mi' } },
  });
  expect(printed(bucket.connect(ObjectStoreAccess.READ_WRITE)).config).toEqual([
    '--objstore.config=type: "FILESYSTEM"',
    'config:',
    '  directory: "/var/thanos/bucket"',
    'prefix: "eu"',
  ]);
  expect(bucket.figures.map(({ name, value, byHand }) => [name, value, byHand])).toEqual([['storageSize', 10 * 1024 ** 3, true]]);
});

test('who only reads has it mounted for reading', () => {
  const { chart, bucket } = bucketOf();
  new StoreGateway(chart, 'store', { bucket });
  new Compactor(chart, 'compactor', { bucket });
  const mountOf = (name: string) => manifest(chart, 'StatefulSet', name).spec.template.spec.containers[0].volumeMounts
    .find((mount: { name: string }) => mount.name === 'objstore');
  expect(mountOf('store-0')).toEqual({ name: 'objstore', mountPath: '/var/thanos/bucket', readOnly: true });
  expect(mountOf('compactor')).toEqual({ name: 'objstore', mountPath: '/var/thanos/bucket', readOnly: false });
  expect(manifest(chart, 'StatefulSet', 'store-0').spec.template.spec.volumes).toEqual([{ name: 'objstore', persistentVolumeClaim: { claimName: 'blocks' } }]);
});

test('a claim that exists is only mounted', () => {
  const { chart, bucket } = bucketOf({ claim: { name: 'shared' } as IPersistentVolumeClaim });
  expect(manifests(chart)).toEqual([]);
  expect(bucket.connect(ObjectStoreAccess.READ).sharedClaim).toEqual({ name: 'shared', mountPath: '/var/thanos/bucket', readOnly: true });
});

test('it warns', () => {
  expect(findingsOf(bucketOf().chart, Severity.WARNING)).toEqual([
    'filesystem-bucket: Thanos keeps its filesystem bucket for tests: a file is written in place, so that a reader may meet half of it, and one volume holds everything '
    + 'for all pods. Use ObjectStoreBucket.embedded(…), or a bucket of a cloud.',
  ]);
});

test.each<[FilesystemBucketProps, string]>([
  [{ storageSize: Size.gibibytes(0) }, '\'storageSize\' must be a Size, e.g. Size.gibibytes(1), of at least 1B, but is 0B'],
  [{ prefix: 'a//b' },
    '\'prefix\' must be a folder of at most 512 characters, as names between single slashes (letters, digits and \'!_.*()-\'), not beginning or ending with a slash, but is "a//b"'],
  [{ claim: 'shared' as unknown as IPersistentVolumeClaim }, '\'claim\' must be a PersistentVolumeClaim, e.g. PersistentVolumeClaim.fromClaimName(…), but is "shared"'],
])('%j', (props, message) => {
  expect(errorsOf(bucketOf(props).app)).toEqual([`[monitoring/blocks] ${message}. (invalid-prop)`]);
});
