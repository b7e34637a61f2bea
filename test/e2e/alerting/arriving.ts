import { type Alarm, rulesOf, type Told, toldOf, truthOf } from './alarms';
import { ALERTMANAGER, RULER } from './parts';
import { PATHS } from './platform';
import type { AlertingTestbed } from './testbed';
import { progress, sleep } from '../harness/progress';
import { type Notebook, NotHere } from '../harness/results';
import { until } from '../harness/wait';
import { labelOf, nodeOfPod } from '../scenarios/nodes';

const SECOND = 1000;
const ALARMS = 10;
/** Between two alarms: they begin at all moments of an evaluation, and of what is done to the platform. */
const APART = 6 * SECOND;
/** Rules are in force before the first of them is true. */
const LEAD = 40 * SECOND;
/** How long each is true: longer than a group's interval, so that it is told before it is over. */
const LASTS = 120 * SECOND;
/** From the end of an alarm to the message: an evaluation, the interval of its group, the turns of all replicas, and time to spare. */
const PATIENCE = 10 * 60 * SECOND;
/** Replicas that come late have their turn, and would tell once more. */
const LATE = 60 * SECOND;
const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** What happens to the platform while alarms begin; the time is when the first of them does. */
type Disturbance = (testbed: AlertingTestbed, notebook: Notebook, begin: number) => Promise<void>;

/** Each alarm is told once, and once that it is over. */
export const tellsOnce = (testbed: AlertingTestbed, notebook: Notebook): Promise<void> => arrive(testbed, notebook, 'steady', true, async () => undefined);

/** Twice: a ruler, and the Alertmanager that tells. */
export const tellsDespiteKills = (testbed: AlertingTestbed, notebook: Notebook): Promise<void> => arrive(testbed, notebook, 'kills', false, async (bed, _, begin) => {
  const { killContainer } = faultsOf(bed);
  for (const after of [15, 45]) {
    await sleep(begin + after * SECOND - Date.now());
    const [ruler] = await bed.pods(RULER.component);
    const alertmanager = await tellingAlertmanager(bed);
    await killContainer(bed.namespace, ruler.metadata!.name!, RULER.container);
    await killContainer(bed.namespace, alertmanager, ALERTMANAGER.container);
    progress(`killed ${ruler.metadata?.name} and ${alertmanager}`);
  }
});

/** The Alertmanager that tells, with its whole zone. */
export const tellsDespiteCut = (testbed: AlertingTestbed, notebook: Notebook): Promise<void> => arrive(testbed, notebook, 'cut', false, async (bed, notes, begin) => {
  const { cutZone, healZone } = faultsOf(bed);
  const { cluster, namespace, receiverNamespace } = bed;
  const receiverNode = (await cluster.core.listNamespacedPod({ namespace: receiverNamespace })).items[0].spec?.nodeName;
  const candidates = [await tellingAlertmanager(bed), ...(await alertmanagers(bed)).map(({ metadata }) => metadata!.name!)];
  const nodes = await Promise.all(candidates.map(name => nodeOfPod(cluster, namespace, name)));
  const chosen = nodes.findIndex(node => node !== receiverNode);
  const zone = await labelOf(cluster, nodes[chosen], ZONE_LABEL);
  const inZone = (await cluster.core.listNamespacedPod({ namespace, fieldSelector: `spec.nodeName=${nodes[chosen]}` })).items.map(({ metadata }) => metadata?.name);
  notes.note(`The zone ${zone} was cut off for 80 s with ${inZone.sort().join(', ')}.`);
  await sleep(begin - 5 * SECOND - Date.now());
  await cutZone(zone);
  try {
    await sleep(begin + 75 * SECOND - Date.now());
  } finally {
    await healZone(zone);
  }
});

async function arrive(testbed: AlertingTestbed, notebook: Notebook, name: string, once: boolean, disturb: Disturbance): Promise<void> {
  const begin = Date.now() + LEAD;
  const alarms = Array.from({ length: ALARMS }, (_, index): Alarm => {
    const from = begin + index * APART;
    return { name: `E2e-${name}-${begin}-${index}`, from, until: from + LASTS };
  });
  await testbed.writeRules(`e2e-${name}`, rulesOf(testbed.loadNamespace, `e2e-${name}`, alarms));
  await disturb(testbed, notebook, begin);
  const told = async () => toldOf(await testbed.messages(), alarms, PATHS.platform);
  const all = await until('message about the end of each alarm', async () => {
    const now = await told();
    return [...now.values()].every(({ firing, resolved }) => firing.length > 0 && resolved.length > 0) ? now : undefined;
  }, { timeout: LEAD + ALARMS * APART + LASTS + PATIENCE }, async () => JSON.stringify([...await told()])).catch(error => error as Error);
  await testbed.untilReady();
  await sleep(LATE);
  const latest = await told();
  await report(testbed, notebook, alarms, latest);
  if (all instanceof Error) throw all;
  const more = [...latest].filter(([, { firing, resolved }]) => firing.length > 1 || resolved.length > 1);
  if (once && more.length > 0) throw new Error(`Told more than once: ${JSON.stringify(more)}.`);
}

async function report(testbed: AlertingTestbed, notebook: Notebook, alarms: readonly Alarm[], told: ReadonlyMap<string, Told>): Promise<void> {
  const all = [...told.values()];
  const truth = await truthOf(testbed, alarms);
  const delays = alarms.flatMap(({ name }) => {
    const [first] = [...told.get(name)?.firing ?? []].sort();
    const since = truth.get(name);
    return first === undefined || since === undefined ? [] : [(first - since) / SECOND];
  }).sort((one, other) => one - other);
  const ends = alarms.flatMap(({ name, until: over }) => (told.get(name)?.resolved ?? []).slice(0, 1).map(time => (time - over) / SECOND));
  const beyond = (kind: 'firing' | 'resolved') => all.reduce((sum, { [kind]: times }) => sum + Math.max(0, times.length - 1), 0);
  notebook.figure('alarms', alarms.length, '');
  notebook.figure('told that they fire', all.filter(({ firing }) => firing.length > 0).length, '', alarms.length);
  notebook.figure('told once more that they fire', beyond('firing'), '', 0);
  notebook.figure('told that they are over', all.filter(({ resolved }) => resolved.length > 0).length, '', alarms.length);
  notebook.figure('told once more that they are over', beyond('resolved'), '', 0);
  notebook.figure('from the sample to the message, median', delays[Math.floor(delays.length / 2)] ?? NaN, 's');
  notebook.figure('from the sample to the message, longest', delays[delays.length - 1] ?? NaN, 's');
  notebook.figure('from the end to the message, longest', Math.max(...ends), 's');
}

/** The pods of the platform's Alertmanager, without those of meta-monitoring. */
async function alertmanagers(testbed: AlertingTestbed) {
  return (await testbed.pods(ALERTMANAGER.component)).filter(({ metadata }) => metadata?.name?.startsWith(ALERTMANAGER.ofPlatform));
}

/** The one that sent the latest message; any where that one is gone. */
async function tellingAlertmanager(testbed: AlertingTestbed): Promise<string> {
  const pods = await alertmanagers(testbed);
  const latest = (await testbed.messages()).filter(({ path }) => path === PATHS.platform).at(-1);
  return (pods.find(({ status }) => status?.podIP === latest?.sender) ?? pods[0]).metadata!.name!;
}

function faultsOf({ faults }: AlertingTestbed): NonNullable<AlertingTestbed['faults']> {
  if (!faults) throw new NotHere('Only the rig can kill a process of a pod, and cut off a zone.');
  return faults;
}
