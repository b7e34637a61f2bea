import { Duration, Yaml } from 'cdk8s';
import { TestBucket } from './parts';
import { NetworkPeer } from '../../src/core/network-peer';
import { BucketViewer, BucketViewerProps } from '../../src/store';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';

function viewerOf(props: Partial<BucketViewerProps> = {}) {
  const { app, chart } = fixture();
  return { app, chart, viewer: new BucketViewer(chart, 'viewer', { bucket: new TestBucket(chart, 'blocks'), ...props }) };
}

test('defaults', () => {
  expect(Yaml.stringify(...manifests(viewerOf().chart))).toMatchSnapshot();
});

test('arguments', () => {
  const { chart } = viewerOf({ refresh: Duration.hours(1), timeout: Duration.minutes(10), label: 'cluster' });
  expect(argsOf(chart, 'Deployment', 'viewer')).toEqual([
    'tools',
    'bucket',
    'web',
    '--log.level=info',
    '--log.format=logfmt',
    '--enable-auto-gomemlimit',
    '--http-address=0.0.0.0:10902',
    '--objstore.config=type: S3\n',
    '--disable-admin-operations',
    '--refresh=1h',
    '--timeout=10m',
    '--label=cluster',
  ]);
});

test('who may open it', () => {
  const { chart, viewer } = viewerOf({ allowFrom: [NetworkPeer.namespace('ingress')] });
  expect(manifest(chart, 'NetworkPolicy', 'viewer').spec.ingress).toEqual([{
    ports: [{ port: 10902, protocol: 'TCP' }],
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }],
  }]);
  expect(viewer.endpoint.address).toBe('viewer.monitoring.svc.cluster.local:10902');
});

test.each<[Partial<BucketViewerProps>, string]>([
  [{ refresh: Duration.seconds(10) }, '\'refresh\' must be a Duration, e.g. Duration.hours(1), of at least 5m, but is 10s'],
  [{ label: 'a-b' }, '\'label\' must be a Prometheus label name (letters, digits and \'_\', not beginning with a digit or \'__\'), but is "a-b"'],
])('%j', (props, message) => {
  expect(errorsOf(viewerOf(props).app)).toEqual([`[monitoring/viewer] ${message}. (invalid-prop)`]);
});
