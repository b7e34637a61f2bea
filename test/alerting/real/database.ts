import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { installPackages } from '../../programs/debian';
import { freePorts, poll, run, temporaryFolder } from '../../programs/process';

const PROGRAMS = '/usr/lib/postgresql';
const PASSWORD = 'a "secret" of é';

/** The newest PostgreSQL of this machine; Debian's is installed where there is none and one is root. */
function programs(): string {
  const newest = () => (fs.existsSync(PROGRAMS) ? fs.readdirSync(PROGRAMS).sort((a, b) => Number(b) - Number(a))[0] : undefined);
  const version = newest() ?? (installPackages(['postgresql']) ? newest() : undefined);
  if (version === undefined) throw new Error('There is no PostgreSQL; install Debian\'s package postgresql.');
  return path.join(PROGRAMS, version, 'bin');
}

/** A real PostgreSQL with a user, a password by SCRAM and an empty database. It is stopped and started at will. */
export class Database {
  public static async create(): Promise<Database> {
    const [port] = await freePorts(1);
    const database = new Database(programs(), temporaryFolder(), port);
    database.init();
    database.start();
    await database.sql('postgres', `CREATE USER recorder PASSWORD '${PASSWORD}'`);
    await database.sql('postgres', 'CREATE DATABASE alarms OWNER recorder');
    return database;
  }

  public readonly user = 'recorder';
  public readonly password = PASSWORD;

  private constructor(private readonly bin: string, private readonly folder: string, public readonly port: number) {}

  public start(): void {
    this.asPostgres('pg_ctl', ['-w', '-D', path.join(this.folder, 'data'), '-l', path.join(this.folder, 'log'), '-o', `-p ${this.port} -k ${this.folder} -c listen_addresses=127.0.0.1`, 'start']);
  }

  public stop(): void {
    this.asPostgres('pg_ctl', ['-w', '-D', path.join(this.folder, 'data'), '-m', 'immediate', 'stop']);
  }

  /** A line of a file in the folder of its data, in force with the next start. */
  public configure(file: string, line: string): void {
    fs.appendFileSync(path.join(this.folder, 'data', file), `\n${line}\n`);
  }

  /** In place of what it was made with. */
  public authenticateBy(method: string): void {
    fs.writeFileSync(path.join(this.folder, 'data', 'pg_hba.conf'), `local all all trust\nhost all all 127.0.0.1/32 ${method}\n`);
  }

  /** Makes a certificate for `localhost`, which is its own authority, and gives it. */
  public speakTls(): string {
    const data = path.join(this.folder, 'data');
    const [key, certificate] = ['server.key', 'server.crt'].map(file => path.join(data, file));
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate];
    const { status, stderr } = spawnSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    if (status !== 0) throw new Error(`openssl: ${stderr.toString()}`);
    const { uid, gid } = fs.statSync(data);
    [key, certificate].forEach(file => fs.chownSync(file, uid, gid));
    fs.chmodSync(key, 0o600);
    this.configure('postgresql.conf', 'ssl = on');
    return fs.readFileSync(certificate, 'utf8');
  }

  /** Rows as text, columns with a tabulator between them. */
  public async sql(database: string, statement: string): Promise<string[][]> {
    const ended = await poll(async () => {
      const told = await run(path.join(this.bin, 'psql'), ['-h', this.folder, '-p', String(this.port), '-U', 'postgres', '-d', database, '-XAtF', '\t', '-c', statement]);
      return told.code === 2 ? undefined : told;
    }, 30_000);
    if (!ended || ended.code !== 0) throw new Error(`psql: ${ended?.stderr ?? 'no answer'}`);
    return ended.stdout.split('\n').filter(line => line !== '').map(line => line.split('\t'));
  }

  private init(): void {
    fs.chmodSync(this.folder, 0o777);
    this.asPostgres('initdb', ['-D', path.join(this.folder, 'data'), '-U', 'postgres', '--auth-local=trust', '--auth-host=scram-sha-256']);
  }

  /** It refuses to be run by root. */
  private asPostgres(program: string, args: readonly string[]): void {
    const command = [path.join(this.bin, program), ...args];
    const [first, ...rest] = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--', ...command] : command;
    const { status, stderr } = spawnSync(first, rest, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 60_000, cwd: this.folder });
    if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  }
}
