import { type Account, Accounting, type AccountOptions, type Copy } from './accounting';
import type { Ledger } from './ledger';
import type { PrometheusApi, QueryOptions, Series } from './query';
import { GROUP_SIZE, METRIC } from '../generator/series';

/** Intervals on both sides of a window that are read too, so that its first and last scrape can be told. */
const MARGIN = 4;
/** Samples of one request: what a Query of a small platform can hold several of. */
const SAMPLES_AT_ONCE = 100_000;

/** Whose samples are counted. */
export interface AuditOptions extends Omit<AccountOptions, 'lives'>, Pick<QueryOptions, 'stores'> {
  readonly ledger: Pick<Ledger, 'read' | 'all'>;
  readonly query: Pick<PrometheusApi, 'samples'>;
  /** Namespace of the generator. */
  readonly namespace: string;
  /** Counts what Query returns after it merged the copies, in the place of each copy. @default false */
  readonly dedup?: boolean;
  /** Copies of each sample that Query may hold: senders × replication factor. @default 6 */
  readonly copies?: number;
}

/** Asks Query for every sample of the generator in a window, and holds them against what the generator answered. */
export async function audit({ ledger, query, namespace, dedup = false, stores, copies = 6, ...options }: AuditOptions): Promise<Account> {
  await ledger.read();
  const accounting = new Accounting({ ...options, lives: ledger.all });
  const [from, to] = [options.window.from - MARGIN * options.interval, options.window.to + MARGIN * options.interval];
  const span = Math.max(1, Math.floor(SAMPLES_AT_ONCE / (GROUP_SIZE * copies))) * options.interval;
  for (const [pod, [{ load }]] of Object.entries(ledger.all)) {
    for (let first = 0; first < load.series; first += GROUP_SIZE) {
      const selector = `${METRIC}{namespace="${namespace}",pod="${pod}",group="${first / GROUP_SIZE}"}`;
      const parts: Series[] = [];
      for (let begin = from; begin < to; begin += span) {
        parts.push(...await query.samples(selector, begin, Math.min(begin + span, to), { dedup, stores, maxSourceResolution: 0 }));
      }
      const copiesOf = byIndex(parts);
      for (let index = first; index < Math.min(first + GROUP_SIZE, load.series); index++) accounting.add(pod, index, copiesOf.get(index) ?? []);
    }
  }
  return accounting.result();
}

/** Copies whole, of which each was asked for bit by bit. */
export function joined(parts: readonly Series[]): Series[] {
  const copies = new Map<string, Series>();
  for (const { labels, times, values } of parts) {
    const id = JSON.stringify(Object.entries(labels).sort());
    const copy = copies.get(id) ?? { labels, times: [], values: [] };
    copy.times.push(...times);
    copy.values.push(...values);
    copies.set(id, copy);
  }
  return [...copies.values()];
}

/** The copies of each series. */
function byIndex(parts: readonly Series[]): Map<number, Copy[]> {
  const found = new Map<number, Copy[]>();
  for (const copy of joined(parts)) {
    const index = Number(copy.labels.index);
    found.set(index, [...found.get(index) ?? [], copy]);
  }
  return found;
}
