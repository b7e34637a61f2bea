import type { Construct } from 'constructs';
import { ALERT_TUNING_ROWS } from '../core/alert-tuning';
import { dnsLabel, Fields, oneOf, read, required } from '../core/fields';
import { RUNBOOKS, runbookUrl } from '../core/runbooks';
import { AlertRuleSet } from '../rules/alert-rule-set';
import { AlertSeverity, RulePlacement } from '../rules/rule';

/** Of which evaluator a watchdog tells that it lives. */
export interface WatchdogRulesProps {
  /** Name of the evaluator; the label `evaluator`, by which a route tells its watchdog from others. */
  readonly evaluator: string;
  /** Where it is evaluated: by the evaluator that it is named after. */
  readonly placement: RulePlacement;
  /** Further labels. @default - none */
  readonly labels?: Record<string, string>;
  /** Label `owner`. @default - none */
  readonly owner?: string;
  /** Where the runbooks are: `<base>/Watchdog.md`. @default - those of this package's repository */
  readonly runbookBaseUrl?: string;
}

const FIELDS: Fields<WatchdogRulesProps> = {
  evaluator: required(dnsLabel()),
  placement: required(oneOf(RulePlacement)),
  labels: ALERT_TUNING_ROWS.labels,
  owner: ALERT_TUNING_ROWS.owner,
  runbookBaseUrl: ALERT_TUNING_ROWS.runbookBaseUrl,
};

/**
 * An alert that always fires, so that somebody outside can tell when it no longer arrives: evaluator, Alertmanager and the way between
 * them live. Each evaluator has one of its own; `Alertmanager.addWatchdog` sends it on.
 */
export class WatchdogRules extends AlertRuleSet {
  constructor(scope: Construct, id: string, props: WatchdogRulesProps) {
    // Callers in JavaScript leave props out; what is missing is reported below.
    const { evaluator = id, placement, labels, owner, runbookBaseUrl = RUNBOOKS } = props ?? {};
    const name = `${evaluator}-watchdog`;
    super(scope, id, {
      name,
      owner,
      placement,
      labels: { evaluator, ...labels },
      groups: [{
        name,
        rules: [{
          alert: 'Watchdog',
          expr: 'vector(1)',
          severity: AlertSeverity.NONE,
          summary: 'Alerting works',
          description: `${evaluator} judges rules, and its alerts arrive. This alert always fires; whoever waits for it outside must act when it stays away.`,
          runbookUrl: runbookUrl(runbookBaseUrl, 'Watchdog'),
        }],
      }],
    });
    read(this, FIELDS, props);
  }
}
