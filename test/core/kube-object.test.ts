import { ApiObject, App, Chart, JsonPatch, Lazy } from 'cdk8s';
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

/** As classes of other libraries are that stand for a number or a text. */
class IntOrString {
  public constructor(public readonly value: number | string) {}
}

describe('prints what cdk8s would', () => {
  const token = { resolve: () => ({ z: 1, a: new IntOrString('x') }) };
  const printed = (spec: unknown, app = new App()) => {
    const chart = new Chart(app, 'chart', { namespace: 'monitoring', labels: { of: 'chart' }, disableResourceNameHashes: true });
    const object = new KubeObject(chart, 'object', { apiVersion: 'example.org/v1', kind: 'Thing', metadata: { name: 'thing' }, spec, extra: [] });
    object.metadata.addLabel('added', 'later');
    return { ours: () => object.toJson() as object, theirs: () => ApiObject.prototype.toJson.call(object) as object };
  };

  test.each<[string, unknown]>([
    ['values of all kinds', { text: 'a', number: 0, truth: false, none: null, absent: undefined, list: [1, null, 'b', undefined, []], empty: {} }],
    ['keys in order', { b: { z: 1, a: 2 }, a: [{ y: 1, x: 2 }], 10: 1, 9: 1 }],
    ['what is lazy, also in what is lazy', { of: Lazy.any({ produce: () => ({ b: [Lazy.any({ produce: () => 1 })], a: undefined }) }), none: Lazy.any({ produce: () => undefined }) }],
    ['tokens of others', { token, list: [token] }],
    ['numbers or texts of a class', { port: new IntOrString(80), ports: [new IntOrString('http')] }],
  ])('%s', (_, spec) => {
    const { ours, theirs } = printed(spec);
    expect(JSON.stringify(ours())).toBe(JSON.stringify(theirs()));
  });

  test('in the given order, if it is told so', () => {
    process.env.CDK8S_DISABLE_SORT = 'yes';
    try {
      const { ours, theirs } = printed({ b: 1, a: 2 });
      expect(JSON.stringify(ours())).toBe(JSON.stringify(theirs()));
      expect(JSON.stringify(ours())).toContain('{"b":1,"a":2}');
    } finally {
      delete process.env.CDK8S_DISABLE_SORT;
    }
  });

  test('with resolvers of the app', () => {
    const { ours, theirs } = printed({ image: 'thanos' }, new App({ resolvers: [{ resolve: context => { if (context.value === 'thanos') context.replaceValue('mirror/thanos'); } }] }));
    expect(ours()).toEqual(theirs());
    expect(ours()).toMatchObject({ spec: { image: 'mirror/thanos' } });
  });

  test.each([['Map', new Map()], ['Date', new Date(0)]])('never a %s, which no resolver knows', (name, value) => {
    const { ours, theirs } = printed({ value });
    expect(theirs).toThrow("can't render non-simple object of type");
    expect(ours).toThrow(`[chart/object] An object of class '${name}' cannot be printed. Give plain values.`);
  });
});
