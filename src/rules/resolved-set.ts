import { Placed, placeRules, ReadRule, recordedLabels } from './placement';
import type { Expr } from './promql/ast';
import { drawn, Mistake } from './promql/drawn';
import { judgePromql } from './promql/judge';
import { LabelNames, labelsOf } from './promql/labels';
import { parsePromql } from './promql/parse';
import { RulePlacement } from './rule';
import { called, FileRule, nameOf, SourceGroup } from './rule-file';
import { fillRule } from './thresholds';

/** What of a set's options its rules depend on. */
interface SetContext {
  readonly labels?: Record<string, string>;
  readonly owner?: string;
  readonly placement?: RulePlacement;
  readonly rulePlacements?: Record<string, RulePlacement>;
  readonly thresholds?: Record<string, number>;
  readonly experimentalFunctions?: boolean;
}

/** A rule with all that is known of it. */
export interface ResolvedRule {
  readonly group: SourceGroup;
  /** As it is printed. */
  readonly rule: FileRule;
  /** How messages begin. */
  readonly called: string;
  readonly placed: Placed;
  /** Where its PromQL is fine. */
  readonly expr?: Expr;
  /** Labels that the series of its expression can have. */
  readonly exprLabels: LabelNames;
  /** Its own labels, and those of its group. */
  readonly ownLabels: Record<string, string>;
  /** What is wrong with its expression, drawn. */
  readonly mistakes: string[];
}

/** A set, thresholds filled in, parsed and placed. */
export interface ResolvedSet {
  readonly groups: { readonly head: SourceGroup['head']; readonly rules: ResolvedRule[] }[];
  /** Thresholds that no rule reads. */
  readonly unusedThresholds: string[];
  /** Names in `rulePlacements` that no rule has. */
  readonly unknownPlacements: string[];
}

export function resolveSet(sources: SourceGroup[], context: SetContext): ResolvedSet {
  const groups = sources.map(source => withSetLabels(source, context));
  const filled = groups.flatMap(group => group.rules.map(source => ({ group, source, ...fillRule(source.rule, context.thresholds ?? {}) })));
  const { rulePlacements = {} } = context;
  const read = filled.map(({ group, source, rule }): ReadRule => ({
    rule,
    group,
    expr: parsePromql(rule.expr).expr,
    byHand: source.placement ?? rulePlacements[nameOf(rule)] ?? group.placement ?? context.placement,
  }));
  const placed = placeRules(read);
  const recorded = recordedLabels(read);
  const rules = read.map((each, index) => resolveRule(each, placed.get(each)!, recorded, filled[index].mistakes, context));
  const used = new Set(filled.flatMap(each => each.used));
  return {
    groups: groups.map(group => ({ head: group.head, rules: rules.filter(rule => rule.group === group) })),
    unusedThresholds: Object.keys(context.thresholds ?? {}).filter(name => !used.has(name)),
    unknownPlacements: Object.keys(rulePlacements).filter(name => !read.some(({ rule }) => nameOf(rule) === name)),
  };
}

function withSetLabels({ head, rules, placement }: SourceGroup, { labels: ofSet, owner }: SetContext): SourceGroup {
  const labels = { ...ofSet, ...head.labels };
  return {
    head: Object.keys(labels).length > 0 ? { ...head, labels } : head,
    placement,
    rules: rules.map(source => {
      const { rule } = source;
      const needsOwner = owner !== undefined && rule.alert !== undefined && !('owner' in { ...labels, ...rule.labels });
      return needsOwner ? { ...source, rule: withLabel(rule, 'owner', owner) } : source;
    }),
  };
}

/** The order of keys is that of rule files. */
function withLabel({ annotations, ...rule }: FileRule, name: string, value: string): FileRule {
  return { ...rule, labels: { ...rule.labels, [name]: value }, ...annotations && { annotations } };
}

function resolveRule({ rule, group }: ReadRule, placed: Placed, recorded: Map<string, LabelNames>, unknown: Mistake[], context: SetContext): ResolvedRule {
  const thanos = placed.placement === RulePlacement.RULER;
  const judged = judgePromql(rule.expr, { experimentalFunctions: context.experimentalFunctions ?? false, thanos });
  const mistakes = unknown.length > 0 ? unknown : judged.mistakes;
  const expr = mistakes.length === 0 ? judged.expr : undefined;
  return {
    group,
    rule,
    called: called(group.head.name, rule),
    placed,
    expr,
    exprLabels: expr ? labelsOf(expr, recorded) : LabelNames.ALL,
    ownLabels: { ...group.head.labels, ...rule.labels },
    mistakes: mistakes.map(mistake => drawn(rule.expr, mistake)),
  };
}
