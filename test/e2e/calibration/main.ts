import { calibrateBucket } from './bucket';
import { calibrateCompactor } from './compactor';
import { calibrateFlow } from './flow';
import { calibrateIngestor } from './ingestor';
import { calibrateQueue } from './queue';
import { calibrateReading } from './reading';
import { Finding, store } from './results';
import { calibrateSenders } from './senders';
import { calibrateValues } from './values';
import { ensureBuilt } from '../../programs/build';

const MEASUREMENTS: Readonly<Record<string, () => Promise<Finding>>> = {
  ingestor: calibrateIngestor,
  flow: calibrateFlow,
  senders: calibrateSenders,
  bucket: () => calibrateBucket(),
  queue: calibrateQueue,
  compactor: () => calibrateCompactor(),
  reading: calibrateReading,
  values: calibrateValues,
};

async function main(): Promise<void> {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(MEASUREMENTS);
  const unknown = names.find(name => !(name in MEASUREMENTS));
  if (unknown !== undefined) throw new Error(`There is no measurement '${unknown}'; there are ${Object.keys(MEASUREMENTS).join(', ')}.`);
  await ensureBuilt(['thanos', 'prometheus']);
  for (const name of names) {
    console.log(`measuring ${name}`);
    const finding = await MEASUREMENTS[name]();
    store(name, finding);
    console.log(JSON.stringify(finding.fits, undefined, 1));
  }
}

// Connections that are kept alive would hold this process for minutes.
main().then(() => process.exit(0), (error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
