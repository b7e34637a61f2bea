import type { Duration } from 'cdk8s';
import type { Rows } from './config-rows';
import { keyed, span, unprinted } from './config-rows';
import { Matcher } from './matcher';
import type { Notifier } from './notifier';
import { Field, having, labelName, list, map, required, some, text, toggle } from '../core/fields';

/** Who is told, and how. */
export interface Receiver {
  /** Name, by which routes call it. */
  readonly name: string;
  /** Ways to tell; none for a receiver that takes alerts away without a word. */
  readonly notifiers: Notifier[];
}

/**
 * A branch of the routing tree. An alert enters at the root, and goes down to the first child that it matches, and so on; with
 * `continue` it goes to the next siblings too. What a route leaves out is that of its parent, but for matchers and time intervals.
 */
export interface Route {
  /** Name of the receiver. @default - the parent's */
  readonly receiver?: string;
  /** What an alert must be; all must hold. @default - every alert */
  readonly matchers?: Matcher[];
  /** Labels by which alerts become one message; `...` alone for all labels, which makes each alert a message. @default - the parent's */
  readonly groupBy?: string[];
  /** How long the first message of a group waits for more alerts, and for what inhibits them. @default - the parent's */
  readonly groupWait?: Duration;
  /** How long a group waits with a message about what has changed. Also how long a message may take to be sent. @default - the parent's */
  readonly groupInterval?: Duration;
  /** After which time a group that has not changed is told again; rounded up to a multiple of `groupInterval`. @default - the parent's */
  readonly repeatInterval?: Duration;
  /** Whether siblings behind this one get the alert too. @default false */
  readonly continue?: boolean;
  /** Names of time intervals in which it tells nobody. @default - none */
  readonly muteTimeIntervals?: string[];
  /** Names of time intervals outside of which it tells nobody. @default - always */
  readonly activeTimeIntervals?: string[];
  /** Labels for templates and the API, each a template itself; they do not change how alerts are grouped. @default - the parent's */
  readonly labels?: Record<string, string>;
  /** Branches, tried in this order. @default - none */
  readonly routes?: Route[];
}

/** The root: it has no matchers, and takes whatever no branch takes. */
export interface RootRoute {
  /** Name of the receiver of whatever no branch takes. */
  readonly receiver: string;
  /** Labels by which alerts become one message. @default alertname, cluster, namespace */
  readonly groupBy?: string[];
  /** How long the first message of a group waits for more alerts, and for what inhibits them. @default 30 seconds */
  readonly groupWait?: Duration;
  /** How long a group waits with a message about what has changed. @default 5 minutes */
  readonly groupInterval?: Duration;
  /** After which time a group that has not changed is told again. @default 4 hours */
  readonly repeatInterval?: Duration;
  /** Labels for templates and the API. @default - none */
  readonly labels?: Record<string, string>;
  /** Branches, tried in this order. @default - none */
  readonly routes?: Route[];
}

/** Alerts that are not told while others are. */
export interface InhibitRule {
  /** Name, for the log and the records. @default - none */
  readonly name?: string;
  /** The alerts that make others silent. */
  readonly source: Matcher[];
  /** The alerts that become silent. */
  readonly target: Matcher[];
  /** Labels that must have equal values in both; missing in both counts as equal. @default - none: one source makes every target silent */
  readonly equal?: string[];
}

/** The row of a matcher; what is wrong with it is said by itself. */
export const matcher = (): Field<Matcher> => {
  const any = having<Matcher>('a Matcher, e.g. Matcher.equal(\'severity\', \'critical\')', '_operator');
  return { ...any, problem: value => any.problem(value) ?? value._problem };
};

const matchers = (least: 0 | 1 = 0) => ({ ...list(matcher(), least), print: (value: Matcher[]) => value.map(String) });

const GROUP_ALL = '...';
const REPEAT_MIN = 1;

const groupBy = () => {
  const field = list(text('a name of a label, or ...'), 0);
  return {
    ...field,
    problem: (value: string[]) => field.problem(value)
      ?? (value.includes(GROUP_ALL) && value.length > 1 ? 'must have \'...\' alone, for it stands for all labels' : undefined)
      ?? (new Set(value).size < value.length ? `must name each label once, but is ${value.join(', ')}` : undefined),
  };
};

/** What root and branches share. */
const COMMON = {
  groupBy: groupBy(),
  groupWait: span({ min: 0 }),
  groupInterval: span({ min: REPEAT_MIN }),
  repeatInterval: span({ min: REPEAT_MIN }),
  labels: map(text('a text', /^/), labelName()),
};

/** The rows of a branch, in the order in which they are printed. Its own branches are read by themselves. */
export const ROUTE_ROWS: Rows<Route> = {
  matchers: matchers(),
  receiver: text(),
  ...COMMON,
  continue: toggle(),
  muteTimeIntervals: list(text()),
  activeTimeIntervals: list(text()),
  routes: unprinted(list(some<Route>(), 0)),
};

export const ROOT_ROWS: Rows<RootRoute> = { receiver: required(text()), ...COMMON, routes: unprinted(list(some<Route>(), 0)) };

export const INHIBIT_ROWS: Rows<InhibitRule> = {
  name: text(),
  source: keyed('source_matchers', required(matchers(1))),
  target: keyed('target_matchers', required(matchers(1))),
  equal: list(text()),
};

export const RECEIVER_ROWS: Rows<Receiver> = {
  name: required(text()),
  notifiers: unprinted(required(list(having<Notifier>('a Notifier, e.g. Notifier.slack(…)', '_key'), 0))),
};
