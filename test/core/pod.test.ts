import { Graph } from '../../src/core/graph';
import { Platform } from '../../src/core/platform';
import { fixture, manifest } from '../fixture';
import { component } from './checks/workload';
import { made, SELECTOR, stateful, templateOf } from './made';

describe('every pod', () => {
  test('has no privilege', () => {
    const { spec } = templateOf(made().chart);
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001, fsGroup: 1001, fsGroupChangePolicy: 'OnRootMismatch', seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, privileged: false, readOnlyRootFilesystem: true,
    });
  });

  test('gets a token only where it calls the API, which may turn out late', () => {
    const uses = { api: false };
    const { chart } = made({ usesApi: () => uses.api });
    expect(templateOf(chart).spec.automountServiceAccountToken).toBe(false);
    uses.api = true;
    Graph.of(chart).touch();
    expect(templateOf(chart).spec.automountServiceAccountToken).toBe(true);
    expect(manifest(chart, 'ServiceAccount', 'store').automountServiceAccountToken).toBe(false);
  });

  test('requests CPU and memory, and has a limit of memory only', () => {
    const resources = { cpuRequest: 0.25, memoryRequest: 2 ** 30, memoryLimit: 2 ** 31, ephemeralStorage: 2 ** 29 };
    expect(templateOf(made({ resources }).chart).spec.containers[0].resources).toEqual({
      requests: { 'cpu': '250m', 'memory': '1024Mi', 'ephemeral-storage': '512Mi' },
      limits: { memory: '2048Mi' },
    });
  });

  test('tells Go its memory where the program does not look', () => {
    const { chart } = made({ setsGoMemoryLimit: true, environment: [{ name: 'A', value: 'b' }] });
    expect(templateOf(chart).spec.containers[0].env).toEqual([{ name: 'A', value: 'b' }, { name: 'GOMEMLIMIT', value: String(Math.floor(0.9 * 2 ** 30)) }]);
    expect(templateOf(made().chart).spec.containers[0].env).toBeUndefined();
  });

  test('is probed, and not killed while it starts', () => {
    const probe = (path: string, failureThreshold: number) => ({
      httpGet: { path, port: 'http', scheme: 'HTTP' }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold,
    });
    expect(templateOf(made({ startup: 95 }).chart).spec.containers[0]).toMatchObject({
      startupProbe: probe('/-/ready', 10), livenessProbe: probe('/-/healthy', 6), readinessProbe: probe('/-/ready', 3),
    });
  });

  test('is spread over zones if possible, and over nodes, strictly where that matters; new pods of a roll-out among themselves', () => {
    const constraint = (topologyKey: string, whenUnsatisfiable: string, rest = {}) =>
      ({ maxSkew: 1, topologyKey, whenUnsatisfiable, labelSelector: { matchLabels: SELECTOR }, matchLabelKeys: ['pod-template-hash'], ...rest });
    const zones = constraint('topology.kubernetes.io/zone', 'ScheduleAnyway');
    expect(templateOf(made().chart).spec.topologySpreadConstraints).toEqual([
      zones, constraint('kubernetes.io/hostname', 'ScheduleAnyway', { nodeTaintsPolicy: 'Honor' }),
    ]);
    expect(templateOf(made({ separateNodes: true }).chart).spec.topologySpreadConstraints).toEqual([
      zones, constraint('kubernetes.io/hostname', 'DoNotSchedule', { nodeTaintsPolicy: 'Honor' }),
    ]);
  });

  test('has the image, nodes and priority of its part, or else of the platform', () => {
    const { chart } = fixture();
    Platform.configure(chart, {
      imageMirror: 'registry.example.com/mirror/', nodeSelector: { pool: 'all' }, tolerations: [{ key: 'all' }], priorityClassName: 'high',
    });
    component(chart, 'store');
    component(chart, 'query', { options: { image: 'example.com/thanos@sha256:1', nodeSelector: { pool: 'own' }, tolerations: [{ key: 'own' }], priorityClassName: 'own' } });
    const specOf = (name: string) => manifest(chart, 'Deployment', name).spec.template.spec;
    expect(specOf('store')).toMatchObject({ nodeSelector: { pool: 'all' }, tolerations: [{ key: 'all' }], priorityClassName: 'high' });
    expect(specOf('store').containers[0].image).toBe('registry.example.com/mirror/thanos/thanos:v0.42.4');
    expect(specOf('query')).toMatchObject({ nodeSelector: { pool: 'own' }, tolerations: [{ key: 'own' }], priorityClassName: 'own' });
    expect(specOf('query').containers[0].image).toBe('example.com/thanos@sha256:1');
  });

  test('of a set in a zone runs there, wherever else it may run', () => {
    const { chart } = stateful({ options: { nodeSelector: { pool: 'a' } }, sets: [{ suffix: '', replicas: 1, labels: {}, zone: 'eu-1a' }] });
    expect(templateOf(chart, 'StatefulSet').spec.nodeSelector).toEqual({ 'pool': 'a', 'topology.kubernetes.io/zone': 'eu-1a' });
  });
});

describe('arguments', () => {
  test('are made when the tree is rendered, and those by hand replace ours', () => {
    const stores = ['a'];
    const { chart } = made({ args: () => ['--one=1', ...stores.map(store => `--store=${store}`)], options: { extraArgs: ['--one=2', '--log.level=debug'] } });
    stores.push('b');
    expect(templateOf(chart).spec.containers[0].args).toEqual([
      'query', '--log.format=logfmt', '--enable-auto-gomemlimit', '--http-address=0.0.0.0:10902', '--grpc-address=0.0.0.0:10901',
      '--store=a', '--store=b', '--one=2', '--log.level=debug',
    ]);
  });

  test('of a set come behind those of all', () => {
    const { chart } = stateful({ args: ['--all'], sets: ['0', '1'].map(shard => ({ suffix: shard, replicas: 1, labels: { shard }, args: [`--shard=${shard}`] })) });
    const last = (name: string) => manifest(chart, 'StatefulSet', name).spec.template.spec.containers[0].args.slice(-2);
    expect([last('store-0'), last('store-1')]).toEqual([['--all', '--shard=0'], ['--all', '--shard=1']]);
  });
});
