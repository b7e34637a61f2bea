import { API_SERVER, KUBELET, seriesOf } from './series';
import { CADVISOR_STEPS, KUBERNETES_STEPS, PLATFORM_STEPS } from '../../src/collect/default-metric-relabelings';
import { RelabelConfig } from '../../src/core/relabeling';

type Labels = Record<string, string>;

/** Whether a series passes all steps, as Prometheus judges `keep` and `drop`. */
function passes(steps: RelabelConfig[], labels: Labels): boolean {
  return steps.every(({ action, source_labels = [], regex }) => {
    const matches = new RegExp(`^(?:${regex})$`, 's').test(source_labels.map(label => labels[label] ?? '').join(';'));
    return matches === (action === 'keep');
  });
}

const bucket = (name: string, le: string): Labels => ({ __name__: `${name}_bucket`, le });
const total = (series: { count: number }[]) => series.reduce((sum, { count }) => sum + count, 0);

test.each([
  ['API server', API_SERVER, 28_218, 3_708],
  ['kubelet', KUBELET, 1_450, 802],
])('what remains of the most numerous metrics of a %s', (_, exposition, before, after) => {
  const series = seriesOf(exposition);
  expect(total(series)).toBe(before);
  expect(total(series.filter(({ labels }) => passes(KUBERNETES_STEPS, labels)))).toBe(after);
});

describe('API servers and kubelets', () => {
  test.each([
    ['1'], ['1.0'], ['5.0'], ['30'], ['30.0'], ['+Inf'],
  ])('the objectives of kubernetes-mixin have their bucket up to %s', le => {
    expect(passes(KUBERNETES_STEPS, bucket('apiserver_request_sli_duration_seconds', le))).toBe(true);
  });

  test.each([
    'aggregator_unavailable_apiservice', 'apiserver_request_sli_duration_seconds_count', 'apiserver_request_terminations_total', 'apiserver_request_total',
    'etcd_request_duration_seconds_sum', 'go_gc_duration_seconds', 'go_goroutines', 'go_info', 'go_memstats_alloc_bytes', 'kubelet_certificate_manager_client_ttl_seconds', 'kubelet_evictions',
    'kubelet_node_config_error', 'kubelet_node_name', 'kubelet_pleg_relist_duration_seconds_count', 'kubelet_pod_worker_duration_seconds_count', 'kubelet_running_containers',
    'kubelet_running_pods', 'kubelet_runtime_operations_errors_total', 'kubelet_runtime_operations_total', 'kubelet_server_expiration_renew_errors', 'kubelet_volume_stats_available_bytes',
    'kubelet_volume_stats_inodes_used', 'kubernetes_build_info', 'process_cpu_seconds_total', 'process_resident_memory_bytes', 'rest_client_requests_total',
    'storage_operation_duration_seconds_count', 'storage_operation_errors_total', 'volume_manager_total_volumes', 'workqueue_adds_total', 'workqueue_depth',
  ])('what kubernetes-mixin and everybody reads stays: %s', name => {
    expect(passes(KUBERNETES_STEPS, { __name__: name })).toBe(true);
  });

  test.each([
    'apiserver_client_certificate_expiration_seconds', 'kubelet_cgroup_manager_duration_seconds', 'kubelet_pleg_relist_duration_seconds', 'kubelet_pleg_relist_interval_seconds',
    'kubelet_pod_start_duration_seconds', 'kubelet_pod_start_sli_duration_seconds', 'kubelet_pod_worker_duration_seconds', 'kubelet_runtime_operations_duration_seconds',
    'rest_client_request_duration_seconds', 'storage_operation_duration_seconds', 'workqueue_queue_duration_seconds',
  ])('histograms of which it reads quantiles have buckets: %s', name => {
    expect(['0.1', '1.0', '+Inf'].map(le => passes(KUBERNETES_STEPS, bucket(name, le)))).toEqual([true, true, true]);
  });

  test.each([
    bucket('a_histogram_yet_to_come', '1.0'), bucket('apiserver_request_sli_duration_seconds', '1.25'), bucket('etcd_request_duration_seconds', '+Inf'),
    bucket('workqueue_queue_duration_seconds', '1e-08'), { __name__: 'apiserver_request_duration_seconds_sum' }, { __name__: 'kubernetes_feature_enabled' },
    { __name__: 'go_sched_latencies_seconds_count' }, { __name__: 'go_gc_heap_live_bytes' },
  ])('drops %j', labels => {
    expect(passes(KUBERNETES_STEPS, labels)).toBe(false);
  });
});

describe('cAdvisor', () => {
  const container = { container: 'web', pod: 'shop-0', namespace: 'shop', id: '/kubepods/pod1/c1' };
  const pod = { container: '', pod: 'shop-0', namespace: 'shop', id: '/kubepods/pod1' };
  const slice = { container: '', pod: '', namespace: '', id: '/system.slice/cron.service' };
  const node = { container: '', pod: '', namespace: '', id: '/' };

  test.each([
    'container_cpu_usage_seconds_total', 'container_cpu_cfs_periods_total', 'container_cpu_cfs_throttled_periods_total', 'container_cpu_cfs_throttled_seconds_total',
    'container_fs_reads_bytes_total', 'container_fs_reads_total', 'container_fs_usage_bytes', 'container_fs_writes_bytes_total', 'container_fs_writes_total', 'container_memory_cache',
    'container_memory_max_usage_bytes', 'container_memory_rss', 'container_memory_swap', 'container_memory_usage_bytes', 'container_memory_working_set_bytes', 'container_oom_events_total',
    'container_pressure_memory_stalled_seconds_total', 'container_spec_cpu_quota', 'container_spec_memory_limit_bytes', 'container_start_time_seconds', 'container_threads',
  ])('a container has %s, a node too, and cgroups between have not', name => {
    const of = (labels: Labels) => passes(CADVISOR_STEPS, { __name__: name, ...labels });
    expect([container, node, pod, slice].map(of)).toEqual([true, true, false, false]);
  });

  test.each([
    'container_blkio_device_usage_total', 'container_cpu_load_average_10s', 'container_cpu_system_seconds_total', 'container_file_descriptors', 'container_fs_io_current',
    'container_fs_sector_reads_total', 'container_last_seen', 'container_memory_failcnt', 'container_memory_failures_total', 'container_memory_mapped_file', 'container_memory_total_active_file_bytes',
    'container_processes', 'container_sockets', 'container_spec_cpu_shares', 'container_spec_memory_swap_limit_bytes', 'container_tasks_state', 'container_threads_max', 'container_ulimits_soft',
  ])('no container has %s', name => {
    expect(passes(CADVISOR_STEPS, { __name__: name, ...container })).toBe(false);
  });

  test.each([
    ['eth0', pod, true], ['ens5', node, true], ['eth0', slice, true], ['cali1f2e', pod, false], ['vethb2', pod, false], ['eni4d', node, false],
  ])('the network %s of %j', (networkInterface, labels, kept) => {
    expect(passes(CADVISOR_STEPS, { __name__: 'container_network_receive_bytes_total', interface: networkInterface, ...labels })).toBe(kept);
  });

  test('what is of no cgroup stays', () => {
    expect(passes(CADVISOR_STEPS, { __name__: 'machine_memory_bytes' })).toBe(true);
    expect(passes(CADVISOR_STEPS, { __name__: 'container_scrape_error' })).toBe(true);
  });
});

test.each([
  ['grpc_server_handling_seconds', true], ['grpc_client_handling_seconds', true], ['http_request_duration_seconds', true],
  ['continuous_test_write_duration_seconds', true], ['prometheus_remote_storage_sent_batch_duration_seconds', true], ['thanos_objstore_bucket_operation_duration_seconds', true],
  ['thanos_bucket_store_series_gate_queries_duration_seconds', true], ['thanos_receive_forward_delay_seconds', true],
  ['thanos_objstore_bucket_operation_transferred_bytes', false], ['prometheus_tsdb_compaction_duration_seconds', false], ['http_response_size_bytes', false],
])('the platform\'s own programs: buckets of %s, %p', (name, kept) => {
  expect(passes(PLATFORM_STEPS, bucket(name, '1.0'))).toBe(kept);
  expect(passes(PLATFORM_STEPS, { __name__: `${name}_count` })).toBe(true);
});
