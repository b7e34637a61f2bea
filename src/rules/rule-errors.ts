import { nearest } from './nearest';
import { drawn, Mistake } from './promql/drawn';
import { judgePromql } from './promql/judge';
import { parseDuration } from './promql/literals';
import type { ResolvedRule, ResolvedSet } from './resolved-set';
import { nameOf } from './rule-file';
import { parseTemplate } from './template/parser';
import { shown } from '../core/fields';

/** What evaluators refuse, by the id of its rule. */
interface RuleError {
  readonly id: string;
  readonly message: string;
}

const found = (id: string, message: string): RuleError => ({ id, message });

/**
 * All that an evaluator would refuse of a set, as Prometheus' model/rulefmt does, and what would fail at each evaluation.
 * @param mayBeEmpty whether it has been said already why there are no rules
 */
export function errorsOfSet(set: ResolvedSet, mayBeEmpty = false): RuleError[] {
  return [
    ...(mayBeEmpty || set.groups.some(({ rules }) => rules.length > 0) ? [] : [found('rules-empty', 'The set has no rule; give it groups with rules.')]),
    ...set.unusedThresholds.map(name => found('rule-thresholds', `Threshold '${name}' stands in no rule; write $${name} in the expression that it is for, or take it out of 'thresholds'.`)),
    ...set.unknownPlacements.map(name => found('rule-placement', `'rulePlacements' has '${name}', but the set has no rule of this name; ${meant(name, set)}`)),
    ...set.groups.flatMap((group, index) => errorsOfGroup(set, group, index)),
    ...set.groups.flatMap(({ rules }) => rules.flatMap(errorsOfRule)),
  ];
}

function meant(name: string, { groups }: ResolvedSet): string {
  const hint = nearest(name, groups.flatMap(({ rules }) => rules.map(({ rule }) => nameOf(rule))));
  return hint ? `did you mean '${hint}'?` : 'take it away, or name an alert or a recorded series.';
}

type Group = ResolvedSet['groups'][number];

function errorsOfGroup({ groups }: ResolvedSet, { head }: Group, index: number): RuleError[] {
  const { name, labels } = head;
  const where = name === '' ? `Item ${index + 1} of 'groups'` : `Group '${name}'`;
  return [
    ...(name === '' ? [found('rule-names', `${where} has no name; every group needs one of its own.`)] : []),
    ...(name !== '' && groups.findIndex(other => other.head.name === name) < index
      ? [found('rule-names', `${where} stands more than once; names of groups are unique in a set. Rename one, or put its rules into the other.`)] : []),
    ...labelErrors(where, labels, 'label'),
    ...durationErrors(where, { interval: head.interval, query_offset: head.query_offset }),
  ];
}

function errorsOfRule(resolved: ResolvedRule): RuleError[] {
  const { rule, called, mistakes } = resolved;
  return [
    ...(nameOf(rule) === '' ? [found('rule-names', `${called} has no name.`)] : []),
    ...mistakes.map(mistake => found('promql', `${called}: the expression is wrong. ${mistake}`)),
    ...labelErrors(called, rule.labels, 'label'),
    ...labelErrors(called, rule.annotations, 'annotation'),
    ...durationErrors(called, { for: rule.for, keep_firing_for: rule.keep_firing_for }),
    ...(rule.record === undefined ? templateErrors(resolved) : recordErrors(resolved)),
  ];
}

function recordErrors({ rule, called }: ResolvedRule): RuleError[] {
  const extra = (['for', 'keep_firing_for', 'annotations'] as const).filter(key => rule[key] !== undefined);
  return [
    ...extra.map(key => found('rule-names', `${called} has '${key}', which only alerts have; take it away.`)),
    ...(/[{}]/.test(rule.record!) ? [found('rule-names', `${called} has braces in its name; write only the name of the new series, and give labels by 'labels'.`)] : []),
  ];
}

function labelErrors(where: string, labels: Record<string, string> = {}, what: 'label' | 'annotation'): RuleError[] {
  return Object.keys(labels).filter(name => name === '' || (what === 'label' && name === '__name__'))
    .map(name => found('rule-names', `${where} has a${what === 'label' ? '' : 'n'} ${what} '${name}', which is no name that can be set; rename it.`));
}

function durationErrors(where: string, durations: Record<string, string | undefined>): RuleError[] {
  return Object.entries(durations).filter(([, value]) => value !== undefined && parseDuration(value) === undefined).map(([key, value]) =>
    found('rule-durations', `${where} has '${key}', which must be a duration with units from the largest to the smallest (y, w, d, h, m, s, ms), e.g. 1h30m, but is ${shown(value)}.`));
}

/** The templates of an alert, by what they are called. */
export const templatesOf = ({ rule }: ResolvedRule): [string, string][] => [
  ...Object.entries(rule.labels ?? {}).map(([name, text]): [string, string] => [`label '${name}'`, text]),
  ...Object.entries(rule.annotations ?? {}).map(([name, text]): [string, string] => [`annotation '${name}'`, text]),
];

function templateErrors(resolved: ResolvedRule): RuleError[] {
  return templatesOf(resolved).flatMap(([what, text]) => {
    const { mistakes, queries } = parseTemplate(text);
    const say = (mistake: Mistake) => found('rule-template', `${resolved.called}: the template of ${what} is wrong. ${drawn(text, mistake)}`);
    return [
      ...mistakes.map(say),
      // What is printed into a query by a function before it is not known here.
      ...queries.flatMap(({ expr, from, to }) => judgePromql(expr, { experimentalFunctions: true, thanos: false }).mistakes
        .slice(0, 1).map(({ message }) => say({ from, to, message: `the query is no PromQL: ${message}` }))),
    ];
  });
}
