import { AggregateNode, BinaryNode, CallNode, childrenOf, Expr, ofEach, SelectorNode, seriesOf, SET_OPERATORS } from './ast';
import { isScalar, LabelReader, labelReader, Recorded } from './labels';
import { durationText } from '../../core/units';

/** The label that tells the targets of a job apart. */
const TARGET = 'instance';

/** Seconds that every sender keeps at least, in server mode; see `ShardedPrometheusProps.retention`. */
const SENDERS_RETENTION = 2 * 3600;

/** What is known of recorded series. */
interface RecordedSeries {
  readonly labels: Recorded;
  /** Why a recorded series is not on each sender; nothing for those that are. */
  readonly needsWholeView: (name: string) => string | undefined;
}

/**
 * Why an expression is not true on a single shard: the innermost thing for which series of several targets must be known. Nothing if each series of its result is made of series of one target, for all series of a target are on one shard.
 */
export function wholeViewReason(expr: Expr, recorded: RecordedSeries): string | undefined {
  return new Locality(recorded).reason(expr) ?? (selects(expr) ? undefined : 'it reads no series, so that it speaks of its evaluator only');
}

const selects = ofEach((expr): boolean => expr.kind === 'selector' || childrenOf(expr).some(selects));

class Locality {
  private readonly labels: LabelReader;

  constructor(private readonly recorded: RecordedSeries) {
    this.labels = labelReader(recorded.labels);
  }

  public reason(expr: Expr): string | undefined {
    for (const child of childrenOf(expr)) {
      const reason = this.reason(child);
      if (reason !== undefined) {
        return reason;
      }
    }
    return this.own(expr);
  }

  private own(expr: Expr): string | undefined {
    switch (expr.kind) {
      case 'aggregate': return this.aggregate(expr);
      case 'binary': return this.binary(expr);
      case 'call': return this.call(expr);
      case 'selector': return this.selector(expr);
      case 'matrix': return reach(expr.range, 'range');
      case 'subquery': return reach(expr.range, 'subquery');
      case 'modifier': return expr.modifier === 'offset' || expr.modifier === '@' ? `'${expr.modifier}' may reach back further than senders keep their samples` : undefined;
      default: return undefined;
    }
  }

  private aggregate({ op, by, without, args }: AggregateNode): string | undefined {
    const inner = args.length > 0 ? args[args.length - 1] : undefined;
    if (!inner || !selects(inner)) {
      return undefined;
    }
    const clause = by ? ` by (${by.join(', ')})` : without ? ` without (${without.join(', ')})` : '';
    const kept = by?.includes(TARGET) ?? (without ? !without.includes(TARGET) : false);
    return kept && this.labels(inner).has(TARGET) ? undefined : `'${op}${clause}' adds up series of several targets: it does not keep '${TARGET}'`;
  }

  private binary({ op, left, right, matching }: BinaryNode): string | undefined {
    if (isScalar(left) || isScalar(right)) {
      return undefined;
    }
    if (!selects(left) || !selects(right)) {
      return `'${op}' has a side that reads no series and would be there on every shard`;
    }
    if (matching && matching.labels.includes(TARGET) !== matching.on) {
      return `'${op} ${matching.on ? 'on' : 'ignoring'} (${matching.labels.join(', ')})' compares series of different targets: it does not match '${TARGET}'`;
    }
    if (!this.labels(left).has(TARGET) || !this.labels(right).has(TARGET)) {
      return `'${op}' compares series that have no '${TARGET}'`;
    }
    const [one, other] = [jobsOf(left), jobsOf(right)];
    const apart = !SET_OPERATORS.includes(op) || op !== 'or' ? one.find(job => other.length > 0 && !other.includes(job)) : undefined;
    return apart === undefined ? undefined : `'${op}' compares targets of job '${apart}' with those of job '${other[0]}', which may be on other shards`;
  }

  private call({ name, args }: CallNode): string | undefined {
    if (name.startsWith('absent')) {
      return `'${name}' would be true on every shard that does not scrape the target`;
    }
    if (name === 'scalar' && args.some(selects)) {
      return '\'scalar\' wants the one series that there is in the whole view';
    }
    return name === 'info' ? '\'info\' joins series of different targets' : undefined;
  }

  private selector(selector: SelectorNode): string | undefined {
    const series = seriesOf(selector);
    if (series === undefined) {
      return 'a selector without a name may read series that only the ruler has';
    }
    return series === 'ALERTS' || series === 'ALERTS_FOR_STATE' ? `'${series}' is written by the evaluator of the alerts that it is about`
      : this.recorded.needsWholeView(series);
  }
}

/** Jobs that the selectors of an expression name. */
const jobsOf = ofEach((expr): string[] => [...new Set(expr.kind === 'selector'
  ? expr.matchers.filter(({ label, op }) => label === 'job' && op === '=').map(({ value }) => value) : childrenOf(expr).flatMap(jobsOf))]);

const reach = (range: number | undefined, what: string): string | undefined => (range === undefined || range <= SENDERS_RETENTION ? undefined
  : `its ${what} of ${durationText(range)} is longer than the ${durationText(SENDERS_RETENTION)} that every sender keeps`);
