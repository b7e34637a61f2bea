import { dense, FileGroup, FileRule, nameOf, ResolvedGroup, SourceGroup } from './rule-file';
import type { Expr } from './promql/ast';
import { nodesOf } from './promql/ast';
import { LabelNames, labelsOf } from './promql/labels';
import { RecordedSeries, wholeViewReason } from './promql/locality';
import { RulePlacement } from './rule';

/** A rule whose expression has been read, where its syntax is fine. */
export interface ReadRule {
  readonly rule: FileRule;
  readonly expr?: Expr;
  readonly group: SourceGroup;
  /** By hand, at the rule, the group or the set. */
  readonly byHand?: RulePlacement;
}

export interface Placed {
  readonly placement: RulePlacement;
  readonly why: string;
  readonly byHand: boolean;
}

const SINGLE = 'each of its results is made of series of one target, which are all on one shard';

/** Names of the series that an expression reads. */
export const namesRead = (expr: Expr | undefined): string[] => (expr ? nodesOf(expr).flatMap(node => (node.kind === 'selector' && node.name !== undefined ? [node.name] : [])) : []);

/** Labels of what the rules of a set record. A name that several rules record has the labels of all. */
export function recordedLabels(rules: ReadRule[]): Map<string, LabelNames> {
  const recorded = new Map<string, LabelNames>();
  for (const { rule, expr, group } of rules.filter(each => each.rule.record !== undefined && each.expr !== undefined)) {
    const labels = labelsOf(expr!, recorded).with(Object.keys({ ...group.head.labels, ...rule.labels }));
    recorded.set(rule.record!, recorded.get(rule.record!)?.or(labels) ?? labels);
  }
  return recorded;
}

/** Where each rule is evaluated: by hand, else by its expression; what reads a recorded series follows it. */
export function placeRules(rules: ReadRule[]): Map<ReadRule, Placed> {
  const labels = recordedLabels(rules);
  const reasons = new Map<string, string>();
  const own = new Set(labels.keys());
  const recorded: RecordedSeries = {
    labels,
    needsWholeView: name => reasons.get(name)
      ?? (name.includes(':') && !own.has(name) ? `'${name}' is recorded by another set, so that only the ruler is sure to have it` : undefined),
  };
  const placed = new Map<ReadRule, Placed>();
  // Until nothing moves any more: rules may stand before those that they read.
  for (let moved = true; moved;) {
    moved = false;
    for (const rule of rules) {
      const place = placeOf(rule, recorded);
      moved ||= placed.get(rule)?.placement !== place.placement;
      placed.set(rule, place);
      if (rule.rule.record !== undefined && place.placement !== RulePlacement.SENDERS) {
        reasons.set(rule.rule.record, `it reads '${rule.rule.record}', which ${elsewhere(place)}`);
      }
    }
  }
  return together(rules, placed);
}

const elsewhere = ({ placement }: Placed): string => (placement === RulePlacement.RULER ? 'the ruler records' : 'another Prometheus records');

function placeOf({ byHand, expr }: ReadRule, recorded: RecordedSeries): Placed {
  if (byHand) {
    return { placement: byHand, why: 'chosen by hand', byHand: true };
  }
  const reason = expr ? wholeViewReason(expr, recorded) : 'its expression cannot be read';
  return reason ? { placement: RulePlacement.RULER, why: reason, byHand: false } : { placement: RulePlacement.SENDERS, why: SINGLE, byHand: false };
}

/** A record that others of its group read stays with them, for the order of a group holds within one evaluator only. */
function together(rules: ReadRule[], placed: Map<ReadRule, Placed>): Map<ReadRule, Placed> {
  for (const reader of [...rules].reverse()) {
    const place = placed.get(reader)!;
    const read = namesRead(reader.expr);
    for (const record of rules.filter(({ rule, group, byHand }) => group === reader.group && !byHand && rule.record !== undefined && read.includes(rule.record))) {
      if (placed.get(record)!.placement === RulePlacement.SENDERS && place.placement !== RulePlacement.SENDERS) {
        placed.set(record, { placement: place.placement, why: `'${nameOf(reader.rule)}' of the same group reads it, and ${place.byHand ? 'was placed there by hand' : place.why}`, byHand: false });
      }
    }
  }
  return placed;
}

/** The groups as they are printed: one whose rules are evaluated in several places becomes one for each, in the same order. */
export function splitGroups(groups: { readonly head: SourceGroup['head']; readonly rules: { readonly rule: FileRule; readonly placement: RulePlacement }[] }[]): ResolvedGroup[] {
  return groups.flatMap(({ head, rules }) => [...new Set(rules.map(({ placement }) => placement))].map((placement): ResolvedGroup => ({
    placement,
    group: printed(head, rules.filter(each => each.placement === placement).map(({ rule }) => rule), placement),
  })));
}

/** Prometheus refuses what Thanos has added. */
function printed(head: SourceGroup['head'], rules: FileRule[], placement: RulePlacement): FileGroup {
  return dense({ ...head, ...placement !== RulePlacement.RULER && { partial_response_strategy: undefined }, rules });
}
