import { createHash } from 'node:crypto';
import type { NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1';
import { addressedPods, AddressedPod, byPath, ClusterObjects, pathOf, Policy, selects } from './objects';

/** The table of a node that holds nothing but what NetworkPolicies ask for. */
export const TABLE = 'inet rig_policies';

/** Seen from the pod that a policy selects. */
export type Direction = 'Egress' | 'Ingress';

/** Which address of a packet is the selected pod's and which its peer's, and when the direction is judged. */
const DIRECTIONS = {
  Egress: { own: 'saddr', peer: 'daddr', priority: 'filter' },
  Ingress: { own: 'daddr', peer: 'saddr', priority: 'filter + 1' },
} as const;

/** A policy as it stands in one direction. */
interface DirectedPolicy {
  readonly path: string;
  readonly chain: string;
  readonly rules: readonly string[];
  readonly selected: ReadonlySet<AddressedPod>;
}

/**
 * The nftables table that enforces all NetworkPolicies (networking.k8s.io/v1) for the pods of one node: a pod's egress at its own node, and
 * ingress likewise. IPv4 only; IPv6 passes unjudged.
 *
 * Each direction is a base chain of its own, egress first, because `accept` ends only the base chain it is met in: a packet between two pods
 * of a node must please both. A chain a policy and direction accepts what the policy allows; a chain an isolated pod tries its policies and
 * counts and drops the rest. Addresses stand in sets that rules share.
 *
 * Only replies pass unjudged: a connection that is older than the policy which forbids it, or than the pod's address at the API server, ends.
 * kube-proxy has translated Services before the forward hook, so rules see the addresses and ports of pods. What a node itself sends to its
 * pods, and they to it, takes no forward hook, and is always allowed, as Kubernetes asks.
 */
export function ruleset(cluster: ClusterObjects, node: string): string {
  return new Ruleset(cluster, node).text;
}

class Ruleset {
  public readonly text: string;
  private readonly pods: readonly AddressedPod[];
  private readonly namespaceLabels: ReadonlyMap<string | undefined, Readonly<Record<string, string>>>;
  private readonly sets = new Map<string, string>();

  constructor(private readonly cluster: ClusterObjects, private readonly node: string) {
    this.pods = addressedPods(cluster.pods);
    this.namespaceLabels = new Map(cluster.namespaces.map(({ metadata }) => [metadata?.name, metadata?.labels ?? {}]));
    const directions = (['Egress', 'Ingress'] as const).map(direction => directionText(direction, this.directedPolicies(direction)));
    this.text = `table ${TABLE} {\n${[...this.sets.values(), ...directions].join('')}}\n`;
  }

  /** The policies that isolate a pod of the node in a direction, by path. */
  private directedPolicies(direction: Direction): DirectedPolicy[] {
    return this.cluster.policies.filter(policy => policyTypes(policy).includes(direction)).map(policy => ({
      policy,
      path: pathOf(policy),
      selected: new Set(this.pods.filter(pod => pod.node === this.node && this.isPeer(pod, { podSelector: policy.spec?.podSelector }, policy))),
    })).filter(({ selected }) => selected.size > 0).sort(byPath).map(({ policy, path, selected }) => ({
      path,
      chain: identifier(`policy-${direction}`, path),
      selected,
      rules: rulesOf(policy, direction).flatMap(({ peers, ports }) => {
        const matches = this.portMatches(ports, direction === 'Egress' ? this.pods : [...selected]);
        return this.peerMatches(peers, direction, policy).flatMap(peer => matches.map(port => [peer, port, 'accept'].filter(Boolean).join(' ')));
      }),
    }));
  }

  /** Matches of the peer's address, one of which must hold; an empty one takes every peer, none at all takes nobody. */
  private peerMatches(peers: readonly NetworkPolicyPeer[] = [], direction: Direction, policy: Policy): string[] {
    if (peers.length === 0) return [''];
    const address = `ip ${DIRECTIONS[direction].peer}`;
    const chosen = this.pods.filter(pod => peers.some(peer => !peer.ipBlock && this.isPeer(pod, peer, policy))).map(pod => pod.address);
    const blocks = peers.flatMap(({ ipBlock }) => ipBlock && !ipBlock.cidr.includes(':')
      ? [[ipBlock.cidr, ...(ipBlock.except ?? []).map(cidr => `!= ${cidr}`)].map(cidr => `${address} ${cidr}`).join(' ')] : []);
    return [...chosen.length > 0 ? [`${address} ${this.set('ipv4_addr', chosen)}`] : [], ...blocks];
  }

  private isPeer(pod: AddressedPod, { namespaceSelector, podSelector }: NetworkPolicyPeer, policy: Policy): boolean {
    const inNamespace = namespaceSelector
      ? selects(namespaceSelector, this.namespaceLabels.get(pod.namespace) ?? {})
      : pod.namespace === policy.metadata?.namespace;
    return inNamespace && selects(podSelector, pod.labels);
  }

  /** Matches of protocol and destination port, likewise. A named port is the port of that name of whichever pod is the destination. */
  private portMatches(ports: readonly NetworkPolicyPort[] = [], destinations: readonly AddressedPod[]): string[] {
    if (ports.length === 0) return [''];
    // A match each, because nftables refuses a set whose ranges overlap.
    return ports.flatMap(({ protocol = 'TCP', port, endPort }) => {
      const transport = protocol.toLowerCase();
      if (port === undefined) return [`meta l4proto ${transport}`];
      if (typeof port === 'number') return [`${transport} dport ${endPort === undefined ? port : `${port}-${endPort}`}`];
      const named = destinations.flatMap(pod => pod.ports
        .filter(({ name, protocol: spoken = 'TCP' }) => name === port && spoken === protocol)
        .map(({ containerPort }) => `${pod.address} . ${containerPort}`));
      return named.length > 0 ? [`ip daddr . ${transport} dport ${this.set('ipv4_addr . inet_service', named)}`] : [];
    });
  }

  /** Refers to a set. It is named by what is in it, so that a change of its elements is another set, and equal ones are one. */
  private set(type: string, elements: readonly string[]): string {
    const content = elementsOf(elements);
    const name = `set-${hash(content)}`;
    this.sets.set(name, block(`set ${name}`, [`type ${type}`, `elements = ${content}`]));
    return `@${name}`;
  }
}

function directionText(direction: Direction, policies: readonly DirectedPolicy[]): string {
  const { own, priority } = DIRECTIONS[direction];
  const isolated = [...new Set(policies.flatMap(({ selected }) => [...selected]))].sort(byPath);
  // Keyed by address: two pods may seem to share one for a moment, and a map of nftables with a key twice would be refused whole.
  const byAddress = new Map(isolated.map(pod => [pod.address, pod]));
  const chains = [...byAddress.values()].map(pod => ({ pod, name: identifier(direction, pod.path) }));
  return [
    ...policies.filter(({ rules }) => rules.length > 0).map(({ chain, rules }) => block(`chain ${chain}`, rules)),
    ...chains.flatMap(({ pod, name }) => [
      block(`counter ${name}`, []),
      block(`chain ${name}`, [
        ...policies.filter(({ selected, rules }) => selected.has(pod) && rules.length > 0).map(({ chain }) => `jump ${chain}`),
        `counter name "${name}" drop`,
      ]),
    ]),
    block(`chain pods-${direction}`, [
      `type filter hook forward priority ${priority}; policy accept;`,
      'ct direction reply accept',
      'ct state related accept',
      // Through a Service, a pod reaches itself by way of its node.
      ...chains.length > 0 ? [
        `ip saddr . ip daddr ${elementsOf(chains.map(({ pod: { address } }) => `${address} . ${address}`))} accept`,
        `ip ${own} vmap ${elementsOf(chains.map(({ pod, name }) => `${pod.address} : jump ${name}`))}`,
      ] : [],
    ]),
  ].join('');
}

/** As the API server sets it by default. */
function policyTypes({ spec }: Policy): readonly string[] {
  return spec?.policyTypes ?? (spec?.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']);
}

function rulesOf({ spec }: Policy, direction: Direction): { readonly peers?: NetworkPolicyPeer[]; readonly ports?: NetworkPolicyPort[] }[] {
  return direction === 'Egress'
    ? (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }))
    : (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }));
}

function elementsOf(elements: readonly string[]): string {
  return `{ ${[...new Set(elements)].join(', ')} }`;
}

function block(head: string, lines: readonly string[]): string {
  return `  ${head} {\n${lines.map(line => `    ${line}\n`).join('')}  }\n`;
}

/** A name that nftables takes: it allows 255 bytes, while a namespace and a name may together have 317. */
function identifier(kind: string, path: string): string {
  const name = `${kind}/${path}`;
  return name.length <= 200 ? name : `${name.slice(0, 160)}-${hash(name)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
