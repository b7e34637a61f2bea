import type { IConstruct } from 'constructs';
import { Graph } from './graph';

/** How much a finding weighs. */
export enum Severity {
  /** Stops the synth: what would be printed cannot work, or can lose data. */
  ERROR = 'error',
  /** Printed once at synth: works, but something important is given up. */
  WARNING = 'warning',
  /** Stands in the plan only: worth knowing. */
  NOTE = 'note',
}

/** Something that a check has to say about a platform. */
export interface Finding {
  /** Id of the rule, stable between versions, e.g. `ring-members-below-replication-factor`. */
  readonly rule: string;
  /** How much it weighs. */
  readonly severity: Severity;
  /** Path of the construct that it concerns. */
  readonly path: string;
  /** What is wrong, the value given, what is allowed, and what to change. */
  readonly message: string;
}

/** One rule over the resolved settings of a construct: `severity` is ERROR unless it says otherwise. */
export interface Rule<S> {
  readonly id: string;
  readonly severity?: Severity;
  readonly broken: (settings: S) => boolean;
  readonly says: (settings: S) => string;
}

/** A rule over a part of other settings. */
export const ruleOver = <S, P>(part: (settings: S) => P, rule: Rule<P>): Rule<S> =>
  ({ ...rule, broken: settings => rule.broken(part(settings)), says: settings => rule.says(part(settings)) });

/** Judges the settings in force, whoever chose them, and records every broken rule. */
export function check<S>(construct: IConstruct, rules: Rule<S>[], settings: S): void {
  for (const rule of rules) {
    if (rule.broken(settings)) {
      Graph.of(construct).report(construct, rule.id, rule.says(settings), rule.severity);
    }
  }
}
