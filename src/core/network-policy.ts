import { Lazy } from 'cdk8s';
import type { NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort } from 'kubernetes-types/networking/v1';
import { Graph } from './graph';
import { KubeObject } from './kube-object';
import { commonLabels, selectorLabels } from './labels';
import { NetworkPeer, NetworkPort } from './network-peer';
import { Platform } from './platform';
import type { PodWorkload } from './pod-workload';

/** Denies everything to and from the pods of one workload, but for the edges of the graph. */
export function addNetworkPolicy(workload: PodWorkload): void {
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

function ingress(workload: PodWorkload): NetworkPolicyIngressRule[] {
  const graph = Graph.of(workload);
  const rules = new Map<string, { ports: NetworkPolicyPort[]; from: NetworkPolicyPeer[] }>();
  const add = (ports: number[], peers: NetworkPolicyPeer[]) => {
    const key = ports.join();
    const rule = rules.get(key) ?? { ports: ports.map(port => ({ port, protocol: 'TCP' })), from: [] };
    rules.set(key, { ports: rule.ports, from: distinct([...rule.from, ...peers]) });
  };
  graph.edgesTo(workload).forEach(({ from, to }) => add([to.port], [podPeer(from, workload)]));
  for (const { workload: own, direction, peer, ports } of graph.peerEdges) {
    if (own === workload && direction === 'from') {
      add(ports ?? [], peer._peers);
    }
  }
  return [...rules.values()];
}

function egress(workload: PodWorkload): NetworkPolicyEgressRule[] {
  const graph = Graph.of(workload);
  const rules = new Map<string, { ports: NetworkPolicyPort[]; to: NetworkPolicyPeer[] }>();
  const add = (ports: NetworkPort[], peers: NetworkPolicyPeer[]) => {
    const key = JSON.stringify(ports);
    const printed = ports.map(({ port, endPort, protocol }) => ({ port, endPort, protocol: protocol ?? 'TCP' }));
    rules.set(key, { ports: printed, to: distinct([...rules.get(key)?.to ?? [], ...peers]) });
  };
  for (const { to } of graph.edgesFrom(workload)) {
    const peer = to.peer ?? NetworkPeer.anywhere();
    // Behind a Service of somebody else, pods may listen on a port of their own; then the peer knows it.
    const ports = peer.ports.length > 0 ? peer.ports : [{ port: to.port }];
    add(ports, to._owned ? [podPeer(to._owned.workload, workload)] : peer._peers);
  }
  for (const { workload: own, direction, peer } of graph.peerEdges) {
    if (own === workload && direction === 'to') {
      add(peer.ports, peer._peers);
    }
  }
  if (rules.size > 0) {
    const dns = Platform.of(workload).networkPeers?.dns ?? NetworkPeer.clusterDns();
    add(dns.ports, dns._peers);
  }
  return [...rules.values()].map(({ ports, to }) => (ports.length > 0 ? { ports, to } : { to }));
}

function podPeer(other: PodWorkload, seenFrom: PodWorkload): NetworkPolicyPeer {
  const podSelector = { matchLabels: selectorLabels(other.group) };
  return other.namespace === seenFrom.namespace ? { podSelector }
    : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': other.namespace } }, podSelector };
}

function distinct(peers: NetworkPolicyPeer[]): NetworkPolicyPeer[] {
  return [...new Map(peers.map(peer => [JSON.stringify(peer), peer])).values()];
}
