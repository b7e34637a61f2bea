import { ScrapeJob } from './scrape-job';
import type { KubeletJobOptions, ScrapeJobOptions } from './scrape-job-options';

/**
 * The jobs that every cluster has targets for: kubelets, their containers, API servers. `options` hold for all of them, and
 * `kubelets` win over these where kubelets answer.
 */
export function clusterJobs(options: ScrapeJobOptions = {}, kubelets: KubeletJobOptions = {}): ScrapeJob[] {
  const both = { ...options, ...kubelets };
  return [ScrapeJob.kubelet(both), ScrapeJob.cadvisor(both), ScrapeJob.apiServer(options)];
}
