import { Lazy } from 'cdk8s';
import type { NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1';
import type { ComponentPods } from './component-pods';
import { Endpoint, EndpointProtocol } from './endpoint';
import { Graph } from './graph';
import { KubeObject } from './kube-object';
import { commonLabels, selectorLabels } from './labels';
import { NetworkPeer, NetworkPort } from './network-peer';
import { Platform } from './platform';

/** Denies everything to and from the pods of one component, but for the edges of the graph. */
export function addNetworkPolicy(workload: ComponentPods): void {
  if (Platform.of(workload).networkPolicies === false) {
    return;
  }
  new KubeObject(workload, 'NetworkPolicy', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: workload.name, labels: commonLabels(workload, workload.group) },
    spec: {
      podSelector: { matchLabels: selectorLabels(workload.group) },
      policyTypes: ['Ingress', 'Egress'],
      // An empty list denies all; a missing one would too, but says so less clearly.
      ingress: Lazy.any({ produce: () => ingress(workload) }),
      egress: Lazy.any({ produce: () => egress(workload) }),
    },
  });
}

/** Rules by their ports, each of which names a peer once. */
class PolicyRules {
  private readonly rules = new Map<string, { ports: NetworkPolicyPort[]; peers: Map<string, NetworkPolicyPeer> }>();

  /** Lets peers through to these ports; none means all. */
  public add(ports: NetworkPort[], peers: NetworkPolicyPeer[]): void {
    const printed = ports.map(({ port, endPort, protocol }) => ({ port, endPort, protocol: protocol ?? 'TCP' }));
    const key = JSON.stringify(printed);
    const rule = this.rules.get(key) ?? { ports: printed, peers: new Map<string, NetworkPolicyPeer>() };
    this.rules.set(key, rule);
    peers.forEach(peer => rule.peers.set(JSON.stringify(peer), peer));
  }

  public list(): { ports?: NetworkPolicyPort[]; peers: NetworkPolicyPeer[] }[] {
    return [...this.rules.values()].map(({ ports, peers }) => ({ ...(ports.length > 0 ? { ports } : {}), peers: [...peers.values()] }));
  }
}

function ingress(workload: ComponentPods): NetworkPolicyIngressRule[] {
  const graph = Graph.of(workload);
  const rules = new PolicyRules();
  graph.edgesTo(workload).forEach(({ from, to }) => rules.add(portsOf(to), [podPeer(from, workload)]));
  for (const { workload: own, direction, peer, ports = [] } of graph.peerEdges) {
    if (own === workload && direction === 'from') {
      rules.add(ports.map(port => ({ port })), peer._peers);
    }
  }
  return rules.list().map(({ peers, ...rule }) => ({ ...rule, from: peers }));
}

function egress(workload: ComponentPods): NetworkPolicyEgressRule[] {
  const graph = Graph.of(workload);
  const rules = new PolicyRules();
  for (const { to } of graph.edgesFrom(workload)) {
    const peer = to.peer ?? NetworkPeer.anywhere();
    // Behind a Service of somebody else, pods may listen on a port of their own; then the peer knows it.
    const ports = peer.ports.length > 0 ? peer.ports : portsOf(to);
    rules.add(ports, to._owned ? [podPeer(to._owned.workload, workload)] : peer._peers);
  }
  for (const { workload: own, direction, peer } of graph.peerEdges) {
    if (own === workload && direction === 'to') {
      rules.add(peer.ports, peer._peers);
    }
  }
  if (rules.list().length > 0) {
    const dns = Platform.of(workload).networkPeers?.dns ?? NetworkPeer.clusterDns();
    rules.add(dns.ports, dns._peers);
  }
  return rules.list().map(({ peers, ...rule }) => ({ ...rule, to: peers }));
}

const portsOf = ({ port, protocol }: Endpoint): NetworkPort[] => [{ port }, ...(protocol === EndpointProtocol.GOSSIP ? [{ port, protocol: 'UDP' }] : [])];

function podPeer(other: ComponentPods, seenFrom: ComponentPods): NetworkPolicyPeer {
  const podSelector = { matchLabels: selectorLabels(other.group) };
  return other.namespace === seenFrom.namespace ? { podSelector }
    : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': other.namespace } }, podSelector };
}
