import type { KubernetesObject } from '@kubernetes/client-node';
import { needsKeda } from './dynamic-autoscaled';
import { deniesByDefault, refusesPrivileged } from './isolation';
import { apply, cleanUp, createNamespace } from '../harness/apply';
import type { Cluster } from '../harness/cluster';
import { restarts } from '../harness/pods';
import { PrometheusApi } from '../harness/query';
import { NotHere, type Notebook, type Results } from '../harness/results';
import { until, untilReady } from '../harness/wait';
import { example } from '../platforms/example';

const GROUP = 'Works';
const NAMESPACE = 'monitoring';
const OUTSIDE = 'e2e-outside';
const FRONTEND = { namespace: NAMESPACE, service: 'platform-query-frontend', port: 10902 };
/** What `npm run synth` wrote, without a change. */
const EXAMPLES_THAT_CANNOT_RUN: Readonly<Record<string, string>> = {
  'alerting': 'Its database and its Secrets are the user\'s own; what it shows is run by the tests of the group Alerts.',
  'aws-zones': 'Its bucket is in AWS, and its zones are those of a region there.',
  'large': 'Its 789 objects ask for a hundred nodes.',
  'leaf': 'The ring that it writes to is elsewhere.',
};

/** Applies an example and waits for its pods. */
async function run(cluster: Cluster, notebook: Notebook, objects: KubernetesObject[], namespaces: string[]): Promise<void> {
  await cleanUp(cluster, namespaces, objects);
  for (const namespace of namespaces) await createNamespace(cluster, namespace);
  const begin = Date.now();
  await apply(cluster, objects);
  const pods = await untilReady(cluster, NAMESPACE);
  notebook.figure('pods', pods.length, '');
  notebook.figure('Ready after', (Date.now() - begin) / 1000, 's');
  const restarted = restarts(pods);
  if (Object.keys(restarted).length > 0) throw new Error(`Restarted: ${JSON.stringify(restarted)}.`);
}

/** Examples that run anywhere, beside the default one. */
export const OTHER_EXAMPLES = ['autoscaled', 'push-job', 'rules-from-yaml'];

/** Another example, unchanged but for what an operator's definitions would have to be there for. */
export async function runsToo(cluster: Cluster, notebook: Notebook, name: string): Promise<void> {
  const [left, objects] = partition(example(name), ({ kind }) => kind === 'PrometheusRule');
  if (left.length > 0) notebook.note(`Its ${left.length} objects of the Prometheus Operator are left out: no operator is there.`);
  if (objects.some(({ kind }) => kind === 'ScaledObject')) await needsKeda(cluster);
  const namespaces = [...new Set([NAMESPACE, ...objects.flatMap(({ metadata }) => metadata?.namespace ?? [])])].filter(namespace => !namespace.startsWith('kube-') && namespace !== 'default');
  await run(cluster, notebook, objects, namespaces);
  await cleanUp(cluster, namespaces, objects);
}

const partition = <T>(items: T[], holds: (item: T) => boolean): [T[], T[]] => [items.filter(holds), items.filter(item => !holds(item))];

/** The default example, unchanged, and what it promises of itself. */
export async function works(results: Results, cluster: Cluster, keep: boolean): Promise<void> {
  let objects: KubernetesObject[] = [];
  const ready = await results.run(GROUP, 'the default example, unchanged: all pods Ready, none restarted', async notebook => {
    objects = example('default');
    await run(cluster, notebook, objects, [NAMESPACE, OUTSIDE]);
  });
  for (const [name, reason] of Object.entries(EXAMPLES_THAT_CANNOT_RUN)) {
    await results.run(GROUP, `the example ${name}`, async () => {
      throw new NotHere(`${reason} Its objects are accepted by an API server in npm run check:programs.`);
    });
  }
  if (ready.verdict !== 'passed') return;
  await results.run(GROUP, 'Pod Security restricted is enforced on the namespace', () => refusesPrivileged(cluster, NAMESPACE));
  await results.run(GROUP, 'who has no edge in the graph reaches nothing', async () => {
    await deniesByDefault(cluster, { namespace: NAMESPACE, outside: OUTSIDE, objects });
  });
  await results.run(GROUP, 'every target is scraped, and read through the query frontend', async notebook => {
    const api = await PrometheusApi.of(cluster, FRONTEND);
    try {
      const up = await untilAllUp(api);
      notebook.figure('targets', up, '');
      notebook.figure('series', (await api.value('sum(scrape_samples_post_metric_relabeling)')) ?? NaN, '');
    } finally {
      api.close();
    }
  });
  if (!keep) await cleanUp(cluster, [NAMESPACE, OUTSIDE], objects);
}

async function untilAllUp(api: PrometheusApi): Promise<number> {
  return until('platform whose targets are all up', async () => {
    const targets = await api.query('up');
    const down = targets.filter(({ values: [value] }) => value !== 1);
    if (targets.length === 0) throw new Error('no target yet');
    if (down.length > 0) throw new Error(`down: ${down.map(({ labels }) => `${labels.job} ${labels.instance}`).join(', ')}`);
    return (await senderKinds(api)) ? targets.length : undefined;
  });
}

/** Whether the slowest to be discovered are there too. */
async function senderKinds(api: PrometheusApi): Promise<boolean> {
  const jobs = (await api.query('count by (job) (up)')).map(({ labels }) => labels.job);
  return ['apiserver', 'kubelet', 'prometheus', 'thanos-receive-ingestor', 'thanos-receive-router', 'thanos-store-gateway', 'thanos-compactor', 'thanos-query', 'thanos-query-frontend']
    .every(job => jobs.includes(job));
}
