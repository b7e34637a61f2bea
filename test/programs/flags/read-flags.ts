import { programPath } from '../build';
import { moduleOf } from '../modules';
import { run } from '../process';
import { StatusFlags, askForFlags } from './ask';
import { DocumentedCommand } from './commands';
import { TRUE_BOOLEANS, ZERO, of } from './hidden';
import { parseKingpinHelp } from './kingpin-help';
import { parsePflagHelp } from './pflag-help';
import { CommandFlags, Flag, commandLine } from './types';
import { parseUrfaveHelp } from './urfave-help';

/** What a program says of the flags of a command. */
export interface Answer {
  readonly content: CommandFlags;
  readonly shown: ReadonlyMap<string, Flag>;
  readonly status?: StatusFlags;
}

const PARSERS: Readonly<Record<DocumentedCommand['library'], (text: string) => Map<string, Flag>>> = {
  kingpin: parseKingpinHelp, pflag: parsePflagHelp, urfave: parseUrfaveHelp,
};

async function help(command: DocumentedCommand): Promise<Map<string, Flag>> {
  const words = command.subcommand.split(' ').filter(word => word !== '');
  // Some defaults are below the home folder, which is no answer that could be stored.
  const ended = await run(programPath(command.program), [...words, '--help'], { env: { HOME: '~' } });
  // Programs disagree on which of the two streams is for help.
  const text = ended.stdout + ended.stderr;
  const flags = PARSERS[command.library](text);
  const lines = text.split('\n').filter(line => /^ {2,6}(-\w, )?--/.test(line) && !/--(\[no-\])?(help|version)\b(?!-)/.test(line)).length;
  if (flags.size !== lines || lines === 0) {
    throw new Error(`'${commandLine(command)} --help' shows ${lines} flags, of which ${flags.size} were understood; the parser in test/programs/flags has to learn its form.`);
  }
  return flags;
}

/** The default that help leaves out: booleans, and flags that show a placeholder instead. */
function unshownDefault(flag: string, isBoolean: boolean, command: DocumentedCommand, status: StatusFlags | undefined): string | undefined {
  const told = status?.values.get(flag);
  if (told !== undefined && !status!.given.has(flag) && !ZERO.has(told)) return told;
  if (!isBoolean) return undefined;
  return of(TRUE_BOOLEANS, command).some(entry => entry.flag === flag) ? 'true' : 'false';
}

/** Reads the flags of one command from its help and, where it can be asked, from the running program. */
export async function readFlags(command: DocumentedCommand): Promise<Answer> {
  const shown = await help(command);
  const status = command.status && await askForFlags(command, command.status);
  const flags = [...shown].sort(([a], [b]) => a < b ? -1 : 1).map(([name, flag]) => {
    const value = flag.default ?? unshownDefault(name, flag.boolean ?? false, command, status);
    return [name, { ...value !== undefined && { default: value }, ...flag }] as const;
  });
  const { program, subcommand } = command;
  return { content: { program, version: moduleOf(program).version, subcommand, flags: Object.fromEntries(flags) }, shown, status };
}
