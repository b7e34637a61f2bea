import type { V1Pod } from '@kubernetes/client-node';
import { PATHS } from './platform';
import type { AlertingTestbed } from './testbed';
import { type Notebook, NotHere } from '../harness/results';
import { until } from '../harness/wait';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Components of the pods that go at once: the ring, the bucket with its gateways and its compactor, Query and the ruler. */
const GONE = ['receive-ingestor', 'receive-router', 'object-store', 'store-gateway', 'compactor', 'query', 'query-frontend', 'rule'];
/** Alerts of the platform's own set, the first of which is to arrive, and one of each part. */
const EXPECTED = ['ThanosReceiveQuorumLost', 'ThanosQueryMissing', 'ThanosRuleMissing'];
/** Of the alert with the longest `for` among them five minutes; twice an interval of 30 seconds, and time to tell. */
const PATIENCE = 12 * MINUTE;

/** Ring, bucket, Query and ruler are gone at once, and somebody is told all the same. */
export async function tellsWhenAllIsGone(testbed: AlertingTestbed, notebook: Notebook): Promise<void> {
  const before = (await testbed.messages()).length;
  const pods = (await Promise.all(GONE.map(component => testbed.pods(component)))).flat();
  const begin = await takeAway(testbed, pods);
  notebook.figure('pods that are gone', pods.length, '');
  try {
    const arrived = async () => (await testbed.messages()).slice(before).filter(({ path }) => path === PATHS.metaMonitoring)
      .flatMap(({ received, alerts }) => alerts.filter(({ status, labels }) => status === 'firing' && labels.alertname !== 'Watchdog').map(({ labels }) => ({ received, name: labels.alertname })));
    await until('message of meta-monitoring', async () => (await arrived()).length > 0 || undefined, { timeout: PATIENCE });
    const [first] = await arrived();
    notebook.figure(`to the first message (${first.name})`, (first.received - begin) / SECOND, 's');
    await until(`messages of meta-monitoring about ${EXPECTED.join(', ')}`, async () => {
      const names = (await arrived()).map(({ name }) => name);
      return EXPECTED.every(name => names.includes(name)) || undefined;
    }, { timeout: PATIENCE }, async () => (await arrived()).map(({ name }) => name).join(', '));
    const all = await arrived();
    EXPECTED.forEach(name => notebook.figure(name, (all.find(each => each.name === name)!.received - begin) / SECOND, 's'));
    notebook.note(`Told: ${[...new Set(all.map(({ name }) => name))].sort().join(', ')}.`);
  } finally {
    await bringBack(testbed, notebook);
  }
}

/** Scales all to nothing and kills what runs, so that nobody goes in good order. @returns when all were gone */
async function takeAway(testbed: AlertingTestbed, pods: readonly V1Pod[]): Promise<number> {
  const { cluster: { apps }, namespace, faults } = testbed;
  if (!faults) throw new NotHere('Only the rig can kill the processes of pods.');
  const body = [{ op: 'replace', path: '/spec/replicas', value: 0 }];
  for (const { kind, name } of controllers(testbed)) {
    await (kind === 'StatefulSet' ? apps.patchNamespacedStatefulSetScale({ namespace, name, body }) : apps.patchNamespacedDeploymentScale({ namespace, name, body }));
  }
  await Promise.all(pods.flatMap(({ metadata, spec }) => (spec?.containers ?? []).map(({ name }) =>
    // One that has ended already is what is wanted.
    faults.killContainer(namespace, metadata!.name!, name).catch(() => undefined))));
  return Date.now();
}

async function bringBack(testbed: AlertingTestbed, notebook: Notebook): Promise<void> {
  const { cluster: { apps }, namespace } = testbed;
  const begin = Date.now();
  for (const { kind, name, replicas } of controllers(testbed)) {
    const body = [{ op: 'replace', path: '/spec/replicas', value: replicas }];
    await (kind === 'StatefulSet' ? apps.patchNamespacedStatefulSetScale({ namespace, name, body }) : apps.patchNamespacedDeploymentScale({ namespace, name, body }));
  }
  await testbed.untilReady();
  notebook.figure('all Ready again after', (Date.now() - begin) / SECOND, 's');
}

interface Controller {
  readonly kind: string;
  readonly name: string;
  readonly replicas: number;
}

/** The StatefulSets and Deployments of what goes, with their planned replicas. */
function controllers({ objects }: AlertingTestbed): Controller[] {
  return objects.flatMap(object => {
    const { replicas, template } = (object as { spec?: { replicas?: number; template?: V1Pod } }).spec ?? {};
    const component = template?.metadata?.labels?.['app.kubernetes.io/component'] ?? '';
    return replicas !== undefined && GONE.includes(component) ? [{ kind: object.kind!, name: object.metadata!.name!, replicas }] : [];
  });
}
