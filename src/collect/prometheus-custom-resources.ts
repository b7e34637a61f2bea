import type { Duration } from 'cdk8s';
import { podPeers, WATCHED } from './discovery';
import type { ApiRight } from '../core/api-rights';
import { duration, Field, Fields, Given, labelKey, labelValue, list, map, namespaceName } from '../core/fields';
import { type NetworkPeer, networkPeer } from '../core/network-peer';

/**
 * Which objects of the Prometheus Operator's kinds are scraped. The operator itself is not needed, but the definitions of its kinds are: a kind
 * that is defined later is seen when the allocators restart.
 *
 * An object that names a Secret or a ConfigMap, for a password, a token or a certificate, is left out, and the allocators' log says so: they may
 * read neither. One that names files is left out by the senders, whose own files these would be. Such targets are scraped by a `ScrapeJob`.
 */
export interface PrometheusCustomResources {
  /**
   * Namespaces of the objects, and of their targets; they must exist. An object that selects targets in any namespace finds none.
   * @default - all namespaces
   */
  readonly namespaces?: string[];
  /** Labels that a ServiceMonitor must have. @default - all of them are taken */
  readonly serviceMonitorLabels?: Record<string, string>;
  /** Labels that a PodMonitor must have. @default - all of them are taken */
  readonly podMonitorLabels?: Record<string, string>;
  /** Labels that a Probe must have. @default - all of them are taken */
  readonly probeLabels?: Record<string, string>;
  /** Labels that a ScrapeConfig must have. @default - all of them are taken */
  readonly scrapeConfigLabels?: Record<string, string>;
  /** Time between two scrapes where an object states none. @default - that of the senders */
  readonly scrapeInterval?: Duration;
  /** Where the targets are, for network policies. @default - any pod of these namespaces, or of all */
  readonly targetPeers?: NetworkPeer[];
}

const labels = (): Field<Record<string, string>> => map(labelValue(), labelKey());

/** One row a prop. */
export const PROMETHEUS_CUSTOM_RESOURCES_FIELDS: Fields<PrometheusCustomResources> = {
  namespaces: list(namespaceName()),
  serviceMonitorLabels: labels(),
  podMonitorLabels: labels(),
  probeLabels: labels(),
  scrapeConfigLabels: labels(),
  scrapeInterval: duration({ min: 1 }),
  targetPeers: list(networkPeer()),
};

/** The props in base units, with that of the senders in the place of an interval that was not given. */
export type CustomResourceSettings = Given<PrometheusCustomResources> & {
  /** Seconds. */
  readonly scrapeInterval: number;
};

/** An empty one means all; without one the allocator takes none. */
const selector = (matchlabels?: Record<string, string>): object => (matchlabels && Object.keys(matchlabels).length > 0 ? { matchlabels } : {});

/** What a target allocator is told. */
export const customResourcesConfig = (s: CustomResourceSettings): object => ({
  enabled: true,
  allow_namespaces: s.namespaces,
  service_monitor_selector: selector(s.serviceMonitorLabels),
  pod_monitor_selector: selector(s.podMonitorLabels),
  probe_selector: selector(s.probeLabels),
  scrape_config_selector: selector(s.scrapeConfigLabels),
  scrape_interval: `${s.scrapeInterval}s`,
});

const OBJECTS = { apiGroups: ['monitoring.coreos.com'], resources: ['servicemonitors', 'podmonitors', 'probes', 'scrapeconfigs'], verbs: ['list', 'watch'] };
const NAMESPACE = { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] };

/**
 * What it must be allowed: the objects, and whatever they may find. With namespaces that are named it asks for each of these by its name, which a
 * Role in that namespace allows; objects of the cluster, as nodes are, are not seen then.
 */
export function customResourceRights({ namespaces }: CustomResourceSettings): ApiRight {
  const found = [...WATCHED.endpointslice, ...WATCHED.ingress, ...(namespaces ? [] : WATCHED.node)];
  return { namespaces, rules: [OBJECTS, ...found, namespaces ? NAMESPACE : { ...NAMESPACE, verbs: ['list', 'watch'] }] };
}

/**
 * The same watcher, which takes no object at all. An allocator that has one asks for the version of the API server before it answers anybody, and ends
 * if it gets none; without, one that is started again while the API server is away tells each sender that it has no targets, for nobody can take it
 * out of its Service then (OpenTelemetry Operator 0.140, cmd/otel-allocator/main.go; seen on the rig).
 */
export const watcherConfig = (namespace: string): object => ({ enabled: true, allow_namespaces: [namespace] });

/** What that one asks for, whatever it takes. */
export const watcherRights = (namespace: string): ApiRight => ({ namespaces: [namespace], rules: [OBJECTS, NAMESPACE] });

/** Where the targets are. */
export const customResourcePeers = ({ targetPeers, namespaces }: CustomResourceSettings): NetworkPeer[] => targetPeers ?? podPeers({ namespaces });
