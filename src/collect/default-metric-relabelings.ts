import { ProgramName } from '../core/images';
import { literal, type RelabelConfig } from '../core/relabeling';

/** Upper bounds of the buckets that are kept of each histogram, whose name may be a pattern; none for all of its buckets. */
type KeptBuckets = Readonly<Record<string, readonly number[]>>;

/** Of a whole number Prometheus 3 writes `1.0` where version 2 had `1`. */
const bound = (value: number): string => literal(String(value)) + (Number.isInteger(value) ? '(?:\\.0)?' : '');

/**
 * Keeps what is no bucket, and of buckets those that are named. Sums and counts stay, and with them rates and means: what
 * goes is the quantiles that nobody asks for, also of histograms that are yet to come.
 */
function keepBuckets(kept: KeptBuckets): RelabelConfig {
  const buckets = Object.entries(kept).map(([name, bounds]) =>
    `${name}_bucket;${bounds.length > 0 ? `(?:${[...bounds.map(bound), '\\+Inf'].join('|')})` : '.+'}`);
  return { action: 'keep', source_labels: ['__name__', 'le'], regex: ['.+;', ...buckets].join('|') };
}

const drop = (source_labels: string[], ...patterns: string[]): RelabelConfig => ({ action: 'drop', source_labels, regex: patterns.join('|') });

/** The inside of Go's runtime, about 130 series a program; go_goroutines, go_memstats_* and go_gc_duration_seconds stay. */
const GO_RUNTIME = drop(['__name__'],
  'go_(?:cgo|cpu_classes|gc_(?:cleanups|cycles|finalizers|gogc|gomemlimit|heap|limiter|pauses|scan|stack)|godebug|memory_classes|sched|sync)_.+');

/**
 * Of API servers and kubelets; one list for both, as k3s is one process and shows all metrics at each port.
 *
 * Kept are the buckets that the rules and dashboards of kubernetes-mixin read: of `apiserver_request_sli_duration_seconds` the
 * bounds of its objectives (1, 5 and 30 s) and what a quantile needs between them.
 */
export const KUBERNETES_STEPS: RelabelConfig[] = [
  keepBuckets({
    'apiserver_request_sli_duration_seconds': [0.1, 0.4, 1, 5, 30, 60],
    'workqueue_queue_duration_seconds': [0.001, 0.01, 0.1, 1, 10],
    'storage_operation_duration_seconds': [0.1, 0.5, 1, 5, 10, 50, 300],
    '(?:apiserver_client_certificate_expiration|rest_client_request_duration)_seconds': [],
    'kubelet_(?:(?:cgroup_manager|pleg_relist|pod_start|pod_start_sli|pod_worker|runtime_operations)_duration|pleg_relist_interval)_seconds': [],
  }),
  GO_RUNTIME,
  drop(['__name__'],
    // The same requests as apiserver_request_total and apiserver_request_sli_duration_seconds count.
    'apiserver_request_duration_seconds_.+',
    // One or more series for each kind of object, which say how the API server works inside.
    'apiserver_(?:cache_list|request_body_size_bytes|response_sizes|storage_list|watch_cache|watch_events_sizes)_.+',
    'apiserver_(?:selfrequest|storage_consistency_checks|storage_events_received)_total', 'etcd_bookmark_counts', 'watch_cache_capacity',
    // One series for each feature gate, which changes with a new version only.
    'kubernetes_feature_enabled'),
];

/** Virtual ends of pods' interfaces: a pod in the network of its node shows those of all pods of the node. */
const VIRTUAL_INTERFACES = '(?:azv|br-|cali|cilium|cni|docker|eni|flannel|gke|lxc|nodelocaldns|tunl|veth|vxlan).*';

/** Of cAdvisor. */
export const CADVISOR_STEPS: RelabelConfig[] = [
  // Containers; the node as a whole, which is '/', and what has no cgroup; networks, which belong to pods. Not the cgroups between.
  { action: 'keep', source_labels: ['container', 'id', '__name__'], regex: '.+;.*;.+|;/?;.+|;.+;container_network_.+' },
  drop(['__name__', 'interface'], `container_network_.+;${VIRTUAL_INTERFACES}`),
  drop(['__name__'],
    'container_blkio_device_usage_total', 'container_cpu_(?:load_.+|system_seconds_total|user_seconds_total)',
    'container_fs_(?:io_.+|read_seconds_total|reads_merged_total|sector_.+|write_seconds_total|writes_merged_total)',
    'container_memory_(?:failcnt|failures_total|kernel_usage|mapped_file|total_.+)',
    // The limits of memory and CPU stay: they are what usage is read against.
    'container_spec_(?:cpu_period|cpu_shares|memory_reservation_limit_bytes|memory_swap_limit_bytes)',
    'container_(?:file_descriptors|last_seen|processes|sockets|tasks_state|threads_max|ulimits_soft)', 'machine_nvm_.+'),
];

/** Of the platform's own programs. Kept are the buckets that the Thanos mixin reads, and those of remote write, by which one tunes it. */
export const PLATFORM_STEPS: RelabelConfig[] = [
  keepBuckets({
    '(?:grpc_(?:client|server)_handling|http_request_duration)_seconds': [],
    '(?:continuous_test_(?:read|write)|prometheus_remote_storage_sent_batch)_duration_seconds': [],
    'thanos_(?:alert_sender_latency|blocks_meta_sync_duration|compact_garbage_collection_duration|objstore_bucket_operation_duration|receive_forward_delay)_seconds': [],
    'thanos_bucket_store_(?:sent_chunk_size_bytes|series_.+_seconds)': [],
  }),
  GO_RUNTIME,
];

/** What jobs have pushed; it is scraped once more, with its own labels, by `ScrapeJob.pushgateway`. */
export const WITHOUT_PUSHED = drop(['job', 'exported_job'], `${ProgramName.PUSHGATEWAY};.+`);
