import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cleaner } from './cleaner';
import type { CleanerConfig } from './config';
import { serve } from '../../core/program/http';
import { logger } from '../../core/program/log';

// The cleaner in its pod: node clean.js <file of configuration> <address to listen at>

/** The file may be replaced at any time: the groups that are known change with the jobs. */
const readConfig = (file: string): CleanerConfig => JSON.parse(fs.readFileSync(file, 'utf8')) as CleanerConfig;

async function main(file: string, address: string): Promise<never> {
  const cleaner = new Cleaner((...line) => logger(readConfig(file))(...line));
  process.on('SIGTERM', () => process.exit(0));
  serve({ '/metrics': () => cleaner.text(), '/-/healthy': () => 'OK\n', '/-/ready': () => 'OK\n' }, address);
  for (;;) {
    const config = readConfig(file);
    await cleaner.clean(config, Date.now() / 1000);
    await sleep(config.interval * 1000);
  }
}

if (require.main === module) {
  void main(process.argv[2], process.argv[3]);
}
