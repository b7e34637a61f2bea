import { App, Chart, JsonPatch, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { EndpointProtocol } from '../../src/core/endpoint';
import { ProgramName } from '../../src/core/images';
import { setPartOf } from '../../src/core/platform';
import { errorsOf, fixture, Manifest, manifest, manifests } from '../fixture';
import { component } from './checks/workload';
import { made, SELECTOR, stateful, templateOf } from './made';

const ofKind = (chart: Chart, kind: string): Manifest[] => manifests(chart).filter(object => object.kind === kind);

/** Every selector in a tree of values. */
function selectorsIn(value: unknown): Record<string, string>[] {
  if (value === null || typeof value !== 'object') {
    return [];
  }
  return Object.entries(value).flatMap(([key, child]) => {
    const own = /^(matchLabels|selector)$/.test(key) && typeof Object.values(child as object)[0] === 'string' ? [child as Record<string, string>] : [];
    return [...own, ...selectorsIn(child)];
  });
}

describe('names', () => {
  test.each<[string, string, string]>([
    ['53 characters', 'a'.repeat(53), `The name '${'a'.repeat(53)}' has 53 characters; Kubernetes lets a Deployment have 52, for its pods carry it in a label `
      + 'together with a suffix. Give the part a shorter \'name\'. (name-too-long)'],
    ...['Store', 'store_1', '1store', '-store', 'store-', 'store.a', ''].map((name): [string, string, string] => [`'${name}'`, name,
      `The name '${name}' is no DNS label: Kubernetes allows lower-case letters, digits and '-', beginning with a letter and ending with a letter or digit. `
      + 'Give the part another \'name\' or id. (name-not-dns)']),
  ])('fails with %s', (_, name, message) => {
    const { app } = made({ name });
    expect(errorsOf(app)).toEqual([`[monitoring/store] ${message}`]);
  });

  test('fails with a set whose suffix makes its name too long', () => {
    const name = 'a'.repeat(50);
    const { app } = stateful({ name, sets: [{ suffix: 'zone-b', replicas: 1, labels: {} }] });
    expect(errorsOf(app)).toEqual([`[monitoring/store] The name '${name}-zone-b' has 57 characters; Kubernetes lets a StatefulSet have 52, for its pods carry it in a label `
      + 'together with a suffix. Give the part a shorter \'name\'. (name-too-long)']);
  });

  test('52 characters are taken', () => {
    expect(errorsOf(made({ name: 'a'.repeat(52) }).app)).toEqual([]);
  });

  test('fails in a chart without a namespace', () => {
    const app = new App();
    component(new Chart(app, 'monitoring'), 'store');
    expect(errorsOf(app)).toEqual(['[monitoring/store] The chart has no namespace, but addresses of the parts contain it. '
      + 'Give it one: new Chart(app, \'monitoring\', { namespace: \'monitoring\' }). (namespace-missing)']);
  });

  test('fails with all of this at once', () => {
    const app = new App();
    component(new Chart(app, 'monitoring'), 'store', { name: `${'A'.repeat(53)}` });
    expect(errorsOf(app)).toHaveLength(3);
  });

  test('do not depend on how deep the part stands in the tree, nor on the hashes of cdk8s', () => {
    const app = new App();
    const flat = new Chart(app, 'flat', { namespace: 'monitoring' });
    const deep = new Chart(app, 'deep', { namespace: 'monitoring' });
    component(flat, 'store', { kind: 'StatefulSet' });
    component(new Construct(new Construct(deep, 'platform'), 'storage'), 'store', { kind: 'StatefulSet' });
    expect(Yaml.stringify(...manifests(deep))).toBe(Yaml.stringify(...manifests(flat)));
    expect(new Set(manifests(deep).map(({ metadata }) => metadata.name))).toEqual(new Set(['store']));
  });
});

describe('labels', () => {
  test('stand on every object and pod', () => {
    const { chart } = stateful();
    const expected = {
      ...SELECTOR,
      'app.kubernetes.io/part-of': 'store',
      'app.kubernetes.io/version': '0.42.4',
      'app.kubernetes.io/managed-by': 'cdk8s-thanos',
    };
    expect(manifests(chart).map(({ metadata }) => metadata.labels)).toEqual(manifests(chart).map(() => expected));
    expect(templateOf(chart, 'StatefulSet').metadata.labels).toEqual(expected);
  });

  test('a platform is what its parts are part of', () => {
    const { chart } = fixture();
    setPartOf(chart, 'platform');
    component(chart, 'store');
    expect(manifest(chart, 'Service', 'store').metadata.labels['app.kubernetes.io/part-of']).toBe('platform');
  });

  test('of selectors and claims never change with a version', () => {
    const { chart } = stateful({ storage: { name: 'data', mountPath: '/data', size: 1024 ** 3 }, maxUnavailable: 1 });
    const selectors = manifests(chart).flatMap(selectorsIn);
    // Service, PodDisruptionBudget, NetworkPolicy, StatefulSet, and its two constraints on the spread.
    expect(selectors).toEqual(Array.from({ length: 6 }, () => SELECTOR));
    expect(manifest(chart, 'StatefulSet', 'store').spec.volumeClaimTemplates[0].metadata.labels).toEqual(SELECTOR);
  });

  test('of a user stand beside ours on pods; those of the set win', () => {
    const { chart } = stateful({
      options: { podLabels: { team: 'a', shard: 'mine' }, podAnnotations: { note: 'x' } },
      podLabels: { 'azure.workload.identity/use': 'true' },
      sets: [{ suffix: '', replicas: 1, labels: { shard: '0' } }],
    });
    const { labels, annotations } = templateOf(chart, 'StatefulSet').metadata;
    expect(labels).toMatchObject({ ...SELECTOR, 'team': 'a', 'azure.workload.identity/use': 'true', 'shard': '0' });
    expect(annotations).toEqual({ 'kubectl.kubernetes.io/default-container': 'store', 'note': 'x' });
  });
});

describe('a StatefulSet', () => {
  test('keeps the volumes of pods that go, unless they can be made again', () => {
    const storage = { name: 'data', mountPath: '/var/thanos', size: 5 * 2 ** 30, storageClassName: 'fast' };
    const { chart } = stateful({ storage });
    const { spec } = manifest(chart, 'StatefulSet', 'store');
    expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
    expect(spec.volumeClaimTemplates).toEqual([{
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', labels: SELECTOR },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '5120Mi' } } },
    }]);
    expect(spec.template.spec.containers[0].volumeMounts).toEqual([{ name: 'data', mountPath: '/var/thanos' }]);
    expect(manifest(stateful({ storage: { ...storage, disposable: true } }).chart, 'StatefulSet', 'store').spec.persistentVolumeClaimRetentionPolicy)
      .toEqual({ whenDeleted: 'Delete', whenScaled: 'Delete' });
  });

  test('may mount folders of its volume only', () => {
    const { chart } = stateful({ storage: { name: 'data', mountPath: '/data', subPaths: ['blocks', 'meta'], size: 2 ** 30 } });
    expect(templateOf(chart, 'StatefulSet').spec.containers[0].volumeMounts).toEqual([
      { name: 'data', mountPath: '/data/blocks', subPath: 'blocks' },
      { name: 'data', mountPath: '/data/meta', subPath: 'meta' },
    ]);
  });

  test('has a headless Service, one for all sets whose pods are addressed one by one', () => {
    const { chart } = stateful({ publishNotReadyAddresses: true, sets: ['a', 'b'].map(zone => ({ suffix: zone, replicas: 1, labels: { zone } })) });
    expect(ofKind(chart, 'Service').map(({ metadata, spec }) => [metadata.name, spec])).toEqual([['store', {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: SELECTOR,
      ports: [
        { name: 'grpc', port: 10901, targetPort: 'grpc', protocol: 'TCP', appProtocol: 'grpc' },
        { name: 'http', port: 10902, targetPort: 'http', protocol: 'TCP' },
      ],
    }]]);
    expect(ofKind(chart, 'StatefulSet').map(({ metadata, spec }) => [metadata.name, spec.serviceName, spec.selector.matchLabels])).toEqual([
      ['store-a', 'store', { ...SELECTOR, zone: 'a' }], ['store-b', 'store', { ...SELECTOR, zone: 'b' }],
    ]);
  });

  test('has a Service for each set, where sets hold different data', () => {
    const { chart } = stateful({ independentSets: true, sets: ['0', '1'].map(shard => ({ suffix: shard, replicas: 2, labels: { shard } })) });
    expect(ofKind(chart, 'Service').map(({ metadata, spec }) => [metadata.name, spec.selector])).toEqual([
      ['store-0', { ...SELECTOR, shard: '0' }], ['store-1', { ...SELECTOR, shard: '1' }],
    ]);
    expect(manifest(chart, 'StatefulSet', 'store-1').spec.serviceName).toBe('store-1');
  });

  test('does not wait for a pod that never becomes ready', () => {
    expect(manifest(stateful().chart, 'StatefulSet', 'store').spec.podManagementPolicy).toBe('Parallel');
  });

  test('waits between pods, or for somebody to delete them', () => {
    const { chart } = stateful({ minReadySeconds: 120, updateStrategy: 'OnDelete' });
    expect(manifest(chart, 'StatefulSet', 'store').spec).toMatchObject({ minReadySeconds: 120, updateStrategy: { type: 'OnDelete' } });
  });
});

test('a Deployment starts the new pod before it stops the old one, behind one address', () => {
  const { chart } = made();
  expect(manifest(chart, 'Deployment', 'store').spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
  expect(manifest(chart, 'Service', 'store').spec.clusterIP).toBeUndefined();
});

test('a drain takes as many pods of all sets as it may, and broken ones do not hold it up', () => {
  const { chart } = stateful({ maxUnavailable: 1, sets: ['a', 'b'].map(zone => ({ suffix: zone, replicas: 1, labels: { zone } })) });
  expect(ofKind(chart, 'PodDisruptionBudget').map(({ spec }) => spec)).toEqual([
    { maxUnavailable: 1, selector: { matchLabels: SELECTOR }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  ]);
  expect(ofKind(made().chart, 'PodDisruptionBudget')).toEqual([]);
});

test('a port of a sidecar is one of the Service, but not of the main container', () => {
  const { chart, workload } = made({ extraPorts: [{ name: 'reloader', port: 8080, protocol: EndpointProtocol.HTTP, metrics: '/metrics', sidecar: true }] });
  expect(manifest(chart, 'Service', 'store').spec.ports.map(({ name }: { name: string }) => name)).toEqual(['grpc', 'http', 'reloader']);
  expect(templateOf(chart).spec.containers[0].ports.map(({ name }: { name: string }) => name)).toEqual(['grpc', 'http']);
  expect(workload.metricsEndpoints.map(({ port }) => port)).toEqual([10902, 8080]);
});

test('annotations of the ServiceAccount: the user\'s win', () => {
  const { chart } = made({ serviceAccountAnnotations: { role: 'bucket', zone: 'a' }, options: { serviceAccountAnnotations: { role: 'own' } } });
  expect(manifest(chart, 'ServiceAccount', 'store').metadata.annotations).toEqual({ role: 'own', zone: 'a' });
});

test('what one pod needs is known, for the sum over the platform', () => {
  const { workload } = stateful({ storage: { name: 'data', mountPath: '/data', size: 2 ** 30 } });
  expect(workload.needs).toMatchObject({ cpuRequest: 0.1, memoryRequest: 2 ** 30, storageSize: 2 ** 30 });
  expect(workload.group.program).toBe(ProgramName.THANOS);
});

describe('a patch of a controller', () => {
  test('is printed, beside what is only known late', () => {
    const late = ['--late=1'];
    const { app, chart, workload } = made({ args: () => late });
    workload.controllers[0].addJsonPatch(
      JsonPatch.replace('/spec/replicas', 5),
      JsonPatch.add('/spec/template/spec/containers/0/args/-', '--patched'),
      JsonPatch.add('/spec/template/spec/dnsPolicy', 'ClusterFirst'),
    );
    late.push('--later=2');
    expect(errorsOf(app)).toEqual([]);
    const { spec } = manifest(chart, 'Deployment', 'store');
    expect(spec.replicas).toBe(5);
    expect(spec.template.spec.dnsPolicy).toBe('ClusterFirst');
    expect(spec.template.spec.containers[0].args.slice(-3)).toEqual(['--late=1', '--later=2', '--patched']);
  });
});
