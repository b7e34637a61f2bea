import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestConfig } from '../../../src/continuous-test/program/config';

// Formats of bytes are read with bitwise operators.
/* eslint-disable no-bitwise */

/** Reads what the program writes: a second, independent reading of Snappy's and of Protocol Buffers' formats. */
export function decode(body: Buffer): { labels: Record<string, string>; time: number; value: number }[] {
  return fields(uncompressed(body)).map(({ bytes }) => {
    const parts = fields(bytes!);
    const labels = parts.filter(({ number }) => number === 1).map(label => fields(label.bytes!).map(({ bytes: text }) => text!.toString()));
    const [value, time] = fields(parts.find(({ number }) => number === 2)!.bytes!);
    return { labels: Object.fromEntries(labels), time: Number(time.integer), value: value.bytes!.readDoubleLE() };
  });
}

function varint(data: Buffer, start: number): { integer: bigint; end: number } {
  let integer = 0n;
  let end = start;
  do {
    integer |= BigInt(data[end] & 0x7f) << BigInt(7 * (end - start));
  } while (data[end++] & 0x80);
  return { integer, end };
}

function uncompressed(data: Buffer): Buffer {
  const length = varint(data, 0);
  const literals: Buffer[] = [];
  for (let at = length.end; at < data.length;) {
    expect(data[at] & 3).toBe(0);
    expect(data[at] >> 2).toBe(61);
    const size = data.readUInt16LE(at + 1) + 1;
    literals.push(data.subarray(at + 3, at + 3 + size));
    at += 3 + size;
  }
  const all = Buffer.concat(literals);
  expect(all.length).toBe(Number(length.integer));
  return all;
}

function fields(data: Buffer): { number: number; integer?: bigint; bytes?: Buffer }[] {
  const found: { number: number; integer?: bigint; bytes?: Buffer }[] = [];
  for (let at = 0; at < data.length;) {
    const { integer: key, end } = varint(data, at);
    const [number, type] = [Number(key >> 3n), Number(key & 7n)];
    if (type === 1) {
      found.push({ number, bytes: data.subarray(end, end + 8) });
      at = end + 8;
    } else {
      const { integer, end: after } = varint(data, end);
      at = type === 0 ? after : after + Number(integer);
      found.push(type === 0 ? { number, integer } : { number, bytes: data.subarray(after, at) });
    }
  }
  return found;
}

/** A receiver and a query API over one store in memory, which can be told to misbehave. */
export class FakeRing {
  /** Values by series and time. */
  public readonly stored = new Map<string, Map<number, number>>();
  public readonly requests: { url: string; headers: http.IncomingHttpHeaders; body: string }[] = [];
  public writeStatus = 200;
  public queryStatus = 200;
  public warnings: string[] = [];
  /** Further copies, as other members have them. */
  public copies: Map<string, Map<number, number>>[] = [];
  private readonly server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => this.answer(request, response, Buffer.concat(parts)));
  });

  public async start(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  public values(series: number): Map<number, number> {
    return this.stored.get(String(series)) ?? new Map();
  }

  private answer({ url = '', headers }: http.IncomingMessage, response: http.ServerResponse, body: Buffer): void {
    if (url === '/api/v1/receive') {
      this.requests.push({ url, headers, body: '' });
      if (this.writeStatus === 200) {
        decode(body).forEach(({ labels, time, value }) => this.stored.set(labels.series, this.values(Number(labels.series)).set(time, value)));
      }
      response.writeHead(this.writeStatus).end(this.writeStatus === 200 ? '' : 'told to\n');
      return;
    }
    this.requests.push({ url, headers, body: body.toString() });
    response.writeHead(this.queryStatus).end(JSON.stringify(this.queryStatus === 200
      ? { status: 'success', data: { result: this.query(new URLSearchParams(body.toString())) }, warnings: this.warnings } : { status: 'error', error: 'told to' }));
  }

  private query(parameters: URLSearchParams): object[] {
    const query = parameters.get('query')!;
    const result = (values: (all: Map<number, number>) => [number, number][]) =>
      [this.stored, ...this.copies].flatMap((copy, replica) => [...copy].map(([series, all]) => ({
        metric: { series, receive_replica: String(replica) },
        values: values(all).map(([time, value]) => [time / 1000, String(value)]),
      }))).filter(({ values: own }) => own.length > 0);
    const [, aggregate] = /^(sum|min|max)_over_time\(/.exec(query) ?? [];
    const inside = (all: Map<number, number>, from: number, to: number) => [...all].filter(([time]) => time > from && time <= to);
    if (!aggregate) {
      const time = Number(parameters.get('time')) * 1000;
      return result(all => inside(all, time - Number(/\[(\d+)ms\]/.exec(query)![1]), time));
    }
    const [start, end, step] = ['start', 'end', 'step'].map(name => Number(parameters.get(name)) * 1000);
    const points = Array.from({ length: Math.round((end - start) / step) + 1 }, (_, index) => Math.round(start + index * step));
    const of = {
      sum: (values: number[]) => values.reduce((a, b) => a + b),
      min: (values: number[]) => Math.min(...values),
      max: (values: number[]) => Math.max(...values),
    };
    return result(all => points.map(point => ({ point, values: inside(all, point - step, point).map(([, value]) => value) }))
      .filter(({ values }) => values.length > 0).map(({ point, values }) => [point, of[aggregate as keyof typeof of](values)]));
  }
}

/** A small test of this ring. */
export const configFor = (url: string, config: Partial<TestConfig> = {}): TestConfig => ({
  writeUrl: `${url}/api/v1/receive`,
  queryUrl: url,
  headers: { 'THANOS-TENANT': 'continuous-test' },
  labels: { job: 'continuous-test', test: 'test' },
  series: 2,
  interval: 15,
  backlog: 600,
  checkInterval: 60,
  confirmLossAfter: 300,
  timeout: 2,
  reads: [],
  logLevel: 'warn',
  logFormat: 'logfmt',
  ...config,
});

/** The numbers of a text in Prometheus' format that are not 0, by what stands before them. */
export const numbersIn = (text: string, prefix: string): Record<string, number> => Object.fromEntries(
  text.split('\n').filter(line => line.startsWith(prefix)).map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))] as const)
    .filter(([, value]) => value !== 0));
