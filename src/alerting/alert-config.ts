import type { SecretValue } from 'cdk8s-plus-28';
import { printRows } from './config-rows';
import { AlertmanagerGlobals, globalConfig, globalSecrets } from './globals';
import { Matcher } from './matcher';
import { valuesOf } from './matching';
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

/** Who is told of an alert that always fires, where no route names it: nobody. */
const UNHEARD = 'watchdog-unheard';
const WATCHDOG = { alertname: 'Watchdog', severity: 'none' };

/** A receiver, and whether it is told only of what fires, whatever its notifiers say. */
interface ConfiguredReceiver extends Receiver {
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
  private watchdogFires = false;
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

  /** An alert that always fires comes from the rules of the platform. It is for something outside, which misses it: people must not be told of it. */
  public expectWatchdog(): void {
    this.watchdogFires = true;
    this.tree = undefined;
  }

  /** The routing tree as it is now. */
  public get routes(): RouteNode {
    if (!this.tree) {
      const { routes: _, ...stated } = this.root ?? { receiver: this.onlyReceiver };
      const root = routeNode(stated, 'route');
      const nodes = (branches: Branch[]) => branches.map(({ route, path }) => routeNode(route, path, root));
      root.children.push(...nodes([...this.first, ...this.unheard, ...this.ofRoot, ...this.later]));
      this.tree = root;
    }
    return this.tree;
  }

  /** Receivers as they are printed; where there is none, one that tells nobody. */
  public get allReceivers(): ConfiguredReceiver[] {
    const own = this.tellsSomebody || this.root ? this.receivers : [{ name: NOBODY, notifiers: [] }, ...this.receivers];
    return this.watchdogIsUnheard ? [...own, { name: UNHEARD, notifiers: [] }] : own;
  }

  /** Whether nothing outside would notice that alerts come no more. */
  public get watchdogIsUnheard(): boolean {
    const named = ({ matchers = [], routes = [] }: Route): boolean =>
      Object.entries(WATCHDOG).some(([label, value]) => valuesOf(matchers, label)?.includes(value)) || routes.some(named);
    return this.watchdogFires && this.tellsSomebody && ![...this.first, ...this.ofRoot, ...this.later].some(({ route }) => named(route));
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

  private get tellsSomebody(): boolean {
    return this.receivers.some(({ firingOnly }) => !firingOnly);
  }

  private get onlyReceiver(): string {
    return this.allReceivers.find(({ firingOnly }) => !firingOnly)!.name;
  }

  private get unheard(): Branch[] {
    const matchers = Object.entries(WATCHDOG).map(([label, value]) => Matcher.equal(label, value));
    return this.watchdogIsUnheard ? [{ path: WATCHDOG.alertname, route: { matchers, receiver: UNHEARD } }] : [];
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

