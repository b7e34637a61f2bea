import type { Construct } from 'constructs';
import { readRecordingGroups } from './read-groups';
import type { RecordingRuleGroup } from './rule';
import { RuleSet, RuleSetOptions } from './rule-set';

/** Series that are computed ahead. */
export interface RecordingRuleSetProps extends RuleSetOptions {
  /** The recording rules, in groups that are evaluated together. */
  readonly groups: RecordingRuleGroup[];
}

/** Recording rules in typed groups; checked as those of `AlertRuleSet` are. For files, `AlertRuleSet.fromYaml` takes both kinds. */
export class RecordingRuleSet extends RuleSet {
  constructor(scope: Construct, id: string, props: RecordingRuleSetProps) {
    super(scope, id, props);
    this._take(readRecordingGroups(this, props?.groups));
  }
}
