import type { Expr } from './ast';
import { checkTypes, Dialect } from './check-types';
import type { Mistake } from './drawn';
import { THANOS } from './functions';
import { parsePromql } from './parse';

/** An expression that was looked at; without mistakes, there is a tree. */
interface Judged {
  readonly expr?: Expr;
  readonly mistakes: Mistake[];
}

/** Reads PromQL, and finds all that its evaluator would refuse. */
export function judgePromql(text: string, dialect: Dialect): Judged {
  const { expr, mistakes, durationExpressions } = parsePromql(text);
  if (!expr) {
    return { mistakes };
  }
  const computed = dialect.thanos ? durationExpressions.map(at =>
    ({ ...at, message: `'${text.slice(at.from, at.to)}' computes a duration, which the PromQL of ${THANOS} does not know; write it as one, e.g. 5m.` })) : [];
  return { expr, mistakes: [...mistakes, ...computed, ...checkTypes(expr, dialect)].sort((a, b) => a.from - b.from) };
}
