// Prometheus remote write 1.0: prompb.WriteRequest in Snappy's block format. Only the few fields that a sample has are written, and
// Snappy's format without compression, which every decoder takes; so it stays small enough to be read, and needs no package.

/** A series with one sample; the time in milliseconds. */
export interface TimeSeries {
  readonly labels: Record<string, string>;
  readonly time: number;
  readonly value: number;
}

/** Seven bits a byte, the lowest first. Beyond 32 bits, so without bitwise operators. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes.push(rest % 0x80 + 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

const VARINT = 0;
const DOUBLE = 1;
const BYTES = 2;
const key = (field: number, type: number): Buffer => varint(field * 8 + type);

const field = (number: number, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([key(number, BYTES), varint(body.length), body]);
};

function double(number: number, value: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeDoubleLE(value);
  return Buffer.concat([key(number, DOUBLE), body]);
}

const label = ([name, value]: [string, string]): Buffer => field(1, field(1, Buffer.from(name)), field(2, Buffer.from(value)));

function timeSeries({ labels, time, value }: TimeSeries): Buffer {
  // Receivers want labels in the order of their names.
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return field(1, ...sorted.map(label), field(2, double(1, value), key(2, VARINT), varint(time)));
}

const LITERAL_OF_TWO_BYTES = 61 * 4;
const LONGEST_LITERAL = 0x10000;

/** Snappy's block format, all of it literals. */
function snappy(data: Buffer): Buffer {
  const parts = [varint(data.length)];
  for (let start = 0; start < data.length; start += LONGEST_LITERAL) {
    const literal = data.subarray(start, start + LONGEST_LITERAL);
    parts.push(Buffer.from([LITERAL_OF_TWO_BYTES, (literal.length - 1) % 0x100, Math.floor((literal.length - 1) / 0x100)]), literal);
  }
  return Buffer.concat(parts);
}

/** The body of a request. */
export const encode = (series: readonly TimeSeries[]): Buffer => snappy(Buffer.concat(series.map(timeSeries)));

/** What became of a request: `failed` may be tried again, `refused` may not. */
export type Outcome = { readonly result: 'accepted' } | { readonly result: 'refused' | 'failed'; readonly why: string };

const LONGEST_REASON = 300;

/** Sends one request. */
export async function send(url: string, headers: Record<string, string>, timeout: number, series: readonly TimeSeries[]): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...headers, 'Content-Encoding': 'snappy', 'Content-Type': 'application/x-protobuf', 'X-Prometheus-Remote-Write-Version': '0.1.0',
      },
      body: new Uint8Array(encode(series)),
      signal: AbortSignal.timeout(timeout * 1000),
    });
    const text = await response.text();
    const mayBeRepeated = response.status === 429 || response.status >= 500;
    return response.ok ? { result: 'accepted' }
      : { result: mayBeRepeated ? 'failed' : 'refused', why: `${response.status} ${text.trim().slice(0, LONGEST_REASON)}` };
  } catch (error) {
    return { result: 'failed', why: reasonOf(error) };
  }
}

/** Node's fetch says only that it failed; why stands in the cause. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string; code?: string } };
  const why = cause?.message || cause?.code;
  return why ? `${message}: ${why}` : message;
}
