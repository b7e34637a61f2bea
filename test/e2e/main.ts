import { Command } from 'commander';
import { Cluster } from './harness/cluster';
import { progress } from './harness/progress';
import { type Notebook, Results } from './harness/results';
import { DISTURBANCES } from './scenarios/disturbances';
import { faultsAtHand } from './scenarios/faults';
import { keepsHistory, mergesCopies } from './scenarios/history';
import { RESHARDINGS } from './scenarios/resharding';
import { Testbed } from './scenarios/testbed';
import { withoutLoss } from './scenarios/without-loss';
import { works } from './scenarios/works';

interface Options {
  readonly only?: string;
  readonly keep: boolean;
  readonly namespace: string;
}

const options = new Command('e2e')
  .description('Shows on the cluster that KUBECONFIG names that the platform runs, and that it loses nothing.')
  .option('--only <text>', 'only tests whose name contains this')
  .option('--namespace <name>', 'of the platform under test; the load is in <name>-load', 'e2e')
  .option('--keep', 'leave the namespaces as they are in the end', false)
  .parse().opts<Options>();

const wanted = (name: string): boolean => !options.only || name.toLowerCase().includes(options.only.toLowerCase());

interface Test {
  readonly group: string;
  readonly name: string;
  readonly run: (testbed: Testbed, notebook: Notebook) => Promise<void>;
}

/** On one platform, one after the other. The history comes last: it makes the compactor expire what is old. */
const TESTS: readonly Test[] = [
  ...Object.entries({ ...DISTURBANCES, ...RESHARDINGS }).map(([name, disturb]): Test =>
    ({ group: 'Loses nothing', name, run: (testbed, notebook) => withoutLoss(testbed, notebook, disturb) })),
  { group: 'Works', name: 'blocks reach the bucket, and their copies become one', run: mergesCopies },
  { group: 'Works', name: 'blocks of weeks ago are compacted, downsampled, expired and read back', run: keepsHistory },
];

async function underLoad(results: Results, cluster: Cluster): Promise<void> {
  const tests = TESTS.filter(({ name }) => wanted(name));
  if (tests.length === 0) return;
  let testbed: Testbed | undefined;
  await results.run('Loses nothing', 'a platform under load, all of whose targets are scraped by both twins', async () => {
    testbed = await Testbed.up(cluster, options.namespace, faultsAtHand());
  });
  if (!testbed) return;
  const bed = testbed;
  for (const { group, name, run } of tests) await results.run(group, name, notebook => run(bed, notebook));
  if (!options.keep) await bed.down();
}

async function main(): Promise<void> {
  const cluster = await Cluster.connect();
  const results = new Results();
  if (wanted('works')) await works(results, cluster, options.keep);
  await underLoad(results, cluster);
  console.log(results.table());
  process.exitCode = results.failed ? 1 : 0;
}

main().then(() => process.exit(), (error: Error) => {
  progress(error.message);
  process.exit(1);
});
