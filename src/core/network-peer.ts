import { isIP } from 'net';
import { having } from './fields';

/** A port that a network policy lets through. */
export interface NetworkPort {
  /** Number of the port. */
  readonly port: number;
  /** Last port of a range that begins with `port`. @default - one port only */
  readonly endPort?: number;
  /** `TCP` or `UDP`. @default TCP */
  readonly protocol?: string;
}

/** Pods by their labels, anywhere in the cluster. */
export interface PodPeerOptions {
  /** Labels of the pods' namespaces. @default - the namespace of the stack, unless `anyNamespace` */
  readonly namespaceLabels?: Record<string, string>;
  /** Pods of all namespaces. @default false */
  readonly anyNamespace?: boolean;
  /** Labels of the pods. @default - all pods of these namespaces */
  readonly podLabels?: Record<string, string>;
  /** Ports of theirs that may be reached. @default - all ports */
  readonly ports?: NetworkPort[];
}

/** The shape of a peer in a NetworkPolicy, as far as we print it. */
interface PeerManifest {
  ipBlock?: { cidr: string; except?: string[] };
  namespaceSelector?: { matchLabels?: Record<string, string> };
  podSelector?: { matchLabels?: Record<string, string> };
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

const namespaceNamed = (name: string) => ({ 'kubernetes.io/metadata.name': name });

/**
 * Somebody outside the stack whom its NetworkPolicies let in or out.
 *
 * A policy can name pods and addresses, but neither a host name nor a Service; what lies behind those is a peer with
 * a default that can be replaced (`PlatformOptions.networkPeers`).
 */
export class NetworkPeer {
  /** Pods by labels. */
  public static pods(options: PodPeerOptions): NetworkPeer {
    const manifest: PeerManifest = {};
    if (options.anyNamespace) {
      manifest.namespaceSelector = {};
    } else if (options.namespaceLabels) {
      manifest.namespaceSelector = { matchLabels: options.namespaceLabels };
    }
    if (options.podLabels || !manifest.namespaceSelector) {
      manifest.podSelector = options.podLabels ? { matchLabels: options.podLabels } : {};
    }
    return new NetworkPeer([manifest], options.ports ?? []);
  }

  /** All pods of one namespace. */
  public static namespace(name: string, ports?: NetworkPort[]): NetworkPeer {
    return NetworkPeer.pods({ namespaceLabels: namespaceNamed(name), ports });
  }

  /** A range of addresses, e.g. `10.0.0.0/8`. */
  public static ipBlock(cidr: string, ports?: NetworkPort[], except?: string[]): NetworkPeer {
    return new NetworkPeer([{ ipBlock: { cidr, except } }], ports ?? []);
  }

  /** Every address inside and outside of the cluster. Broad: shows in the findings. */
  public static anywhere(ports?: NetworkPort[]): NetworkPeer {
    return new NetworkPeer([{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }], ports ?? [], true);
  }

  /** The cluster's DNS: CoreDNS or kube-dns in `kube-system`, and NodeLocal DNSCache at its usual address. */
  public static clusterDns(): NetworkPeer {
    const pods: PeerManifest = {
      namespaceSelector: { matchLabels: namespaceNamed('kube-system') },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    };
    const ports = [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }];
    return new NetworkPeer([pods, { ipBlock: { cidr: '169.254.20.10/32' } }], ports);
  }

  /** Whether it means everybody. */
  public readonly broad: boolean;

  private constructor(private readonly peers: PeerManifest[], private readonly portList: NetworkPort[], broad = false) {
    this.broad = broad;
  }

  /** Its ports; none means all. */
  public get ports(): NetworkPort[] {
    return [...this.portList];
  }

  /** @internal */
  public get _peers(): PeerManifest[] {
    return this.peers;
  }

  /** What Kubernetes would refuse of it, in full sentences. @internal */
  public get _problems(): string[] {
    const cidrs = this.peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr, ...ipBlock.except ?? []] : []));
    return [
      ...cidrs.filter(cidr => !isCidr(cidr)).map(cidr => `A range of addresses must be written as in 10.0.0.0/8, with the length of its prefix, but is '${cidr}'.`),
      ...this.portList.flatMap(portProblem),
    ];
  }
}

function isCidr(text: string): boolean {
  const [, address, prefix] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address ?? '')] ?? -1;
  return Number(prefix) <= bits;
}

function portProblem({ port, endPort = port, protocol = 'TCP' }: NetworkPort): string[] {
  const isPort = (value: number) => Number.isInteger(value) && value >= 1 && value <= 65535;
  return [
    ...(isPort(port) && isPort(endPort) ? [] : [`A port must be a whole number from 1 to 65535, but is ${isPort(port) ? endPort : port}.`]),
    ...(endPort < port ? [`'endPort' (${endPort}) must not be below 'port' (${port}).`] : []),
    ...(PROTOCOLS.includes(protocol) ? [] : [`'protocol' must be one of ${PROTOCOLS.join(', ')}, but is ${protocol}.`]),
  ];
}

/** Peers that a policy cannot name by itself, each with a default for common clusters. */
export interface NetworkPeers {
  /** Who answers DNS. @default NetworkPeer.clusterDns() */
  readonly dns?: NetworkPeer;
  /** The Kubernetes API server. @default - any address, ports 443 and 6443 */
  readonly apiServer?: NetworkPeer;
  /** Kubelets, on the nodes' addresses. @default - any address, port 10250 */
  readonly kubelets?: NetworkPeer;
  /** Object storage outside of the cluster. @default - any address, the port of the bucket's endpoint */
  readonly objectStorage?: NetworkPeer;
  /**
   * Where workload identity gets its credentials.
   * @default - 169.254.0.0/16, ports 80, 987 and 988 where a metadata server hands them out (GKE, EKS Pod Identity, Azure managed
   * identity); any address, port 443 where the program exchanges a token for them (AWS roles, Azure workload identity)
   */
  readonly metadata?: NetworkPeer;
}

/** The row of a prop that is a peer. */
export const networkPeer = () => having<NetworkPeer>('a peer, e.g. NetworkPeer.namespace(\'grafana\')', 'broad');
