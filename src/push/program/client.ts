import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../core/program/log';

/** Of one request, in milliseconds. */
const REQUEST_TIMEOUT = 10_000;
/** Between two attempts, in milliseconds: doubled from the first to the last. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [500, 15_000];

/** Pushgateway does not take what it is given, and will not take it later either. */
export class Refused extends Error {}
/** Pushgateway could not be reached for as long as it was tried. */
export class Unreachable extends Error {}

export interface Request {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  readonly body?: string;
}

/** Why an attempt failed, if it did; throws where another one would not help. */
async function attempt({ method, url, body }: Request): Promise<string | undefined> {
  let answer: Response;
  try {
    answer = await fetch(url, { method, body, signal: AbortSignal.timeout(REQUEST_TIMEOUT) });
  } catch (error) {
    const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    return [message, cause?.message || cause?.code].filter(Boolean).join(': ');
  }
  const text = (await answer.text().catch(() => '')).trim();
  if (answer.ok) {
    return undefined;
  }
  const said = `${method} was answered with ${answer.status}: ${text.slice(0, 500)}`;
  if (answer.status >= 500 || answer.status === 408 || answer.status === 429) {
    return said;
  }
  throw new Refused(said);
}

/**
 * Sends a request, again and again with growing pauses.
 *
 * @throws Refused, or Unreachable after `timeout` seconds.
 */
export async function send(request: Request, timeout: number, log: Log): Promise<void> {
  const end = Date.now() + timeout * 1000;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const failure = await attempt(request);
    if (failure === undefined) {
      return;
    }
    // Not all jobs of one minute at the same moment.
    const wait = pause * (0.5 + Math.random() / 2);
    if (Date.now() + wait > end) {
      throw new Unreachable(`nothing was pushed within ${timeout} s; at last: ${failure}`);
    }
    log('warn', 'trying again', { url: request.url, failure, seconds: (wait / 1000).toFixed(1) });
    await sleep(wait);
  }
}
