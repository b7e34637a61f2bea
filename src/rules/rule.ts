import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { RuleSet } from './rule-set';

/** How bad it is, as the label `severity` of an alert; other words are allowed where a route knows them. */
export enum AlertSeverity {
  /** Somebody must act now: it wakes people up. */
  CRITICAL = 'critical',
  /** Somebody must act, within hours. */
  WARNING = 'warning',
  /** Worth knowing beside other alerts; nobody is notified by it alone. */
  INFO = 'info',
  /** No alert in the proper sense, e.g. a watchdog. */
  NONE = 'none',
}

/** What Thanos does with a rule when a store that it asks does not answer. Prometheus itself does not know it. */
export enum PartialResponseStrategy {
  /** The evaluation fails, and is counted as failed: nothing is judged by half of the data. */
  ABORT = 'abort',
  /** What the other stores hold is judged, and a warning is logged. */
  WARN = 'warn',
}

/** Where a rule is evaluated. */
export enum RulePlacement {
  /** By a ruler, which sees all series of all senders. */
  RULER = 'ruler',
  /** By each Prometheus alone: also while ring, bucket and Query are down, but it sees its own targets only. */
  SENDERS = 'senders',
  /** By a Prometheus of its own that depends on nothing it watches. */
  META_MONITORING = 'meta-monitoring',
}

/** An alert, in the words of Prometheus' rule files. */
export interface AlertRule {
  /** Name of the alert, by custom in CamelCase: the label `alertname`. */
  readonly alert: string;
  /** PromQL; each series that it returns is one alert. `$name` stands for a threshold of the set. */
  readonly expr: string;
  /** How long the expression must return a series before its alert fires. @default - it fires at once */
  readonly for?: Duration;
  /** How long the alert goes on firing after the expression returned the series last. @default - it ends at once */
  readonly keepFiringFor?: Duration;
  /** Label `severity`: a value of `AlertSeverity`, or a word that your routes know. @default - none; a warning */
  readonly severity?: string;
  /** Label `owner`: who acts on it. @default - that of the set */
  readonly owner?: string;
  /** Annotation `summary`: one line for the notification; a template. @default - none */
  readonly summary?: string;
  /** Annotation `description`: what happened, and what it means; a template. @default - none */
  readonly description?: string;
  /** Annotation `runbook_url`: what to do. @default - none */
  readonly runbookUrl?: string;
  /** Further labels; values are templates. @default - none */
  readonly labels?: Record<string, string>;
  /** Further annotations; values are templates. @default - none */
  readonly annotations?: Record<string, string>;
  /** Where it is evaluated. @default - computed from the expression, see `RuleSet.placements` */
  readonly placement?: RulePlacement;
}

/** A series that is computed ahead, in the words of Prometheus' rule files. */
export interface RecordingRule {
  /** Name of the new series, by custom `level:metric:operations`, e.g. `job:http_requests:rate5m`. */
  readonly record: string;
  /** PromQL. `$name` stands for a threshold of the set. */
  readonly expr: string;
  /** Labels that the new series get beside those of the expression. @default - none */
  readonly labels?: Record<string, string>;
  /** Where it is evaluated. @default - computed from the expression, see `RuleSet.placements` */
  readonly placement?: RulePlacement;
}

/** What groups of alerts and groups of recording rules share. The rules of a group are evaluated in order, at the same time. */
export interface RuleGroupOptions {
  /** Name, unique in its set. */
  readonly name: string;
  /** Time between two evaluations. @default - that of the evaluator */
  readonly interval?: Duration;
  /** Most alerts, or series, that each rule of the group may make; above it, it fails. @default - no limit */
  readonly limit?: number;
  /** How far in the past it is evaluated, for series that arrive late. @default - that of the evaluator */
  readonly queryOffset?: Duration;
  /** Labels of every rule of the group; those of a rule win. @default - none */
  readonly labels?: Record<string, string>;
  /** What a ruler does when a store does not answer. @default - the ruler's, which is `ABORT` */
  readonly partialResponseStrategy?: PartialResponseStrategy;
  /** Where its rules are evaluated, unless a rule says otherwise. @default - that of the set */
  readonly placement?: RulePlacement;
}

/** Alerts that are evaluated together. */
export interface AlertRuleGroup extends RuleGroupOptions {
  /** At least one. */
  readonly rules: AlertRule[];
}

/** Recording rules that are evaluated together, each after those that stand before it. */
export interface RecordingRuleGroup extends RuleGroupOptions {
  /** At least one. */
  readonly rules: RecordingRule[];
}

/** Evaluates rules: a ruler, or a Prometheus in server mode. */
export interface IRuleEvaluator extends IConstruct {
  /** Takes rule sets in. */
  addRules(...sets: RuleSet[]): void;
}
