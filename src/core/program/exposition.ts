type Labels = Record<string, string>;

/** Upper bounds of the buckets of a duration, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const escape = (value: string): string => value.replace(/[\\"\n]/g, found => (found === '\n' ? '\\n' : `\\${found}`));

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, own]) => `${label}="${escape(own)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}

/** Numbers of one metric by their labels. */
export class Metric {
  private readonly values = new Map<string, { readonly labels: Labels; value: number }>();

  constructor(private readonly name: string, private readonly type: string, private readonly help: string) {}

  /** Adds to a number, which is there from then on; by 0 it only comes into being. */
  public add(labels: Labels, amount: number): void {
    this.entry(labels).value += amount;
  }

  public set(labels: Labels, value: number): void {
    this.entry(labels).value = value;
  }

  /** Forgets all numbers, so that those whose labels are gone are no longer there. */
  public clear(): void {
    this.values.clear();
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
export class Histogram {
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

const MEMORY = new Metric('process_resident_memory_bytes', 'gauge', 'Resident memory.');
const CPU = new Metric('process_cpu_seconds_total', 'counter', 'User and system CPU time.');
const START = new Metric('process_start_time_seconds', 'gauge', 'Start time since the Unix epoch.');

/** Metrics in Prometheus' text format, with those that every process has behind them. */
export function exposition(metrics: readonly (Metric | Histogram)[]): string {
  const { user, system } = process.cpuUsage();
  MEMORY.set({}, process.memoryUsage.rss());
  CPU.set({}, (user + system) / 1e6);
  START.set({}, Math.round(Date.now() / 1000 - process.uptime()));
  return `${[...metrics, MEMORY, CPU, START].flatMap(metric => metric.lines()).join('\n')}\n`;
}
