import { RuleSet } from './rule-set';
import { type Field, shown } from '../core/fields';

/** The row of a set of rules. */
export const ruleSet = (): Field<RuleSet> => ({
  problem: set => (set instanceof RuleSet ? undefined : `must be a rule set, e.g. new AlertRuleSet(…), but is ${shown(set)}`),
  base: set => set,
  part: true,
});
