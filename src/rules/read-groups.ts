import type { IConstruct } from 'constructs';
import type { AlertRule, AlertRuleGroup, RecordingRule, RecordingRuleGroup, RuleGroupOptions } from './rule';
import { ALERT_FIELDS, ALERT_GROUP_FIELDS, RECORDING_FIELDS, RECORDING_GROUP_FIELDS } from './rule-fields';
import { dense, FileRule, SourceGroup, SourceRule } from './rule-file';
import { Fields, Given, read, shown } from '../core/fields';
import { Graph } from '../core/graph';
import { durationText } from '../core/units';

const optionalDuration = (value?: number) => (value === undefined ? undefined : durationText(value));

function alertRule(given: Given<AlertRule>): FileRule {
  const { alert = '', expr = '', severity, owner, summary, description, runbookUrl } = given;
  return dense({
    alert,
    expr,
    for: optionalDuration(given.for),
    keep_firing_for: optionalDuration(given.keepFiringFor),
    labels: dense({ severity, owner, ...given.labels }) as Record<string, string>,
    annotations: dense({ summary, description, runbook_url: runbookUrl, ...given.annotations }) as Record<string, string>,
  });
}

const recordingRule = ({ record = '', expr = '', labels }: Given<RecordingRule>): FileRule => dense({ record, expr, labels });

/** What differs between groups of alerts and of recording rules. */
interface Kind<G extends RuleGroupOptions, R extends object> {
  readonly group: Fields<G>;
  readonly rule: Fields<R>;
  readonly print: (given: Given<R>) => FileRule;
}

function readGroups<G extends RuleGroupOptions & { readonly rules: R[] }, R extends object>(at: IConstruct, kind: Kind<G, R>, groups: G[]): SourceGroup[] {
  if (!Array.isArray(groups)) {
    Graph.of(at).report(at, 'invalid-prop', `'groups' must be a list of groups, but is ${shown(groups)}.`);
    return [];
  }
  // Spread, for a list may have holes.
  return [...groups].map((group, index): SourceGroup => {
    const prefix = `groups[${index}].`;
    const given = read(at, kind.group, group, prefix) as Given<RuleGroupOptions & { rules: R[] }>;
    return {
      head: dense({
        name: given.name ?? '',
        interval: optionalDuration(given.interval),
        query_offset: optionalDuration(given.queryOffset),
        limit: given.limit,
        labels: given.labels,
        partial_response_strategy: given.partialResponseStrategy,
      }),
      placement: given.placement,
      rules: [...given.rules ?? []].map((rule, place): SourceRule => {
        const row = read(at, kind.rule, rule, `${prefix}rules[${place}].`);
        return dense({ rule: kind.print(row), placement: (row as Given<RecordingRule>).placement });
      }),
    };
  });
}

export const readAlertGroups = (at: IConstruct, groups: AlertRuleGroup[]) =>
  readGroups<AlertRuleGroup, AlertRule>(at, { group: ALERT_GROUP_FIELDS, rule: ALERT_FIELDS, print: alertRule }, groups);

export const readRecordingGroups = (at: IConstruct, groups: RecordingRuleGroup[]) =>
  readGroups<RecordingRuleGroup, RecordingRule>(at, { group: RECORDING_GROUP_FIELDS, rule: RECORDING_FIELDS, print: recordingRule }, groups);
