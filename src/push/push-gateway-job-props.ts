import type { Duration, Size } from 'cdk8s';
import type { Cpu, EnvFrom, EnvValue, IServiceAccount, VolumeMount } from 'cdk8s-plus-28';
import { PushGroup, pushGroup } from './push-group';
import { IPushTarget, pushTarget } from './push-target';
import { gapsOf } from './schedule';
import { ALERT_TUNING_ROWS } from '../core/alert-tuning';
import { Base, count, dnsLabel, duration, Field, Fields, labelName, list, map, named, oneOf, required, shown, text, toggle } from '../core/fields';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { imageField, type LogLevel } from '../core/platform';
import { POD_FIELDS, type PodOptions, PROGRAM_FIELDS } from '../core/program-options';

/** How a job's metrics come to the Pushgateway. */
export enum PushMethod {
  /** The image writes them to a file, in Prometheus' text format, and they are pushed for it: no client library is needed, and no network. */
  TEXT_FILE = 'text-file',
  /** The image pushes by itself, with a client library or curl. */
  CLIENT = 'client',
}

/** How long a group is kept. */
export enum KeepGroup {
  /** Until nobody has pushed it for `deleteAfter`; each run replaces what the one before has pushed. */
  UNTIL_STALE = 'until-stale',
  /** Until the next run begins, so that a run that fails leaves none of the numbers of the one before. */
  UNTIL_NEXT_RUN = 'until-next-run',
  /** Until the run is done, and its last push has been scraped three times. */
  UNTIL_DONE = 'until-done',
}

/** What one decides about a job; a `MonitoringStack` joins it to the rest. */
export interface PushGatewayJobOptions extends PodOptions {
  /** Full reference of the job's image. */
  readonly image: string;
  /** What is run of it. @default - the image's entrypoint */
  readonly command?: string[];
  /** Arguments. @default - the image's */
  readonly args?: string[];
  /** Name of the objects, and label `push_job` of what is known of its runs. @default - the construct's id */
  readonly name?: string;
  /** The grouping key of its metrics. @default - label `job` with the job's name */
  readonly group?: PushGroup;
  /** How its metrics are pushed. @default PushMethod.TEXT_FILE */
  readonly method?: PushMethod;
  /** Names of labels that its metrics have, if they are known: none may be one of the group's, which would replace it. @default - unknown */
  readonly metricLabels?: string[];

  /** When it runs, as cron writes it in five parts, or as `@daily`; it is then a CronJob, of which no two runs overlap. @default - once: it is a Job */
  readonly schedule?: string;
  /** Time zone of the schedule, e.g. `Europe/Berlin`. @default - that of the cluster's controller-manager, mostly UTC */
  readonly timeZone?: string;
  /** Whether the schedule rests. @default false */
  readonly suspend?: boolean;
  /** How late a run may begin; then it is left out. @default - an hour, at most the shortest time between two runs */
  readonly startingDeadline?: Duration;
  /** How long a run may take with all its retries and its push. @default - an hour, at most the shortest time between two runs */
  readonly deadline?: Duration;
  /** How often a run that fails is tried again. @default 3 */
  readonly retries?: number;
  /** Exit codes of the image after which it is not tried again. @default - none */
  readonly finalExitCodes?: number[];
  /** How long a push is tried when the Pushgateway does not answer. Then the run has failed, and is not done again. @default - 10 minutes, at most half of `deadline` */
  readonly pushTimeout?: Duration;
  /** Runs that succeeded and are kept for a look. @default 1 */
  readonly successfulHistory?: number;
  /** Runs that failed and are kept for a look. @default 3 */
  readonly failedHistory?: number;
  /** How long a finished run is kept. A Job that is gone is made anew, and run, by the next `kubectl apply`. @default - for a Job for ever, for a CronJob by the history */
  readonly ttlAfterFinished?: Duration;

  /** How long its metrics are kept. @default KeepGroup.UNTIL_STALE */
  readonly keep?: KeepGroup;
  /** Time after the last push when the group is deleted, however it is kept. @default - twice the longest time between two runs and a `deadline`; 7 days for a Job */
  readonly deleteAfter?: Duration;
  /** How old the last success may become before an alert. @default - twice the longest time between two runs and a `deadline`; none for a Job */
  readonly maxAge?: Duration;
  /** Label `owner` of its alerts. @default - none */
  readonly owner?: string;
  /** Where the runbooks of its alerts are: `<base>/<name of the alert>.md`. @default - those of this package's repository */
  readonly runbookBaseUrl?: string;

  /** Environment of the image. @default - what says where to push */
  readonly env?: Record<string, EnvValue>;
  /** Whole ConfigMaps and Secrets as environment of the image. @default - none */
  readonly envFrom?: EnvFrom[];
  /** Volumes of the image. Its own files are read-only; `/tmp` is writable. @default - none */
  readonly volumeMounts?: VolumeMount[];
  /** User and group of the pod. @default 65534 */
  readonly user?: number;
  /** ServiceAccount of the pod. @default - one of its own, without any rights */
  readonly serviceAccount?: IServiceAccount;
  /** Whether the pod gets a token for the Kubernetes API. @default false */
  readonly automountServiceAccountToken?: boolean;
  /** What the image may reach beside the Pushgateway and DNS. @default - every address; an empty list for nothing */
  readonly allowTo?: NetworkPeer[];

  /** CPU that the image requests. @default 100m */
  readonly cpuRequest?: Cpu;
  /** Memory that the image requests. @default 128 MiB */
  readonly memoryRequest?: Size;
  /** Memory at which the image is killed. @default 256 MiB */
  readonly memoryLimit?: Size;
  /** How much the program that pushes logs. @default - the platform's */
  readonly logLevel?: LogLevel;
}

/** Properties of a `PushGatewayJob`. */
export interface PushGatewayJobProps extends PushGatewayJobOptions {
  /** Where it pushes. */
  readonly pushgateway: IPushTarget;
}

const schedule = (): Field<string> => ({
  problem: value => {
    const gaps = typeof value === 'string' ? gapsOf(value) : `is ${shown(value)}`;
    return typeof gaps === 'string' ? `must be a schedule as cron writes it, e.g. '30 2 * * *', but ${shown(value)} ${gaps}` : undefined;
  },
  base: value => value,
});

function isTimeZone(value: string): boolean {
  try {
    return value !== 'Local' && Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}

const timeZone = (): Field<string> => ({
  problem: value => (typeof value === 'string' && /^[A-Z]/.test(value) && isTimeZone(value) ? undefined
    : `must be a name of the time zone database, e.g. 'Europe/Berlin', but is ${shown(value)}`),
  base: value => value,
});

const isObject = (value: unknown): value is object => value !== null && typeof value === 'object';

/** A value of a class of cdk8s-plus, which is not loaded for this. */
const ofPlus = <T extends object>(what: string, holds: (value: T) => boolean): Field<T> => ({
  problem: value => (isObject(value) && holds(value) ? undefined : `must be ${what}, but is ${shown(value)}`),
  base: value => value as Base<T>,
});

const { cpuRequest, memoryRequest, memoryLimit, logLevel } = PROGRAM_FIELDS;

/** One row a prop. */
export const PUSH_GATEWAY_JOB_FIELDS: Fields<PushGatewayJobProps> = {
  pushgateway: required(pushTarget()),
  image: required(imageField()),
  command: list(text('a text that is not empty, without the character NUL', /^[^\0]+$/)),
  args: list(text('a text without the character NUL', /^[^\0]*$/), 0),
  // The controller adds a number of its own to the names of jobs and pods.
  name: dnsLabel(52),
  group: pushGroup(),
  method: oneOf(PushMethod),
  metricLabels: list(labelName(), 0),
  schedule: schedule(),
  timeZone: timeZone(),
  suspend: toggle(),
  // The controller looks every ten seconds.
  startingDeadline: duration({ min: 10 }),
  deadline: duration({ min: 10 }),
  retries: count({ max: 100 }),
  finalExitCodes: list(count({ min: 1, max: 255 })),
  pushTimeout: duration({ min: 1 }),
  successfulHistory: count({ max: 100 }),
  failedHistory: count({ max: 100 }),
  ttlAfterFinished: duration({ min: 60 }),
  keep: oneOf(KeepGroup),
  deleteAfter: duration({ min: 60 }),
  maxAge: duration({ min: 60 }),
  owner: ALERT_TUNING_ROWS.owner,
  runbookBaseUrl: ALERT_TUNING_ROWS.runbookBaseUrl,
  env: map(ofPlus<EnvValue>('an EnvValue of cdk8s-plus, e.g. EnvValue.fromValue(\'a\')', value => 'value' in value && 'valueFrom' in value),
    text('a name of a variable (letters, digits and \'_\', not beginning with a digit)', /^[A-Za-z_][A-Za-z0-9_]*$/)),
  envFrom: list(ofPlus<EnvFrom>('a source of cdk8s-plus, e.g. Env.fromSecret(…)', value => '_toKube' in value)),
  volumeMounts: list(ofPlus<VolumeMount>('a mount of a Volume of cdk8s-plus with its path, e.g. { path: \'/data\', volume }',
    ({ path, volume }) => /^\/[^:]*$/.test(path) && isObject(volume) && '_toKube' in volume)),
  user: count({ min: 1, max: 4_294_967_294 }),
  serviceAccount: named<IServiceAccount>('a ServiceAccount', 'ServiceAccount.fromServiceAccountName(…)'),
  automountServiceAccountToken: toggle(),
  allowTo: list(networkPeer(), 0),
  cpuRequest, memoryRequest, memoryLimit, logLevel, ...POD_FIELDS,
};
