import { createHash } from 'node:crypto';
import * as net from 'node:net';
import * as tls from 'node:tls';
import { Scram } from './scram';

// PostgreSQL's protocol 3.0 (PostgreSQL docs, Frontend/Backend Protocol), as much of it as is needed to send statements.

/** Whom to connect to, as whom. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: string;
  readonly ca?: string;
}

/** What PostgreSQL refuses, with its code. */
export class DatabaseError extends Error {
  constructor(public readonly code: string, message: string) {
    super(message);
  }
}

interface Message {
  readonly type: string;
  readonly body: Buffer;
}

/** A row, as text. */
export type Row = (string | null)[];

const CONNECT_TIMEOUT = 10_000;
const STATEMENT_TIMEOUT = 60_000;
const SSL_REQUEST = 80_877_103;
const PROTOCOL = 196_608;

const int32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
};
const int16 = (value: number): Buffer => int32(value).subarray(2);
const cString = (text: string): Buffer => Buffer.from(`${text}\0`);
const framed = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
};

const nobody = (): void => undefined;

/** One connection to PostgreSQL; one statement at a time. */
export class Postgres {
  /** @throws when it cannot be reached, or refuses. */
  public static async connect(connection: Connection): Promise<Postgres> {
    const socket = net.connect(connection.port, connection.host);
    const timer = setTimeout(() => socket.destroy(new Error(`${connection.host}:${connection.port} does not answer`)), CONNECT_TIMEOUT);
    try {
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject).once('close', () => reject(new Error('closed'))));
      const stream = connection.tls === 'disable' ? socket : await encrypted(socket, connection);
      const client = new Postgres(stream);
      await client.begin(connection);
      return client;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private buffered = Buffer.alloc(0);
  private readonly messages: Message[] = [];
  private failure?: Error;
  private wake: () => void = nobody;

  private constructor(private readonly stream: net.Socket) {
    stream.on('data', (data: Buffer) => this.receive(data));
    stream.on('error', error => this.fail(error));
    stream.on('close', () => this.fail(new Error('the database has closed the connection')));
  }

  /** Sends one statement with its parameters, and gives its rows. */
  public async query(statement: string, parameters: (string | null)[] = []): Promise<Row[]> {
    const values = parameters.map(value => (value === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)])));
    this.stream.write(Buffer.concat([
      framed('P', cString(''), cString(statement), int16(0)),
      framed('B', cString(''), cString(''), int16(0), int16(values.length), ...values, int16(0)),
      framed('E', cString(''), int32(0)),
      framed('S'),
    ]));
    return this.rows();
  }

  /** Sends several statements in one text. */
  public async script(statements: string): Promise<void> {
    this.stream.write(framed('Q', cString(statements)));
    await this.rows();
  }

  public close(): void {
    this.stream.end(framed('X'));
  }

  private async begin({ user, database, password }: Connection): Promise<void> {
    const pairs = ['user', user, 'database', database, 'application_name', 'alarm-recorder', 'client_encoding', 'UTF8'].map(cString);
    const body = Buffer.concat([int32(PROTOCOL), ...pairs, Buffer.from('\0')]);
    this.stream.write(Buffer.concat([int32(body.length + 4), body]));
    let scram: Scram | undefined;
    for (;;) {
      const { type, body: told } = await this.next(CONNECT_TIMEOUT);
      if (type === 'E') {
        throw errorOf(told);
      } else if (type === 'Z') {
        return;
      } else if (type === 'R') {
        scram = this.authenticate(told, user, password, scram);
      }
    }
  }

  private authenticate(told: Buffer, user: string, password: string, scram?: Scram): Scram | undefined {
    const [method, rest] = [told.readInt32BE(0), told.subarray(4)];
    if (method === 3) {
      this.stream.write(framed('p', cString(password)));
    } else if (method === 5) {
      const md5 = (...parts: (string | Buffer)[]) => parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest('hex');
      this.stream.write(framed('p', cString(`md5${md5(md5(password, user), rest)}`)));
    } else if (method === 10) {
      if (!rest.toString().split('\0').includes('SCRAM-SHA-256')) {
        throw new Error('the database offers no way to authenticate that is known here');
      }
      const exchange = new Scram(password);
      this.stream.write(framed('p', cString('SCRAM-SHA-256'), int32(exchange.first.length), Buffer.from(exchange.first)));
      return exchange;
    } else if (method === 11) {
      this.stream.write(framed('p', Buffer.from(scram!.answer(rest.toString()))));
    } else if (method === 12) {
      scram!.verify(rest.toString());
    } else if (method !== 0) {
      throw new Error(`the database wants authentication of the kind ${method}, which is not known here; scram-sha-256, md5 and password are`);
    }
    return scram;
  }

  private async rows(): Promise<Row[]> {
    const rows: Row[] = [];
    let refused: Error | undefined;
    for (;;) {
      const { type, body } = await this.next(STATEMENT_TIMEOUT);
      if (type === 'D') {
        rows.push(rowOf(body));
      } else if (type === 'E') {
        refused ??= errorOf(body);
      } else if (type === 'Z') {
        if (refused) {
          throw refused;
        }
        return rows;
      }
    }
  }

  private async next(timeout: number): Promise<Message> {
    const timer = setTimeout(() => this.stream.destroy(new Error('the database does not answer')), timeout);
    try {
      while (this.messages.length === 0) {
        if (this.failure) {
          throw this.failure;
        }
        await new Promise<void>(resolve => {
          this.wake = resolve;
        });
      }
      return this.messages.shift()!;
    } finally {
      clearTimeout(timer);
    }
  }

  private receive(data: Buffer): void {
    this.buffered = Buffer.concat([this.buffered, data]);
    while (this.buffered.length >= 5) {
      const length = this.buffered.readInt32BE(1) + 1;
      if (this.buffered.length < length) {
        break;
      }
      this.messages.push({ type: String.fromCharCode(this.buffered[0]), body: this.buffered.subarray(5, length) });
      this.buffered = this.buffered.subarray(length);
    }
    this.wake();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.wake();
  }
}

/** Asks for TLS, which PostgreSQL begins on a connection that is open. */
async function encrypted(socket: net.Socket, { host, tls: mode, ca }: Connection): Promise<net.Socket> {
  socket.write(Buffer.concat([int32(8), int32(SSL_REQUEST)]));
  const answer = await new Promise<Buffer>((resolve, reject) => socket.once('data', resolve).once('error', reject));
  if (answer.toString() !== 'S') {
    throw new Error('the database does not speak TLS');
  }
  const verify = mode === 'verify-full';
  const secure = tls.connect({ socket, servername: net.isIP(host) ? undefined : host, host, ca, rejectUnauthorized: verify });
  await new Promise<void>((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject));
  return secure;
}

function errorOf(body: Buffer): DatabaseError {
  const fields = new Map(body.toString().split('\0').filter(field => field !== '').map(field => [field[0], field.slice(1)]));
  return new DatabaseError(fields.get('C') ?? '', `${fields.get('M') ?? 'unknown error'} (${fields.get('C') ?? ''})`);
}

function rowOf(body: Buffer): Row {
  const row: Row = [];
  let at = 2;
  for (let column = 0; column < body.readInt16BE(0); column++) {
    const length = body.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? null : body.toString('utf8', at, at + length));
    at += Math.max(0, length);
  }
  return row;
}
