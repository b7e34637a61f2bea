import type { Expr } from './promql/ast';
import { nodesOf, seriesOf } from './promql/ast';
import { LabelNames, labelsOf } from './promql/labels';
import { wholeViewReason } from './promql/locality';
import { RulePlacement } from './rule';
import { dense, FileGroup, FileGroupHead, FileRule, nameOf, ResolvedGroup, SourceGroup } from './rule-file';

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
export const namesRead = (expr: Expr | undefined): string[] => (expr ? nodesOf(expr).flatMap(node => (node.kind === 'selector' ? seriesOf(node) ?? [] : [])) : []);

/** Labels of what the rules of a set record. A name that several rules record has the labels of all. */
export function recordedLabels(rules: ReadRule[]): Map<string, LabelNames> {
  const recorded = new Map<string, LabelNames>();
  for (const { rule, expr, group } of rules.filter(each => each.rule.record !== undefined && each.expr !== undefined)) {
    const labels = labelsOf(expr!, recorded).with(Object.keys({ ...group.head.labels, ...rule.labels }));
    recorded.set(rule.record!, recorded.get(rule.record!)?.or(labels) ?? labels);
  }
  return recorded;
}

type Places = Map<ReadRule, Placed>;

/** Where each rule is evaluated: by hand, else by its expression; what reads a recorded series follows it. */
export function placeRules(rules: ReadRule[]): Places {
  const labels = recordedLabels(rules);
  const names = new Map(rules.map(rule => [rule, namesRead(rule.expr)]));
  const moved: Places = new Map();
  for (;;) {
    const placed = settle(names, labels, moved);
    const more = withReaders(names, placed);
    if (more.size === 0) {
      return placed;
    }
    more.forEach((place, rule) => moved.set(rule, place));
  }
}

/** Rules, and the series that each reads. */
type Names = ReadonlyMap<ReadRule, string[]>;

/** Rules by something that each has none, one or several of. */
function ruled(rules: Iterable<ReadRule>, keysOf: (rule: ReadRule) => string[]): Map<string, ReadRule[]> {
  const found = new Map<string, ReadRule[]>();
  for (const rule of rules) {
    for (const key of keysOf(rule)) {
      const others = found.get(key) ?? [];
      others.push(rule);
      found.set(key, others);
    }
  }
  return found;
}

/** Until nothing moves any more: rules may stand before those that they read. */
function settle(names: Names, labels: Map<string, LabelNames>, moved: Places): Places {
  const reasons = new Map<string, string>();
  const foreign = (name: string) => (name.includes(':') && !labels.has(name) ? `'${name}' is recorded by another set, so that only the ruler is sure to have it` : undefined);
  const reasonOf = (expr: Expr): string | undefined =>
    // A record may have moved because of this very rule, so that this is the last reason to give.
    wholeViewReason(expr, { labels, needsWholeView: foreign }) ?? wholeViewReason(expr, { labels, needsWholeView: name => reasons.get(name) ?? foreign(name) });
  const placed: Places = new Map();
  const readers = ruled(names.keys(), rule => names.get(rule)!);
  // What is put into a set while it is walked is walked, too.
  const open = new Set(names.keys());
  for (const rule of open) {
    open.delete(rule);
    const place = moved.get(rule) ?? placeOf(rule, reasonOf);
    placed.set(rule, place);
    const { record } = rule.rule;
    if (record !== undefined && place.placement !== RulePlacement.SENDERS && !reasons.has(record)) {
      reasons.set(record, `it reads '${record}', which ${place.placement === RulePlacement.RULER ? 'the ruler' : 'another Prometheus'} records`);
      readers.get(record)?.forEach(reader => open.add(reader));
    }
  }
  return placed;
}

function placeOf({ byHand, expr }: ReadRule, reasonOf: (expr: Expr) => string | undefined): Placed {
  const reason = expr ? reasonOf(expr) : 'its expression cannot be read';
  if (byHand) {
    const although = reason !== undefined && byHand !== RulePlacement.RULER ? `, although ${reason}` : '';
    return { placement: byHand, why: `chosen by hand${although}`, byHand: true };
  }
  return reason ? { placement: RulePlacement.RULER, why: reason, byHand: false } : { placement: RulePlacement.SENDERS, why: SINGLE, byHand: false };
}

/** Records that must move to those of their group that read them, for the order of a group holds within one evaluator only. */
function withReaders(names: Names, placed: Places): Places {
  const moved: Places = new Map();
  const stay = [...names.keys()].filter(rule => !rule.byHand && placed.get(rule)!.placement === RulePlacement.SENDERS);
  const records = ruled(stay, ({ rule }) => [rule.record ?? []].flat());
  for (const [reader, read] of names) {
    const { placement, why, byHand } = placed.get(reader)!;
    const readOf = placement === RulePlacement.SENDERS ? [] : read.flatMap(name => records.get(name) ?? []);
    readOf.filter(({ group }) => group === reader.group).forEach(record => moved.set(record, {
      placement,
      why: `'${nameOf(reader.rule)}' of the same group reads it, and ${byHand ? 'was placed there by hand' : why}`,
      byHand: false,
    }));
  }
  return moved;
}

/** A group, and where each of its rules is evaluated. */
interface PlacedGroup {
  readonly head: FileGroupHead;
  readonly rules: { readonly rule: FileRule; readonly placement: RulePlacement }[];
}

/** The groups as they are printed: one whose rules are evaluated in several places becomes one for each, in the same order. */
export function splitGroups(groups: PlacedGroup[]): ResolvedGroup[] {
  return groups.flatMap(({ head, rules }) => [...new Set(rules.map(({ placement }) => placement))].map((placement): ResolvedGroup => ({
    placement,
    group: printed(head, rules.filter(each => each.placement === placement).map(({ rule }) => rule), placement),
  })));
}

/** Prometheus refuses what Thanos has added. */
function printed(head: FileGroupHead, rules: FileRule[], placement: RulePlacement): FileGroup {
  return dense({ ...head, ...placement !== RulePlacement.RULER && { partial_response_strategy: undefined }, rules });
}
