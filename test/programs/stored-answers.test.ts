import * as fs from 'node:fs';
import * as path from 'node:path';
import { tabledFlags, unlistedTables } from './emitted-flags';
import { whyNotEmitted } from './flags/check-emitted';
import { DATA_FOLDER } from './flags/check-flags';
import { COMMANDS } from './flags/commands';
import { CommandFlags, commandLine } from './flags/types';
import { moduleOf, programInImage } from './modules';
import { IMAGES, ProgramName } from '../../src/core/images';

const stored = fs.readdirSync(DATA_FOLDER)
  .map(file => JSON.parse(fs.readFileSync(path.join(DATA_FOLDER, file), 'utf8')) as CommandFlags);

test('the flags of every command are stored', () => {
  expect(stored.map(commandLine).sort()).toEqual(COMMANDS.map(commandLine).sort());
});

test.each(stored)('the stored flags of $program $subcommand are those of the version that is built', ({ program, version }) => {
  expect(version).toBe(moduleOf(program).version);
});

test.each(Object.values(ProgramName))('the default image of %s has the version that is built', program => {
  expect(IMAGES[program].version).toBe(moduleOf(programInImage(program)).version);
});

// Of Node's flags we write none.
test.each([...new Set(Object.values(ProgramName).map(programInImage))].filter(program => program !== 'node'))('the flags of %s are read', program => {
  expect(COMMANDS.map(command => command.program)).toContain(program);
});

test('every table of flags is checked', () => {
  expect(unlistedTables()).toEqual([]);
});

test('every flag that a prop writes exists, is not deprecated and has the default that is stated', () => {
  const wrong = tabledFlags().map(flag => [`--${flag.flag} of ${commandLine(flag)}`, whyNotEmitted(flag, stored)]);
  expect(wrong.filter(([, why]) => why !== undefined)).toEqual([]);
});
