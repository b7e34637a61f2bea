import { AggregateNode, BinaryNode, CallNode, COMPARISONS, Expr, ModifierNode, SelectorNode, SET_OPERATORS, Span } from './ast';
import type { Mistake } from './drawn';
import { AGGREGATIONS, EXPERIMENTAL_AGGREGATIONS, EXPERIMENTAL_IN_THANOS, FUNCTIONS, NEWER_THAN_THANOS, PROMETHEUS, THANOS, ValueType } from './functions';
import { compileRe2 } from '../../core/re2';

/** Who evaluates: what it knows differs. */
export interface Dialect {
  readonly experimentalFunctions: boolean;
  /** Whether it is a ruler of Thanos. */
  readonly thanos: boolean;
}

const article = (type: ValueType) => (type === 'instant vector' ? 'an instant vector' : `a ${type}`);

const FEATURE = '--enable-feature=promql-experimental-functions';

/** What is wrong with types, arguments and labels of an expression whose syntax is fine. */
export function checkTypes(expr: Expr, dialect: Dialect): Mistake[] {
  const checker = new TypeChecker(dialect);
  const type = checker.typeOf(expr);
  if (checker.mistakes.length === 0 && (type === 'range vector' || type === 'string')) {
    checker.wrong(expr, `the whole expression is ${article(type)}, but a rule needs an instant vector or a scalar${type === 'range vector' ? '; put a function such as rate(…) around it' : ''}.`);
  }
  return checker.mistakes;
}

class TypeChecker {
  public readonly mistakes: Mistake[] = [];

  constructor(private readonly dialect: Dialect) {}

  public wrong({ from, to }: Span, message: string): void {
    this.mistakes.push({ from, to, message });
  }

  public typeOf(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'number': return 'scalar';
      case 'string': return 'string';
      case 'selector': return this.selector(expr);
      case 'matrix': return this.matrix(expr.expr);
      case 'subquery': return this.subquery(expr.expr);
      case 'modifier': return this.modifier(expr);
      case 'paren': return this.typeOf(expr.expr);
      case 'unary': return this.unary(expr.expr);
      case 'binary': return this.binary(expr);
      case 'aggregate': return this.aggregate(expr);
      case 'call': return this.call(expr);
    }
  }

  /** @param known whether more is known of the series than its labels, as in the second argument of info() */
  private selector(expr: SelectorNode, known = expr.name !== undefined): ValueType {
    const { name, matchers } = expr;
    for (const { op, value, label, ...at } of matchers) {
      const { problem } = op.endsWith('~') ? compileRe2(value) : { problem: undefined };
      if (problem) {
        this.wrong(at, `the expression '${value}' ${problem}.`);
      }
      if (name !== undefined && label === '__name__') {
        this.wrong(at, `the name of the series is given twice, as '${name}' and as '${value}'; take one away.`);
      }
    }
    if (!known && this.mistakes.length === 0 && matchers.every(({ op, value }) => matchesEmpty(op, value))) {
      this.wrong(expr, 'the selector takes every series that there is; name the series, or match at least one label that is not empty.');
    }
    return 'instant vector';
  }

  private matrix(expr: Expr): ValueType {
    if (expr.kind === 'selector') {
      this.selector(expr);
    } else if (expr.kind === 'modifier') {
      this.wrong(expr, 'the range must stand before \'offset\' and \'@\': e.g. up[5m] offset 1h.');
    } else {
      this.wrong(expr, 'a range such as [5m] stands only behind a selector; for other expressions write a subquery such as [5m:1m].');
    }
    return 'range vector';
  }

  private subquery(expr: Expr): ValueType {
    const type = this.typeOf(expr);
    if (type !== 'instant vector') {
      this.wrong(expr, `a subquery is made of an instant vector, but this is ${article(type)}.`);
    }
    return 'range vector';
  }

  private modifier(expr: ModifierNode): ValueType {
    const { modifier } = expr;
    if (modifier === 'smoothed' || modifier === 'anchored') {
      this.wrong(expr, `'${modifier}' is experimental, and Thanos does not know it; take it away.`);
    }
    const chain: ModifierNode[] = [expr];
    let inner = expr.expr;
    while (inner.kind === 'modifier') {
      chain.push(inner);
      inner = inner.expr;
    }
    if (chain.slice(1).some(each => each.modifier === modifier)) {
      this.wrong(expr, `'${modifier}' stands twice; take one away.`);
    }
    if (!['selector', 'matrix', 'subquery'].includes(inner.kind)) {
      this.wrong(expr, `'${modifier}' stands only behind a selector, its range, or a subquery; put it behind each selector that it is for.`);
    }
    return this.typeOf(expr.expr);
  }

  private unary(expr: Expr): ValueType {
    const type = this.typeOf(expr);
    if (type !== 'scalar' && type !== 'instant vector') {
      this.wrong(expr, `a sign stands only before a scalar or an instant vector, but this is ${article(type)}.`);
    }
    return type;
  }

  private binary(expr: BinaryNode): ValueType {
    const { op, at, bool, fill, left, right } = expr;
    const [one, other] = [left, right].map(side => this.typeOf(side));
    [left, right].forEach((side, index) => {
      const type = [one, other][index];
      if (type !== 'scalar' && type !== 'instant vector') {
        this.wrong(side, `'${op}' takes scalars and instant vectors, but this is ${article(type)}${type === 'range vector' ? '; put a function such as rate(…) around it' : ''}.`);
      }
    });
    const compares = COMPARISONS.includes(op);
    if (bool && !compares) {
      this.wrong(at, `'bool' stands only behind an operator that compares, not behind '${op}'; take it away.`);
    }
    if (fill) {
      this.wrong(at, '\'fill\' is experimental, and Thanos does not know it; take it away.');
    }
    if (compares && !bool && one === 'scalar' && other === 'scalar') {
      this.wrong(at, `two scalars can be compared only by '${op} bool'.`);
    }
    if (op.endsWith('/') && op !== '/' && this.dialect.thanos) {
      this.wrong(at, `'${op}' is newer than the PromQL of ${THANOS}; write it without, or place the rule on the senders.`);
    }
    this.matching(expr, one, other);
    return one === 'scalar' && other === 'scalar' ? 'scalar' : 'instant vector';
  }

  private matching({ op, at, matching }: BinaryNode, one: ValueType, other: ValueType): void {
    const isSet = SET_OPERATORS.includes(op);
    if (isSet && (one === 'scalar' || other === 'scalar')) {
      this.wrong(at, `'${op}' stands only between two instant vectors, but a side of it is a scalar; write vector(…) around the scalar.`);
    }
    if (!matching) {
      return;
    }
    const twice = matching.on ? matching.labels.find(label => matching.include.includes(label)) : undefined;
    if (twice !== undefined) {
      this.wrong(at, `label '${twice}' must not stand in 'on' and in 'group_${matching.group}' at once; take it out of 'group_${matching.group}'.`);
    }
    if (isSet && matching.group) {
      this.wrong(at, `'group_${matching.group}' does not go with '${op}', which matches many to many; take it away.`);
    }
    if ((one === 'scalar' || other === 'scalar') && matching.labels.length > 0) {
      this.wrong(at, `'${matching.on ? 'on' : 'ignoring'}' matches two instant vectors, but a side of '${op}' is a scalar; take it away.`);
    }
  }

  private aggregate(expr: AggregateNode): ValueType {
    const { op, at, args } = expr;
    const parameter = AGGREGATIONS[op];
    const wanted: ValueType[] = parameter ? [parameter, 'instant vector'] : ['instant vector'];
    if (EXPERIMENTAL_AGGREGATIONS.includes(op) && !this.dialect.experimentalFunctions) {
      this.wrong(at, `'${op}' is experimental; set 'experimentalFunctions' where the evaluator has ${FEATURE}.`);
    }
    if (args.length !== wanted.length) {
      this.wrong(expr, `'${op}' takes ${wanted.length === 1 ? 'one argument, an instant vector' : `two arguments, ${article(wanted[0])} and an instant vector`}, but has ${args.length}.`);
      return 'instant vector';
    }
    this.argumentsOf(op, args, wanted);
    return 'instant vector';
  }

  private call(expr: CallNode): ValueType {
    const { name, at, args } = expr;
    const known = FUNCTIONS.get(name);
    if (!known) {
      this.wrong(at, `${PROMETHEUS} has no function '${name}'.`);
      return 'instant vector';
    }
    this.enabled(expr, known.experimental);
    if (args.length < known.least || args.length > known.most) {
      this.wrong(expr, `'${name}' takes ${countText(known.least, known.most)}, but has ${args.length}.`);
    }
    this.argumentsOf(name, args, known.args);
    return known.returns;
  }

  private enabled({ name, at }: CallNode, experimental: boolean): void {
    const { thanos, experimentalFunctions } = this.dialect;
    if (thanos && NEWER_THAN_THANOS.includes(name)) {
      this.wrong(at, `'${name}' is newer than the PromQL of ${THANOS}, which is that of Prometheus 3.9; write it without, or place the rule on the senders.`);
    } else if ((experimental || (thanos && EXPERIMENTAL_IN_THANOS.includes(name))) && !experimentalFunctions) {
      this.wrong(at, `'${name}' is experimental${experimental ? '' : ` in ${THANOS}`}; set 'experimentalFunctions' where the evaluator has ${FEATURE}.`);
    }
  }

  private argumentsOf(name: string, args: Expr[], types: ValueType[]): void {
    args.forEach((arg, index) => {
      const want = types[Math.min(index, types.length - 1)];
      if (name === 'info' && index === 1) {
        this.dataSelector(arg);
        return;
      }
      const type = this.typeOf(arg);
      if (want && type !== want) {
        this.wrong(arg, `'${name}' takes ${article(want)} here, but this is ${article(type)}${hint(want, type)}.`);
      }
    });
  }

  private dataSelector(arg: Expr): void {
    if (arg.kind === 'selector') {
      this.selector(arg, true);
    }
    if (arg.kind !== 'selector' || arg.name !== undefined) {
      this.wrong(arg, '\'info\' takes matchers of labels here, without a name before the braces, e.g. {version=~".+"}.');
    }
  }
}

function hint(want: ValueType, type: ValueType): string {
  if (want === 'range vector' && type === 'instant vector') {
    return '; add a range such as [5m] behind a selector, or [5m:] behind another expression';
  }
  if (want === 'instant vector' && type === 'range vector') {
    return '; take the range away, or put a function such as rate(…) around it';
  }
  return want === 'scalar' && type === 'instant vector' ? '; write a number, or scalar(…) around a single series' : '';
}

function countText(least: number, most: number): string {
  const count = (number: number) => (number === 0 ? 'no arguments' : number === 1 ? 'one argument' : `${number} arguments`);
  if (least === most) {
    return count(least);
  }
  return most === Infinity ? `at least ${count(least)}` : `${least} to ${count(most)}`;
}

function matchesEmpty(op: string, value: string): boolean {
  const matches = op.endsWith('~') ? compileRe2(value).whole?.test('') ?? false : value === '';
  return op.startsWith('!') ? !matches : matches;
}
