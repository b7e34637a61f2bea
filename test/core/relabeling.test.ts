import { Relabeling, relabeling } from '../../src/core/relabeling';

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
])('takes what only RE2 has: %s', (_, regex) => {
  expect(relabeling().problem(Relabeling.keep(['a'], regex))).toBeUndefined();
});

test.each([
  ['no source', Relabeling.keep([], 'a'), 'must be a step that names at least one source label; the one given is {"action":"keep","source_labels":[],"regex":"a"}'],
  ['no target', Relabeling.copy('a', ''), 'must be a step that has a target label of letters, digits and \'_\'; the one given is {"action":"replace","source_labels":["a"],"target_label":""}'],
  ['modulus', Relabeling.hashMod(['a'], 'b', 0), 'must be a step that has a modulus that is a whole number of at least 1; the one given is {"action":"hashmod","source_labels":["a"],"target_label":"b","modulus":0}'],
  ['regex', Relabeling.drop(['a'], '(b'), 'must be a step whose regex is valid RE2, without look-around or back-references; the one given is {"action":"drop","source_labels":["a"],"regex":"(b"}'],
  ['look-ahead', Relabeling.drop(['a'], 'b(?!c)'), 'must be a step whose regex is valid RE2, without look-around or back-references; the one given is {"action":"drop","source_labels":["a"],"regex":"b(?!c)"}'],
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
