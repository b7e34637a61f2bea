import type { SecretValue } from 'cdk8s-plus-28';
import { printRows } from './config-rows';
import { AlertmanagerGlobals, globalConfig, globalSecrets } from './globals';
import { INHIBIT_ROWS, InhibitRule, Receiver, RECEIVER_ROWS, RootRoute, ROOT_ROWS, Route, ROUTE_ROWS } from './route';
import { DEFAULT_ROUTE, RouteNode, routeNode } from './routing-tree';
import { TIME_INTERVAL_ROWS, TimeInterval } from './time-interval';
import { durationText } from '../core/units';
import { stringify } from '../core/yaml';

/** Where the configuration and the templates are mounted. */
export const CONFIG = '/etc/alertmanager/config';
export const CONFIG_FILE = 'alertmanager.yaml';

/** Receiver of a tree that nobody has given one. */
export const NOBODY = 'nobody';

/** A receiver, and whether it is told only of what fires, whatever its notifiers say. */
export interface ConfiguredReceiver extends Receiver {
  readonly firingOnly?: boolean;
}

/** A child of the root, and how messages call it. */
interface Branch {
  readonly route: Route;
  readonly path: string;
}

/** All that the configuration is made of; parts may be added until it is printed. */
export class AlertConfig {
  public readonly receivers: ConfiguredReceiver[] = [];
  public readonly inhibitRules: InhibitRule[] = [];
  public readonly timeIntervals: TimeInterval[] = [];
  /** Go templates by the names of their files. */
  public readonly templates: Record<string, string> = {};
  public globals: AlertmanagerGlobals = {};
  public root?: RootRoute;
  /** Outputs of the event recorder, as Alertmanager reads them. */
  public eventRecorder?: object;
  private readonly first: Branch[] = [];
  private readonly later: Branch[] = [];
  private tree?: RouteNode;

  /** A branch before all others. */
  public addFirst(branch: Branch): void {
    this.first.push(branch);
    this.tree = undefined;
  }

  /** A branch behind all others. */
  public addLast(branch: Branch): void {
    this.later.push(branch);
    this.tree = undefined;
  }

  /** The routing tree as it is now. */
  public get routes(): RouteNode {
    if (!this.tree) {
      const { routes: _, ...stated } = this.root ?? { receiver: this.onlyReceiver };
      this.tree = routeNode(stated, 'route');
      this.tree.children.push(...[...this.first, ...this.ofRoot, ...this.later].map(({ route, path }) => routeNode(route, path, this.tree)));
    }
    return this.tree;
  }

  /** Receivers as they are printed; where there is none, one that tells nobody. */
  public get allReceivers(): ConfiguredReceiver[] {
    return this.receivers.some(({ firingOnly }) => !firingOnly) || this.root ? this.receivers : [{ name: NOBODY, notifiers: [] }, ...this.receivers];
  }

  public get secrets(): SecretValue[] {
    const notifiers = this.receivers.flatMap(receiver => receiver.notifiers);
    return [...globalSecrets(this.globals), ...notifiers.flatMap(notifier => notifier._secrets)];
  }

  /** As Alertmanager reads it. */
  public print(): string {
    const globals = globalConfig(this.globals);
    return stringify({
      ...(Object.keys(globals).length > 0 ? { global: globals } : {}),
      ...(Object.keys(this.templates).length > 0 ? { templates: [`${CONFIG}/*.tmpl`] } : {}),
      route: printRoot(this.routes),
      ...listed('inhibit_rules', this.inhibitRules.map(rule => printRows(INHIBIT_ROWS, rule))),
      ...listed('time_intervals', this.timeIntervals.map(interval => printRows(TIME_INTERVAL_ROWS, interval))),
      receivers: this.allReceivers.map(printReceiver),
      ...(this.eventRecorder ? { event_recorder: this.eventRecorder } : {}),
    });
  }

  private get onlyReceiver(): string {
    return this.allReceivers.find(({ firingOnly }) => !firingOnly)!.name;
  }

  private get ofRoot(): Branch[] {
    return (this.root?.routes ?? []).map((route, index) => ({ route, path: `route.routes[${index}]` }));
  }
}

const listed = (key: string, items: object[]): object => (items.length > 0 ? { [key]: items } : {});

const children = ({ children: routes }: RouteNode): object => listed('routes', routes.map(printRoute));

const printRoute = (node: RouteNode): object => ({ ...printRows(ROUTE_ROWS, node.stated), ...children(node) });

/** The root states all of its settings, for they are those of everything that states none. */
function printRoot(node: RouteNode): object {
  const defaults = {
    receiver: node.receiver,
    group_by: DEFAULT_ROUTE.groupBy,
    group_wait: durationText(DEFAULT_ROUTE.groupWait),
    group_interval: durationText(DEFAULT_ROUTE.groupInterval),
    repeat_interval: durationText(DEFAULT_ROUTE.repeatInterval),
  };
  return { ...defaults, ...printRows(ROOT_ROWS, node.stated as RootRoute), ...children(node) };
}

/** Notifiers of one kind stand in one list. */
function printReceiver(receiver: ConfiguredReceiver): object {
  const lists: Record<string, object[]> = {};
  for (const notifier of receiver.notifiers) {
    (lists[notifier._key] ??= []).push({ ...notifier._config, ...(receiver.firingOnly ? { send_resolved: false } : {}) });
  }
  return { ...printRows(RECEIVER_ROWS, receiver), ...lists };
}

