import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestConfig } from './config';
import { Metrics } from './metrics';
import { Reader } from './reader';
import { Writer } from './writer';
import { serve } from '../../core/program/http';
import { logger } from '../../core/program/log';

// The program in the pod: node main.js <file of configuration> <address to listen at>

async function keepWriting(writer: Writer): Promise<never> {
  for (;;) {
    await sleep(await writer.write(Date.now()));
  }
}

async function keepReading(readers: Reader[], writer: Writer, interval: number): Promise<never> {
  for (;;) {
    await sleep(interval - Date.now() % interval);
    await Promise.all(readers.map(reader => reader.read(Date.now())));
    writer.forget(Math.min(...readers.map(({ position }) => position)));
  }
}

async function main(configFile: string, address: string): Promise<void> {
  const config = JSON.parse(fs.readFileSync(configFile, 'utf8')) as TestConfig;
  const log = logger(config);
  const metrics = new Metrics();
  const now = Date.now();
  const writer = new Writer(config, metrics, log, now);
  const readers = config.reads.map(target => new Reader(config, target, writer, metrics, log, now));
  process.on('SIGTERM', () => process.exit(0));
  serve({ '/metrics': () => metrics.text(), '/-/healthy': () => 'OK\n', '/-/ready': () => 'OK\n' }, address);
  log('info', 'started', { writeUrl: config.writeUrl, queryUrl: config.queryUrl, firstSample: new Date(writer.first).toISOString() });
  await Promise.all([keepWriting(writer), keepReading(readers, writer, config.checkInterval * 1000)]);
}

if (require.main === module) {
  void main(process.argv[2], process.argv[3]);
}
