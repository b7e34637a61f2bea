import { ApiException, type KubernetesObject, type V1Pod } from '@kubernetes/client-node';
import { reachable, type Target } from './probe';
import type { Cluster } from '../harness/cluster';

const FORBIDDEN = 403;

/** A platform, and a namespace that is none of its. */
export interface Isolated {
  readonly namespace: string;
  readonly outside: string;
  readonly objects: readonly KubernetesObject[];
}

/** @throws when a namespace takes a pod that Pod Security `restricted` refuses */
export async function refusesPrivileged(cluster: Cluster, namespace: string): Promise<void> {
  const body: V1Pod = {
    metadata: { name: 'privileged' },
    spec: { containers: [{ name: 'privileged', image: 'privileged', securityContext: { privileged: true } }] },
  };
  const refused = await cluster.core.createNamespacedPod({ namespace, body, dryRun: 'All' }).then(() => false).catch(error => {
    if (error instanceof ApiException && error.code === FORBIDDEN) return true;
    throw error;
  });
  if (!refused) throw new Error(`The namespace '${namespace}' takes a privileged pod.`);
}

/**
 * From another namespace and from the platform's own, every port of every Service; with a control that must be reached.
 * @returns how many ports were tried from each
 * @throws when one of them is reached
 */
export async function deniesByDefault(cluster: Cluster, { namespace: platform, outside, objects }: Isolated): Promise<number> {
  const services = objects.filter(({ kind }) => kind === 'Service') as (KubernetesObject & { spec: { ports: { port: number; protocol?: string }[] } })[];
  const targets: Target[] = services.flatMap(({ metadata, spec }) => spec.ports.map(({ port }) => ({ host: `${metadata?.name}.${platform}.svc.cluster.local`, port })));
  const control: Target = { host: 'kubernetes.default.svc.cluster.local', port: 443 };
  for (const namespace of [outside, platform]) {
    const [controlReached, ...reached] = await reachable(cluster, namespace, [control, ...targets]);
    const open = targets.filter((_, index) => reached[index]);
    if (!controlReached) throw new Error(`A pod of '${namespace}' does not even reach ${control.host}, so that it proves nothing.`);
    if (open.length > 0) {
      throw new Error(`A pod of '${namespace}' that is no part of the platform reaches ${open.map(({ host, port }) => `${host}:${port}`).join(', ')}. `
        + 'Either the policies let it, or the cluster\'s network plugin does not enforce policies.');
    }
  }
  return targets.length;
}
