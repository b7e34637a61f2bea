import type { Span } from './ast';
import type { Mistake } from './drawn';
import { AGGREGATIONS, FUNCTIONS, PROMETHEUS } from './functions';
import type { SyntaxNode, Tree } from './grammar';
import { nearest } from '../nearest';

/** What a text shows at the place where the grammar is at its end. The first row whose pattern matches speaks. */
const EXPLANATIONS: readonly { readonly before?: RegExp; readonly at: RegExp; readonly says: (found: RegExpExecArray) => string }[] = [
  { at: /^\$?\{?\$\{?__?\w+\}?|^\$\w+/, says: ([name]) => `'${name}' is a variable of Grafana, or a threshold that 'thresholds' does not have; a rule needs a text that is complete.` },
  { at: /^(&&|\|\|)/, says: ([op]) => `'${op}' is no operator of PromQL; write '${op === '&&' ? 'and' : 'or'}'.` },
  { before: /=\s*$/, at: /^=/, says: () => 'labels are matched by \'=\', \'!=\', \'=~\' or \'!~\'; write \'=\'.' },
  { before: /\d(ms|[ywdhms])$/, at: /^\d+(ms|[ywdhms])\b/, says: ([part]) => `'${part}' cannot follow here: the units of a duration stand from the largest to the smallest (y, w, d, h, m, s, ms), e.g. 1h30m.` },
  { at: /^=(?![=~])/, says: () => '\'=\' stands only in the braces of a selector; to compare, write \'==\'.' },
  { at: /^=~|^!~/, says: ([op]) => `'${op}' stands only in the braces of a selector, behind the name of a label.` },
  { before: /[=~]\s*$/, at: /^[A-Za-z0-9_.]+/, says: ([value]) => `the value of a label must be a quoted text; write "${value}".` },
  { before: /,\s*$/, at: /^\)/, says: () => 'an argument is missing behind the comma; take the comma away.' },
  { before: /\[\s*$/, at: /^\]/, says: () => 'the range has no duration; write one, e.g. [5m].' },
  { at: /^\)/, says: () => 'a \')\' has no \'(\', or something is missing before it.' },
  { at: /^\}/, says: () => 'a \'}\' has no \'{\', or something is missing before it.' },
  { at: /^\]/, says: () => 'a \']\' has no \'[\', or something is missing before it.' },
  { at: /^[“”‘’]/, says: ([quote]) => `'${quote}' is a typographic quotation mark; write " or '.` },
  { at: /^(by|without|on|ignoring|group_left|group_right|offset|bool)\b/i, says: ([word]) => `'${word}' cannot stand here: ${KEYWORDS[word.toLowerCase()]}.` },
  { before: /^$|[-+*\/%^<>=,(]\s*$|\b(and|or|unless|atan2|bool)\s*$/i, at: /^[\w:]+|^[\s\S]/, says: ([found]) => `'${found}' cannot stand here; a value was expected.` },
  { at: /^[\w:]+|^[\s\S]/, says: ([found]) => `'${found}' cannot stand here; an operator or the end of the expression was expected.` },
];

const KEYWORDS: Record<string, string> = {
  by: '\'by (…)\' stands behind an aggregation such as sum, or behind its parentheses',
  without: '\'without (…)\' stands behind an aggregation such as sum, or behind its parentheses',
  on: '\'on (…)\' stands behind an operator between two vectors',
  ignoring: '\'ignoring (…)\' stands behind an operator between two vectors',
  group_left: '\'group_left\' stands behind \'on (…)\' or \'ignoring (…)\'',
  group_right: '\'group_right\' stands behind \'on (…)\' or \'ignoring (…)\'',
  offset: '\'offset\' stands behind a selector or a subquery, with a duration behind it',
  bool: '\'bool\' stands behind an operator that compares',
};

const OPENED: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** The first place at which the grammar has no way on, and why. */
export function syntaxMistake(text: string, tree: Tree): Mistake | undefined {
  if (text.replace(/#.*/g, '').trim() === '') {
    return { from: 0, to: text.length, message: 'there is no expression; write PromQL, e.g. up == 0.' };
  }
  const large = tooLarge(text, tree);
  const error = large ? undefined : firstError(tree.topNode);
  return large ?? (error && (unterminated(text) ?? unknownFunction(text) ?? unclosed(text, error) ?? explained(text, error)));
}

/**
 * What an expression may have, so that its tree can be walked down: an operator of a row stands within the next. Lezer cuts a tree where 2,800
 * symbols wait for the rest of it, of which an aggregation has five, and V8's stack ended between 3,000 and 4,000 operators.
 */
const OPERATORS_MOST = 2000;
const BRACKETS_DEEPEST = 200;

function tooLarge(text: string, tree: Tree): Mistake | undefined {
  let operators = 0;
  tree.iterate({ enter: ({ name }) => { operators += name === 'BinaryExpr' || name === 'UnaryExpr' ? 1 : 0; } });
  let [open, deepest] = [0, 0];
  for (const char of withoutTexts(text)) {
    open += char in OPENED ? 1 : ')]}'.includes(char) ? -1 : 0;
    deepest = Math.max(deepest, open);
  }
  const whole = { from: 0, to: text.length };
  if (deepest > BRACKETS_DEEPEST) {
    return { ...whole, message: `the expression has ${deepest} brackets within each other, but at most ${BRACKETS_DEEPEST} are read; record parts of it by rules of their own.` };
  }
  return operators > OPERATORS_MOST ? { ...whole, message: `the expression has ${operators} operators, but at most ${OPERATORS_MOST} are read; match several values in one selector (=~"a|b"), or record parts of it by rules of their own.` } : undefined;
}

function firstError(node: SyntaxNode): Span | undefined {
  if (node.type.isError) {
    return { from: node.from, to: node.to };
  }
  for (let child = node.firstChild; child; child = child.nextSibling) {
    const found = firstError(child);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** Spaces in the place of what quoted texts and comments say, so that the rest can be looked at. */
const withoutTexts = (text: string): string =>
  text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`|#.*/g, whole => (whole[0] === '#' ? ' '.repeat(whole.length) : whole[0] + '_'.repeat(whole.length - 2) + whole[0]));

function unterminated(text: string): Mistake | undefined {
  const closed = text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`|#.*/g, whole => ' '.repeat(whole.length));
  const from = closed.search(/["'`]/);
  return from < 0 ? undefined : { from, to: text.length, message: `the text that begins with ${text[from]} does not end; close it with ${text[from]} on the same line.` };
}

const NO_FUNCTIONS = new Set([...Object.keys(KEYWORDS), 'and', 'or', 'unless', 'atan2', 'fill', 'fill_left', 'fill_right', 'start', 'end', 'step', 'range', 'max_of', 'min_of']);

function unknownFunction(text: string): Mistake | undefined {
  for (const call of withoutTexts(text).matchAll(/(?<![\w:.])([A-Za-z_:][\w:]*)\s*\(/g)) {
    const [, name] = call;
    const list = /\b(by|without|on|ignoring|group_left|group_right)\s*\((?:\s*\w+\s*,)*\s*$/i.exec(withoutTexts(text).slice(0, call.index));
    if (list) {
      return { from: call.index, to: call.index + name.length, message: `the '(' behind '${list[1]}' is not closed; add a ')' behind '${name}'.` };
    }
    if (!FUNCTIONS.has(name) && !(name.toLowerCase() in AGGREGATIONS) && !NO_FUNCTIONS.has(name.toLowerCase())) {
      const hint = nearest(name, [...FUNCTIONS.keys(), ...Object.keys(AGGREGATIONS)]);
      return { from: call.index, to: call.index + name.length, message: `${PROMETHEUS} has no function '${name}'; ${hint ? `did you mean '${hint}'?` : 'see its documentation for those that there are.'}` };
    }
  }
  return undefined;
}

/** A bracket that is open where the text ends. */
function unclosed(text: string, error: Span): Mistake | undefined {
  const open: number[] = [];
  const bare = withoutTexts(text);
  for (let at = 0; at < bare.length; at++) {
    if (bare[at] in OPENED) {
      open.push(at);
    } else if (')]}'.includes(bare[at]) && OPENED[bare[open.pop() ?? -1]] !== bare[at]) {
      return undefined;
    }
  }
  const from = open.pop();
  return from === undefined || error.from < bare.trimEnd().length ? undefined
    : { from, to: from + 1, message: `the '${text[from]}' is not closed; add the '${OPENED[text[from]]}' that belongs to it.` };
}

function explained(text: string, error: Span): Mistake {
  const before = text.slice(0, error.from);
  const rest = text.slice(error.from);
  const skipped = /^(\s|#.*)*/.exec(rest)![0].length;
  const from = error.from + skipped;
  const there = rest.slice(skipped);
  if (there === '') {
    const end = before.trimEnd().length;
    return { from: end, to: end + 1, message: 'something is missing where the expression ends.' };
  }
  const row = EXPLANATIONS.find(each => (each.before?.test(before) ?? true) && each.at.test(there))!;
  const found = row.at.exec(there)!;
  return { from, to: from + found[0].length, message: row.says(found) };
}
