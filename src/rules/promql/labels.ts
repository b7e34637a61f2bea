import { AggregateNode, bare, BinaryNode, CallNode, Expr, ofEach, SelectorNode } from './ast';
import { compileRe2 } from '../../core/re2';

/** Labels that series may have: some, or all but some. */
export class LabelNames {
  public static readonly NONE = new LabelNames(false, new Set());
  public static readonly ALL = new LabelNames(true, new Set());

  public static of(names: Iterable<string>): LabelNames {
    return new LabelNames(false, new Set(names));
  }

  private constructor(private readonly open: boolean, private readonly names: ReadonlySet<string>) {}

  public has(name: string): boolean {
    return this.names.has(name) !== this.open;
  }

  /** The labels, where they are known one by one. */
  public get known(): string[] | undefined {
    return this.open ? undefined : [...this.names];
  }

  public with(names: Iterable<string>): LabelNames {
    const given = [...names];
    return new LabelNames(this.open, this.open ? new Set([...this.names].filter(name => !given.includes(name))) : new Set([...this.names, ...given]));
  }

  public without(names: Iterable<string>): LabelNames {
    const given = [...names];
    return new LabelNames(this.open, this.open ? new Set([...this.names, ...given]) : new Set([...this.names].filter(name => !given.includes(name))));
  }

  public only(names: Iterable<string>): LabelNames {
    return LabelNames.of([...names].filter(name => this.has(name)));
  }

  public or(other: LabelNames): LabelNames {
    if (this.open && other.open) {
      return LabelNames.ALL.without([...this.names].filter(name => other.names.has(name)));
    }
    return other.open ? other.with(this.names) : this.with(other.names);
  }

  public and(other: LabelNames): LabelNames {
    if (!this.open) {
      return other.only(this.names);
    }
    return other.open ? this.without(other.names) : this.only(other.names);
  }
}

/** Labels of series that are recorded, by their names. */
export type Recorded = ReadonlyMap<string, LabelNames>;

/** Aggregations that choose among series, and leave them their labels. */
const CHOOSING = ['topk', 'bottomk', 'limitk', 'limit_ratio'];

const stringOf = (expr: Expr | undefined): string | undefined => {
  const inner = expr && bare(expr);
  return inner?.kind === 'string' ? inner.value : undefined;
};

export type LabelReader = (expr: Expr) => LabelNames;

/** The labels that the series of expressions can have, where these are recorded. Prometheus, promql/engine.go. */
export function labelReader(recorded: Recorded): LabelReader {
  const labels: LabelReader = ofEach(expr => {
    switch (expr.kind) {
      case 'number':
      case 'string': return LabelNames.NONE;
      case 'selector': return (expr.name !== undefined ? recorded.get(expr.name) : undefined) ?? LabelNames.ALL.without(emptyLabels(expr));
      case 'binary': return ofBinary(expr, labels);
      case 'aggregate': return ofAggregate(expr, labels);
      case 'call': return ofCall(expr, labels);
      default: return labels(expr.expr);
    }
  });
  return labels;
}

/** The labels that the series of one expression can have. */
export const labelsOf = (expr: Expr, recorded: Recorded = new Map()): LabelNames => labelReader(recorded)(expr);

/** Labels that a selector wants to be empty. */
const emptyLabels = ({ matchers }: SelectorNode): string[] =>
  matchers.filter(({ op, value }) => (op === '=' && value === '') || (op === '!~' && compileRe2(value).whole?.source === '^(?:.+)$')).map(({ label }) => label);

function ofAggregate({ op, by, without, args }: AggregateNode, labels: LabelReader): LabelNames {
  const inner = args.length > 0 ? labels(args[args.length - 1]) : LabelNames.NONE;
  if (CHOOSING.includes(op)) {
    return inner;
  }
  const kept = without ? inner.without(without) : inner.only(by ?? []);
  const counted = op === 'count_values' ? stringOf(args[0]) : undefined;
  return counted === undefined ? kept : kept.with([counted]);
}

function ofCall({ name, args }: CallNode, labels: LabelReader): LabelNames {
  const inner = args.map(labels).find((_, index) => !['number', 'string'].includes(bare(args[index]).kind)) ?? LabelNames.NONE;
  switch (name) {
    case 'absent':
    case 'absent_over_time': return LabelNames.of(absentLabels(args[0]));
    case 'vector':
    case 'scalar': return LabelNames.NONE;
    case 'label_replace':
    case 'label_join': return inner.with([stringOf(args[1]) ?? []].flat());
    case 'histogram_quantile':
    case 'histogram_fraction': return inner.without(['le']);
    case 'histogram_quantiles': return inner.without(['le']).with([stringOf(args[1]) ?? []].flat());
    case 'info': return LabelNames.ALL;
    default: return inner;
  }
}

/** What absent() can say of series that are not there: labels that a selector wants to be equal to something. */
function absentLabels(arg: Expr | undefined): string[] {
  const inner = arg && bare(arg);
  const selector = inner?.kind === 'matrix' ? bare(inner.expr) : inner;
  if (selector?.kind !== 'selector') {
    return [];
  }
  const matched = selector.matchers.filter(({ label }) => label !== '__name__');
  return matched.filter(({ op, label }) => op === '=' && matched.filter(other => other.label === label).length === 1).map(({ label }) => label);
}

function ofBinary({ op, left, right, matching }: BinaryNode, labels: LabelReader): LabelNames {
  const [one, other] = [labels(left), labels(right)];
  if (op === 'or') {
    return one.or(other);
  }
  if (op === 'and' || op === 'unless' || isScalar(right)) {
    return one;
  }
  if (isScalar(left)) {
    return other;
  }
  if (matching?.group) {
    return (matching.group === 'left' ? one : other).with(matching.include);
  }
  if (!matching) {
    return one.and(other);
  }
  return matching.on ? one.only(matching.labels) : one.without(matching.labels).and(other.without(matching.labels));
}

const SCALAR_CALLS = ['scalar', 'time', 'pi', 'step', 'range', 'start', 'end', 'max_of', 'min_of'];

/** Whether an expression is a number, not a vector. */
export const isScalar = ofEach((expr): boolean => {
  const inner = bare(expr);
  switch (inner.kind) {
    case 'number': return true;
    case 'unary': return isScalar(inner.expr);
    case 'binary': return isScalar(inner.left) && isScalar(inner.right);
    case 'call': return SCALAR_CALLS.includes(inner.name);
    default: return false;
  }
});
