import { GENERATOR_LABELS, LIVES_PORT } from '../generator/objects';
import { type Life, METRIC, serialAt } from '../generator/series';
import { type Account, Accounting, type AccountOptions, type Copy, type Excuse, type Span } from '../harness/accounting';
import { joined } from '../harness/audit';
import type { Cluster } from '../harness/cluster';
import { Forward } from '../harness/forward';
import { labelSelector } from '../harness/pods';
import type { PrometheusApi, Series } from '../harness/query';
import { until } from '../harness/wait';

/** The twins, and their tenants. */
export const TWINS = ['a', 'b'] as const;

/** Intervals on both sides of a window that are read too, so that its first and last scrape can be told. */
const MARGIN = 4;
/** Samples of one request. */
const SAMPLES_AT_ONCE = 100_000;
/** Copies of each sample: twins × replication factor. */
const COPIES = 6;

/** Of one job's series: by whom they are looked at. */
export interface Accounts {
  /** What either twin has. */
  readonly pairs: Account;
  /** What Query makes of both. */
  readonly merged: Account;
  /** What one twin has, as if there were no other. */
  readonly alone: Readonly<Record<string, Account>>;
}

/** What is counted. */
export interface CountOptions {
  readonly window: Span;
  /** Milliseconds between two scrapes. */
  readonly interval: number;
  readonly excuses?: Excuse[];
}

/** The targets of the generator, each a port of one of its pods, and what becomes of their samples. */
export class ManyTargets {
  constructor(private readonly cluster: Cluster, private readonly namespace: string) {}

  /** What each target remembers since a time; a target is `<pod>:<port>`. */
  public async lives(since: number): Promise<Record<string, Life[]>> {
    const { items } = await this.cluster.core.listNamespacedPod({ namespace: this.namespace, labelSelector: labelSelector(GENERATOR_LABELS) });
    const pods = await Promise.all(items.map(async ({ metadata }) => {
      const pod = metadata?.name ?? '';
      const told = await until(`answer of '${pod}'`, async () => this.ask(pod, serialAt(since)), { timeout: 60_000 });
      return Object.entries(told).map(([port, life]): [string, Life[]] => [`${pod}:${port}`, [life]]);
    }));
    return Object.fromEntries(pods.flat());
  }

  /** Every sample of a job that belongs to a time, held against what the targets answered. */
  public async count(query: PrometheusApi, job: string, options: CountOptions): Promise<Accounts> {
    const margin = MARGIN * options.interval;
    const lives = await this.lives(options.window.from - 2 * margin);
    const accountings = { pairs: accounting(options, lives), merged: accounting(options, lives) };
    const alone = Object.fromEntries(TWINS.map(twin => [twin, accounting(options, lives)]));
    for (const pod of new Set(Object.keys(lives).map(target => target.split(':')[0]))) {
      const own = Object.fromEntries(Object.entries(lives).filter(([target]) => target.startsWith(`${pod}:`)));
      const series = Object.values(own).reduce((sum, [{ load }]) => sum + load.series, 0);
      const selector = `${METRIC}{namespace="${this.namespace}",job="${job}",pod="${pod}"}`;
      const read = (dedup: boolean) => this.read(query, selector, series, options, dedup);
      const [copies, merged] = [await read(false), await read(true)];
      for (const [target, [{ load }]] of Object.entries(own)) {
        for (let index = 0; index < load.series; index++) {
          const found = copies.get(`${target}/${index}`) ?? [];
          accountings.pairs.add(target, index, found);
          accountings.merged.add(target, index, merged.get(`${target}/${index}`) ?? []);
          for (const twin of TWINS) alone[twin].add(target, index, found.filter(({ labels }) => labels.tenant_id === twin));
        }
      }
    }
    return {
      pairs: accountings.pairs.result(),
      merged: accountings.merged.result(),
      alone: Object.fromEntries(Object.entries(alone).map(([twin, each]) => [twin, each.result()])),
    };
  }

  private async ask(pod: string, after: number): Promise<Record<string, Life>> {
    const forward = await Forward.to(this.cluster, { namespace: this.namespace, pod, port: LIVES_PORT });
    try {
      return JSON.parse(await forward.get(`/?after=${after}`)) as Record<string, Life>;
    } finally {
      forward.close();
    }
  }

  /** The copies of each series, by target and index; read bit by bit. */
  private async read(query: PrometheusApi, selector: string, series: number, { window, interval }: CountOptions, dedup: boolean): Promise<Map<string, Copy[]>> {
    const [from, to] = [window.from - MARGIN * interval, window.to + MARGIN * interval];
    const span = Math.max(1, Math.floor(SAMPLES_AT_ONCE / (series * COPIES))) * interval;
    const parts: Series[] = [];
    for (let begin = from; begin < to; begin += span) {
      parts.push(...await query.samples(selector, begin, Math.min(begin + span, to), { dedup, maxSourceResolution: 0 }));
    }
    return byTarget(parts);
  }
}

const accounting = ({ window, interval, excuses }: CountOptions, lives: AccountOptions['lives']): Accounting => new Accounting({ window, interval, excuses, lives });

function byTarget(parts: readonly Series[]): Map<string, Copy[]> {
  const found = new Map<string, Copy[]>();
  for (const copy of joined(parts)) {
    const { pod, instance, index } = copy.labels;
    const key = `${pod}:${instance.slice(instance.lastIndexOf(':') + 1)}/${index}`;
    found.set(key, [...found.get(key) ?? [], copy]);
  }
  return found;
}
