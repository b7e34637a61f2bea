import { exposition, Histogram, Metric } from '../../core/program/exposition';

/** Everything that the program has to say, in Prometheus' text format. */
export class Metrics {
  public readonly writes = new Metric('continuous_test_writes_total', 'counter', 'Write requests by their result: accepted, failed (tried again) or refused (not tried again).');
  public readonly writeDuration = new Histogram('continuous_test_write_duration_seconds', 'Durations of write requests, whatever their result.');
  public readonly written = new Metric('continuous_test_written_samples_total', 'counter', 'Samples that the receiver has accepted.');
  public readonly unwritten = new Metric('continuous_test_unwritten_samples_total', 'counter', 'Samples that the receiver refused, or did not accept for too long.');
  public readonly writeDelay = new Metric('continuous_test_write_delay_seconds', 'gauge', 'Age of the oldest sample that the receiver has not accepted yet.');
  public readonly reads = new Metric('continuous_test_reads_total', 'counter', 'Queries by their result: complete, incomplete (samples were missing or wrong) or failed.');
  public readonly readDuration = new Histogram('continuous_test_read_duration_seconds', 'Durations of queries, whatever their result.');
  public readonly checked = new Metric('continuous_test_checked_samples_total', 'counter', 'Accepted samples that were looked for; each once at each age.');
  public readonly lost = new Metric('continuous_test_lost_samples_total', 'counter', 'Accepted samples that queries no longer return.');
  public readonly mergedAway = new Metric('continuous_test_merged_away_samples_total', 'counter', 'Accepted samples that queries no longer return, in gaps so short that the merging of copies has left them out.');
  public readonly wrong = new Metric('continuous_test_wrong_samples_total', 'counter', 'Samples that queries return with another value than was written.');
  public readonly position = new Metric('continuous_test_read_position_timestamp_seconds', 'gauge', 'Time up to which samples have been read back.');

  public text(): string {
    return exposition([
      this.writes, this.writeDuration, this.written, this.unwritten, this.writeDelay,
      this.reads, this.readDuration, this.checked, this.lost, this.mergedAway, this.wrong, this.position,
    ]);
  }
}
