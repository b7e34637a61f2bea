import { Accepted } from './accepted';
import { checkAlerting } from './alerting/check-alerting';
import { ensureBuilt } from './build';
import { checkCluster } from './cluster/check-cluster';
import { checkConfigs } from './configs/check-configs';
import { emittedFlags } from './emitted-flags';
import { EXAMPLES_FOLDER, loadExamples } from './examples';
import { checkEmitted } from './flags/check-emitted';
import { checkFlags } from './flags/check-flags';
import { PLATFORM_PROGRAMS } from './modules';
import { Report } from './report';
import { checkPlatformRules } from '../platform-rules/check';

async function main(): Promise<void> {
  const report = new Report();
  const accepted = new Accepted();
  // Another folder can be given to try some YAML; its answers are not stored.
  const examplesFolder = process.argv[2] ?? EXAMPLES_FOLDER;
  const examples = loadExamples(examplesFolder);
  if (examples.length === 0) throw new Error(`There is no YAML in ${examplesFolder}/*/dist. Run 'npm run synth' first.`);

  await ensureBuilt([...PLATFORM_PROGRAMS, 'kube-apiserver']);
  const commands = await checkFlags(report);
  checkEmitted(report, emittedFlags(commands, examples), commands);
  await checkConfigs({ report, examples, commands, accepted });
  await checkAlerting(report);
  await checkPlatformRules(report);
  await checkCluster(report, examples, accepted);
  if (examplesFolder === EXAMPLES_FOLDER && !report.failed) accepted.store();
  console.log(report.summary);
  // Ends even if a socket lingers, but not before all has been printed: into a pipe, Node writes later.
  process.stdout.write('', () => process.exit(report.failed ? 1 : 0));
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
