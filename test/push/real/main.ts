import { checkCleaner, checkGroups, checkKeep, checkPersistence, checkRuns, checkTexts, measure } from './checks';
import { checkScraped } from './scrape';
import { ensureBuilt } from '../../programs/build';
import { Report } from '../../programs/report';

// Pushgateway, the program of jobs and the cleaner, as our constructs print them, on the loopback interface; a minute.

async function main(): Promise<void> {
  await ensureBuilt(['pushgateway', 'node', 'prometheus']);
  const report = new Report();
  for (const check of [checkTexts, checkGroups, checkPersistence, checkRuns, checkKeep, checkCleaner, checkScraped, measure]) {
    await check(report);
  }
  console.log(report.summary);
  process.exitCode = report.failed ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
