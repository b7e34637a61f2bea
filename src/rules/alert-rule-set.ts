import type { Construct } from 'constructs';
import { readAlertGroups } from './read-groups';
import type { AlertRuleGroup } from './rule';
import { RuleSet, RuleSetOptions } from './rule-set';

/** Alerts. */
export interface AlertRuleSetProps extends RuleSetOptions {
  /** The alerts, in groups that are evaluated together. */
  readonly groups: AlertRuleGroup[];
}

/**
 * Alerts in typed groups, or a rule file of Prometheus as it is.
 *
 * Everything in it is checked at synth: PromQL by Prometheus' own grammar and the types of its functions, templates in labels and
 * annotations, names, and tests. Common mistakes are warnings, which `acknowledgedRules` or the platform acknowledges by their ids.
 */
export class AlertRuleSet extends RuleSet {
  /**
   * Takes rule files of Prometheus or Thanos as they are, of mixins too: alerts and recording rules. Also `PrometheusRule` objects, and
   * several documents in one text.
   * @param yaml text of the file
   */
  public static fromYaml(scope: Construct, id: string, yaml: string, options: RuleSetOptions = {}): AlertRuleSet {
    const set = new AlertRuleSet(scope, id, { ...options, groups: [] });
    set._takeYaml(yaml);
    return set;
  }

  /**
   * The same as `fromYaml`, from a file.
   * @param path path of the file, absolute or from the current folder
   */
  public static fromFile(scope: Construct, id: string, path: string, options: RuleSetOptions = {}): AlertRuleSet {
    const set = new AlertRuleSet(scope, id, { ...options, groups: [] });
    set._takeFile(path);
    return set;
  }

  constructor(scope: Construct, id: string, props: AlertRuleSetProps) {
    super(scope, id, props);
    this._take(readAlertGroups(this, props?.groups));
  }
}
