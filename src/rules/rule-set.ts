import { readFileSync } from 'fs';
import { type ApiObject, type Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { splitGroups } from './placement';
import { PROMETHEUS_RULE_FIELDS, type PrometheusRuleOptions } from './prometheus-rule';
import { runPromtool } from './promtool';
import { readRuleFile } from './read-yaml';
import { ResolvedSet, resolveSet } from './resolved-set';
import { RulePlacement } from './rule';
import { errorsOfSet } from './rule-errors';
import { RULE_SET_FIELDS } from './rule-fields';
import { FileGroup, nameOf, ResolvedGroup, SourceGroup } from './rule-file';
import { type RuleTest, RuleTestOutcome, type RuleTestResult, type RunRuleTestsOptions } from './rule-test';
import { warningsOfSet } from './rule-warnings';
import { printedTests, problemsOfTests } from './test-file';
import { Given, read, requireId, shown } from '../core/fields';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import type { Report } from '../core/judgement';
import { KubeObject } from '../core/kube-object';
import { stringify } from '../core/yaml';

/** What rule sets of both kinds share. */
export interface RuleSetOptions {
  /** Name of its file, and of objects that are made of it. @default - the construct id */
  readonly name?: string;
  /** Labels of every rule; those of a group and of a rule win. @default - none */
  readonly labels?: Record<string, string>;
  /** Label `owner` of every alert that has none: who acts on it. @default - none */
  readonly owner?: string;
  /** Where its rules are evaluated, unless a group or a rule says otherwise. @default - computed from each expression, see `RuleSet.placements` */
  readonly placement?: RulePlacement;
  /** Where single rules are evaluated, by the name of the alert or of the recorded series; for rules of files. @default - none */
  readonly rulePlacements?: Record<string, RulePlacement>;
  /**
   * Numbers by which one set serves with several limits: `$name` in an expression, and in an annotation where it is no variable of a
   * template, stands for the number of that name. @default - none
   */
  readonly thresholds?: Record<string, number>;
  /** Unit tests of its rules, for promtool. @default - none */
  readonly tests?: RuleTest[];
  /** Time between two scrapes of what the rules read; ranges shorter than two of them are found. @default - unknown */
  readonly scrapeInterval?: Duration;
  /** Time between two evaluations of groups that state none. @default - that of the evaluator which takes the set */
  readonly evaluationInterval?: Duration;
  /** Whether the evaluator knows PromQL's experimental functions, by `--enable-feature=promql-experimental-functions`. @default false */
  readonly experimentalFunctions?: boolean;
  /**
   * Ids of rules whose warnings are known and wanted in this set; they become notes. Of one rule: `rate-of-gauge` (or delta of a counter),
   * `alert-always-fires`, `absent-without-labels`, `for-below-two-evaluations`, `range-below-two-scrapes`, `routing-label-dropped` (an
   * alert without a label `owner` or `team`, whose expression drops it, in a set that speaks of this label), `record-out-of-reach`,
   * `template-label`, `template-fails`. Of a set: `alert-without-severity`, `record-name`, `alert-name`, `label-name`, `duplicate-rule`,
   * `rules-unused`.
   * @default - those of the platform only
   */
  readonly acknowledgedRules?: string[];
}

/** Where a rule is evaluated, and why. */
export interface PlacedRule {
  /** Name of its group. */
  readonly group: string;
  /** Name of the alert, or of the recorded series. */
  readonly rule: string;
  /** Where it is evaluated; `SENDERS` is where it may be, if senders evaluate rules, and else the ruler takes it. */
  readonly placement: RulePlacement;
  /** What in the expression, or who, decided it. */
  readonly why: string;
  /** Whether a prop decided it. */
  readonly byHand: boolean;
}

/**
 * Groups of rules. A set prints nothing by itself: an evaluator takes it (`ruler.addRules(set)`), or `toPrometheusRule` makes an object
 * for the Prometheus Operator of it.
 *
 * Each rule is placed by its expression. It may be evaluated by each sender alone where each of its results is made of series of one
 * target, for a sender scrapes a target whole or not at all: no aggregation drops the label `instance`, no operator matches series without
 * it or of different jobs, there is no `absent`, `scalar(…)` or `offset`, and no range is longer than 2 h, the least that senders keep.
 * All else needs the whole view, also what reads a series that the ruler records, or that another set records. Subtle cases go to the
 * ruler: an aggregation that is right only because one target has all of the series (`kube-state-metrics`), or because a label such as
 * `node` says as much as `instance`; `placement` brings such a rule to the senders. The other way round, `by (instance)` without `job`
 * is taken to be one target, although two jobs may have an `instance` of the same name.
 */
export abstract class RuleSet extends Construct {
  /** Name of its file, and of objects that are made of it. */
  public readonly name: string;

  private readonly options: Given<RuleSetOptions>;
  private readonly sources: SourceGroup[] = [];
  private evaluators: number[] = [];
  private resolved?: ResolvedSet;
  private fileIsWrong = false;
  private used = false;
  private judgedByOwner = false;

  constructor(scope: Construct, id: string, options: RuleSetOptions = {}) {
    super(scope, id);
    this.options = read(this, RULE_SET_FIELDS, withoutGroups(options));
    this.name = this.options.name ?? id;
    const wrong = this.options.name === undefined ? RULE_SET_FIELDS.name.problem(id) : undefined;
    if (wrong) {
      Graph.of(this).report(this, 'rule-set-name', `The id of a rule set is its name, which ${wrong}; give it another id, or a 'name'.`);
    }
    Graph.of(this).addCheck(this, report => this.check(report));
  }

  /** Where each rule is evaluated, and why. */
  public get placements(): PlacedRule[] {
    return this.set.groups.flatMap(({ head, rules }) => rules.map(({ rule, placed }) => ({ group: head.name, rule: nameOf(rule), ...placed })));
  }

  /** A rule file with all of its groups, as a ruler of Thanos reads it; Prometheus refuses `partial_response_strategy`. */
  public toYaml(): string {
    this._use();
    return stringify({ groups: this.groups() });
  }

  /** The unit tests as a file that `promtool test rules` reads, beside the rule file `<name>.yaml`. */
  public testsToYaml(): string {
    return stringify(printedTests(`${this.name}.yaml`, this.tests, this.evaluationInterval));
  }

  /**
   * Runs the unit tests with promtool, for the tests of your app. Where promtool is not there, the outcome says that nothing was run.
   *
   * Throws with promtool's output when a test fails, and when promtool is `required` and not there.
   */
  public runTests(options: RunRuleTestsOptions = {}): RuleTestResult {
    if (this.tests.length === 0) {
      return { outcome: RuleTestOutcome.SKIPPED, output: `The set '${this.name}' has no tests.` };
    }
    const groups = this.groups().map(group => ({ ...group, partial_response_strategy: undefined }));
    const tests = `${this.name}.test.yaml`;
    const files = { [`${this.name}.yaml`]: stringify({ groups }), [tests]: this.testsToYaml() };
    return runPromtool(this.name, { tests, files, experimentalFunctions: this.options.experimentalFunctions ?? false }, options);
  }

  /** An object of `monitoring.coreos.com/v1` for the Prometheus Operator, with all of its groups. */
  public toPrometheusRule(id: string, options: PrometheusRuleOptions = {}): ApiObject {
    requireId(this, 'toPrometheusRule', id);
    const { name = this.name, namespace, labels, annotations } = read(this, PROMETHEUS_RULE_FIELDS, options, 'toPrometheusRule.');
    this._use();
    return new KubeObject(this, id, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name, namespace, labels, annotations },
      spec: Lazy.any({ produce: () => ({ groups: this.groups() }) }),
    });
  }

  /**
   * The groups as evaluators print them, split by the places that there are; without senders that evaluate rules, the ruler takes theirs.
   * @internal
   */
  public _groups(places: RulePlacement[] = Object.values(RulePlacement)): ResolvedGroup[] {
    const at = (placement: RulePlacement) => (placement === RulePlacement.SENDERS && !places.includes(placement) ? RulePlacement.RULER : placement);
    return splitGroups(this.set.groups.map(({ head, rules }) =>
      ({ head, rules: rules.map(({ rule, placed }) => ({ rule, placement: at(placed.placement) })) })));
  }

  /** An evaluator takes the set, and evaluates it every so many seconds where a group says nothing else. @internal */
  public _evaluatedEvery(interval: number): void {
    this.evaluators.push(interval);
    this._use();
  }

  /** Somebody evaluates or prints the set, or is known not to. @internal */
  public _use(): void {
    this.used = true;
    Graph.of(this).touch();
  }

  /** Whoever made the set says what it means if nobody takes it. @internal */
  public _leaveToOwner(): void {
    this.judgedByOwner = true;
  }

  /** @internal */
  public get _isUsed(): boolean {
    return this.used;
  }

  /** @internal */
  protected _take(groups: SourceGroup[]): void {
    this.sources.push(...groups);
    this.resolved = undefined;
    Graph.of(this).touch();
  }

  /** @internal */
  protected _takeYaml(yaml: string): void {
    const { groups, problems } = readRuleFile(yaml);
    problems.forEach(problem => this.reportFile(problem));
    this._take(groups);
  }

  /** @internal */
  protected _takeFile(path: string): void {
    if (typeof path !== 'string') {
      this.reportFile(`'fromFile' needs the path of a rule file, but is given ${shown(path)}.`);
      return;
    }
    try {
      this._takeYaml(readFileSync(path, 'utf8'));
    } catch (error) {
      this.reportFile(`The rule file '${path}' cannot be read: ${(error as Error).message}.`);
    }
  }

  private reportFile(problem: string): void {
    this.fileIsWrong = true;
    Graph.of(this).report(this, 'rule-file', problem);
  }

  private get set(): ResolvedSet {
    this.resolved ??= resolveSet(this.sources, this.options);
    return this.resolved;
  }

  private get tests(): RuleTest[] {
    return this.options.tests ?? [];
  }

  /** Seconds, where they are known. */
  private get evaluationInterval(): number | undefined {
    return this.options.evaluationInterval ?? (this.evaluators.length > 0 ? Math.max(...this.evaluators) : undefined);
  }

  private groups(): FileGroup[] {
    return this.set.groups.map(({ head, rules }) => ({ ...head, rules: rules.map(({ rule }) => rule) }));
  }

  private check(report: Report): void {
    const { acknowledgedRules = [], scrapeInterval } = this.options;
    errorsOfSet(this.set, this.fileIsWrong).forEach(({ id, message }) => report(id, message));
    const warnings = warningsOfSet(this.set, { evaluationInterval: this.evaluationInterval, scrapeInterval });
    [...warnings, ...this.used || this.judgedByOwner ? [] : [unused(`Nobody takes the rules of '${this.name}'`)]].forEach(({ id, message }) =>
      report(id, message, acknowledgedRules.includes(id) ? Severity.NOTE : Severity.WARNING));
    problemsOfTests(this.tests, this.groups().flatMap(({ rules }) => rules)).forEach(problem => report('rule-test', problem));
  }
}

/** What is said of sets that would never be evaluated. */
export const unused = (subject: string): { id: string; message: string } => ({
  id: 'rules-unused',
  message: `${subject}, so that none of them is ever evaluated. Give them to an evaluator by its 'addRules', such as that of a MonitoringStack; print them by 'toPrometheusRule' or 'toYaml'; or leave them out.`,
});

function withoutGroups(options: RuleSetOptions): RuleSetOptions {
  const { groups, ...rest } = options as RuleSetOptions & { groups?: unknown };
  return rest;
}
