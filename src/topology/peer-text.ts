import type { NetworkPeer } from '../core/network-peer';

const labelsText = (labels: Record<string, string> = {}): string =>
  Object.entries(labels).map(([label, value]) => `${label}=${value}`).join(', ');

/** Says in words whom a NetworkPolicy lets in or out, a line each. */
export function peerText(peer: NetworkPeer): string[] {
  if (peer.broad) {
    return ['any address'];
  }
  return peer._peers.flatMap(({ ipBlock, namespaceSelector, podSelector }) => {
    if (ipBlock) {
      return ipBlock.cidr;
    }
    const pods = labelsText(podSelector?.matchLabels);
    const namespace = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
    const namespaces = labelsText(namespaceSelector?.matchLabels);
    return [
      pods ? `pods ${pods}` : 'all pods',
      ...(namespace ? [`namespace ${namespace}`] : namespaces ? [`namespaces ${namespaces}`] : namespaceSelector ? ['any namespace'] : []),
    ];
  });
}
