/** Where something stands in the text of an expression. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Matcher extends Span {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

interface NumberNode extends Span {
  readonly kind: 'number';
  readonly value: number;
}

interface StringNode extends Span {
  readonly kind: 'string';
  readonly value: string;
}

/** Series by name and labels, as they are at one time. A name that stands in the braces is among the matchers too. */
export interface SelectorNode extends Span {
  readonly kind: 'selector';
  readonly name?: string;
  readonly matchers: Matcher[];
}

/** `[5m]`; without `range`, its length is an expression. */
export interface MatrixNode extends Span {
  readonly kind: 'matrix';
  readonly expr: Expr;
  readonly range?: number;
}

/** `[1h:5m]`. */
interface SubqueryNode extends Span {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly range?: number;
  readonly step?: number;
}

/** `offset 5m`, `@ end()`, `smoothed`, `anchored`. */
export interface ModifierNode extends Span {
  readonly kind: 'modifier';
  readonly modifier: 'offset' | '@' | 'smoothed' | 'anchored';
  readonly expr: Expr;
}

interface ParenNode extends Span {
  readonly kind: 'paren';
  readonly expr: Expr;
}

interface UnaryNode extends Span {
  readonly kind: 'unary';
  readonly op: string;
  readonly expr: Expr;
}

/** `on (…) group_left (…)`. */
export interface Matching {
  readonly on: boolean;
  readonly labels: string[];
  readonly group?: 'left' | 'right';
  readonly include: string[];
}

/** What stands between the two sides of a binary operator. */
export interface Operator {
  readonly op: string;
  /** Of the operator itself. */
  readonly at: Span;
  readonly bool: boolean;
  readonly fill: boolean;
  readonly matching?: Matching;
}

export interface BinaryNode extends Span, Operator {
  readonly kind: 'binary';
  readonly left: Expr;
  readonly right: Expr;
}

export interface AggregateNode extends Span {
  readonly kind: 'aggregate';
  readonly op: string;
  /** Of the operator itself. */
  readonly at: Span;
  readonly by?: string[];
  readonly without?: string[];
  readonly args: Expr[];
}

export interface CallNode extends Span {
  readonly kind: 'call';
  readonly name: string;
  /** Of the name. */
  readonly at: Span;
  readonly args: Expr[];
}

/** An expression, as its text says it. */
export type Expr = NumberNode | StringNode | SelectorNode | MatrixNode | SubqueryNode | ModifierNode | ParenNode | UnaryNode | BinaryNode
  | AggregateNode | CallNode;

/** The expressions that an expression is made of. */
export function childrenOf(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'binary': return [expr.left, expr.right];
    case 'aggregate':
    case 'call': return expr.args;
    case 'number':
    case 'string':
    case 'selector': return [];
    default: return [expr.expr];
  }
}

/** An expression and all that it is made of, each before what it is made of. */
export function nodesOf(expr: Expr): Expr[] {
  const found: Expr[] = [];
  // A row of operands is a tree as deep: to join arrays at each of its levels would take the square of its length.
  const open = [expr];
  for (let node = open.pop(); node; node = open.pop()) {
    found.push(node);
    open.push(...[...childrenOf(node)].reverse());
  }
  return found;
}

/** The series that a selector names, before its braces or in them. */
export const seriesOf = ({ name, matchers }: SelectorNode): string | undefined => name ?? matchers.find(({ label, op }) => label === '__name__' && op === '=')?.value;

/** What is said of an expression, found once for each part of a tree: what asks at each level would walk all below it again. */
export function ofEach<T>(find: (expr: Expr) => T): (expr: Expr) => T {
  const found = new WeakMap<Expr, { readonly value: T }>();
  return expr => {
    const known = found.get(expr) ?? { value: find(expr) };
    found.set(expr, known);
    return known.value;
  };
}

/** What parentheses and modifiers stand around. */
export const bare = (expr: Expr): Expr => (expr.kind === 'paren' || expr.kind === 'modifier' ? bare(expr.expr) : expr);

export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];
export const SET_OPERATORS = ['and', 'or', 'unless'];
