export { AlertRuleSet, type AlertRuleSetProps } from './alert-rule-set';
export type { PrometheusRuleOptions } from './prometheus-rule';
export { RecordingRuleSet, type RecordingRuleSetProps } from './recording-rule-set';
export {
  type AlertRule, type AlertRuleGroup, AlertSeverity, type IRuleEvaluator, PartialResponseStrategy, type RecordingRule, type RecordingRuleGroup,
  type RuleGroupOptions, RulePlacement,
} from './rule';
export { type PlacedRule, RuleSet, type RuleSetOptions } from './rule-set';
export {
  type AlertRuleTest, type ExpectedAlert, type ExpectedSample, type InputSeries, type PromqlExprTest, type RuleTest, RuleTestOutcome, type RuleTestResult,
  type RunRuleTestsOptions,
} from './rule-test';
