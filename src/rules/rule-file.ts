import type { RulePlacement } from './rule';

/** A rule as it stands in a rule file. */
export interface FileRule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/** What a group of a rule file has beside its rules. */
export interface FileGroupHead {
  readonly name: string;
  readonly interval?: string;
  readonly query_offset?: string;
  readonly limit?: number;
  readonly labels?: Record<string, string>;
  /** Thanos' own; Prometheus refuses it. */
  readonly partial_response_strategy?: string;
}

/** A group as it stands in a rule file. */
export interface FileGroup extends FileGroupHead {
  readonly rules: FileRule[];
}

/** A rule as its set was given it, thresholds not yet filled in. */
export interface SourceRule {
  readonly rule: FileRule;
  /** By hand. */
  readonly placement?: RulePlacement;
}

export interface SourceGroup {
  readonly head: FileGroupHead;
  readonly rules: SourceRule[];
  /** By hand. */
  readonly placement?: RulePlacement;
}

/** A group, or a part of one, that is evaluated in one place. */
export interface ResolvedGroup {
  readonly group: FileGroup;
  readonly placement: RulePlacement;
}

export const nameOf = ({ alert, record }: FileRule): string => alert ?? record ?? '';

/** How messages call a rule. */
export const called = (group: string, rule: FileRule): string => `Group '${group}', ${rule.record === undefined ? 'alert' : 'record'} '${nameOf(rule)}'`;

/** An object without keys that have no value, or a map with nothing in it. */
export function dense<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) =>
    value !== undefined && !(typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length === 0))) as T;
}
