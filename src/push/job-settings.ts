import { KeepGroup, PushGatewayJobProps, PushMethod } from './push-gateway-job-props';
import { labelsOf } from './push-group';
import { Gaps, gapsOf } from './schedule';
import type { Given } from '../core/fields';
import type { ProgramResources } from '../core/program-options';
import { DAY, HOUR, MIB, MINUTE } from '../plan/constants';

/** The settings in force. Durations are in seconds. */
export type JobSettings = Given<PushGatewayJobProps> & ProgramResources & {
  readonly name: string;
  /** Labels of its group. */
  readonly labels: Record<string, string>;
  readonly method: PushMethod;
  readonly keep: KeepGroup;
  readonly deadline: number;
  readonly pushTimeout: number;
  readonly deleteAfter: number;
  /** What lies between two runs. @default - it is run once */
  readonly gaps?: Gaps;
  readonly startingDeadline?: number;
  readonly maxAge?: number;
};

/** Where clocks are set forward and back, a day has an hour more or less. */
function withClockChange({ shortest, longest }: Gaps, timeZone: string | undefined): Gaps {
  const changes = timeZone !== undefined && !/^(Etc\/)?UTC$/.test(timeZone);
  return changes ? { shortest, longest: longest + HOUR } : { shortest, longest };
}

/** What was given, and for the rest what follows from the schedule. */
export function settle(name: string, given: Given<PushGatewayJobProps>): JobSettings {
  const written = given.schedule === undefined ? undefined : gapsOf(given.schedule);
  const gaps = written === undefined || typeof written === 'string' ? undefined : withClockChange(written, given.timeZone);
  const deadline = given.deadline ?? Math.min(HOUR, gaps?.shortest ?? HOUR);
  const twoRuns = gaps && 2 * gaps.longest + deadline;
  const memoryLimit = given.memoryLimit ?? Math.max(256 * MIB, given.memoryRequest ?? 0);
  return {
    ...given,
    name,
    labels: labelsOf(given.group ?? { job: name }),
    method: given.method ?? PushMethod.TEXT_FILE,
    keep: given.keep ?? KeepGroup.UNTIL_STALE,
    gaps,
    deadline,
    pushTimeout: given.pushTimeout ?? Math.min(10 * MINUTE, Math.floor(deadline / 2)),
    deleteAfter: given.deleteAfter ?? twoRuns ?? 7 * DAY,
    startingDeadline: given.startingDeadline ?? (gaps && Math.min(HOUR, gaps.shortest)),
    maxAge: given.maxAge ?? twoRuns,
    cpuRequest: given.cpuRequest ?? 0.1,
    memoryRequest: given.memoryRequest ?? Math.min(128 * MIB, memoryLimit),
    memoryLimit,
  };
}

/** Variables by which the image is told where its metrics go. */
export const VARIABLES = {
  [PushMethod.TEXT_FILE]: ['PUSHGATEWAY_METRICS_FILE'],
  [PushMethod.CLIENT]: ['PUSHGATEWAY_URL', 'PUSHGATEWAY_ADDRESS', 'PUSHGATEWAY_JOB', 'PUSHGATEWAY_LABELS'],
};
