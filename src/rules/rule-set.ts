import { readFileSync } from 'fs';
import type { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { RulePlacement } from './rule';
import { RULE_SET_FIELDS } from './rule-fields';
import { ResolvedGroup, SourceGroup } from './rule-file';
import type { RuleTest, RuleTestResult, RunRuleTestsOptions } from './rule-test';
import { RuleTestOutcome } from './rule-test';
import { Given, read } from '../core/fields';
import { Graph } from '../core/graph';
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
  /**
   * Numbers by which one set serves with several limits: `$name` in an expression, and in an annotation where it is no variable of a
   * template, stands for the number of that name. @default - none
   */
  readonly thresholds?: Record<string, number>;
  /** Unit tests of its rules, for promtool. @default - none */
  readonly tests?: RuleTest[];
  /** Time between two scrapes of what the rules read; ranges shorter than two of them are found. @default - unknown */
  readonly scrapeInterval?: Duration;
  /** Time between two evaluations of groups that state none. @default - that of the evaluator which takes the set, else a minute */
  readonly evaluationInterval?: Duration;
  /** Whether the evaluator knows PromQL's experimental functions, by `--enable-feature=promql-experimental-functions`. @default false */
  readonly experimentalFunctions?: boolean;
  /** Ids of rules whose warnings are known and wanted in this set; they become notes. @default - those of the platform only */
  readonly acknowledgedRules?: string[];
}

/** A `PrometheusRule` object of the Prometheus Operator. */
export interface PrometheusRuleOptions {
  /** Name of the object. @default - that of the set */
  readonly name?: string;
  /** Namespace of the object. @default - the chart's */
  readonly namespace?: string;
  /** Labels by which a `ruleSelector` finds it, e.g. `{ role: 'alert-rules' }`. @default - none */
  readonly labels?: Record<string, string>;
  /** Annotations of the object. @default - none */
  readonly annotations?: Record<string, string>;
}

/** Where a rule is evaluated, and why. */
export interface PlacedRule {
  /** Name of its group. */
  readonly group: string;
  /** Name of the alert, or of the recorded series. */
  readonly rule: string;
  /** Where it is evaluated. */
  readonly placement: RulePlacement;
  /** What in the expression, or who, decided it. */
  readonly why: string;
  /** Whether a prop decided it. */
  readonly byHand: boolean;
}

/**
 * Groups of rules. A set prints nothing by itself: an evaluator takes it (`ruler.addRules(set)`), or `toPrometheusRule` makes an object
 * for the Prometheus Operator of it.
 */
export abstract class RuleSet extends Construct {
  /** Name of its file, and of objects that are made of it. */
  public readonly name: string;

  private readonly options: Given<RuleSetOptions>;
  private readonly sources: SourceGroup[] = [];

  constructor(scope: Construct, id: string, options: RuleSetOptions = {}) {
    super(scope, id);
    this.options = read(this, RULE_SET_FIELDS, withoutGroups(options));
    this.name = this.options.name ?? id;
  }

  /** Where each rule is evaluated, and why. */
  public get placements(): PlacedRule[] {
    return this.sources.flatMap(({ head, rules }) => rules.map(({ rule }) =>
      ({ group: head.name, rule: rule.alert ?? rule.record ?? '', placement: RulePlacement.RULER, why: '', byHand: false })));
  }

  /** A rule file with all of its groups, as Thanos and Prometheus read it. */
  public toYaml(): string {
    return stringify({ groups: this._groups().map(({ group }) => group) }, { lineWidth: 0 });
  }

  /** The unit tests as a file that `promtool test rules` reads, beside the rule file `<name>.yaml`. */
  public testsToYaml(): string {
    return stringify({ rule_files: [`${this.name}.yaml`], tests: [] });
  }

  /**
   * Runs the unit tests with promtool, for the tests of your app. Where promtool is not there, the outcome says that nothing was run.
   *
   * Throws with promtool's output when a test fails.
   */
  public runTests(options: RunRuleTestsOptions = {}): RuleTestResult {
    return { outcome: RuleTestOutcome.SKIPPED, output: `Nothing was run of ${this.name} by ${options.promtool}.` };
  }

  /** An object of `monitoring.coreos.com/v1` for the Prometheus Operator, with all of its groups. */
  public toPrometheusRule(id: string, options: PrometheusRuleOptions = {}): ApiObject {
    const { name = this.name, namespace, labels, annotations } = options;
    return new KubeObject(this, id, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name, namespace, labels, annotations },
      spec: { groups: this._groups().map(({ group }) => group) },
    });
  }

  /** The groups as an evaluator prints them, split by placement, thresholds filled in. @internal */
  public _groups(): ResolvedGroup[] {
    return this.sources.map(({ head, rules, placement }) =>
      ({ group: { ...head, rules: rules.map(({ rule }) => rule) }, placement: placement ?? RulePlacement.RULER }));
  }

  /** An evaluator takes the set, and evaluates it every so many seconds. @internal */
  public _evaluatedEvery(_seconds: number): void {
  }

  /** @internal */
  protected _take(groups: SourceGroup[]): void {
    this.sources.push(...groups);
    Graph.of(this).touch();
  }

  /** @internal */
  protected _takeYaml(_yaml: string): void {
  }

  /** @internal */
  protected _takeFile(path: string): void {
    this._takeYaml(readFileSync(path, 'utf8'));
  }
}

function withoutGroups(options: RuleSetOptions): RuleSetOptions {
  const { groups, ...rest } = options as RuleSetOptions & { groups?: unknown };
  return rest;
}
