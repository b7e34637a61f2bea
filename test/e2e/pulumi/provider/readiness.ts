import type { KubernetesObject, KubernetesObjectApi, V1DaemonSet, V1Deployment, V1EndpointSlice, V1Job, V1Service, V1StatefulSet } from '@kubernetes/client-node';

type Reason = string | undefined;

/** Why an object that is there cannot be used yet, by the rules of the real provider (provider/pkg/await, 4.32); nothing if it can. */
export async function whyNotInUse(api: KubernetesObjectApi, object: KubernetesObject): Promise<Reason> {
  if (object.metadata?.annotations?.['pulumi.com/skipAwait'] === 'true') return undefined;
  switch (object.kind) {
    case 'StatefulSet': return whyNotRolledOut(object as V1StatefulSet);
    case 'Deployment': return whyNotAvailable(object as V1Deployment);
    case 'DaemonSet': return whyNotEverywhere(object as V1DaemonSet);
    case 'Job': return whyNotComplete(object as V1Job);
    case 'Service': return whyNotServed(api, object as V1Service);
    default: return undefined;
  }
}

const observed = ({ metadata, status }: V1StatefulSet | V1Deployment | V1DaemonSet): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);

function whyNotRolledOut(set: V1StatefulSet): Reason {
  const { spec, status } = set;
  const wanted = spec?.replicas ?? 1;
  const pods = `${status?.readyReplicas ?? 0} of ${wanted} pods are ready`;
  if (!observed(set)) return 'its controller has not seen it';
  const complete = (status?.replicas ?? 0) === wanted && (status?.readyReplicas ?? 0) === wanted;
  // Pods that are replaced by hand keep the old revision until somebody does.
  if ((set.metadata?.generation ?? 0) > 1 && spec?.updateStrategy?.type === 'OnDelete') return complete ? undefined : pods;
  if (status?.currentRevision !== status?.updateRevision) return `${status?.updatedReplicas ?? 0} of ${wanted} pods are new`;
  return complete && (status?.currentReplicas ?? 0) === wanted ? undefined : pods;
}

function whyNotAvailable(deployment: V1Deployment): Reason {
  const { spec, status } = deployment;
  const wanted = spec?.replicas ?? 1;
  if (!observed(deployment)) return 'its controller has not seen it';
  const complete = [status?.replicas, status?.updatedReplicas, status?.availableReplicas].every(count => (count ?? 0) === wanted);
  return complete ? undefined : `${status?.availableReplicas ?? 0} of ${wanted} pods are available, ${status?.updatedReplicas ?? 0} are new`;
}

function whyNotEverywhere(set: V1DaemonSet): Reason {
  const { status } = set;
  if (!observed(set)) return 'its controller has not seen it';
  const wanted = status?.desiredNumberScheduled ?? 0;
  return status?.updatedNumberScheduled === wanted && status?.numberReady === wanted ? undefined : `${status?.numberReady ?? 0} of ${wanted} pods are ready`;
}

const whyNotComplete = ({ status }: V1Job): Reason =>
  status?.conditions?.some(({ type, status: is }) => type === 'Complete' && is === 'True') ? undefined : 'it is not complete';

/** A Service is waited for until a pod is behind it, but for those that have none by their nature. */
async function whyNotServed(api: KubernetesObjectApi, { metadata, spec }: V1Service): Promise<Reason> {
  const { clusterIP, type, selector } = spec ?? {};
  if (clusterIP === 'None' || type === 'ExternalName' || Object.keys(selector ?? {}).length === 0) return undefined;
  const { items } = await api.list<V1EndpointSlice>('discovery.k8s.io/v1', 'EndpointSlice', metadata?.namespace, undefined, undefined, undefined, undefined, `kubernetes.io/service-name=${metadata?.name}`);
  return items.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready)) ? undefined : 'no pod that is ready is behind it';
}
