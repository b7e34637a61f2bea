import { Relabeling, relabeling, ReplaceOptions } from '../../src/core/relabeling';

const sources = ['__meta_kubernetes_namespace', 'pod'];

test.each([
  ['keep', Relabeling.keep(sources, 'a|b'), { action: 'keep', source_labels: sources, regex: 'a|b' }],
  ['drop', Relabeling.drop(sources, 'a|b'), { action: 'drop', source_labels: sources, regex: 'a|b' }],
  ['keepEqual', Relabeling.keepEqual(['a'], 'b'), { action: 'keepequal', source_labels: ['a'], target_label: 'b' }],
  ['dropEqual', Relabeling.dropEqual(['a'], 'b'), { action: 'dropequal', source_labels: ['a'], target_label: 'b' }],
  ['replace', Relabeling.replace({ sourceLabels: sources, separator: '/', regex: '(.+)/(.+)', targetLabel: 'c', replacement: '$2' }),
    { action: 'replace', source_labels: sources, separator: '/', regex: '(.+)/(.+)', target_label: 'c', replacement: '$2' }],
  ['copy', Relabeling.copy('a', 'b'), { action: 'replace', source_labels: ['a'], target_label: 'b' }],
  ['set', Relabeling.set('price', '5$'), { action: 'replace', target_label: 'price', replacement: '5$$' }],
  ['hashMod', Relabeling.hashMod(['a'], 'b', 3), { action: 'hashmod', source_labels: ['a'], target_label: 'b', modulus: 3 }],
  ['labelMap', Relabeling.labelMap('meta_(.+)'), { action: 'labelmap', regex: 'meta_(.+)', replacement: '$1' }],
  ['labelDrop', Relabeling.labelDrop('tmp_.*'), { action: 'labeldrop', regex: 'tmp_.*' }],
  ['labelKeep', Relabeling.labelKeep('job|le'), { action: 'labelkeep', regex: 'job|le' }],
  ['lowercase', Relabeling.lowercase(['a'], 'b'), { action: 'lowercase', source_labels: ['a'], target_label: 'b' }],
  ['uppercase', Relabeling.uppercase(['a'], 'b'), { action: 'uppercase', source_labels: ['a'], target_label: 'b' }],
  ['raw', Relabeling.raw({ source_labels: ['a'], target_label: 'b' }), { source_labels: ['a'], target_label: 'b' }],
])('%s', (_, step, config) => {
  // Undefined fields are not printed.
  expect(JSON.parse(JSON.stringify(step._config))).toEqual(config);
  expect(relabeling().problem(step)).toBeUndefined();
});

test.each([
  ['flags', '(?i)error|(?s:a.b)'],
  ['a named group', '(?P<zone>.+)-.*'],
  ['classes', '[[:alpha:]]+\\pL\\d'],
  ['quoted text', '\\Qa(\\E'],
])('takes what only RE2 has: %s', (_, regex) => {
  expect(relabeling().problem(Relabeling.keep(['a'], regex))).toBeUndefined();
});

test.each([
  ['no source', Relabeling.keep([], 'a'), 'must be a step that names at least one source label, each without spaces; the one given is {"action":"keep","source_labels":[],"regex":"a"}'],
  ['no target', Relabeling.copy('a', ''), 'must be a step that has a target label of letters, digits and \'_\'; the one given is {"action":"replace","source_labels":["a"],"target_label":""}'],
  ['modulus', Relabeling.hashMod(['a'], 'b', 0), 'must be a step that has a modulus that is a whole number of at least 1; the one given is {"action":"hashmod","source_labels":["a"],"target_label":"b","modulus":0}'],
  ['regex', Relabeling.drop(['a'], '(b'), 'must be a step with a sound regex, but \'(b\' is no valid RE2: a \'(\' has no \')\'; the one given is {"action":"drop","source_labels":["a"],"regex":"(b"}'],
  ['look-ahead', Relabeling.drop(['a'], 'b(?!c)'), 'must be a step with a sound regex, but \'b(?!c)\' is no valid RE2: it has look-around, or another group that begins with \'(?\', '
    + 'which RE2 does not know; the one given is {"action":"drop","source_labels":["a"],"regex":"b(?!c)"}'],
  ['a label with a space', Relabeling.keep(['a b'], 'x'), 'must be a step that names at least one source label, each without spaces; the one given is {"action":"keep","source_labels":["a b"],"regex":"x"}'],
  ['a label that ends a line', Relabeling.keep(['pod', 'x\n'], 'x'),
    'must be a step that names at least one source label, each without spaces; the one given is {"action":"keep","source_labels":["pod","x\\n"],"regex":"x"}'],
  ['a label in place of a list', Relabeling.replace({ targetLabel: 'x', sourceLabels: 'pod' as unknown as string[] }),
    'must be a step that names at least one source label, each without spaces; the one given is {"action":"replace","source_labels":"pod","target_label":"x"}'],
  ['a label that is none', Relabeling.copy(5 as unknown as string, 'x'),
    'must be a step that names at least one source label, each without spaces; the one given is {"action":"replace","source_labels":[5],"target_label":"x"}'],
  ['a key that the action has no use for', Relabeling.raw({ action: 'keep', source_labels: ['a'], regex: 'x', modulus: 'q' }),
    'must be a step that has a modulus that is a whole number of at least 1; the one given is {"action":"keep","source_labels":["a"],"regex":"x","modulus":"q"}'],
  ['a target that the action has no use for', Relabeling.raw({ action: 'keep', source_labels: ['a'], regex: 'x', target_label: 5 }),
    'must be a step that has a target label of letters, digits and \'_\'; the one given is {"action":"keep","source_labels":["a"],"regex":"x","target_label":5}'],
  ['an option that is misspelt', Relabeling.replace({ targetLabel: 'x', sourceLabel: ['pod'] } as ReplaceOptions),
    'must be a step of targetLabel, sourceLabels, separator, regex, replacement, but has \'sourceLabel\'; the one made of the others is {"action":"replace","target_label":"x"}'],
  ['a key that is misspelt', Relabeling.raw({ action: 'drop', source_label: 'pod', regex: 'x' }),
    'must be a step of action, source_labels, separator, regex, modulus, target_label, replacement, but has \'source_label\'; '
    + 'the one given is {"action":"drop","source_label":"pod","regex":"x"}'],
  ['action', Relabeling.raw({ action: 'remove', regex: 'a' }),
    'must have an action that Prometheus knows (keep, drop, keepequal, dropequal, replace, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase); the one given is {"action":"remove","regex":"a"}'],
  ['nothing', Relabeling.raw(undefined as unknown as Record<string, string>),
    'must be a step that has a target label of letters, digits and \'_\'; the one given is undefined'],
  ['a variable', Relabeling.set('shard', '$(STATEFULSET_ORDINAL_NUMBER)'),
    'must be a step without \'$(NAME)\', which the config-reloader would replace by a variable; the one given is {"action":"replace","target_label":"shard","replacement":"$$(STATEFULSET_ORDINAL_NUMBER)"}'],
  ['no step', { action: 'drop' } as unknown as Relabeling, 'must be a Relabeling, e.g. Relabeling.drop([\'pod\'], \'debug-.*\'), but is {"action":"drop"}'],
])('refuses %s', (_, step, problem) => {
  expect(relabeling().problem(step)).toBe(problem);
});

test.each([
  ['a{2000}', '\'{2000}\' repeats more than 1000 times'],
  ['\\u0041', 'RE2 does not know \'\\u\''],
  ['\\cA', 'RE2 does not know \'\\c\''],
  ['\\y', 'RE2 does not know \'\\y\''],
  ['\\p{Foo}', 'it names a class that Unicode does not have'],
  ['[[:foo:]]', 'RE2 does not know the class [:foo:]'],
  ['(?<n>a)\\k<n>', 'RE2 does not know \'\\k\''],
  ['(.*', 'a \'(\' has no \')\''],
  ['a**', 'there is nothing that \'*\' could repeat'],
])('refuses what RE2 refuses: %s', (regex, reason) => {
  expect(relabeling().problem(Relabeling.labelDrop(regex)))
    .toBe(`must be a step with a sound regex, but '${regex}' is no valid RE2: ${reason}; the one given is ${JSON.stringify({ action: 'labeldrop', regex })}`);
});

test('takes what is plain without the translator of RE2', () => {
  jest.isolateModules(() => {
    const compileRe2 = jest.fn(() => ({}));
    jest.doMock('../../src/core/re2', () => ({ compileRe2 }));
    const plain = jest.requireActual<typeof import('../../src/core/relabeling')>('../../src/core/relabeling');
    ['debug-.*', '(.+)/(.*);https?', 'a|b|.+', ''].forEach(regex => expect(plain.relabeling().problem(plain.Relabeling.labelDrop(regex))).toBeUndefined());
    expect(compileRe2.mock.calls).toEqual([['(.+)/(.*);https?']]);
  });
});

test('what a caller does with its lists later does not get into a step', () => {
  const labels = ['pod'];
  const step = Relabeling.keep(labels, 'a');
  labels.push('a b');
  expect(step._config.source_labels).toEqual(['pod']);
});
