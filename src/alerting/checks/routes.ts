import { Report, Severity } from './report';
import { durationText } from '../../core/units';
import type { AlertConfig } from '../alert-config';
import { AlertmanagerSettings, lastTurn, PEER_TIMEOUT, RETENTION } from '../alertmanager-props';
import type { Matcher } from '../matcher';
import { contradiction, covered, implies, overlap } from '../matching';
import { InhibitRule } from '../route';
import { allRoutes, pathMatchers, RouteNode } from '../routing-tree';

/** What is wrong with the tree by itself, whatever alerts there are. */
export function checkRoutes(config: AlertConfig, settings: AlertmanagerSettings, report: Report): void {
  const { retention = RETENTION } = settings;
  // Who is never told that something is over, such as a watchdog, is told nothing wrong by one replica more.
  const firingOnly = config.receivers.filter(receiver => receiver.firingOnly).map(({ name }) => name);
  for (const node of allRoutes(config.routes)) {
    if (node.parent) {
      checkReachable(node, node.parent, report);
      checkContinues(node, node.parent, report);
    }
    checkTimes(node, retention, report);
    if (!firingOnly.includes(node.receiver)) {
      checkTurns(node, settings, report);
    }
    checkGrouping(node, report);
  }
  config.inhibitRules.forEach((rule, index) => checkInhibition(rule, `inhibitRules[${index}]`, report));
}

export const written = (matchers: Matcher[]): string => `{${matchers.map(String).join(', ')}}`;

const called = ({ path, matchers, receiver }: RouteNode): string => `'${path}' ${written(matchers)} → '${receiver}'`;

/** An alert reaches a branch if it passes the matchers of all above it, and no sibling before it keeps it. */
function checkReachable(node: RouteNode, parent: RouteNode, report: Report): void {
  const label = contradiction(pathMatchers(node));
  if (label !== undefined) {
    const own = contradiction(node.matchers) === undefined ? 'and those of the routes above it' : '';
    report('route-contradiction', `${called(node)}: its matchers ${own ? `${own} ` : ''}contradict each other on the label '${label}', so that no alert can pass. Correct them, or take the route away.`);
    return;
  }
  const keeping = parent.children.slice(0, parent.children.indexOf(node)).filter(sibling => !sibling.continue);
  if (covered(pathMatchers(node), keeping.map(({ matchers }) => matchers))) {
    const one = keeping.find(({ matchers }) => implies(pathMatchers(node), matchers));
    report('route-unreachable', `${called(node)}: no alert reaches it, for ${one ? `${called(one)} stands before it, takes all of them and does` : 'those before it take all of them and do'} not continue. `
      + 'Put it further up, or let the other continue.');
  }
}

/** Siblings behind it are all that `continue` is about: what a branch has taken, the routes above it do not take as well. */
function checkContinues(node: RouteNode, { path, children }: RouteNode, report: Report): void {
  const matchers = pathMatchers(node);
  const behind = children.slice(children.indexOf(node) + 1);
  if (node.continue && contradiction(matchers) === undefined && !behind.some(sibling => overlap(matchers, sibling.matchers))) {
    report('continue-without-use', `${called(node)} continues, but ${behind.length > 0 ? 'none of the routes behind it takes an alert that it takes' : 'no route is behind it'}; `
      + `nor does '${path}', which takes only what no branch of it has taken. Leave 'continue' out, or put the route that shall have these alerts too behind it.`, Severity.NOTE);
  }
}

function checkTimes(node: RouteNode, retention: number, report: Report): void {
  const { groupInterval, repeatInterval, stated } = node;
  // What is inherited is said of the route that states it.
  if (node.parent && !stated.groupInterval && !stated.repeatInterval) {
    return;
  }
  if (repeatInterval < groupInterval) {
    report('repeat-below-group-interval', `'${node.path}': 'repeatInterval' (${durationText(repeatInterval)}) is below 'groupInterval' (${durationText(groupInterval)}), `
      + 'at which a group is looked at, so that the latter is in force for both; raise the first or lower the second.', Severity.WARNING);
  } else if (repeatInterval % groupInterval !== 0) {
    report('repeat-not-multiple', `'${node.path}': 'repeatInterval' (${durationText(repeatInterval)}) is no multiple of 'groupInterval' (${durationText(groupInterval)}), `
      + 'at which a group is looked at: in force is the next multiple.', Severity.NOTE);
  }
  if (repeatInterval > retention) {
    report('repeat-beyond-retention', `'${node.path}': 'repeatInterval' (${durationText(repeatInterval)}) is longer than 'retention' (${durationText(retention)}), `
      + 'after which Alertmanager forgets what it has told, and tells it again; lower the first or raise the second.', Severity.WARNING);
  }
}

/**
 * A replica looks at a group, waits for its turn, and only then compares what it saw with what the others have told meanwhile. With an interval
 * longer than the last turn all look at the same times. With 10 seconds, three replicas and a peer timeout of 15, six of twelve alerts were told
 * to fire again after their end (Alertmanager 0.34, on loopback); with 60 seconds none.
 */
function checkTurns({ path, parent, groupInterval, stated }: RouteNode, settings: AlertmanagerSettings, report: Report): void {
  const turn = lastTurn(settings);
  if (groupInterval <= turn && (!parent || stated.groupInterval)) {
    report('group-interval-within-turns', `'${path}': 'groupInterval' (${durationText(groupInterval)}) must be longer than ${durationText(turn)}, for which the last of ${settings.replicas} replicas lets those before it be first `
      + `('peerTimeout' ${durationText(settings.peerTimeout ?? PEER_TIMEOUT)}): otherwise it tells that alerts fire which the others have told are over. Raise the first, or lower 'peerTimeout'.`, Severity.WARNING);
  }
}

function checkGrouping({ stated: { groupBy }, path, groupWait }: RouteNode, report: Report): void {
  if (groupBy?.[0] === '...' && groupWait > 0) {
    report('group-by-all', `'${path}': 'groupBy' is '...', so that each alert is a group and a message of its own: an outage of a thousand pods is a thousand messages, `
      + 'and as many groups in memory. Name the labels that make one incident, e.g. alertname, cluster and namespace.', Severity.WARNING);
  }
}

/** Alertmanager keeps an alert from silencing itself: of two that both match both sides, none silences the other. */
function checkInhibition({ source, target, equal = [], name }: InhibitRule, path: string, report: Report): void {
  const rule = `'${path}'${name ? ` ('${name}')` : ''}`;
  if (contradiction(source) !== undefined || contradiction(target) !== undefined) {
    const side = contradiction(source) !== undefined ? 'source' : 'target';
    report('inhibit-contradiction', `${rule}: the matchers of '${side}' contradict each other on the label '${contradiction(source) ?? contradiction(target)}', so that no alert can pass. Correct them.`);
  } else if (implies(target, source)) {
    report('inhibit-itself', `${rule}: every alert that 'target' ${written(target)} matches is one that 'source' ${written(source)} matches too. Alertmanager lets no such alert silence another, `
      + 'so that the rule does nothing but for sources outside of the target. Let the two sides exclude each other, e.g. by the label severity.', implies(source, target) ? Severity.ERROR : Severity.WARNING);
  } else if (overlap(source, target)) {
    report('inhibit-overlap', `${rule}: an alert may match 'source' ${written(source)} and 'target' ${written(target)} both; such alerts do not silence each other. `
      + 'Let the two sides exclude each other if that is not meant.', Severity.NOTE);
  }
  if (equal.length === 0) {
    report('inhibit-without-equal', `${rule}: without 'equal', one alert of the source silences all of the target, in every cluster and namespace. Name the labels that both must share.`, Severity.WARNING);
  }
}
