import { applyAddons } from './addons';
import { createCgroup, processesIn, removeCgroup, weighCpu } from './cgroups';
import { execute } from './command';
import { CONTROL_PLANE_PROGRAMS, startControlPlane, untilApiServerReady } from './control-plane';
import { endedProcesses, problems } from './health';
import { Image, ensureImages } from './images';
import { Machine, machineCgroup, hasMachines, rigCgroup } from './machine';
import { CONTROL_PLANE, ClusterNode, NODES, UPLINK, connect, setLink, uplinkExists } from './network';
import { NODE_PROGRAMS, importImages, startContainerd, startKubelet } from './node';
import { CertificateAuthority, Credentials } from './pki';
import { startPolicies } from './policies';
import { claimState, createState, hasState, isRunning, kill, pkiFolder, recordedProcesses, removeState, stateFolder } from './state';
import { ensureBuilt } from '../../programs/build';
import { poll } from '../../programs/process';

const READY_MILLISECONDS = 180_000;
const REPAIR_MILLISECONDS = 30_000;
const DOWN_MILLISECONDS = 15_000;
/** Tests are on the clock, and whatever else a machine does is not. */
const CPU_WEIGHT = 10;

/** Is told what has been done. */
export type Progress = (what: string) => void;

async function issueNodeCredentials(authority: CertificateAuthority, { name, address }: ClusterNode): Promise<Credentials> {
  return authority.issue({ commonName: `system:node:${name}`, organization: 'system:nodes', subjectAltNames: [`DNS:${name}`, `IP:${address}`] });
}

async function bootMachines(): Promise<{ controlPlane: Machine; nodes: ReadonlyMap<ClusterNode, Machine> }> {
  createCgroup(rigCgroup());
  weighCpu(rigCgroup(), CPU_WEIGHT);
  const controlPlane = await Machine.boot(CONTROL_PLANE, CONTROL_PLANE_PROGRAMS);
  const machines = await Promise.all(NODES.map(async node => [node, await Machine.boot(node.name, NODE_PROGRAMS)] as const));
  return { controlPlane, nodes: new Map(machines) };
}

async function boot(images: readonly Image[], progress: Progress): Promise<void> {
  createState();
  const { controlPlane, nodes } = await bootMachines();
  await connect(controlPlane, nodes);
  progress('the machines and their network are made');
  const authority = await CertificateAuthority.create(pkiFolder(), 'cdk8s-thanos-rig');
  const apiServer = startControlPlane(controlPlane, authority).then(() => untilApiServerReady(controlPlane)).then(() => progress('the API server is ready'));
  const imported = Promise.all([...nodes].map(async ([node, machine]) => {
    await startContainerd(machine, node);
    await importImages(machine, images);
  })).then(() => progress(`${images.length} images are imported to each node`));
  await Promise.all([apiServer, imported]);
  const proxy = await authority.issue({ commonName: 'system:kube-proxy' });
  await Promise.all([...nodes].map(async ([node, machine]) => {
    await startKubelet(machine, node, authority.certificate, await issueNodeCredentials(authority, node), proxy);
  }));
  startPolicies(nodes);
  await applyAddons();
}

async function untilReady(timeoutMilliseconds: number): Promise<string[]> {
  let found: string[] = [];
  await poll(async () => {
    found = await problems();
    return found.length === 0 || undefined;
  }, timeoutMilliseconds);
  return found;
}

/** Heals what tests may have left, and gives what is still wrong. */
async function repair(progress: Progress): Promise<string[]> {
  if (endedProcesses().length > 0) return problems();
  for (const node of NODES) await setLink(node, 'up');
  const found = await problems();
  if (found.length === 0) return [];
  progress(`the rig is not ready (${found.join('; ')}), waiting for it`);
  return untilReady(REPAIR_MILLISECONDS);
}

/** Whether there is something of a rig of this state folder, even if the folder itself is gone. */
function isMade(): boolean {
  return hasState() || hasMachines(stateFolder());
}

/**
 * Sees to it that there is no other rig, which has the same cgroup or the same interface.
 *
 * @throws when there is one.
 */
async function refuseForeign(): Promise<void> {
  if (processesIn(rigCgroup()).length === 0 && !await uplinkExists()) return;
  throw new Error(`There is a rig already, which is not in the state folder ${stateFolder()}: processes are in the cgroup ${rigCgroup()}, or the interface ${UPLINK} exists. `
    + "Set CDK8S_THANOS_RIG to that rig's state folder and run 'npm run e2e:cluster -- down'.");
}

/**
 * Boots the rig. One that is ready is left as it is, one that is half made is taken down first.
 *
 * @throws when something that it needs is missing or does not become ready.
 */
export async function up(progress: Progress): Promise<void> {
  await ensureBuilt([...CONTROL_PLANE_PROGRAMS, ...NODE_PROGRAMS, 'kubectl']);
  const images = await ensureImages();
  if (isMade()) {
    const found = await repair(progress);
    if (found.length === 0) {
      const imported = await Promise.all(NODES.map(({ name }) => importImages(Machine.running(name), images)));
      return progress(`the rig is up already${imported.some(count => count > 0) ? ', and has the images that changed' : ''}`);
    }
    progress(`the rig cannot be used (${found.join('; ')}), taking it down`);
    await down(progress);
  }
  await refuseForeign();
  await boot(images, progress);
  const found = await untilReady(READY_MILLISECONDS);
  if (found.length > 0) throw new Error(`The rig is not ready after ${READY_MILLISECONDS / 1000} s: ${found.join('; ')}. The logs are in ${stateFolder()}/*/log.`);
  progress('three nodes are ready, and the addons');
}

/** Ends every process of the rig: the recorded ones and, by the cgroup that only the rig makes, those that an interrupt kept from being recorded. */
async function endProcesses(): Promise<void> {
  for (const recorded of recordedProcesses().values()) kill(recorded);
  const ended = await poll(async () => {
    const left = processesIn(rigCgroup());
    for (const pid of left) process.kill(pid, 'SIGKILL');
    return left.length === 0 && ![...recordedProcesses().values()].some(isRunning) || undefined;
  }, DOWN_MILLISECONDS);
  if (!ended) throw new Error(`These processes of the rig have not ended after ${DOWN_MILLISECONDS / 1000} s: ${processesIn(rigCgroup()).join(', ')}.`);
}

async function removeUplink(): Promise<void> {
  // It goes with the network namespace of its other end, a moment after the last process there; one without other end stays.
  if (await uplinkExists()) await execute('ip', ['link', 'delete', UPLINK]).catch(() => undefined);
  if (await uplinkExists()) throw new Error(`The interface ${UPLINK} cannot be removed.`);
}

/**
 * Takes the rig down, whatever there is of it, and removes its state folder with all volumes and logs.
 *
 * @throws when a process does not end.
 */
export async function down(progress: Progress): Promise<void> {
  if (!isMade()) {
    await refuseForeign();
    removeCgroup(rigCgroup());
    return progress('there is no rig');
  }
  claimState();
  await endProcesses();
  await removeUplink();
  if (!await poll(async () => { removeCgroup(rigCgroup()); return true; }, DOWN_MILLISECONDS)) removeCgroup(rigCgroup());
  removeState();
  progress('the rig is down');
}

/** The cgroups of the rig that are of interest, by what they hold. */
export function parts(): ReadonlyMap<string, string> {
  return new Map([CONTROL_PLANE, ...NODES.map(node => node.name)].map(name => [name, machineCgroup(name)]));
}
