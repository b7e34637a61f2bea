/** A series as it is written. */
export interface WrittenSeries {
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, and the value. */
  readonly samples: readonly (readonly [number, number])[];
}

/** The answer of a receiver. */
export interface WriteAnswer {
  readonly status: number;
  readonly body: string;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A field of Protocol Buffers that has a length. */
const field = (number: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([number << 3 | 2]), varint(content.length), content]);

function label([name, value]: [string, string]): Buffer {
  return field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]));
}

function sample([time, value]: readonly [number, number]): Buffer {
  const double = Buffer.alloc(9);
  double[0] = 1 << 3 | 1;
  double.writeDoubleLE(value, 1);
  return field(2, Buffer.concat([double, Buffer.from([2 << 3]), varint(time)]));
}

function writeRequest(series: readonly WrittenSeries[]): Buffer {
  return Buffer.concat(series.map(({ labels, samples }) =>
    field(1, Buffer.concat([...Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1).map(label), ...samples.map(sample)]))));
}

const LITERAL = 65_536;

/** A block of Snappy without any compression, which every reader takes. */
function snappy(content: Buffer): Buffer {
  const parts = [varint(content.length)];
  for (let start = 0; start < content.length; start += LITERAL) {
    const literal = content.subarray(start, start + LITERAL);
    parts.push(Buffer.from([61 << 2, literal.length - 1 & 255, literal.length - 1 >> 8]), literal);
  }
  return Buffer.concat(parts);
}

/** Writes series by remote write 1.0, once and without any repetition. */
export async function write(url: string, series: readonly WrittenSeries[], headers: Readonly<Record<string, string>> = {}): Promise<WriteAnswer> {
  const response = await fetch(`${url}/api/v1/receive`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy', 'X-Prometheus-Remote-Write-Version': '0.1.0', ...headers },
    body: snappy(writeRequest(series)),
  });
  return { status: response.status, body: (await response.text()).trim() };
}

/** Series `trap{series="0"}` and so on, each with the same samples. */
export function someSeries(count: number, times: readonly number[] = [Date.now()], labels: Readonly<Record<string, string>> = {}): WrittenSeries[] {
  return Array.from({ length: count }, (_, index) => ({
    labels: { __name__: 'trap', series: String(index), ...labels },
    samples: times.map(time => [time, index] as const),
  }));
}
