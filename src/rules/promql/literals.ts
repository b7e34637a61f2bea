/** Prometheus' durations: units from the largest to the smallest, each at most once. */
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS = [365 * 86_400, 7 * 86_400, 86_400, 3600, 60, 1, 0.001];

/** What Go's durations hold, in seconds. */
const LONGEST = 2 ** 63 / 1e9;

/** Seconds of a duration in Prometheus' notation, e.g. `1h30m`; nothing if it is none. Prometheus, common/model. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') {
    return 0;
  }
  const parts = text === '' ? null : DURATION.exec(text);
  const seconds = parts?.slice(1).reduce((sum, part, index) => sum + Number(part ?? 0) * UNITS[index], 0);
  return seconds !== undefined && seconds < LONGEST ? seconds : undefined;
}

/** A number or a duration of PromQL; nothing if it is none. */
export function parseNumber(text: string): number | undefined {
  const word = text.toLowerCase();
  if (/^(inf|nan)$/.test(word)) {
    return word === 'inf' ? Infinity : NaN;
  }
  if (/^\d+[a-z]/i.test(text) && !/^0x|^\d[\d_]*e[-+\d]/i.test(text)) {
    return parseDuration(text);
  }
  if (!/^(0x_?[\da-f]+(_[\da-f]+)*|(\d+(_\d+)*)?\.?(\d+(_\d+)*)?(e[-+]?\d+(_\d+)*)?)$/i.test(text)) {
    return undefined;
  }
  const value = Number(text.replace(/_/g, ''));
  return Number.isFinite(value) ? value : undefined;
}

const SIMPLE: Record<string, string> = { 'a': '\x07', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '\\': '\\' };
const ESCAPE = /\\(?:([abfnrtv\\])|([0-3][0-7]{2})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(["'])|([\s\S]?))/g;

/** A text, or where it is no text, counted from its first quote, and why. */
interface Unquoted {
  readonly value: string;
  readonly problem?: { readonly at: number; readonly length: number; readonly message: string };
}

/** What a quoted text of PromQL or of a Go template says. */
export function unquote(quoted: string): Unquoted {
  const quote = quoted[0];
  if (quote === '`') {
    return { value: quoted.slice(1, -1) };
  }
  let problem: Unquoted['problem'];
  const value = quoted.slice(1, -1).replace(ESCAPE, (whole: string, simple, octal, hex, short, long, other: string, _unknown: string, at: number) => {
    if (simple || other === quote) {
      return simple ? SIMPLE[simple as string] : other;
    }
    const code = octal ? parseInt(octal as string, 8) : parseInt((hex ?? short ?? long) as string, 16);
    if (Number.isNaN(code) || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
      problem ??= { at: at + 1, length: whole.length, message: `'${whole}' is no escape of a quoted text; write '\\\\' for a backslash, or put the text between \`backticks\`` };
      return whole;
    }
    return String.fromCodePoint(code);
  });
  return { value, problem };
}
