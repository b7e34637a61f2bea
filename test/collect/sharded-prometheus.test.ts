import { Chart, Duration, JsonPatch, Size, Yaml } from 'cdk8s';
import type { ISecret } from 'cdk8s-plus-28';
import { PrometheusMode, Relabeling, ReplicaRollout, ScrapeJob, ShardedPrometheus } from '../../src/collect';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import type { IObjectStore } from '../../src/core/object-store';
import { LogFormat, LogLevel, Platform } from '../../src/core/platform';
import { Workload } from '../../src/plan/workload';
import { ThanosReceiveRing } from '../../src/receive';
import { argsOf, fixture, manifest, manifests } from '../fixture';
import { configOf, findingsOf, JOB, RECEIVE, senders, TestTarget } from './senders';

describe('what is printed', () => {
  test('defaults', () => {
    const { chart } = senders({ scrapeJobs: [ScrapeJob.pods('shop', { namespaces: ['shop'] })] });
    expect(Yaml.stringify(...manifests(chart))).toMatchSnapshot();
  });

  test('arguments of an agent', () => {
    const { chart } = senders({ walTruncateFrequency: Duration.hours(6), flushDeadline: Duration.seconds(90), logLevel: LogLevel.WARN, extraArgs: ['--enable-feature=st-storage'] });
    expect(argsOf(chart, 'StatefulSet', 'prometheus-a')).toEqual([
      '--config.file=/etc/prometheus/config/prometheus.yaml',
      '--web.listen-address=0.0.0.0:9090',
      '--web.enable-lifecycle',
      '--log.level=warn',
      '--log.format=logfmt',
      '--agent',
      '--storage.agent.path=/prometheus',
      '--storage.agent.retention.max-time=6h',
      '--storage.agent.wal-truncate-frequency=6h',
      '--storage.remote.flush-deadline=1m30s',
      '--enable-feature=st-storage',
    ]);
  });

  test('arguments of a server', () => {
    const { chart } = senders({ mode: PrometheusMode.SERVER });
    expect(argsOf(chart, 'StatefulSet', 'prometheus-a')).toEqual([
      '--config.file=/etc/prometheus/config/prometheus.yaml',
      '--web.listen-address=0.0.0.0:9090',
      '--web.enable-lifecycle',
      '--log.level=info',
      '--log.format=logfmt',
      '--storage.tsdb.path=/prometheus',
      '--storage.remote.flush-deadline=1m',
    ]);
  });

  test('arguments of the config-reloaders', () => {
    const { chart } = fixture();
    Platform.configure(chart, { logFormat: LogFormat.JSON, images: { 'prometheus-config-reloader': 'example.com/reloader:1' } });
    new ShardedPrometheus(chart, 'prometheus', { remoteWrite: new TestTarget(chart, 'receive', RECEIVE), scrapeJobs: [JOB] });
    const { initContainers: [init], containers: [, sidecar] } = manifest(chart, 'StatefulSet', 'prometheus-b').spec.template.spec;
    const common = [
      '--log-level=info',
      '--log-format=json',
      '--config-file=/etc/prometheus/template/prometheus.yaml',
      '--config-envsubst-file=/etc/prometheus/config/prometheus.yaml',
      '--statefulset-ordinal-from-envvar=POD_NAME',
    ];
    expect(init.args).toEqual([...common, '--watch-interval=0']);
    expect(sidecar.args).toEqual([
      ...common,
      '--listen-address=:8080',
      '--watched-dir=/etc/prometheus/template',
      '--reload-url=http://127.0.0.1:9090/-/reload',
      '--reload-timeout=1m30s',
    ]);
    expect([init.image, sidecar.image]).toEqual(['example.com/reloader:1', 'example.com/reloader:1']);
    expect(sidecar.ports).toEqual([{ name: 'reloader-web', containerPort: 8080, protocol: 'TCP' }]);
  });

  test('the configuration, all by hand', () => {
    const secret = { name: 'credentials' } as ISecret;
    const { chart } = senders({
      capacity: 30_000,
      minShards: 2,
      maxShards: 9,
      maxSamplesPerSend: 5000,
      batchSendDeadline: Duration.seconds(3),
      minBackoff: Duration.millis(500),
      maxBackoff: Duration.seconds(20),
      retryOnHttp429: false,
      sampleAgeLimit: Duration.hours(3),
      remoteTimeout: Duration.seconds(45),
      sendExemplars: true,
      sendNativeHistograms: true,
      roundRobinDns: true,
      remoteWriteHeaders: { 'X-Scope': 'x' },
      writeRelabelings: [Relabeling.drop(['__name__'], 'debug_.*')],
      remoteWriteClient: { tls: { ca: { secret, key: 'ca.crt' } }, authorization: { credentials: { secret, key: 'token' } } },
      scrapeInterval: Duration.seconds(15),
      scrapeTimeout: Duration.seconds(12),
      bodySizeLimit: Size.mebibytes(64),
      sampleLimit: 60_000,
      targetLimit: 2000,
      labelLimit: 60,
      labelNameLengthLimit: 100,
      labelValueLengthLimit: 1000,
      keepDroppedTargets: 7,
      externalLabels: { cluster: 'eu-1', price: '5$' },
    });
    const { scrape_configs: _, ...config } = configOf(chart);
    expect(config).toEqual({
      global: {
        scrape_interval: '15s',
        scrape_timeout: '12s',
        body_size_limit: '64MiB',
        sample_limit: 60_000,
        target_limit: 2000,
        label_limit: 60,
        label_name_length_limit: 100,
        label_value_length_limit: 1000,
        keep_dropped_targets: 7,
        external_labels: { cluster: 'eu-1', price: '5$$' },
      },
      remote_write: [{
        url: 'http://receive.example.com:19291/api/v1/receive',
        protobuf_message: 'prometheus.WriteRequest',
        remote_timeout: '45s',
        headers: { 'X-Scope': 'x', 'THANOS-TENANT': 'a' },
        send_exemplars: true,
        send_native_histograms: true,
        round_robin_dns: true,
        tls_config: { ca_file: '/etc/prometheus/secrets/credentials/ca.crt' },
        authorization: { credentials_file: '/etc/prometheus/secrets/credentials/token' },
        write_relabel_configs: [{ action: 'drop', source_labels: ['__name__'], regex: 'debug_.*' }],
        queue_config: {
          capacity: 30_000,
          min_shards: 2,
          max_shards: 9,
          max_samples_per_send: 5000,
          batch_send_deadline: '3s',
          min_backoff: '500ms',
          max_backoff: '20s',
          retry_on_http_429: false,
          sample_age_limit: '3h',
        },
        metadata_config: { send: false },
      }],
    });
    expect(manifest(chart, 'StatefulSet', 'prometheus-a').spec.template.spec.volumes).toContainEqual({
      name: 'secrets', projected: { sources: [{ secret: { name: 'credentials', items: [{ key: 'ca.crt', path: 'credentials/ca.crt' }, { key: 'token', path: 'credentials/token' }] } }] },
    });
  });

  test('metadata for a receiver that is no Thanos', () => {
    const { chart } = senders({}, { tenantHeader: undefined, tenantLabel: undefined });
    expect(configOf(chart).remote_write[0].metadata_config).toBeUndefined();
  });
});

describe('shards', () => {
  const replicasOf = (chart: Chart) => manifests(chart).filter(({ kind }) => kind === 'StatefulSet').map(({ metadata, spec }) => [metadata.name, spec.replicas]);
  const modulusOf = (chart: Chart, replica: string) => configOf(chart, replica).scrape_configs[0].relabel_configs.find(({ action }: { action: string }) => action === 'hashmod').modulus;

  test('pods and configuration follow the one prop', () => {
    const { chart, prometheus } = senders({ shards: 3 });
    expect([prometheus.shards, prometheus.replicas]).toEqual([3, 2]);
    expect(replicasOf(chart)).toEqual([['prometheus-a', 3], ['prometheus-b', 3]]);
    expect([modulusOf(chart, 'a'), modulusOf(chart, 'b')]).toEqual([3, 3]);
  });

  test('twins are resharded one after the other', () => {
    const { chart } = senders({ shards: 2, replicaShards: { a: 4 } });
    expect(replicasOf(chart)).toEqual([['prometheus-a', 4], ['prometheus-b', 2]]);
    expect([modulusOf(chart, 'a'), modulusOf(chart, 'b')]).toEqual([4, 2]);
  });

  test('a part of the targets, and of the load', () => {
    const whole = senders({ workload: Workload.of({ activeSeries: 6_000_000 }) });
    const part = senders({ workload: Workload.of({ activeSeries: 6_000_000 }), partition: { index: 1, of: 3 } });
    expect([whole.prometheus.shards, part.prometheus.shards]).toEqual([5, 2]);
    expect(configOf(part.chart).scrape_configs[0].relabel_configs).toContainEqual({ action: 'keep', source_labels: ['__tmp_partition'], regex: '1' });
  });

  test('a scrape interval of its own counts in the plan', () => {
    const figure = (scrapeInterval?: Duration) => senders({ scrapeInterval }).prometheus.figures.find(({ name }) => name === 'samplesPerSecond')!.value;
    expect(figure(Duration.seconds(10))).toBeCloseTo(3 * figure());
  });

  test('a plan for the ring that is written to', () => {
    const batch = (members?: number) => senders({}, { members, requestSamplesLimit: 0, requestSeriesLimit: 0 }).prometheus.figures.find(({ name }) => name === 'maxSamplesPerSend')!.value;
    expect([batch(3), batch(60)]).toEqual([2000, 5000]);
  });
});

describe('twins', () => {
  const headersOf = (chart: Chart, replica: string) => configOf(chart, replica).remote_write[0].headers;
  const labelsOf = (chart: Chart, replica: string) => configOf(chart, replica).global.external_labels;

  test('are tenants of their own, so that blocks are merged', () => {
    const { chart, target } = senders();
    expect([headersOf(chart, 'a'), headersOf(chart, 'b')]).toEqual([{ 'THANOS-TENANT': 'a' }, { 'THANOS-TENANT': 'b' }]);
    expect(labelsOf(chart, 'a')).toBeUndefined();
    expect(Graph.of(chart).replicaLabels(target)).toEqual([{ name: 'tenant_id', on: 'blocks', copies: 2, from: ['monitoring/prometheus'] }]);
  });

  test('have a label where the receiver knows no tenants', () => {
    const { chart, target } = senders({}, { tenantHeader: undefined, tenantLabel: undefined });
    expect(headersOf(chart, 'a')).toBeUndefined();
    expect([labelsOf(chart, 'a'), labelsOf(chart, 'b')]).toEqual([{ prometheus_replica: 'a' }, { prometheus_replica: 'b' }]);
    expect(Graph.of(chart).replicaLabels(target)).toEqual([{ name: 'prometheus_replica', on: 'series', copies: 2, from: ['monitoring/prometheus'] }]);
  });

  test('have a label where they are one tenant', () => {
    const { chart } = senders({ tenant: 'shop', externalLabels: { cluster: 'eu-1' } });
    expect([headersOf(chart, 'a'), headersOf(chart, 'b')]).toEqual([{ 'THANOS-TENANT': 'shop' }, { 'THANOS-TENANT': 'shop' }]);
    expect(labelsOf(chart, 'b')).toEqual({ cluster: 'eu-1', prometheus_replica: 'b' });
  });

  test('are missing: one sender keeps its tenant for the day when it gets a twin', () => {
    const { chart, target } = senders({ replicas: 1 });
    expect(headersOf(chart, 'a')).toEqual({ 'THANOS-TENANT': 'a' });
    expect(Graph.of(chart).replicaLabels(target)).toEqual([]);
    expect(manifest(chart, 'StatefulSet', 'prometheus-a').spec.template.spec.affinity).toBeUndefined();
    expect(manifests(chart).filter(({ kind }) => kind === 'PodDisruptionBudget')).toEqual([]);
  });

  test('keep the ring\'s blocks mergeable', () => {
    const { chart } = fixture();
    const bucket = Object.assign(new Chart(chart, 'bucket'), { connect: () => ({ config: 'type: S3' }) }) as unknown as IObjectStore;
    const ring = new ThanosReceiveRing(chart, 'receive', { bucket });
    new ShardedPrometheus(chart, 'prometheus', { remoteWrite: ring, scrapeJobs: [JOB] });
    expect(ring.storeEndpoints[0].replicaLabels).toEqual(['receive_replica', 'tenant_id']);
    expect(configOf(chart).remote_write[0].url).toBe('http://receive-router.monitoring.svc.cluster.local:19291/api/v1/receive');
    const routers = { matchLabels: { 'app.kubernetes.io/name': 'thanos', 'app.kubernetes.io/instance': 'receive', 'app.kubernetes.io/component': 'receive-router' } };
    expect(manifest(chart, 'NetworkPolicy', 'prometheus').spec.egress[0]).toEqual({ ports: [{ port: 19291, protocol: 'TCP' }], to: [{ podSelector: routers }] });
  });

  test('stop one after the other', () => {
    const { chart } = senders({ replicas: 3 });
    const stops = ['a', 'b', 'c'].map(replica => {
      const { containers: [prometheus], terminationGracePeriodSeconds } = manifest(chart, 'StatefulSet', `prometheus-${replica}`).spec.template.spec;
      return [prometheus.lifecycle?.preStop.sleep.seconds, terminationGracePeriodSeconds];
    });
    expect(stops).toEqual([[undefined, 120], [120, 240], [240, 360]]);
  });

  test.each([
    [ReplicaRollout.TOGETHER, 'RollingUpdate', undefined],
    [ReplicaRollout.ON_DELETE, 'OnDelete', undefined],
    [ReplicaRollout.ARGO_SYNC_WAVES, 'RollingUpdate', { 'argocd.argoproj.io/sync-wave': '1' }],
  ])('roll out %s', (replicaRollout, type, annotations) => {
    const { chart } = senders({ replicaRollout });
    const { metadata, spec } = manifest(chart, 'StatefulSet', 'prometheus-b');
    expect(spec.updateStrategy).toEqual({ type });
    expect(metadata.annotations).toEqual(annotations);
    expect(spec.template.spec.containers[0].lifecycle).toBeUndefined();
  });
});

describe('disk', () => {
  test('an agent has room on its node', () => {
    const { chart } = senders({ storageSize: Size.gibibytes(3) });
    const { spec } = manifest(chart, 'StatefulSet', 'prometheus-a');
    expect(spec.volumeClaimTemplates).toBeUndefined();
    expect(spec.template.spec.volumes).toContainEqual({ name: 'wal', emptyDir: { sizeLimit: '3072Mi' } });
    expect(spec.template.spec.containers[0].resources.requests['ephemeral-storage']).toBe('3072Mi');
  });

  test('a server has a volume, which it never fills', () => {
    const { chart } = senders({
      mode: PrometheusMode.SERVER, storageSize: Size.gibibytes(10), storageClassName: 'fast', retention: Duration.hours(12), evaluationInterval: Duration.seconds(30),
    });
    const { volumeClaimTemplates: [claim], template } = manifest(chart, 'StatefulSet', 'prometheus-a').spec;
    expect(claim.spec).toEqual({ accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '10240Mi' } } });
    expect(template.spec.containers[0].resources.requests['ephemeral-storage']).toBeUndefined();
    expect(configOf(chart)).toMatchObject({ storage: { tsdb: { retention: { time: '12h', size: '8GiB' } } }, global: { evaluation_interval: '30s' } });
  });

  test('the plan of a server has no figure of an agent, and none twice', () => {
    const names = senders({ mode: PrometheusMode.SERVER }).prometheus.figures.map(({ name }) => name);
    expect(names).not.toContain('walTruncateFrequency');
    expect(new Set(names).size).toBe(names.length);
  });

  test('a large WAL has time to be read at the start', () => {
    const { chart } = senders({ storageSize: Size.gibibytes(100) });
    expect(manifest(chart, 'StatefulSet', 'prometheus-a').spec.template.spec.containers[0].startupProbe.failureThreshold).toBe(512);
  });
});

test('the web interface for those who are named', () => {
  const { chart } = senders({ allowFrom: [NetworkPeer.namespace('people')] });
  expect(manifest(chart, 'NetworkPolicy', 'prometheus').spec.ingress).toEqual([{
    ports: [{ port: 9090, protocol: 'TCP' }],
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'people' } } }],
  }]);
});

test('a name of its own', () => {
  const { chart } = senders({ name: 'redis' });
  expect(manifests(chart).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'ConfigMap redis-a', 'ConfigMap redis-b', 'ServiceAccount redis', 'Service redis', 'StatefulSet redis-a', 'StatefulSet redis-b', 'PodDisruptionBudget redis', 'NetworkPolicy redis',
  ]);
});

test('StatefulSets can be patched', () => {
  const { chart, prometheus } = senders();
  prometheus.statefulSets[1].addJsonPatch(JsonPatch.add('/spec/revisionHistoryLimit', 7));
  expect(manifest(chart, 'StatefulSet', 'prometheus-b').spec.revisionHistoryLimit).toBe(7);
});

test('jobs may be added until the end', () => {
  const { chart, prometheus } = senders();
  prometheus.addScrapeJob(ScrapeJob.pods('shop', { namespaces: ['shop'] }));
  expect(configOf(chart, 'b').scrape_configs.map(({ job_name: name }: { job_name: string }) => name)).toEqual(['db', 'shop']);
  expect(findingsOf(chart, 'nothing-scraped')).toEqual([]);
});
