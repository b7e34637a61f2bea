import type { Chart } from 'cdk8s';
import { addWriter, findingsOf } from './parts';
import { Severity } from '../../src/core/findings';
import { Compactor, ObjectStoreBucket, S3Credentials } from '../../src/store';
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
    + 'Let their \'streamLabels\' differ in the value of a label, or keep one. (compactors-overlap)';
  expect(errorsOf(app)).toEqual([
    both('\'monitoring/one\' (all labels)', '\'monitoring/two\' ({ring="0"})'),
    both('\'monitoring/one\' (all labels)', '\'monitoring/three\' ({ring="1"})'),
  ]);
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
  addWriter(bucket, 'ring', { replicaLabels: () => [{ name: 'receive_replica', on: 'blocks' }, { name: 'prometheus_replica', on: 'series', copies: 2 }] });
  addWriter(bucket, 'other', { replicaLabels: () => [{ name: 'replica', on: 'series' }] });
  new Compactor(chart, 'compactor', { bucket });
  const says = (path: string, label: string, copies: string) => `copies-never-merged: Each series that '${path}' uploads carries '${label}', so the bucket keeps ${copies} copies of it for ever: `
    + 'the compactor merges copies that differ in a label of their blocks only. Let senders be tenants of the ring in place of a replica label.';
  expect(warnings(chart)).toEqual([says('monitoring/ring', 'prometheus_replica', '2'), says('monitoring/other', 'replica', 'several')]);
});
