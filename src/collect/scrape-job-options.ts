import { SCRAPE_LIMITS_FIELDS, ScrapeLimits } from './scrape-limits';
import { type Endpoint, endpoint } from '../core/endpoint';
import { count, dnsLabel, Fields, labelKey, labelName, labelValue, list, map, oneOf, required, text, toggle } from '../core/fields';
import { HTTP_CLIENT_FIELDS, HttpClientOptions } from '../core/http-client';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { configText, Relabeling, relabeling } from '../core/relabeling';

/** How targets are spoken to. */
export enum ScrapeScheme {
  HTTP = 'http',
  HTTPS = 'https',
}

/** What every job lets its user decide. */
export interface ScrapeJobOptions extends ScrapeLimits, HttpClientOptions {
  /** Path of the metrics. @default /metrics; of probes, /probe */
  readonly metricsPath?: string;
  /** How targets are spoken to. @default - HTTPS where `tls` is given, HTTP otherwise */
  readonly scheme?: ScrapeScheme;
  /** Parameters of the URL, each with its values. @default - none */
  readonly params?: Record<string, string[]>;
  /** Where a sample has a label that the target has too, the sample's wins; otherwise it becomes `exported_…`. @default false */
  readonly honorLabels?: boolean;
  /** Takes timestamps that the target states. @default true */
  readonly honorTimestamps?: boolean;
  /** Team that owns the targets, as label `team`. @default - no such label */
  readonly team?: string;
  /** Service that the targets belong to, as label `service`. @default - the Kubernetes Service of roles that know one */
  readonly service?: string;
  /** Part of the business that the series come from, as label `origin`. @default - no such label */
  readonly origin?: string;
  /** Further labels of all series of the job. @default - none */
  readonly labels?: Record<string, string>;
  /**
   * Steps over the labels of targets, after the standard ones. A target's shard follows from `__tmp_hash`, by default its address;
   * one with `__tmp_disable_sharding` is scraped by every shard, whose copies something must then tell apart. @default - none
   */
  readonly relabelings?: Relabeling[];
  /** Steps over the labels of samples. @default - none */
  readonly metricRelabelings?: Relabeling[];
  /** Where targets are, as network policies name it. @default - what the discovery tells */
  readonly targetPeers?: NetworkPeer[];
}

const ownership = () => text('a text without \'$(NAME)\', which the config-reloader would replace by a variable', /^(?![\s\S]*\$\([A-Za-z0-9_]+\))[\s\S]*\S/);

export const SCRAPE_JOB_FIELDS: Fields<ScrapeJobOptions> = {
  ...SCRAPE_LIMITS_FIELDS,
  ...HTTP_CLIENT_FIELDS,
  metricsPath: configText('a path that begins with \'/\'', /^\/\S*$/),
  scheme: oneOf(ScrapeScheme),
  params: map(list(configText()), configText()),
  honorLabels: toggle(),
  honorTimestamps: toggle(),
  team: ownership(),
  service: ownership(),
  origin: ownership(),
  labels: map(ownership(), labelName()),
  relabelings: list(relabeling()),
  metricRelabelings: list(relabeling()),
  targetPeers: list(networkPeer()),
};

/** What jobs of namespaced objects let their user decide. */
export interface NamespacedJobOptions extends ScrapeJobOptions {
  /** Namespaces in which targets are looked for; with them, rights and network policies reach no further. @default - all namespaces */
  readonly namespaces?: string[];
}

const kubernetesLabels = () => map(labelValue(), labelKey());
const portName = () => text('a name of a port (lower-case letters, digits and \'-\')', /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 63);
const portNumber = () => count({ min: 1, max: 65535 });

const NAMESPACED_FIELDS: Fields<NamespacedJobOptions> = { ...SCRAPE_JOB_FIELDS, namespaces: list(dnsLabel()) };

/** Options of `ScrapeJob.pods`. */
export interface PodJobOptions extends NamespacedJobOptions {
  /** Labels of the pods. @default - all pods */
  readonly podLabels?: Record<string, string>;
  /** Name of the container port that serves metrics. @default - each declared TCP port */
  readonly portName?: string;
  /** Number of the container port that serves metrics, as the container declares it. @default - each declared TCP port */
  readonly portNumber?: number;
}

export const POD_JOB_FIELDS: Fields<PodJobOptions> = {
  ...NAMESPACED_FIELDS, podLabels: kubernetesLabels(), portName: portName(), portNumber: portNumber(),
};

/** Options of `ScrapeJob.annotatedPods`. */
export interface AnnotatedPodJobOptions extends NamespacedJobOptions {
  /** Labels of the pods. @default - all pods */
  readonly podLabels?: Record<string, string>;
  /** What stands before `/scrape`, `/port`, `/path` and `/scheme` in the annotations. @default prometheus.io */
  readonly annotationPrefix?: string;
}

export const ANNOTATED_POD_JOB_FIELDS: Fields<AnnotatedPodJobOptions> = {
  ...NAMESPACED_FIELDS,
  podLabels: kubernetesLabels(),
  annotationPrefix: text('a prefix of annotations (a DNS subdomain)', /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 253),
};

/** Options of `ScrapeJob.services`, `ScrapeJob.endpoints` and `ScrapeJob.endpointSlices`. */
export interface ServiceJobOptions extends NamespacedJobOptions {
  /** Labels of the Services. @default - all Services */
  readonly serviceLabels?: Record<string, string>;
  /** Name of the Service's port that serves metrics. @default - each port */
  readonly portName?: string;
}

export const SERVICE_JOB_FIELDS: Fields<ServiceJobOptions> = { ...NAMESPACED_FIELDS, serviceLabels: kubernetesLabels(), portName: portName() };

/** Options of `ScrapeJob.nodes`. */
export interface NodeJobOptions extends ScrapeJobOptions {
  /** Labels of the nodes. @default - all nodes */
  readonly nodeLabels?: Record<string, string>;
  /** Port of the node that serves metrics, e.g. 9100. @default - that of the kubelet */
  readonly portNumber?: number;
}

export const NODE_JOB_FIELDS: Fields<NodeJobOptions> = { ...SCRAPE_JOB_FIELDS, nodeLabels: kubernetesLabels(), portNumber: portNumber() };

/** Options of `ScrapeJob.ingresses`. */
export interface IngressJobOptions extends NamespacedJobOptions {
  /** Labels of the Ingresses. @default - all Ingresses */
  readonly ingressLabels?: Record<string, string>;
}

export const INGRESS_JOB_FIELDS: Fields<IngressJobOptions> = { ...NAMESPACED_FIELDS, ingressLabels: kubernetesLabels() };

/** Options of `ScrapeJob.probe`. */
export interface ProbeJobOptions extends ScrapeJobOptions {
  /** Where the prober answers, e.g. `Endpoint.external({ host: 'blackbox-exporter.probes.svc.cluster.local', port: 9115 })`. */
  readonly prober: Endpoint;
  /** Module of the prober: what it asks, and what is a success. @default - the prober's own, `http_2xx` of a Blackbox exporter */
  readonly module?: string;
}

export const PROBE_JOB_FIELDS: Fields<ProbeJobOptions> = {
  ...SCRAPE_JOB_FIELDS,
  // No construct: without it, the rest of the job is judged all the same.
  prober: { ...required(endpoint()), opaque: false },
  module: configText(),
};

/** Options of the jobs that come ready-made: `ScrapeJob.apiServer`, `kubelet` and `cadvisor`, and the one that scrapes the platform itself. */
export interface ReadyMadeJobOptions extends ScrapeJobOptions {
  /**
   * Leaves out, before the steps of `metricRelabelings`, what no rule and no dashboard of kubernetes-mixin and of the Thanos mixin reads and
   * what is many: buckets of most histograms (sums and counts stay), the inside of Go's runtime, details for each kind of object, and of
   * cAdvisor the cgroups that are no container. Measured on Kubernetes 1.34: an API server has 4,500 series in place of 30,600, a
   * kubelet 1,000 in place of 2,000, and cAdvisor, with 10 containers on a node, 350 in place of 1,700.
   * @default true
   */
  readonly defaultMetricRelabelings?: boolean;
}

export const READY_MADE_JOB_FIELDS: Fields<ReadyMadeJobOptions> = { ...SCRAPE_JOB_FIELDS, defaultMetricRelabelings: toggle() };

/** Options of `ScrapeJob.kubelet` and `ScrapeJob.cadvisor`. */
export interface KubeletJobOptions extends ReadyMadeJobOptions {
  /** Labels of the nodes. @default - all nodes */
  readonly nodeLabels?: Record<string, string>;
}

export const KUBELET_JOB_FIELDS: Fields<KubeletJobOptions> = { ...READY_MADE_JOB_FIELDS, nodeLabels: kubernetesLabels() };
