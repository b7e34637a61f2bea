/** What a program says of itself at /metrics. */
export class Exposition {
  private readonly samples: { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number }[] = [];

  /** Reads the text format, as Go's client library writes it: a sample a line. */
  constructor(text: string) {
    for (const line of text.split('\n')) {
      const [, name, labels, value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
      if (name) this.samples.push({ name, labels: readLabels(labels ?? ''), value: readNumber(value) });
    }
  }

  /** The sum over all series of a name that bear the labels; undefined where there is none. */
  public sum(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const found = this.samples.filter(sample => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value));
    return found.length > 0 ? found.reduce((total, { value }) => total + value, 0) : undefined;
  }
}

const ESCAPED: Record<string, string> = { 'n': '\n', '"': '"', '\\': '\\' };

function readLabels(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
    .map(([, name, value]) => [name, value.replace(/\\(.)/g, (_, character: string) => ESCAPED[character] ?? character)]));
}

const readNumber = (text: string): number => Number(text.replace(/^([+-]?)Inf$/, '$1Infinity'));
