import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from './cluster';
import { eventsOf, evidence } from './logs';
import { isReady, labelSelector, whyNotReady } from './pods';
import { messageOf, progress, sleep } from './progress';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How long to wait, and how often to look. */
export interface Patience {
  /** Milliseconds. @default 5 minutes */
  readonly timeout?: number;
  /** Milliseconds. @default 1 second */
  readonly every?: number;
}

/**
 * Looks again and again until there is something to see.
 * @param what what is waited for, as in 'there is no … after 60 s'
 * @param look returns undefined while there is nothing; an error counts as nothing too, and is told in the end
 * @throws after the time, with the last error, and with what `why` says
 */
export async function until<T>(what: string, look: () => Promise<T | undefined>, patience: Patience = {}, why?: () => Promise<string>): Promise<T> {
  const { timeout = 5 * MINUTE, every = SECOND } = patience;
  const end = Date.now() + timeout;
  let last = '';
  do {
    const seen = await look().catch(error => void (last = ` The last error: ${messageOf(error)}.`));
    if (seen !== undefined) return seen;
    await sleep(every);
  } while (Date.now() < end);
  throw new Error(`There is no ${what} after ${timeout / SECOND} s.${last}${why ? `\n${await why().catch(messageOf)}` : ''}`);
}

/** What a controller wants, and has. */
interface Controller {
  readonly name: string;
  readonly wanted: number;
  /** Pods of the newest version that are Ready. */
  readonly ready: number;
  readonly selector: string;
}

/**
 * Waits until all pods of a namespace's StatefulSets and Deployments are of their newest version and Ready.
 * @throws after the time, with each pod that is not Ready, and why: its state, its events, its last lines
 */
export async function untilReady(cluster: Cluster, namespace: string, patience: Patience = {}): Promise<V1Pod[]> {
  let told = '';
  const look = async () => {
    const controllers = await controllersOf(cluster, namespace);
    const missing = controllers.filter(({ wanted, ready }) => ready !== wanted).map(({ name, wanted, ready }) => `${name} ${ready}/${wanted}`).join(', ');
    if (missing !== told && missing !== '') progress(`${namespace}: not Ready yet: ${missing}`);
    told = missing;
    return controllers.length > 0 && missing === '' ? (await cluster.core.listNamespacedPod({ namespace })).items : undefined;
  };
  const pods = await until(`platform whose pods are all Ready in the namespace '${namespace}'`, look, patience, () => explain(cluster, namespace));
  progress(`${namespace}: all ${pods.length} pods are Ready`);
  return pods;
}

async function controllersOf(cluster: Cluster, namespace: string): Promise<Controller[]> {
  const { items: sets } = await cluster.apps.listNamespacedStatefulSet({ namespace });
  const { items: deployments } = await cluster.apps.listNamespacedDeployment({ namespace });
  const { items: pods } = await cluster.core.listNamespacedPod({ namespace });
  const rollsByHand = new Set(sets.filter(({ spec }) => spec?.updateStrategy?.type === 'OnDelete').map(({ metadata }) => metadata?.name));
  return [...sets, ...deployments].map(({ metadata, spec, status }) => {
    const wanted = spec?.replicas ?? 1;
    const rolled = (status?.updatedReplicas ?? 0) === wanted || rollsByHand.has(metadata?.name);
    const upToDate = status?.observedGeneration === metadata?.generation && rolled;
    const labels = spec?.selector.matchLabels ?? {};
    const own = pods.filter(pod => Object.entries(labels).every(([label, value]) => pod.metadata?.labels?.[label] === value));
    const ready = own.filter(isReady).length;
    // An old pod that is still there counts against it.
    return { name: metadata?.name ?? '', wanted, ready: upToDate && own.length === wanted ? ready : Math.min(ready, wanted - 1), selector: labelSelector(labels) };
  });
}

async function explain(cluster: Cluster, namespace: string): Promise<string> {
  const lines: string[] = [];
  for (const { name, wanted, ready, selector } of await controllersOf(cluster, namespace)) {
    if (ready === wanted) continue;
    const { items } = await cluster.core.listNamespacedPod({ namespace, labelSelector: selector });
    lines.push(`${name}: ${ready} of ${wanted} pods are Ready.`, ...items.length < wanted ? await eventsOf(cluster, namespace, name) : []);
    for (const pod of items.filter(each => !isReady(each))) {
      lines.push(`  ${pod.metadata?.name}: ${whyNotReady(pod)}`, ...(await evidence(cluster, pod)).map(line => `    ${line}`));
    }
  }
  return lines.join('\n');
}
