import { App, Chart } from 'cdk8s';
import { printedOf, rulesOf } from './platform';
import { Alertmanager } from '../../src/alerting';
import { Workload } from '../../src/plan';
import { JOBS } from '../../src/platform-rules/jobs';
import { Pushgateway } from '../../src/push';
import { ThanosRuler } from '../../src/ruler';
import { MonitoringStack } from '../../src/stack';
import { MetaMonitoring } from '../../src/stack/meta-monitoring';
import { Manifest, manifests } from '../fixture';

/** A container of a pod, by the labels that self-monitoring gives it. */
interface Target {
  readonly job: string;
  readonly pod: string;
  readonly container: string;
}

function targetsOf({ kind, metadata, spec }: Manifest): Target[] {
  const labels = spec.template.metadata.labels as Record<string, string>;
  const [program, component] = ['name', 'component'].map(label => labels[`app.kubernetes.io/${label}`]);
  const job = program === 'thanos' ? `${program}-${component}` : program;
  const pods = kind === 'StatefulSet' ? Array.from({ length: spec.replicas as number }, (_, ordinal) => `${metadata.name}-${ordinal}`) : [`${metadata.name}-7c5f-x2k`];
  const { containers, initContainers = [] } = spec.template.spec as { containers: { name: string }[]; initContainers?: { name: string }[] };
  return pods.flatMap(pod => [...containers, ...initContainers].map(({ name }) => ({ job, pod, container: name })));
}

function platform(): Target[] {
  const chart = new Chart(new App(), 'monitoring', { namespace: 'monitoring' });
  const stack = new MonitoringStack(chart, 'platform', { cluster: 'eu-1', workload: Workload.of({ activeSeries: 50_000 }), continuousTest: {} });
  new Alertmanager(chart, 'platform-alertmanager');
  new Pushgateway(chart, 'platform-pushgateway', {});
  new ThanosRuler(chart, 'platform-ruler', { queries: [stack.query], remoteWrite: stack.ring });
  new MetaMonitoring(chart, 'platform-meta', { watches: stack });
  return manifests(chart).filter(({ kind }) => ['StatefulSet', 'Deployment'].includes(kind)).flatMap(targetsOf);
}

test('every job, pod and container that a rule names is one of the platform', () => {
  const targets = platform();
  const selectors = rulesOf().rules.all.flatMap(printedOf).flatMap(({ alert, expr }) =>
    [...expr.matchAll(/\{job="([^"]+)"[^}]*?pod=~"([^"]+)"[^}]*\}/g)].map(([whole, job, pods]) => ({ alert, job, pods, container: /container="([^"]+)"/.exec(whole)?.[1] })));
  const wrong = selectors.filter(({ job, pods, container }) => job !== JOBS.kubelet
    && !targets.some(target => target.job === job && new RegExp(`^(?:${pods})$`).test(target.pod) && (container === undefined || container === target.container)));
  expect([...new Set(wrong.map(({ alert, job, pods, container = '' }) => `${alert}: ${job} ${pods} ${container}`))]).toEqual([]);
});

// The gateway of the embedded bucket shows no metrics; its clients tell of it.
test('every program of the platform is watched', () => {
  const jobs = [...new Set(platform().map(({ job }) => job))];
  expect(jobs.filter(job => !(Object.values(JOBS) as string[]).includes(job))).toEqual(['versitygw']);
});
