import type { IConstruct } from 'constructs';
import { AlertConfig } from './alert-config';
import { type AlertmanagerProps, templateFiles } from './alertmanager-props';
import { GLOBAL_ROWS } from './globals';
import { SMTP_ROWS } from './notifiers/email';
import { INHIBIT_ROWS, InhibitRule, Receiver, RECEIVER_ROWS, ROOT_ROWS, Route, ROUTE_ROWS } from './route';
import { TIME_INTERVAL_ROWS, TimeInterval } from './time-interval';
import { Fields, isSound, problemsOf, Given, read, wellFormed } from '../core/fields';
import { Graph } from '../core/graph';
import { drawn } from '../rules/promql/drawn';
import { brokenTemplate } from '../rules/template/parser';

/** Routes within each other; no platform has ten of them, and what walks the tree has an end. */
const DEEPEST_ROUTE = 100;
const LONGEST_PATH = 51;

/** Reads what the configuration is made of, reports what is wrong, and keeps the rest. */
export class ConfigReader {
  constructor(private readonly at: IConstruct, private readonly config: AlertConfig) {}

  public props(given: Given<AlertmanagerProps>): void {
    given.receivers?.forEach((receiver, index) => this.receiver(receiver, `receivers[${index}].`));
    given.inhibitRules?.forEach((rule, index) => this.inhibitRule(rule, `inhibitRules[${index}].`));
    given.timeIntervals?.forEach((interval, index) => this.timeInterval(interval, `timeIntervals[${index}].`));
    const { globals = {}, route } = given;
    const smtp = globals.smtp && this.struct(SMTP_ROWS, globals.smtp, 'globals.smtp.');
    this.config.globals = { ...this.struct(GLOBAL_ROWS, globals, 'globals.'), ...(smtp ? { smtp } : {}) };
    if (route) {
      const root = this.struct(ROOT_ROWS, route, 'route.');
      this.config.root = { receiver: '', ...root, routes: this.branches(root.routes, 'route.') };
    }
  }

  public receiver(receiver: Receiver, prefix: string): void {
    const { name, notifiers = [] } = this.struct(RECEIVER_ROWS, receiver, prefix);
    if (name !== undefined) {
      this.config.receivers.push({ name, notifiers });
    }
  }

  public inhibitRule(rule: InhibitRule, prefix: string): void {
    const { source, target, ...rest } = this.struct(INHIBIT_ROWS, rule, prefix);
    if (source && target) {
      this.config.inhibitRules.push({ ...rest, source, target });
    }
  }

  public timeInterval(interval: TimeInterval, prefix: string): void {
    const { name, spans } = this.struct(TIME_INTERVAL_ROWS, interval, prefix);
    if (name !== undefined && spans) {
      this.config.timeIntervals.push({ name, spans });
    }
  }

  /** Nothing for a branch whose matchers are wrong: without them it would take every alert, and its siblings would be blamed. */
  public branch(route: Route, prefix: string, above: Route[] = []): Route | undefined {
    if (above.length === DEEPEST_ROUTE || above.includes(route)) {
      Graph.of(this.at).report(this.at, 'invalid-prop', `'${prefix.slice(0, LONGEST_PATH)}…' must not stand ${above.includes(route) ? 'within itself' : `within more than ${DEEPEST_ROUTE} routes`}; take it out of 'routes'.`);
      return undefined;
    }
    const own = this.struct(ROUTE_ROWS, route, prefix);
    const routes = this.branches(own.routes, prefix, [...above, route]);
    const misread = problemsOf(ROUTE_ROWS as Fields<Route>, route ?? {}).some(([prop]) => prop === 'matchers');
    // Set even where none of its branches was sound: what was given must not go on.
    return misread ? undefined : { ...own, routes };
  }

  private branches(routes: Route[] = [], prefix: string, above?: Route[]): Route[] {
    return [...routes].flatMap((route, index) => this.branch(route, `${prefix}routes[${index}].`, above) ?? []);
  }

  /** In the units of its props: they are handed on. */
  private struct<P extends object>(rows: object, props: P, prefix: string): Partial<P> {
    return wellFormed(read(this.at, rows as Fields<P>, props, prefix), props);
  }

  /** Takes a file of templates, if it is one by its name and its type. */
  public template(name: string, text: string): boolean {
    if (!isSound(this.at, 'addTemplate', 'invalid-template', templateFiles(), { [name]: text })) {
      return false;
    }
    const mistake = brokenTemplate(text);
    if (mistake) {
      Graph.of(this.at).report(this.at, 'template-broken', `Alertmanager would not start with the template '${name}'. ${drawn(text, mistake)}`);
    }
    this.config.templates[name] = text;
    return true;
  }
}
