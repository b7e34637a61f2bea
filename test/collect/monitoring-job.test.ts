import { Chart } from 'cdk8s';
import { ShardedPrometheus } from '../../src/collect';
import { PLATFORM_STEPS } from '../../src/collect/default-metric-relabelings';
import { EndpointProtocol } from '../../src/core/endpoint';
import { ProgramName } from '../../src/core/images';
import { PodWorkload } from '../../src/core/pod-workload';
import { thanosWorkload } from '../../src/core/thanos';
import { errorsOf, manifest, manifests } from '../fixture';
import { scrapeConfigOf, senders } from './senders';

const SMALL = { cpuRequest: 0.1, memoryRequest: 2 ** 26, memoryLimit: 2 ** 27 };

function addStore(chart: Chart): void {
  thanosWorkload(chart, 'store', {
    subcommand: 'store',
    instance: 'store',
    component: 'store-gateway',
    name: 'store',
    kind: 'StatefulSet',
    grpc: true,
    sets: [{ suffix: '', replicas: 1, labels: {} }],
    args: [],
    options: {},
    resources: SMALL,
    startup: 60,
    terminationGracePeriod: 60,
  });
}

function addGateway(chart: Chart): void {
  new PodWorkload(chart, 'gateway', {
    name: 'gateway',
    group: { program: ProgramName.VERSITY_GATEWAY, instance: 'gateway', component: 'object-store' },
    kind: 'Deployment',
    options: {},
    resources: SMALL,
    ports: [{ name: 's3', port: 7070, protocol: EndpointProtocol.HTTP }, { name: 'web', port: 7071, protocol: EndpointProtocol.HTTP, metrics: '/stats' }],
    sets: [{ suffix: '', replicas: 1, labels: {} }],
    args: [],
    probes: { port: 's3', liveness: '/', readiness: '/', startup: 60 },
    terminationGracePeriod: 60,
  });
}

test('every program below a construct, at its metrics ports only, also when it comes later', () => {
  const { chart, prometheus } = senders({ shards: 2 });
  prometheus.monitor(chart, { team: 'observability' });
  addStore(chart);
  addGateway(chart);
  const label = (name: string) => `__meta_kubernetes_pod_label_app_kubernetes_io_${name}`;
  const port = [label('instance'), label('component'), '__meta_kubernetes_pod_container_port_name'];
  const copy = (source: string, target: string) => ({ action: 'replace', source_labels: [source], target_label: target });
  const { relabel_configs: steps, ...job } = scrapeConfigOf(chart, 'platform');
  expect(job).toEqual({
    job_name: 'platform',
    kubernetes_sd_configs: [{
      role: 'pod', namespaces: { names: ['monitoring'] }, selectors: [{ role: 'pod', label: 'app.kubernetes.io/managed-by=cdk8s-thanos' }],
    }],
    metric_relabel_configs: PLATFORM_STEPS,
  });
  expect(steps.slice(0, -3)).toEqual([
    { action: 'keep', source_labels: port, regex: 'prometheus;prometheus;web|prometheus;prometheus;reloader-web|store;store-gateway;http|gateway;object-store;web' },
    { action: 'replace', source_labels: port, regex: 'gateway;object-store;web', target_label: '__metrics_path__', replacement: '/stats' },
    { action: 'drop', source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Succeeded|Failed' },
    { action: 'keep', source_labels: ['__meta_kubernetes_pod_container_port_protocol'], regex: 'TCP' },
    copy('__meta_kubernetes_namespace', 'namespace'), copy('__meta_kubernetes_pod_name', 'pod'),
    copy('__meta_kubernetes_pod_container_name', 'container'), copy('__meta_kubernetes_pod_node_name', 'node'),
    copy(label('name'), 'job'),
    { action: 'replace', source_labels: [label('name'), label('component')], regex: '(thanos);(.+)', target_label: 'job', replacement: '$1-$2' },
    { action: 'replace', target_label: 'team', replacement: 'observability' },
  ]);
});

test('rights in the namespaces of the programs, and traffic to them', () => {
  const { app, chart, prometheus } = senders();
  const other = new Chart(app, 'other', { namespace: 'storage', disableResourceNameHashes: true });
  addStore(other);
  prometheus.monitor(chart);
  prometheus.monitor(other);
  const roles = manifests(chart).filter(({ kind }) => kind === 'Role');
  expect(roles.map(({ metadata, rules }) => [metadata.namespace, rules])).toEqual(['monitoring', 'storage'].map(namespace => [
    namespace, [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }],
  ]));
  expect(scrapeConfigOf(chart, 'platform').kubernetes_sd_configs[0].namespaces).toEqual({ names: ['monitoring', 'storage'] });
  expect(manifest(chart, 'NetworkPolicy', 'prometheus').spec.egress).toContainEqual({
    ports: [{ port: 10902, protocol: 'TCP' }],
    to: [{
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'storage' } },
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'thanos', 'app.kubernetes.io/instance': 'store', 'app.kubernetes.io/component': 'store-gateway' } },
    }],
  });
});

test('a chart that comes too late is said', () => {
  const { app, prometheus } = senders();
  prometheus.monitor(app);
  addStore(new Chart(app, 'later', { namespace: 'storage', disableResourceNameHashes: true }));
  expect(errorsOf(app)).toEqual([
    '[monitoring/prometheus] \'store\' runs in the namespace \'storage\', whose chart was not there when \'monitor\' was called, and its pods cannot be discovered; '
    + 'call \'monitor\' after all charts are made. (monitored-namespace-unknown)',
  ]);
});

test('its own job must have the labels that all must have', () => {
  const { app, chart, prometheus } = senders({ scrapeJobs: undefined, requiredLabels: ['team'] });
  prometheus.monitor(chart);
  expect(prometheus).toBeInstanceOf(ShardedPrometheus);
  expect(errorsOf(app)).toEqual([
    '[monitoring/prometheus] Job \'platform\' must give its series \'team\', as \'requiredLabels\' asks of each; set it in its options, e.g. by \'labels\' or \'relabelings\'. (job-labels-missing)',
  ]);
});
