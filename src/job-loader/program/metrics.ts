import { exposition, Metric } from '../../core/program/exposition';

/** Everything that the program has to say in numbers. */
export class Metrics {
  public readonly loaded = new Metric('job_loader_jobs_loaded', 'gauge', 'Jobs of objects in the cluster that Prometheus has.');
  public readonly refused = new Metric('job_loader_jobs_refused', 'gauge', 'Jobs that Prometheus does not have as the target allocator tells them.');
  // `job` is the label of whoever scrapes this.
  public readonly refusedJob = new Metric('job_loader_job_refused', 'gauge', 'One for each job that is refused; an earlier version of it may still be in force.');
  public readonly refusals = new Metric('job_loader_refusals_total', 'counter', 'Versions of jobs that were refused.');
  public readonly reloads = new Metric('job_loader_reloads_total', 'counter', 'Reloads of Prometheus by their result: accepted, refused or unreachable (tried again).');
  public readonly allocatorUp = new Metric('job_loader_allocator_up', 'gauge', 'Whether the target allocator answered the last question for jobs.');
  public readonly successful = new Metric('job_loader_last_load_successful', 'gauge', 'Whether what was told last came to its end: in force or refused, and Prometheus told.');
  public readonly successTime = new Metric('job_loader_last_load_success_timestamp_seconds', 'gauge', 'When the allocator last answered and all that it told came to its end.');

  public text(): string {
    return exposition([this.loaded, this.refused, this.refusedJob, this.refusals, this.reloads, this.allocatorUp, this.successful, this.successTime]);
  }
}
