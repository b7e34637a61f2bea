import { Duration } from 'cdk8s';
import { Secret } from 'cdk8s-plus-28';
import { parse } from 'yaml';
import { printedOf, rulesOf } from './platform';
import { Sharding, type ShardedPrometheusOptions } from '../../src/collect';
import { PLATFORM_JOB } from '../../src/core/labels';
import type { RelabelConfig } from '../../src/core/relabeling';
import { Workload } from '../../src/plan';
import type { PlatformRules } from '../../src/platform-rules';
import { JOBS } from '../../src/platform-rules/jobs';
import { MonitoringStack } from '../../src/stack';
import { fixture, Manifest, manifest, manifests } from '../fixture';

/** A container of a pod, by the labels that self-monitoring gives it. */
interface Target {
  readonly job: string;
  readonly pod: string;
  readonly container: string;
  /** Whether self-monitoring keeps one of its ports. */
  readonly scraped: boolean;
}

interface Container {
  readonly name: string;
  readonly ports?: { readonly name: string }[];
}

const META = '__meta_kubernetes_pod_';
const kept = (steps: readonly RelabelConfig[], labels: Readonly<Record<string, string>>): boolean =>
  steps.filter(({ action, source_labels: sources = [] }) => action === 'keep' && sources.every(label => label in labels)).every(({ source_labels: sources, regex }) =>
    new RegExp(`^(?:${regex})$`).test(sources!.map(label => labels[label]).join(';')));

function targetsOf({ kind, metadata, spec }: Manifest, steps: readonly RelabelConfig[]): Target[] {
  const labels = spec.template.metadata.labels as Record<string, string>;
  const [program, instance, component] = ['name', 'instance', 'component'].map(label => labels[`app.kubernetes.io/${label}`]);
  const job = program === 'thanos' ? `${program}-${component}` : program;
  // One that is autoscaled states no number.
  const pods = kind === 'StatefulSet' ? Array.from({ length: spec.replicas as number | undefined ?? 1 }, (_, ordinal) => `${metadata.name}-${ordinal}`) : [`${metadata.name}-7c5f-x2k`];
  const { containers, initContainers = [] } = spec.template.spec as { containers: Container[]; initContainers?: Container[] };
  return pods.flatMap(pod => [...containers, ...initContainers].map(({ name, ports = [] }) => ({
    job,
    pod,
    container: name,
    scraped: ports.some(port => kept(steps, {
      [`${META}label_app_kubernetes_io_instance`]: instance, [`${META}label_app_kubernetes_io_component`]: component, [`${META}container_port_name`]: port.name,
    })),
  })));
}

function platform(): Target[] {
  const { chart } = fixture();
  const secret = Secret.fromSecretName(chart, 'database', 'alarms');
  const stack = new MonitoringStack(chart, 'platform', {
    cluster: 'eu-1',
    workload: Workload.of({ activeSeries: 50_000 }),
    continuousTest: {},
    alertmanager: { records: { host: 'postgres', database: 'alarms', username: { secret, key: 'user' }, password: { secret, key: 'password' } } },
    ruler: {},
    pushgateway: {},
    metaMonitoring: { name: 'platform-meta' },
  });
  stack.addPrometheus('scaled', SCALED);
  const { scrape_configs: jobs } = parse(manifest(chart, 'ConfigMap', 'platform-prometheus-a').data['prometheus.yaml']) as {
    scrape_configs: { job_name: string; relabel_configs: RelabelConfig[] }[];
  };
  const { relabel_configs: steps } = jobs.find(({ job_name: name }) => name === PLATFORM_JOB)!;
  return manifests(chart).filter(({ kind }) => ['StatefulSet', 'Deployment'].includes(kind)).flatMap(workload => targetsOf(workload, steps));
}

const SCALED: ShardedPrometheusOptions = {
  targetAllocator: { prometheusCustomResources: {} },
  sharding: Sharding.DYNAMIC, shards: 3, autoscaling: { minReplicaCount: 2, maxReplicaCount: 5, seriesPerSender: 1000 },
};

/** The rules of a stack with such senders from the start, and those of one that gets them later. */
function rulesOfStacks(options: ShardedPrometheusOptions): PlatformRules[] {
  return ['prometheus', 'scaled'].map((id) => {
    const { chart } = fixture();
    const stack = new MonitoringStack(chart, 'platform', {
      cluster: 'eu-1', workload: Workload.of({ activeSeries: 50_000 }), metaMonitoring: {}, prometheus: id === 'prometheus' ? options : {},
    });
    if (id !== 'prometheus') {
      stack.addPrometheus(id, options);
    }
    return stack.node.findChild('platform-rules') as PlatformRules;
  });
}

/** Of the last senders and their allocators, if there are any. */
const alertsOf = ({ senders, targetAllocators }: PlatformRules) =>
  [senders.slice(-1), targetAllocators].map(sets => sets.flatMap(printedOf).map(({ alert, expr }) => ({ alert: alert!, expr })));

const OF_SCALED = ['PrometheusAutoscalerBehind', 'PrometheusLoadBeyondMaximum', 'PrometheusSendersAtMaximum'];
const OF_DYNAMIC = ['PrometheusShardsUnbalanced', 'PrometheusTargetListsStale'];
const OF_OBJECTS = ['JobLoaderFailing', 'JobLoaderJobRefused'];
const known = (rules: PlatformRules, names: string[]) => alertsOf(rules)[0].map(({ alert }) => alert).filter(alert => names.includes(alert)).sort();

test.each([
  ['static', { shards: 3 }, [], 0, '< 3'],
  ['dynamic', { ...SCALED, autoscaling: undefined, targetAllocator: {} }, OF_DYNAMIC, 6, '< 3'],
  ['dynamic, and their targets named by objects in the cluster', { ...SCALED, autoscaling: undefined }, [...OF_OBJECTS, ...OF_DYNAMIC], 6, '< 3'],
  ['autoscaled', SCALED, [...OF_OBJECTS, ...OF_SCALED, ...OF_DYNAMIC].sort(), 6, '< 2'],
])('the rules of a stack know whether its shards are %s', (_, options, names, allocators, fewest) => {
  for (const rules of rulesOfStacks(options)) {
    expect(known(rules, [...OF_SCALED, ...OF_DYNAMIC, ...OF_OBJECTS])).toEqual(names);
    const [ofSenders, ofAllocators] = alertsOf(rules);
    expect(ofAllocators).toHaveLength(allocators);
    expect(ofSenders.find(({ alert }) => alert === 'PrometheusShardMissing')!.expr).toMatch(new RegExp(`${fewest}$`));
  }
});

test('autoscaled senders are judged by the numbers of their autoscaler, at their own interval', () => {
  for (const rules of rulesOfStacks({ ...SCALED, scrapeInterval: Duration.seconds(15) })) {
    const load = alertsOf(rules)[0].find(({ alert }) => alert === 'PrometheusLoadBeyondMaximum')!;
    expect(load.expr).toMatch(/^15 \* sum by \(twin\) .* > 5 \* 1000$/);
  }
});

test('every job, pod and container that a rule names is one of the platform, and is scraped', () => {
  const targets = platform().filter(({ scraped }) => scraped);
  const selectors = rulesOf().rules.all.flatMap(printedOf).flatMap(({ alert, expr }) =>
    [...expr.matchAll(/\{job="([^"]+)"[^}]*?pod=~"([^"]+)"[^}]*\}/g)].map(([whole, job, pods]) => ({ alert, job, pods, container: /container="([^"]+)"/.exec(whole)?.[1] })));
  const wrong = selectors.filter(({ job, pods, container }) => job !== JOBS.kubelet
    && !targets.some(target => target.job === job && new RegExp(`^(?:${pods})$`).test(target.pod) && (container === undefined || container === target.container)));
  expect([...new Set(wrong.map(({ alert, job, pods, container = '' }) => `${alert}: ${job} ${pods} ${container}`))]).toEqual([]);
  expect(targets).toContainEqual(expect.objectContaining({ job: JOBS.alertmanager, pod: 'platform-alertmanager-0', container: 'alarm-recorder' }));
});

// The gateway of the embedded bucket shows no metrics; its clients tell of it.
test('every program of the platform is watched', () => {
  const jobs = [...new Set(platform().map(({ job }) => job))];
  expect(jobs.filter(job => !(Object.values(JOBS) as string[]).includes(job))).toEqual(['versitygw']);
});
