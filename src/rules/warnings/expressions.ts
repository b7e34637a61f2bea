import { durationText } from '../../core/units';
import { bare, CallNode, COMPARISONS, Expr, MatrixNode, nodesOf, SelectorNode } from '../promql/ast';
import type { Mistake } from '../promql/drawn';
import { isScalar } from '../promql/labels';

const OF_COUNTERS = ['rate', 'irate', 'increase', 'resets'];
const OF_GAUGES = ['delta', 'idelta', 'deriv'];

/**
 * Endings of names that gauges have by custom and counters have not. Many counters of older exporters end in anything, so that only a
 * name which speaks for a gauge counts.
 */
const GAUGE = /(^|_)(up|ratio|percent|percentage|celsius|temperature|usage|used|free|available|active|idle|limit|capacity|size|depth|length|pending|age|lag|timestamp|timestamp_seconds|info|state)$/;
/** Names that end in `_count` or `_sum` may count anything. */
const COUNTER = /_(total|bucket)$/;

const callsOf = (expr: Expr): CallNode[] => nodesOf(expr).filter((node): node is CallNode => node.kind === 'call');

function rangeOf({ args }: CallNode): { readonly matrix: MatrixNode; readonly selector: SelectorNode } | undefined {
  const matrix = args.map(bare).find((arg): arg is MatrixNode => arg.kind === 'matrix');
  const selector = matrix && bare(matrix.expr);
  return matrix && selector?.kind === 'selector' ? { matrix, selector } : undefined;
}

/** Functions of counters over what is a gauge by its name, and the other way round. */
export function gaugeMistakes(expr: Expr): Mistake[] {
  return callsOf(expr).flatMap(call => {
    const selector = rangeOf(call)?.selector;
    const name = selector?.name;
    if (!selector || name === undefined || name.includes(':')) {
      return [];
    }
    if (OF_COUNTERS.includes(call.name) && GAUGE.test(name)) {
      return [{ from: selector.from, to: selector.from + name.length, message: `'${call.name}' is for counters, but '${name}' is a gauge by its name; use ${call.name === 'rate' || call.name === 'irate' ? 'deriv' : call.name === 'increase' ? 'delta' : 'changes'}, or the counter that is meant.` }];
    }
    if (OF_GAUGES.includes(call.name) && COUNTER.test(name)) {
      return [{ from: selector.from, to: selector.from + name.length, message: `'${call.name}' is for gauges, but '${name}' is a counter by its name and begins anew at each restart; use ${call.name === 'deriv' ? 'rate' : call.name === 'delta' ? 'increase' : 'irate'}.` }];
    }
    return [];
  });
}

const NEEDS_TWO = [...OF_COUNTERS, ...OF_GAUGES, 'predict_linear', 'changes'];

/** Ranges in which there may be a single sample, so that there is no result. */
export function shortRanges(expr: Expr, scrapeInterval: number): Mistake[] {
  return callsOf(expr).filter(({ name }) => NEEDS_TWO.includes(name)).flatMap(call => {
    const matrix = rangeOf(call)?.matrix;
    return matrix?.range !== undefined && matrix.range < 2 * scrapeInterval ? [{
      from: matrix.from,
      to: matrix.to,
      message: `'${call.name}' needs two samples, but a range of ${durationText(matrix.range)} is shorter than two scrapes (one each ${durationText(scrapeInterval)}); use four of them, ${durationText(4 * scrapeInterval)}, so that a lost scrape does no harm.`,
    }] : [];
  });
}

/** The parts of an expression that its results, and so the labels of an alert, come from. */
function resultsOf(expr: Expr): Expr[] {
  const inner = bare(expr);
  if (inner.kind !== 'binary') {
    return [inner];
  }
  const { op, left, right } = inner;
  if (op === 'or') {
    return [...resultsOf(left), ...resultsOf(right)];
  }
  const compared = COMPARISONS.includes(op) && (isScalar(left) || isScalar(right));
  return op === 'and' || op === 'unless' || compared ? resultsOf(compared && isScalar(left) ? right : left) : [inner];
}

/** Series whose absence is an alert that says nothing of what is gone. */
export function absentWithoutLabels(expr: Expr): Mistake[] {
  return resultsOf(expr).filter((node): node is CallNode => node.kind === 'call' && node.name.startsWith('absent')).flatMap(call => {
    const arg = call.args[0] && bare(call.args[0]);
    const selector = arg?.kind === 'matrix' ? bare(arg.expr) : arg;
    return selector?.kind === 'selector' && selector.matchers.some(({ op, label }) => op === '=' && label !== '__name__') ? []
      : [{ from: call.from, to: call.to, message: `the alert has no labels and does not say what is gone: '${call.name}' takes them from matchers with '=' of a selector that stands alone in it, e.g. absent(up{job="api"}).` }];
  });
}

/** Why an expression always returns something, if it does. */
export function alwaysFires(expr: Expr): Mistake | undefined {
  const at = { from: expr.from, to: expr.to };
  const inner = bare(expr);
  // A series that is there only in a certain state is a condition, too.
  if (filters(expr) || (inner.kind === 'selector' && inner.matchers.length > 0)) {
    return undefined;
  }
  const bool = nodesOf(expr).find(node => node.kind === 'binary' && node.bool);
  return bool ? { from: bool.from, to: bool.to, message: 'the alert fires for every series, for a comparison with \'bool\' returns 0 where it does not hold, rather than nothing; take \'bool\' away.' }
    : { ...at, message: 'the alert fires for every series that the expression returns, for it compares with nothing; write a condition, e.g. … > 0.' };
}

/** Whether an expression can be without a result while what it reads is there. */
function filters(expr: Expr): boolean {
  const inner = bare(expr);
  switch (inner.kind) {
    case 'binary':
      if (inner.op === 'or') {
        return filters(inner.left) && filters(inner.right);
      }
      return (COMPARISONS.includes(inner.op) && !inner.bool) || inner.op === 'and' || inner.op === 'unless' || filters(inner.left) || filters(inner.right);
    case 'aggregate': return inner.args.length > 0 && filters(inner.args[inner.args.length - 1]);
    case 'call': return inner.name.startsWith('absent') || (!isScalar(inner) && inner.args.some(filters));
    case 'unary':
    case 'subquery': return filters(inner.expr);
    default: return false;
  }
}
