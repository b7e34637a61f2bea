import { BlockList, isIP } from 'net';
import { copied, count, ended, Field, Fields, having, isRecord, labelKey, labelValue, list, map, namespaceName, shown, some, struct, toggle } from './field';

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
    const { anyNamespace, namespaceLabels, podLabels, ports }: PodPeerOptions = options ?? {};
    const manifest: PeerManifest = {};
    if (anyNamespace) {
      manifest.namespaceSelector = {};
    } else if (namespaceLabels) {
      manifest.namespaceSelector = { matchLabels: namespaceLabels };
    }
    if (podLabels || !manifest.namespaceSelector) {
      manifest.podSelector = podLabels ? { matchLabels: podLabels } : {};
    }
    return new NetworkPeer([manifest], ports, false, podProblems(options));
  }

  /** All pods of one namespace. */
  public static namespace(name: string, ports?: NetworkPort[]): NetworkPeer {
    const problem = namespaceName().problem(name);
    return new NetworkPeer([{ namespaceSelector: { matchLabels: namespaceNamed(name) } }], ports, false,
      [...(problem ? [`A namespace ${problem}.`] : []), ...portProblems(ports)]);
  }

  /** A range of addresses, e.g. `10.0.0.0/8`. */
  public static ipBlock(cidr: string, ports?: NetworkPort[], except?: string[]): NetworkPeer {
    return new NetworkPeer([{ ipBlock: { cidr, except } }], ports, false, [...cidrProblems(cidr, except), ...portProblems(ports)]);
  }

  /** Every address inside and outside of the cluster. Broad: shows in the findings. */
  public static anywhere(ports?: NetworkPort[]): NetworkPeer {
    return new NetworkPeer([{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }], ports, true, portProblems(ports));
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
  /** What Kubernetes would refuse of it, in full sentences. @internal */
  public readonly _problems: string[];
  private readonly portList: NetworkPort[];
  private readonly peers: PeerManifest[];

  private constructor(peers: PeerManifest[], ports?: NetworkPort[], broad = false, problems: string[] = []) {
    // What the caller does with its labels and ports later must not get into what was judged.
    this.peers = copied(peers);
    this.broad = broad;
    this.portList = Array.isArray(ports) ? copied(ports) : [];
    this._problems = problems;
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

function isCidr(cidr: unknown): cidr is string {
  const [, address, prefix] = /^([^/]+)\/(\d{1,3})$/.exec(typeof cidr === 'string' ? cidr : '') ?? [];
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address ?? '')] ?? -1;
  return Number(prefix) <= bits;
}

function cidrProblems(cidr: string, except: string[] = []): string[] {
  const parts: unknown[] = Array.isArray(except) ? except : [except];
  const malformed = [cidr, ...parts].filter(range => !isCidr(range)).map(range =>
    `A range of addresses must be written as in 10.0.0.0/8, with the length of its prefix, but is ${typeof range === 'string' ? `'${range}'` : shown(range)}.`);
  const outside = isCidr(cidr) ? parts.filter(isCidr).filter(part => !contains(cidr, part)) : [];
  return [...malformed, ...outside.map(part => `'except' must name smaller ranges inside of ${cidr}, but names ${part}.`)];
}

function contains(whole: string, part: string): boolean {
  const [[address, prefix], [inner, innerPrefix]] = [whole.split('/'), part.split('/')];
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(address, Number(prefix), family);
  return isIP(inner) === isIP(address) && Number(innerPrefix) > Number(prefix) && range.check(inner, family);
}

const PORT = count({ min: 1, max: 65535 });
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const PORT_KEYS = ['port', 'endPort', 'protocol'];

function portProblems(ports: unknown = []): string[] {
  return Array.isArray(ports) ? ports.flatMap(portProblem) : [`Ports must be a list such as [{ port: 443 }], but are ${shown(ports)}.`];
}

function portProblem(given: unknown): string[] {
  if (!isRecord(given)) {
    return [`A port must be an object such as { port: 443 }, but is ${shown(given)}.`];
  }
  const { port, endPort = port, protocol = 'TCP' } = given as unknown as NetworkPort;
  const unknown = Object.keys(given).filter(key => !PORT_KEYS.includes(key));
  const wrong = PORT.problem(port) ?? PORT.problem(endPort);
  return [
    ...unknown.map(key => `'${key}' of a port is not known here; known are ${PORT_KEYS.join(', ')}.`),
    ...(wrong ? [`A port ${wrong}.`] : []),
    ...(!wrong && endPort < port ? [`'endPort' (${endPort}) must not be below 'port' (${port}).`] : []),
    ...(PROTOCOLS.includes(protocol) ? [] : [`'protocol' must be one of ${PROTOCOLS.join(', ')}, but is ${typeof protocol === 'string' ? protocol : shown(protocol)}.`]),
  ];
}

const LABELS = map(labelValue(), labelKey());

const POD_PEER_FIELDS: Fields<PodPeerOptions> = { namespaceLabels: LABELS, anyNamespace: toggle(), podLabels: LABELS, ports: list(some<NetworkPort>()) };

function podProblems(options: PodPeerOptions): string[] {
  const { ports, ...rest }: PodPeerOptions = isRecord(options) ? options : {};
  const problem = struct(POD_PEER_FIELDS).problem(isRecord(options) ? rest : options);
  return [...(problem ? [ended(`A peer of pods ${problem}`)] : []), ...portProblems(ports)];
}

/**
 * Peers that a policy cannot name by itself, each with a default for common clusters.
 *
 * Cilium takes no address of a node, nor of an API server on one, for part of an `ipBlock`, not even of 0.0.0.0/0 (cilium/cilium#14724):
 * it must run with `policyCIDRMatchMode: nodes`, or the pods that use the API server or kubelets need a CiliumNetworkPolicy beside ours.
 */
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

/** Any peer; what is wrong with it is said where it is used. */
export const anyPeer = () => having<NetworkPeer>('a peer, e.g. NetworkPeer.namespace(\'grafana\')', '_problems', ({ _problems }) => Array.isArray(_problems));

/** The row of a prop that is a peer. */
export const networkPeer = (): Field<NetworkPeer> => {
  const peer = anyPeer();
  const refused = ({ _problems }: NetworkPeer) =>
    _problems.length > 0 ? `must be a peer that Kubernetes takes. ${_problems.join(' ').replace(/\.$/, '')}` : undefined;
  return { ...peer, problem: value => peer.problem(value) ?? refused(value) };
};

/** The row of `PlatformOptions.networkPeers`. */
export const networkPeers = (): Field<NetworkPeers> => struct<NetworkPeers>({
  dns: networkPeer(), apiServer: networkPeer(), kubelets: networkPeer(), objectStorage: networkPeer(), metadata: networkPeer(),
});
