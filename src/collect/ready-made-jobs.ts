import { ScrapeJob } from './scrape-job';
import type { KubeletJobOptions, ReadyMadeJobOptions } from './scrape-job-options';

/**
 * The jobs that every cluster has targets for: kubelets, their containers, API servers. `options` hold for all of them, and
 * `kubelets` win over these where kubelets answer.
 */
export function clusterJobs(options: ReadyMadeJobOptions = {}, kubelets: KubeletJobOptions = {}): ScrapeJob[] {
  const both = { ...options, ...kubelets };
  return [ScrapeJob.kubelet(both), ScrapeJob.cadvisor(both), ScrapeJob.apiServer(options)];
}
