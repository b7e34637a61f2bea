import { App, Chart } from 'cdk8s';
import { addWriter, findingsOf } from './parts';
import { Severity } from '../../src/core/findings';
import { Compactor, ObjectStoreBucket, type S3BucketProps, S3Credentials } from '../../src/store';
import { errorsOf, fixture } from '../fixture';

function bucketOf() {
  const { app, chart } = fixture();
  const credentials = S3Credentials.ambient();
  return { app, chart, bucket: ObjectStoreBucket.s3(chart, 'blocks', { bucket: 'blocks', region: 'eu-central-1', credentials, compactorCredentials: credentials }) };
}

const warnings = (chart: Chart) => findingsOf(chart, Severity.WARNING);

test('nobody merges or deletes', () => {
  const { chart, bucket } = bucketOf();
  addWriter(bucket, 'ring');
  expect(warnings(chart)).toEqual(['bucket-without-compactor: Blocks are written to the bucket, but there is no Compactor: they are never merged, downsampled or deleted. '
    + 'Add one, unless another app compacts this bucket.']);
  new Compactor(chart, 'compactor', { bucket });
  expect(warnings(chart)).toEqual([]);
});

test('a stream that no compactor takes', () => {
  const { app, chart, bucket } = bucketOf();
  addWriter(bucket, 'ring-0', { streamLabels: { ring: '0' } });
  addWriter(bucket, 'ring-1', { streamLabels: { ring: '1' } });
  new Compactor(chart, 'compactor', { bucket, streamLabels: { ring: '0' } });
  expect(errorsOf(app)).toEqual(['[monitoring/blocks] No Compactor takes the blocks of \'monitoring/ring-1\' ({ring="1"}): \'monitoring/compactor\' takes {ring="0"}. '
    + 'Add one whose \'streamLabels\' fit, or the blocks are never merged or deleted. (stream-without-compactor)']);
});

test('two compactors at one stream', () => {
  const { app, chart, bucket } = bucketOf();
  new Compactor(chart, 'one', { bucket });
  new Compactor(chart, 'two', { bucket, streamLabels: { ring: '0' } });
  new Compactor(chart, 'three', { bucket, streamLabels: { ring: '1' } });
  const both = (one: string, other: string) => `[monitoring/blocks] The Compactors ${one} and ${other} may take the same blocks: every merged block would be there twice, and either may halt over what the other deletes. `
    + 'Give each platform a bucket or a \'prefix\' of its own; within one, let \'streamLabels\' differ in the value of a label, or keep one Compactor. (compactors-overlap)';
  expect(errorsOf(app)).toEqual([
    both('\'monitoring/one\' (all labels)', '\'monitoring/two\' ({ring="0"})'),
    both('\'monitoring/one\' (all labels)', '\'monitoring/three\' ({ring="1"})'),
  ]);
});

describe('constructs that describe the same bucket', () => {
  const inCharts = (...makers: ((chart: Chart) => ObjectStoreBucket)[]) => {
    const app = new App();
    makers.forEach((make, index) => {
      const chart = new Chart(app, `eu-${index}`, { namespace: `eu-${index}`, disableResourceNameHashes: true });
      new Compactor(chart, 'compactor', { bucket: make(chart) });
    });
    return app;
  };
  const s3 = (props: Partial<S3BucketProps> = {}) => (chart: Chart) => ObjectStoreBucket.s3(chart, 'blocks', { bucket: 'x-blocks', region: 'eu-central-1', ...props });
  const gcs = (prefix?: string) => (chart: Chart) => ObjectStoreBucket.gcs(chart, 'blocks', { bucket: 'x-blocks', prefix });
  const azure = (storageAccount: string) => (chart: Chart) => ObjectStoreBucket.azure(chart, 'blocks', { storageAccount, container: 'x-blocks' });
  const twice = '[eu-0/blocks] The Compactors \'eu-0/compactor\' (all labels) and \'eu-1/compactor\' (all labels), at one bucket, which \'eu-0/blocks\' and \'eu-1/blocks\' describe, '
    + 'may take the same blocks: every merged block would be there twice, and either may halt over what the other deletes. Give each platform a bucket or a \'prefix\' of its own; within one, let \'streamLabels\' differ in the value of a label, or keep one Compactor. (compactors-overlap)';

  test.each([
    ['S3', s3(), s3({ endpoint: 'S3.eu-central-1.amazonaws.com:443' })],
    ['S3, in a folder', s3({ prefix: 'eu' }), s3({ prefix: 'eu' })],
    ['Google Cloud', gcs(), gcs()],
    ['Azure', azure('monitoring'), azure('monitoring')],
  ])('are one to the checks: %s', (_, one, other) => {
    expect(errorsOf(inCharts(one, other))).toEqual([twice]);
  });

  test.each([
    ['endpoint', s3(), s3({ endpoint: 's3.example.com' })],
    ['bucket', s3(), s3({ bucket: 'y-blocks' })],
    ['folder', s3({ prefix: 'eu' }), s3({ prefix: 'us' })],
    ['type', s3(), gcs()],
    ['account', azure('monitoring'), azure('metrics')],
    ['cluster, perhaps', s3({ endpoint: 'minio.minio.svc:9000' }), s3({ endpoint: 'minio.minio.svc:9000' })],
  ])('are two if they differ in one thing: the %s', (_, one, other) => {
    expect(errorsOf(inCharts(one, other))).toEqual([]);
  });

  test('are one in one chart, where a store of the cluster is the same one', () => {
    const { app, chart } = fixture();
    const [one, other] = ['one', 'two'].map(id => ObjectStoreBucket.s3(chart, id, { bucket: 'x-blocks', endpoint: 'minio.minio.svc:9000' }));
    addWriter(one, 'ring');
    new Compactor(chart, 'compactor', { bucket: other });
    expect(warnings(chart)).toEqual([]);
    expect(errorsOf(app)).toEqual([]);
  });
});

test('a stream of more series than a compactor can carry', () => {
  const { app, chart, bucket } = bucketOf();
  // Two rings whose blocks look alike are one stream.
  addWriter(bucket, 'one', { activeSeries: 6e6, streamLabels: { cluster: 'eu' } });
  addWriter(bucket, 'two', { activeSeries: 6e6, streamLabels: { cluster: 'eu' } });
  addWriter(bucket, 'three', { activeSeries: 6e6, streamLabels: { cluster: 'us' } });
  new Compactor(chart, 'compactor', { bucket });
  expect(errorsOf(app)).toEqual(['[monitoring/blocks] The blocks of {cluster="eu"} carry 12000000 active series, but one compaction stream can carry 10000000: the index of a merged '
    + 'block would outgrow what Thanos compacts. Spread the series over 2 rings, each with \'externalLabels\' and a Compactor of its own. (stream-too-large)']);
});

test('copies that can never be merged', () => {
  const { chart, bucket } = bucketOf();
  addWriter(bucket, 'ring', { replicaLabels: () => [{ name: 'receive_replica', on: 'blocks' }, { name: 'prometheus_replica', on: 'series', copies: 2, from: ['monitoring/a', 'monitoring/b'] }] });
  addWriter(bucket, 'other', { replicaLabels: () => [{ name: 'replica', on: 'series' }] });
  new Compactor(chart, 'compactor', { bucket });
  const says = (series: string, label: string, copies: string) => `copies-never-merged: Each series that ${series} carries '${label}', so the bucket keeps ${copies} copies of it for ever: `
    + 'the compactor merges copies that differ in a label of their blocks only. Let these senders be tenants of the ring in place of a replica label.';
  expect(warnings(chart)).toEqual([says('\'monitoring/a\' and \'monitoring/b\' send to \'monitoring/ring\'', 'prometheus_replica', '2'), says('\'monitoring/other\' uploads', 'replica', 'several')]);
});
