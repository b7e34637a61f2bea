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
