import { execute } from './command';
import { Machine } from './machine';

/** A node of the cluster: a machine with a zone of its own. */
export interface ClusterNode {
  readonly name: string;
  /** Value of the label `topology.kubernetes.io/zone`. */
  readonly zone: string;
  readonly address: string;
  /** Addresses of its pods. */
  readonly podRange: string;
}

/** The nodes of the rig. */
export const NODES: readonly ClusterNode[] = [1, 2, 3].map(index => ({
  name: `n${index}`,
  zone: `z${index}`,
  address: `10.88.1.${index}`,
  podRange: `10.244.${index}.0/24`,
}));

/** Name of the machine that runs the control plane and the switch between all machines. */
export const CONTROL_PLANE = 'control-plane';

/** Where the API server listens, for nodes and for the real machine. */
export const API_SERVER_ADDRESS = '10.88.0.1';

/** Addresses of the nodes, most of which no node has. */
const NODE_RANGE = '10.88.1.0/24';

/** Addresses of all pods. */
export const POD_RANGE = '10.244.0.0/16';

/** Addresses of Services. */
export const SERVICE_RANGE = '10.96.0.0/16';

/** Address of the Service of the API server: the first of the range. */
export const API_SERVICE_ADDRESS = '10.96.0.1';

/** Address of the DNS Service. */
export const DNS_ADDRESS = '10.96.0.10';

/** The real machine's interface that leads to the control plane. */
export const UPLINK = 'cdk8s-rig';

/**
 * The node of a zone.
 *
 * @throws when there is none.
 */
export function nodeOf(zone: string): ClusterNode {
  const node = NODES.find(candidate => candidate.zone === zone);
  if (node) return node;
  throw new Error(`The rig has no zone '${zone}'. Its zones: ${NODES.map(candidate => candidate.zone).join(', ')}.`);
}

/** What is sent to an address that nobody has is refused at once: it would be passed on until its time to live is over, or wait for an answer. */
const refuse = (...ranges: string[]) => ranges.map(range => `ip route add unreachable ${range}`);

const script = (machine: Machine, lines: readonly string[]) => machine.run('sh', ['-ec', lines.join('\n')]);

/** The switch: a bridge, whose own address is the control plane's. */
async function connectControlPlane(controlPlane: Machine): Promise<void> {
  await execute('ip', ['link', 'add', UPLINK, 'type', 'veth', 'peer', 'name', 'real', 'netns', String(controlPlane.pid)]);
  // Only what the control plane itself needs: the real machine has no route to pods, and pods none to it.
  await execute('ip', ['address', 'add', '10.88.0.254/24', 'dev', UPLINK]);
  await execute('ip', ['link', 'set', UPLINK, 'up']);
  await script(controlPlane, [
    'ip link add bridge type bridge',
    `ip address add ${API_SERVER_ADDRESS}/16 dev bridge`,
    'ip link set bridge up',
    'ip link set real master bridge',
    'ip link set real up',
    ...refuse(POD_RANGE, NODE_RANGE),
  ]);
}

async function connectNode(controlPlane: Machine, machine: Machine, node: ClusterNode): Promise<void> {
  await execute('ip', [
    'link', 'add', node.name, 'netns', String(controlPlane.pid), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(machine.pid),
  ]);
  await script(controlPlane, [
    `ip link set ${node.name} master bridge`,
    `ip link set ${node.name} up`,
    `ip route add ${node.address} dev bridge`,
    `ip route add ${node.podRange} via ${node.address}`,
  ]);
  await script(machine, [
    `ip address add ${node.address}/16 dev eth0`,
    'ip link set eth0 up',
    `ip route add default via ${API_SERVER_ADDRESS}`,
    ...NODES.filter(other => other !== node).flatMap(other => [`ip route add ${other.address} dev eth0`, `ip route add ${other.podRange} via ${other.address}`]),
    ...refuse(POD_RANGE, NODE_RANGE),
  ]);
}

/** Joins the machines and the real machine to one network. Nothing in it leads to the outside. */
export async function connect(controlPlane: Machine, nodes: ReadonlyMap<ClusterNode, Machine>): Promise<void> {
  await connectControlPlane(controlPlane);
  await Promise.all([...nodes].map(([node, machine]) => connectNode(controlPlane, machine, node)));
}

/** Whether the real machine has an interface of a rig. */
export async function uplinkExists(): Promise<boolean> {
  return (await execute('ip', ['-oneline', 'link', 'show'])).includes(` ${UPLINK}@`);
}

/** Cuts a node off from all others and from the control plane, or connects it again. */
export async function setLink(node: ClusterNode, state: 'up' | 'down'): Promise<void> {
  await Machine.running(CONTROL_PLANE).run('ip', ['link', 'set', node.name, state]);
}
