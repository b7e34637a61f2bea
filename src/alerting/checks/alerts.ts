import { Report, Severity, suggested } from './report';
import { written } from './routes';
import type { SentAlert, AlertSource } from '../../core/alert-source';
import type { AlertConfig } from '../alert-config';
import type { Matcher } from '../matcher';
import { valuesOf } from '../matching';
import { allRoutes, pathMatchers } from '../routing-tree';

/** Matchers that no alert of the app's rules can pass: misspelled names mostly, and rules that have gone. */
export function checkAlerts(config: AlertConfig, sources: AlertSource[], letsOthersIn: boolean, report: Report): void {
  const alerts = sources.flatMap(source => source.alerts());
  if (alerts.length === 0) {
    return;
  }
  const others = letsOthersIn || sources.some(({ takesOthers }) => takesOthers);
  // Where alerts may come that this app does not know, a matcher without one is no mistake as such.
  const severity = others ? Severity.NOTE : Severity.WARNING;
  const judge = (rule: string, what: string, matchers: Matcher[]) => {
    if (matchers.length > 0 && !alerts.some(alert => mayPass(alert, matchers))) {
      report(rule, `${what} ${written(matchers)} matches none of the ${alerts.length} alerts that the rules of this app can send${hint(alerts, matchers)}. `
        + `Correct it, or take it away${others ? '; it may be meant for alerts that others send' : ''}.`, severity);
    }
  };
  for (const node of allRoutes(config.routes)) {
    judge('route-without-alert', `'${node.path}' → '${node.receiver}'`, node.matchers.length > 0 ? pathMatchers(node) : []);
  }
  config.inhibitRules.forEach(({ source, target }, index) => {
    judge('inhibit-without-alert', `'inhibitRules[${index}].source'`, source);
    judge('inhibit-without-alert', `'inhibitRules[${index}].target'`, target);
  });
}

/** A label that a rule does not state may come from what its expression returns, with any value. */
function mayPass({ name, labels, unknownLabels = [] }: SentAlert, matchers: Matcher[]): boolean {
  return matchers.every(matcher => {
    if (matcher.label === 'alertname') {
      return matcher._passes(name);
    }
    return unknownLabels.includes(matcher.label) || !Object.hasOwn(labels, matcher.label) || matcher._passes(labels[matcher.label]);
  });
}

/** The name that was meant, if a name is why. */
function hint(alerts: SentAlert[], matchers: Matcher[]): string {
  const names = alerts.map(({ name }) => name);
  const unknown = (valuesOf(matchers, 'alertname') ?? []).filter(name => !names.includes(name));
  return unknown.length > 0 && names.length > 0 ? `; of the alert '${unknown[0]}' ${suggested(unknown[0], names.slice(0, 20))}` : '';
}
