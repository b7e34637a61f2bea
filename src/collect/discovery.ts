import type { PolicyRule } from 'kubernetes-types/rbac/v1';
import type {
  AnnotatedPodJobOptions, IngressJobOptions, NamespacedJobOptions, NodeJobOptions, PodJobOptions, ServiceJobOptions,
} from './scrape-job-options';
import { HASH } from './sharding';
import type { ApiRight } from '../core/api-rights';
import type { ClusterPeers } from '../core/cluster-peers';
import type { Endpoint } from '../core/endpoint';
import { Given } from '../core/fields';
import { NetworkPeer, PodPeerOptions } from '../core/network-peer';
import { literal, type RelabelConfig } from '../core/relabeling';

/** Where Prometheus looks for targets. */
export interface DiscoveryConfig {
  readonly kubernetes_sd_configs?: { role: Role; namespaces?: { names: string[] }; selectors?: { role: Role; label: string }[] }[];
  readonly static_configs?: { targets: string[] }[];
}

/** Where the targets of a job come from, and what that takes. */
export interface Discovery {
  readonly config: DiscoveryConfig;
  /** Namespaces in which they are looked for. @default - all */
  readonly namespaces?: string[];
  /**
   * Steps that choose targets and give them their standard labels. If they give several targets one `__address__`, as for a prober, they must
   * also write what tells these apart to `__tmp_hash`: static sharding hashes what is there after them, and one shard would have them all.
   */
  readonly relabelings: RelabelConfig[];
  /** What whoever discovers the targets must be allowed to do. */
  readonly rights: ApiRight[];
  /** What whoever scrapes them must be allowed to do. @default - nothing */
  readonly scrapeRights?: ApiRight[];
  /** Where the targets are. */
  readonly peers: NetworkPeer[];
  /** Those of parts of this app: the graph knows the way to each. @default - none */
  readonly endpoints?: Endpoint[];
  /** What these are called in the picture of the topology. @default - their labels or addresses */
  readonly peersName?: string;
}

type Role = 'pod' | 'service' | 'endpoints' | 'endpointslice' | 'node' | 'ingress';

const META = '__meta_kubernetes_';

// Discovery lists and watches, and never gets a single object (Prometheus 3.14, discovery/kubernetes).
const watches = (apiGroup: string, ...resources: string[]): PolicyRule => ({ apiGroups: [apiGroup], resources, verbs: ['list', 'watch'] });

/** What the discovery of a role reads. */
export const WATCHED: Record<Role, PolicyRule[]> = {
  pod: [watches('', 'pods')],
  service: [watches('', 'services')],
  endpoints: [watches('', 'endpoints', 'pods', 'services')],
  endpointslice: [watches('discovery.k8s.io', 'endpointslices'), watches('', 'pods', 'services')],
  node: [watches('', 'nodes')],
  ingress: [watches('networking.k8s.io', 'ingresses')],
};

const POD_LABELS = { namespace: 'namespace', pod: 'pod_name', container: 'pod_container_name', node: 'pod_node_name' };

/** Labels of all targets of a role, and where their values come from. */
const STANDARD_LABELS: Record<Role, Record<string, string>> = {
  pod: POD_LABELS,
  service: { namespace: 'namespace', service: 'service_name' },
  endpoints: { ...POD_LABELS, service: 'service_name' },
  endpointslice: { ...POD_LABELS, service: 'service_name' },
  node: { node: 'node_name' },
  ingress: { namespace: 'namespace', ingress: 'ingress_name' },
};

export const keep = (label: string, regex: string): RelabelConfig => ({ action: 'keep', source_labels: [META + label], regex });

const copy = (label: string, target: string): RelabelConfig => ({ action: 'replace', source_labels: [META + label], target_label: target });

/** Prometheus writes what is no letter, digit or `_` in the name of a label as `_`. */
const metaName = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_');

const keepLabels = (object: string, labels: Record<string, string> = {}): RelabelConfig[] =>
  Object.entries(labels).map(([name, value]) => keep(`${object}_label_${metaName(name)}`, literal(value)));

interface Sd {
  readonly namespaces?: string[];
  /** The API server then sends only these objects: a fraction of the traffic and memory of sorting them out here. */
  readonly selector?: string;
  /** Standard labels that this job cannot have. */
  readonly without?: string[];
}

/** Discovery by the API server; `choice` chooses targets, the standard labels follow it. */
function kubernetes(role: Role, { namespaces, selector, without = [] }: Sd, choice: RelabelConfig[]): Omit<Discovery, 'peers'> {
  const sd = {
    role,
    namespaces: namespaces && { names: namespaces },
    selectors: selector ? [{ role, label: selector }] : undefined,
  };
  const labels = Object.entries(STANDARD_LABELS[role]).filter(([target]) => !without.includes(target));
  return {
    config: { kubernetes_sd_configs: [sd] },
    namespaces,
    relabelings: [...choice, ...labels.map(([target, label]) => copy(label, target))],
    rights: [{ namespaces, rules: WATCHED[role] }],
  };
}

const equalityOf = (labels: Record<string, string> = {}): string => Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(',');

/** Pods of the namespaces, or of all; Services are no peers of policies, what is behind them is. */
export function podPeers({ namespaces }: Given<NamespacedJobOptions>, options: PodPeerOptions = {}): NetworkPeer[] {
  return namespaces
    ? namespaces.map(namespace => NetworkPeer.pods({ ...options, namespaceLabels: { 'kubernetes.io/metadata.name': namespace } }))
    : [NetworkPeer.pods({ ...options, anyNamespace: true })];
}

// A pod that has ended keeps its address for a while, though nobody answers there any more.
const RUNNING: RelabelConfig = { action: 'drop', source_labels: [`${META}pod_phase`], regex: 'Succeeded|Failed' };

export function podDiscovery(given: Given<PodJobOptions>): Discovery {
  const { namespaces, podLabels, portName, portNumber } = given;
  const choice = [
    RUNNING,
    ...(portName !== undefined ? [keep('pod_container_port_name', literal(portName))] : []),
    ...(portNumber !== undefined ? [keep('pod_container_port_number', String(portNumber))] : []),
    // A container without ports is found as well, with an address that has none.
    ...(portName === undefined && portNumber === undefined ? [keep('pod_container_port_protocol', 'TCP')] : []),
  ];
  const ports = portNumber !== undefined ? [{ port: portNumber }] : undefined;
  return { ...kubernetes('pod', { namespaces, selector: equalityOf(podLabels) }, choice), peers: podPeers(given, { podLabels, ports }) };
}

/** One address for IPv4 and IPv6. */
function addressFrom(port: string): RelabelConfig[] {
  const rule = (ip: string, address: string): RelabelConfig =>
    ({ action: 'replace', source_labels: [port, `${META}pod_ip`], regex: `(\\d+);(${ip})`, target_label: '__address__', replacement: address });
  return [rule('[^:]+', '$2:$1'), rule('.*:.*', '[$2]:$1')];
}

export function annotatedPodDiscovery(given: Given<AnnotatedPodJobOptions>): Discovery {
  const { namespaces, podLabels, annotationPrefix = 'prometheus.io' } = given;
  const annotation = (name: string) => `pod_annotation_${metaName(`${annotationPrefix}/${name}`)}`;
  const take = (name: string, regex: string, target: string): RelabelConfig =>
    ({ action: 'replace', source_labels: [META + annotation(name)], regex, target_label: target });
  const choice = [
    RUNNING,
    keep(annotation('scrape'), 'true'),
    ...addressFrom(META + annotation('port')),
    take('path', '(.+)', '__metrics_path__'),
    take('scheme', '(https?)', '__scheme__'),
  ];
  // Each declared port is found as a target. With one address for all of them they are one target, unless a label tells them apart.
  const sd = { namespaces, selector: equalityOf(podLabels), without: ['container'] };
  return { ...kubernetes('pod', sd, choice), peers: podPeers(given, { podLabels }) };
}

export function serviceDiscovery(given: Given<ServiceJobOptions>): Discovery {
  const { namespaces, serviceLabels, portName } = given;
  const choice = portName !== undefined ? [keep('service_port_name', literal(portName))] : [];
  return { ...kubernetes('service', { namespaces, selector: equalityOf(serviceLabels) }, choice), peers: podPeers(given) };
}

/** The port that a target must have, or, where none is named, what only a port of the Service has: other ports of its pods are found too. */
const ENDPOINT_PORTS = {
  endpoints: { name: 'endpoint_port_name', own: keep('endpoint_ready', '.+') },
  endpointslice: { name: 'endpointslice_port_name', own: keep('endpointslice_port', '.+') },
};

export const endpointsDiscovery = (role: keyof typeof ENDPOINT_PORTS) => (given: Given<ServiceJobOptions>): Discovery => {
  const { namespaces, serviceLabels, portName } = given;
  const { name, own } = ENDPOINT_PORTS[role];
  const choice = [...keepLabels('service', serviceLabels), portName !== undefined ? keep(name, literal(portName)) : own];
  return { ...kubernetes(role, { namespaces }, choice), peers: podPeers(given) };
};

export const nodeDiscovery = ({ nodeLabels, portNumber }: Given<NodeJobOptions>, { kubelets }: ClusterPeers): Discovery => {
  const port: RelabelConfig[] = portNumber === undefined ? []
    : [{ action: 'replace', source_labels: ['__address__'], regex: '(.+):\\d+', target_label: '__address__', replacement: `$1:${portNumber}` }];
  const peers = [portNumber === undefined ? kubelets : NetworkPeer.anywhere([{ port: portNumber }])];
  return { ...kubernetes('node', { selector: equalityOf(nodeLabels) }, port), peers, peersName: portNumber === undefined ? 'kubelets' : 'nodes' };
};

export function ingressDiscovery({ namespaces, ingressLabels }: Given<IngressJobOptions>): Discovery {
  const take = (from: string, target: string): RelabelConfig => copy(`ingress_${from}`, target);
  const choice = [take('scheme', '__scheme__')];
  return {
    ...kubernetes('ingress', { namespaces, selector: equalityOf(ingressLabels) }, choice),
    peers: [NetworkPeer.anywhere([{ port: 80 }, { port: 443 }])],
    peersName: 'hosts of ingresses',
  };
}

/** A host as a policy can name it: an address, the namespace of a Service, or anywhere. */
function hostPeer(host: string, port: number): NetworkPeer {
  const [, namespace] = /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(host) ?? [];
  if (namespace) {
    return NetworkPeer.namespace(namespace);
  }
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    return NetworkPeer.ipBlock(`${host}/32`, [{ port }]);
  }
  return host.includes(':') ? NetworkPeer.ipBlock(`${host}/128`, [{ port }]) : NetworkPeer.anywhere([{ port }]);
}

export const TARGET = /^(?:\[([0-9a-fA-F:]+)\]|([^\s:/[\]]+)):(\d{1,5})$/;

export function staticDiscovery(targets: string[]): Discovery {
  const peers = targets.map(target => {
    const [, ipv6, host, port] = TARGET.exec(target)!;
    return hostPeer(ipv6 ?? host, Number(port));
  });
  return { config: { static_configs: [{ targets }] }, relabelings: [], rights: [], peers };
}

/**
 * Targets that a prober looks at: it is scraped in their place, once for each. A target keeps its shard by its own address, as the prober's is
 * that of all of them.
 */
export function probeDiscovery(targets: string[], prober?: Endpoint): Discovery {
  const write = (target: string, source: string): RelabelConfig => ({ action: 'replace', source_labels: [source], target_label: target });
  const relabelings = [
    write('__param_target', '__address__'), write('instance', '__param_target'), write(HASH, '__param_target'),
    ...prober ? [{ action: 'replace', target_label: '__address__', replacement: prober.address }] : [],
  ];
  return { config: { static_configs: [{ targets }] }, relabelings, rights: [], peers: [], endpoints: prober && [prober] };
}

/** What parts of this app, or of another, serve of others' metrics. */
export const endpointTargets = (endpoints: Endpoint[]): Discovery =>
  ({ config: { static_configs: [{ targets: endpoints.map(({ address }) => address) }] }, relabelings: [], rights: [], peers: [], endpoints });
