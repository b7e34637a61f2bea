import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecorderConfig } from './config';
import { Metrics } from './metrics';
import { EventRecord, recordOf } from './records';
import { ChangedSilences, silencesOf } from './silences';
import { Spool } from './spool';
import { Store } from './store';
import { serve } from '../../core/program/http';
import { Log, logger } from '../../core/program/log';

// The program in the pod: node main.js <file of configuration> <host:port>

/** Seconds between two deletions of what is too old. */
const EXPIRY_PERIOD = 3600;
const LONGEST_PAUSE = 30;

/** Carries what Alertmanager's event recorder writes into PostgreSQL, however long that is away. */
export class Recorder {
  private readonly spool: Spool;
  private readonly store: Store;
  private readonly silences = new ChangedSilences();
  private expired = 0;

  constructor(private readonly config: RecorderConfig, public readonly metrics: Metrics, private readonly log: Log) {
    fs.mkdirSync(config.folder, { recursive: true });
    this.spool = new Spool(config.folder, config.file, config);
    this.store = new Store(config.database, config.mesh);
  }

  /** One round: everything that waits. Gives whether it came to its end. */
  public async round(): Promise<boolean> {
    const { metrics, log } = this;
    try {
      await this.store.check();
      await this.storeEvents();
      await this.storeSilences();
      await this.expire();
      metrics.up.set({}, 1);
      metrics.success.set({}, Math.round(Date.now() / 1000));
      return true;
    } catch (error) {
      this.store.disconnect();
      metrics.up.set({}, 0);
      metrics.failures.add({}, 1);
      log('warn', 'not stored, to be tried again', { reason: (error as Error).message, pending: this.spool.pending });
      return false;
    } finally {
      const lost = this.spool.tidy();
      if (lost > 0) {
        metrics.givenUp.add({}, lost);
        log('error', 'events are given up, for the database has been away for too long', { bytes: lost });
      }
      metrics.pending.set({}, this.spool.pending);
    }
  }

  private async storeEvents(): Promise<void> {
    for (let batch = this.spool.next(); batch; batch = this.spool.next()) {
      const records = batch.lines.flatMap(line => this.parsed(line));
      const refused = records.length > 0 ? await this.store.addEvents(records) : [];
      refused.forEach(({ key, kind }) => this.skip('the database cannot hold an event', `${kind} ${key}`));
      batch.stored();
      records.filter(record => !refused.includes(record)).forEach(({ kind }) => this.metrics.stored.add({ kind }, 1));
    }
  }

  private parsed(line: string): EventRecord[] {
    try {
      return [recordOf(line, this.config.mesh) ?? []].flat();
    } catch {
      this.skip('a line is no event', line.slice(0, 200));
      return [];
    }
  }

  private skip(message: string, what: string): void {
    this.metrics.skipped.add({}, 1);
    this.log('error', message, { what });
  }

  private async storeSilences(): Promise<void> {
    const all = await silencesOf(this.config.alertmanagerUrl).catch((error: Error) => {
      this.log('warn', 'Alertmanager does not tell its silences', { reason: error.message });
    });
    if (!all) {
      return;
    }
    const { changed, done } = this.silences.of(all);
    if (changed.length > 0) {
      await this.store.putSilences(changed);
      this.metrics.silences.add({}, changed.length);
    }
    done();
  }

  private async expire(): Promise<void> {
    if (Date.now() / 1000 - this.expired >= EXPIRY_PERIOD) {
      await this.store.expire(this.config.retention);
      this.expired = Date.now() / 1000;
    }
  }
}

async function main(configFile: string, address: string): Promise<void> {
  const config = JSON.parse(fs.readFileSync(configFile, 'utf8')) as RecorderConfig;
  const log = logger(config);
  const recorder = new Recorder(config, new Metrics(), log);
  const ok = () => 'OK\n';
  serve({ '/metrics': () => recorder.metrics.text(), '/-/healthy': ok, '/-/ready': ok }, address);
  let stopping = false;
  process.on('SIGTERM', () => {
    // Alertmanager may still have something to say; what is not stored then waits on the volume for the next pod.
    stopping = true;
    setTimeout(() => process.exit(0), 2 * config.interval * 1000);
  });
  log('info', 'started', { mesh: config.mesh, database: `${config.database.host}:${config.database.port}/${config.database.name}` });
  for (let failures = 0; ;) {
    failures = await recorder.round() ? 0 : failures + 1;
    await sleep(1000 * (stopping ? config.interval : Math.min(LONGEST_PAUSE, config.interval * 2 ** failures)));
  }
}

if (require.main === module) {
  main(process.argv[2], process.argv[3]).catch((error: Error) => {
    console.error(error.message);
    process.exit(1);
  });
}
