import type { Container } from 'kubernetes-types/core/v1';
import type { Sandbox } from '../../programs/configs/sandbox';
import { poll, Started } from '../../programs/process';

const READY_MILLISECONDS = 30_000;

/** Labels of a metric that must have these values. */
export type Matchers = Readonly<Record<string, string>>;

/** A program of a pod that runs. */
export class Process {
  constructor(public readonly started: Started, private readonly sandbox: Sandbox, private readonly container: Container) {}

  /** The address of a port of the pod, by its number or name. */
  public url(port: number | string = 'http'): string {
    return `http://127.0.0.1:${this.sandbox.port(this.container, port)}`;
  }

  /** Waits until it is ready. */
  public async ready(): Promise<void> {
    const { port, path } = this.container.readinessProbe!.httpGet!;
    const ready = await poll(async () => this.started.hasEnded ? false : (await fetch(`${this.url(port)}${path}`)).ok || undefined, READY_MILLISECONDS);
    if (!ready) throw new Error(`${this.container.name} did not become ready:\n${this.started.output.slice(-1500)}`);
  }

  /** The sum of a metric over all series that match; 0 when there is none. */
  public async metric(name: string, matchers: Matchers = {}): Promise<number> {
    const { port } = this.container.readinessProbe!.httpGet!;
    const text = await (await fetch(`${this.url(port)}/metrics`)).text();
    const wanted = Object.entries(matchers).map(([label, value]) => `${label}="${value}"`);
    const lines = text.split('\n').filter(line => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return lines.filter(line => wanted.every(pair => line.includes(pair))).reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** Waits until it has printed something. */
  public async printed(text: RegExp, milliseconds: number): Promise<boolean> {
    return await poll(async () => text.test(this.started.output) || undefined, milliseconds) ?? false;
  }
}

/** A series in the answer of a query. */
export interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [number, string])[];
}

/** What Query or Prometheus answers to an instant query. */
export interface QueryAnswer {
  readonly results: readonly Result[];
  readonly warnings: readonly string[];
  readonly error?: string;
  readonly seconds: number;
}

interface ApiAnswer {
  readonly error?: string;
  readonly warnings?: string[];
  readonly data?: { result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[] };
}

/** Asks Query. */
export async function ask(url: string, query: string, parameters: Readonly<Record<string, string>> = {}): Promise<QueryAnswer> {
  const started = Date.now();
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query, ...parameters })}`);
  const { data, warnings = [], error } = await response.json() as ApiAnswer;
  const results = (data?.result ?? []).map(({ metric, value, values }) => ({ metric, values: values ?? [value!] }));
  return { results, warnings, error, seconds: (Date.now() - started) / 1000 };
}

/** The single number that a query answers; NaN for an empty answer. */
export async function askNumber(url: string, query: string, parameters: Readonly<Record<string, string>> = {}): Promise<number> {
  const { results } = await ask(url, query, parameters);
  return Number(results[0]?.values[0][1] ?? NaN);
}
