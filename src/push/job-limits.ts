import type { JobSettings } from './job-settings';
import type { PushEndpoint } from './push-target';
import { ownCluster } from '../core/own-cluster';

export const START = 'job_last_start_timestamp_seconds';
export const SUCCESS = 'job_last_success_timestamp_seconds';

/** Seconds that a mark may be late: it is scraped and evaluated some time after it was pushed. */
const MARGIN = 120;

/** What the alerts of a job need to know. */
export interface JobAlertsProps {
  readonly settings: JobSettings;
  readonly target: PushEndpoint;
}

/** @param cluster whose series alone are meant. @default - any */
export function selector(labels: Record<string, string>, cluster?: string): string {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${[...matchers, ...(cluster === undefined ? [] : [ownCluster(cluster)])].join(', ')}}`;
}

/** Numbers of the alerts, in seconds. */
export interface Limits {
  readonly firstRun: number;
  readonly run: number;
  readonly start?: number;
  readonly runs?: number;
  readonly maxAge?: number;
}

export function limitsOf({ gaps, deadline, startingDeadline = 0, maxAge }: JobSettings): Limits {
  const run = deadline + MARGIN;
  return gaps === undefined ? { firstRun: run, run, maxAge }
    : { firstRun: gaps.longest + startingDeadline + MARGIN, run, start: gaps.longest + startingDeadline + MARGIN, runs: gaps.longest, maxAge };
}
