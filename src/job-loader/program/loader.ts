import type { JobFile, Jobs } from './job-file';
import type { Told } from './jobs';
import type { Metrics } from './metrics';
import type { Prometheus } from './prometheus';
import type { Log } from '../../core/program/log';

/**
 * Milliseconds for which a job stays that the allocator no longer tells. An allocator tells of no jobs for some seconds after its start, which
 * must not be taken for an order; and a job whose object is gone has no targets any more, for these it gets from the allocator as well.
 */
const ABSENCE = 300_000;

/** Prometheus reads its configuration for the first time later. */
export class NotReady extends Error {
  constructor() {
    super('Prometheus is not ready');
  }
}

/** A version of a job that does not come in. */
interface Refused {
  readonly text: string;
  readonly reason: string;
}

const same = (one: Jobs, other: Jobs): boolean => one.size === other.size && [...one].every(([name, text]) => other.get(name) === text);

/** Puts what the allocator tells in force, job by job, and keeps out what Prometheus does not take. */
export class Loader {
  private readonly told = new Map<string, Told & { readonly seen: number }>();
  private readonly refused = new Map<string, Refused>();
  private accepted: Jobs;
  /** Whether it is known that Prometheus has what it accepted last: it may have restarted, or an earlier run of this program have ended midway. */
  private known = false;

  constructor(
    private readonly file: JobFile, private readonly prometheus: Prometheus, private readonly metrics: Metrics, private readonly log: Log, now = Date.now(),
  ) {
    this.accepted = file.accepted;
    this.accepted.forEach((text, name) => this.told.set(name, { text, seen: now }));
    file.show(this.accepted);
    metrics.refusals.add({}, 0);
  }

  /** What the allocator tells now. */
  public see(jobs: ReadonlyMap<string, Told>, now = Date.now()): void {
    jobs.forEach((job, name) => this.told.set(name, { ...job, seen: now }));
    for (const [name, { seen }] of this.told) {
      if (now - seen > ABSENCE) {
        this.told.delete(name);
        this.refused.delete(name);
      }
    }
  }

  /**
   * Brings Prometheus up to what was told.
   *
   * @throws when that could not be done; then it is to be tried again.
   */
  public async apply(): Promise<void> {
    const staying = new Map([...this.accepted].filter(([name]) => this.told.has(name)));
    const fresh = this.fresh(staying);
    const next = new Map([...staying, ...fresh]);
    try {
      if (!this.known || !same(next, this.accepted)) {
        await this.bring(staying, next, fresh);
      }
    } finally {
      this.tell();
    }
  }

  /** What is in force and what is not, for people. */
  public report(): string {
    const jobs = [...new Set([...this.accepted.keys(), ...this.refused.keys()])].sort().map(name => ({
      job: name, inForce: this.accepted.has(name), ...(this.refused.has(name) ? { refused: this.refused.get(name)!.reason } : {}),
    }));
    return `${JSON.stringify(jobs, undefined, 2)}\n`;
  }

  /** New versions that may come in. */
  private fresh(staying: Jobs): [string, string][] {
    const changed = [...this.told].filter(([name, { text }]) => staying.get(name) !== text);
    changed.forEach(([name, { text, obstacle }]) => {
      if (obstacle !== undefined) {
        this.refuse(name, text, obstacle);
      }
    });
    return changed.map(([name, { text }]): [string, string] => [name, text]).filter(([name, text]) => this.refused.get(name)?.text !== text);
  }

  private async bring(staying: Jobs, next: Jobs, fresh: [string, string][]): Promise<void> {
    if (!await this.prometheus.isReady()) {
      throw new NotReady();
    }
    const reason = await this.show(next);
    if (reason === undefined) {
      return;
    }
    // The fault may be in the rest of its configuration, and no job's.
    const others = await this.show(staying);
    if (others !== undefined) {
      throw new Error(`Prometheus refuses its configuration, also without what is new: ${others}`);
    }
    if (!await this.admit(fresh, reason)) {
      await this.show(this.accepted);
    }
  }

  /** Finds which of several jobs, refused together, are at fault. Returns whether Prometheus accepted what it was shown last. */
  private async admit(jobs: [string, string][], reason: string): Promise<boolean> {
    if (jobs.length === 1) {
      this.refuse(...jobs[0], reason);
      return false;
    }
    const half = Math.ceil(jobs.length / 2);
    let accepted = true;
    for (const part of [jobs.slice(0, half), jobs.slice(half)]) {
      const refusal = await this.show(new Map([...this.accepted, ...part]));
      accepted = refusal === undefined || await this.admit(part, refusal);
    }
    return accepted;
  }

  /** Lets Prometheus read some jobs, and tells why it refused. What it has not accepted is gone from the file afterwards. */
  private async show(jobs: Jobs): Promise<string | undefined> {
    this.file.show(jobs);
    const { result, reason = '' } = await this.prometheus.reload();
    this.metrics.reloads.add({ result }, 1);
    if (result === 'accepted') {
      this.logChanges(jobs);
      this.file.accept(jobs);
      this.accepted = jobs;
      this.known = true;
      return undefined;
    }
    this.file.show(this.accepted);
    this.known = false;
    if (result === 'unreachable') {
      throw new Error(`Prometheus could not be told: ${reason}`);
    }
    return reason;
  }

  private refuse(name: string, text: string, reason: string): void {
    if (this.refused.get(name)?.text !== text) {
      this.refused.set(name, { text, reason });
      this.metrics.refusals.add({}, 1);
      this.log('error', 'refused', { job: name, keepsEarlier: this.accepted.has(name), reason });
    }
  }

  private logChanges(next: Jobs): void {
    for (const name of new Set([...this.accepted.keys(), ...next.keys()])) {
      if (this.accepted.get(name) !== next.get(name)) {
        this.log('info', !next.has(name) ? 'removed' : this.accepted.has(name) ? 'changed' : 'added', { job: name });
      }
    }
  }

  private tell(): void {
    for (const name of this.refused.keys()) {
      // Back to the version that is in force.
      if (this.accepted.get(name) === this.told.get(name)?.text) {
        this.refused.delete(name);
      }
    }
    const { loaded, refused, refusedJob } = this.metrics;
    loaded.set({}, this.accepted.size);
    refused.set({}, this.refused.size);
    refusedJob.clear();
    this.refused.forEach((_, name) => refusedJob.set({ scrape_job: name }, 1));
  }
}
