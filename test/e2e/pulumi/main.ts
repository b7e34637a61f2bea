import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { refusesAtPreview, refusesAtUp } from './refusals';
import { Testbed } from './testbed';
import * as tests from './tests';
import { hasState, kubeconfigPath } from '../cluster/state';
import { cleanUp } from '../harness/apply';
import { Cluster } from '../harness/cluster';
import { progress } from '../harness/progress';
import { type Notebook, Results } from '../harness/results';

const NAMESPACE = 'e2e-pulumi';
const GROUP = 'Pulumi';
/** Seconds; what a preview of a large platform may take. */
const PREVIEW_LIMIT = 2;

/** One after the other, on one platform. */
const TESTS: readonly (readonly [string, (testbed: Testbed, notebook: Notebook) => Promise<void>])[] = [
  ['what is wrong and known at the preview fails it with all errors', refusesAtPreview],
  ['what is wrong and known only later fails the deployment, which makes nothing', refusesAtUp],
  ['a preview of a new stack shows all resources', tests.previewsAll],
  ['up: all pods Ready, outputs there, unknown was only what depended on it', tests.makesAll],
  ['up again changes nothing', tests.changesNothing],
  ['one prop changes: nothing is replaced', tests.changesProp],
  ['the value of an Output changes: exactly its consumers', tests.changesOutput],
  ['a Secret changes: exactly its consumers roll, and it is nowhere to be read', tests.changesSecret],
  ['without mutable ConfigMaps, the provider replaces them', tests.showsReplacedConfigMaps],
  ['alias, protect, provider and transforms are honoured', tests.takesOptions],
  ['destroy leaves nothing', tests.destroysAll],
];

async function previewsFast(notebook: Notebook): Promise<void> {
  // As JavaScript: ts-node makes each stack trace slow, and Pulumi's runtime takes one for each promise.
  const { outputFiles } = buildSync({
    entryPoints: [path.join(__dirname, 'preview-time.ts')], bundle: true, platform: 'node', target: 'node20', packages: 'external', write: false,
  });
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', outputFiles[0].text], { cwd: path.join(__dirname, '..', '..', '..') });
  const { resources, first, second } = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<'first' | 'second', { seconds: number; cpuSeconds: number }> & { resources: number };
  notebook.figure('resources', resources, '', 300);
  for (const [name, { seconds, cpuSeconds }] of Object.entries({ 'first preview': first, 'second preview': second })) {
    notebook.figure(name, seconds, 's', PREVIEW_LIMIT);
    notebook.figure(`${name}, CPU`, cpuSeconds, 's');
    // Other work on the machine stretches the one, threads that collect garbage beside it the other.
    if (Math.min(seconds, cpuSeconds) > PREVIEW_LIMIT) throw new Error(`The ${name} takes ${seconds} s, and ${cpuSeconds} s of CPU.`);
  }
}

async function main(): Promise<void> {
  if (hasState()) process.env.KUBECONFIG ??= kubeconfigPath();
  const results = new Results();
  await results.run(GROUP, 'a preview of 300 objects without an engine is fast', previewsFast);
  const cluster = await Cluster.connect();
  await cleanUp(cluster, [NAMESPACE], []);
  const testbed = await Testbed.make(cluster, NAMESPACE);
  for (const [name, test] of TESTS) await results.run(GROUP, name, notebook => test(testbed, notebook));
  testbed.engine.close();
  await cleanUp(cluster, [NAMESPACE], []);
  console.log(`Pulumi ${testbed.engine.version}; the provider is ${testbed.engine.provider}.`);
  console.log(results.table());
  const count = (wanted: string): number => results.all.filter(({ verdict }) => verdict === wanted).length;
  console.log(`${count('passed')} passed, ${count('failed')} failed`);
  process.exitCode = results.failed ? 1 : 0;
}

main().then(() => process.exit(), (error: Error) => {
  progress(error.stack ?? error.message);
  process.exit(1);
});
