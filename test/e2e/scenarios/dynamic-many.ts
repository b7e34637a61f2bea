import { costsDuring } from './costs';
import { TWINS } from './dynamic-load';
import { imbalance } from './dynamic-spread';
import type { DynamicOptions, DynamicTestbed } from './dynamic-testbed';
import { metricOf } from './metric';
import { scale } from './scale';
import { GENERATOR_NAME } from '../generator/objects';
import { timeOf } from '../generator/series';
import { progress, sleep } from '../harness/progress';
import type { Notebook } from '../harness/results';
import { untilReady } from '../harness/wait';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MIB = 2 ** 20;
const SENDER_PORT = 9090;
const APPENDED = 'prometheus_agent_samples_appended_total';
const WATCHED = 3 * MINUTE;

export const MANY_TARGETS: DynamicOptions = { shards: 4, pods: 4, targets: 500, series: 5, interval: 30 };

/** What allocators take, and how evenly they spread; then a quarter more targets at once. */
export async function spreadsMany(testbed: DynamicTestbed, notebook: Notebook): Promise<void> {
  const { pods, targets } = testbed.options;
  notebook.figure('targets', pods * targets, '');
  notebook.figure('targets of the fullest sender ÷ mean, at most', Math.max(...await Promise.all(TWINS.map(async twin => imbalance(await testbed.spread(twin))))), '');
  const before = await appended(testbed);
  const costs = await costsDuring(testbed, WATCHED);
  const flows = (await appended(testbed)).map((twin, index) => [...twin].map(([pod, samples]) => samples - before[index].get(pod)!));
  notebook.figure('series of the fullest sender ÷ mean, at most', Math.max(...flows.map(skew)), '');
  tellCosts(notebook, costs, '');
  await addTargets(testbed, notebook);
  tellCosts(notebook, await costsDuring(testbed, MINUTE), ' with a quarter more');
}

const skew = (flows: number[]): number => Math.max(...flows) * flows.length / flows.reduce((sum, each) => sum + each, 0);

function tellCosts(notebook: Notebook, costs: Awaited<ReturnType<typeof costsDuring>>, when: string): void {
  const allocators = costs.filter(({ container }) => container === 'target-allocator');
  notebook.figure(`memory of an allocator, at most${when}`, Math.max(...allocators.map(({ memory }) => memory)) / MIB, 'MiB');
  notebook.figure(`CPU of an allocator, mean of the busiest${when}`, Math.max(...allocators.map(({ cpu }) => cpu)) * 1000, 'millicores');
}

async function addTargets(testbed: DynamicTestbed, notebook: Notebook): Promise<void> {
  const name = `${GENERATOR_NAME}-${testbed.generatorPods}`;
  testbed.generatorPods++;
  await scale(testbed.cluster, testbed.loadNamespace, GENERATOR_NAME, testbed.generatorPods);
  await untilReady(testbed.cluster, testbed.loadNamespace);
  for (const twin of TWINS) await testbed.untilSpread(twin);
  await sleep(2 * testbed.interval);
  const lives = Object.entries(await testbed.targets.lives(0)).filter(([target]) => target.startsWith(`${name}:`)).map(([, [life]]) => life);
  const firsts = lives.map(({ started, answers: [first] }) => (first ? (timeOf(first.serial) - started) / SECOND : Infinity)).sort((one, other) => one - other);
  notebook.figure('new targets at once', firsts.length, '');
  notebook.figure('from the start of a new target to its first scrape, soonest', firsts[0], 's');
  notebook.figure('median', firsts[Math.floor(firsts.length / 2)], 's');
  notebook.figure('latest', firsts[firsts.length - 1], 's');
  progress(`${firsts.length} new targets`);
  if (firsts.includes(Infinity)) throw new Error(`${firsts.filter(each => each === Infinity).length} of ${firsts.length} new targets were never scraped.`);
}

/** Samples that each sender has taken so far, by replica. */
async function appended(testbed: DynamicTestbed): Promise<Map<string, number>[]> {
  return Promise.all(TWINS.map(async twin => {
    const names = (await testbed.senders(twin)).map(({ metadata }) => metadata?.name ?? '');
    return new Map(await Promise.all(names.map(async (pod): Promise<[string, number]> => [pod, await metricOf(testbed, pod, SENDER_PORT, APPENDED)])));
  }));
}
