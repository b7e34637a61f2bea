import { MODULES } from '../../programs/modules';

/** An image in an archive that `ctr -n k8s.io images import` takes. */
export interface Image {
  /** The public reference, fully qualified, as the CRI stores it, for instance `docker.io/library/busybox:1.35.0`. */
  readonly reference: string;
  /** Path of the archive. */
  readonly archive: string;
}

const version = (module: string) => MODULES.get(module)!.version;

/** The container that holds a pod's namespaces; containerd's `sandbox_image`. */
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10.1';

/** DNS of the cluster. */
export const COREDNS_IMAGE = 'registry.k8s.io/coredns/coredns:v1.12.4';

/** Makes the volumes of the default StorageClass. */
export const LOCAL_PATH_PROVISIONER_IMAGE = 'docker.io/rancher/local-path-provisioner:v0.0.30';

/**
 * A shell with mkdir, rm and the like, for the pods that make and remove the volumes' folders.
 * The tag is the version of the machine's own busybox.
 */
export function busyboxImage(): string {
  throw new Error('Not written yet.');
}

/**
 * Node, for the load generator: the machine's own, under the public name of the same version.
 * A cluster with a registry pulls the public one.
 */
export function nodeImage(): string {
  return `docker.io/library/node:${process.versions.node}-slim`;
}

/**
 * Makes those of the rig's images that are not in the cache yet, and the programs in them.
 *
 * @throws when a program of the machine that an image needs is missing, or a build fails.
 */
export async function ensureImages(): Promise<Image[]> {
  throw new Error(`Not written yet (Kubernetes ${version('kubernetes')}).`);
}

/** The line that each program of the platform and of the rig prints as its version, by program. */
export async function programVersions(): Promise<Readonly<Record<string, string>>> {
  throw new Error('Not written yet.');
}
