import type { Cluster } from '../harness/cluster';

/** Sets the number of pods of a StatefulSet, as `kubectl scale` does. */
export async function scale(cluster: Cluster, namespace: string, name: string, replicas: number): Promise<void> {
  await cluster.apps.patchNamespacedStatefulSetScale({ namespace, name, body: [{ op: 'replace', path: '/spec/replicas', value: replicas }] });
}
