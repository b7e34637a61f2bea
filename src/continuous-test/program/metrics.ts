type Labels = Record<string, string>;

/** Upper bounds of the buckets of a duration, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const escape = (value: string): string => value.replace(/[\\"\n]/g, found => (found === '\n' ? '\\n' : `\\${found}`));

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, own]) => `${label}="${escape(own)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}

/** Numbers of one metric by their labels. */
class Metric {
  private readonly values = new Map<string, { readonly labels: Labels; value: number }>();

  constructor(private readonly name: string, private readonly type: string, private readonly help: string) {}

  /** Adds to a number, which is there from then on; by 0 it only comes into being. */
  public add(labels: Labels, amount: number): void {
    this.entry(labels).value += amount;
  }

  public set(labels: Labels, value: number): void {
    this.entry(labels).value = value;
  }

  public lines(): string[] {
    return [`# HELP ${this.name} ${this.help}`, `# TYPE ${this.name} ${this.type}`, ...[...this.values.values()].map(({ labels, value }) => line(this.name, labels, value))];
  }

  private entry(labels: Labels): { value: number } {
    const id = JSON.stringify(labels);
    const entry = this.values.get(id) ?? { labels, value: 0 };
    this.values.set(id, entry);
    return entry;
  }
}

/** Durations of one metric by their labels, in buckets. */
class Histogram {
  private readonly series = new Map<string, { readonly labels: Labels; readonly counts: number[]; sum: number }>();

  constructor(private readonly name: string, private readonly help: string) {}

  public observe(labels: Labels, seconds: number): void {
    const id = JSON.stringify(labels);
    const entry = this.series.get(id) ?? { labels, counts: [...BUCKETS, Infinity].map(() => 0), sum: 0 };
    this.series.set(id, entry);
    [...BUCKETS, Infinity].forEach((bound, index) => {
      entry.counts[index] += seconds <= bound ? 1 : 0;
    });
    entry.sum += seconds;
  }

  public lines(): string[] {
    return [`# HELP ${this.name} ${this.help}`, `# TYPE ${this.name} histogram`, ...[...this.series.values()].flatMap(({ labels, counts, sum }) => [
      ...counts.map((count, index) => line(`${this.name}_bucket`, { ...labels, le: String(BUCKETS[index] ?? '+Inf') }, count)),
      line(`${this.name}_sum`, labels, sum),
      line(`${this.name}_count`, labels, counts.at(-1)!),
    ])];
  }
}

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
  public readonly wrong = new Metric('continuous_test_wrong_samples_total', 'counter', 'Samples that queries return with another value than was written.');
  public readonly position = new Metric('continuous_test_read_position_timestamp_seconds', 'gauge', 'Time up to which samples have been read back.');
  private readonly process = new Metric('process_resident_memory_bytes', 'gauge', 'Resident memory.');
  private readonly cpu = new Metric('process_cpu_seconds_total', 'counter', 'User and system CPU time.');
  private readonly start = new Metric('process_start_time_seconds', 'gauge', 'Start time since the Unix epoch.');

  public text(): string {
    const { user, system } = process.cpuUsage();
    this.process.set({}, process.memoryUsage.rss());
    this.cpu.set({}, (user + system) / 1e6);
    this.start.set({}, Math.round(Date.now() / 1000 - process.uptime()));
    return `${[
      this.writes, this.writeDuration, this.written, this.unwritten, this.writeDelay,
      this.reads, this.readDuration, this.checked, this.lost, this.wrong, this.position,
      this.process, this.cpu, this.start,
    ].flatMap(metric => metric.lines()).join('\n')}\n`;
  }
}
