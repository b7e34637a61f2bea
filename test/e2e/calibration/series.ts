/** What a series measures; it decides how its values move. */
export type Kind = 'counter' | 'bucket' | 'gauge' | 'idle';

/** A series as a usual exporter in Kubernetes has it. */
export interface Series {
  /** All labels but the target's, with `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly kind: Kind;
}

/** Series of one target: a service with a few dozen metrics, two in three series a bucket of a histogram. */
export const SERIES_PER_TARGET = 500;

const LE = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const CODES = ['200', '201', '400', '404', '500'];
const HANDLERS = ['/api/v1/query', '/api/v1/query_range', '/api/v1/series', '/api/v1/labels', '/healthz', '/metrics', '/login'];

/** The series that every target has, without the labels that tell targets apart. */
export function seriesOfTarget(): Series[] {
  const series = [...histograms(), ...counters(), ...gauges()];
  return Array.from({ length: SERIES_PER_TARGET }, (_, index) => series[index]);
}

function histograms(): Series[] {
  return HANDLERS.flatMap(handler => METHODS.flatMap(method => LE.map((le, index): Series => ({
    labels: { __name__: 'http_server_request_duration_seconds_bucket', handler, method, le },
    // Most requests are fast: the lower buckets of rare routes hardly move.
    kind: method === 'DELETE' || index < 2 ? 'idle' : 'bucket',
  }))));
}

function counters(): Series[] {
  return HANDLERS.flatMap(handler => CODES.map((code, index): Series => ({
    labels: { __name__: 'http_server_requests_total', handler, method: 'GET', code },
    kind: index > 2 ? 'idle' : 'counter',
  })));
}

function gauges(): Series[] {
  return Array.from({ length: 200 }, (_, index): Series => ({
    labels: { __name__: `service_resource_${Math.floor(index / 8)}_bytes`, queue: `queue-${index % 8}` },
    kind: index % 2 === 0 ? 'gauge' : 'idle',
  }));
}

/** The labels that discovery and relabeling give all series of a target. */
export function targetLabels(target: number): Record<string, string> {
  const service = `service-${Math.floor(target / 10)}`;
  const pod = `${service}-${hash(target).toString(36).padStart(7, '0')}-${hash(target + 1).toString(36).slice(0, 5)}`;
  return {
    cluster: 'eu-1',
    container: 'server',
    instance: `10.${Math.floor(target / 65_536)}.${Math.floor(target / 256) % 256}.${target % 256}:8080`,
    job: `team-${target % 20}/${service}`,
    namespace: `team-${target % 20}`,
    node: `ip-10-1-${target % 50}-17.eu-west-1.compute.internal`,
    pod,
  };
}

function hash(number: number): number {
  // eslint-disable-next-line no-bitwise -- the sign of a 32-bit number
  return Math.imul(number + 1, 2654435761) >>> 0;
}

/** Values that move as those of real exporters: whole counts that grow by chance, sizes in pages, and many that stand still. */
export class Values {
  /** The values as they stand. */
  public readonly current: Float64Array;
  private state: number;

  constructor(private readonly kinds: readonly Kind[], seed: number = 1) {
    this.state = seed;
    this.current = Float64Array.from(kinds, kind => kind === 'gauge' ? 4096 * (10_000 + this.below(5000)) : this.below(1000));
  }

  /** Lets one scrape interval pass. */
  public step(): void {
    const { kinds, current } = this;
    for (let i = 0; i < kinds.length; i++) {
      const kind = kinds[i];
      if (kind === 'idle') continue;
      if (kind === 'gauge') current[i] = Math.max(0, current[i] + 4096 * Math.trunc(this.random() * 64 - 32));
      else current[i] += this.below(kind === 'counter' ? 200 : 12);
    }
  }

  private below(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  /** xorshift: quick, and the same at every run. */
  private random(): number {
    /* eslint-disable no-bitwise -- it is made of shifts */
    let state = this.state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state;
    return (state >>> 0) / 2 ** 32;
    /* eslint-enable no-bitwise */
  }
}
