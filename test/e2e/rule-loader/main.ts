import { checkLoader } from './loader';
import { checkVerdicts } from './verdicts';
import { ensureBuilt } from '../../programs/build';
import { Report } from '../../programs/report';

// The rule-loader before a fake Kubernetes API, with the real `thanos rule` and promtool, on the loopback interface; a minute.

async function main(): Promise<void> {
  await ensureBuilt(['thanos', 'promtool']);
  const report = new Report();
  await checkVerdicts(report);
  await checkLoader(report);
  console.log(report.summary);
  process.exitCode = report.failed ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
