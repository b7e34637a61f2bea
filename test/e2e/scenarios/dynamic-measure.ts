import type { V1Pod } from '@kubernetes/client-node';
import { total } from './counters';
import { type Accounts, TWINS } from './dynamic-load';
import { changesSince, snapshot } from './dynamic-objects';
import { imbalance, movedTargets, type Spread } from './dynamic-spread';
import type { DynamicTestbed } from './dynamic-testbed';
import type { Account, Excuse, Span } from '../harness/accounting';
import { restarts } from '../harness/pods';
import { progress, sleep } from '../harness/progress';
import type { Notebook } from '../harness/results';

const SECOND = 1000;
const LEAD = 20 * SECOND;
/** Blocks of an ingestor that went away can be read when the store gateways have found them in the bucket. */
const UNTIL_READABLE = 5 * 60 * SECOND;
const READ_AGAIN_AFTER = 30 * SECOND;

/** Something that happens to a platform with dynamic sharding; returns what need not have been scraped meanwhile. */
export type DynamicDisturbance = (testbed: DynamicTestbed, watch: SenderWatch, notebook: Notebook) => Promise<Excuse[] | void>;

/** How it is judged. */
export interface Judgement {
  /** Whether both twins are disturbed at once, so that samples may be lost; how many is told. @default false */
  readonly mayLose?: boolean;
  /** Whether pods of senders are taken away by what happens, as when their node is. @default false */
  readonly takesSenders?: boolean;
  /** Whether no twin may lose a sample, for none of its targets has to move. @default false */
  readonly eachKeepsAll?: boolean;
}

/** Looks at senders now and then while something happens to them. */
export class SenderWatch {
  private readonly seen = new Map<string, string>();
  private readonly restarted = new Set<string>();
  private readonly renewed = new Set<string>();
  private fewest = Infinity;
  private readonly imbalances: number[] = [];
  private readonly settled: number[] = [];
  private moved = 0;

  constructor(private readonly testbed: DynamicTestbed) {}

  /** Notes which pods there are, and which of those that were there are others now. */
  public async look(): Promise<void> {
    const pods = await this.testbed.senders();
    for (const pod of pods) this.note(pod);
    for (const twin of TWINS) this.fewest = Math.min(this.fewest, pods.filter(({ metadata }) => metadata?.labels?.['thanos.io/replica'] === twin).length);
    for (const [name, count] of Object.entries(restarts(pods))) this.restarted.add(`${name} (${count} times)`);
  }

  /** A replica has another number of senders, and each target one of them. @param since when that was asked for; milliseconds since 1970 */
  public async untilSpread(twin: string, shards: number, before: Spread, since: number): Promise<Spread> {
    const spread = await this.testbed.untilSpread(twin, shards);
    this.settled.push((Date.now() - since) / SECOND);
    this.imbalances.push(imbalance(spread));
    const moved = movedTargets(before, spread);
    this.moved += moved;
    progress(`${shards} senders '${twin}' after ${Math.round((Date.now() - since) / SECOND)} s, ${moved} targets moved: ${[...spread.values()].map(own => own.length).join(', ')}`);
    await this.look();
    return spread;
  }

  /** Writes down what was seen. */
  public report(notebook: Notebook): void {
    if (this.settled.length === 0) return;
    notebook.figure('targets that moved, both twins', this.moved, '');
    notebook.figure('longest until each target had its sender', Math.max(...this.settled), 's');
    notebook.figure('targets of the fullest sender ÷ mean, at most', Math.max(...this.imbalances), '');
  }

  /** Senders that began anew although nobody took them away; those that scaling adds come, go and come again. */
  public get restarts(): string[] {
    return [...this.restarted, ...[...this.renewed].filter(name => Number(name.slice(name.lastIndexOf('-') + 1)) < this.fewest)];
  }

  private note({ metadata }: V1Pod): void {
    const [name, uid] = [metadata?.name ?? '', metadata?.uid ?? ''];
    const known = this.seen.get(name);
    if (known !== undefined && known !== uid) this.renewed.add(name);
    this.seen.set(name, uid);
  }
}

/**
 * Lets something happen, waits until all is well again, and counts every sample from shortly before to after it: of pairs, and of each
 * twin as if it had none.
 * @throws when a pair lost a sample, one is wrong, a sender was restarted, or an object was edited
 */
export async function measured(testbed: DynamicTestbed, notebook: Notebook, disturb: DynamicDisturbance, judgement: Judgement = {}): Promise<void> {
  const watch = new SenderWatch(testbed);
  const [refusedBefore, objects] = [await testbed.counters.read(), await snapshot(testbed)];
  await watch.look();
  const allocators = await restartsOf(testbed);
  const from = Date.now();
  await sleep(LEAD);
  testbed.excuses.push(...await disturb(testbed, watch, notebook) ?? []);
  notebook.figure('caught up after', await testbed.untilSettled(), 's');
  await watch.look();
  await sleep(LEAD);
  const { dynamic: { pairs, merged, alone }, problems } = await countAll(testbed, { from, to: Date.now() }, notebook);
  watch.report(notebook);
  const refused = await testbed.counters.since(refusedBefore);
  const { written, edited } = await changesSince(testbed, objects);
  notebook.figure('refused', total(refused), '', 0);
  notebook.figure('restarts of senders', watch.restarts.length, '', judgement.takesSenders ? undefined : 0);
  notebook.figure('restarts of allocators', await restartsOf(testbed) - allocators, '');
  notebook.figure('objects edited beside their number of pods', edited.length, '', 0);
  notebook.note(written.length > 0 ? `Written: ${written.join(', ')}.` : 'No object was written.');
  const failures = [
    ...pairs.lost > 0 && !judgement.mayLose ? [`Pairs lost ${pairs.lost} of ${pairs.expected} samples.`] : [],
    ...judgement.eachKeepsAll ? TWINS.filter(twin => alone[twin].lost > 0).map(twin => `Alone, '${twin}' lost ${alone[twin].lost} of ${alone[twin].expected} samples, though no target had to move.`) : [],
    ...pairs.wrong + merged.wrong > 0 ? [`${pairs.wrong} samples are wrong: ${pairs.wrongExamples.join(' ')}`] : [],
    ...watch.restarts.length > 0 && !judgement.takesSenders ? [`Restarted: ${watch.restarts.join(', ')}.`] : [],
    ...edited.length > 0 ? [`Edited: ${edited.join(', ')}.`] : [],
    ...problems,
  ];
  if (failures.length > 0) throw new Error(failures.join(' '));
}

/** How often containers of the allocators that there are now were started again. */
async function restartsOf(testbed: DynamicTestbed): Promise<number> {
  return Object.values(restarts(await testbed.allocators())).reduce((sum, count) => sum + count, 0);
}

/** Counts the samples of each job, and writes them down. */
async function countAll(testbed: DynamicTestbed, window: Span, notebook: Notebook): Promise<{ dynamic: Accounts; problems: string[] }> {
  const { dynamic: job, static: staticJob } = testbed.jobs;
  const dynamic = await countJob(testbed, job!, window);
  notebook.figure('samples that must be there', dynamic.pairs.expected, '');
  tell(notebook, '', dynamic);
  if (!staticJob) return { dynamic, problems: [] };
  const beside = await countJob(testbed, staticJob, window);
  tell(notebook, 'static beside: ', beside);
  return { dynamic, problems: beside.pairs.wrong > 0 ? [`Static beside: ${beside.pairs.wrong} samples are wrong.`] : [] };
}

function tell(notebook: Notebook, who: string, { pairs, merged, alone }: Accounts): void {
  notebook.figure(`${who}lost by pairs`, pairs.lost, '', 0);
  notebook.figure(`${who}lost by pairs, as Query merges them`, merged.lost, '');
  for (const twin of TWINS) notebook.figure(`${who}lost by '${twin}' alone`, alone[twin].lost, '');
  notebook.figure(`${who}longest time without a sample, pairs`, pairs.longestGap, 's');
  notebook.figure(`${who}longest time without a sample, as Query merges them`, merged.longestGap, 's');
  notebook.figure(`${who}longest time without a sample, one twin`, Math.max(...TWINS.map(twin => alone[twin].longestGap)), 's');
}

/** As often as samples are missing that may only not be readable yet. */
async function countJob(testbed: DynamicTestbed, job: string, window: Span): Promise<Accounts> {
  const { interval, excuses, query } = testbed;
  // A scrape that has just been taken is on its way for as long as a batch may wait.
  await sleep(Math.max(0, window.to + 3 * interval + 5 * SECOND - Date.now()));
  const begin = Date.now();
  for (;;) {
    const accounts = await testbed.targets.count(query, job, { window, interval, excuses });
    if (accounts.pairs.lost === 0 || accounts.pairs.undelivered === 0 || Date.now() - begin > UNTIL_READABLE) return accounts;
    progress(`${job}: ${lostText(accounts.pairs)} cannot be read yet`);
    await sleep(READ_AGAIN_AFTER);
  }
}

const lostText = ({ lost, expected }: Account): string => `${lost} of ${expected} samples`;
