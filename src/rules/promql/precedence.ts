import type { Expr, ModifierNode, Operator } from './ast';

export type Modifier = ModifierNode['modifier'];

interface Operand {
  readonly operand: Expr;
}

interface Prefix {
  readonly unary: string;
  readonly from: number;
}

interface Infix {
  readonly binary: Operator;
}

interface Postfix {
  readonly postfix: Modifier | 'matrix' | 'subquery';
  readonly to: number;
  readonly range?: number;
  readonly step?: number;
}

/** An operand or operator, as they stand in a text one behind the other. */
export type Item = Operand | Prefix | Infix | Postfix;

/** From the weakest; Prometheus, promql/parser/generated_parser.y. */
const LEVELS = [['or'], ['and', 'unless'], ['==', '>=', '>', '<=', '<', '!=', '</', '>/'], ['+', '-'], ['*', '/', '%', 'atan2'], ['^']];
const UNARY_LEVEL = LEVELS.findIndex(level => level.includes('*'));
const POWER_LEVEL = LEVELS.length - 1;

const levelOf = ({ op }: Operator): number => LEVELS.findIndex(level => level.includes(op));

/** The tree of a row of operands and operators, by Prometheus' precedence. */
export function climb(items: Item[]): Expr {
  let next = 0;

  function operand(): Expr {
    const item = items[next++];
    if ('unary' in item) {
      const expr = binary(UNARY_LEVEL + 1);
      return { kind: 'unary', op: item.unary, expr, from: item.from, to: expr.to };
    }
    let expr = (item as Operand).operand;
    for (let behind = items[next]; behind && 'postfix' in behind; behind = items[++next]) {
      expr = applied(expr, behind);
    }
    return expr;
  }

  function binary(least: number): Expr {
    let left = operand();
    for (let item = items[next]; item && 'binary' in item && levelOf(item.binary) >= least; item = items[next]) {
      next++;
      const level = levelOf(item.binary);
      // Powers are taken from the right.
      const right = binary(level === POWER_LEVEL ? level : level + 1);
      left = { kind: 'binary', ...item.binary, left, right, from: left.from, to: right.to };
    }
    return left;
  }

  return binary(0);
}

function applied(expr: Expr, { postfix, range, step, to }: Postfix): Expr {
  const { from } = expr;
  switch (postfix) {
    case 'matrix': return { kind: 'matrix', expr, range, from, to };
    case 'subquery': return { kind: 'subquery', expr, range, step, from, to };
    default: return { kind: 'modifier', modifier: postfix, expr, from, to };
  }
}
