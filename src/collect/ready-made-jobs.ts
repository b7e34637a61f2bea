import { ScrapeJob } from './scrape-job';
import type { ScrapeJobOptions } from './scrape-job-options';

/** The jobs that every cluster has targets for: kubelets, their containers, API servers. `options` hold for all of them. */
export function clusterJobs(options: ScrapeJobOptions = {}): ScrapeJob[] {
  return [ScrapeJob.kubelet(options), ScrapeJob.cadvisor(options), ScrapeJob.apiServer(options)];
}
