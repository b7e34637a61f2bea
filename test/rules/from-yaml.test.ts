import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { findings, fromYaml } from './sets';
import { AlertRuleSet } from '../../src';
import { fixture } from '../fixture';

const FILE = `groups:
  - name: api
    interval: 1m
    partial_response_strategy: WARN
    limit: 5
    labels:
      number: 012
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: ApiDown
        expr: |
          job:up:sum
            == 0
        for: 0m
        labels: &labels
          severity: yes
        annotations:
          summary: '{{ $labels.job }} is down.'
      - alert: ApiGone
        expr: absent(up{job="api"})
        labels: *labels
`;

test('takes a file as it is', () => {
  const set = fromYaml(FILE);
  expect(findings(set)).toEqual([]);
  expect(set.toYaml()).toBe(`groups:
  - name: api
    interval: 1m
    limit: 5
    labels:
      number: "012"
    partial_response_strategy: warn
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: ApiDown
        expr: |
          job:up:sum
            == 0
        for: 0m
        labels:
          severity: "yes"
        annotations:
          summary: "{{ $labels.job }} is down."
      - alert: ApiGone
        expr: absent(up{job="api"})
        labels:
          severity: "yes"
`);
});

test('adds what the options say', () => {
  const set = fromYaml('groups: [{ name: g, rules: [{ alert: A, expr: up == $max, labels: { severity: info } }] }]', { owner: 'me', thresholds: { max: 0 } });
  expect(findings(set)).toEqual([]);
  expect(set.toYaml()).toContain('expr: up == 0\n        labels:\n          severity: info\n          owner: me\n');
});

test('takes several documents, PrometheusRule objects and lists of them', () => {
  const group = (name: string) => `{ name: ${name}, rules: [{ record: "a:b:c", expr: "1" }] }`;
  const set = fromYaml(`groups: [${group('one')}]
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: x, labels: { role: alert-rules } }
spec: { groups: [${group('two')}] }
---
# nothing here
---
kind: List
items: [{ kind: PrometheusRule, spec: { groups: [${group('three')}] } }]
`);
  expect(findings(set)).toEqual([]);
  expect(set.placements.map(({ group: name }) => name)).toEqual(['one', 'two', 'three']);
});

test('takes a file by its path', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), FILE);
    const set = AlertRuleSet.fromFile(fixture().chart, 'set', join(folder, 'rules.yaml'));
    expect(findings(set)).toEqual([]);
    expect(set.toYaml()).toBe(fromYaml(FILE).toYaml());
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('says which file is not there', () => {
  expect(findings(AlertRuleSet.fromFile(fixture().chart, 'set', 'no/such/file.yaml'))).toEqual([
    'error rule-file: The rule file \'no/such/file.yaml\' cannot be read: ENOENT: no such file or directory, open \'no/such/file.yaml\'.',
  ]);
});

const RULE = '{ alert: A, expr: up == 0, labels: { severity: info } }';

test.each([
  ['no YAML', 'groups: [', 'error rule-file: The rule file is no YAML at line 1: Flow sequence in block collection must be sufficiently indented and end with a ].'],
  ['a text', 'hello', 'error rule-file: The rule file must be a map with \'groups\', but is "hello".'],
  ['no text', undefined, 'error rule-file: The rule file must be a text of YAML, but is undefined.'],
  ['nothing', '', 'error rules-empty: The set has no rule; give it groups with rules.'],
  ['another object', 'kind: ConfigMap', 'error rule-file: An object of kind \'ConfigMap\' holds no rules that can be read; give PrometheusRule objects, or the rule file that is in it.'],
  ['an unknown key', `group: [{ name: g, rules: [${RULE}] }]`, 'error rule-file: The rule file has \'group\', which Prometheus does not know; did you mean \'groups\'?'],
  ['groups that are no list', 'groups: { a: b }', 'error rule-file: The rule file has \'groups\', which must be a list, but is {"a":"b"}.'],
  ['a group that is no map', 'groups: [x]', 'error rule-file: Item 1 of \'groups\' must be a map with \'name\' and \'rules\', but is "x".'],
  ['an unknown key of a group', `groups: [{ name: g, source_tenants: [a], rules: [${RULE}] }]`,
    'error rule-file: Group \'g\' has \'source_tenants\', which Prometheus does not know; known are name, interval, query_offset, limit, labels, partial_response_strategy, rules.'],
  ['a wrong limit', `groups: [{ name: g, limit: many, rules: [${RULE}] }]`, 'error rule-file: Group \'g\' has \'limit\', which must be a whole number, but is "many".'],
  ['a wrong strategy', `groups: [{ name: g, partial_response_strategy: maybe, rules: [${RULE}] }]`,
    'error rule-file: Group \'g\' has \'partial_response_strategy\', which must be one of abort, warn, but is "maybe".'],
  ['a rule that is no map', 'groups: [{ name: g, rules: [x] }]', 'error rule-file: Group \'g\' has rule 1, which must be a map with \'alert\' or \'record\' and \'expr\', but is "x".'],
  ['a rule of neither kind', 'groups: [{ name: g, rules: [{ expr: up }] }]', 'error rule-file: Group \'g\', rule 1 has neither \'alert\' nor \'record\'; a rule is one of both.'],
  ['a rule of both kinds', 'groups: [{ name: g, rules: [{ alert: A, record: a, expr: up }] }]', 'error rule-file: Group \'g\', rule 1 has both \'alert\' and \'record\'; a rule is one of both.'],
  ['an unknown key of a rule', 'groups: [{ name: g, rules: [{ alert: A, expression: up }] }]',
    'error rule-file: Group \'g\', rule 1 has \'expression\', which Prometheus does not know; known are record, alert, expr, for, keep_firing_for, labels, annotations.'],
  ['labels that are no map', 'groups: [{ name: g, rules: [{ alert: A, expr: up == 0, labels: [a] }] }]', 'error rule-file: Group \'g\', rule 1 has \'labels\', which must be a map of texts, but is ["a"].'],
  ['an expression that is no text', 'groups: [{ name: g, rules: [{ alert: A, expr: [a] }] }]', 'error rule-file: Group \'g\', rule 1 has \'expr\', which must be a text, but is ["a"].'],
  ['a wrong duration', `groups: [{ name: g, interval: 1 minute, rules: [${RULE}] }]`,
    'error rule-durations: Group \'g\' has \'interval\', which must be a duration with units from the largest to the smallest (y, w, d, h, m, s, ms), e.g. 1h30m, but is "1 minute".'],
  ['a wrong for', 'groups: [{ name: g, rules: [{ alert: A, expr: up == 0, for: 5, labels: { severity: info } }] }]',
    'error rule-durations: Group \'g\', alert \'A\' has \'for\', which must be a duration with units from the largest to the smallest (y, w, d, h, m, s, ms), e.g. 1h30m, but is "5".'],
  ['a recording rule with for', 'groups: [{ name: g, rules: [{ record: "a:b:c", expr: up, for: 5m }] }]', 'error rule-names: Group \'g\', record \'a:b:c\' has \'for\', which only alerts have; take it away.'],
  ['a record with braces', 'groups: [{ name: g, rules: [{ record: "a:b{c=d}", expr: up }] }]',
    'error rule-names: Group \'g\', record \'a:b{c=d}\' has braces in its name; write only the name of the new series, and give labels by \'labels\'.'],
  ['a label that cannot be set', 'groups: [{ name: g, rules: [{ record: "a:b:c", expr: up, labels: { __name__: x } }] }]',
    'error rule-names: Group \'g\', record \'a:b:c\' has a label \'__name__\', which is no name that can be set; rename it.'],
  ['no expression', 'groups: [{ name: g, rules: [{ record: "a:b:c" }] }]',
    'error promql: Group \'g\', record \'a:b:c\': the expression is wrong. At column 1, there is no expression; write PromQL, e.g. up == 0.\n    \n    ^'],
  ['a group without a name', `groups: [{ rules: [${RULE}] }]`, 'error rule-names: Item 1 of \'groups\' has no name; every group needs one of its own.'],
])('fails with %s', (_, yaml, message) => {
  expect(findings(fromYaml(yaml as string)).filter(finding => finding.startsWith('error'))[0]).toBe(message);
});

test.each<[string, string]>([
  ['an alias of nothing', 'groups: *a'],
  ['aliases that grow', `a0: &a0 [x]\n${Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(', ')}]`).join('\n')}`],
  ['lists in lists', '['.repeat(5000)],
])('says what cannot be read: %s', (_, yaml) => {
  expect(findings(fromYaml(yaml))).toEqual([expect.stringMatching(/^error rule-file: The rule file is no YAML.*\.$/)]);
});

test('says that a path is none, and that an id is no name', () => {
  expect(findings(AlertRuleSet.fromFile(fixture().chart, 'set', {} as never))).toEqual(['error rule-file: \'fromFile\' needs the path of a rule file, but is given {}.']);
  expect(findings(AlertRuleSet.fromYaml(fixture().chart, 'Shop_Alerts', 'groups: [{ name: g, rules: [{ record: "a:b:c", expr: a }] }]'))).toEqual([
    'error rule-set-name: The id of a rule set is its name, which must be a name for files and objects (lower-case letters, digits, \'-\' and \'.\', beginning and ending with a letter or digit) '
    + 'of at most 200 characters, but is "Shop_Alerts"; give it another id, or a \'name\'.',
  ]);
});
