import type { Matcher } from './matcher';
import { passes } from './matching';
import type { Route } from './route';
import { seconds } from '../core/units';

/** What holds at one place of the tree, in seconds, whoever stated it. */
export interface RouteNode {
  /** Where it stands, e.g. `route.routes[2].routes[0]`. */
  readonly path: string;
  readonly parent?: RouteNode;
  readonly matchers: Matcher[];
  readonly continue: boolean;
  readonly receiver: string;
  /** Empty for one group of all; `...` for a group each. */
  readonly groupBy: string[];
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
  readonly muteTimeIntervals: string[];
  readonly activeTimeIntervals: string[];
  readonly labels: Record<string, string>;
  /** As it was given. */
  readonly stated: Route;
  readonly children: RouteNode[];
}

/** Alertmanager 0.34, dispatch/route.go, and labels that every platform has. */
export const DEFAULT_ROUTE = { groupBy: ['alertname', 'cluster', 'namespace'], groupWait: 30, groupInterval: 300, repeatInterval: 14_400 };

/** Fills in what each route has of its parent. */
export function routeNode(stated: Route, path: string, parent?: RouteNode): RouteNode {
  const above = parent ?? { ...DEFAULT_ROUTE, receiver: '', labels: {} };
  const children: RouteNode[] = [];
  const node: RouteNode = {
    path,
    parent,
    stated,
    children,
    matchers: stated.matchers ?? [],
    continue: stated.continue ?? false,
    receiver: stated.receiver ?? above.receiver,
    groupBy: stated.groupBy ?? above.groupBy,
    groupWait: stated.groupWait ? seconds(stated.groupWait) : above.groupWait,
    groupInterval: stated.groupInterval ? seconds(stated.groupInterval) : above.groupInterval,
    repeatInterval: stated.repeatInterval ? seconds(stated.repeatInterval) : above.repeatInterval,
    muteTimeIntervals: stated.muteTimeIntervals ?? [],
    activeTimeIntervals: stated.activeTimeIntervals ?? [],
    labels: { ...above.labels, ...stated.labels },
  };
  children.push(...(stated.routes ?? []).map((child, index) => routeNode(child, `${path}.routes[${index}]`, node)));
  return node;
}

/** The routes at which an alert ends, in the order in which Alertmanager finds them. */
export function routesOf(node: RouteNode, labels: Readonly<Record<string, string>>): RouteNode[] {
  if (!passes(node.matchers, labels)) {
    return [];
  }
  const found: RouteNode[] = [];
  for (const child of node.children) {
    const below = routesOf(child, labels);
    found.push(...below);
    if (below.length > 0 && !child.continue) {
      break;
    }
  }
  return found.length > 0 ? found : [node];
}

/** All routes, each before its children. */
export const allRoutes = (node: RouteNode): RouteNode[] => [node, ...node.children.flatMap(allRoutes)];

/** The matchers of a route and of all above it. */
export const pathMatchers = (node: RouteNode): Matcher[] => [...(node.parent ? pathMatchers(node.parent) : []), ...node.matchers];
