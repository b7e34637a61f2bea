import * as fs from 'node:fs';
import * as path from 'node:path';
import { Checker, CheckFailed, reasonIn } from '../../../src/rule-loader/program/checker';
import type { Check } from '../../../src/rule-loader/program/config';
import { temporaryFolder } from '../../temporary-folder';

// Each check is a process, and there may be others on the machine.
jest.setTimeout(60_000);

let scratch: string;

beforeEach(() => {
  scratch = temporaryFolder();
});

const node = (script: string, ...args: string[]): Check['command'] => [process.execPath, '-e', script, ...args];

/** Refuses a file with `bad` in it, and notes how often it was asked. */
const JUDGE = `
const fs = require('fs');
fs.appendFileSync(process.argv[1] + '/../asked', 'x');
const bad = process.argv.slice(2).filter(file => fs.readFileSync(file, 'utf8').includes('bad'));
if (bad.length > 0) { console.error('level=error msg="cannot load" err="' + bad[0] + ': it is \\\\"bad\\\\"\\\\n  very"'); process.exit(1); }`;

const judge = () => new Checker([{ command: node(JUDGE, '{scratch}', '{files}') }], scratch);
const files = (...bad: number[]) => new Map(Array.from({ length: 16 }, (_, index) => [`file-${index}.yaml`, bad.includes(index) ? 'bad' : 'good']));
const asked = () => fs.readFileSync(path.join(scratch, 'asked'), 'utf8').length;

test('sound files are judged together', async () => {
  await expect(judge().refused(files())).resolves.toEqual(new Map());
  expect(asked()).toBe(1);
});

test('nothing to judge needs no judge', async () => {
  await expect(new Checker([{ command: ['/no/such/program'] }], scratch).refused(new Map())).resolves.toEqual(new Map());
});

test('those that are at fault are found, with their reasons', async () => {
  const refused = await judge().refused(files(3, 12));
  expect([...refused]).toEqual([['file-3.yaml', 'file-3.yaml: it is "bad" very'], ['file-12.yaml', 'file-12.yaml: it is "bad" very']]);
  expect(asked()).toBeLessThan(20);
});

test('files that are refused only together are all refused', async () => {
  const together = new Checker([{ command: node('if (process.argv.length > 2) { console.error("too many"); process.exit(1); }', '{files}') }], scratch);
  await expect(together.refused(new Map([['a.yaml', ''], ['b.yaml', '']]))).resolves.toEqual(new Map([['a.yaml', 'together with others: too many'], ['b.yaml', 'together with others: too many']]));
});

/** Serves a verdict, or ends. */
const server = (ends: boolean): Check => ({
  command: node(ends ? 'console.log("panic: no"); process.exit(0)' : 'require("http").createServer((_, r) => r.end("other\\nloaded 1\\n")).listen(20990, "127.0.0.1")'),
  accepted: { url: 'http://127.0.0.1:20990/', pattern: '^loaded 1$' },
});

test('a check that serves its verdict is ended when it has accepted', async () => {
  await expect(new Checker([server(false)], scratch).refused(files())).resolves.toEqual(new Map());
  await expect(fetch('http://127.0.0.1:20990/')).rejects.toThrow();
});

test('one that ends by itself has refused', async () => {
  await expect(new Checker([server(true)], scratch).refused(new Map([['a.yaml', '']]))).resolves.toEqual(new Map([['a.yaml', 'panic: no']]));
});

test.each([
  ['cannot be run', { command: ['/no/such/program'] }, '\'/no/such/program\' cannot be run: spawn /no/such/program ENOENT'],
  ['is killed', { command: node('process.kill(process.pid, "SIGKILL")') }, `'${process.execPath}' was ended by SIGKILL`],
])('a check that %s is no verdict', async (_, check, message) => {
  await expect(new Checker([check], scratch).refused(new Map([['a.yaml', '']]))).rejects.toEqual(new CheckFailed(message));
});

test('a check that refuses everything is found before it keeps rules out', async () => {
  await expect(new Checker([{ command: node('console.log("no"); process.exit(2)') }], scratch).prove()).rejects.toThrow('the checks refuse a file without groups: no');
  await expect(judge().prove()).resolves.toBeUndefined();
});

test.each([
  ['ts=1 level=error component=rules err="/x/y/a.yaml: 1:2: \\"q\\""\nlater err=other', 'a.yaml: 1:2: "q"'],
  ['level=error error=plain', 'plain'],
  ['Checking a.yaml\n  FAILED:\n/x/a.yaml: yaml: line 1\n', 'a.yaml: yaml: line 1'],
  ['panic: nil\ngoroutine 1\n  main.go', 'panic: nil'],
  ['', 'no reason was given'],
])('the reason in %j', (output, reason) => {
  expect(reasonIn(output, ['a.yaml'])).toBe(reason);
});
