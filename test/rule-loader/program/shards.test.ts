import { partOf } from '../../../src/rule-loader/program/shards';

const FILE = 'shop_rules_a.yaml';
const group = (name: string, indent = ''): string => `${indent}- name: ${name}\n${indent}  rules:\n${indent}  - alert: A\n${indent}    expr: |\n${indent}      up == 0\n${indent}- interval: 1m\n${indent}  name: ${name}-other\n`;

const parts = (text: string, shards = 3): (string | undefined)[] => Array.from({ length: shards }, (_, shard) => partOf(FILE, text, shard, shards));
const names = (text: string | undefined): string[] => [...(text ?? '').matchAll(/name: (\S+)/g)].map(([, name]) => name);

test('one shard has the file as it is', () => {
  expect(partOf(FILE, 'groups: [}', 0, 1)).toBe('groups: [}');
});

test.each(['', '  '])('each group is in one shard, whatever its indentation: \'%s\'', indent => {
  const text = `# rules of the shop\n---\ngroups: # all of them\n${['a', 'b', 'c', 'd', 'e', 'f'].map(name => group(name, indent)).join('')}`;
  const divided = parts(text);
  expect(divided.flatMap(names).sort()).toEqual(names(text).sort());
  expect(divided.filter(part => part !== undefined).every(part => part.startsWith('# rules of the shop\n---\ngroups: # all of them\n'))).toBe(true);
  expect(divided.map(part => names(part).length).every(count => count > 0 && count < 12)).toBe(true);
});

test('a group stays where it is when others come', () => {
  const before = parts(`groups:\n${group('a')}${group('b')}`);
  const after = parts(`groups:\n${group('new')}${group('a')}${group('b')}`);
  before.forEach((part, shard) => expect(names(after[shard])).toEqual(expect.arrayContaining(names(part))));
});

test.each([
  ['a list in brackets', 'groups: [{name: a, rules: []}, {name: b, rules: []}]\n'],
  ['references', 'groups:\n- &first\n  name: a\n- <<: *first\n  name: b\n'],
  ['JSON', '{"groups": [{"name": "a"}, {"name": "b"}]}\n'],
  ['further keys', 'groups:\n- name: a\n- name: b\nother: x\n'],
  ['no groups', 'groups: []\n'],
])('a file with %s goes to one shard as a whole', (_, text) => {
  expect(parts(text).filter(part => part !== undefined)).toEqual([text]);
});

test('a shard without a group has no file', () => {
  expect(parts('groups:\n- name: a\n  rules: []\n').filter(part => part === undefined)).toHaveLength(2);
});
