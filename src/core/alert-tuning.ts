import { decimal, Fields, labelName, map, text } from './fields';

/** What one says of ready-made alerts, whatever they watch. */
export interface PlatformAlertTuning {
  /** Label `owner` of all of them. @default - none */
  readonly owner?: string;
  /** Further labels of all of them. @default - none */
  readonly labels?: Record<string, string>;
  /** Where the runbooks are: `<base>/<name of the alert>.md`. @default - those of this package's repository */
  readonly runbookBaseUrl?: string;
  /** Limits other than the default ones, by their names in the expressions, e.g. `{ remote_write_behind_seconds: 600 }`. @default - none */
  readonly thresholds?: Record<string, number>;
}

/** One row a prop, for the tables of those who have them. */
export const ALERT_TUNING_ROWS: Fields<PlatformAlertTuning> = {
  owner: text(),
  labels: map(text(), labelName()),
  runbookBaseUrl: text('a URL', /^https?:\/\/\S+$/),
  thresholds: map(decimal({})),
};
