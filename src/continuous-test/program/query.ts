import type { TestConfig } from './config';
import { SERIES } from './series';

/** Values by their time in milliseconds. */
export type Values = Map<number, number>;

/** What a query returned. */
export interface Answer {
  /** By the index of the series. */
  readonly found: Map<number, Values>;
  /** What Query said of stores that did not answer, so that samples may be missing that are not lost. */
  readonly warnings: readonly string[];
}

interface Body {
  readonly status?: string;
  readonly error?: string;
  readonly warnings?: string[];
  readonly data?: { readonly result: { readonly metric: Record<string, string>; readonly values: [number, string][] }[] };
}

/**
 * Asks Prometheus' HTTP API for a range of values. Copies of a series that are told apart by further labels, such as the receiver's
 * replica, are one here: a value that any of them has is there, and where two contradict each other it is NaN.
 *
 * @throws when there is no answer, or one that is no success.
 */
export async function ask(config: TestConfig, path: 'query' | 'query_range', parameters: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${config.queryUrl}/api/v1/${path}`, {
    method: 'POST',
    headers: config.headers,
    body: new URLSearchParams({ timeout: `${config.timeout}s`, ...parameters }),
    signal: AbortSignal.timeout(config.timeout * 1000),
  });
  const text = await response.text();
  const { status, error, warnings = [], data }: Body = text.startsWith('{') ? JSON.parse(text) as Body : { error: text };
  if (status !== 'success' || !data) {
    throw new Error(`${response.status} ${error}`);
  }
  const found: Answer['found'] = new Map();
  for (const { metric, values } of data.result) {
    const index = Number(metric[SERIES]);
    const known = found.get(index) ?? new Map<number, number>();
    values.forEach(([seconds, value]) => addTo(known, Math.round(seconds * 1000), Number(value)));
    found.set(index, known);
  }
  return { found, warnings };
}

function addTo(known: Values, time: number, value: number): void {
  const contradicts = known.has(time) && known.get(time) !== value;
  known.set(time, contradicts ? NaN : value);
}
