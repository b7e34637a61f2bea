import { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { AlertConfig } from './alert-config';
import { Matcher } from './matcher';
import type { Notifier } from './notifier';
import { matcher } from './route';
import { duration, Fields, having, list, read, required, text } from '../core/fields';

/** A dead man's switch. */
export interface Watchdog {
  /**
   * Ways to a service outside of what is watched, which raises the alarm when it hears nothing any more: e.g. a webhook of Healthchecks,
   * or a heartbeat of Opsgenie. It should wait for about three times the interval.
   */
  readonly notifiers: Notifier[];
  /** Name of the receiver. @default watchdog */
  readonly receiver?: string;
  /** Name of the alert that always fires. @default Watchdog */
  readonly alertname?: string;
  /** Further matchers, so that each evaluator has a switch of its own: `[Matcher.equal('prometheus', 'a')]`. @default - none */
  readonly matchers?: Matcher[];
  /** How often the service hears of it. @default 5 minutes */
  readonly interval?: Duration;
}

const WATCHDOG_FIELDS: Fields<Watchdog> = {
  notifiers: required(list(having<Notifier>('a Notifier, e.g. Notifier.webhook(…)', '_key'))),
  receiver: text(),
  alertname: text(),
  matchers: list(matcher(), 0),
  interval: duration({ min: 5 }),
};

const MINUTE = 60;

/**
 * A group is told again at the first of its intervals after the repeat interval; were both the same, every other message would come
 * an interval late. The outside hears nothing that is over: it would take that for a sign of life.
 */
const INTERVALS = 5;

/** Adds the switch before all other routes, in front of which nothing can stand. */
export function addWatchdog(at: IConstruct, config: AlertConfig, watchdog: Watchdog): void {
  const given = read(at, WATCHDOG_FIELDS, watchdog, 'addWatchdog(…).');
  const { notifiers = [], receiver = 'watchdog', alertname = 'Watchdog', matchers = [], interval = 5 * MINUTE } = given;
  config.receivers.push({ name: receiver, notifiers, firingOnly: true });
  config.addFirst({
    path: 'addWatchdog(…)',
    route: {
      matchers: [Matcher.equal('alertname', alertname), ...matchers],
      receiver,
      groupBy: ['alertname'],
      groupWait: Duration.seconds(0),
      groupInterval: Duration.millis(Math.floor(interval * 1000 / INTERVALS)),
      repeatInterval: Duration.millis(interval * 1000),
    },
  });
}
