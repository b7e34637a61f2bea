import { ensureBuilt } from './build';
import { checkFlags } from './flags/check-flags';
import { Report } from './report';

const PROGRAMS = ['thanos', 'prometheus', 'promtool', 'prometheus-config-reloader', 'versitygw', 'kube-apiserver'];

async function main(): Promise<void> {
  await ensureBuilt(PROGRAMS);
  const report = new Report();
  await checkFlags(report);
  console.log(report.summary);
  // The programs have been stopped; the process ends even if a socket lingers.
  process.exit(report.failed ? 1 : 0);
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
