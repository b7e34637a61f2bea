import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobLoaderConfig } from './config';
import { JobFile } from './job-file';
import { jobsIn, type Making, type Told } from './jobs';
import { Loader, NotReady } from './loader';
import { Metrics } from './metrics';
import { prometheusAt } from './prometheus';
import { serve } from '../../core/program/http';
import { type Log, logger } from '../../core/program/log';

// The program in the pod: node main.js <file of configuration> <host:port>, with the pod's name and its replica in the environment.

/** Milliseconds after which a Prometheus that was not ready is asked again. */
const READY_PAUSE = 2_000;
/** Milliseconds that the allocator may take. */
const TIMEOUT = 10_000;
/** Share of the interval by which senders come at other times than each other. */
const SPREAD = 0.1;

/** Asks the allocator for all jobs. */
class Allocator {
  private text = '';
  private jobs: ReadonlyMap<string, Told> = new Map();
  private silence?: string;

  constructor(private readonly making: Making, private readonly metrics: Metrics, private readonly log: Log) {}

  /** Its jobs; nothing when it does not answer as it should. */
  public async ask(): Promise<ReadonlyMap<string, Told> | undefined> {
    try {
      const response = await fetch(`${this.making.allocator}/scrape_configs`, { signal: AbortSignal.timeout(TIMEOUT) });
      const text = await response.text();
      if (!response.ok) {
        throw new Error(`it answers ${response.status}`);
      }
      // Thousands of jobs need not be made anew each time.
      if (text !== this.text) {
        this.jobs = jobsIn(JSON.parse(text), this.making);
        this.text = text;
      }
      this.tell();
      return this.jobs;
    } catch (error) {
      this.tell(String((error as Error).cause ?? (error as Error).message));
      return undefined;
    }
  }

  private tell(silence?: string): void {
    this.metrics.allocatorUp.set({}, silence === undefined ? 1 : 0);
    if (silence !== this.silence) {
      this.silence = silence;
      this.log(silence === undefined ? 'info' : 'warn', silence === undefined ? 'the target allocator answers' : 'the target allocator does not answer as it should; jobs stay as they are',
        { url: this.making.allocator, ...(silence === undefined ? {} : { reason: silence }) });
    }
  }
}

async function keepLoading(allocator: Allocator, loader: Loader, refreshInterval: number, metrics: Metrics, log: Log): Promise<never> {
  let trouble: Error | undefined;
  for (;;) {
    const jobs = await allocator.ask();
    if (jobs) {
      loader.see(jobs);
    }
    try {
      await loader.apply();
      trouble = undefined;
      metrics.successful.set({}, 1);
      if (jobs) {
        metrics.successTime.set({}, Math.round(Date.now() / 1000));
      }
    } catch (error) {
      metrics.successful.set({}, 0);
      if (trouble?.message !== (error as Error).message) {
        log('warn', 'to be tried again', { reason: (error as Error).message });
      }
      trouble = error as Error;
    }
    await sleep(trouble instanceof NotReady ? READY_PAUSE : refreshInterval * 1000 * (1 + SPREAD * (2 * Math.random() - 1)));
  }
}

async function main(configFile: string, address: string): Promise<void> {
  const { POD_NAME: pod = '', REPLICA: replica = '' } = process.env;
  const config = JSON.parse(fs.readFileSync(configFile, 'utf8')) as JobLoaderConfig;
  const log = logger(config);
  const metrics = new Metrics();
  const loader = new Loader(new JobFile(config.folder), prometheusAt(config.prometheus, config.reloadTimeout), metrics, log);
  const allocator = new Allocator({ ...config, allocator: config.allocators[replica], pod }, metrics, log);
  process.on('SIGTERM', () => process.exit(0));
  const ok = () => 'OK\n';
  serve({ '/metrics': () => metrics.text(), '/jobs': () => loader.report(), '/-/healthy': ok, '/-/ready': ok }, address);
  log('info', 'started', { pod, replica, refreshInterval: config.refreshInterval });
  await keepLoading(allocator, loader, config.refreshInterval, metrics, log);
}

if (require.main === module) {
  main(process.argv[2], process.argv[3]).catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
}
