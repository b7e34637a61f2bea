import { JsonPatch } from 'cdk8s';
import { KubeObject } from '../../src/core/kube-object';
import { Platform } from '../../src/core/platform';
import { fixture, manifest, manifests } from '../fixture';
import { component } from './checks/workload';

const configMap = (labels?: Record<string, string>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'limits', labels }, data: { 'a.yaml': '{}' } });

test('is printed as it is given, with fields that no schema of ours knows', () => {
  const { chart } = fixture();
  new KubeObject(chart, 'object', { ...configMap(), brandNew: { field: 1 } });
  expect(manifests(chart)).toEqual([{ ...configMap(), brandNew: { field: 1 }, metadata: { name: 'limits', namespace: 'monitoring' } }]);
});

test('labels of the platform stand on every object, but never in place of its own, in selectors or on pods', () => {
  const { chart } = fixture();
  Platform.configure(chart, { objectLabels: { 'team': 'a', 'app.kubernetes.io/name': 'mine' } });
  new KubeObject(chart, 'object', configMap({ team: 'own' }));
  component(chart, 'store');
  expect(manifest(chart, 'ConfigMap', 'limits').metadata.labels).toEqual({ 'team': 'own', 'app.kubernetes.io/name': 'mine' });
  const { metadata, spec } = manifest(chart, 'Deployment', 'store');
  expect(metadata.labels).toMatchObject({ 'team': 'a', 'app.kubernetes.io/name': 'thanos' });
  expect(spec.selector.matchLabels.team).toBeUndefined();
  expect(spec.template.metadata.labels.team).toBeUndefined();
});

test('an object of the cluster has no namespace', () => {
  const { chart } = fixture();
  new KubeObject(chart, 'role', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'nodes' }, rules: [] });
  expect(manifests(chart)[0].metadata).toEqual({ name: 'nodes' });
});

test('a patch is printed, and the object says that it has one', () => {
  const { chart } = fixture();
  const object = new KubeObject(chart, 'object', configMap());
  expect(object.patched).toBe(false);
  object.addJsonPatch(JsonPatch.add('/data/b.yaml', '[]'), JsonPatch.remove('/data/a.yaml'));
  expect(object.patched).toBe(true);
  expect(manifests(chart)[0].data).toEqual({ 'b.yaml': '[]' });
});
