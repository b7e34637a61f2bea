export { Authorization, BasicAuth, ClientTls, HttpClientOptions } from './http-client';
export { Relabeling, ReplaceOptions } from './relabeling';
export { RemoteWriteTuning } from './remote-write';
export { ScrapeJob } from './scrape-job';
export {
  AnnotatedPodJobOptions, IngressJobOptions, KubeletJobOptions, NamespacedJobOptions, NodeJobOptions, PodJobOptions, ScrapeJobOptions, ScrapeScheme,
  ServiceJobOptions,
} from './scrape-job-options';
export { ScrapeLimits } from './scrape-limits';
export { TargetPartition } from './sharding';
export { ShardedPrometheus } from './sharded-prometheus';
export { PrometheusMode, ReplicaRollout, ShardedPrometheusOptions, ShardedPrometheusProps } from './sharded-prometheus-props';
