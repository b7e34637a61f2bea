import * as fs from 'node:fs';
import * as path from 'node:path';
import { inParallel } from '../process';
import { Report } from '../report';
import { COMMANDS } from './commands';
import { HIDDEN, TRUE_BOOLEANS, isAccepted, of, whyNotCited, whyNotHidden } from './hidden';
import { Answer, readFlags } from './read-flags';
import { CommandFlags, commandLine } from './types';

/** Where the answers of the programs are stored. */
export const DATA_FOLDER = path.join(__dirname, '..', 'data');

function dataFile(content: CommandFlags): string {
  const words = [content.program, ...content.subcommand.split(' ').filter(word => word !== '')];
  return path.join(DATA_FOLDER, `${words.join('-')}.json`);
}

/** One flag a line: a change of version is then read easily in a diff. */
function store(content: CommandFlags): void {
  const { flags, ...head } = content;
  const lines = Object.entries(flags).map(([name, flag]) => `    ${JSON.stringify(name)}: ${JSON.stringify(flag)}`);
  const text = `${JSON.stringify(head, undefined, 2).replace(/\n\}$/, '')},\n  "flags": {\n${lines.join(',\n')}\n  }\n}\n`;
  fs.writeFileSync(dataFile(content), text);
}

async function checkHidden(report: Report, answer: Answer): Promise<void> {
  const command = answer.content;
  for (const entry of of(HIDDEN, command)) {
    report.answer(`hidden flag --${entry.flag} of '${commandLine(command)}' (${entry.default || 'no default'})`, await whyNotHidden(entry, answer.shown, answer.status));
  }
  for (const entry of of(TRUE_BOOLEANS, command)) {
    const why = answer.shown.get(entry.flag)?.boolean ? await whyNotCited(entry) : 'help does not show it as a boolean';
    report.answer(`default true of --${entry.flag} of '${commandLine(command)}'`, why);
  }
}

/** Reads the flags of all commands from the programs, stores them in `data/`, and checks our list of hidden flags. */
export async function checkFlags(report: Report): Promise<CommandFlags[]> {
  const answers = await inParallel(COMMANDS, 4, readFlags);
  for (const answer of answers) {
    store(answer.content);
    report.ok(`${commandLine(answer.content)} ${answer.content.version}: ${answer.shown.size} flags`);
    await checkHidden(report, answer);
  }
  // Would the parser take anything, the checks of hidden flags were worth nothing.
  for (const program of ['thanos', 'prometheus']) {
    const command = COMMANDS.find(candidate => candidate.program === program)!;
    const accepted = await isAccepted(command, 'no-such-flag', '1', false);
    report.answer(`control: '${commandLine(command)}' refuses an unknown flag`, accepted ? 'it accepted --no-such-flag' : undefined);
  }
  return answers.map(answer => answer.content);
}
