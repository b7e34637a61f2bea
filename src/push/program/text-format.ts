/** What is wrong with a text, and where. */
export class TextProblem extends Error {
  constructor(public readonly line: number, reason: string) {
    super(`line ${line} ${reason}`);
  }
}

/** What a text may not have: labels of its group with other values. */
type GroupLabels = Readonly<Record<string, string>>;

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const SAMPLE = new RegExp(`^(${NAME})(?:[ \\t]*\\{(.*)\\}[ \\t]*|[ \\t]+)([^ \\t{}]+)(?:[ \\t]+(\\S+))?[ \\t]*$`);
const COMMENT = new RegExp(`^#[ \\t]+(HELP|TYPE)[ \\t]+(${NAME})(?:[ \\t]+(.*))?$`);
const LABEL = /^[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\[\\"n])*)"[ \t]*(,|$)/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$|^[+-]?(inf|infinity)$|^nan$/i;
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
// Pushgateway sets these itself, and replaces pushed ones without a word.
const RESERVED = ['push_time_seconds', 'push_failure_time_seconds'];

/** Reads metrics in Prometheus' text format 0.0.4, as strictly as Pushgateway, and some things that it would pass over in silence. */
class Reader {
  public samples = 0;
  private readonly types = new Map<string, string>();
  private readonly begun = new Set<string>();
  private readonly series = new Set<string>();

  constructor(private readonly group: GroupLabels) {}

  public read(raw: string, line: number): void {
    const text = raw.replace(/^[ \t]+/, '');
    if (text.includes('\r')) {
      throw new TextProblem(line, 'has a carriage return; each line must end with a line feed only');
    }
    if (text.trim() === '') {
      return;
    }
    if (text.startsWith('#')) {
      this.comment(text, line);
    } else {
      this.sample(text, line);
    }
  }

  private comment(text: string, line: number): void {
    const [, keyword, name, rest = ''] = COMMENT.exec(text) ?? [];
    if (keyword === undefined && /^#[ \t]+(HELP|TYPE)\b/.test(text)) {
      throw new TextProblem(line, `has no name of a metric behind ${text.includes('HELP') ? 'HELP' : 'TYPE'}: ${text}`);
    }
    if (keyword !== 'TYPE') {
      return;
    }
    const type = rest.trim().toLowerCase();
    if (!TYPES.includes(type)) {
      throw new TextProblem(line, `gives '${name}' the type '${rest.trim()}'; known are ${TYPES.join(', ')}`);
    }
    if (this.types.has(name)) {
      throw new TextProblem(line, `gives '${name}' a type for the second time`);
    }
    if (this.begun.has(name)) {
      throw new TextProblem(line, `gives '${name}' a type behind its first sample; it must stand before`);
    }
    this.types.set(name, type);
  }

  private sample(text: string, line: number): void {
    const [, name, labels, value, timestamp] = SAMPLE.exec(text) ?? [];
    if (name === undefined) {
      throw new TextProblem(line, `is no sample such as 'name{label="value"} 1': ${text}`);
    }
    if (!NUMBER.test(value)) {
      throw new TextProblem(line, `gives '${name}' the value '${value}', which is no number`);
    }
    if (timestamp !== undefined) {
      throw new TextProblem(line, `gives '${name}' a timestamp (${timestamp}); Pushgateway takes none, for samples are of the time at which they are scraped`);
    }
    if (RESERVED.includes(name)) {
      throw new TextProblem(line, `is a sample of '${name}', which Pushgateway sets itself`);
    }
    this.take(name, readLabels(labels ?? '', line), line);
  }

  private take(name: string, labels: Map<string, string>, line: number): void {
    for (const [label, value] of Object.entries(this.group)) {
      const own = labels.get(label);
      if (own !== undefined && own !== value) {
        throw new TextProblem(line, `gives '${name}' the label ${label}="${own}", but the group has ${label}="${value}", which would replace it; use another name for the label`);
      }
    }
    const all = [...labels].sort(([one], [other]) => (one < other ? -1 : 1));
    const series = JSON.stringify([name, all]);
    if (this.series.has(series)) {
      throw new TextProblem(line, `is the second sample of the series ${name}{${all.map(([label, value]) => `${label}="${value}"`).join(',')}}`);
    }
    this.series.add(series);
    this.begun.add(name);
    this.samples++;
  }
}

function readLabels(text: string, line: number): Map<string, string> {
  const labels = new Map<string, string>();
  let rest = text;
  while (rest.trim() !== '') {
    const [whole, name, value] = LABEL.exec(rest) ?? [];
    if (whole === undefined) {
      throw new TextProblem(line, `has labels that cannot be read from here on: ${rest}`);
    }
    if (name.startsWith('__')) {
      throw new TextProblem(line, `has the label '${name}'; names that begin with '__' are Prometheus' own`);
    }
    if (labels.has(name)) {
      throw new TextProblem(line, `has the label '${name}' twice`);
    }
    labels.set(name, value);
    rest = rest.slice(whole.length);
  }
  return labels;
}

/**
 * Judges a text before it is pushed, and ends its last line.
 *
 * @throws TextProblem at the first thing that is wrong.
 */
export function checkedText(text: string, group: GroupLabels): { readonly text: string; readonly samples: number } {
  const reader = new Reader(group);
  const lines = text.split('\n');
  lines.forEach((line, index) => reader.read(line, index + 1));
  if (reader.samples === 0) {
    throw new TextProblem(lines.length, 'is the last, and there was no sample');
  }
  return { text: text.endsWith('\n') ? text : `${text}\n`, samples: reader.samples };
}
