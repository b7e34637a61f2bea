import { ApiException } from '@kubernetes/client-node';
import { orNothing } from '../harness/apply';
import type { Cluster } from '../harness/cluster';
import { progress, sleep } from '../harness/progress';

const TOO_MANY_REQUESTS = 429;
const TRY_AGAIN_AFTER = 3000;
const MAX_TRIES = 200;

/** The node on which a pod runs. @throws while it runs on none */
export async function nodeOfPod(cluster: Cluster, namespace: string, name: string): Promise<string> {
  const { spec } = await cluster.core.readNamespacedPod({ namespace, name });
  if (!spec?.nodeName) throw new Error(`The pod '${namespace}/${name}' has no node.`);
  return spec.nodeName;
}

/** A label of a node. @throws when the node has no such label */
export async function labelOf(cluster: Cluster, name: string, label: string): Promise<string> {
  const { metadata } = await cluster.core.readNode({ name });
  const value = metadata?.labels?.[label];
  if (!value) throw new Error(`The node '${name}' has no label '${label}'.`);
  return value;
}

/** What `kubectl drain` does: no new pods on the node, and an eviction of each, again and again where a disruption budget refuses. */
export async function drain(cluster: Cluster, node: string): Promise<void> {
  await setUnschedulable(cluster, node, true);
  const { items } = await cluster.core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${node}` });
  for (const { metadata } of items.filter(pod => !pod.metadata?.ownerReferences?.some(({ kind }) => kind === 'DaemonSet'))) {
    await evict(cluster, metadata?.namespace ?? '', metadata?.name ?? '');
  }
  progress(`drained ${node} of ${items.length} pods`);
}

/** Lets pods on the node again. */
export async function uncordon(cluster: Cluster, node: string): Promise<void> {
  await setUnschedulable(cluster, node, false);
}

async function evict(cluster: Cluster, namespace: string, name: string): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const body = { metadata: { name, namespace } };
    const refused = await orNothing(cluster.core.createNamespacedPodEviction({ namespace, name, body })).then(() => false).catch(error => {
      if (error instanceof ApiException && error.code === TOO_MANY_REQUESTS) return true;
      throw error;
    });
    if (!refused) return;
    await sleep(TRY_AGAIN_AFTER);
  }
  throw new Error(`The pod '${namespace}/${name}' could not be evicted in ${MAX_TRIES * TRY_AGAIN_AFTER / 1000} s: its disruption budget refuses.`);
}

async function setUnschedulable(cluster: Cluster, name: string, unschedulable: boolean): Promise<void> {
  await cluster.core.patchNode({ name, body: [{ op: 'add', path: '/spec/unschedulable', value: unschedulable }] });
}
