import { exposition, Metric } from '../../core/program/exposition';

/** Everything that the program has to say in numbers. */
export class Metrics {
  public readonly stored = new Metric('alarm_recorder_events_stored_total', 'counter', 'Events that the database has confirmed, by kind; also those that a peer had stored before.');
  public readonly silences = new Metric('alarm_recorder_silences_stored_total', 'counter', 'States of silences that the database has confirmed.');
  public readonly skipped = new Metric('alarm_recorder_lines_skipped_total', 'counter', 'Lines that are no event, or that the database cannot hold.');
  public readonly givenUp = new Metric('alarm_recorder_given_up_bytes_total', 'counter', 'Bytes of events that waited for the database until there was no room.');
  public readonly pending = new Metric('alarm_recorder_pending_bytes', 'gauge', 'Bytes of events that wait for the database.');
  public readonly up = new Metric('alarm_recorder_database_up', 'gauge', 'Whether the database took what it was last sent.');
  public readonly success = new Metric('alarm_recorder_last_success_timestamp_seconds', 'gauge', 'When all events had last been stored.');
  public readonly failures = new Metric('alarm_recorder_failures_total', 'counter', 'Attempts to store that failed; each is repeated.');

  constructor() {
    [this.silences, this.skipped, this.givenUp, this.pending, this.up, this.success, this.failures].forEach(metric => metric.add({}, 0));
  }

  public text(): string {
    return exposition([this.stored, this.silences, this.skipped, this.givenUp, this.pending, this.up, this.success, this.failures]);
  }
}
