import { EmittedFlag, unlistedTables } from '../emitted-flags';
import { Report } from '../report';
import { HIDDEN, of } from './hidden';
import { CommandFlags, commandLine } from './types';

/** Why a flag must not be emitted; undefined when it is as it should be. */
export function whyNotEmitted(emitted: EmittedFlag, commands: readonly CommandFlags[]): string | undefined {
  const command = commands.find(candidate => candidate.program === emitted.program && candidate.subcommand === emitted.subcommand);
  if (!command) return `the flags of '${commandLine(emitted)}' are not read; add it to COMMANDS in test/programs/flags/commands.ts`;
  const flag = command.flags[emitted.flag] ?? of(HIDDEN, command).find(entry => entry.flag === emitted.flag);
  if (!flag) return `'${commandLine(command)}' ${command.version} does not show it in its help, and it is not in test/programs/hidden-flags.json`;
  if ('deprecated' in flag && flag.deprecated) return `it is deprecated in ${command.version}: ${flag.help}`;
  if (emitted.statedDefault !== undefined && emitted.statedDefault !== flag.default) {
    return `our docs state the default '${emitted.statedDefault}', '${commandLine(command)}' ${command.version} has ${flag.default === undefined ? 'none' : `'${flag.default}'`}`;
  }
  return undefined;
}

/** Checks every flag that we emit against what the programs said of their flags. */
export function checkEmitted(report: Report, emitted: readonly EmittedFlag[], commands: readonly CommandFlags[]): void {
  const unlisted = unlistedTables();
  report.answer('every table of flags is checked', unlisted.length > 0 ? `${unlisted.join(', ')}: add a row to TABLES in test/programs/emitted-flags.ts` : undefined);
  for (const flag of emitted) report.answer(`--${flag.flag} of '${commandLine(flag)}' (${flag.where})`, whyNotEmitted(flag, commands));
}
