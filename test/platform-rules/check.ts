import { askPromtool } from './promtool';
import { ensureBuilt, programPath } from '../programs/build';
import { Report } from '../programs/report';

/** Asks promtool to judge the ready-made rules. */
export async function checkPlatformRules(report: Report): Promise<void> {
  await ensureBuilt(['promtool']);
  for (const { set, tests, problem } of await askPromtool(programPath('promtool'))) report.answer(`rules of ${set}: ${tests} tests`, problem);
}

async function main(): Promise<void> {
  const report = new Report();
  await checkPlatformRules(report);
  console.log(report.summary);
  process.exitCode = report.failed ? 1 : 0;
}

if (require.main === module) void main();
