import * as fs from 'node:fs';
import type { DatabaseConfig } from './config';
import { DatabaseError, Postgres } from './postgres';
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

/** What PostgreSQL cannot hold, whoever sends it again. */
const isDataError = (error: unknown): boolean => error instanceof DatabaseError && error.code.startsWith('22');

/** The database, connected when it is needed. */
export class Store {
  private connection?: Postgres;

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
    await database.query('DELETE FROM alarm_events WHERE mesh = $1 AND time < now() - make_interval(secs => $2::float8)', [this.mesh, String(seconds)]);
    await database.query('DELETE FROM alarm_silences WHERE mesh = $1 AND ends_at < now() - make_interval(secs => $2::float8)', [this.mesh, String(seconds)]);
  }

  /** Forgets the connection, after a failure. */
  public disconnect(): void {
    this.connection?.close();
    this.connection = undefined;
  }

  private async send(statement: string, rows: object[]): Promise<void> {
    await (await this.connected()).query(statement, [JSON.stringify(rows), this.mesh]);
  }

  private async connected(): Promise<Postgres> {
    if (!this.connection) {
      const { host, port, name, usernameFile, passwordFile, tls, caFile } = this.config;
      const read = (file: string) => fs.readFileSync(file, 'utf8').trim();
      const ca = caFile && fs.readFileSync(caFile, 'utf8');
      const connection = await Postgres.connect({ host, port, database: name, user: read(usernameFile), password: read(passwordFile), tls, ca });
      await connection.script(SCHEMA);
      this.connection = connection;
    }
    return this.connection;
  }
}
