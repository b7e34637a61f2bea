export type { Authorization, BasicAuth, ClientTls, HttpClientOptions } from '../core/http-client';
export { Relabeling, type ReplaceOptions } from '../core/relabeling';
export type { RemoteWriteTuning } from '../core/remote-write';
export type { SenderAutoscalingOptions } from './autoscaling-props';
export type { PrometheusCustomResources } from './prometheus-custom-resources';
export { ScrapeJob } from './scrape-job';
export {
  type AnnotatedPodJobOptions, type IngressJobOptions, type KubeletJobOptions, type NamespacedJobOptions, type NodeJobOptions,
  type PodJobOptions, type ProbeJobOptions, type ReadyMadeJobOptions, type ScrapeJobOptions, ScrapeScheme, type ServiceJobOptions,
} from './scrape-job-options';
export type { ScrapeLimits } from './scrape-limits';
export type { TargetPartition } from './sharding';
export { ShardedPrometheus } from './sharded-prometheus';
export { PrometheusMode, ReplicaRollout, Sharding, type ShardedPrometheusOptions, type ShardedPrometheusProps } from './sharded-prometheus-props';
export { AllocationStrategy, type TargetAllocatorOptions } from './target-allocator-props';
