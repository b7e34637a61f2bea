/** An expression as JavaScript runs it, or why Go does not take it. */
interface Compiled {
  /** Matches whole texts, as matchers and relabeling do. */
  readonly whole?: RegExp;
  /** What is wrong, as the second half of a sentence that begins with the expression. */
  readonly problem?: string;
}

/** Flags of RE2 that hold in a part of an expression. */
interface Flags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
}

class Refused extends Error {}

/** Most repetitions that Go allows. */
const MOST_REPEATS = 1000;

const PERL: Record<string, string> = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' };
const CONTROL: Record<string, number> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const POSIX: Record<string, string> = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7F', blank: '\\t ', cntrl: '\\x00-\\x1F\\x7F', digit: '0-9', graph: '!-~', lower: 'a-z',
  print: ' -~', punct: '!-\\/:-@\\[-`\\{-~', space: '\\t\\n\\v\\f\\r ', upper: 'A-Z', word: '0-9A-Za-z_', xdigit: '0-9A-Fa-f',
};

const COMPILED = new Map<string, Compiled>();

/**
 * Takes an expression of RE2, Go's, which Prometheus, Thanos and Alertmanager anchor at both ends. JavaScript has another syntax, so
 * it is translated: look-around and back-references are refused, flags, POSIX classes and `\z` understood. Folding of case knows what
 * JavaScript's upper and lower case know. Go, regexp/syntax.
 */
export function compileRe2(expression: string): Compiled {
  const known = COMPILED.get(expression) ?? compile(expression);
  COMPILED.set(expression, known);
  return known;
}

function compile(expression: string): Compiled {
  try {
    return { whole: new RegExp(`^(?:${new Translation(expression).result})$`, 'u') };
  } catch (error) {
    // JavaScript refuses what is left: a class that Unicode does not have.
    const words = error instanceof Refused ? error.message : 'it names a class that Unicode does not have';
    return { problem: `is no valid RE2: ${words}` };
  }
}

const hex = (code: number): string => `\\u{${code.toString(16)}}`;

class Translation {
  public readonly result: string;
  private readonly text: string[];
  private at = 0;

  constructor(expression: string) {
    this.text = [...expression];
    this.result = this.alternatives({ ignoreCase: false, multiLine: false, dotAll: false });
    if (this.at < this.text.length) {
      throw new Refused('a \')\' has no \'(\'');
    }
  }

  private get next(): string | undefined {
    return this.text[this.at];
  }

  private take(): string {
    return this.text[this.at++];
  }

  private takeIf(pattern: RegExp): RegExpExecArray | undefined {
    const match = pattern.exec(this.text.slice(this.at).join(''));
    if (match) {
      this.at += [...match[0]].length;
    }
    return match ?? undefined;
  }

  /** Up to the end of the group. */
  private alternatives(outer: Flags): string {
    let flags = outer;
    let written = '';
    let repeatable = false;
    while (this.next !== undefined && this.next !== ')') {
      const set = this.takeIf(/^\(\?([imsU]*)(?:-([imsU]+))?\)/);
      if (set) {
        flags = changed(flags, set);
      } else if (this.next === '|') {
        written += this.take();
        repeatable = false;
      } else if (this.repeats()) {
        written += this.repetition(repeatable);
        repeatable = false;
      } else {
        written += this.atom(flags);
        repeatable = true;
      }
    }
    return written;
  }

  private repeats(): boolean {
    return /^[*+?]$/.test(this.next!) || /^\{\d+(,\d*)?\}/.test(this.text.slice(this.at, this.at + 20).join(''));
  }

  private repetition(repeatable: boolean): string {
    const [operator, low, , high] = this.takeIf(/^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/)!;
    if (!repeatable) {
      throw new Refused(`there is nothing that '${operator}' could repeat`);
    }
    if (Number(low) > MOST_REPEATS || Number(high) > MOST_REPEATS) {
      throw new Refused(`'${operator}' repeats more than ${MOST_REPEATS} times`);
    }
    return operator;
  }

  private atom(flags: Flags): string {
    const char = this.take();
    switch (char) {
      case '(': return this.group(flags);
      case '[': return this.characterClass(flags);
      case '.': return flags.dotAll ? '[^]' : '[^\\n]';
      case '^': return flags.multiLine ? '(?:(?<![^\\n]))' : '(?:^)';
      case '$': return flags.multiLine ? '(?:(?![^\\n]))' : '(?:$)';
      case '\\': return this.escape(flags);
      default: return literal(char, flags);
    }
  }

  private group(flags: Flags): string {
    const scoped = this.takeIf(/^\?([imsU]*)(?:-([imsU]+))?:/);
    const name = scoped ? undefined : this.takeIf(/^\?P?<(\w+)>/);
    if (!scoped && !name && this.next === '?') {
      throw new Refused('it has look-around, or another group that begins with \'(?\', which RE2 does not know');
    }
    const inner = this.alternatives(scoped ? changed(flags, scoped) : flags);
    if (this.next === undefined) {
      throw new Refused('a \'(\' has no \')\'');
    }
    this.take();
    return `(?:${inner})`;
  }

  private escape(flags: Flags): string {
    const char = this.take();
    if (char === undefined) {
      throw new Refused('it ends with a backslash');
    }
    if (char === 'Q') {
      const quoted = this.takeIf(/^([\s\S]*?)(?:\\E|$)/)![1];
      return `(?:${[...quoted].map(each => literal(each, flags)).join('')})`;
    }
    if (/[AzbB]/.test(char)) {
      return `(?:${{ A: '^', z: '$', b: '\\b', B: '\\B' }[char]!})`;
    }
    const set = this.set(char);
    return set === undefined ? literal(this.escaped(char), flags) : `[${set}]`;
  }

  /** The members of a class that is written as an escape. */
  private set(char: string): string | undefined {
    if (/[dws]/.test(char)) {
      return PERL[char];
    }
    if (/[DWS]/.test(char)) {
      // As a class inside of a class JavaScript has only those of its own, of which \s has more members than Go's.
      return { D: '\\D', W: '\\W', S: '\\0-\\x08\\x0B\\x0E-\\x1F!-\\u{10FFFF}' }[char];
    }
    if (/[pP]/.test(char)) {
      const name = this.takeIf(/^(?:\{(\^?)(\w+)\}|()(\w))/);
      if (!name) {
        throw new Refused(`'\\${char}' names no class`);
      }
      const negated = (char === 'P') !== ((name[1] ?? '') === '^');
      const property = name[2] ?? name[4];
      return `\\${negated ? 'P' : 'p'}{${property.length > 2 ? `Script=${property}` : property}}`;
    }
    return undefined;
  }

  /** The character that an escape stands for. */
  private escaped(char: string): string {
    if (char in CONTROL) {
      return String.fromCodePoint(CONTROL[char]);
    }
    if (char === 'x') {
      const code = this.takeIf(/^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/);
      if (code && parseInt(code[1] ?? code[2], 16) <= 0x10ffff) {
        return String.fromCodePoint(parseInt(code[1] ?? code[2], 16));
      }
    } else if (/[0-7]/.test(char)) {
      const octal = this.takeIf(char === '0' ? /^[0-7]{0,2}/ : /^[0-7]{1,2}/);
      if (octal) {
        return String.fromCodePoint(parseInt(char + octal[0], 8));
      }
    } else if (/[\x00-\x7f]/.test(char) && !/[0-9A-Za-z]/.test(char)) {
      return char;
    }
    throw new Refused(/[1-9]/.test(char) ? `it has the back-reference '\\${char}', which RE2 does not know` : `RE2 does not know '\\${char}'`);
  }

  private characterClass(flags: Flags): string {
    const negated = this.takeIf(/^\^/) ? '^' : '';
    let members = '';
    for (let first = true; first || this.next !== ']'; first = false) {
      if (this.next === undefined) {
        throw new Refused('a \'[\' has no \']\'');
      }
      members += this.member(flags);
    }
    this.take();
    return `[${negated}${members}]`;
  }

  private member(flags: Flags): string {
    const posix = this.takeIf(/^\[:(\^?)(\w+):\]/);
    if (posix) {
      return this.posix(posix, flags);
    }
    const first = this.take();
    const char = first === '\\' ? this.take() ?? '' : first;
    const set = first === '\\' ? this.set(char) : undefined;
    if (set !== undefined) {
      return set;
    }
    const from = first === '\\' ? this.escaped(char) : first;
    if (this.next !== '-' || this.text[this.at + 1] === ']' || this.text[this.at + 1] === undefined) {
      return folded(from, from, flags);
    }
    this.take();
    const to = this.take();
    return folded(from, to === '\\' ? this.escaped(this.take() ?? '') : to, flags);
  }

  private posix([, negated, name]: RegExpExecArray, { ignoreCase }: Flags): string {
    const members = ignoreCase && /lower|upper/.test(name) ? POSIX.alpha : POSIX[name];
    if (members === undefined) {
      throw new Refused(`RE2 does not know the class [:${name}:]`);
    }
    if (negated) {
      throw new Refused(`the class [:^${name}:] is not understood here; write [^[:${name}:]]`);
    }
    return members;
  }
}

function changed(flags: Flags, [, on = '', off = '']: RegExpExecArray): Flags {
  const value = (letter: string, before: boolean) => (on.includes(letter) || before) && !off.includes(letter);
  return { ignoreCase: value('i', flags.ignoreCase), multiLine: value('m', flags.multiLine), dotAll: value('s', flags.dotAll) };
}

function literal(char: string, { ignoreCase }: Flags): string {
  const code = hex(char.codePointAt(0)!);
  return ignoreCase ? `[${code}${folds(char).map(other => hex(other.codePointAt(0)!)).join('')}]` : code;
}

const folds = (char: string): string[] => [char.toLowerCase(), char.toUpperCase()].filter(other => other !== char && [...other].length === 1);

/** A range of a class, with the other case of what is in it. */
function folded(low: string, high: string, { ignoreCase }: Flags): string {
  const [from, to] = [low.codePointAt(0)!, high.codePointAt(0)!];
  if (from > to) {
    throw new Refused(`the range '${low}-${high}' is out of order`);
  }
  const range = from === to ? hex(from) : `${hex(from)}-${hex(to)}`;
  if (!ignoreCase) {
    return range;
  }
  // Beyond this many, JavaScript's own folding would be needed; ranges of that size have both cases in them.
  const others = to - from < 1000 ? Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)).flatMap(folds) : [];
  return range + others.map(other => hex(other.codePointAt(0)!)).join('');
}
