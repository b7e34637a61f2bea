import * as http from 'node:http';

/** Samples of one series, oldest first. */
export interface SeriesSamples {
  /** The labels as `encodeLabels` wrote them. */
  readonly labels: Buffer;
  readonly values: Float64Array | readonly number[];
  /** Milliseconds since 1970 of the first sample, and from one to the next. */
  readonly start: number;
  readonly step: number;
}

// Fields of prometheus.WriteRequest (prompb/remote.proto and types.proto): the number of the field × 8 + its wire type.
const LENGTH_DELIMITED = 2;
const field = (number: number, wireType: number) => number * 8 + wireType;
const TIMESERIES = field(1, LENGTH_DELIMITED);
const LABEL = field(1, LENGTH_DELIMITED);
const LABEL_NAME = field(1, LENGTH_DELIMITED);
const LABEL_VALUE = field(2, LENGTH_DELIMITED);
const SAMPLE = field(2, LENGTH_DELIMITED);
const SAMPLE_VALUE = field(1, 1);
const SAMPLE_TIME = field(2, 0);
/** Bytes of a sample after its length: a double and a time of this century, with their tags. */
const SAMPLE_BYTES = 1 + 8 + 1 + 6;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(rest % 128 + 128);
  return Buffer.from([...bytes, rest]);
}

function delimited(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), varint(content.length), content]);
}

/** Labels of a series, sorted by name as receivers demand. */
export function encodeLabels(labels: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(Object.keys(labels).sort().map(name => delimited(LABEL, Buffer.concat([
    delimited(LABEL_NAME, Buffer.from(name)),
    delimited(LABEL_VALUE, Buffer.from(labels[name])),
  ]))));
}

/** A remote write 1.0 request. */
export function encodeRequest(series: readonly SeriesSamples[]): Buffer {
  const lengths = series.map(({ labels, values }) => labels.length + values.length * (2 + SAMPLE_BYTES));
  const total = lengths.reduce((sum, length) => sum + 1 + varint(length).length + length, 0);
  const header = snappyHeader(total);
  const request = Buffer.allocUnsafe(header.length + total);
  let at = header.copy(request);
  series.forEach((one, index) => {
    request[at++] = TIMESERIES;
    at += varint(lengths[index]).copy(request, at);
    at += one.labels.copy(request, at);
    at = writeSamples(request, at, one);
  });
  return request;
}

function writeSamples(request: Buffer, start: number, { values, start: first, step }: SeriesSamples): number {
  let at = start;
  for (let i = 0; i < values.length; i++) {
    request[at++] = SAMPLE;
    request[at++] = SAMPLE_BYTES;
    request[at++] = SAMPLE_VALUE;
    at = request.writeDoubleLE(values[i], at);
    request[at++] = SAMPLE_TIME;
    let time = first + i * step;
    for (let byte = 0; byte < 5; byte++) {
      request[at++] = time % 128 + 128;
      time = Math.floor(time / 128);
    }
    request[at++] = time;
  }
  return at;
}

/** Snappy's block format with all in one literal: valid, and nothing to compute. */
function snappyHeader(length: number): Buffer {
  const literal = Buffer.alloc(5);
  literal[0] = 63 * 4;
  literal.writeUInt32LE(length - 1, 1);
  return Buffer.concat([varint(length), literal]);
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
const ATTEMPTS = 20;
const BACKOFF_MILLISECONDS = 1000;

/**
 * Sends a request, again and again while the receiver is overloaded, as a sender does.
 *
 * @throws when it is not taken in the end.
 */
export async function send(url: string, body: Buffer, tenant?: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { status, text } = await post(url, body, tenant);
    if (status < 300) return;
    if (status < 500 || attempt === ATTEMPTS) throw new Error(`${url} answered ${status}: ${text.slice(0, 500)}`);
    await new Promise(resolve => setTimeout(resolve, BACKOFF_MILLISECONDS));
  }
}

function post(url: string, body: Buffer, tenant?: string): Promise<{ status: number; text: string }> {
  const headers = {
    'Content-Type': 'application/x-protobuf',
    'Content-Encoding': 'snappy',
    'X-Prometheus-Remote-Write-Version': '0.1.0',
    ...tenant !== undefined && { 'THANOS-TENANT': tenant },
  };
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', headers, agent }, response => {
      let text = '';
      response.on('data', data => text += data);
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}
