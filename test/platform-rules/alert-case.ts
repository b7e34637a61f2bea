/** Labels of a series or of an alert. */
export type Labels = Readonly<Record<string, string>>;

/** Series by name and labels, and their values in promtool's notation, one a minute. */
export type Situation = Readonly<Record<string, string>>;

/** When an alert fires, and when it does not. */
export interface AlertCase {
  readonly alert: string;
  readonly severity: string;
  readonly firing: Situation;
  /** Minutes after which both are looked at. */
  readonly minutes: number;
  /** Labels of the alerts that fire, without those that all alerts of a set have. */
  readonly labels: readonly Labels[];
  readonly quiet: Situation;
}

type Stated = readonly [alert: string, minutes: number, firing: Situation, labels: Labels | readonly Labels[], quiet: Situation];

const alertCase = (severity: string, [alert, minutes, firing, labels, quiet]: Stated): AlertCase =>
  ({ alert, severity, minutes, firing, labels: Array.isArray(labels) ? labels : [labels as Labels], quiet });

export const warns = (...stated: Stated): AlertCase => alertCase('warning', stated);
export const pages = (...stated: Stated): AlertCase => alertCase('critical', stated);

/** A series as it stands in a test. */
export const series = (name: string, ...labels: Labels[]): string =>
  `${name}{${Object.entries({ namespace: 'monitoring', ...Object.assign({}, ...labels) }).map(([label, value]) => `${label}="${value}"`).join(', ')}}`;

/** Labels of a pod of ours. */
export const pod = (job: string, name: string, container = job.replace('thanos-', '')): Labels => ({ job, pod: name, container });

/** Only the name of a pod, as aggregations leave it. */
export const only = ({ pod: name }: Labels): Labels => ({ pod: name });

/** Labels that every alert of a set has, and those that Prometheus adds to `ALERTS`. */
const COMMON = ['alertname', 'alertstate', 'severity', 'part', 'namespace'];

interface PromtoolTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: { readonly series: string; readonly values: string }[];
  readonly promql_expr_test: {
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: { readonly labels: string; readonly value: number }[];
  }[];
}

const shown = (labels: Labels): string => `{${Object.entries(labels).map(([label, value]) => `${label}="${value}"`).join(', ')}}`;

/** The tests of a case, as promtool reads them. */
export function promtoolTests({ alert, severity, minutes, firing, labels, quiet }: AlertCase): PromtoolTest[] {
  const expr = `max without (${COMMON.join(', ')}) (ALERTS{alertname="${alert}", severity="${severity}", alertstate="firing"})`;
  const test = (name: string, situation: Situation, expected: readonly Labels[]): PromtoolTest => ({
    name: `${alert} (${severity}) ${name}`,
    interval: '1m',
    input_series: Object.entries(situation).map(([key, values]) => ({ series: key, values })),
    promql_expr_test: [{ expr, eval_time: `${minutes}m`, exp_samples: expected.map(each => ({ labels: shown(each), value: 1 })) }],
  });
  return [test('fires', firing, labels), test('does not fire', quiet, [])];
}
