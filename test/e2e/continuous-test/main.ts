import { checkDownsampled } from './downsampled';
import { checkMerged } from './merged';
import { checkRing } from './ring';
import { ensureBuilt } from '../../programs/build';
import { Report } from '../../programs/report';

// The continuous test before real programs, as our constructs print them all, on the loopback interface; three minutes.

async function main(): Promise<void> {
  await ensureBuilt(['thanos', 'promtool', 'node']);
  const report = new Report();
  await checkRing(report);
  await checkDownsampled(report);
  await checkMerged(report);
  console.log(report.summary);
  process.exitCode = report.failed ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
