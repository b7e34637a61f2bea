import type { Duration } from 'cdk8s';

/** A series that a test puts in. */
export interface InputSeries {
  /** Name and labels, e.g. `up{job="api", instance="a:80"}`. */
  readonly series: string;
  /**
   * One value an `interval`, in promtool's notation: `1 2 3`; `0+10x5` is 0, 10, …, 50; `1x4` is five times 1; `_` is no sample, `_x3` three times
   * none; `stale` marks the end of the series.
   */
  readonly values: string;
}

/** An alert that must fire. */
export interface ExpectedAlert {
  /** All of its labels but `alertname`, also those of the rule. @default - none */
  readonly expLabels?: Record<string, string>;
  /** All of its annotations, rendered. @default - none */
  readonly expAnnotations?: Record<string, string>;
}

/** Which alerts of one name fire at a time: exactly these. */
export interface AlertRuleTest {
  /** Time since the first value of the series. */
  readonly evalTime: Duration;
  /** Name of the alert. */
  readonly alertname: string;
  /** Alerts that fire then; an empty list where none may. */
  readonly expAlerts: ExpectedAlert[];
}

/** A sample that an expression must return. */
export interface ExpectedSample {
  /** Name and labels in PromQL's notation, e.g. `job:up:sum{job="api"}`, or `{}`. */
  readonly labels: string;
  /** Its value. */
  readonly value: number;
}

/** What an expression returns at a time: exactly these. */
export interface PromqlExprTest {
  /** PromQL; it may read what the set records. */
  readonly expr: string;
  /** Time since the first value of the series. */
  readonly evalTime: Duration;
  /** Samples that it returns then; an empty list where there are none. */
  readonly expSamples: ExpectedSample[];
}

/** A unit test of rules, as `promtool test rules` runs it. */
export interface RuleTest {
  /** What it shows. @default - none */
  readonly name?: string;
  /** Time between two values of an input series. @default Duration.minutes(1) */
  readonly interval?: Duration;
  /** What is scraped. */
  readonly inputSeries: InputSeries[];
  /** Alerts that must fire, or must not. @default - none */
  readonly alertRuleTests?: AlertRuleTest[];
  /** What expressions must return. @default - none */
  readonly promqlExprTests?: PromqlExprTest[];
  /** What `$externalLabels` holds in templates. @default - none */
  readonly externalLabels?: Record<string, string>;
}

/** What became of tests that promtool was to run. */
export enum RuleTestOutcome {
  /** All passed. */
  PASSED = 'passed',
  /** Nothing was run: promtool is not there, or the set has no tests. */
  SKIPPED = 'skipped',
}

/** Where promtool is, and what becomes of tests without it. */
export interface RunRuleTestsOptions {
  /** Path of promtool. @default - the environment's variable PROMTOOL, else `promtool` of the PATH */
  readonly promtool?: string;
  /** Whether it is an error where promtool is not there, as it should be in CI. @default false */
  readonly required?: boolean;
}

/** What `RuleSet.runTests` returns. */
export interface RuleTestResult {
  /** What became of them. A failed test throws. */
  readonly outcome: RuleTestOutcome;
  /** promtool's output, or why nothing was run. */
  readonly output: string;
}
