import { exposition, Metric } from '../../core/program/exposition';

/** Everything that the program has to say in numbers. */
export class Metrics {
  public readonly loaded = new Metric('rule_loader_files_loaded', 'gauge', 'Rule files in force.');
  public readonly refused = new Metric('rule_loader_files_refused', 'gauge', 'Rule files that are not in force as their ConfigMaps have them.');
  public readonly refusedFile = new Metric('rule_loader_file_refused', 'gauge', 'One for each file that is refused; an earlier version of it may still be in force.');
  public readonly refusals = new Metric('rule_loader_refusals_total', 'counter', 'Versions of rule files that were refused.');
  public readonly reloads = new Metric('rule_loader_reloads_total', 'counter', 'Reloads of the evaluator by their result: accepted, refused or unreachable (tried again).');
  public readonly successful = new Metric('rule_loader_last_reload_successful', 'gauge', 'Whether the last change came to its end: in force or refused, and the evaluator told.');
  public readonly successTime = new Metric('rule_loader_last_reload_success_timestamp_seconds', 'gauge', 'When a change last came to its end.');
  public readonly apiUp = new Metric('rule_loader_api_up', 'gauge', 'Whether the Kubernetes API lets the ConfigMaps of a namespace be seen.');

  public text(): string {
    return exposition([this.loaded, this.refused, this.refusedFile, this.refusals, this.reloads, this.successful, this.successTime, this.apiUp]);
  }
}
