import { TWINS } from './dynamic-load';
import { type DynamicDisturbance, type Judgement, measured, type SenderWatch } from './dynamic-measure';
import { type DynamicOptions, type DynamicTestbed, SENDERS } from './dynamic-testbed';
import { labelOf } from './nodes';
import { scale } from './scale';
import type { Excuse } from '../harness/accounting';
import { sleep } from '../harness/progress';
import { type Notebook, NotHere } from '../harness/results';
import { until } from '../harness/wait';
import { PLATFORM_NAME } from '../platforms/small';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const ZONE_LABEL = 'topology.kubernetes.io/zone';
const ALLOCATOR = 'target-allocator';
/** How long nodes of a zone that comes back may take to be Ready again, and routes to settle. */
const REACHABLE_AGAIN = 40 * SECOND;

/** Scraped by senders with static sharding, too. */
export const SIXTY_TARGETS: DynamicOptions = { shards: 2, pods: 3, targets: 20, series: 4, interval: 5, beside: true };

type Scenario = (testbed: DynamicTestbed, notebook: Notebook) => Promise<void>;

const scenario = (disturb: DynamicDisturbance, judgement?: Judgement): Scenario => (testbed, notebook) => measured(testbed, notebook, disturb, judgement);

/** By name; one after the other, each on a platform that has recovered from the one before. */
export const DYNAMIC_SCENARIOS: Readonly<Record<string, Scenario>> = {
  'senders 2 → 4 → 2 by hand, one twin after the other': scenario(async (testbed, watch) => {
    await scaleInTurn(testbed, watch, 4);
    await scaleInTurn(testbed, watch, 2);
  }),
  'senders 2 → 4 → 2 by hand, both twins at once': scenario(async (testbed, watch) => {
    await scaleAtOnce(testbed, watch, 4);
    await scaleAtOnce(testbed, watch, 2);
  }, { mayLose: true }),
  'senders 1 → 6 → 3 by hand, one twin after the other': async (testbed, notebook) => {
    for (const twin of TWINS) await scaleSenders(testbed, twin, 1);
    await testbed.untilSettled();
    await measured(testbed, notebook, async (_, watch) => {
      await scaleInTurn(testbed, watch, 6);
      await scaleInTurn(testbed, watch, 3);
    });
    for (const twin of TWINS) await scaleSenders(testbed, twin, testbed.options.shards);
    await testbed.untilSettled();
  },
  'kill −9 an allocator': scenario(async testbed => {
    const { killContainer } = rigOf(testbed);
    const [pod] = await namesOf(testbed.allocators('a'));
    await killContainer(testbed.namespace, pod, ALLOCATOR);
    await sleep(MINUTE);
  }),
  'both allocators of a replica away for 5 minutes': scenario(async (testbed, watch) => {
    const name = `${PLATFORM_NAME}-prometheus-allocator-a`;
    const before = await testbed.spread('a');
    await scaleDeployment(testbed, name, 0);
    await until('replica without allocators', async () => ((await testbed.allocators('a')).length === 0 ? true : undefined));
    await sleep(5 * MINUTE);
    await scaleDeployment(testbed, name, 2);
    const since = Date.now();
    await watch.untilSpread('a', testbed.options.shards, before, since);
  }, { eachKeepsAll: true }),
  'the API server away for 5 minutes': scenario(testbed => freezeApi(testbed, false), { eachKeepsAll: true }),
  'the API server away for 5 minutes, an allocator of each replica restarted meanwhile': scenario(testbed => freezeApi(testbed, true), { eachKeepsAll: true }),
  'cut a node off for 5 minutes': scenario(cutNode, { takesSenders: true }),
};

/** One twin after the other: while a's targets move, b has them. */
async function scaleInTurn(testbed: DynamicTestbed, watch: SenderWatch, shards: number): Promise<void> {
  for (const twin of TWINS) {
    const [before, since] = [await testbed.spread(twin), Date.now()];
    await scaleSenders(testbed, twin, shards);
    await watch.untilSpread(twin, shards, before, since);
  }
}

async function scaleAtOnce(testbed: DynamicTestbed, watch: SenderWatch, shards: number): Promise<void> {
  const before = await Promise.all(TWINS.map(twin => testbed.spread(twin)));
  const since = Date.now();
  await Promise.all(TWINS.map(twin => scaleSenders(testbed, twin, shards)));
  await Promise.all(TWINS.map((twin, index) => watch.untilSpread(twin, shards, before[index], since)));
}

const scaleSenders = ({ cluster, namespace }: DynamicTestbed, twin: string, shards: number): Promise<void> => scale(cluster, namespace, `${SENDERS}-${twin}`, shards);

async function scaleDeployment({ cluster, namespace }: DynamicTestbed, name: string, replicas: number): Promise<void> {
  await cluster.apps.patchNamespacedDeploymentScale({ namespace, name, body: [{ op: 'replace', path: '/spec/replicas', value: replicas }] });
}

/** Nobody can be asked in this time but processes of the rig; those of the allocators are looked up before. */
async function freezeApi(testbed: DynamicTestbed, restarts: boolean): Promise<void> {
  const { processesOf, freezeApiServer, thawApiServer } = rigOf(testbed);
  const pods = await Promise.all(TWINS.map(async twin => (await namesOf(testbed.allocators(twin)))[0]));
  const processes = (await Promise.all(pods.map(pod => processesOf(testbed.namespace, pod, ALLOCATOR)))).flat();
  await freezeApiServer();
  try {
    await sleep(MINUTE);
    if (restarts) processes.forEach(pid => process.kill(pid, 'SIGKILL'));
    await sleep(4 * MINUTE);
  } finally {
    await thawApiServer();
  }
  await until('API server that answers', async () => (await testbed.senders()).length > 0 || undefined);
  await sleep(MINUTE);
}

/** The node of a sender that is not the only one of its replica. */
async function cutNode(testbed: DynamicTestbed, watch: SenderWatch): Promise<Excuse[]> {
  const { cutZone, healZone } = rigOf(testbed);
  const pods = await testbed.senders('a');
  const node = pods[pods.length - 1].spec?.nodeName ?? '';
  const zone = await labelOf(testbed.cluster, node, ZONE_LABEL);
  const targets = Object.keys(await testbed.targets.lives(Date.now()));
  const generators = await testbed.cluster.core.listNamespacedPod({ namespace: testbed.loadNamespace, fieldSelector: `spec.nodeName=${node}` });
  const names = generators.items.map(({ metadata }) => metadata?.name);
  const from = Date.now();
  await cutZone(zone);
  try {
    await sleep(5 * MINUTE);
  } finally {
    await healZone(zone);
  }
  const to = Date.now() + REACHABLE_AGAIN;
  await watch.look();
  return targets.filter(target => names.includes(target.split(':')[0])).map((target): Excuse => ({ target, from, to, reason: `in the zone ${zone}, which no sender outside could reach` }));
}

const namesOf = async (pods: ReturnType<DynamicTestbed['senders']>): Promise<string[]> => (await pods).map(({ metadata }) => metadata?.name ?? '').sort();

function rigOf({ faults }: DynamicTestbed): NonNullable<DynamicTestbed['faults']> {
  if (!faults) throw new NotHere('It takes the rig (npm run e2e:cluster -- up), for it reaches into nodes.');
  return faults;
}
