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
 * Asks Prometheus' HTTP API for a range of values.
 *
 * @throws when there is no answer, or one that is no success.
 */
export async function ask(config: TestConfig, path: 'query' | 'query_range', parameters: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${config.queryUrl}/api/v1/${path}`, {
    method: 'POST',
    headers: config.headers,
    body: new URLSearchParams({ dedup: 'true', timeout: `${config.timeout}s`, ...parameters }),
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
    // Copies that Query was not told to merge are one series here.
    const known = found.get(index) ?? new Map<number, number>();
    values.forEach(([time, value]) => known.set(Math.round(time * 1000), Number(value)));
    found.set(index, known);
  }
  return { found, warnings };
}
