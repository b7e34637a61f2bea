import { Duration } from 'cdk8s';
import { Matcher, RootRoute, Route } from '../../src/alerting';

const VALUES: Record<string, string[]> = {
  'severity': ['critical', 'warning', 'info', ''],
  'team': ['db', 'search', 'Db', 'db-2', ''],
  'cluster': ['eu-1', 'us-1', 'eu-10'],
  'note': ['a "quoted" one', 'back\\slash', 'two, words', 'line\nbreak', '.*', 'ü', '{braces}', ''],
  'dotted.label': ['x', ''],
};
const REGEXES = ['critical|warning', 'db.*', '(?i)db', '[a-z]+-\\d', '', '.+', '.*', 'eu-1|us-1', '.*"q.*', 'back\\\\.*', '[^,]*', '(?s)line.break', '^db$', 'd\\w', '\\{.*\\}', '(critical)|info'];
const RECEIVERS = ['a', 'b', 'c', 'd', 'e'];

/** A source of trees and label sets that is the same for the same seed. */
export class RandomTrees {
  public readonly receivers = RECEIVERS.map(name => ({ name, notifiers: [] }));

  constructor(private seed: number) {}

  public root(): RootRoute {
    return { receiver: this.pick(RECEIVERS), ...this.settings(), routes: this.routes(3) };
  }

  public labels(): Record<string, string> {
    const entries = Object.entries(VALUES).filter(() => this.below(4) > 0).map(([label, values]) => [label, this.pick(values)]);
    return Object.fromEntries(entries) as Record<string, string>;
  }

  private routes(depth: number): Route[] {
    return Array.from({ length: this.below(depth + 2) }, () => ({
      ...(this.below(3) > 0 ? { receiver: this.pick(RECEIVERS) } : {}),
      matchers: Array.from({ length: this.below(3) }, () => this.matcher()),
      continue: this.below(3) === 0,
      ...this.settings(),
      routes: depth > 0 ? this.routes(depth - 1) : [],
    }));
  }

  private settings(): Pick<Route, 'groupBy' | 'groupWait' | 'repeatInterval'> {
    return {
      ...(this.below(3) === 0 ? { groupBy: this.pick([['...'], ['severity', 'team'], [], ['cluster']]) } : {}),
      ...(this.below(4) === 0 ? { groupWait: Duration.seconds(this.below(90)) } : {}),
      ...(this.below(4) === 0 ? { repeatInterval: Duration.minutes(1 + this.below(90)) } : {}),
    };
  }

  private matcher(): Matcher {
    const label = this.pick(Object.keys(VALUES));
    const value = this.pick(VALUES[label]);
    const regex = this.pick(REGEXES);
    return this.pick([Matcher.equal(label, value), Matcher.notEqual(label, value), Matcher.matches(label, regex), Matcher.notMatches(label, regex)]);
  }

  private pick<T>(items: T[]): T {
    return items[this.below(items.length)];
  }

  /** A whole number below another; a linear congruential generator is random enough here. */
  private below(end: number): number {
    this.seed = (this.seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor(this.seed / 256) % end;
  }
}
