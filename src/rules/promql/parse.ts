import type { AggregateNode, CallNode, Expr, Matcher, Matching, Operator, SelectorNode, Span } from './ast';
import type { Mistake } from './drawn';
import { parseTree, SyntaxNode } from './grammar';
import { parseNumber, unquote } from './literals';
import { climb, Item, Modifier } from './precedence';
import { syntaxMistake } from './syntax-mistake';

/** An expression, or what is wrong with its syntax. */
interface Parsed {
  readonly expr?: Expr;
  readonly mistakes: Mistake[];
  /** Where durations are computed, which not every evaluator knows. */
  readonly durationExpressions: Span[];
}

const PARSED = new Map<string, Parsed>();

/** Reads PromQL by the grammar that Prometheus' own editor has. */
export function parsePromql(text: string): Parsed {
  let parsed = PARSED.get(text);
  if (!parsed) {
    parsed = new Reader(text).read();
    PARSED.set(text, parsed);
  }
  return parsed;
}

/**
 * What Prometheus takes and its editor's grammar does not, in the same place: a dot behind a whole number, and functions of durations in
 * capitals.
 */
const asEditorsKnow = (text: string): string => text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`|#.*|(?<![\w.])(\d[\d_]*)\.(?![\w.])|\b(?:STEP|RANGE|MAX_OF|MIN_OF)(?=\s*\()/gi,
  (whole: string, number?: string) => (number ? `${number} ` : /^["'`#]/.test(whole) ? whole : whole.toLowerCase()));

const span = ({ from, to }: Span): Span => ({ from, to });

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') {
      found.push(child);
    }
  }
  return found;
}

const POSTFIX: Record<string, Modifier | 'matrix' | 'subquery' | undefined> = {
  MatrixSelector: 'matrix', SubqueryExpr: 'subquery', OffsetExpr: 'offset', StepInvariantExpr: '@', AnchoredExpr: 'anchored', SmoothedExpr: 'smoothed',
};

class Reader {
  private readonly mistakes: Mistake[] = [];
  private readonly durationExpressions: Span[] = [];

  constructor(private readonly text: string) {}

  public read(): Parsed {
    const tree = parseTree(asEditorsKnow(this.text));
    const mistake = syntaxMistake(this.text, tree);
    if (mistake) {
      return { mistakes: [mistake], durationExpressions: [] };
    }
    const expr = this.expr(children(tree.topNode)[0]);
    return { expr, mistakes: this.mistakes, durationExpressions: this.durationExpressions };
  }

  private textOf({ from, to }: Span): string {
    return this.text.slice(from, to);
  }

  private wrong(at: Span, message: string): void {
    this.mistakes.push({ ...span(at), message });
  }

  private expr(node: SyntaxNode): Expr {
    const items: Item[] = [];
    this.items(node, items);
    return climb(items);
  }

  /**
   * Operands and operators as they stand in the text. The editor's grammar binds what stands behind an operand, such as `offset`, to all
   * operators before it, where Prometheus binds it to the operand alone.
   */
  private items(node: SyntaxNode, into: Item[]): void {
    const parts = children(node);
    const postfix = POSTFIX[node.name];
    if (node.name === 'BinaryExpr') {
      this.items(parts[0], into);
      into.push({ binary: this.operator(parts.slice(1, -1)) });
      this.items(parts[parts.length - 1], into);
    } else if (node.name === 'UnaryExpr') {
      into.push({ unary: this.textOf(parts[0]), from: node.from });
      this.items(parts[1], into);
    } else if (node.name === 'NumberDurationLiteral' && /^[-+]/.test(this.textOf(node))) {
      into.push({ unary: this.textOf(node)[0], from: node.from }, { operand: this.number(node) });
    } else if (postfix) {
      const [range, step] = parts.slice(1).filter(({ name }) => name !== 'At' && name !== 'Offset').map(part => this.duration(part, postfix));
      this.items(parts[0], into);
      into.push({ postfix, to: node.to, range, step });
    } else {
      into.push({ operand: this.operand(node, parts) });
    }
  }

  private operand(node: SyntaxNode, parts: SyntaxNode[]): Expr {
    switch (node.name) {
      case 'NumberDurationLiteral': return this.number(node);
      case 'StringLiteral': return { kind: 'string', value: this.string(node), ...span(node) };
      case 'ParenExpr': return { kind: 'paren', expr: this.expr(parts[0]), ...span(node) };
      case 'FunctionCall': return this.call(node, parts);
      case 'AggregateExpr': return this.aggregate(node, parts);
      default: return this.selector(node, parts);
    }
  }

  private number(node: SyntaxNode): Expr {
    const text = this.textOf(node).replace(/^[-+]\s*/, '');
    const value = parseNumber(text);
    if (value === undefined) {
      this.wrong(node, `'${text}' is no number and no duration; durations have units from the largest to the smallest (y, w, d, h, m, s, ms), e.g. 1h30m.`);
    }
    const behind = /^\w+/.exec(this.text.slice(node.to));
    if (behind) {
      this.wrong({ from: node.to, to: node.to + behind[0].length }, `a space is missing between '${text}' and '${behind[0]}'.`);
    }
    return { kind: 'number', value: value ?? NaN, ...span(node) };
  }

  private string(node: SyntaxNode): string {
    const quoted = this.textOf(node);
    if (quoted.length < 2 || !quoted.endsWith(quoted[0])) {
      this.wrong(node, `the text that begins with ${quoted[0]} does not end; close it with ${quoted[0]} on the same line.`);
      return '';
    }
    const { value, problem } = unquote(quoted);
    if (problem) {
      this.wrong({ from: node.from + problem.at, to: node.from + problem.at + problem.length }, `${problem.message}.`);
    }
    return value;
  }

  /** Seconds of a range, a step or an offset; nothing for an expression of durations. */
  private duration(node: SyntaxNode, use: string): number | undefined {
    const text = this.textOf(node);
    if (use === '@') {
      if (/inf|nan/i.test(text)) {
        this.wrong(node, `'@' takes seconds since 1970, start() or end(), but not ${text}.`);
      }
      return undefined;
    }
    const literal = /^([-+]?)\s*([\d.][\w.]*(?:(?<=[eE])[-+]\d+)?|inf|nan)$/i.exec(text);
    if (!literal) {
      this.durationExpressions.push(span(node));
      if (/[/%]\s*0+(\.0*)?(y|w|d|h|ms?|s)?(?![\w.])/.test(text)) {
        this.wrong(node, `'${text}' divides by zero.`);
      }
      return undefined;
    }
    const value = parseNumber(literal[2]);
    if (value === undefined || !(value < 2 ** 63 / 1e9)) {
      this.wrong(node, `'${text}' is no duration; units stand from the largest to the smallest (y, w, d, h, m, s, ms), e.g. 1h30m.`);
    } else if (use !== 'offset' && (value <= 0 || literal[1] === '-')) {
      this.wrong(node, `the duration '${text}' must be greater than 0.`);
    }
    return literal[1] === '-' ? -(value ?? NaN) : value;
  }

  private operator(parts: SyntaxNode[]): Operator {
    const [sign, ...rest] = parts;
    const clause = rest.find(({ name }) => name === 'MatchingModifierClause');
    return {
      op: this.textOf(sign).toLowerCase(),
      at: span(sign),
      bool: rest.some(({ name }) => name === 'BoolModifier'),
      fill: rest.some(({ name }) => name === 'FillModifier'),
      matching: clause && this.matching(children(clause)),
    };
  }

  private matching([keyword, labels, group, include]: SyntaxNode[]): Matching {
    return {
      on: keyword.name === 'On',
      labels: this.labels(labels),
      group: group && (group.name === 'GroupLeft' ? 'left' : 'right'),
      include: include ? this.labels(include) : [],
    };
  }

  private labels(node: SyntaxNode): string[] {
    return children(node).map(label => {
      const name = label.name === 'QuotedLabelName' ? this.string(label) : this.textOf(label);
      if (name === '' || (label.name === 'LabelName' && /^(inf|nan|without)$/i.test(name))) {
        this.wrong(label, name === '' ? 'the name of a label must not be empty.' : `'${name}' is a word of PromQL's own; as a name of a label, write "${name}" in quotes.`);
      }
      return name;
    });
  }

  private call(node: SyntaxNode, [name, body]: SyntaxNode[]): CallNode {
    return { kind: 'call', name: this.textOf(name), at: span(name), args: children(body).map(arg => this.expr(arg)), ...span(node) };
  }

  private aggregate(node: SyntaxNode, parts: SyntaxNode[]): AggregateNode {
    const clause = parts.find(({ name }) => name === 'AggregateModifier');
    const [keyword, labels] = clause ? children(clause) : [];
    return {
      kind: 'aggregate',
      op: this.textOf(parts[0]).toLowerCase(),
      at: span(parts[0]),
      ...keyword && { [keyword.name === 'By' ? 'by' : 'without']: this.labels(labels) },
      args: children(parts.find(({ name }) => name === 'FunctionCallBody')!).map(arg => this.expr(arg)),
      ...span(node),
    };
  }

  private selector(node: SyntaxNode, parts: SyntaxNode[]): SelectorNode {
    const identifier = parts.find(({ name }) => name === 'Identifier');
    const braces = parts.find(({ name }) => name === 'LabelMatchers');
    return {
      kind: 'selector',
      name: identifier && this.textOf(identifier),
      matchers: braces ? children(braces).map(matcher => this.matcher(matcher)) : [],
      ...span(node),
    };
  }

  private matcher(node: SyntaxNode): Matcher {
    if (node.name === 'QuotedLabelName') {
      return { label: '__name__', op: '=', value: this.string(node), ...span(node) };
    }
    const [label, op, value] = children(node);
    return {
      label: label.name === 'QuotedLabelName' ? this.string(label) : this.textOf(label),
      op: this.textOf(op) as Matcher['op'],
      value: this.string(value),
      ...span(node),
    };
  }
}
