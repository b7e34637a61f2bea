import type { Cluster } from './cluster';
import { type Destination, Forward, HttpError } from './forward';
import { messageOf, sleep } from './progress';

/** A series with its samples; times in milliseconds since 1970. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly times: number[];
  readonly values: number[];
}

/** How Query is to answer. */
export interface QueryOptions {
  /** Merges the copies of a series. @default true */
  readonly dedup?: boolean;
  /** Answers although a store that it knows does not. @default false */
  readonly partialResponse?: boolean;
  /** Longest resolution of the samples, in seconds: 0 for raw ones only. @default - Query's own choice */
  readonly maxSourceResolution?: number;
  /** Only stores whose address, as `/api/v1/stores` has it, matches this regular expression. @default - all that Query knows */
  readonly stores?: string;
}

/** A store as Query sees it; `/api/v1/stores`. */
export interface StoreStatus {
  readonly name: string;
  readonly lastError: string | null;
  readonly labelSets: Record<string, string>[];
  /** Milliseconds since 1970. */
  readonly minTime: number;
  readonly maxTime: number;
}

/** A target as a Prometheus sees it; `/api/v1/targets`. */
export interface TargetStatus {
  readonly labels: Record<string, string>;
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

type Sample = [number, string];

const ATTEMPTS = 6;
const FIRST_WAIT = 500;
/** Repeated: nothing answered, or a store did not. Anything else would be refused again. */
const mayPass = (error: unknown): boolean => !(error instanceof HttpError) || error.status === 422 || error.status >= 500;

const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

/** The HTTP API of Prometheus, as Thanos Query, the query frontend and Prometheus itself serve it. */
export class PrometheusApi {
  /** That of a Service, or of a pod. */
  public static async of(cluster: Cluster, destination: Destination): Promise<PrometheusApi> {
    return new PrometheusApi(await Forward.to(cluster, destination));
  }

  private constructor(private readonly forward: Forward) {}

  /** The value of each series that an expression yields at a time (now, unless told; milliseconds since 1970). */
  public async query(expression: string, options: QueryOptions & { readonly time?: number } = {}): Promise<Series[]> {
    const result = await this.ask<{ result: { metric: Record<string, string>; value?: Sample; values?: Sample[] }[] }>('query', {
      query: expression, ...(options.time === undefined ? {} : { time: String(options.time / 1000) }), ...parameters(options),
    });
    return result.result.map(({ metric, value, values }) => series(metric, values ?? (value ? [value] : [])));
  }

  /** The only value that an expression yields; undefined when it yields none. */
  public async value(expression: string, options: QueryOptions & { readonly time?: number } = {}): Promise<number | undefined> {
    return (await this.query(expression, options))[0]?.values[0];
  }

  /** The values of an expression over a time, a step (milliseconds) apart. */
  public async range(expression: string, from: number, to: number, step: number, options: QueryOptions = {}): Promise<Series[]> {
    const { result } = await this.ask<{ result: { metric: Record<string, string>; values: Sample[] }[] }>('query_range', {
      query: expression, start: String(from / 1000), end: String(to / 1000), step: String(step / 1000), ...parameters(options),
    });
    return result.map(({ metric, values }) => series(metric, values));
  }

  /** Every sample of the series of a selector, as stored, after a time until another (milliseconds since 1970). */
  public async samples(selector: string, from: number, to: number, options: QueryOptions = {}): Promise<Series[]> {
    return this.query(`${selector}[${Math.ceil(to - from)}ms]`, { ...options, time: to });
  }

  /** The stores that Query asks, by their kind. */
  public async stores(): Promise<Record<string, StoreStatus[]>> {
    return this.ask<Record<string, StoreStatus[]>>('stores', {});
  }

  /** What a Prometheus scrapes. */
  public async targets(): Promise<TargetStatus[]> {
    return (await this.ask<{ activeTargets: TargetStatus[] }>('targets', {}, 'GET')).activeTargets;
  }

  public close(): void {
    this.forward.close();
  }

  private async ask<T>(endpoint: string, fields: Record<string, string>, method: 'GET' | 'POST' = 'GET'): Promise<T> {
    const query = new URLSearchParams(fields);
    for (let attempt = 1; ; attempt++) {
      try {
        const body = method === 'POST' ? await this.forward.get(`/api/v1/${endpoint}`, query) : await this.forward.get(`/api/v1/${endpoint}?${query}`);
        return (JSON.parse(body) as { data: T }).data;
      } catch (error) {
        if (attempt === ATTEMPTS || !mayPass(error)) throw new Error(`'${fields.query ?? endpoint}' could not be asked (${attempt} times): ${messageOf(error)}`);
        await sleep(FIRST_WAIT * 2 ** attempt);
      }
    }
  }
}

const parameters = ({ dedup = true, partialResponse = false, maxSourceResolution, stores }: QueryOptions): Record<string, string> => ({
  dedup: String(dedup),
  partial_response: String(partialResponse),
  ...(maxSourceResolution === undefined ? {} : { max_source_resolution: `${maxSourceResolution}s` }),
  ...(stores === undefined ? {} : { 'storeMatch[]': `{__address__=~"${stores}"}` }),
});

const series = (labels: Record<string, string>, samples: Sample[]): Series => ({
  labels, times: samples.map(([time]) => milliseconds(time)), values: samples.map(([, value]) => Number(value)),
});
