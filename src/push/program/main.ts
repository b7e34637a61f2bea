import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cleaner } from './cleaner';
import { Refused } from './client';
import type { CleanerConfig, PushConfig } from './config';
import { EXIT } from './exit-codes';
import { announce, push } from './pusher';
import { serve } from '../../core/program/http';
import { logger } from '../../core/program/log';

// The program in the pods: node main.js announce|push <file of configuration>, or clean <file of configuration> <address to listen at>

const readConfig = <T>(file: string): T => JSON.parse(fs.readFileSync(file, 'utf8')) as T;

async function pushOrFail(config: PushConfig): Promise<void> {
  const log = logger(config);
  try {
    await push(config, log);
  } catch (error) {
    // The last line is the reason of the pod's end.
    log('error', 'nothing more is tried', { failure: (error as Error).message });
    process.exitCode = error instanceof Refused ? EXIT.refused : EXIT.unreachable;
  }
}

/** The file may be replaced at any time: the groups that are known change with the jobs. */
async function keepClean(file: string, address: string): Promise<never> {
  const cleaner = new Cleaner((...line) => logger(readConfig<CleanerConfig>(file))(...line));
  serve({ '/metrics': () => cleaner.text(), '/-/healthy': () => 'OK\n', '/-/ready': () => 'OK\n' }, address);
  for (;;) {
    const config = readConfig<CleanerConfig>(file);
    await cleaner.clean(config, Date.now() / 1000);
    await sleep(config.interval * 1000);
  }
}

async function main(task: string, file: string, address: string): Promise<void> {
  process.on('SIGTERM', () => process.exit(143));
  if (task === 'announce') {
    const config = readConfig<PushConfig>(file);
    await announce(config, logger(config));
  } else if (task === 'push') {
    await pushOrFail(readConfig<PushConfig>(file));
  } else {
    await keepClean(file, address);
  }
}

if (require.main === module) {
  void main(process.argv[2], process.argv[3], process.argv[4]);
}
