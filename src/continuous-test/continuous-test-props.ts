import type { Duration } from 'cdk8s';
import { IQueryApi, IRemoteWriteTarget, queryApi, RemoteWriteEndpoint, remoteWriteTarget } from '../core/endpoint';
import { count, dnsLabel, duration, Fields, Given, labelName, list, map, quoted, required, text } from '../core/fields';
import { Rule, Severity } from '../core/findings';
import { PROGRAM_FIELDS, PROGRAM_RULES, ProgramOptions } from '../core/program-options';
import { durationText } from '../core/units';
import { TENANT_RULE } from '../core/writer-rules';
import { TEST_SERIES_MAX } from '../plan/constants';
import type { ContinuousTestPlan, ReadAges } from '../plan/continuous-test';
import type { Load } from '../plan/load';
import { type Workload, workloadField } from '../plan/workload';

/** What one decides about a continuous test; a `MonitoringStack` joins it to the rest. */
export interface ContinuousTestOptions extends ProgramOptions {
  /** Name of the objects, and value of the label `test` of the series. @default - the construct's id */
  readonly name?: string;
  /** Series that are written; at most 1000. Another number makes new series. @default - from the plan */
  readonly series?: number;
  /** Time between two samples of a series. Another one makes new series. @default 15 seconds */
  readonly interval?: Duration;
  /** Ages at which samples are read as they were written. @default - 30 seconds, 1 hour, 1 day, and what only the bucket has, as far as it is kept */
  readonly agesRaw?: Duration[];
  /** Ages at which samples are read downsampled to five minutes. @default - 4 days, if that is kept */
  readonly ages5m?: Duration[];
  /** Ages at which samples are read downsampled to an hour. @default - 16 days, if that is kept */
  readonly ages1h?: Duration[];
  /** Time between two reads of each age. @default 1 minute */
  readonly checkInterval?: Duration;
  /** How long samples must be missing before they count as lost; meanwhile the read is incomplete. @default 5 minutes */
  readonly confirmLossAfter?: Duration;
  /** How long a sample that the receiver does not accept is tried again. @default 1 hour */
  readonly giveUpAfter?: Duration;
  /** Time after which a request has failed. @default 30 seconds */
  readonly timeout?: Duration;
  /** Tenant of all that is written. It is sent with queries too. @default `continuous-test`, where the receiver knows tenants */
  readonly tenant?: string;
  /** Further labels of the series, e.g. the cluster. @default - none; a stack adds those of its senders */
  readonly externalLabels?: Record<string, string>;
}

/** Properties of a `ContinuousTest`. */
export interface ContinuousTestProps extends ContinuousTestOptions {
  /** Where the series are written, as senders do. */
  readonly remoteWrite: IRemoteWriteTarget;
  /** Where they are read. Better no query frontend: from its cache it would answer what is lost in the stores. */
  readonly query: IQueryApi;
  /** What it is planned for: how long samples are kept. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
}

const ages = () => list(duration({ min: 1 }));

/** One row a prop. */
export const CONTINUOUS_TEST_FIELDS: Fields<ContinuousTestProps> = {
  ...PROGRAM_FIELDS,
  remoteWrite: required(remoteWriteTarget()),
  query: required(queryApi()),
  workload: workloadField(),
  name: dnsLabel(),
  series: count({ min: 1, max: TEST_SERIES_MAX }),
  interval: duration({ min: 1, max: 300 }),
  agesRaw: ages(),
  ages5m: ages(),
  ages1h: ages(),
  checkInterval: duration({ min: 1, max: 3600 }),
  confirmLossAfter: duration({ max: 86400 }),
  giveUpAfter: duration({ max: 86400 }),
  timeout: duration({ min: 1, max: 300 }),
  tenant: text('a tenant (letters, digits, \'-\', \'_\' and \'.\')', /^[A-Za-z0-9_.-]+$/),
  externalLabels: map(text(), labelName()),
};

/** Labels that tell the test's series from others, and from one another. */
const OWN_LABELS = ['job', 'test', 'series', 'series_total', 'interval'];

/** The settings in force, with what they are judged by. */
export type ContinuousTestSettings = Given<ContinuousTestProps> & ContinuousTestPlan & {
  readonly target: RemoteWriteEndpoint;
  readonly load: Load;
  readonly ages: ReadAges;
};

const listOf = (seconds: number[]) => seconds.map(durationText).join(', ');

/** The prop of a resolution's ages, and that of the workload for how long it is kept. */
const RESOLUTIONS = [['agesRaw', 'retentionRaw'], ['ages5m', 'retention5m'], ['ages1h', 'retention1h']] as const;

function agesRule([prop, retention]: typeof RESOLUTIONS[number]): Rule<ContinuousTestSettings>[] {
  const own = ({ ages: all }: ContinuousTestSettings) => all[prop];
  const repeated = (s: ContinuousTestSettings) => own(s).filter((age, index) => own(s).indexOf(age) !== index);
  const tooOld = (s: ContinuousTestSettings) => own(s).filter(age => age > s.load[retention]);
  return [{
    id: 'continuous-test-age-twice',
    broken: s => repeated(s).length > 0,
    says: s => `'${prop}' has ${listOf(repeated(s))} more than once, and the metrics of one could not be told from those of the other; leave it out.`,
  }, {
    id: 'continuous-test-age-beyond-retention',
    severity: Severity.WARNING,
    broken: s => tooOld(s).length > 0,
    says: s => `'${prop}' has ${listOf(tooOld(s))}, but the workload's '${retention}' is ${durationText(s.load[retention])}: there is nothing left to read, and nothing is checked. `
      + 'Leave it out, or keep samples for longer.',
  }];
}

function limitRule(limit: 'requestSamplesLimit' | 'requestSeriesLimit'): Rule<ContinuousTestSettings> {
  return {
    id: 'continuous-test-beyond-request-limit',
    broken: ({ target, series }) => (target[limit] ?? 0) > 0 && target[limit]! < series,
    says: ({ target, series }) => `'series' (${series}) must not exceed the receiver's '${limit}' (${target[limit]}): all series are written in one request, which would be refused. `
      + 'Lower the first or raise the other.',
  };
}

const taken = ({ externalLabels = {}, target }: ContinuousTestSettings): string[] =>
  Object.keys(externalLabels).filter(name => [...OWN_LABELS, target.tenantLabel, target.replicaLabel].includes(name));

export const CONTINUOUS_TEST_RULES: Rule<ContinuousTestSettings>[] = [
  ...PROGRAM_RULES,
  ...RESOLUTIONS.flatMap(agesRule),
  limitRule('requestSamplesLimit'),
  limitRule('requestSeriesLimit'),
  {
    id: 'continuous-test-label-taken',
    broken: s => taken(s).length > 0,
    says: s => `'externalLabels' must not have ${quoted(taken(s), ' and ')}, which the test or the receiver sets itself; give it another name.`,
  },
  TENANT_RULE,
  {
    id: 'continuous-test-extra-args',
    broken: ({ extraArgs }) => extraArgs !== undefined,
    says: ({ extraArgs }) => `'extraArgs' (${extraArgs!.join(' ')}) must not be given, for the program knows no arguments of its own: all that it does is set by props. Leave it out.`,
  },
];
