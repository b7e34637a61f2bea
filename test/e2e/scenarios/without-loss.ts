import { total } from './counters';
import type { Testbed } from './testbed';
import type { Account, Excuse, Span } from '../harness/accounting';
import { progress, sleep } from '../harness/progress';
import type { Notebook } from '../harness/results';

const SECOND = 1000;
const LEAD = 20 * SECOND;
/** Blocks of an ingestor that went away can be read when the store gateways have found them in the bucket. */
const UNTIL_READABLE = 5 * 60 * SECOND;
const READ_AGAIN_AFTER = 30 * SECOND;

/** Something that happens to a platform; returns what need not have been scraped meanwhile. */
export type Disturbance = (testbed: Testbed, notebook: Notebook) => Promise<Excuse[] | void>;

/**
 * Lets something happen, waits until all is well again, and counts every sample from shortly before to after it.
 * @throws when a sample was lost, is wrong, or was refused
 */
export async function withoutLoss(testbed: Testbed, notebook: Notebook, disturb: Disturbance): Promise<void> {
  const before = await testbed.counters.read();
  const from = Date.now();
  await sleep(LEAD);
  testbed.excuses.push(...await disturb(testbed, notebook) ?? []);
  notebook.figure('caught up after', await testbed.untilSettled(), 's');
  await sleep(LEAD);
  const account = await accountFor(testbed, { from, to: Date.now() }, notebook);
  const refused = await testbed.counters.since(before);
  notebook.figure('samples that must be there', account.expected, '');
  notebook.figure('lost', account.lost, '', 0);
  notebook.figure('wrong', account.wrong, '', 0);
  notebook.figure('refused', total(refused), '', 0);
  notebook.figure('longest time without a sample', account.longestGap, 's', testbed.interval / SECOND);
  const problems = [
    ...account.lost > 0 ? [`${account.lost} of ${account.expected} samples are lost: ${account.undelivered} that a sender had, ${account.unscraped} that none had.`] : [],
    ...account.wrong > 0 ? [`${account.wrong} samples are wrong: ${account.wrongExamples.join(' ')}`] : [],
    ...total(refused) > 0 ? [`Refused: ${JSON.stringify(refused)}.`] : [],
  ];
  if (problems.length > 0) throw new Error(problems.join(' '));
}

/** Counts a time; as often as samples are missing that may only not be readable yet. */
export async function accountFor(testbed: Testbed, window: Span, notebook: Notebook): Promise<Account> {
  const begin = Date.now();
  for (;;) {
    const account = await testbed.account(window);
    const waited = Date.now() - begin;
    if (account.lost === 0 || waited > UNTIL_READABLE) {
      if (account.lost === 0 && waited > READ_AGAIN_AFTER) notebook.figure('everything could be read after', waited / SECOND, 's');
      return account;
    }
    progress(`${account.lost} of ${account.expected} samples cannot be read yet`);
    await sleep(READ_AGAIN_AFTER);
  }
}
