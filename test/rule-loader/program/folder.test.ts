import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { RuleFolder } from '../../../src/rule-loader/program/folder';

let home: string;

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'rule-folder-'));
});

afterEach(() => fs.rmSync(home, { recursive: true }));

test('files are exchanged all at once, and the version before stays for those who read', () => {
  const folder = new RuleFolder(path.join(home, 'rules'));
  expect(folder.read()).toEqual(new Map());
  folder.write(new Map([['a', '1'], ['b', '2']]));
  const before = fs.realpathSync(path.join(home, 'rules', 'current'));
  folder.write(new Map([['a', '3']]));
  expect(folder.read()).toEqual(new Map([['a', '3']]));
  expect(fs.readdirSync(before)).toEqual(['a', 'b']);
  folder.write(new Map());
  expect(fs.readdirSync(path.join(home, 'rules'))).toEqual(['2', '3', 'current']);
});

test('what an interrupted run has left is no obstacle', () => {
  fs.mkdirSync(path.join(home, '7'));
  fs.symlinkSync('7', path.join(home, 'link-8'));
  const folder = new RuleFolder(home);
  folder.write(new Map([['a', '1']]));
  expect(new RuleFolder(home).read()).toEqual(new Map([['a', '1']]));
  expect(fs.readdirSync(home)).toEqual(['8', 'current']);
});
