import type { Span } from './ast';

/** Something that is wrong at a place of an expression. */
export interface Mistake extends Span {
  /** What is wrong, what is allowed and what to change: the second half of a sentence that begins with the place. */
  readonly message: string;
}

/** Characters of a line that are drawn. */
const WIDTH = 100;
const INDENT = '    ';

/** The place in words, the line on which it stands, and carets below it. */
export function drawn(text: string, { from, to, message }: Mistake): string {
  const start = from === 0 ? 0 : text.lastIndexOf('\n', from - 1) + 1;
  const end = text.indexOf('\n', from) < 0 ? text.length : text.indexOf('\n', from);
  const line = text.slice(start, end).replace(/[\t\r]/g, ' ');
  const row = text.slice(0, start).split('\n').length;
  const column = from - start;
  const place = /\n/.test(text.trimEnd()) ? `line ${row}, column ${column + 1}` : `column ${column + 1}`;
  const left = Math.max(0, Math.min(column - WIDTH / 2, line.length - WIDTH));
  const [before, after] = [left > 0 ? '…' : '', left + WIDTH < line.length ? '…' : ''];
  const carets = '^'.repeat(Math.max(1, Math.min(to, end, start + left + WIDTH) - from));
  return `At ${place}, ${message}\n${INDENT}${before}${line.slice(left, left + WIDTH)}${after}\n${INDENT}${' '.repeat(before.length + column - left)}${carets}`;
}
