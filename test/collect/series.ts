/** Label sets of a histogram, and the bounds of its buckets but +Inf. */
type Histogram = readonly [series: number, bounds: readonly number[]];

interface Exposition {
  readonly histograms: Readonly<Record<string, Histogram>>;
  readonly others: Readonly<Record<string, number>>;
}

const SECONDS = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const USUAL = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const QUEUE = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1, 1, 10];
const PODS = [0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 2700, 3600];
const CLIENT = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
const STORAGE = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 25, 50, 120, 300, 600];
const RUNTIME = Array.from({ length: 14 }, (_, power) => 0.005 * 2.5 ** power);
const megabytes = Array.from({ length: 31 }, (_, step) => 50_000 + step * 100_000);
const powers = (base: number, from: number, to: number) => Array.from({ length: to - from + 1 }, (_, step) => base ** (from + step));

/** The most numerous metrics of the API server of Kubernetes 1.34.3 on the rig: 28,200 of 30,616 series. */
export const API_SERVER: Exposition = {
  histograms: {
    apiserver_admission_controller_admission_duration_seconds: [56, [0.005, 0.025, 0.1, 0.5, 1, 2.5]],
    apiserver_flowcontrol_request_execution_seconds: [18, [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]],
    apiserver_request_body_size_bytes: [104, megabytes],
    apiserver_request_duration_seconds: [293, [0.005, 0.025, ...SECONDS]],
    apiserver_request_sli_duration_seconds: [231, SECONDS],
    apiserver_response_sizes: [176, powers(10, 3, 9)],
    apiserver_watch_cache_read_wait_seconds: [55, [0.005, 0.025, ...SECONDS.slice(0, 11)]],
    apiserver_watch_events_sizes: [55, powers(2, 10, 17)],
    etcd_request_duration_seconds: [191, [0.005, 0.025, ...SECONDS]],
    rest_client_request_duration_seconds: [5, CLIENT],
    workqueue_queue_duration_seconds: [27, QUEUE],
    workqueue_work_duration_seconds: [27, QUEUE],
  },
  others: {
    apiserver_cache_list_fetched_objects_total: 56,
    apiserver_cache_list_returned_objects_total: 55,
    apiserver_cache_list_total: 56,
    apiserver_longrunning_requests: 70,
    apiserver_request_total: 326,
    apiserver_resource_objects: 56,
    apiserver_selfrequest_total: 100,
    apiserver_storage_consistency_checks_total: 63,
    apiserver_storage_list_evaluated_objects_total: 57,
    apiserver_storage_list_fetched_objects_total: 57,
    apiserver_storage_list_returned_objects_total: 57,
    apiserver_storage_list_total: 57,
    apiserver_storage_objects: 56,
    apiserver_watch_cache_events_dispatched_total: 55,
    apiserver_watch_cache_initializations_total: 55,
    apiserver_watch_cache_resource_version: 55,
    apiserver_watch_events_total: 55,
    etcd_requests_total: 191,
    kubernetes_feature_enabled: 208,
    watch_cache_capacity: 55,
  },
};

/** The most numerous metrics of one kubelet there: 1,450 of 2,026 series. */
export const KUBELET: Exposition = {
  histograms: {
    kubelet_cgroup_manager_duration_seconds: [3, USUAL],
    kubelet_http_requests_duration_seconds: [4, USUAL],
    kubelet_pleg_relist_duration_seconds: [1, USUAL],
    kubelet_pleg_relist_interval_seconds: [1, USUAL],
    kubelet_pod_start_duration_seconds: [1, PODS],
    kubelet_pod_start_sli_duration_seconds: [1, PODS],
    kubelet_pod_start_total_duration_seconds: [1, PODS],
    kubelet_pod_worker_duration_seconds: [4, USUAL],
    kubelet_runtime_operations_duration_seconds: [16, RUNTIME],
    rest_client_rate_limiter_duration_seconds: [4, CLIENT],
    rest_client_request_duration_seconds: [5, CLIENT],
    rest_client_request_size_bytes: [5, powers(4, 3, 13)],
    rest_client_response_size_bytes: [5, powers(4, 3, 13)],
    storage_operation_duration_seconds: [15, STORAGE],
    volume_operation_total_seconds: [4, STORAGE],
    workqueue_queue_duration_seconds: [3, QUEUE],
    workqueue_work_duration_seconds: [3, QUEUE],
  },
  others: {
    kubelet_runtime_operations_total: 16,
    kubelet_working_pods: 15,
    kubernetes_feature_enabled: 208,
    rest_client_requests_total: 8,
    volume_manager_total_volumes: 8,
  },
};

/** Every series of an exposition by the labels that the steps look at, with how many there are. */
export function seriesOf({ histograms, others }: Exposition): { labels: Record<string, string>; count: number }[] {
  const bound = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));
  return [
    ...Object.entries(histograms).flatMap(([name, [count, bounds]]) => [
      ...[...bounds.map(bound), '+Inf'].map(le => ({ labels: { __name__: `${name}_bucket`, le }, count })),
      { labels: { __name__: `${name}_sum` }, count },
      { labels: { __name__: `${name}_count` }, count },
    ]),
    ...Object.entries(others).map(([name, count]) => ({ labels: { __name__: name }, count })),
  ];
}
