import { describe } from './kingpin-help';
import { Flag } from './types';

// `   --port value, -p value [ --port value, -p value ]   listen address (default: ":7070") [$VGW_PORT]`
const FLAG_LINE = /^ {3}--(\S+?)( value)?(?:, --?\S+(?: value)?)*( \[ .*? \])? {2,}(.*?)(?: \(default: ([^()]*)\))?(?: \[(\$[\w$, ]+)\])?$/;

/** The flags in the help of a program that is written with urfave/cli. */
export function parseUrfaveHelp(text: string): Map<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const line of text.split('\n')) {
    const match = FLAG_LINE.exec(line);
    if (!match) continue;
    const [, name, value, repeatable, help, shown, environment] = match;
    if (name === 'help' || name === 'version') continue;
    flags.set(name, {
      ...shown !== undefined && { default: shown.replaceAll('"', '') },
      ...describe(help),
      ...(/\(deprecated:/.test(help) && { deprecated: true as const }),
      ...repeatable && { repeatable: true as const },
      ...!value && { boolean: true as const },
      ...environment && { environment: environment.replaceAll('$', '').split(', ') },
    });
  }
  return flags;
}
