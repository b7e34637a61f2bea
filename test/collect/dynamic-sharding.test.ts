import { ApiObject, Chart, Duration, JsonPatch, Size } from 'cdk8s';
import { parse } from 'yaml';
import { findingsOf, JOB, senders } from './senders';
import { AllocationStrategy, PrometheusMode, Relabeling, ScrapeJob, ShardedPrometheusProps, Sharding } from '../../src/collect';
import { Severity } from '../../src/core/findings';
import { NetworkPeer } from '../../src/core/network-peer';
import { Workload } from '../../src/plan/workload';
import { MonitoringStack } from '../../src/stack';
import { ObjectStoreBucket } from '../../src/store';
import { argsOf, errorsOf, fixture, Manifest, manifest, manifests } from '../fixture';

const dynamic = (props: Partial<ShardedPrometheusProps> = {}) => senders({ sharding: Sharding.DYNAMIC, ...props });

const PODS = ScrapeJob.pods('shop', { namespaces: ['shop'], podLabels: { app: 'shop' }, portName: 'http', relabelings: [Relabeling.replace({ sourceLabels: ['__meta_kubernetes_pod_label_tier'], targetLabel: 'tier' })] });

interface Jobs { scrape_configs: { job_name: string; relabel_configs: object[]; http_sd_configs?: object[]; kubernetes_sd_configs?: object[] }[] }

const senderConfig = (chart: Chart, replica: string) => parse(manifest(chart, 'ConfigMap', `prometheus-${replica}-dynamic`).data['prometheus.yaml']) as Jobs;
const allocatorConfig = (chart: Chart, replica: string) =>
  parse(manifest(chart, 'ConfigMap', `prometheus-allocator-${replica}`).data['targetallocator.yaml']) as { config: Jobs; [key: string]: unknown };

describe('target allocators', () => {
  test('take exactly these arguments', () => {
    expect(argsOf(dynamic().chart, 'Deployment', 'prometheus-allocator-a')).toEqual([
      '--config-file=/conf/targetallocator.yaml', '--listen-addr=:8080', '--zap-log-level=info', '--zap-encoder=console',
    ]);
  });

  test('look for the senders of their own replica, and know each job but for how it is scraped', () => {
    const { chart } = dynamic({ scrapeJobs: [PODS] });
    const { config, ...rest } = allocatorConfig(chart, 'b');
    expect(rest).toEqual({
      collector_namespace: 'monitoring',
      collector_selector: {
        matchlabels: { 'app.kubernetes.io/name': 'prometheus', 'app.kubernetes.io/instance': 'prometheus', 'app.kubernetes.io/component': 'prometheus', 'thanos.io/replica': 'b' },
      },
      allocation_strategy: 'consistent-hashing',
      filter_strategy: 'relabel-config',
      collector_not_ready_grace_period: '300s',
      prometheus_cr: { enabled: true, allow_namespaces: ['monitoring'] },
    });
    const { scrape_configs: [scraped] } = senderConfig(chart, 'b');
    expect(config.scrape_configs).toEqual([{
      job_name: 'shop',
      kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: ['shop'] }, selectors: [{ role: 'pod', label: 'app=shop' }] }],
      relabel_configs: scraped.relabel_configs,
    }]);
  });

  test('read words that older YAML takes for switches as they are', () => {
    const { chart } = dynamic({ name: 'on', scrapeJobs: [ScrapeJob.pods('shop', { relabelings: [Relabeling.keep(['tier'], 'yes')] })] });
    const text = manifest(chart, 'ConfigMap', 'on-allocator-a').data['targetallocator.yaml'];
    expect(text).toContain('app.kubernetes.io/instance: "on"\n');
    expect(text).toContain('regex: "yes"\n');
  });

  test('tell each sender its own targets, without a number of shards in any configuration', () => {
    const { chart } = dynamic({ scrapeJobs: [PODS], shards: 3 });
    const { scrape_configs: [job] } = senderConfig(chart, 'a');
    expect(job.http_sd_configs).toEqual([{
      url: 'http://prometheus-allocator-a.monitoring.svc.cluster.local:8080/jobs/shop/targets?collector_id=$(POD_NAME)', refresh_interval: '10s',
    }]);
    expect(JSON.stringify(job)).not.toMatch(/kubernetes_sd|hashmod|ORDINAL/);
    const config = (shards: number) => {
      const made = dynamic({ scrapeJobs: [PODS], shards }).chart;
      return [senderConfig(made, 'a'), allocatorConfig(made, 'a')];
    };
    expect(config(2)).toEqual(config(7));
  });

  test('name a job in the URL as the allocator reads it', () => {
    const { scrape_configs: [job] } = senderConfig(dynamic({ scrapeJobs: [ScrapeJob.pods('shop/web:http')] }).chart, 'a');
    expect(job.http_sd_configs).toEqual([expect.objectContaining({ url: expect.stringContaining('/jobs/shop%2Fweb%3Ahttp/targets?') })]);
  });

  test('are asked only when they know the first sender, and roll without a moment of fewer', () => {
    const { spec } = manifest(dynamic().chart, 'Deployment', 'prometheus-allocator-a');
    expect(spec).toMatchObject({ replicas: 2, minReadySeconds: 30, strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } });
    const [{ startupProbe, readinessProbe }] = spec.template.spec.containers;
    expect(startupProbe).toMatchObject({ initialDelaySeconds: 30, httpGet: { path: '/debug/collector?collector_id=prometheus-a-0' }, failureThreshold: 360 });
    expect(readinessProbe.httpGet.path).toBe('/readyz');
  });

  test('roll when their configuration changes, which they read at the start only', () => {
    const checksum = (jobs: ScrapeJob[]) => manifest(dynamic({ scrapeJobs: jobs }).chart, 'Deployment', 'prometheus-allocator-a').spec.template.metadata.annotations['checksum/config'];
    expect(checksum([PODS])).not.toBe(checksum([JOB]));
    expect(checksum([PODS])).toBe(checksum([PODS]));
  });

  test('have the rights to discover, and senders those to scrape', () => {
    const { chart } = dynamic({ scrapeJobs: [PODS, ScrapeJob.kubelet()] });
    const rules = (kind: string, name: string) => manifest(chart, kind, name).rules;
    expect(rules('Role', 'monitoring-prometheus-allocator-monitoring')).toEqual([
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
      { apiGroups: ['monitoring.coreos.com'], resources: ['podmonitors', 'probes', 'scrapeconfigs', 'servicemonitors'], verbs: ['list', 'watch'] },
    ]);
    expect(rules('Role', 'monitoring-prometheus-allocator-shop')).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }]);
    expect(rules('ClusterRole', 'monitoring-prometheus-allocator')).toEqual([{ apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }]);
    expect(rules('ClusterRole', 'monitoring-prometheus')).toEqual([{ apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] }]);
    const token = (kind: string, name: string) => manifest(chart, kind, name).spec.template.spec.automountServiceAccountToken;
    expect([token('Deployment', 'prometheus-allocator-a'), token('StatefulSet', 'prometheus-a')]).toEqual([true, true]);
    expect(manifest(dynamic({ scrapeJobs: [PODS] }).chart, 'StatefulSet', 'prometheus-a').spec.template.spec.automountServiceAccountToken).toBe(false);
  });

  test('reach the API server, and are reached by senders', () => {
    const { chart } = dynamic({ scrapeJobs: [PODS] });
    const ports = ({ spec: { egress } }: Manifest) => egress.flatMap((rule: { ports?: { port: number }[] }) => rule.ports?.map(({ port }) => port) ?? []);
    const allocator = manifest(chart, 'NetworkPolicy', 'prometheus-allocator');
    expect(ports(allocator)).toEqual(expect.arrayContaining([443, 6443]));
    expect(allocator.spec.ingress).toEqual([{
      from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/component': 'prometheus', 'app.kubernetes.io/instance': 'prometheus', 'app.kubernetes.io/name': 'prometheus' } } }],
      ports: [{ port: 8080, protocol: 'TCP' }],
    }]);
    expect(ports(manifest(chart, 'NetworkPolicy', 'prometheus'))).not.toContain(6443);
  });

  test('leave a group its part of the targets, where several share them', () => {
    const { chart } = dynamic({ scrapeJobs: [PODS], partition: { index: 1, of: 2 } });
    const last = ({ scrape_configs: [job] }: Jobs) => job.relabel_configs.at(-1);
    const keep = { action: 'keep', source_labels: ['__tmp_partition'], regex: '1' };
    expect([last(senderConfig(chart, 'a')), last(allocatorConfig(chart, 'a').config)]).toEqual([keep, keep]);
  });

  test('senders of different replicas keep apart, whatever their ordinals', () => {
    const [{ podAffinityTerm }] = manifest(dynamic().chart, 'StatefulSet', 'prometheus-a').spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
    expect(podAffinityTerm).toMatchObject({ mismatchLabelKeys: ['thanos.io/replica'], topologyKey: 'kubernetes.io/hostname' });
  });

  test('static sharding has none of this', () => {
    const { chart, prometheus } = senders();
    expect(prometheus.targetAllocators).toEqual([]);
    expect(manifests(chart).filter(({ metadata: { name } }) => /allocator|dynamic/.test(name))).toEqual([]);
  });
});

const scaledStack = (props: Partial<ShardedPrometheusProps> = {}) => {
  const { app, chart } = fixture();
  const stack = new MonitoringStack(chart, 'platform', {
    cluster: 'eu-1',
    workload: Workload.of({ activeSeries: 5_000_000 }),
    bucket: ObjectStoreBucket.s3(chart, 'bucket', { bucket: 'blocks', region: 'eu-central-1' }),
    prometheus: { sharding: Sharding.DYNAMIC, autoscaling: {}, ...props },
  });
  return { app, chart, stack };
};

describe('autoscaling', () => {
  const scaled = (chart: Chart, replica: string) => manifest(chart, 'ScaledObject', `platform-prometheus-${replica}`).spec;

  test('goes by what a replica scrapes, within bounds of the plan', () => {
    const { chart, stack } = scaledStack();
    const value = (name: string) => stack.prometheus.figures.find(figure => figure.name === name)!.value;
    const { triggers: [load, delay], ...spec } = scaled(chart, 'a');
    expect(stack.prometheus.shards).toBe(4);
    expect(spec).toMatchObject({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'platform-prometheus-a' },
      minReplicaCount: 2, maxReplicaCount: 8, pollingInterval: 30,
      fallback: { failureThreshold: 3, replicas: 4, behavior: 'currentReplicasIfHigher' },
    });
    expect(load).toEqual({
      type: 'prometheus', name: 'active-series', metricType: 'AverageValue',
      metadata: {
        serverAddress: 'http://platform-query.monitoring.svc.cluster.local:10902',
        query: 'sum(rate(prometheus_agent_samples_appended_total{namespace="monitoring",pod=~"platform-prometheus-a-[0-9]+",cluster=~"|eu-1"}[5m])) * 30',
        threshold: String(value('seriesPerSender')),
        ignoreNullValues: 'false',
      },
    });
    expect(delay).toMatchObject({ name: 'queue-delay', metricType: 'Value', metadata: { threshold: '120' } });
  });

  test('lets one twin settle before the next moves', () => {
    const { chart, stack } = scaledStack();
    const windows = (replica: string) => {
      const { behavior: { scaleUp, scaleDown } } = scaled(chart, replica).advanced.horizontalPodAutoscalerConfig;
      return [scaleUp.stabilizationWindowSeconds, scaleDown.stabilizationWindowSeconds];
    };
    expect(windows('a')).toEqual([60, 1800]);
    const { value: grace } = stack.prometheus.figures.find(({ name }) => name === 'collectorNotReadyGracePeriod')!;
    expect(windows('b')).toEqual([60 + grace + 60, 1800 + grace + 60]);
  });

  test('leaves the number of pods to the autoscaler, so that an apply does not set it back', () => {
    const { chart } = scaledStack();
    expect(manifest(chart, 'StatefulSet', 'platform-prometheus-a').spec).not.toHaveProperty('replicas');
    expect(manifest(dynamic({ shards: 3 }).chart, 'StatefulSet', 'prometheus-a').spec.replicas).toBe(3);
  });

  test('opens Query to the operator of KEDA, and to another one that is named', () => {
    const from = (chart: Chart) => JSON.stringify(manifest(chart, 'NetworkPolicy', 'platform-query').spec.ingress);
    expect(from(scaledStack().chart)).toContain('keda-operator');
    const { chart } = scaledStack({ autoscaling: { kedaOperator: NetworkPeer.namespace('scaling') } });
    expect(from(chart)).toContain('scaling');
    expect(from(chart)).not.toContain('keda-operator');
  });

  test('counts the samples of a server as a server does', () => {
    const { chart } = scaledStack({ mode: PrometheusMode.SERVER });
    expect(scaled(chart, 'a').triggers[0].metadata.query).toContain('rate(prometheus_tsdb_head_samples_appended_total{');
  });

  test('is in the picture: how many pods there are is only roughly known', () => {
    expect(scaledStack().stack.topology.toMermaid()).toContain('2 StatefulSets, about 4 pods each');
    expect(scaledStack({ autoscaling: undefined }).stack.topology.toMermaid()).toContain('2 StatefulSets, 4 pods each');
  });

  test('the plan breaks no rule', () => {
    expect(findingsOf(scaledStack().chart, 'autoscaling-unmonitored')).toEqual([]);
    expect(errorsOf(dynamic().app)).toEqual([]);
  });
});

interface Case {
  readonly props: Partial<ShardedPrometheusProps>;
  readonly severity?: Severity;
  readonly says: string;
}

const DYNAMIC = { sharding: Sharding.DYNAMIC };
const LEAST = AllocationStrategy.LEAST_WEIGHTED;

const CASES: Record<string, Case> = {
  'prop-of-other-sharding': {
    props: { targetAllocator: {}, autoscaling: {} },
    says: '\'targetAllocator\' and \'autoscaling\' must not be given with static sharding, for a number of shards that stands in the configuration cannot follow the pods. '
      + 'Use \'sharding\' Sharding.DYNAMIC, or leave it out.',
  },
  'dynamic-shards': {
    props: DYNAMIC,
    severity: Severity.NOTE,
    says: 'Target allocators spread the targets over whatever senders there are: no configuration changes when they come and go. A target that moves misses a scrape or two of one twin, so that twins must '
      + 'not move together: scale one, and the other when it scrapes well. Where the load changes by the month, Sharding.STATIC needs fewer programs.',
  },
  'replica-shards-autoscaled': {
    props: { ...DYNAMIC, autoscaling: {}, replicaShards: { a: 2 } },
    says: '\'replicaShards\' must not be given with \'autoscaling\', which sets the number of each replica; leave it out.',
  },
  'allocators-decide-apart': {
    props: { ...DYNAMIC, targetAllocator: { allocationStrategy: LEAST } },
    says: 'With \'targetAllocator.allocationStrategy\' \'least-weighted\', each of 2 allocators decides for itself, and senders would be told now one thing and now another: '
      + 'targets would be scraped twice or not at all. Use \'consistent-hashing\', or one allocator by \'targetAllocator.replicas\'.',
  },
  'strategy-never-rebalances': {
    props: { ...DYNAMIC, targetAllocator: { allocationStrategy: LEAST, replicas: 1 } },
    severity: Severity.WARNING,
    says: '\'targetAllocator.allocationStrategy\' \'least-weighted\' leaves targets where they are when a sender comes: it gets only what is discovered later, and the others stay as full as they were. '
      + 'Use \'consistent-hashing\'.',
  },
  'autoscaled-without-rebalancing': {
    props: { ...DYNAMIC, targetAllocator: { allocationStrategy: LEAST, replicas: 1 }, autoscaling: {} },
    says: '\'autoscaling\' adds senders to relieve the others, but with \'targetAllocator.allocationStrategy\' \'least-weighted\' nothing moves to them. Use \'consistent-hashing\'.',
  },
  'single-allocator': {
    props: { ...DYNAMIC, targetAllocator: { replicas: 1 } },
    severity: Severity.WARNING,
    says: 'With \'targetAllocator.replicas\' 1, nobody tells senders of new targets, or takes over those of a lost sender, while that one is away. Use 2.',
  },
  'refresh-beyond-interval': {
    props: { ...DYNAMIC, targetAllocator: { refreshInterval: Duration.minutes(1) } },
    severity: Severity.WARNING,
    says: '\'targetAllocator.refreshInterval\' (1m) is longer than the scrape interval (30s), so that a target that moves to another sender is missed for several scrapes; lower it.',
  },
  'grace-below-replay': {
    props: { ...DYNAMIC, targetAllocator: { collectorNotReadyGracePeriod: Duration.seconds(30) } },
    severity: Severity.WARNING,
    says: '\'targetAllocator.collectorNotReadyGracePeriod\' (30s) is shorter than a sender may take to start (5m): the targets of one that replays its WAL would go to its peers, which may not bear them, '
      + 'and come back. Raise it, or leave it to the plan.',
  },
  'memory-request-beyond-limit': {
    props: { ...DYNAMIC, targetAllocator: { memoryRequest: Size.gibibytes(2), memoryLimit: Size.gibibytes(1) } },
    says: '\'targetAllocator.memoryRequest\' (2GiB) must not exceed \'targetAllocator.memoryLimit\' (1GiB): Kubernetes refuses such a pod. Raise the limit or lower the request.',
  },
  'replica-counts-reversed': {
    props: { ...DYNAMIC, autoscaling: { minReplicaCount: 4, maxReplicaCount: 2 } },
    says: '\'autoscaling.minReplicaCount\' (4) must not exceed \'autoscaling.maxReplicaCount\' (2): KEDA refuses that. Lower the one or raise the other.',
  },
  'stabilization-too-long': {
    props: { ...DYNAMIC, autoscaling: { scaleDownStabilization: Duration.minutes(55) } },
    says: 'The last of 2 twins would wait 1h1m (\'scaleUpStabilization\' or \'scaleDownStabilization\', and \'twinDelay\' for each twin before it), and Kubernetes takes 1h at the most. Lower one of them.',
  },
  'target-larger-than-sender': {
    props: { ...DYNAMIC, autoscaling: { seriesPerSender: 20_000 } },
    severity: Severity.WARNING,
    says: 'The largest target of the workload has 25,000 series, and \'autoscaling.seriesPerSender\' is 20,000: a target is scraped by one sender, however many there are, so that more of them do not '
      + 'relieve the one that has it. Split the target, tell the workload its \'largestTargetSeries\' if it is smaller, or raise \'seriesPerSender\'.',
  },
  'twins-scale-together': {
    props: { ...DYNAMIC, autoscaling: { twinDelay: Duration.minutes(1) } },
    severity: Severity.WARNING,
    says: '\'autoscaling.twinDelay\' (1m) is shorter than a new sender may take until it scrapes or is given up (5m): a target may then be on its way in both twins, and its scrapes are missed. '
      + 'Raise it, or leave it to the plan.',
  },
  'autoscaling-without-query': {
    props: { ...DYNAMIC, autoscaling: {} },
    says: '\'autoscaling\' needs a \'query\' that knows how loaded the senders are: give it a ThanosQuery, or let a MonitoringStack join them.',
  },
  'autoscaling-unmonitored': {
    props: { ...DYNAMIC, autoscaling: {} },
    severity: Severity.WARNING,
    says: '\'autoscaling\' goes by the metrics of the senders, which nobody scrapes: call \'monitor\', or leave the stack\'s \'selfMonitoring\' on. '
      + 'If another Prometheus scrapes them for this query, acknowledge this.',
  },
  'relabeling-of-static-sharding': {
    props: { ...DYNAMIC, scrapeJobs: [ScrapeJob.pods('shop', { relabelings: [Relabeling.replace({ sourceLabels: ['x'], targetLabel: '__tmp_hash' })] })] },
    says: 'The relabelings of job \'shop\' write \'__tmp_hash\', which choose a target\'s shard with static sharding only: target allocators go by the address as it was discovered. '
      + 'Leave these steps out, or use Sharding.STATIC.',
  },
  'target-beyond-sender': {
    props: { scrapeJobs: [ScrapeJob.pods('shop', { sampleLimit: 1_000_000 })] },
    severity: Severity.WARNING,
    says: '\'shop.sampleLimit\' lets one target have 1,000,000 series, and a sender\'s memory is planned for 110,000, with room up to 220,000: one sender scrapes the whole target, however many there are. '
      + 'Tell the workload its \'largestTargetSeries\', raise \'memoryLimit\', or lower the limit.',
  },
};

test.each(Object.entries(CASES))('%s', (rule, { props, severity = Severity.ERROR, says }) => {
  expect(findingsOf(senders(props).chart, rule)).toEqual([{ severity, message: says }]);
});

describe('what others do to the same pods', () => {
  const autoscaler = (chart: Chart, name: string) => new ApiObject(chart, 'hpa', {
    apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'own' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name } },
  });

  test('an autoscaler on static shards', () => {
    const { chart } = senders();
    autoscaler(chart, 'prometheus-a');
    expect(findingsOf(chart, 'static-shards-autoscaled')).toEqual([{
      severity: Severity.ERROR,
      message: 'HorizontalPodAutoscaler \'own\' scales \'prometheus-a\', \'prometheus-b\', whose targets are spread by a number in the configuration: the targets of pods that it removes go unscraped, and '
        + 'pods that it adds scrape nothing. Use Sharding.DYNAMIC with \'autoscaling\', or remove it.',
    }]);
  });

  test.each([
    [4, JsonPatch.replace('/spec/replicas', 2), '2 replicas', 'spreads the targets over 4 shards: the targets of the shards without a pod go unscraped'],
    [2, JsonPatch.replace('/spec/replicas', 4), '4 replicas', 'spreads the targets over 2 shards: the pods beyond them scrape nothing'],
    [2, JsonPatch.remove('/spec/replicas'), '1 replica', 'spreads the targets over 2 shards: the targets of the shards without a pod go unscraped'],
    [1, JsonPatch.replace('/spec/replicas', 2), '2 replicas', 'gives all targets to 1 shard: the pods beyond the first scrape nothing'],
  ])('a patch of %p static shards', (shards, patch, pods, spread) => {
    const { chart, prometheus } = senders({ shards });
    prometheus.statefulSets[1].addJsonPatch(patch);
    expect(findingsOf(chart, 'static-shards-patched')).toEqual([{
      severity: Severity.ERROR,
      message: `StatefulSet 'prometheus-b' is printed with ${pods}, but its configuration ${spread}. Take back the patch of 'replicas', and set 'shards' `
        + '(or \'replicaShards\'); or use Sharding.DYNAMIC, where senders may come and go.',
    }]);
  });

  test('twins may differ in their shards while resharding, and dynamic senders in their number', () => {
    expect(findingsOf(senders({ shards: 4, replicaShards: { b: 2 } }).chart, 'static-shards-patched')).toEqual([]);
    const { chart, prometheus } = dynamic({ shards: 4 });
    prometheus.statefulSets[0].addJsonPatch(JsonPatch.replace('/spec/replicas', 2));
    expect(findingsOf(chart, 'static-shards-patched')).toEqual([]);
  });

  test.each([
    [{}, 'whose number each apply sets back to \'shards\'. Use \'autoscaling\', which leaves \'replicas\' out.'],
    [{ autoscaling: {} }, 'as \'autoscaling\' does: they would undo what the other does. Remove one of them.'],
  ])('an autoscaler beside %p', (props, why) => {
    const { chart } = dynamic(props);
    autoscaler(chart, 'prometheus-b');
    expect(findingsOf(chart, 'autoscaled-twice').map(({ message }) => message)).toEqual([`HorizontalPodAutoscaler 'own' scales 'prometheus-a', 'prometheus-b', ${why}`]);
  });

  test('an autoscaler of something else', () => {
    const { app, chart } = senders();
    autoscaler(chart, 'shop');
    expect(errorsOf(app)).toEqual([]);
  });

  test('pods that the allocators would take for senders', () => {
    const { chart } = dynamic();
    const labels = manifest(dynamic().chart, 'StatefulSet', 'prometheus-b').spec.selector.matchLabels;
    new ApiObject(chart, 'stranger', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'stranger' }, spec: { template: { metadata: { labels } } } });
    expect(findingsOf(chart, 'allocator-finds-strangers')).toEqual([{
      severity: Severity.ERROR,
      message: 'The pods of Deployment \'stranger\' have all labels by which the target allocators find the senders \'b\' (app.kubernetes.io/name, app.kubernetes.io/instance, app.kubernetes.io/component, '
        + 'thanos.io/replica): they would be given targets, which then nobody scrapes. Give these pods other labels.',
    }]);
  });

  test('a patch of one side of a job', () => {
    const { chart } = dynamic({ scrapeJobs: [PODS, JOB] });
    const config = chart.node.findAll().find(node => ApiObject.isApiObject(node) && node.kind === 'ConfigMap' && node.name === 'prometheus-allocator-a') as ApiObject;
    const text = (config.toJson() as Manifest).data['targetallocator.yaml'] as string;
    config.addJsonPatch(JsonPatch.replace('/data/targetallocator.yaml', text.replace('target_label: tier', 'target_label: stage')));
    expect(findingsOf(chart, 'allocator-job-differs')).toEqual([{
      severity: Severity.ERROR,
      message: 'The ConfigMaps \'prometheus-a-dynamic\' of the senders and \'prometheus-allocator-a\' of their target allocators differ in job \'shop\': a job must stand in both, with the same '
        + 'relabel_configs, or targets are assigned that nobody scrapes. Patch both alike, or use the options of the job.',
    }]);
  });
});
