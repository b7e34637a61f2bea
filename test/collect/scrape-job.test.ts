import { App, Duration, Size } from 'cdk8s';
import type { ISecret } from 'cdk8s-plus-28';
import { parse } from 'yaml';
import { ProbeJobOptions, Relabeling, ScrapeJob, ScrapeScheme, ShardedPrometheus, Sharding } from '../../src/collect';
import { CADVISOR_STEPS, KUBERNETES_STEPS } from '../../src/collect/default-metric-relabelings';
import { clusterJobs } from '../../src/collect/ready-made-jobs';
import { Endpoint, EndpointProtocol } from '../../src/core/endpoint';
import { NetworkPeer } from '../../src/core/network-peer';
import { Platform } from '../../src/core/platform';
import { errorsOf, fixture, manifest, manifests } from '../fixture';
import { RECEIVE, scrapeConfigOf, senders, TestTarget } from './senders';


const secret = { name: 'credentials' } as ISecret;

/** The entry of a job, without the steps that sharding adds to each. */
function entryOf(job: ScrapeJob): object {
  const { chart } = senders({ scrapeJobs: [job] });
  const { relabel_configs: steps, ...entry } = scrapeConfigOf(chart, job.name);
  return { ...entry, ...(steps.length > 3 ? { relabel_configs: steps.slice(0, -3) } : {}) };
}

const copy = (source: string, target: string) => ({ action: 'replace', source_labels: [`__meta_kubernetes_${source}`], target_label: target });
const keep = (source: string, regex: string) => ({ action: 'keep', source_labels: [`__meta_kubernetes_${source}`], regex });

const POD_LABELS = [copy('namespace', 'namespace'), copy('pod_name', 'pod'), copy('pod_container_name', 'container'), copy('pod_node_name', 'node')];
const RUNNING = { action: 'drop', source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Succeeded|Failed' };

describe('discovery', () => {
  test('pods, all of them', () => {
    expect(entryOf(ScrapeJob.pods('shop'))).toEqual({
      job_name: 'shop',
      kubernetes_sd_configs: [{ role: 'pod' }],
      relabel_configs: [RUNNING, keep('pod_container_port_protocol', 'TCP'), ...POD_LABELS],
    });
  });

  test('pods by namespaces, labels and port', () => {
    expect(entryOf(ScrapeJob.pods('shop', {
      namespaces: ['shop', 'cart'], podLabels: { 'app': 'web', 'example.com/tier': 'front' }, portName: 'http-metrics', portNumber: 8080,
    }))).toEqual({
      job_name: 'shop',
      kubernetes_sd_configs: [{
        role: 'pod', namespaces: { names: ['shop', 'cart'] }, selectors: [{ role: 'pod', label: 'app=web,example.com/tier=front' }],
      }],
      relabel_configs: [RUNNING, keep('pod_container_port_name', 'http-metrics'), keep('pod_container_port_number', '8080'), ...POD_LABELS],
    });
  });

  test('annotated pods', () => {
    const port = '__meta_kubernetes_pod_annotation_metrics_example_com_port';
    expect(entryOf(ScrapeJob.annotatedPods('annotated', { annotationPrefix: 'metrics.example.com' }))).toEqual({
      job_name: 'annotated',
      kubernetes_sd_configs: [{ role: 'pod' }],
      relabel_configs: [
        RUNNING,
        keep('pod_annotation_metrics_example_com_scrape', 'true'),
        { action: 'replace', source_labels: [port, '__meta_kubernetes_pod_ip'], regex: '(\\d+);([^:]+)', target_label: '__address__', replacement: '$2:$1' },
        { action: 'replace', source_labels: [port, '__meta_kubernetes_pod_ip'], regex: '(\\d+);(.*:.*)', target_label: '__address__', replacement: '[$2]:$1' },
        { ...copy('pod_annotation_metrics_example_com_path', '__metrics_path__'), regex: '(.+)' },
        { ...copy('pod_annotation_metrics_example_com_scheme', '__scheme__'), regex: '(https?)' },
        copy('namespace', 'namespace'), copy('pod_name', 'pod'), copy('pod_node_name', 'node'),
      ],
    });
  });

  test('services', () => {
    expect(entryOf(ScrapeJob.services('probes', { serviceLabels: { app: 'web' }, portName: 'http', params: { module: ['http_2xx'] } }))).toEqual({
      job_name: 'probes',
      params: { module: ['http_2xx'] },
      kubernetes_sd_configs: [{ role: 'service', selectors: [{ role: 'service', label: 'app=web' }] }],
      relabel_configs: [keep('service_port_name', 'http'), copy('namespace', 'namespace'), copy('service_name', 'service')],
    });
  });

  test('endpoints: only ports of the Service', () => {
    expect(entryOf(ScrapeJob.endpoints('shop', { serviceLabels: { 'app.kubernetes.io/name': 'a.b' } }))).toEqual({
      job_name: 'shop',
      kubernetes_sd_configs: [{ role: 'endpoints' }],
      relabel_configs: [
        keep('service_label_app_kubernetes_io_name', 'a\\.b'), keep('endpoint_ready', '.+'), ...POD_LABELS, copy('service_name', 'service'),
      ],
    });
  });

  test('endpoint slices', () => {
    expect(entryOf(ScrapeJob.endpointSlices('shop', { namespaces: ['shop'], portName: 'metrics' }))).toEqual({
      job_name: 'shop',
      kubernetes_sd_configs: [{ role: 'endpointslice', namespaces: { names: ['shop'] } }],
      relabel_configs: [keep('endpointslice_port_name', 'metrics'), ...POD_LABELS, copy('service_name', 'service')],
    });
  });

  test('nodes', () => {
    expect(entryOf(ScrapeJob.nodes('node-exporter', { nodeLabels: { 'kubernetes.io/os': 'linux' }, portNumber: 9100 }))).toEqual({
      job_name: 'node-exporter',
      kubernetes_sd_configs: [{ role: 'node', selectors: [{ role: 'node', label: 'kubernetes.io/os=linux' }] }],
      relabel_configs: [
        { action: 'replace', source_labels: ['__address__'], regex: '(.+):\\d+', target_label: '__address__', replacement: '$1:9100' },
        copy('node_name', 'node'),
      ],
    });
  });

  test('ingresses', () => {
    expect(entryOf(ScrapeJob.ingresses('sites'))).toEqual({
      job_name: 'sites',
      kubernetes_sd_configs: [{ role: 'ingress' }],
      relabel_configs: [copy('ingress_scheme', '__scheme__'), copy('namespace', 'namespace'), copy('ingress_name', 'ingress')],
    });
  });

  test('static targets', () => {
    expect(entryOf(ScrapeJob.staticTargets('db', ['db.example.com:9187', '[2001:db8::1]:9187']))).toEqual({
      job_name: 'db', static_configs: [{ targets: ['db.example.com:9187', '[2001:db8::1]:9187'] }],
    });
  });
});

describe('probes', () => {
  const prober = Endpoint.external({ host: 'blackbox.probes.svc.cluster.local', port: 9115, peer: NetworkPeer.namespace('probes', [{ port: 9115 }]) });
  const TARGETS = ['https://shop.example.com/health?deep=1', 'mail.example.com:25'];
  const write = (target: string, source: string) => ({ action: 'replace', source_labels: [source], target_label: target });

  test('ask the prober for each target, and are spread by the target', () => {
    expect(entryOf(ScrapeJob.probe('sites', TARGETS, { prober, module: 'http_2xx', params: { debug: ['true'] }, team: 'web' }))).toEqual({
      job_name: 'sites',
      metrics_path: '/probe',
      params: { debug: ['true'], module: ['http_2xx'] },
      static_configs: [{ targets: TARGETS }],
      relabel_configs: [
        write('__param_target', '__address__'), write('instance', '__param_target'), write('__tmp_hash', '__param_target'),
        { action: 'replace', target_label: '__address__', replacement: 'blackbox.probes.svc.cluster.local:9115' },
        { action: 'replace', target_label: 'team', replacement: 'web' },
      ],
    });
  });

  test('are spoken to as the prober speaks', () => {
    const https = Endpoint.external({ host: 'prober.example.com', port: 443, protocol: EndpointProtocol.HTTPS });
    expect(entryOf(ScrapeJob.probe('sites', TARGETS, { prober: https, metricsPath: '/probes' }))).toMatchObject({ scheme: 'https', metrics_path: '/probes' });
  });

  test('lead to the prober, and to none of its targets', () => {
    const { chart } = senders({ scrapeJobs: [ScrapeJob.probe('sites', TARGETS, { prober })] });
    const egress: { ports?: { port: number }[]; to: object[] }[] = manifest(chart, 'NetworkPolicy', 'prometheus').spec.egress;
    expect(egress.slice(1, -1)).toEqual([
      { ports: [{ port: 9115, protocol: 'TCP' }], to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'probes' } } }] },
    ]);
  });

  test('are found as they are where allocators spread them, which go by the target as well', () => {
    const { chart } = senders({ sharding: Sharding.DYNAMIC, scrapeJobs: [ScrapeJob.probe('sites', TARGETS, { prober })] });
    const { config } = parse(manifest(chart, 'ConfigMap', 'prometheus-allocator-a').data['targetallocator.yaml']);
    expect(config.scrape_configs[0].static_configs).toEqual([{ targets: TARGETS }]);
    expect(errorsOf(chart.node.root as App)).toEqual([]);
  });

  test.each<[string, string[], object, string]>([
    ['no targets', [], { prober }, "'sites.targets' must be a list with at least one item, but is []; leave it out for the default."],
    ['blanks', ['a b'], { prober }, "'sites.targets' each item must be a URL or an address as the prober takes it, without blanks and '$(', but is \"a b\"."],
    ['no prober', TARGETS, {}, "'sites.prober' must be an Endpoint, e.g. Endpoint.external(…), but is not given."],
    ['a prober by its address', TARGETS, { prober: 'blackbox:9115' }, '\'sites.prober\' must be an Endpoint, e.g. Endpoint.external(…), but is "blackbox:9115".'],
  ])('refuse %s', (_, targets, options, message) => {
    const { app } = senders({ scrapeJobs: [ScrapeJob.probe('sites', targets, options as ProbeJobOptions)] });
    expect(errorsOf(app)).toEqual([`[monitoring/prometheus] ${message} (invalid-prop)`]);
  });
});

describe('cluster jobs', () => {
  const files = '/var/run/secrets/kubernetes.io/serviceaccount';
  const metricsPath = { action: 'replace', source_labels: ['__metrics_path__'], target_label: 'metrics_path' };

  test('kubelet', () => {
    expect(entryOf(ScrapeJob.kubelet())).toEqual({
      job_name: 'kubelet',
      scheme: 'https',
      tls_config: { ca_file: `${files}/ca.crt` },
      authorization: { credentials_file: `${files}/token` },
      kubernetes_sd_configs: [{ role: 'node' }],
      relabel_configs: [copy('node_name', 'node'), metricsPath],
      metric_relabel_configs: KUBERNETES_STEPS,
    });
  });

  test('a kubelet that signs its own certificate', () => {
    expect(entryOf(ScrapeJob.kubelet({ tls: { insecureSkipVerify: true } }))).toMatchObject({
      scheme: 'https', tls_config: { insecure_skip_verify: true }, authorization: { credentials_file: `${files}/token` },
    });
  });

  test('cAdvisor has the label of the kubelet, and no timestamps of its own', () => {
    expect(entryOf(ScrapeJob.cadvisor({ nodeLabels: { pool: 'a' } }))).toEqual({
      job_name: 'cadvisor',
      honor_timestamps: false,
      metrics_path: '/metrics/cadvisor',
      scheme: 'https',
      tls_config: { ca_file: `${files}/ca.crt` },
      authorization: { credentials_file: `${files}/token` },
      kubernetes_sd_configs: [{ role: 'node', selectors: [{ role: 'node', label: 'pool=a' }] }],
      relabel_configs: [copy('node_name', 'node'), metricsPath, { action: 'replace', target_label: 'job', replacement: 'kubelet' }],
      metric_relabel_configs: CADVISOR_STEPS,
    });
  });

  test('API servers', () => {
    expect(entryOf(ScrapeJob.apiServer({ sampleLimit: 200_000 }))).toEqual({
      job_name: 'apiserver',
      sample_limit: 200_000,
      scheme: 'https',
      tls_config: { ca_file: `${files}/ca.crt`, server_name: 'kubernetes.default.svc' },
      authorization: { credentials_file: `${files}/token` },
      kubernetes_sd_configs: [{ role: 'endpointslice', namespaces: { names: ['default'] } }],
      relabel_configs: [
        keep('service_name', 'kubernetes'), keep('endpointslice_port_name', 'https'), ...POD_LABELS, copy('service_name', 'service'),
      ],
      metric_relabel_configs: KUBERNETES_STEPS,
    });
  });

  test('steps of the user come after the default ones, or alone', () => {
    const metricRelabelings = [Relabeling.drop(['__name__'], 'workqueue_.+')];
    const own = { action: 'drop', source_labels: ['__name__'], regex: 'workqueue_.+' };
    expect(entryOf(ScrapeJob.apiServer({ metricRelabelings }))).toMatchObject({ metric_relabel_configs: [...KUBERNETES_STEPS, own] });
    expect(entryOf(ScrapeJob.apiServer({ metricRelabelings, defaultMetricRelabelings: false }))).toMatchObject({ metric_relabel_configs: [own] });
    expect(entryOf(ScrapeJob.cadvisor({ defaultMetricRelabelings: false }))).not.toHaveProperty('metric_relabel_configs');
  });

  test('all of them share options', () => {
    expect(clusterJobs().map(({ name }) => name)).toEqual(['kubelet', 'cadvisor', 'apiserver']);
    const { chart } = senders({ scrapeJobs: clusterJobs({ team: 'infra' }), requiredLabels: ['team'] });
    expect(scrapeConfigOf(chart, 'cadvisor').relabel_configs).toContainEqual({ action: 'replace', target_label: 'team', replacement: 'infra' });
  });
});

describe('settings', () => {
  test('all of them', () => {
    const job = ScrapeJob.staticTargets('db', ['10.0.0.1:9187'], {
      scrapeInterval: Duration.minutes(1),
      scrapeTimeout: Duration.seconds(20),
      bodySizeLimit: Size.mebibytes(50),
      sampleLimit: 1,
      targetLimit: 2,
      labelLimit: 3,
      labelNameLengthLimit: 4,
      labelValueLengthLimit: 5,
      keepDroppedTargets: 6,
      metricsPath: '/stats',
      scheme: ScrapeScheme.HTTPS,
      params: { format: ['prometheus'] },
      honorLabels: true,
      honorTimestamps: false,
      team: 'data',
      service: 'orders',
      origin: 'retail',
      labels: { tier: '$1' },
      relabelings: [Relabeling.copy('__address__', 'address')],
      metricRelabelings: [Relabeling.drop(['__name__'], 'go_.*')],
      tls: { ca: { secret, key: 'ca.crt' }, cert: { secret, key: 'tls.crt' }, key: { secret, key: 'tls.key' }, serverName: 'db' },
      basicAuth: { username: 'scraper', password: { secret, key: 'password' } },
    });
    const folder = '/etc/prometheus/secrets/credentials';
    expect(entryOf(job)).toEqual({
      job_name: 'db',
      honor_labels: true,
      honor_timestamps: false,
      scrape_interval: '1m',
      scrape_timeout: '20s',
      body_size_limit: '50MiB',
      sample_limit: 1,
      target_limit: 2,
      label_limit: 3,
      label_name_length_limit: 4,
      label_value_length_limit: 5,
      keep_dropped_targets: 6,
      metrics_path: '/stats',
      scheme: 'https',
      params: { format: ['prometheus'] },
      tls_config: { ca_file: `${folder}/ca.crt`, cert_file: `${folder}/tls.crt`, key_file: `${folder}/tls.key`, server_name: 'db' },
      basic_auth: { username: 'scraper', password_file: `${folder}/password` },
      static_configs: [{ targets: ['10.0.0.1:9187'] }],
      relabel_configs: [
        { action: 'replace', source_labels: ['__address__'], target_label: 'address' },
        { action: 'replace', target_label: 'team', replacement: 'data' },
        { action: 'replace', target_label: 'service', replacement: 'orders' },
        { action: 'replace', target_label: 'origin', replacement: 'retail' },
        { action: 'replace', target_label: 'tier', replacement: '$$1' },
      ],
      metric_relabel_configs: [{ action: 'drop', source_labels: ['__name__'], regex: 'go_.*' }],
    });
  });

  test('a token, and HTTPS where TLS is set', () => {
    expect(entryOf(ScrapeJob.staticTargets('db', ['10.0.0.1:9187'], {
      tls: { serverName: 'db' }, authorization: { type: 'Token', credentials: { secret, key: 'token' } },
    }))).toMatchObject({
      scheme: 'https', tls_config: { server_name: 'db' }, authorization: { type: 'Token', credentials_file: '/etc/prometheus/secrets/credentials/token' },
    });
  });

  test('keys of Secrets are mounted, each once, whatever the order of the jobs', () => {
    const other = { name: 'a-secret' } as ISecret;
    const options = (key: string) => ({ basicAuth: { username: 'u', password: { secret, key } } });
    const { chart } = senders({
      scrapeJobs: [
        ScrapeJob.pods('one', options('z')), ScrapeJob.pods('two', options('a')), ScrapeJob.pods('three', options('z')),
        ScrapeJob.pods('four', { authorization: { credentials: { secret: other, key: 'token' } } }),
      ],
    });
    const { containers: [prometheus], volumes } = manifest(chart, 'StatefulSet', 'prometheus-a').spec.template.spec;
    expect(volumes).toContainEqual({
      name: 'secrets',
      projected: {
        sources: [
          { secret: { name: 'a-secret', items: [{ key: 'token', path: 'a-secret/token' }] } },
          { secret: { name: 'credentials', items: [{ key: 'a', path: 'credentials/a' }, { key: 'z', path: 'credentials/z' }] } },
        ],
      },
    });
    expect(prometheus.volumeMounts).toContainEqual({ name: 'secrets', mountPath: '/etc/prometheus/secrets', readOnly: true });
  });
});

describe('rights', () => {
  const rules = (chart: Parameters<typeof manifests>[0], kind: string) => manifests(chart).filter(object => object.kind === kind)
    .map(({ metadata, rules: own }) => [metadata.namespace ?? '', own]);
  const watch = (group: string, ...resources: string[]) => ({ apiGroups: [group], resources, verbs: ['list', 'watch'] });

  test('none without Kubernetes, and no token either', () => {
    const { chart } = senders();
    expect(manifests(chart).filter(({ kind }) => kind.includes('Role'))).toEqual([]);
    expect(manifest(chart, 'StatefulSet', 'prometheus-a').spec.template.spec.automountServiceAccountToken).toBe(false);
  });

  test('a Role in each namespace that is named, and no more than its jobs need', () => {
    const { chart } = senders({
      scrapeJobs: [ScrapeJob.pods('a', { namespaces: ['shop', 'cart'] }), ScrapeJob.endpointSlices('b', { namespaces: ['shop'] })],
    });
    expect(rules(chart, 'ClusterRole')).toEqual([]);
    expect(rules(chart, 'Role')).toEqual([
      ['shop', [watch('', 'pods', 'services'), watch('discovery.k8s.io', 'endpointslices')]],
      ['cart', [watch('', 'pods')]],
    ]);
    const binding = manifests(chart).find(({ kind, metadata }) => kind === 'RoleBinding' && metadata.namespace === 'cart');
    expect(binding).toMatchObject({
      metadata: { name: 'monitoring-prometheus-cart' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'monitoring-prometheus-cart' },
      subjects: [{ kind: 'ServiceAccount', name: 'prometheus', namespace: 'monitoring' }],
    });
    expect(manifest(chart, 'StatefulSet', 'prometheus-b').spec.template.spec.automountServiceAccountToken).toBe(true);
  });

  test('a ClusterRole for jobs that name none', () => {
    const { chart } = senders({
      scrapeJobs: [
        ...clusterJobs(), ScrapeJob.pods('p'), ScrapeJob.services('s'), ScrapeJob.endpoints('e'), ScrapeJob.ingresses('i'),
      ],
    });
    expect(rules(chart, 'ClusterRole')).toEqual([['', [
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      watch('', 'endpoints', 'nodes', 'pods', 'services'),
      watch('networking.k8s.io', 'ingresses'),
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ]]]);
    expect(rules(chart, 'Role')).toEqual([['default', [watch('', 'pods', 'services'), watch('discovery.k8s.io', 'endpointslices')]]]);
  });
});

describe('traffic', () => {
  function egressOf(...scrapeJobs: ScrapeJob[]): object[] {
    const { chart } = fixture();
    Platform.configure(chart, { networkPeers: { apiServer: NetworkPeer.ipBlock('10.1.0.1/32', [{ port: 6443 }]), kubelets: NetworkPeer.ipBlock('10.2.0.0/16', [{ port: 10250 }]) } });
    new ShardedPrometheus(chart, 'prometheus', { remoteWrite: new TestTarget(chart, 'receive', RECEIVE), scrapeJobs });
    const egress: { ports?: { port: number }[]; to: object[] }[] = manifest(chart, 'NetworkPolicy', 'prometheus').spec.egress;
    // Without the receiver, which comes first, and DNS, which comes last.
    return egress.slice(1, -1).map(({ ports, to }) => ({ ports: ports?.map(({ port }) => port), to }));
  }
  const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });
  const apiServer = { ports: [6443], to: [{ ipBlock: { cidr: '10.1.0.1/32' } }] };

  test('pods by namespace, labels and port', () => {
    expect(egressOf(ScrapeJob.pods('a', { namespaces: ['shop'], podLabels: { app: 'web' }, portNumber: 8080 }))).toEqual([
      apiServer, { ports: [8080], to: [{ ...namespace('shop'), podSelector: { matchLabels: { app: 'web' } } }] },
    ]);
  });

  test('what stands behind Services of a namespace', () => {
    expect(egressOf(ScrapeJob.endpointSlices('a', { namespaces: ['shop'] }))).toEqual([apiServer, { ports: undefined, to: [namespace('shop')] }]);
  });

  test('kubelets and API servers as the platform names them', () => {
    expect(egressOf(...clusterJobs())).toEqual([apiServer, { ports: [10250], to: [{ ipBlock: { cidr: '10.2.0.0/16' } }] }]);
  });

  test('addresses and Services among static targets', () => {
    expect(egressOf(ScrapeJob.staticTargets('a', ['10.0.0.1:80', '[2001:db8::1]:81', 'web.shop.svc.cluster.local:82']))).toEqual([
      { ports: [80], to: [{ ipBlock: { cidr: '10.0.0.1/32' } }] },
      { ports: [81], to: [{ ipBlock: { cidr: '2001:db8::1/128' } }] },
      { ports: undefined, to: [namespace('shop')] },
    ]);
  });

  test('as the job says', () => {
    expect(egressOf(ScrapeJob.ingresses('a', { targetPeers: [NetworkPeer.namespace('ingress', [{ port: 443 }])] }))).toEqual([
      apiServer, { ports: [443], to: [namespace('ingress')] },
    ]);
  });
});
