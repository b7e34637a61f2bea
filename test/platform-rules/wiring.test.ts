import { Secret } from 'cdk8s-plus-28';
import { parse } from 'yaml';
import { printedOf, rulesOf } from './platform';
import type { RelabelConfig } from '../../src/core/relabeling';
import { Workload } from '../../src/plan';
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
  const pods = kind === 'StatefulSet' ? Array.from({ length: spec.replicas as number }, (_, ordinal) => `${metadata.name}-${ordinal}`) : [`${metadata.name}-7c5f-x2k`];
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
  new MonitoringStack(chart, 'platform', {
    cluster: 'eu-1',
    workload: Workload.of({ activeSeries: 50_000 }),
    continuousTest: {},
    alertmanager: { records: { host: 'postgres', database: 'alarms', username: { secret, key: 'user' }, password: { secret, key: 'password' } } },
    ruler: {},
    pushgateway: {},
    metaMonitoring: { name: 'platform-meta' },
  });
  const { scrape_configs: jobs } = parse(manifest(chart, 'ConfigMap', 'platform-prometheus-a').data['prometheus.yaml']) as {
    scrape_configs: { job_name: string; relabel_configs: RelabelConfig[] }[];
  };
  const { relabel_configs: steps } = jobs.find(({ job_name: name }) => name === 'platform')!;
  return manifests(chart).filter(({ kind }) => ['StatefulSet', 'Deployment'].includes(kind)).flatMap(workload => targetsOf(workload, steps));
}

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
