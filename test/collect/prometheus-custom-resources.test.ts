import { Chart, Duration } from 'cdk8s';
import { parse } from 'yaml';
import { configOf, findingsOf, JOB, senders } from './senders';
import { PrometheusCustomResources, PrometheusMode, ScrapeJob, ShardedPrometheusProps, Sharding } from '../../src/collect';
import { Severity } from '../../src/core/findings';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import { errorsOf, Manifest, manifest, manifests } from '../fixture';

const objects = (prometheusCustomResources: PrometheusCustomResources = {}, props: Partial<ShardedPrometheusProps> = {}) =>
  senders({ sharding: Sharding.DYNAMIC, targetAllocator: { prometheusCustomResources }, ...props });

const allocatorConfig = (chart: Chart) => parse(manifest(chart, 'ConfigMap', 'prometheus-allocator-a').data['targetallocator.yaml']);
const senderConfig = (chart: Chart) => parse(manifest(chart, 'ConfigMap', 'prometheus-a-dynamic').data['prometheus.yaml']);
const loaderConfig = (chart: Chart) => JSON.parse(manifest(chart, 'ConfigMap', 'prometheus-job-loader').data['config.json']);
const podOf = (chart: Chart, replica = 'a') => manifest(chart, 'StatefulSet', `prometheus-${replica}`).spec.template;

describe('target allocators', () => {
  test('take all objects, unless labels choose some', () => {
    expect(allocatorConfig(objects().chart).prometheus_cr).toEqual({
      enabled: true,
      service_monitor_selector: {}, pod_monitor_selector: {}, probe_selector: {}, scrape_config_selector: {},
      scrape_interval: '30s',
    });
    const { chart } = objects({
      namespaces: ['shop', 'blog'], serviceMonitorLabels: { team: 'shop' }, podMonitorLabels: {}, probeLabels: { a: '1', b: '2' }, scrapeConfigLabels: { c: '' },
      scrapeInterval: Duration.hours(48),
    });
    expect(allocatorConfig(chart).prometheus_cr).toEqual({
      enabled: true,
      allow_namespaces: ['shop', 'blog'],
      service_monitor_selector: { matchlabels: { team: 'shop' } },
      pod_monitor_selector: {},
      probe_selector: { matchlabels: { a: '1', b: '2' } },
      scrape_config_selector: { matchlabels: { c: '' } },
      scrape_interval: '172800s',
    });
  });

  test('take the interval of the senders where an object states none', () => {
    expect(allocatorConfig(objects({}, { scrapeInterval: Duration.seconds(15) }).chart).prometheus_cr.scrape_interval).toBe('15s');
  });

  test('may see the objects and what they find, and no Secrets', () => {
    const { chart } = objects();
    expect(manifest(chart, 'ClusterRole', 'monitoring-prometheus-allocator').rules).toEqual([
      { apiGroups: [''], resources: ['namespaces', 'nodes', 'pods', 'services'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
      { apiGroups: ['monitoring.coreos.com'], resources: ['podmonitors', 'probes', 'scrapeconfigs', 'servicemonitors'], verbs: ['list', 'watch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list', 'watch'] },
    ]);
    expect(podOf(chart).spec.automountServiceAccountToken).toBe(false);
  });

  test('have Roles alone, where the namespaces are named', () => {
    const { chart } = objects({ namespaces: ['shop'] });
    expect(manifests(chart).filter(({ kind }) => kind.startsWith('Cluster'))).toEqual([]);
    expect(manifest(chart, 'Role', 'monitoring-prometheus-allocator-shop').rules).toEqual([
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods', 'services'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
      { apiGroups: ['monitoring.coreos.com'], resources: ['podmonitors', 'probes', 'scrapeconfigs', 'servicemonitors'], verbs: ['list', 'watch'] },
      { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list', 'watch'] },
    ]);
  });

  test('roll when the choice changes', () => {
    const checksum = (given: PrometheusCustomResources) => manifest(objects(given).chart, 'Deployment', 'prometheus-allocator-a').spec.template.metadata.annotations['checksum/config'];
    expect(checksum({})).not.toBe(checksum({ probeLabels: { a: 'b' } }));
  });
});

describe('senders', () => {
  test('have the job-loader beside them, and read its files', () => {
    const { chart } = objects();
    expect(senderConfig(chart).scrape_config_files).toEqual(['/etc/prometheus/jobs/*.yaml']);
    const { spec, metadata } = podOf(chart);
    expect(metadata.annotations['checksum/job-loader']).toMatch(/^[0-9a-f]{16}$/);
    expect(spec.initContainers.map(({ name }: { name: string }) => name)).toEqual(['init-config']);
    const [prometheus, , loader] = spec.containers;
    expect(prometheus.volumeMounts).toContainEqual({ name: 'jobs', mountPath: '/etc/prometheus/jobs', readOnly: true });
    expect(prometheus.volumeMounts.map(({ name }: { name: string }) => name)).not.toContain('job-loader');
    expect(loader).toEqual({
      name: 'job-loader',
      image: 'docker.io/library/node:24.21.0-slim',
      imagePullPolicy: 'IfNotPresent',
      command: ['node'],
      args: ['/etc/job-loader/main.js', '/etc/job-loader/config.json', '0.0.0.0:8082'],
      env: [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'REPLICA', valueFrom: { fieldRef: { fieldPath: 'metadata.labels[\'thanos.io/replica\']' } } },
      ],
      ports: [{ name: 'jobs-web', containerPort: 8082, protocol: 'TCP' }],
      resources: { requests: { cpu: '10m', memory: '96Mi' }, limits: { memory: '256Mi' } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, privileged: false, readOnlyRootFilesystem: true },
      livenessProbe: { httpGet: { path: '/-/healthy', port: 'jobs-web', scheme: 'HTTP' }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      volumeMounts: [{ name: 'job-loader', mountPath: '/etc/job-loader', readOnly: true }, { name: 'jobs', mountPath: '/etc/prometheus/jobs' }],
    });
    expect(spec.volumes.filter(({ name }: { name: string }) => name.startsWith('job'))).toEqual([
      { name: 'jobs', emptyDir: { sizeLimit: '64Mi' } }, { name: 'job-loader', configMap: { name: 'prometheus-job-loader' } },
    ]);
  });

  test('ask the allocators of their own replica', () => {
    const { chart } = objects({}, { partition: { index: 1, of: 2 } });
    expect(loaderConfig(chart)).toEqual({
      allocators: {
        a: 'http://prometheus-allocator-a.monitoring.svc.cluster.local:8080',
        b: 'http://prometheus-allocator-b.monitoring.svc.cluster.local:8080',
      },
      prefixes: ['serviceMonitor/', 'podMonitor/', 'probe/', 'scrapeConfig/'],
      refreshInterval: 10,
      lastRelabelings: senderConfig(chart).scrape_configs[0].relabel_configs,
      folder: '/etc/prometheus/jobs',
      prometheus: 'http://127.0.0.1:9090',
      reloadTimeout: expect.any(Number),
      logLevel: 'info',
      logFormat: 'logfmt',
    });
    expect(loaderConfig(objects().chart).lastRelabelings).toEqual([]);
  });

  test('are scraped at the job-loader as well', () => {
    const { chart, prometheus } = objects();
    prometheus.monitor(chart);
    const { relabel_configs: [{ regex }] } = senderConfig(chart).scrape_configs.find(({ job_name }: { job_name: string }) => job_name === 'platform');
    expect(regex).toContain('prometheus;prometheus;jobs-web');
  });

  test('need no job of their own, as servers too', () => {
    const { chart } = objects({}, { scrapeJobs: undefined, mode: PrometheusMode.SERVER });
    expect(findingsOf(chart, 'nothing-scraped')).toEqual([]);
    expect(allocatorConfig(chart).config).toBeNull();
    expect(senderConfig(chart).scrape_config_files).toHaveLength(1);
  });

  test('have nothing of it otherwise', () => {
    for (const { chart } of [senders(), senders({ sharding: Sharding.DYNAMIC })]) {
      expect(manifests(chart).filter(object => /job-loader|jobs-web|_selector: {}|scrape_config_files/.test(JSON.stringify(object)))).toEqual([]);
    }
    expect(configOf(senders().chart).scrape_config_files).toBeUndefined();
  });
});

describe('network policies', () => {
  const egress = (chart: Chart) => (manifest(chart, 'NetworkPolicy', 'prometheus') as Manifest).spec.egress.flatMap(({ to }: { to?: object[] }) => to ?? []);

  test('let senders reach any pod, and a note says so', () => {
    const { chart } = objects();
    expect(egress(chart)).toContainEqual({ namespaceSelector: {} });
    expect(findingsOf(chart, 'network-peer-broad')).toContainEqual({
      severity: Severity.NOTE,
      message: 'For the targets of objects in the cluster, pods of \'prometheus\' may open connections to every pod of every namespace. '
        + 'Give \'targetAllocator.prometheusCustomResources\' its \'namespaces\' or \'targetPeers\', if they are known.',
    });
  });

  test.each<[string, PrometheusCustomResources, object]>([
    ['pods of the namespaces', { namespaces: ['shop'] }, { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }],
    ['the peers that are given', { targetPeers: [NetworkPeer.ipBlock('10.0.0.0/8')] }, { ipBlock: { cidr: '10.0.0.0/8' } }],
  ])('let them reach %s', (_, given, peer) => {
    const { chart } = objects(given);
    expect(egress(chart)).toContainEqual(peer);
    expect(egress(chart)).not.toContainEqual({ namespaceSelector: {} });
    expect(findingsOf(chart, 'network-peer-broad').filter(({ message }) => message.includes('objects in the cluster'))).toEqual([]);
  });
});

test.each<[string, Partial<ShardedPrometheusProps>, string]>([
  ['static sharding', { sharding: Sharding.STATIC },
    '\'targetAllocator\' must not be given with static sharding, for a number of shards that stands in the configuration cannot follow the pods. '
      + 'Use \'sharding\' Sharding.DYNAMIC, or leave it out. (prop-of-other-sharding)'],
  ['a job named like an object', { scrapeJobs: [JOB, ScrapeJob.pods('podMonitor/shop/pods/0')] },
    'The name of job \'podMonitor/shop/pods/0\' must not begin with any of serviceMonitor/, podMonitor/, probe/, scrapeConfig/: so begin those of objects in the cluster, which '
      + '\'targetAllocator.prometheusCustomResources\' scrapes, and Prometheus refuses two jobs of one name. Give it another one. (job-named-like-an-object)'],
  ['a namespace that is none', { targetAllocator: { prometheusCustomResources: { namespaces: ['Shop'] } } },
    '\'targetAllocator.prometheusCustomResources.namespaces\' each item must be a name of a namespace (lower-case letters, digits and \'-\', beginning and ending with a letter or digit) '
      + 'of at most 63 characters, but is "Shop". (invalid-prop)'],
])('%s is refused', (_, props, message) => {
  expect(errorsOf(objects({}, props).app).map(line => line.replace(/^\[[^\]]*\] /, ''))).toEqual([expect.stringContaining(message)]);
});

test('such a name is fine without objects', () => {
  const { chart } = senders({ sharding: Sharding.DYNAMIC, scrapeJobs: [ScrapeJob.pods('podMonitor/shop/pods/0')] });
  expect(Graph.of(chart).findings().filter(({ rule }) => rule === 'job-named-like-an-object')).toEqual([]);
});
