import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Duration } from 'cdk8s';
import { alert, alerts, findings } from './sets';
import { RuleTest, RuleTestOutcome } from '../../src';

const TEST: RuleTest = {
  name: 'fires when an instance is down',
  interval: Duration.seconds(30),
  inputSeries: [{ series: 'up{job="api", instance="a"}', values: '1 0x10' }],
  alertRuleTests: [{
    evalTime: Duration.minutes(3),
    alertname: 'A',
    expAlerts: [{ expLabels: { job: 'api', instance: 'a', severity: 'warning' }, expAnnotations: { summary: 'a is down' } }],
  }, { evalTime: Duration.seconds(0), alertname: 'A', expAlerts: [] }],
  promqlExprTests: [{ expr: 'count(up)', evalTime: Duration.minutes(1), expSamples: [{ labels: '{}', value: 1 }] }],
  externalLabels: { cluster: 'eu-1' },
};

const set = (tests: RuleTest[], options = {}) => alerts([alert('up == 0', { summary: '{{ $labels.instance }} is down' })], { ...options, tests });

test('prints a file for promtool', () => {
  const tested = set([TEST], { name: 'api', evaluationInterval: Duration.seconds(30) });
  expect(findings(tested)).toEqual([]);
  expect(tested.testsToYaml()).toBe(`rule_files:
  - api.yaml
evaluation_interval: 30s
tests:
  - name: fires when an instance is down
    interval: 30s
    input_series:
      - series: up{job="api", instance="a"}
        values: 1 0x10
    alert_rule_test:
      - eval_time: 3m
        alertname: A
        exp_alerts:
          - exp_labels:
              job: api
              instance: a
              severity: warning
            exp_annotations:
              summary: a is down
      - eval_time: 0s
        alertname: A
        exp_alerts: []
    promql_expr_test:
      - expr: count(up)
        eval_time: 1m
        exp_samples:
          - labels: "{}"
            value: 1
    external_labels:
      cluster: eu-1
`);
});

const series = (text: string) => ({ ...TEST, inputSeries: [{ series: text, values: '1' }] });
const values = (text: string) => ({ ...TEST, inputSeries: [{ series: 'up', values: text }] });
const NOTATION = 'must be values with spaces between them (1 2 3, 0+10x5, 1x4, _, _x3, stale, or {{ … }} for a histogram), but has';

test.each<[string, RuleTest, string]>([
  ['an alert that is not there', { ...TEST, alertRuleTests: [{ evalTime: Duration.minutes(1), alertname: 'B', expAlerts: [] }] },
    'Test \'fires when an instance is down\' expects alert \'B\', which the set does not have; did you mean \'A\'?'],
  ['an alert of another name', { ...TEST, name: undefined, alertRuleTests: [{ evalTime: Duration.minutes(1), alertname: 'Other', expAlerts: [] }] },
    'Test 1 expects alert \'Other\', which the set does not have; it has \'A\'.'],
  ['a series that is an expression', series('sum(up)'),
    'Test \'fires when an instance is down\' has \'inputSeries\', where each item has \'series\', which must be the name of a series and its labels, e.g. up{job="api"}, but is "sum(up)".'],
  ['a label that stands twice', series('up{a="b", a="c"}'),
    'Test \'fires when an instance is down\' has \'inputSeries\', where each item has \'series\', which must have each label once, but has \'a\' twice.'],
  ['values that are none', values('1 two'), `Test 'fires when an instance is down' has 'inputSeries', where each item has 'values', which ${NOTATION} 'two'.`],
  ['values without spaces', values('1,2'), `Test 'fires when an instance is down' has 'inputSeries', where each item has 'values', which ${NOTATION} '1,2'.`],
  ['a histogram with an unknown key', values('{{foo:1}}'), `Test 'fires when an instance is down' has 'inputSeries', where each item has 'values', which ${NOTATION} '{{foo:1}}'.`],
  ['a sample that is an expression', { ...TEST, promqlExprTests: [{ expr: 'up', evalTime: Duration.minutes(1), expSamples: [{ labels: 'up > 1', value: 1 }] }] },
    'Test \'fires when an instance is down\' has \'promqlExprTests\', where each item has \'expSamples\', where each item has \'labels\', which must be the name of a series and its labels, e.g. up{job="api"}, but is "up > 1".'],
  ['an expression that is none', { ...TEST, promqlExprTests: [{ expr: 'rate(up)', evalTime: Duration.minutes(1), expSamples: [] }] },
    'Test \'fires when an instance is down\' asks what is no PromQL. At column 6, \'rate\' takes a range vector here, but this is an instant vector; add a range such as [5m] behind a selector, or [5m:] behind another expression.\n    rate(up)\n         ^^'],
  ['a time that is no duration', { ...TEST, alertRuleTests: [{ evalTime: '5m' as never, alertname: 'A', expAlerts: [] }] },
    'Test \'fires when an instance is down\' has \'alertRuleTests\', where each item has \'evalTime\', which must be a Duration, e.g. Duration.hours(1), of at least 0s, but is "5m".'],
  ['nothing to expect', { inputSeries: [] }, 'Test 1 expects nothing; give it \'alertRuleTests\' or \'promqlExprTests\'.'],
  ['no series', {} as RuleTest, 'Test 1 has \'inputSeries\', which must be a list, but is not given; leave it out for the default.'],
])('refuses %s', (_, tested, message) => {
  expect(findings(set([tested]))).toEqual([`error rule-test: ${message}`]);
});

test.each(['1 2 3', '0+10x5', '5-1x3', '1x4', '_', '_x3', 'stale', '1.5 -1 +1 1e3 .5', '-1-1x3', 'NaN Inf -Inf', '', '{{schema:0 sum:1 count:2 buckets:[1 2]}}x3', '{{count:1}}+{{count:1}}x3 1'])(
  'takes the values \'%s\'', text => {
    expect(findings(set([values(text)]))).toEqual([]);
  });

describe('with a promtool', () => {
  let folder: string;
  const { PROMTOOL, PATH } = process.env;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'promtool-'));
    delete process.env.PROMTOOL;
    process.env.PATH = '';
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    Object.assign(process.env, { PATH }, PROMTOOL === undefined ? {} : { PROMTOOL });
  });

  /** A program that says what it was given, and ends as it is told. */
  function promtool(status: number): string {
    const path = join(folder, 'promtool');
    writeFileSync(path, `#!/bin/sh\necho "$1 $2 \${3##*/}"\nwhile read -r line; do echo "$line"; done < "\${3%/*}/api.yaml"\nexit ${status}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  const RULES = 'groups:\n- name: g\nrules:\n- alert: A\nexpr: up == 0\nlabels:\nseverity: warning\nannotations:\nsummary: "{{ $labels.instance }} is down"';
  const left = () => readdirSync(tmpdir()).filter(name => name.startsWith('rule-tests-'));

  test('runs the tests, and leaves nothing behind', () => {
    const before = left();
    expect(set([TEST], { name: 'api' }).runTests({ promtool: promtool(0) })).toEqual({ outcome: RuleTestOutcome.PASSED, output: `test rules api.test.yaml\n${RULES}` });
    expect(left()).toEqual(before);
  });

  test('finds it by the environment', () => {
    process.env.PROMTOOL = promtool(0);
    expect(set([TEST], { name: 'api' }).runTests().outcome).toBe('passed');
    delete process.env.PROMTOOL;
    process.env.PATH = folder;
    expect(set([TEST], { name: 'api' }).runTests().outcome).toBe('passed');
  });

  test('throws what promtool says of a test that fails', () => {
    expect(() => set([TEST], { name: 'api' }).runTests({ promtool: promtool(1) })).toThrow(`The tests of 'api' failed:\ntest rules api.test.yaml\n${RULES}`);
  });

  test('says that nothing was run where there is none', () => {
    const tested = set([TEST], { name: 'api' });
    expect(tested.runTests()).toEqual({
      outcome: 'skipped',
      output: 'The tests of \'api\' were not run: there is no promtool in the PATH, and the environment has no PROMTOOL. Install Prometheus, or name it.',
    });
    expect(tested.runTests({ promtool: '/no/promtool' }).output).toBe('The tests of \'api\' were not run: there is no promtool at /no/promtool. Install Prometheus, or name it.');
    expect(() => tested.runTests({ required: true })).toThrow('The tests of \'api\' were not run: there is no promtool in the PATH');
  });

  test('says that nothing was run where there are no tests', () => {
    expect(alerts([alert('up == 0')], { name: 'api' }).runTests({ promtool: promtool(0) })).toEqual({ outcome: 'skipped', output: 'The set \'api\' has no tests.' });
  });
});

test('tells all that is wrong with a test at once', () => {
  const wrong = alerts([alert('up == 0')], {
    tests: [{
      inputSeries: [{ series: 'up{', values: '1' }],
      promqlExprTests: [{ expr: 'sum(', evalTime: Duration.minutes(1), expSamples: [] }],
    }],
  });
  expect(findings(wrong).map(message => message.split('\n')[0])).toEqual([
    expect.stringMatching(/^error rule-test: Test 1 has 'inputSeries', where each item has 'series'/),
    'error rule-test: Test 1 asks what is no PromQL. At column 4, the \'(\' is not closed; add the \')\' that belongs to it.',
  ]);
});

test('shows a value of a sample that is none of JSON\'s', () => {
  const wrong = alerts([alert('up == 0')], {
    tests: [{
      inputSeries: [], promqlExprTests: [{ expr: 'up', evalTime: Duration.minutes(1), expSamples: [{ labels: 'up', value: BigInt(1) as never }] }],
    }],
  });
  expect(findings(wrong)).toEqual(['error rule-test: Test 1 has \'promqlExprTests\', where each item has \'expSamples\', where each item has \'value\', which must be a number, but is 1.']);
});
