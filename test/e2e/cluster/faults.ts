import { Usage, cgroupExists, childrenOf, processesIn, usageOf } from './cgroups';
import { kubectl } from './control-plane';
import { Machine, machineCgroup } from './machine';
import { CONTROL_PLANE, nodeOf, setLink } from './network';
import { SMALL_VOLUMES } from './node';

/** What a pod has used. */
export interface PodCosts extends Usage {
  readonly namespace: string;
  readonly pod: string;
  /** Name of its node. */
  readonly node: string;
  /** Of each container that runs, since its last start; the pod's own figures go back to the pod's start and include its sandbox. */
  readonly containers: Readonly<Record<string, Usage>>;
}

interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
}

interface PodObject {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly qosClass: string;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** The cgroup of a pod, as the kubelet's cgroupfs driver names it. */
export function podCgroup({ metadata, spec, status }: PodObject): string {
  const qualityOfService = status.qosClass === 'Guaranteed' ? '' : `/${status.qosClass.toLowerCase()}`;
  return `${machineCgroup(spec.nodeName!)}/kubepods${qualityOfService}/pod${metadata.uid}`;
}

function containersOf({ status }: PodObject): Map<string, string> {
  const statuses = [...status.initContainerStatuses ?? [], ...status.containerStatuses ?? []];
  return new Map(statuses.flatMap(({ name, containerID }) => containerID ? [[name, containerID.replace('containerd://', '')]] : []));
}

/** Cuts a zone off: from the other zones and from the control plane. Its pods go on, and reach each other. */
export async function cutZone(zone: string): Promise<void> {
  await setLink(nodeOf(zone), 'down');
}

/** Connects a zone again. */
export async function healZone(zone: string): Promise<void> {
  await setLink(nodeOf(zone), 'up');
}

/** Kills all processes of a container with SIGKILL. The kubelet starts it again. */
export async function killContainer(namespace: string, pod: string, container: string): Promise<void> {
  for (const pid of await processesOf(namespace, pod, container)) process.kill(pid, 'SIGKILL');
}

/**
 * The processes of a container, to be killed later: when the API server cannot be asked for them.
 *
 * @throws when the pod has no such container, or it does not run.
 */
export async function processesOf(namespace: string, pod: string, container: string): Promise<number[]> {
  const object = JSON.parse(await kubectl('get', 'pod', pod, `--namespace=${namespace}`, '--output=json')) as PodObject;
  const containers = containersOf(object);
  const id = containers.get(container);
  if (!id) throw new Error(`The pod '${namespace}/${pod}' has no container '${container}' that was started. Its containers: ${[...containers.keys()].join(', ')}.`);
  const processes = processesIn(`${podCgroup(object)}/${id}`);
  if (processes.length === 0) throw new Error(`The container '${container}' of the pod '${namespace}/${pod}' does not run. Wait until it does.`);
  return processes;
}

/** Stops the API server in the middle of what it does: whoever asks it waits, and so does whoever watches. */
export async function freezeApiServer(): Promise<void> {
  await signalApiServer('STOP');
}

/** Lets it go on. */
export async function thawApiServer(): Promise<void> {
  await signalApiServer('CONT');
}

async function signalApiServer(signal: string): Promise<void> {
  // The machine sees no processes but its own.
  const script = `for each in /proc/[0-9]*; do if [ "$(cat $each/comm 2>/dev/null)" = kube-apiserver ]; then kill -${signal} "\${each#/proc/}" && found=1; fi; done; test -n "$found"`;
  await Machine.running(CONTROL_PLANE).run('sh', ['-c', script]);
}

/** What every pod that runs has used, of one namespace or of all, from the cgroups. */
export async function podCosts(namespace?: string): Promise<PodCosts[]> {
  const answer = await kubectl('get', 'pods', namespace ? `--namespace=${namespace}` : '--all-namespaces', '--output=json');
  const pods = (JSON.parse(answer) as { readonly items: readonly PodObject[] }).items;
  return pods.flatMap(pod => {
    const { metadata, spec } = pod;
    if (!spec.nodeName || !cgroupExists(podCgroup(pod))) return [];
    const cgroup = podCgroup(pod);
    const alive = childrenOf(cgroup);
    const containers = [...containersOf(pod)].filter(([, id]) => alive.includes(id)).map(([name, id]) => [name, usageOf(`${cgroup}/${id}`)]);
    return [{ namespace: metadata.namespace, pod: metadata.name, node: spec.nodeName, ...usageOf(cgroup), containers: Object.fromEntries(containers) }];
  });
}

const FILLER = `${SMALL_VOLUMES.folder}/filler`;

/** Leaves no free block on the file system of a zone's volumes of StorageClass `small`. */
export async function fillSmallVolumes(zone: string): Promise<void> {
  // Ever smaller files, until not even the smallest fits; the blocks are reserved, not written.
  const script = `n=0; for size in 1G 128M 16M 2M 256K 32K 4K; do while fallocate --length $size ${FILLER}$n 2>/dev/null; do n=$((n+1)); done; done`;
  await Machine.running(nodeOf(zone).name).run('sh', ['-c', script]);
}

/** Gives the space back that `fillSmallVolumes` took. */
export async function freeSmallVolumes(zone: string): Promise<void> {
  await Machine.running(nodeOf(zone).name).run('sh', ['-c', `rm -f ${FILLER}*`]);
}
