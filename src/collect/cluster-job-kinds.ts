import type { PolicyRule } from 'kubernetes-types/rbac/v1';
import { CADVISOR_STEPS, KUBERNETES_STEPS } from './default-metric-relabelings';
import { Discovery, endpointsDiscovery, keep, nodeDiscovery } from './discovery';
import type { JobKind } from './resolved-job';
import { KUBELET_JOB_FIELDS, KubeletJobOptions, READY_MADE_JOB_FIELDS, ReadyMadeJobOptions } from './scrape-job-options';
import { API_SERVER_NAME, ClusterPeers } from '../core/cluster-peers';
import type { Given } from '../core/fields';
import { constantLabel, RelabelConfig } from '../core/relabeling';

/** A kind of job that every cluster has one of. */
interface ClusterJobKind<O extends ReadyMadeJobOptions> extends JobKind<O> {
  readonly name: string;
}

/** The kubelet asks the API server whether the token may get this of its node. */
const NODE_METRICS: PolicyRule = { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] };

const API_METRICS: PolicyRule = { nonResourceURLs: ['/metrics'], verbs: ['get'] };

// Tools that read container metrics (dashboards of kube-prometheus, krr) tell them from the kubelet's own by this label.
const METRICS_PATH: RelabelConfig = { action: 'replace', source_labels: ['__metrics_path__'], target_label: 'metrics_path' };

const kubeletDiscovery = (...labels: RelabelConfig[]) => (given: Given<KubeletJobOptions>, peers: ClusterPeers): Discovery => {
  const nodes = nodeDiscovery(given, peers);
  return { ...nodes, relabelings: [...nodes.relabelings, METRICS_PATH, ...labels], scrapeRights: [{ rules: [NODE_METRICS] }] };
};

export const KUBELET: ClusterJobKind<KubeletJobOptions> = {
  name: 'kubelet',
  fields: KUBELET_JOB_FIELDS,
  discover: kubeletDiscovery(),
  serviceAccount: true,
  metricRelabelings: () => KUBERNETES_STEPS,
};

export const CADVISOR: ClusterJobKind<KubeletJobOptions> = {
  name: 'cadvisor',
  fields: KUBELET_JOB_FIELDS,
  discover: kubeletDiscovery(constantLabel('job', KUBELET.name)),
  serviceAccount: true,
  metricRelabelings: () => CADVISOR_STEPS,
  // cAdvisor states when it looked last, up to minutes ago; a container that is gone would linger.
  defaults: { metricsPath: '/metrics/cadvisor', honorTimestamps: false },
};

const NAMESPACE = 'default';
const SERVICE = 'kubernetes';

export const API_SERVER: ClusterJobKind<ReadyMadeJobOptions> = {
  name: 'apiserver',
  fields: READY_MADE_JOB_FIELDS,
  // Behind the Service stand all API servers; by its own address only one of them would be scraped.
  discover: (_, { apiServer }) => {
    const slices = endpointsDiscovery('endpointslice')({ namespaces: [NAMESPACE], portName: 'https' });
    return {
      ...slices,
      relabelings: [keep('service_name', SERVICE), ...slices.relabelings],
      scrapeRights: [{ rules: [API_METRICS] }],
      peers: [apiServer],
      peersName: API_SERVER_NAME,
    };
  },
  serviceAccount: true,
  metricRelabelings: () => KUBERNETES_STEPS,
  // Certificates name the Service, but not always the address of each server.
  defaults: { tls: { serverName: `${SERVICE}.${NAMESPACE}.svc` } },
};
