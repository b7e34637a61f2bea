import type { Container, PersistentVolumeClaim, PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { ExampleObject, Manifest } from './examples';
import { findModuleOf } from './modules';

/** The pod that a workload object makes. */
export interface WorkloadPod {
  readonly object: ExampleObject;
  readonly manifest: Manifest & { readonly spec: PodSpec };
}

interface WorkloadSpec {
  readonly template?: PodTemplateSpec;
  readonly jobTemplate?: { readonly spec: { readonly template: PodTemplateSpec } };
  readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
}

/** The first pod of a workload, as its controller would make it; undefined for objects that make none. */
export function podOf(object: ExampleObject): WorkloadPod | undefined {
  const { kind, metadata, spec } = object.manifest;
  if (kind === 'Pod') return { object, manifest: object.manifest as WorkloadPod['manifest'] };
  if (!['StatefulSet', 'Deployment', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'].includes(kind)) return undefined;
  const workload = spec as WorkloadSpec;
  const template = (workload.template ?? workload.jobTemplate?.spec.template)!;
  const name = `${metadata.name}-0`;
  const claims = (workload.volumeClaimTemplates ?? []).map(claim => ({
    name: claim.metadata!.name!,
    persistentVolumeClaim: { claimName: `${claim.metadata!.name}-${name}` },
  }));
  return {
    object,
    manifest: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, name, ...metadata.namespace !== undefined && { namespace: metadata.namespace } },
      spec: { ...template.spec!, volumes: [...claims, ...template.spec!.volumes ?? []] },
    },
  };
}

/** All containers of a pod, those that run first in front. */
export function containersOf(pod: PodSpec): Container[] {
  return [...pod.initContainers ?? [], ...pod.containers];
}

/** The program of ours that a container's image has, whichever registry it comes from. */
export function programOf(container: Container): string | undefined {
  const repository = container.image!.replace(/@sha256:.*$/, '').replace(/:[^/:]*$/, '');
  const program = repository.split('/').at(-1)!;
  return findModuleOf(program) && program;
}

/** Whether any of a pod's programs is built here, so that it can be tried. */
export function canBeTried({ manifest }: WorkloadPod): boolean {
  return containersOf(manifest.spec).some(container => programOf(container) !== undefined);
}
