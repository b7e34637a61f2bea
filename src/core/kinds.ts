/** A kind with its API group, as kubectl takes it: `Service`, `StatefulSet.apps`, `Service.serving.knative.dev`. Kinds of different groups may share a name. */
export function groupKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? kind : `${kind}.${apiVersion.slice(0, slash)}`;
}

/** Kubernetes' own kinds that have no namespace (`kubectl api-resources --namespaced=false`), as far as manifests hold them. */
const CLUSTER_SCOPED = new Set([
  'Namespace', 'PersistentVolume', 'APIService.apiregistration.k8s.io', 'CustomResourceDefinition.apiextensions.k8s.io',
  'ClusterRole.rbac.authorization.k8s.io', 'ClusterRoleBinding.rbac.authorization.k8s.io', 'IngressClass.networking.k8s.io', 'PriorityClass.scheduling.k8s.io',
  'RuntimeClass.node.k8s.io', 'CSIDriver.storage.k8s.io', 'StorageClass.storage.k8s.io', 'VolumeAttributesClass.storage.k8s.io',
  'MutatingWebhookConfiguration.admissionregistration.k8s.io', 'ValidatingWebhookConfiguration.admissionregistration.k8s.io',
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io', 'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io',
]);

/** Whether objects of a kind, as `groupKind` names it, belong to no namespace. */
export const isClusterScoped = (kind: string): boolean => CLUSTER_SCOPED.has(kind);
