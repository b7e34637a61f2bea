import { AlertSeverity, RulePlacement } from '../rules/rule';

/** Picks series out of a view that may hold several platforms: matchers as they stand behind a metric's name. */
export interface Selector {
  /** Of a part's pods, as the job that scrapes the platform labels them. */
  pods(job: string, pods: string, ...matchers: string[]): string;
  /** Of anything in the platform's namespace. */
  inNamespace(...matchers: string[]): string;
  /** Of anything in the platform's cluster. */
  inCluster(...matchers: string[]): string;
}

/** An alert as the tables of this folder have it; what all of them share is added where they are built. */
export interface PlatformAlert {
  readonly alert: string;
  readonly severity: AlertSeverity;
  /** Minutes. */
  readonly for: number;
  readonly expr: string;
  readonly summary: string;
  readonly description: string;
}

/** Alerts that are evaluated together. */
export interface PlatformGroup {
  readonly name: string;
  readonly placement: RulePlacement;
  readonly alerts: (at: Selector) => PlatformAlert[];
}

/** The alerts of one part of a platform. */
export interface PlatformSet {
  /** What the part's objects are called. */
  readonly part: string;
  /** Numbers in the expressions, by the names that users override them with. One that is undefined has no alert. */
  readonly thresholds: Readonly<Record<string, number | undefined>>;
  readonly groups: PlatformGroup[];
}

/** Series of one target. A cluster is told by a label in a view of many, and by none elsewhere. */
export const BY_POD = 'by (cluster, namespace, pod)';
export const BY_PLATFORM = 'by (cluster, namespace)';

/** Pods of the workloads of a name. */
export const podsOf = (name: string): string => `${name}-.+`;

/** Claims of such pods: their template's name, which has no hyphen, stands in front. Pods of another name may end like these. */
export const claimsOf = (pods: string): string => `[^-]+-${pods}`;

/** The container that a job is named after, without those beside it. */
export const mainOf = (job: string): string => `container="${job.replace(/^thanos-/, '')}"`;

export function selector(where: { readonly namespace?: string; readonly cluster?: string }): Selector {
  const only = (label: 'namespace' | 'cluster') => (where[label] === undefined ? [] : [`${label}="${where[label]}"`]);
  const between = (matchers: string[]) => `{${matchers.join(', ')}}`;
  return {
    pods: (job, pods, ...matchers) => between([`job="${job}"`, ...only('namespace'), ...only('cluster'), `pod=~"${pods}"`, ...matchers]),
    inNamespace: (...matchers) => between([...only('namespace'), ...only('cluster'), ...matchers]),
    inCluster: (...matchers) => between([...only('cluster'), ...matchers]),
  };
}

export const warning = (alert: string, minutes: number, expr: string, summary: string, description: string): PlatformAlert =>
  ({ alert, severity: AlertSeverity.WARNING, for: minutes, expr, summary, description });

export const critical = (alert: string, minutes: number, expr: string, summary: string, description: string): PlatformAlert =>
  ({ alert, severity: AlertSeverity.CRITICAL, for: minutes, expr, summary, description });

/** Bytes as one reads them in a text, to a tenth. */
export const gibibytes = (bytes: number | undefined): number | undefined => (bytes === undefined ? undefined : Math.ceil(bytes / 1024 ** 3 * 10) / 10);

/** What becomes of a part whose pods are away. */
interface Absence {
  /** The part in a sentence, e.g. `Query`. */
  readonly called: string;
  /** What does not work while there is none. */
  readonly without: string;
  /** How many are planned; unknown, only the absence of all is found. */
  readonly planned: number | undefined;
  /** How much it weighs that there is none. */
  readonly none?: typeof warning;
}

/** Two alerts of one name: fewer pods than planned answer, and none at all. The count is of targets that answer, and 0 where there is no series. */
export function podsMissing(alert: string, targets: string, { called, without, planned, none = critical }: Absence): PlatformAlert[] {
  const answering = `(count(up${targets} == 1) or vector(0))`;
  return [
    ...planned === undefined || planned < 2 ? [] : [
      warning(alert, 15, `(${answering} > 0) < $pods`, `${called}: fewer pods than planned`,
        `{{ $value }} of $pods pods of ${called} answer. The rest of them carry the load, with less to spare than was planned.`),
    ],
    none(alert, 5, `${answering} == 0`, `${called}: no pod answers`, `No pod of ${called} answers scrapes. ${without}`),
  ];
}

/** The share of one rate in another, each summed over the same labels; nothing where there is no traffic. */
export const share = (bad: string, all: string, by: string): string => `sum ${by} (rate(${bad}[5m])) / sum ${by} (rate(${all}[5m]))`;
