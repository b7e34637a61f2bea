import type { SenderFigures } from './figures';
import { JOBS } from './jobs';
import { BY_POD, PlatformAlert, Selector, warning } from './platform-alert';

/** The job-loader beside each sender, where ServiceMonitors and the like are scraped. */
export function jobLoaders({ targetAllocator }: SenderFigures, at: Selector, pods: string): PlatformAlert[] {
  const targets = at.pods(JOBS.prometheus, pods);
  return !targetAllocator?.customResources ? [] : [
    // Each sender tells it of each job.
    warning('JobLoaderJobRefused', 5, `max by (cluster, namespace, scrape_job) (job_loader_job_refused${targets}) > 0`,
      'An object is not scraped as it says',
      'What {{ $labels.scrape_job }} says cannot be scraped; an earlier version of it may be in force. The log of the job-loader says why.'),
    warning('JobLoaderFailing', 10, [
      `max ${BY_POD} (job_loader_last_load_successful${targets}) == 0`,
      `max ${BY_POD} (job_loader_allocator_up${targets}) == 0`,
    ].join(' or '),
    'New and changed objects are not scraped',
    'The job-loader of {{ $labels.pod }} gets no answer from the target allocators, or cannot have Prometheus reload; jobs stay as they were.'),
  ];
}
