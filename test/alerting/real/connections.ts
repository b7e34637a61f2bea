import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { Database } from './database';
import type { DatabaseConfig } from '../../../src/alerting/program/config';
import type { EventRecord } from '../../../src/alerting/program/records';
import { Store } from '../../../src/alerting/program/store';
import { poll, temporaryFolder } from '../../programs/process';
import { Report } from '../../programs/report';

// What the recorder does with a real PostgreSQL: each way to authenticate, with TLS and without; connections that break or fall silent.
// Two minutes, for it waits as long as the recorder does:
//   npx ts-node -T --project test/tsconfig.json test/alerting/real/connections.ts

const ODD = 'é "x" \\ $1 \u{1f514}';
const OWN = 'FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE application_name = \'alarm-recorder\'';

const event = (key: string, time = '2026-11-23T03:10:01Z'): EventRecord =>
  ({ key, time, instance: 'a-0', position: 0, kind: 'alertCreated', receiver: null, integration: null, reason: null, data: { text: ODD } });

const seconds = (milliseconds: number) => Math.round(milliseconds / 1000);

/** Stands before the database, until it lets nothing through any more: as a node that is gone, nobody ends the connection. */
class Proxy {
  public static async to(port: number): Promise<Proxy> {
    const proxy = new Proxy(port);
    await new Promise<void>(resolve => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  public silent = false;
  private readonly server: net.Server;
  private readonly open = new Set<net.Socket>();

  private constructor(port: number) {
    this.server = net.createServer(socket => {
      const database = net.connect(port, '127.0.0.1').on('error', () => undefined);
      this.open.add(socket);
      socket.on('error', () => undefined).on('close', () => this.open.delete(socket) && database.destroy());
      socket.on('data', data => this.silent || database.write(data));
      database.on('data', data => this.silent || socket.write(data));
    });
  }

  public get port(): number {
    return (this.server.address() as net.AddressInfo).port;
  }

  public get connections(): number {
    return this.open.size;
  }
}

/** Takes connections, says one thing at most, and no more. */
async function mute(said?: string): Promise<number> {
  const server = net.createServer(socket => {
    socket.on('error', () => undefined).once('data', () => said && socket.write(said));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

/** What PostgreSQL keeps of a password (RFC 5803). */
function verifier(password: string, iterations: number): string {
  const salt = Buffer.from('0123456789abcdef');
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const key = (name: string) => createHmac('sha256', salted).update(name).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`;
}

class Trial {
  public readonly report = new Report();
  private readonly folder = temporaryFolder();
  private readonly config: DatabaseConfig;

  constructor(public readonly database: Database) {
    const [usernameFile, passwordFile] = ['user', 'password'].map(file => path.join(this.folder, file));
    this.config = { host: 'localhost', port: database.port, name: 'alarms', usernameFile, passwordFile, tls: 'disable' };
    fs.writeFileSync(usernameFile, `${database.user}\n`);
    this.password = database.password;
  }

  public set password(password: string) {
    fs.writeFileSync(this.config.passwordFile, password);
  }

  public again(): void {
    this.database.stop();
    this.database.start();
  }

  public file(name: string, text: string): string {
    fs.writeFileSync(path.join(this.folder, name), text);
    return path.join(this.folder, name);
  }

  public store(change: Partial<DatabaseConfig> = {}): Store {
    return new Store({ ...this.config, ...change }, 'mesh');
  }

  public expect(what: string, answer: string, expected: RegExp): void {
    this.report.answer(what, expected.test(answer) ? undefined : `expected ${expected}, but was: ${answer}`);
  }

  /** `t` or `f` for TLS, or why there is no connection. */
  public async connects(what: string, change: Partial<DatabaseConfig>, expected: RegExp): Promise<void> {
    const store = this.store(change);
    this.expect(what, await store.check().then(async () => (await this.database.sql('alarms', `SELECT ssl ${OWN}`)).join(), (error: Error) => error.message), expected);
    store.disconnect();
    const left = await poll(async () => ((await this.database.sql('alarms', `SELECT 1 ${OWN}`)).length === 0 ? 'none' : undefined), 5_000);
    if (!left) this.report.fail(what, 'the connection is still there');
  }

  public async stored(): Promise<string> {
    return (await this.database.sql('alarms', `SELECT key, data = '${JSON.stringify({ text: ODD })}' FROM alarm_events ORDER BY key`)).join(' ');
  }
}

async function authentication(trial: Trial): Promise<void> {
  const { database } = trial;
  await trial.connects('TLS that the database does not speak', { tls: 'require' }, /does not support SSL/);
  const caFile = trial.file('ca.crt', database.speakTls());
  trial.again();
  await trial.connects('SCRAM without TLS', {}, /^f$/);
  await trial.connects('SCRAM with any certificate', { tls: 'require' }, /^t$/);
  await trial.connects('a certificate of a trusted authority', { tls: 'verify-full', caFile }, /^t$/);
  await trial.connects('a certificate of an unknown authority', { tls: 'verify-full' }, /self-signed certificate/);
  await trial.connects('a certificate for another name', { tls: 'verify-full', caFile, host: '127.0.0.1' }, /does not match certificate/);
  await trial.connects('a database that is not there', { name: 'nothing' }, /database "nothing" does not exist/);
  await trial.connects('a port that nobody listens on', { port: 1 }, /^no connection to localhost:1: .*ECONNREFUSED/);
  trial.password = 'wrong';
  await trial.connects('a wrong password', {}, /password authentication failed/);
  await database.sql('postgres', `ALTER USER recorder PASSWORD '${verifier('abc', 600_000)}'`);
  trial.password = 'abc';
  await trial.connects('SCRAM with many iterations', {}, /^f$/);
  await database.sql('postgres', 'SET password_encryption = \'md5\'; ALTER USER recorder PASSWORD \'abc\'');
  database.authenticateBy('md5');
  trial.again();
  await trial.connects('MD5', {}, /^f$/);
  database.authenticateBy('password');
  trial.again();
  await trial.connects('a password as it is, within TLS', { tls: 'require' }, /^t$/);
}

async function batches(trial: Trial): Promise<void> {
  const { database } = trial;
  const store = trial.store();
  const refused = await store.addEvents([event('1'), event('2', 'nonsense'), event('3'), event('1')]);
  trial.expect('what the database cannot hold is told, and the rest is stored', `${refused.map(({ key }) => key).join()} ${await trial.stored()}`, /^2 1,t 3,t$/);
  await database.sql('postgres', 'ALTER USER recorder PASSWORD \'new\'');
  await database.sql('postgres', `SELECT pg_terminate_backend(pid) ${OWN}`);
  trial.password = 'new';
  trial.expect('a connection that was ended meanwhile, and a new password', await store.check().then(() => 'ok', (error: Error) => error.message), /^ok$/);
  const lock = database.sql('alarms', 'BEGIN; LOCK TABLE alarm_events; SELECT pg_sleep(60)').catch(() => undefined);
  await poll(async () => ((await database.sql('alarms', 'SELECT 1 FROM pg_locks WHERE mode = \'AccessExclusiveLock\' AND relation = \'alarm_events\'::regclass')).length > 0 ? true : undefined), 10_000);
  const sent = store.addEvents([event('4'), event('5')]).then(() => 'stored', (error: Error) => error.message);
  await poll(async () => ((await database.sql('alarms', 'SELECT 1 FROM pg_locks WHERE NOT granted')).length > 0 ? true : undefined), 10_000);
  database.stop();
  await lock;
  trial.expect('a database that dies in the middle of a batch', await sent, /terminat|closed|ECONNRESET/);
  database.start();
  store.disconnect();
  await store.addEvents([event('4'), event('5')]);
  trial.expect('the same batch again', await trial.stored(), /^1,t 3,t 4,t 5,t$/);
  store.disconnect();
}

async function silence(trial: Trial): Promise<void> {
  const ended = async (store: Store) => {
    const began = Date.now();
    const message = await store.check().then(() => 'ok', (error: Error) => error.message);
    store.disconnect();
    return `${message} after ${seconds(Date.now() - began)} s`;
  };
  const proxy = await Proxy.to(trial.database.port);
  const store = trial.store({ port: proxy.port });
  await store.check();
  proxy.silent = true;
  const [greeting, handshake, statement] = await Promise.all([
    ended(trial.store({ port: await mute() })),
    ended(trial.store({ port: await mute('S'), tls: 'verify-full' })),
    ended(store),
  ]);
  trial.expect('nobody greets', greeting, /^no connection to .*timeout expired after 10 s$/);
  trial.expect('nobody begins with TLS', handshake, /^no connection to .*timeout expired after 10 s$/);
  trial.expect('nobody answers a statement', statement, /^Query read timeout after 60 s$/);
  trial.expect('the silent connection is closed', String(await poll(async () => (proxy.connections === 0 ? 'closed' : undefined), 5_000)), /closed/);
  proxy.silent = false;
  trial.expect('once there is an answer again', await ended(store), /^ok/);
}

async function main(): Promise<void> {
  const trial = new Trial(await Database.create());
  await authentication(trial);
  await batches(trial);
  await silence(trial);
  trial.database.stop();
  console.log(trial.report.summary);
  process.exit(trial.report.failed ? 1 : 0);
}

main().catch((error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
