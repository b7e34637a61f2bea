import type { IConstruct } from 'constructs';
import { API_SERVER, CADVISOR, KUBELET } from './cluster-job-kinds';
import { annotatedPodDiscovery, endpointsDiscovery, ingressDiscovery, nodeDiscovery, podDiscovery, serviceDiscovery } from './discovery';
import { JobKind, readCollectedJob, readJob, readProbeJob, readStaticJob, ResolvedJob } from './resolved-job';
import {
  ANNOTATED_POD_JOB_FIELDS, AnnotatedPodJobOptions, INGRESS_JOB_FIELDS, IngressJobOptions, KubeletJobOptions, NODE_JOB_FIELDS, NodeJobOptions,
  POD_JOB_FIELDS, PodJobOptions, ProbeJobOptions, ReadyMadeJobOptions, ScrapeJobOptions, SERVICE_JOB_FIELDS, ServiceJobOptions,
} from './scrape-job-options';
import type { IScrapeTarget } from '../core/endpoint';

const POD: JobKind<PodJobOptions> = { fields: POD_JOB_FIELDS, discover: podDiscovery };
const ANNOTATED_POD: JobKind<AnnotatedPodJobOptions> = { fields: ANNOTATED_POD_JOB_FIELDS, discover: annotatedPodDiscovery };
const SERVICE: JobKind<ServiceJobOptions> = { fields: SERVICE_JOB_FIELDS, discover: serviceDiscovery };
const ENDPOINTS: JobKind<ServiceJobOptions> = { fields: SERVICE_JOB_FIELDS, discover: endpointsDiscovery('endpoints') };
const ENDPOINT_SLICES: JobKind<ServiceJobOptions> = { fields: SERVICE_JOB_FIELDS, discover: endpointsDiscovery('endpointslice') };
const NODE: JobKind<NodeJobOptions> = { fields: NODE_JOB_FIELDS, discover: nodeDiscovery };
const INGRESS: JobKind<IngressJobOptions> = { fields: INGRESS_JOB_FIELDS, discover: ingressDiscovery };

/**
 * What is scraped, how, and to whom it belongs.
 *
 * A job is a value: it may be given to several `ShardedPrometheus`, and what is wrong with it is reported where it is added.
 * Its name becomes the label `job`.
 */
export class ScrapeJob {
  /** Pods, each of its declared TCP ports, or the port that is named. Labels: `namespace`, `pod`, `container`, `node`. */
  public static pods(name: string, options: PodJobOptions = {}): ScrapeJob {
    return new ScrapeJob(name, at => readJob(at, name, POD, options));
  }

  /**
   * Pods that ask for it by the customary annotations: `prometheus.io/scrape: "true"`, and optionally `prometheus.io/port`,
   * `prometheus.io/path` and `prometheus.io/scheme`. Without the port, each declared one. Labels: `namespace`, `pod`, `node`.
   */
  public static annotatedPods(name: string, options: AnnotatedPodJobOptions = {}): ScrapeJob {
    return new ScrapeJob(name, at => readJob(at, name, ANNOTATED_POD, options));
  }

  /** Each port of Services, at the Service's address: one answer of any of its pods. Labels: `namespace`, `service`. */
  public static services(name: string, options: ServiceJobOptions = {}): ScrapeJob {
    return new ScrapeJob(name, at => readJob(at, name, SERVICE, options));
  }

  /**
   * What stands behind Services, by Endpoints, which Kubernetes ≥ 1.33 calls deprecated: prefer `endpointSlices`.
   * Labels: `namespace`, `service`, `pod`, `container`, `node`.
   */
  public static endpoints(name: string, options: ServiceJobOptions = {}): ScrapeJob {
    return new ScrapeJob(name, at => readJob(at, name, ENDPOINTS, options));
  }

  /** What stands behind Services, by EndpointSlices. Labels: `namespace`, `service`, `pod`, `container`, `node`. */
  public static endpointSlices(name: string, options: ServiceJobOptions = {}): ScrapeJob {
    return new ScrapeJob(name, at => readJob(at, name, ENDPOINT_SLICES, options));
  }

  /** Nodes, at the kubelet's port or another. Labels: `node`; `instance` is the node's name. */
  public static nodes(name: string, options: NodeJobOptions = {}): ScrapeJob {
    return new ScrapeJob(name, at => readJob(at, name, NODE, options));
  }

  /** Hosts of Ingresses. Labels: `namespace`, `ingress`. */
  public static ingresses(name: string, options: IngressJobOptions = {}): ScrapeJob {
    return new ScrapeJob(name, at => readJob(at, name, INGRESS, options));
  }

  /**
   * Targets by their addresses.
   * @param targets `host:port` of each
   */
  public static staticTargets(name: string, targets: string[], options: ScrapeJobOptions = {}): ScrapeJob {
    return new ScrapeJob(name, at => readStaticJob(at, name, targets, options));
  }

  /**
   * What a prober such as the Blackbox exporter finds at targets that have no metrics: it is asked once for each, as `__param_target`.
   * `instance` is the target; `probe_success == 0` says that it fails. Each target belongs to one shard, whatever prober it shares.
   * @param targets URLs, or addresses, as the prober's module takes them
   */
  public static probe(name: string, targets: string[], options: ProbeJobOptions): ScrapeJob {
    return new ScrapeJob(name, at => readProbeJob(at, name, targets, options));
  }

  /**
   * What jobs have pushed to a Pushgateway, with the labels that they gave it. Its own metrics are not among them: self-monitoring
   * scrapes them, as it does those of every program.
   */
  public static pushgateway(name: string, target: IScrapeTarget, options: ScrapeJobOptions = {}): ScrapeJob {
    return new ScrapeJob(name, at => readCollectedJob(at, name, target, options));
  }

  /**
   * The kubelets' own metrics, as job `kubelet`, authorized by the pods' ServiceAccount. Their certificates must be signed by the
   * cluster's authority; where kubelets sign their own (kubeadm without `serverTLSBootstrap`, kind, minikube),
   * `tls: { insecureSkipVerify: true }` is needed, and whoever can answer in a kubelet's place then sees the token.
   */
  public static kubelet(options: KubeletJobOptions = {}): ScrapeJob {
    return new ScrapeJob(KUBELET.name, at => readJob(at, KUBELET.name, KUBELET, options));
  }

  /** The kubelets' metrics of containers, as job `cadvisor`; see `kubelet` for the certificates. Its label `job` is `kubelet`, as dashboards expect. */
  public static cadvisor(options: KubeletJobOptions = {}): ScrapeJob {
    return new ScrapeJob(CADVISOR.name, at => readJob(at, CADVISOR.name, CADVISOR, options));
  }

  /** Each API server's metrics, as job `apiserver`, authorized by the pods' ServiceAccount. */
  public static apiServer(options: ReadyMadeJobOptions = {}): ScrapeJob {
    return new ScrapeJob(API_SERVER.name, at => readJob(at, API_SERVER.name, API_SERVER, options));
  }

  private constructor(
    /** Name of the job, unique in each Prometheus. */
    public readonly name: string,
    /** @internal */
    public readonly _read: (at: IConstruct) => ResolvedJob,
  ) {}
}
