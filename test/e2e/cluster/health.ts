import { kubectl, isApiServerReady } from './control-plane';
import { CONTROL_PLANE, NODES } from './network';
import { POLICIES } from './policies';
import { isRunning, recordedProcesses } from './state';

interface List<T> {
  readonly items: readonly T[];
}

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[] };
}

interface DeploymentObject {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly replicas: number };
  readonly status: { readonly availableReplicas?: number };
}

const ADDONS = ['coredns', 'local-path-provisioner'];

async function list<T>(...args: string[]): Promise<readonly T[]> {
  return (JSON.parse(await kubectl('get', '--output=json', ...args)) as List<T>).items;
}

/** What of the recorded processes does not run. */
export function endedProcesses(): string[] {
  const recorded = recordedProcesses();
  return [CONTROL_PLANE, ...NODES.map(node => node.name), POLICIES].filter(name => !recorded.has(name) || !isRunning(recorded.get(name)!));
}

/** Why nodes are not ready; empty when all are. */
async function nodeProblems(): Promise<string[]> {
  const nodes = new Map((await list<NodeObject>('nodes')).map(node => [node.metadata.name, node.status.conditions?.find(({ type }) => type === 'Ready')]));
  return NODES.flatMap(({ name }) => {
    const ready = nodes.get(name);
    if (!ready) return [`the node ${name} has not registered`];
    return ready.status === 'True' ? [] : [`the node ${name} is not ready: ${ready.message}`];
  });
}

async function addonProblems(): Promise<string[]> {
  const deployments = await list<DeploymentObject>('deployments', '--all-namespaces');
  return ADDONS.flatMap(name => {
    const deployment = deployments.find(({ metadata }) => metadata.name === name);
    if (!deployment) return [`the Deployment ${name} does not exist`];
    const { spec, status } = deployment;
    return status.availableReplicas === spec.replicas ? [] : [`the Deployment ${name} has ${status.availableReplicas ?? 0} of ${spec.replicas} replicas available`];
  });
}

/** What keeps the rig from being ready, a sentence each; empty when it is. */
export async function problems(): Promise<string[]> {
  const ended = endedProcesses();
  if (ended.length > 0) return ended.map(name => `'${name}' does not run`);
  if (!await isApiServerReady()) return ['the API server is not ready'];
  return [...await nodeProblems(), ...await addonProblems()];
}
