import * as fs from 'node:fs';
import * as path from 'node:path';
import { VersionApi } from '@kubernetes/client-node';
import { Command } from 'commander';
import { tellsDespiteCut, tellsDespiteKills, tellsOnce } from './alerting/arriving';
import { tellsWhenAllIsGone } from './alerting/gone';
import { isIsolated } from './alerting/isolated';
import { changesLive, refusesBroken, takesNewIn } from './alerting/live';
import { pushesAndForgets } from './alerting/pushing';
import { AlertingTestbed } from './alerting/testbed';
import { programVersions } from './cluster/images';
import { hasState, kubeconfigPath } from './cluster/state';
import { Cluster } from './harness/cluster';
import { progress } from './harness/progress';
import { type Circumstances, type Notebook, Results } from './harness/results';
import { textsIn, withWholeTexts } from './harness/texts';
import { findsNothingLost } from './scenarios/continuous-test';
import { DISTURBANCES } from './scenarios/disturbances';
import { DYNAMIC_SCENARIOS, SIXTY_TARGETS } from './scenarios/dynamic';
import { AUTOSCALED, AUTOSCALING_SCENARIOS, needsKeda } from './scenarios/dynamic-autoscaled';
import { MANY_TARGETS, spreadsMany } from './scenarios/dynamic-many';
import { DynamicTestbed } from './scenarios/dynamic-testbed';
import { enlargesClaims } from './scenarios/enlarging';
import { faultsAtHand } from './scenarios/faults';
import { goesThroughBucket, keepsHistory, losesNothingByMerging, mergesCopies } from './scenarios/history';
import { takesWhatWasPlanned } from './scenarios/planned';
import { growsAndShrinks, reshardsSenders } from './scenarios/resharding';
import { Testbed } from './scenarios/testbed';
import { withoutLoss } from './scenarios/without-loss';
import { OTHER_EXAMPLES, runsToo, works } from './scenarios/works';

interface Options {
  readonly only?: string[];
  readonly smoke: boolean;
  readonly keep: boolean;
  readonly report: boolean;
  readonly namespace: string;
  readonly merge?: string[];
}

const options = new Command('e2e')
  .description('Shows on the cluster that KUBECONFIG names, else on the rig, that the platform runs, and that it loses nothing.')
  .option('--smoke', 'only what takes few minutes: the default example, a kill, a sample through the bucket', false)
  .option('--only <text>', 'only tests whose group or name contains this, or one of several between commas; may be given several times', textsIn)
  .option('--namespace <name>', 'of the platform under test; the load is in <name>-load', 'e2e')
  .option('--keep', 'leave the namespaces as they are in the end', false)
  .option('--report', 'write docs/proof.md and docs/proof.json', false)
  .option('--merge <files...>', 'only take what runs elsewhere wrote to their proof.json into docs/proof.md and docs/proof.json')
  .parse(withWholeTexts(process.argv)).opts<Options>();

/** A platform that tests share, one after the other. */
interface Bed {
  down(): Promise<void>;
}

interface Test<B extends Bed> {
  readonly group: string;
  readonly name: string;
  readonly smoke?: boolean;
  readonly run: (testbed: B, notebook: Notebook) => Promise<void>;
}

const WORKS = 'Works';
const LOSES_NOTHING = 'Loses nothing';
const FAST = 'Fast, and as planned';
const ALERTS = 'Alerts';
const DYNAMIC = 'Dynamic';
const DEFAULT_EXAMPLE = 'the default example';
const SMOKE = ['kill −9 an ingestor'];

/**
 * On one platform, one after the other. First what it takes, while nothing has happened to it; the continuous test when all has;
 * the history last, for it makes the compactor expire what is old.
 */
const TESTS: readonly Test<Testbed>[] = [
  { group: FAST, name: 'what each pod takes, beside its plan', run: takesWhatWasPlanned },
  { group: WORKS, name: 'a claim is enlarged without stopping a pod', run: (testbed, notebook) => withoutLoss(testbed, notebook, enlargesClaims) },
  ...Object.entries({ ...DISTURBANCES, 'senders 2 → 4 → 2': reshardsSenders }).map(([name, disturb]): Test<Testbed> =>
    ({ group: LOSES_NOTHING, name, smoke: SMOKE.includes(name), run: (testbed, notebook) => withoutLoss(testbed, notebook, disturb) })),
  { group: LOSES_NOTHING, name: 'ring 3 → 5 → 3', run: growsAndShrinks },
  { group: WORKS, name: 'a sample goes to the bucket and comes back', smoke: true, run: goesThroughBucket },
  { group: WORKS, name: 'blocks reach the bucket, and their copies become one', run: mergesCopies },
  { group: LOSES_NOTHING, name: 'the continuous test finds nothing lost', run: findsNothingLost },
  { group: LOSES_NOTHING, name: 'what is left when copies have become one', run: losesNothingByMerging },
  { group: WORKS, name: 'blocks of weeks ago are compacted, downsampled, expired and read back', run: keepsHistory },
];

/** On another platform, with Alertmanagers, rulers, meta-monitoring and Pushgateway; last of all what takes most of it away. */
const ALERT_TESTS: readonly Test<AlertingTestbed>[] = [
  { group: ALERTS, name: 'an alert is told exactly once by two rulers and three Alertmanagers', run: tellsOnce },
  { group: ALERTS, name: 'a rule set that changes is in force without a restart', run: changesLive },
  { group: ALERTS, name: 'a ConfigMap that any service labels is taken in', run: takesNewIn },
  { group: ALERTS, name: 'a broken rule file is refused while rulers still start', run: refusesBroken },
  { group: ALERTS, name: 'a job pushes a file and its group is deleted when it is stale', run: pushesAndForgets },
  { group: ALERTS, name: 'Pod Security and default deny hold for the parts that alert', run: isIsolated },
  { group: ALERTS, name: 'kill −9 a ruler and the Alertmanager that tells', run: tellsDespiteKills },
  { group: ALERTS, name: 'cut the Alertmanager that tells off with its zone', run: tellsDespiteCut },
  { group: ALERTS, name: 'ring + bucket + Query + ruler gone at once', run: tellsWhenAllIsGone },
];

const dynamicTests = (scenarios: Readonly<Record<string, Test<DynamicTestbed>['run']>>): Test<DynamicTestbed>[] =>
  Object.entries(scenarios).map(([name, run]) => ({ group: DYNAMIC, name, run }));

const DOCS = path.join(__dirname, '..', '..', 'docs');

const wanted = ({ group, name, smoke = false }: { readonly group: string; readonly name: string; readonly smoke?: boolean }): boolean =>
  (!options.smoke || smoke) && (!options.only || options.only.some(text => `${group}: ${name}`.toLowerCase().includes(text.toLowerCase())));

/** Makes a platform and runs tests on it, if any of them is wanted. */
async function onPlatform<B extends Bed>(results: Results, cluster: Cluster, { group, name, up, tests }: {
  readonly group: string; readonly name: string; readonly up: () => Promise<B>; readonly tests: readonly Test<B>[];
}): Promise<void> {
  const chosen = tests.filter(wanted);
  if (chosen.length === 0) return;
  let testbed: B | undefined;
  await results.run(group, name, async () => {
    testbed = await up();
  });
  if (!testbed) return;
  const bed = testbed;
  for (const test of chosen) {
    await results.run(test.group, test.name, notebook => test.run(bed, notebook));
    await record(results, cluster);
  }
  if (!options.keep) await bed.down();
}

async function circumstances(cluster: Cluster): Promise<{ versions: Readonly<Record<string, string>>; cluster: string; date: string }> {
  const date = new Date().toISOString();
  if (faultsAtHand()) return { versions: await programVersions(), cluster: 'The cluster is the rig: three nodes in three zones on one machine (npm run e2e:cluster).', date };
  const { gitVersion, platform } = await cluster.config.makeApiClient(VersionApi).getCode();
  return { versions: { kubernetes: gitVersion }, cluster: `The cluster is one of the user's own (${platform}).`, date };
}

/** After every test: a run that is interrupted has shown something, too. */
async function record(results: Results, cluster: Cluster): Promise<void> {
  if (options.report) results.write(DOCS, await circumstances(cluster));
}

async function main(): Promise<void> {
  if (options.merge) {
    const { results: _, ...newest } = JSON.parse(fs.readFileSync(options.merge[options.merge.length - 1], 'utf8')) as Circumstances & { readonly results: unknown };
    new Results().write(DOCS, newest, options.merge);
    return;
  }
  if (hasState()) process.env.KUBECONFIG ??= kubeconfigPath();
  const cluster = await Cluster.connect();
  const results = new Results();
  if (wanted({ group: WORKS, name: DEFAULT_EXAMPLE, smoke: true })) await works(results, cluster, options.keep);
  for (const example of OTHER_EXAMPLES) {
    const name = `the example ${example}: all pods Ready, none restarted`;
    if (wanted({ group: WORKS, name })) await results.run(WORKS, name, notebook => runsToo(cluster, notebook, example));
  }
  await onPlatform(results, cluster, {
    group: WORKS, name: 'a platform under load, scraped by both twins', tests: TESTS, up: () => Testbed.up(cluster, options.namespace, faultsAtHand()),
  });
  await onPlatform(results, cluster, {
    group: ALERTS, name: 'a platform that alerts', tests: ALERT_TESTS, up: () => AlertingTestbed.up(cluster, `${options.namespace}-alerts`, faultsAtHand()),
  });
  const dynamic = `${options.namespace}-dynamic`;
  await onPlatform(results, cluster, {
    group: DYNAMIC, name: 'a platform whose senders are told their targets', tests: dynamicTests(DYNAMIC_SCENARIOS), up: () => DynamicTestbed.up(cluster, dynamic, faultsAtHand(), SIXTY_TARGETS),
  });
  await onPlatform(results, cluster, {
    group: DYNAMIC, name: 'a platform of 2,000 targets', tests: dynamicTests({ '2,000 targets, and 500 more at once': spreadsMany }),
    up: () => DynamicTestbed.up(cluster, dynamic, faultsAtHand(), MANY_TARGETS),
  });
  await onPlatform(results, cluster, {
    group: DYNAMIC, name: 'a platform whose senders KEDA adds and removes', tests: dynamicTests(AUTOSCALING_SCENARIOS),
    up: async () => {
      await needsKeda(cluster);
      return DynamicTestbed.up(cluster, dynamic, faultsAtHand(), AUTOSCALED);
    },
  });
  console.log(results.table());
  await record(results, cluster);
  const passed = results.all.filter(({ verdict }) => verdict === 'passed').length;
  const failed = results.all.filter(({ verdict }) => verdict === 'failed').length;
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main().then(() => process.exit(), (error: Error) => {
  progress(error.message);
  process.exit(1);
});
