import { shown } from '../core/fields';
import { compileRe2 } from '../core/re2';

/** How a matcher compares. */
type MatchOperator = '=' | '!=' | '=~' | '!~';

/** The parts of a matcher. */
interface Parts {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/**
 * What one label of an alert must be, for a route, an inhibition or a silence. A label that an alert lacks counts as empty.
 * Regular expressions are of RE2 and match the whole value.
 */
export class Matcher {
  /** The label has this value. */
  public static equal(label: string, value: string): Matcher {
    return new Matcher({ label, operator: '=', value });
  }

  /** The label has another value, or none. */
  public static notEqual(label: string, value: string): Matcher {
    return new Matcher({ label, operator: '!=', value });
  }

  /** The whole of the label's value matches. */
  public static matches(label: string, regex: string): Matcher {
    return new Matcher({ label, operator: '=~', value: regex });
  }

  /** The label's value does not match. */
  public static notMatches(label: string, regex: string): Matcher {
    return new Matcher({ label, operator: '!~', value: regex });
  }

  /** One matcher as Alertmanager writes it, e.g. `severity="critical"` or `team=~"db|search"`. */
  public static of(text: string): Matcher {
    const { parts, problem } = parseMatchers(text);
    if (problem) {
      return new Matcher(undefined, problem);
    }
    return parts.length === 1 ? new Matcher(parts[0]) : new Matcher(undefined, `must be one matcher, but ${shown(text)} has ${parts.length}; for several there is Matcher.parse(…)`);
  }

  /** Several matchers as Alertmanager writes them, all of which must hold, e.g. `{severity="critical", team=~"db|search"}`. */
  public static parse(text: string): Matcher[] {
    const { parts, problem } = parseMatchers(text);
    return problem ? [new Matcher(undefined, problem)] : parts.map(each => new Matcher(each));
  }

  /** Name of the label. */
  public readonly label: string;
  /** Value or regular expression. */
  public readonly value: string;
  /** @internal */
  public readonly _operator: MatchOperator;
  /** What is wrong with it, as the second half of a sentence. @internal */
  public readonly _problem?: string;
  private readonly regex?: RegExp;

  private constructor(parts: Parts | undefined, problem?: string) {
    const { label, operator, value } = parts ?? { label: '', operator: '=', value: '' } as const;
    this.label = label;
    this.value = value;
    this._operator = operator;
    this._problem = problem ?? problemOf(label, value);
    if (!this._problem && this.isRegex) {
      const compiled = compileRe2(value);
      this.regex = compiled.whole;
      this._problem = compiled.problem && `must be a matcher that Alertmanager takes, but the expression of ${this.toString()} ${compiled.problem}`;
    }
  }

  /** As Alertmanager writes it, e.g. `severity="critical"`. */
  public toString(): string {
    return `${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(this.label) ? this.label : quoted(this.label)}${this._operator}${quoted(this.value)}`;
  }

  /** Whether a value of the label passes; an empty text stands for none. @internal */
  public _passes(value: string): boolean {
    const found = this.isRegex ? this.regex!.test(value) : value === this.value;
    return found !== this.isNegative;
  }

  /** @internal */
  public get _values(): string[] | undefined {
    if (this.isNegative) {
      return undefined;
    }
    return this.isRegex ? literalsOf(this.value) : [this.value];
  }

  private get isRegex(): boolean {
    return this._operator === '=~' || this._operator === '!~';
  }

  private get isNegative(): boolean {
    return this._operator.startsWith('!');
  }
}

function problemOf(label: unknown, value: unknown): string | undefined {
  if (typeof label !== 'string' || label === '') {
    return `must name a label, but names ${shown(label)}`;
  }
  return typeof value === 'string' ? undefined : `must compare '${label}' with a text, but compares it with ${shown(value)}`;
}

/** Escapes that both of Alertmanager's parsers, the one for UTF-8 and the classic one, read alike. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;

/** The values that an expression of plain alternatives allows: `a|b`; nothing for any other. */
function literalsOf(regex: string): string[] | undefined {
  const inner = /^\((?:\?:)?([^()]*)\)$/.exec(regex)?.[1] ?? regex;
  return /^(?:[^\\^$.|?*+()[\]{}]|\\[^0-9A-Za-z]|\|)*$/.test(inner) && !/\\\|/.test(inner)
    ? inner.split('|').map(each => each.replace(/\\(.)/g, '$1')) : undefined;
}

// Alertmanager 0.34, matcher/parse/lexer.go: what may stand without quotes.
const TOKEN = /\s*(?:([{},])|(=~|!~|!=|=)|("(?:[^"\\\n]|\\.)*")|([^\s{}!=~,\\"'`]+))/uy;

/** Takes matchers as Alertmanager's parser for UTF-8 does; what only its classic parser takes must be quoted, which both read. */
function parseMatchers(text: unknown): { parts: Parts[]; problem?: string } {
  const refused = (why: string) => ({ parts: [], problem: `must be matchers as Alertmanager writes them, e.g. severity="critical", but ${shown(text)} ${why}` });
  if (typeof text !== 'string') {
    return { parts: [], problem: `must be a text such as severity="critical", but is ${shown(text)}` };
  }
  const tokens = tokensOf(text.trim());
  if (!tokens) {
    return refused('has a character that must stand in double quotes, or a quote that is not closed');
  }
  if ((tokens[0] === '{') !== (tokens.at(-1) === '}')) {
    return refused('has only one of the two braces');
  }
  const list = tokens[0] === '{' ? tokens.slice(1, -1) : tokens;
  const parts: Parts[] = [];
  for (let at = 0; at < list.length; at += 4) {
    const [label, operator, value, comma = ','] = list.slice(at, at + 4);
    if (!isText(label) || !/^(=~|!~|!=|=)$/.test(operator ?? '') || !isText(value) || comma !== ',') {
      return refused('is no list of label, operator (=, !=, =~, !~) and value with commas between them');
    }
    parts.push({ label: unquoted(label), operator: operator as MatchOperator, value: unquoted(value) });
  }
  return { parts };
}

function tokensOf(text: string): string[] | undefined {
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
    const match = TOKEN.exec(text);
    if (!match) {
      return undefined;
    }
    tokens.push(match.slice(1).find(part => part !== undefined)!);
  }
  return tokens;
}

const isText = (token: string | undefined): token is string => token !== undefined && !/^([{},]|=~|!~|!=|=)$/.test(token);

/** Where Alertmanager's two parsers read an escape differently, it goes by the classic one, for which `"a\.b"` has its backslash. */
function unquoted(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, (whole, char: string) => ({ 'n': '\n', '"': '"', '\\': '\\' }[char] ?? whole)) : token;
}
