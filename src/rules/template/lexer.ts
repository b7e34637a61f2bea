import type { Span } from '../promql/ast';
import type { Mistake } from '../promql/drawn';

type TokenKind = 'word' | 'variable' | 'field' | 'dot' | 'string' | 'number' | 'char' | 'symbol';

export interface Token extends Span {
  readonly kind: TokenKind;
  readonly text: string;
  /** Whether it stands right behind the token before it, as `.job` in `$labels.job`. */
  readonly attached: boolean;
}

/** What stands between `{{` and `}}`. */
export interface Action extends Span {
  readonly tokens: Token[];
}

/** The actions of a template, or the first thing that is no token. */
interface Lexed {
  readonly actions: Action[];
  readonly mistake?: Mistake;
}

/** A comment must fill its action, but for the marks that take spaces away. */
const COMMENT = /^\{\{(?:-\s)?\/\*[\s\S]*?\*\/(?:\s-)?\}\}/;

const TOKENS: readonly (readonly [TokenKind, RegExp])[] = [
  ['string', /^"(?:\\.|[^"\\\n])*"|^`[^`]*`/],
  ['char', /^'(?:\\.[^'\n]*|[^'\\\n])'/],
  ['number', /^[-+]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+(?![\d.eE])|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\w.])/],
  ['variable', /^\$[\w\p{L}]*/u],
  ['field', /^\.[\p{L}_][\w\p{L}]*/u],
  ['dot', /^\./],
  ['word', /^[\p{L}_][\w\p{L}]*/u],
  ['symbol', /^:=|^[=|(),]/],
];

export function lexTemplate(text: string): Lexed {
  const actions: Action[] = [];
  for (let at = text.indexOf('{{'); at >= 0; at = text.indexOf('{{', at)) {
    const comment = COMMENT.exec(text.slice(at));
    if (comment) {
      at += comment[0].length;
      continue;
    }
    const read = lexAction(text, at);
    if ('message' in read) {
      return { actions, mistake: read };
    }
    actions.push(read);
    at = read.to;
  }
  return { actions };
}

function lexAction(text: string, from: number): Action | Mistake {
  const tokens: Token[] = [];
  let at = from + (/^\{\{-\s/.test(text.slice(from, from + 4)) ? 3 : 2);
  for (;;) {
    const space = /^\s*/.exec(text.slice(at))![0].length;
    at += space;
    const rest = text.slice(at);
    const end = /^(?:-\}\}|\}\})/.exec(rest);
    if (end && (end[0] === '}}' || space > 0)) {
      return { from, to: at + end[0].length, tokens };
    }
    if (rest === '') {
      return { from, to: from + 2, message: 'the action that begins with \'{{\' is not closed; add \'}}\'.' };
    }
    const token = TOKENS.map(([kind, pattern]) => ({ kind, found: pattern.exec(rest)?.[0] })).find(({ found }) => found !== undefined);
    if (!token) {
      return { from: at, to: at + 1, message: noToken(rest) };
    }
    const behind = rest[token.found!.length];
    if (['word', 'field', 'variable'].includes(token.kind) && behind !== undefined && !/[\s.,|:()}]/.test(behind)) {
      return { from: at + token.found!.length, to: at + token.found!.length + 1, message: `'${behind}' cannot stand right behind '${token.found}'${noOperator(behind)}.` };
    }
    tokens.push({ kind: token.kind, text: token.found!, from: at, to: at + token.found!.length, attached: space === 0 && tokens.length > 0 });
    at += token.found!.length;
  }
}

function noToken(rest: string): string {
  if (/^["'`]/.test(rest)) {
    return `the text that begins with ${rest[0]} does not end, or several characters stand in single quotes; texts stand in double quotes or backticks.`;
  }
  return `'${rest[0]}' cannot stand in an action${noOperator(rest[0])}.`;
}

const noOperator = (char: string): string => (/[-+*\/%<>=!&]/.test(char)
  ? '; templates have functions such as gt in the place of operators, numbers are computed in the expression, and a label whose name is no word is read by index $labels "name"' : '');
