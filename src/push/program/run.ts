import * as fs from 'node:fs';
import { Refused } from './client';
import type { PushConfig } from './config';
import { EXIT } from './exit-codes';
import { announce, push } from './pusher';
import { logger } from '../../core/program/log';

// The program beside a job: node run.js announce|push <file of configuration>

async function main(task: string, file: string): Promise<void> {
  const config = JSON.parse(fs.readFileSync(file, 'utf8')) as PushConfig;
  const log = logger(config);
  process.on('SIGTERM', () => process.exit(143));
  try {
    await (task === 'announce' ? announce(config, log) : push(config, log));
  } catch (error) {
    // The last line is the reason of the pod's end.
    log('error', 'nothing more is tried', { failure: (error as Error).message });
    process.exitCode = error instanceof Refused ? EXIT.refused : EXIT.unreachable;
  }
}

if (require.main === module) {
  void main(process.argv[2], process.argv[3]);
}
