import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Checker } from '../../../src/rule-loader/program/checker';
import { RuleFolder } from '../../../src/rule-loader/program/folder';
import type { ConfigMap } from '../../../src/rule-loader/program/kubernetes';
import { Loader, type Reload } from '../../../src/rule-loader/program/loader';
import { Metrics } from '../../../src/rule-loader/program/metrics';

let home: string;
let answers: Awaited<ReturnType<Reload>>[];
let reloads: number;
let log: string[];
let metrics: Metrics;

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'rule-loader-'));
  answers = [];
  reloads = 0;
  log = [];
  metrics = new Metrics();
});

afterEach(() => fs.rmSync(home, { recursive: true }));

/** Refuses what has `bad` in it, without a program. */
class Judge extends Checker {
  public judged: string[] = [];

  constructor() {
    super([], home);
  }

  public refused(files: ReadonlyMap<string, string>): Promise<Map<string, string>> {
    this.judged.push(...files.keys());
    return Promise.resolve(new Map([...files].filter(([, text]) => text.includes('bad')).map(([name]) => [name, 'it is bad'])));
  }
}

const judge = () => new Judge();

function loader(namespaces = ['shop'], checker = judge(), shards = 1): Loader {
  const reload: Reload = () => {
    reloads++;
    return Promise.resolve(answers.shift() ?? { result: 'accepted' });
  };
  return new Loader({ namespaces, shards }, 0, new RuleFolder(path.join(home, 'rules')), checker, reload, metrics,
    (level, message, fields) => log.push([level, message, ...Object.values(fields ?? {})].join(' ')));
}

const configMap = (name: string, data: Record<string, string>, namespace = 'shop'): ConfigMap => ({ metadata: { namespace, name }, data });
const inForce = () => Object.fromEntries(new RuleFolder(path.join(home, 'rules')).read());
const line = (name: string) => metrics.text().split('\n').filter(text => text.startsWith(name));

test('files of all keys of all ConfigMaps, each by a name of its own', async () => {
  const made = loader();
  made.see('shop', [configMap('a.b', { 'x.yaml': '1', 'y_z.yml': '2' }), configMap('c', { 'x.yaml': '3' })]);
  await made.apply();
  expect(inForce()).toEqual({ 'shop_a.b_x.yaml': '1', 'shop_a.b_y_z.yml': '2', 'shop_c_x.yaml': '3' });
  expect(reloads).toBe(1);
  expect(line('rule_loader_files_loaded')).toEqual(['rule_loader_files_loaded 3']);
});

test('what has not changed is neither judged nor loaded again', async () => {
  const checker = judge();
  const made = loader(['shop'], checker);
  made.see('shop', [configMap('a', { 'x.yaml': '1' }), configMap('b', { 'x.yaml': 'bad' })]);
  await made.apply();
  await made.apply();
  expect([checker.judged, reloads]).toEqual([['shop_a_x.yaml', 'shop_b_x.yaml'], 1]);
  expect(line('rule_loader_refusals_total')).toEqual(['rule_loader_refusals_total 1']);
});

test('a broken version is refused, and the last good one stays', async () => {
  const made = loader();
  made.see('shop', [configMap('a', { 'x.yaml': '1' })]);
  await made.apply();
  made.see('shop', [configMap('a', { 'x.yaml': 'bad' })]);
  await made.apply();
  expect(inForce()).toEqual({ 'shop_a_x.yaml': '1' });
  expect(log).toContain('error refused shop a x.yaml true it is bad');
  expect(line('rule_loader_file_refused{')).toEqual(['rule_loader_file_refused{namespace="shop",configmap="a",key="x.yaml"} 1']);
  expect(JSON.parse(made.report())).toEqual([{ namespace: 'shop', configMap: 'a', key: 'x.yaml', inForce: true, refused: 'it is bad' }]);
  made.see('shop', [configMap('a', { 'x.yaml': '1' })]);
  await made.apply();
  expect([line('rule_loader_file_refused{'), line('rule_loader_files_refused')]).toEqual([[], ['rule_loader_files_refused 0']]);
});

test('the last good version outlives the loader', async () => {
  const before = loader();
  before.see('shop', [configMap('a', { 'x.yaml': '1' })]);
  await before.apply();
  const after = loader();
  after.see('shop', [configMap('a', { 'x.yaml': 'bad' })]);
  await after.apply();
  expect(inForce()).toEqual({ 'shop_a_x.yaml': '1' });
});

test('what a peer has in force takes the place of what is broken now, and of no more', async () => {
  const made = loader(['shop', 'other']);
  await made.adopt(new Map([['shop_a_x.yaml', '1'], ['shop_b_x.yaml', '2'], ['shop_gone_x.yaml', '3'], ['shop_worse_x.yaml', 'bad'], ['other_c_x.yaml', '4']]));
  made.see('shop', [configMap('a', { 'x.yaml': 'bad 1' }), configMap('b', { 'x.yaml': '5' }), configMap('worse', { 'x.yaml': 'bad 2' })]);
  await made.apply();
  // What has not been seen yet stays, too.
  expect(inForce()).toEqual({ 'shop_a_x.yaml': '1', 'shop_b_x.yaml': '5', 'other_c_x.yaml': '4' });
  expect(JSON.parse(made.filesInForce)).toEqual(inForce());
  expect(log).toContain('error refused shop a x.yaml true it is bad');
});

test('what goes, goes; also when it was refused', async () => {
  const made = loader();
  made.see('shop', [configMap('a', { 'x.yaml': '1' }), configMap('b', { 'x.yaml': 'bad' })]);
  await made.apply();
  made.see('shop', []);
  await made.apply();
  expect([inForce(), line('rule_loader_files_refused')]).toEqual([{}, ['rule_loader_files_refused 0']]);
  expect(log).toContain('info removed shop a x.yaml');
});

test.each<[string, Record<string, string>, Record<string, string>, string]>([
  ['a key that is no rule file', { 'README.md': 'x' }, {}, 'its key does not end in .yaml or .yml'],
  ['binary data', {}, { 'x.yaml': 'eA==' }, 'it is binary data; rules belong into \'data\''],
  ['several documents', { 'x.yaml': '# one\ngroups: []\n---\ngroups: []\n' }, {}, 'it has several YAML documents, of which only the first would be read'],
])('refused: %s', async (_, data, binaryData, reason) => {
  const made = loader();
  made.see('shop', [{ ...configMap('a', data), binaryData }]);
  await made.apply();
  expect([inForce(), JSON.parse(made.report())]).toEqual([{}, [expect.objectContaining({ inForce: false, refused: reason })]]);
});

test('one document with marks around it is fine', async () => {
  const made = loader();
  made.see('shop', [configMap('a', { 'x.yaml': '# one\n---\ngroups: []\n---\n# nothing\n' })]);
  await made.apply();
  expect(Object.keys(inForce())).toEqual(['shop_a_x.yaml']);
});

test('files of a namespace that has not been seen yet stay as they are', async () => {
  const before = loader(['shop', 'other']);
  before.see('shop', [configMap('a', { 'x.yaml': '1' })]);
  before.see('other', [configMap('b', { 'x.yaml': '2' }, 'other')]);
  await before.apply();
  const after = loader(['shop', 'other']);
  after.see('shop', []);
  await after.apply();
  expect(inForce()).toEqual({ 'other_b_x.yaml': '2' });
});

test('what the evaluator refuses after all comes back, and is not tried again', async () => {
  const made = loader();
  made.see('shop', [configMap('a', { 'x.yaml': '1' })]);
  await made.apply();
  answers = [{ result: 'refused', reason: '500 it is odd' }];
  made.see('shop', [configMap('a', { 'x.yaml': '2' })]);
  await made.apply();
  expect([inForce(), reloads]).toEqual([{ 'shop_a_x.yaml': '1' }, 3]);
  expect(log).toContain('error refused shop a x.yaml true 500 it is odd');
  await made.apply();
  expect(reloads).toBe(3);
});

test('an evaluator that is away is told later', async () => {
  const made = loader();
  made.see('shop', [configMap('a', { 'x.yaml': '1' })]);
  answers = [{ result: 'unreachable', reason: 'ECONNREFUSED' }];
  await expect(made.apply()).rejects.toThrow('the evaluator could not be told: ECONNREFUSED');
  expect(inForce()).toEqual({ 'shop_a_x.yaml': '1' });
  await made.apply();
  expect([reloads, line('rule_loader_reloads_total')]).toEqual([2, ['rule_loader_reloads_total{result="unreachable"} 1', 'rule_loader_reloads_total{result="accepted"} 1']]);
});

test('an evaluator that refuses what it had is no fault of a file', async () => {
  const made = loader();
  made.see('shop', []);
  answers = [{ result: 'refused', reason: '500 disk full' }];
  await expect(made.apply()).rejects.toThrow('the evaluator refused to reload: 500 disk full');
});

test('a shard has its groups alone', async () => {
  const made = loader(['shop'], judge(), 4);
  const groups = Array.from({ length: 12 }, (_, index) => `- name: g${index}\n  rules: []\n`);
  made.see('shop', [configMap('a', { 'x.yaml': `groups:\n${groups.join('')}` })]);
  await made.apply();
  const names = [...inForce()['shop_a_x.yaml'].matchAll(/name: /g)].length;
  expect(names > 0 && names < 12).toBe(true);
});

test('a broken file is refused by every shard, whoever has the broken group', async () => {
  const made = loader(['shop'], judge(), 50);
  made.see('shop', [configMap('a', { 'x.yaml': `groups:\n${Array.from({ length: 50 }, (_, index) => `- name: g${index}\n`).join('')}- name: bad\n` })]);
  await made.apply();
  expect(inForce()).toEqual({});
});
