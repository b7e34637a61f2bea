import { Command } from 'commander';
import { usageOf } from './cgroups';
import { kubectl } from './control-plane';
import { problems } from './health';
import { add, OPTIONAL_ADDONS } from './optional-addons';
import { ensurePrerequisites, ensureRoot } from './prerequisites';
import { down, parts, up } from './rig';
import { exclusively, hasState, kubeconfigPath, stateFolder } from './state';

const started = Date.now();

function progress(what: string): void {
  console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${what}`);
}

async function runUp(): Promise<void> {
  await ensurePrerequisites();
  await exclusively(() => up(progress));
  console.log(`export KUBECONFIG=${kubeconfigPath()}`);
}

async function runAddon(name: string): Promise<void> {
  await exclusively(() => add(name, progress));
}

async function runDown(): Promise<void> {
  await exclusively(() => down(progress));
}

async function runStatus(): Promise<void> {
  if (!hasState()) {
    console.log(`There is no rig in ${stateFolder()}.`);
    process.exitCode = 1;
    return;
  }
  const found = await problems();
  for (const [name, cgroup] of parts()) {
    const { cpuSeconds, workingSetBytes } = usageOf(cgroup);
    console.log(`${name.padEnd(14)} ${String(Math.round(workingSetBytes / 2 ** 20)).padStart(6)} MiB ${cpuSeconds.toFixed(0).padStart(6)} s of CPU`);
  }
  if (found.length === 0) console.log(await kubectl('get', 'nodes,pods', '--all-namespaces', '--output=wide'));
  console.log(found.length === 0 ? `The rig is ready. KUBECONFIG=${kubeconfigPath()}` : `The rig is not ready: ${found.join('; ')}.`);
  if (found.length > 0) process.exitCode = 1;
}

const program = new Command('e2e:cluster').description('A Kubernetes cluster of three nodes in three zones, in namespaces of this machine');
program.command('up').description('boot it; does nothing when it is up').action(runUp);
program.command('addon').argument('<name>', Object.entries(OPTIONAL_ADDONS).map(([name, { gives }]) => `${name}: ${gives}`).join('; '))
  .description('give it what tests of some subjects need, once it is up').action(runAddon);
program.command('down').description('take it down; leaves nothing behind').action(runDown);
program.command('status').description('say whether it is ready, and what it uses').action(runStatus);
program.hook('preAction', ensureRoot);
program.parseAsync().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
