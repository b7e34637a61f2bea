import * as fs from 'node:fs';
// eslint-disable-next-line import/no-extraneous-dependencies -- it travels in the program, bundled
import { Client, DatabaseError } from 'pg';
import type { DatabaseConfig } from './config';
import type { EventRecord } from './records';
import { SCHEMA } from './schema';
import type { SilenceRecord } from './silences';

const INSERT_EVENTS = `INSERT INTO alarm_events (key, mesh, time, instance, position, kind, receiver, integration, reason, data)
  SELECT r.key, $2, r.time, r.instance, r.position, r.kind, r.receiver, r.integration, r.reason, r.data
  FROM jsonb_to_recordset($1::jsonb) AS r(key text, time timestamptz, instance text, position int, kind text, receiver text, integration text, reason text, data jsonb)
  ON CONFLICT (key) DO NOTHING`;

const UPSERT_SILENCES = `INSERT INTO alarm_silences AS s (mesh, id, state, matchers, starts_at, ends_at, updated_at, created_by, comment, annotations)
  SELECT $2, r.id, r.state, r.matchers, r."startsAt", r."endsAt", r."updatedAt", r."createdBy", r.comment, r.annotations
  FROM jsonb_to_recordset($1::jsonb) AS r(id text, state text, matchers jsonb, "startsAt" timestamptz, "endsAt" timestamptz, "updatedAt" timestamptz, "createdBy" text, comment text, annotations jsonb)
  ON CONFLICT (mesh, id) DO UPDATE SET state = EXCLUDED.state, matchers = EXCLUDED.matchers, starts_at = EXCLUDED.starts_at, ends_at = EXCLUDED.ends_at,
    updated_at = EXCLUDED.updated_at, created_by = EXCLUDED.created_by, comment = EXCLUDED.comment, annotations = EXCLUDED.annotations
  WHERE EXCLUDED.updated_at >= s.updated_at AND (s.state, s.updated_at, s.ends_at) IS DISTINCT FROM (EXCLUDED.state, EXCLUDED.updated_at, EXCLUDED.ends_at)`;

/** Milliseconds. */
const CONNECT_TIMEOUT = 10_000;
const STATEMENT_TIMEOUT = 60_000;
/** pg's own 100,000 would shut out a server that is hardened as OWASP has it: 600,000 of SHA-256. */
const MOST_SCRAM_ITERATIONS = 1_000_000;

/** What PostgreSQL cannot hold, whoever sends it again. */
const isDataError = (error: unknown): boolean => error instanceof DatabaseError && error.code !== undefined && error.code.startsWith('22');

/** Reads credentials and authorities anew: Secrets are renewed. */
function settingsOf({ host, port, name, usernameFile, passwordFile, tls, caFile }: DatabaseConfig) {
  const read = (file: string) => fs.readFileSync(file, 'utf8').trim();
  return {
    host,
    port,
    database: name,
    user: read(usernameFile),
    password: read(passwordFile),
    ssl: tls === 'disable' ? false : { rejectUnauthorized: tls === 'verify-full', ca: caFile && read(caFile) },
    application_name: 'alarm-recorder',
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: STATEMENT_TIMEOUT,
    scramMaxIterations: MOST_SCRAM_ITERATIONS,
  };
}

/** The database, connected when it is needed. */
export class Store {
  private client?: Client;

  constructor(private readonly config: DatabaseConfig, private readonly mesh: string) {}

  /** @throws when the database cannot be reached. */
  public async check(): Promise<void> {
    await (await this.connected()).query('SELECT 1');
  }

  /** Stores events; those that are there already stay as they are. Gives those that the database cannot hold. */
  public async addEvents(records: EventRecord[]): Promise<EventRecord[]> {
    try {
      await this.send(INSERT_EVENTS, records);
      return [];
    } catch (error) {
      if (!isDataError(error)) {
        throw error;
      }
      if (records.length === 1) {
        return records;
      }
      const half = Math.ceil(records.length / 2);
      return [...await this.addEvents(records.slice(0, half)), ...await this.addEvents(records.slice(half))];
    }
  }

  public async putSilences(silences: SilenceRecord[]): Promise<void> {
    await this.send(UPSERT_SILENCES, silences);
  }

  /** Deletes what is older than some seconds. */
  public async expire(seconds: number): Promise<void> {
    const database = await this.connected();
    await database.query('DELETE FROM alarm_events WHERE mesh = $1 AND time < now() - make_interval(secs => $2::float8)', [this.mesh, seconds]);
    await database.query('DELETE FROM alarm_silences WHERE mesh = $1 AND ends_at < now() - make_interval(secs => $2::float8)', [this.mesh, seconds]);
  }

  /** Forgets the connection, after a failure. */
  public disconnect(): void {
    void this.client?.end();
    this.client = undefined;
  }

  private async send(statement: string, rows: object[]): Promise<void> {
    await (await this.connected()).query(statement, [JSON.stringify(rows), this.mesh]);
  }

  private async connected(): Promise<Client> {
    this.client ??= await this.connect();
    return this.client;
  }

  private async connect(): Promise<Client> {
    const { host, port } = this.config;
    const client = new Client(settingsOf(this.config));
    // One that breaks between two statements has nobody else who would hear of it.
    client.on('error', () => this.client === client && this.disconnect());
    try {
      await client.connect().catch((error: NodeJS.ErrnoException) => {
        // Where a name has several addresses, Node's error has a code only.
        throw new Error(`no connection to ${host}:${port}: ${error.message || error.code}`, { cause: error });
      });
      await client.query(SCHEMA);
      return client;
    } catch (error) {
      void client.end();
      throw error;
    }
  }
}
