import { Flag } from './types';

// `  -h, --[no-]help   Help.`, `      --label=key="value" ...  Help.`; the help may begin on the next line.
const FLAG_LINE = /^ {2}(?:-\w, | {4})?--(\[no-\])?([^\s=]+)(?:=(.*?))??( \.\.\.)?(?: {2,}(.*))?$/;

/** Characters of a help sentence that are kept. */
const LONGEST_HELP = 160;

/** Kingpin shows a placeholder where it would show a default: the flag's own name, or something with angle brackets or of the form key="value". */
function isPlaceholder(shown: string, flag: string): boolean {
  return shown === flag.toUpperCase() || /^<.*>$/.test(shown) || /^[\w<>]+=".*"$/.test(shown);
}

function shownDefault(shown: string | undefined, flag: string): string | undefined {
  if (shown === undefined || isPlaceholder(shown, flag)) return undefined;
  // Of several defaults only the first is shown: no answer is better than half of one.
  if (shown.endsWith('...')) return undefined;
  return /^".*"$/.test(shown) ? JSON.parse(shown) as string : shown;
}

function firstSentence(help: string): string {
  // A marker such as "Experimental." says too little to be kept as the sentence.
  const told = help.replace(/^(?:Experimental\.|Deprecated after v[\d.]+:) /, '');
  const sentence = /^.*?(?<!e\.g|i\.e)\.(?= |$)/.exec(told)?.[0] ?? told;
  return sentence.length > LONGEST_HELP ? `${sentence.slice(0, LONGEST_HELP)} ...` : sentence;
}

function namedValues(help: string): string[] | undefined {
  const list = /(?:one of|possible values|possible values are|possible options|allowed values|valid values):? \[?((?:[^,\s]+(?:, or |, | or ))+[^,\s\]]+)/i.exec(help)?.[1];
  const values = list?.split(/, or |, | or /).map(value => value.replace(/["'()]|\.$/g, ''));
  // "…, or any integer": others are allowed too.
  return values?.includes('any') ? undefined : values;
}

/** What a help text says, of any program. */
export function describe(help: string): Pick<Flag, 'help' | 'enum' | 'deprecated'> {
  const values = namedValues(help);
  return {
    ...values && { enum: values },
    help: firstSentence(help),
    ...(/^[[(]?deprecated/i.test(help) && { deprecated: true as const }),
  };
}

/**
 * The flags in the help of a program that is written with kingpin.
 * The help must not be wrapped: run it with a large `COLUMNS`.
 */
export function parseKingpinHelp(text: string): Map<string, Flag> {
  const flags = new Map<string, Flag>();
  const lines = text.slice(text.indexOf('\nFlags:\n')).split('\n');
  lines.forEach((line, index) => {
    const match = FLAG_LINE.exec(line);
    if (!match) return;
    const [, negatable, name, shown, repeatable, sameLine] = match;
    if (name === 'help' || name === 'version') return;
    const help = (sameLine || lines[index + 1] || '').trim();
    const value = shownDefault(shown, name);
    flags.set(name, {
      ...value !== undefined && { default: value },
      ...describe(help),
      ...repeatable && { repeatable: true as const },
      ...negatable && { boolean: true as const },
    });
  });
  return flags;
}
