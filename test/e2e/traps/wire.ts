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
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(128 + rest % 128);
  return Buffer.from([...bytes, rest]);
}

/** The first byte of a field of Protocol Buffers: its number, and the kind of what follows. */
const tag = (number: number, kind: 0 | 1 | 2): Buffer => Buffer.from([number * 8 + kind]);

/** A field that has a length. */
const field = (number: number, content: Buffer): Buffer => Buffer.concat([tag(number, 2), varint(content.length), content]);

const label = ([name, value]: [string, string]): Buffer => field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]));

function sample([time, value]: readonly [number, number]): Buffer {
  const double = Buffer.alloc(8);
  double.writeDoubleLE(value);
  return field(2, Buffer.concat([tag(1, 1), double, tag(2, 0), varint(time)]));
}

const oneSeries = ({ labels, samples }: WrittenSeries): Buffer =>
  field(1, Buffer.concat([...Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1).map(label), ...samples.map(sample)]));

/** The byte before a literal whose length is in the two bytes that follow. */
const LITERAL = 244;
const LONGEST_LITERAL = 65_536;

/** A block of Snappy without any compression, which every reader takes. */
function snappy(content: Buffer): Buffer {
  const parts = [varint(content.length)];
  for (let start = 0; start < content.length; start += LONGEST_LITERAL) {
    const literal = content.subarray(start, start + LONGEST_LITERAL);
    const head = Buffer.from([LITERAL, 0, 0]);
    head.writeUInt16LE(literal.length - 1, 1);
    parts.push(head, literal);
  }
  return Buffer.concat(parts);
}

/** Writes series by remote write 1.0, once and without any repetition. */
export async function write(url: string, series: readonly WrittenSeries[], headers: Readonly<Record<string, string>> = {}): Promise<WriteAnswer> {
  const response = await fetch(`${url}/api/v1/receive`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy', 'X-Prometheus-Remote-Write-Version': '0.1.0', ...headers },
    body: snappy(Buffer.concat(series.map(oneSeries))),
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
