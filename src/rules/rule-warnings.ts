import { namesRead } from './placement';
import { drawn } from './promql/drawn';
import { parseDuration } from './promql/literals';
import type { ResolvedRule, ResolvedSet } from './resolved-set';
import { RulePlacement } from './rule';
import { templatesOf } from './rule-errors';
import { nameOf } from './rule-file';
import { parseTemplate } from './template/parser';
import { absentWithoutLabels, alwaysFires, gaugeMistakes, shortRanges } from './warnings/expressions';
import { quoted } from '../core/fields';
import { durationText } from '../core/units';

/** What the evaluator of a set does, as far as it is known, in seconds. */
interface Evaluation {
  readonly evaluationInterval?: number;
  readonly scrapeInterval?: number;
}

interface RuleWarning {
  readonly id: string;
  readonly message: string;
}

/** What is found once for all rules of a set. */
interface Around {
  readonly evaluation: Evaluation;
  readonly routingLabels: string[];
  /** Of the same name, expression and labels as another of their group. */
  readonly copies: ReadonlySet<ResolvedRule>;
  readonly recordsOf: (names: string[]) => ResolvedRule[];
}

type Find = (rule: ResolvedRule, around: Around) => string[];

const isAlert = ({ rule }: ResolvedRule): boolean => rule.alert !== undefined;

/** Names of alerts whose very purpose is to fire always. */
const ALWAYS = /watchdog|dead.?man|heartbeat|always/i;

/** Common mistakes of one rule. What it says follows the rule's name. */
const OF_RULE: Record<string, Find> = {
  'rate-of-gauge': ({ expr, rule }) => (expr ? gaugeMistakes(expr).map(mistake => drawn(rule.expr, mistake)) : []),
  'alert-always-fires': resolved => {
    const { expr, rule, ownLabels } = resolved;
    const wrong = isAlert(resolved) && expr && !ALWAYS.test(nameOf(rule)) && ownLabels.severity !== 'none' ? alwaysFires(expr) : undefined;
    return wrong ? [drawn(rule.expr, wrong)] : [];
  },
  'absent-without-labels': resolved => (isAlert(resolved) && resolved.expr ? absentWithoutLabels(resolved.expr).map(mistake => drawn(resolved.rule.expr, mistake)) : []),
  'for-below-two-evaluations': ({ rule, group }, { evaluation: { evaluationInterval } }) => {
    const wait = rule.for === undefined ? 0 : parseDuration(rule.for) ?? 0;
    const interval = (group.head.interval === undefined ? undefined : parseDuration(group.head.interval)) ?? evaluationInterval;
    return interval && wait > 0 && wait < 2 * interval
      ? [`its 'for' (${rule.for}) is shorter than two evaluations (one each ${durationText(interval)}), so that it filters hardly anything; raise it to ${durationText(2 * interval)}, lower the group's 'interval', or leave it out.`] : [];
  },
  'range-below-two-scrapes': ({ expr, rule }, { evaluation: { scrapeInterval } }) =>
    (expr && scrapeInterval ? shortRanges(expr, scrapeInterval).map(mistake => drawn(rule.expr, mistake)) : []),
  'routing-label-dropped': (resolved, { routingLabels }) => (isAlert(resolved) && resolved.expr ? routingLabels
    .filter(label => !(label in resolved.ownLabels) && !resolved.exprLabels.has(label))
    .map(label => `the alert has no label '${label}', by which others of this set are told apart: its expression drops it. Keep it (by (${label}, …), group_left (${label})), or give the alert the label itself.`) : []),
  'record-out-of-reach': (resolved, { recordsOf }) => {
    const { placement, byHand } = resolved.placed;
    const read = byHand && placement !== RulePlacement.RULER ? namesRead(resolved.expr) : [];
    return recordsOf(read).filter(({ placed }) => placed.placement !== placement)
      .map(({ rule, placed }) => `it is placed on '${placement}' by hand and reads '${rule.record}', which is recorded on '${placed.placement}'; place both in one place.`);
  },
  'template-label': resolved => (isAlert(resolved) ? missingLabels(resolved) : []),
  'template-fails': resolved => (isAlert(resolved) ? templatesOf(resolved).flatMap(([what, text]) =>
    parseTemplate(text).failures.map(failure => `the template of ${what} cannot be rendered. ${drawn(text, failure)}`)) : []),
};

/** Labels that templates read and the expression does not have: each where it is read first. */
function missingLabels(resolved: ResolvedRule): string[] {
  const { exprLabels } = resolved;
  const known = exprLabels.known;
  const has = known ? (known.length > 0 ? `which has ${quoted(known)}` : 'which has no labels') : 'which drops it';
  const told = new Set<string>();
  return templatesOf(resolved).flatMap(([what, text]) => parseTemplate(text).labels.flatMap(({ label, ...at }) => {
    if (exprLabels.has(label) || told.has(label)) {
      return [];
    }
    told.add(label);
    return [`the template of ${what} will be empty there. ${drawn(text, { ...at, message: `it reads label '${label}' of the expression, ${has}; keep the label in the expression, or take it out of the template.` })}`];
  }));
}

/** Labels by which series say whom they belong to; those of them that a set speaks of anywhere. */
const OWNERSHIP = ['owner', 'team'];

function routingLabelsOf(rules: ResolvedRule[]): string[] {
  return OWNERSHIP.filter(label => rules.some(rule => label in rule.ownLabels || rule.exprLabels.known?.includes(label)
    || templatesOf(rule).some(([, text]) => text.includes('{{') && parseTemplate(text).labels.some(read => read.label === label))));
}

/** Mistakes that many rules of a set share are told once, with the names of all of them. */
interface OfSet {
  readonly id: string;
  readonly broken: (rule: ResolvedRule, around: Around) => boolean;
  readonly says: (names: string, count: number) => string;
}

const verb = (count: number, one: string, many: string) => (count === 1 ? one : many);

const OF_SET: readonly OfSet[] = [
  {
    id: 'alert-without-severity',
    broken: rule => isAlert(rule) && !('severity' in rule.ownLabels) && !rule.exprLabels.known?.includes('severity'),
    says: (names, count) => `${names} ${verb(count, 'has', 'have')} no label 'severity', by which alerts are routed; give one of critical, warning, info, or none.`,
  },
  {
    id: 'record-name',
    broken: ({ rule }) => rule.record !== undefined && !rule.record.includes(':'),
    says: (names, count) => `${names} ${verb(count, 'is', 'are')} recorded under ${verb(count, 'a name that does', 'names that do')} not say of which level and operation: the custom is level:metric:operations, e.g. job:http_requests:rate5m.`,
  },
  {
    id: 'alert-name',
    broken: ({ rule }) => rule.alert !== undefined && /[\s"'`\\{}$]/.test(rule.alert),
    says: (names, count) => `${names} ${verb(count, 'is the name of an alert', 'are names of alerts')} with spaces, quotes, braces or '$', which are in the way in silences, routes and links; the custom is CamelCase.`,
  },
  {
    id: 'label-name',
    broken: ({ ownLabels }) => Object.keys(ownLabels).some(name => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)),
    says: (names, count) => `${names} ${verb(count, 'has', 'have')} labels whose names have other characters than letters, digits and '_', so that queries and routes must quote them; rename them.`,
  },
  {
    id: 'duplicate-rule',
    broken: (rule, { copies }) => copies.has(rule),
    says: (names, count) => `${names} ${verb(count, 'stands', 'stand')} more than once in ${verb(count, 'its group', 'their groups')} with the same labels, so that the copies write the same series; take all but one away, or tell them apart by a label.`,
  },
];

function copiesOf({ groups }: ResolvedSet): Set<ResolvedRule> {
  return new Set(groups.flatMap(({ rules }) => {
    const [first, copies] = [new Map<string, ResolvedRule>(), [] as ResolvedRule[]];
    for (const rule of rules) {
      const series = JSON.stringify([rule.called, rule.rule.expr, Object.entries(rule.ownLabels).sort()]);
      const before = first.get(series);
      copies.push(...before ? [before, rule] : []);
      first.set(series, rule);
    }
    return copies;
  }));
}

/** What is probably not meant. */
export function warningsOfSet(set: ResolvedSet, evaluation: Evaluation): RuleWarning[] {
  const rules = set.groups.flatMap(group => group.rules);
  const records = rules.filter(({ rule }) => rule.record !== undefined);
  const around: Around = {
    evaluation,
    routingLabels: routingLabelsOf(rules),
    copies: copiesOf(set),
    recordsOf: names => (names.length > 0 ? records.filter(({ rule }) => names.includes(rule.record!)) : []),
  };
  const shared = OF_SET.flatMap(({ id, broken, says }) => {
    const names = [...new Set(rules.filter(rule => broken(rule, around)).map(({ rule }) => `'${nameOf(rule)}'`))];
    return names.length > 0 ? [{ id, message: says(listed(names), names.length) }] : [];
  });
  const single = rules.flatMap(rule => Object.entries(OF_RULE).flatMap(([id, find]) =>
    [...new Set(find(rule, around))].map(text => ({ id, message: `${rule.called}: ${text}` }))));
  return [...shared, ...single];
}

const LONGEST_LIST = 8;

function listed(names: string[]): string {
  const shown = names.slice(0, LONGEST_LIST);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ').replace(/, ([^,]*)$/, ' and $1');
}
