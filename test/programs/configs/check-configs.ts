import { Accepted } from '../accepted';
import { ExampleObject, Manifest, titleOf } from '../examples';
import { CommandFlags } from '../flags/types';
import { WorkloadPod, canBeTried, containersOf, podOf } from '../pods';
import { inParallel } from '../process';
import { Report } from '../report';
import { whyAsksForOthers, whyTargetsUnassigned } from './allocator';
import { ALLOCATOR_CONTROLS } from './allocator-controls';
import { whyAmtoolRefuses } from './amtool';
import { whyBucketRefused } from './bucket';
import { CONTROLS } from './controls';
import { whyEndpointsUnread } from './endpoints';
import { whyUnknownKeys } from './known-keys';
import { Neighbour } from './neighbour';
import { whyPromtoolRefuses } from './promtool';
import { whyRulesUnread } from './rules';
import { Sandbox } from './sandbox';
import { WhileRunning, runInitContainers, startContainers } from './start';
import { unreadConfigMaps } from './unread';

/** Most of the time a program waits, so more than there are cores. */
const PODS_AT_ONCE = 8;

/** What the real programs say of a pod's configuration when they are run with it. */
interface Trial {
  readonly faults: readonly string[];
  /** The ConfigMaps that the pod mounts, or takes in from the API. */
  readonly configMaps: readonly Manifest[];
}

async function staticFaults(sandbox: Sandbox): Promise<string[]> {
  const faults: string[] = [];
  for (const container of containersOf(sandbox.pod.manifest.spec)) {
    const containerRun = sandbox.run(container);
    if (!containerRun) continue;
    const reasons = [
      await whyPromtoolRefuses(containerRun), await whyAmtoolRefuses(containerRun), await whyBucketRefused(containerRun), await whyUnknownKeys(containerRun),
      whyAsksForOthers(sandbox, containerRun),
    ];
    faults.push(...reasons.filter(reason => reason !== undefined).map(reason => `${container.name}: ${reason}`));
  }
  return faults;
}

const whileRunning = (sandbox: Sandbox, { served }: Neighbour, objects: readonly Manifest[]): WhileRunning => async (containerRun, started) =>
  await whyEndpointsUnread(containerRun, started) ?? await whyRulesUnread(sandbox, containerRun, served)
  ?? await whyTargetsUnassigned(sandbox, containerRun, objects);

async function tryPod(pod: WorkloadPod, objects: readonly Manifest[], commands: readonly CommandFlags[]): Promise<Trial> {
  let neighbour: Neighbour | undefined;
  try {
    const sandbox = await Sandbox.of(pod, objects, commands);
    neighbour = await Neighbour.start(sandbox.neighbour, objects);
    const early = await runInitContainers(sandbox);
    const later = early.length > 0 ? [] : [...await staticFaults(sandbox), ...await startContainers(sandbox, whileRunning(sandbox, neighbour, objects))];
    return { faults: [...early, ...later], configMaps: [...sandbox.files.configMaps, ...neighbour.served] };
  } catch (error) {
    return { faults: [(error as Error).message], configMaps: [] };
  } finally {
    neighbour?.stop();
  }
}

async function checkControls(report: Report, commands: readonly CommandFlags[]): Promise<void> {
  // Those that wait for targets first: the others end at once.
  const controls = [...ALLOCATOR_CONTROLS, ...CONTROLS];
  const trials = await inParallel(controls, PODS_AT_ONCE, control => tryPod(control.pod, control.objects, commands));
  controls.forEach(({ what, because }, index) => {
    const said = trials[index].faults.join('\n');
    report.answer(`control: ${what} is refused`, because.test(said) ? undefined : `expected ${because}, the programs said: ${said || 'nothing, they accepted it'}`);
  });
}

/** What this step works on. */
export interface ConfigCheck {
  readonly report: Report;
  readonly examples: readonly ExampleObject[];
  readonly commands: readonly CommandFlags[];
  readonly accepted: Accepted;
}

/** Runs the pods of all examples with the real programs, each with its own arguments and files, and notes what was accepted. */
export async function checkConfigs({ report, examples, commands, accepted }: ConfigCheck): Promise<void> {
  const all = examples.flatMap(object => podOf(object) ?? []);
  const pods = all.filter(canBeTried);
  for (const { object } of all.filter(pod => !canBeTried(pod))) report.skip(titleOf(object), 'none of its programs is built here');
  const trials = await inParallel(pods, PODS_AT_ONCE, pod => {
    const objects = examples.filter(object => object.example === pod.object.example).map(object => object.manifest);
    return tryPod(pod, objects, commands);
  });
  pods.forEach(({ object }, index) => {
    const { faults, configMaps } = trials[index];
    const good = report.answer(`the programs of ${titleOf(object)} start with its configuration`, faults.length > 0 ? faults.join('\n') : undefined);
    if (!good) return;
    accepted.add(object, 'started');
    for (const candidate of examples.filter(({ manifest }) => configMaps.includes(manifest))) accepted.add(candidate, 'read');
  });
  for (const { object, why } of unreadConfigMaps(examples, new Set(trials.flatMap(trial => trial.configMaps)))) report.fail(titleOf(object), why);
  await checkControls(report, commands);
}
