import * as fs from 'node:fs';
import * as path from 'node:path';
import { programPath } from '../build';
import * as listed from '../hidden-flags.json';
import { moduleOf } from '../modules';
import { run } from '../process';
import { sourceFolder } from '../source';
import { StatusFlags } from './ask';
import { Command, Flag, HiddenFlag, commandLine } from './types';

/** Flags that help does not show, listed by us. */
export const HIDDEN: readonly HiddenFlag[] = listed.hidden;

/** Shown booleans whose default is true; help shows no default for booleans, and these commands cannot be asked. */
export const TRUE_BOOLEANS: readonly HiddenFlag[] = listed.shownBooleansThatAreTrue;

/** The entries of a list that belong to a command. */
export function of(list: readonly HiddenFlag[], command: Command): HiddenFlag[] {
  return list.filter(entry => entry.program === command.program && entry.subcommand === command.subcommand);
}

/** Why a citation does not hold; undefined when the cited file has the cited text. */
export async function whyNotCited(entry: HiddenFlag): Promise<string | undefined> {
  const file = path.join(await sourceFolder(entry.program), entry.source.file);
  if (!fs.existsSync(file)) return `its source names ${entry.source.file}, which ${moduleOf(entry.program).upstream} does not have`;
  // The sources wrap their lines as they like.
  const flat = (text: string) => text.replace(/\s+/g, '');
  return flat(fs.readFileSync(file, 'utf8')).includes(flat(entry.source.text)) ? undefined : `${entry.source.file} does not contain '${entry.source.text}'`;
}

/** Whether the program's parser knows a flag: it prints help and ends well, where an unknown flag is an error. */
export async function isAccepted(command: Command, flag: string, value: string, isBoolean: boolean): Promise<boolean> {
  const words = command.subcommand.split(' ').filter(word => word !== '');
  const arg = isBoolean ? `--${flag}` : `--${flag}=${value}`;
  return (await run(programPath(command.program), [...words, arg, '--help'])).code === 0;
}

/** Why an entry of the hidden list is wrong; undefined when it holds. */
export async function whyNotHidden(entry: HiddenFlag, shown: ReadonlyMap<string, Flag>, status?: StatusFlags): Promise<string | undefined> {
  if (shown.has(entry.flag)) return `'${commandLine(entry)} --help' shows it; take it off the list of hidden flags`;
  const isBoolean = /^(true|false)$/.test(entry.default);
  if (!await isAccepted(entry, entry.flag, entry.default || 'x', isBoolean)) return `the parser of '${commandLine(entry)}' does not know it`;
  const told = status?.values.get(entry.flag);
  // Where the program fills in the default itself after parsing, the flag's value is zero.
  if (told !== undefined && !ZERO.has(told) && told !== entry.default) return `'${commandLine(entry)}' runs with '${told}', the list says '${entry.default}'`;
  return whyNotCited(entry);
}

/** What a flag that was never set shows as its value. */
export const ZERO: ReadonlySet<string> = new Set(['', '0', '0s', '0B', '[]', 'map[]', '<nil>']);

