import { AlertRule, AlertRuleGroup, PartialResponseStrategy, RecordingRule, RecordingRuleGroup, RulePlacement } from './rule';
import type { RuleSetOptions } from './rule-set';
import { count, decimal, duration, Field, Fields, labelName, list, map, oneOf, required, some, text, toggle } from '../core/fields';

/** A text that may be empty: an empty label takes a label away. */
const anyText = () => text('a text', /^/);
const texts = (keys: Field<string>) => map(anyText(), keys);

/** What a rule set is called is the name of a file and of objects. */
const setName = () => text('a name for files and objects (lower-case letters, digits, \'-\' and \'.\', beginning and ending with a letter or digit)',
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 200);

/** The rows of `RuleSetOptions`. Tests are read by themselves. */
export const RULE_SET_FIELDS: Fields<RuleSetOptions> = {
  name: setName(),
  labels: texts(labelName()),
  owner: text(),
  placement: oneOf(RulePlacement),
  rulePlacements: map(oneOf(RulePlacement)),
  thresholds: map(decimal({}), text('a name of letters, digits and \'_\', not beginning with a digit', /^[A-Za-z_][A-Za-z0-9_]*$/)),
  tests: list(some(), 0),
  scrapeInterval: duration({ min: 1 }),
  evaluationInterval: duration({ min: 1 }),
  experimentalFunctions: toggle(),
  acknowledgedRules: list(text(), 0),
};

const GROUP_OPTIONS = {
  name: required(text()),
  interval: duration({ min: 0.001 }),
  limit: count(),
  queryOffset: duration({ min: 0 }),
  labels: texts(labelName()),
  partialResponseStrategy: oneOf(PartialResponseStrategy),
  placement: oneOf(RulePlacement),
};

/** The rows of a group of alerts. Its rules are read one by one. */
export const ALERT_GROUP_FIELDS: Fields<AlertRuleGroup> = { ...GROUP_OPTIONS, rules: required(list(some())) };
export const RECORDING_GROUP_FIELDS: Fields<RecordingRuleGroup> = { ...GROUP_OPTIONS, rules: required(list(some())) };

const metricName = () => text('a name of a metric (letters, digits, \'_\' and \':\', not beginning with a digit)', /^[a-zA-Z_:][a-zA-Z0-9_:]*$/);

export const ALERT_FIELDS: Fields<AlertRule> = {
  alert: required(text()),
  expr: required(text('PromQL')),
  for: duration({ min: 0 }),
  keepFiringFor: duration({ min: 0 }),
  severity: text(),
  owner: text(),
  summary: text(),
  description: text(),
  runbookUrl: text('a URL, or a template of one', /^(https?:\/\/|\S*\{\{)\S/),
  labels: texts(labelName()),
  annotations: texts(labelName()),
  placement: oneOf(RulePlacement),
};

export const RECORDING_FIELDS: Fields<RecordingRule> = {
  record: required(metricName()),
  expr: required(text('PromQL')),
  labels: texts(labelName()),
  placement: oneOf(RulePlacement),
};
