import { Report, Severity, suggested } from './report';
import { ended } from '../../core/fields';
import type { AlertConfig } from '../alert-config';
import { NOBODY } from '../alert-config';
import type { AlertmanagerSettings } from '../alertmanager-props';
import { allRoutes, RouteNode } from '../routing-tree';

/** Names that are called: each must be there once, and serve somebody. */
export function checkReceivers(config: AlertConfig, { awsAccessKey }: AlertmanagerSettings, report: Report): void {
  const routes = allRoutes(config.routes);
  const receivers = config.allReceivers.map(({ name }) => name);
  const intervals = config.timeIntervals.map(({ name }) => name);
  checkNames(report, 'receiver', receivers, routes.flatMap(node => (node.receiver && (node.stated.receiver !== undefined || !node.parent) ? [{ node, name: node.receiver }] : [])));
  checkNames(report, 'time interval', intervals, routes.flatMap(node => [...node.muteTimeIntervals, ...node.activeTimeIntervals].map(name => ({ node, name }))));
  checkNotifiers(config, report);
  checkSomebody(config, report);
  if (config.watchdogIsUnheard) {
    report('watchdog-unheard', 'The alert \'Watchdog\' always fires, so that something outside can raise the alarm when it comes no more, but nothing outside hears it: '
      + 'no receiver is told. Call \'addWatchdog\' with a notifier of such a service, or name the alert in a route of your own.', Severity.NOTE);
  }
  const usesSns = config.receivers.some(({ notifiers }) => notifiers.some(({ service }) => service === 'SNS'));
  if (awsAccessKey && !usesSns) {
    report('aws-key-unused', '\'awsAccessKey\' puts keys of AWS into the environment, but no receiver notifies by SNS; leave it out.', Severity.WARNING);
  }
}

/** A name that a route calls. */
interface Call {
  readonly node: RouteNode;
  readonly name: string;
}

function checkNames(report: Report, what: string, known: string[], calls: Call[]): void {
  const rule = what.replace(' ', '-');
  for (const name of new Set(known.filter((each, index) => known.indexOf(each) < index))) {
    report(`${rule}-twice`, `There are several ${what}s of the name '${name}', and Alertmanager refuses that; give each a name of its own.`);
  }
  for (const { node, name } of calls.filter(call => !known.includes(call.name))) {
    report(`${rule}-unknown`, `'${node.path}' calls the ${what} '${name}', which is not there; ${suggested(name, known)}.`);
  }
  for (const name of new Set(known.filter(each => !calls.some(call => call.name === each)))) {
    report(`${rule}-unused`, `No route calls the ${what} '${name}', so that it never serves; call it in a route, or take it away.`, Severity.WARNING);
  }
}

function checkNotifiers({ receivers, globals }: AlertConfig, report: Report): void {
  for (const { name, notifiers } of receivers) {
    notifiers.forEach((notifier, index) => notifier._problems(globals).forEach(problem =>
      report('invalid-notifier', ended(`Receiver '${name}', notifier ${index + 1} (${notifier.service}): ${problem}`))));
  }
}

function checkSomebody(config: AlertConfig, report: Report): void {
  const root = config.allReceivers.find(({ name }) => name === config.routes.receiver);
  if (root?.name === NOBODY && !config.root) {
    report('nobody-notified', 'There is no receiver, so that no alert is told to anybody: Alertmanager only shows them. Give it a receiver with a notifier.', Severity.WARNING);
  } else if (root && root.notifiers.length === 0) {
    report('no-catch-all', `Alerts that no branch of the routing tree takes reach receiver '${root.name}', which has no notifier: nobody is told of them. `
      + 'Give \'route.receiver\' one that tells somebody, and the silent one a branch of its own with matchers.', Severity.WARNING);
  }
}
