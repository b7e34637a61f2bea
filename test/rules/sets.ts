import { AlertRule, AlertRuleSet, RecordingRule, RecordingRuleSet, RuleSet, RuleSetOptions } from '../../src';
import { Graph } from '../../src/core/graph';
import { fixture } from '../fixture';

/** A set with one group of alerts, `g`. */
export function alerts(rules: AlertRule[], options: RuleSetOptions = {}): AlertRuleSet {
  return new AlertRuleSet(fixture().chart, 'set', { ...options, groups: [{ name: 'g', rules }] });
}

/** A set with one group of recording rules, `g`. */
export function records(rules: RecordingRule[], options: RuleSetOptions = {}): RecordingRuleSet {
  return new RecordingRuleSet(fixture().chart, 'set', { ...options, groups: [{ name: 'g', rules }] });
}

/** An alert about which there is nothing to say but what a test is about. */
export const alert = (expr: string, more: Partial<AlertRule> = {}): AlertRule => ({ alert: 'A', expr, severity: 'warning', ...more });

export const fromYaml = (yaml: string, options?: RuleSetOptions): AlertRuleSet => AlertRuleSet.fromYaml(fixture().chart, 'set', yaml, options);

/** What is found, as `severity rule: message`; nobody takes the sets of these tests. */
export const findings = (set: RuleSet): string[] => Graph.of(set).findings().filter(({ rule }) => rule !== 'rules-unused').map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`);
