import { describe } from './kingpin-help';
import { Flag } from './types';

// `      --listen-addr string   Where it listens. (default ":8080")`; what takes no value has no type.
const FLAG_LINE = /^ {2}(?:-\w, | {4})--(\S+)( \S+)? {3,}(.*?)(?: \(default (.*)\))?$/;

/** The flags in the help of a program that is written with pflag. */
export function parsePflagHelp(text: string): Map<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const line of text.split('\n')) {
    const match = FLAG_LINE.exec(line);
    if (!match) continue;
    const [, name, type, help, shown] = match;
    flags.set(name, {
      ...shown !== undefined && { default: shown.replaceAll('"', '') },
      ...describe(help),
      ...!type && { boolean: true as const },
    });
  }
  return flags;
}
