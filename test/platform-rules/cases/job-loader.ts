import { AlertCase, only, pod, series, warns } from '../alert-case';

const LOADER = pod('prometheus', 'platform-scaled-a-0', 'job-loader');
const TWIN = pod('prometheus', 'platform-scaled-b-0', 'job-loader');
const JOB = { scrape_job: 'serviceMonitor/shop/web/0' };

/** One series of a loader. */
const one = (metric: string, values: string, ...labels: Parameters<typeof series>[1][]) => ({ [series(metric, LOADER, ...labels)]: values });

export const JOB_LOADERS: AlertCase[] = [
  warns('JobLoaderJobRefused', 20, { ...one('job_loader_job_refused', '1x60', JOB), [series('job_loader_job_refused', TWIN, JOB)]: '1x60' }, JOB,
    { ...one('job_loader_job_refused', '1x10 stale', JOB), ...one('job_loader_jobs_refused', '1x60') }),
  warns('JobLoaderFailing', 30, one('job_loader_last_load_successful', '0x60'), only(LOADER), one('job_loader_last_load_successful', '1x60')),
  warns('JobLoaderFailing', 30, one('job_loader_allocator_up', '0x60'), only(LOADER), one('job_loader_allocator_up', '1x5 0x5 1x50')),
];
