import { Duration } from 'cdk8s';
import { alert, alerts, findings, records } from './sets';
import { AlertRuleSet, AlertRuleSetProps, AlertSeverity, PartialResponseStrategy, PlatformRules, RecordingRuleSet, RulePlacement } from '../../src';
import { Graph } from '../../src/core/graph';
import { fixture, manifest } from '../fixture';

const API: AlertRuleSetProps = {
  name: 'api',
  owner: 'payments',
  labels: { tier: 'one', cluster: 'set' },
  thresholds: { maxErrors: 0.05 },
  groups: [{
    name: 'errors',
    interval: Duration.seconds(30),
    limit: 10,
    queryOffset: Duration.minutes(1),
    labels: { cluster: 'group' },
    partialResponseStrategy: PartialResponseStrategy.WARN,
    rules: [{
      alert: 'ApiErrors',
      expr: 'sum by (job) (rate(errors_total[5m])) > $maxErrors',
      for: Duration.minutes(5),
      keepFiringFor: Duration.minutes(10),
      severity: AlertSeverity.CRITICAL,
      summary: '{{ $labels.job }} has more than $maxErrors errors a second.',
      description: 'It has {{ $value | humanize }}.',
      runbookUrl: 'https://runbooks.example.com/api-errors',
      labels: { page: 'yes' },
      annotations: { dashboard: 'https://grafana.example.com/d/api' },
    }, { alert: 'ApiDown', expr: 'up{job="api"} == 0', severity: 'warning', owner: 'platform' }],
  }],
};

test('prints a rule file', () => {
  const set = new AlertRuleSet(fixture().chart, 'set', API);
  expect(findings(set)).toEqual([]);
  expect(set.toYaml()).toBe(`groups:
  - name: errors
    interval: 30s
    query_offset: 1m
    limit: 10
    labels:
      tier: one
      cluster: group
    partial_response_strategy: warn
    rules:
      - alert: ApiErrors
        expr: sum by (job) (rate(errors_total[5m])) > 0.05
        for: 5m
        keep_firing_for: 10m
        labels:
          severity: critical
          page: "yes"
          owner: payments
        annotations:
          summary: "{{ $labels.job }} has more than 0.05 errors a second."
          description: It has {{ $value | humanize }}.
          runbook_url: https://runbooks.example.com/api-errors
          dashboard: https://grafana.example.com/d/api
      - alert: ApiDown
        expr: up{job="api"} == 0
        labels:
          severity: warning
          owner: platform
`);
});

test('prints recording rules', () => {
  const set = records([{ record: 'job:up:sum', expr: 'sum by (job) (up)', labels: { kind: 'x' } }], { owner: 'payments' });
  expect(findings(set)).toEqual([]);
  expect(set.toYaml()).toBe(`groups:
  - name: g
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
        labels:
          kind: x
`);
});

test('leaves long expressions in one line', () => {
  const expr = Array.from({ length: 30 }, (_, index) => `metric_${index}_total`).join(' + ');
  expect(records([{ record: 'a:b:c', expr }]).toYaml()).toContain(`expr: ${expr}\n`);
});

test('emits an object of the Prometheus Operator', () => {
  const { chart } = fixture();
  new AlertRuleSet(chart, 'set', API).toPrometheusRule('object', { name: 'api-rules', namespace: 'teams', labels: { role: 'alert-rules' }, annotations: { a: 'b' } });
  const { metadata, spec, apiVersion } = manifest(chart, 'PrometheusRule', 'api-rules');
  expect(apiVersion).toBe('monitoring.coreos.com/v1');
  expect(metadata).toEqual({ name: 'api-rules', namespace: 'teams', labels: { role: 'alert-rules' }, annotations: { a: 'b' } });
  expect(spec.groups).toEqual([expect.objectContaining({
    name: 'errors', interval: '30s', query_offset: '1m', limit: 10, partial_response_strategy: 'warn', labels: { tier: 'one', cluster: 'group' },
  })]);
  expect(spec.groups[0].rules[1]).toEqual({ alert: 'ApiDown', expr: 'up{job="api"} == 0', labels: { severity: 'warning', owner: 'platform' } });
});

test('refuses a wrong object of the Prometheus Operator', () => {
  const { chart } = fixture();
  const set = new AlertRuleSet(chart, 'set', API);
  set.toPrometheusRule('object', { name: 'Api rules' });
  expect(findings(set)).toEqual([expect.stringContaining('error invalid-prop: \'toPrometheusRule.name\' must be')]);
});

test.each<[string, AlertRuleSetProps, string[]]>([
  ['a group without a name', { groups: [{ name: '', rules: [alert('up == 0')] }] }, [
    'error invalid-prop: \'groups[0].name\' must be a text that is not empty, but is "".',
    'error rule-names: Item 1 of \'groups\' has no name; every group needs one of its own.',
  ]],
  ['two groups of one name', { groups: [{ name: 'g', rules: [alert('up == 0')] }, { name: 'g', rules: [alert('up == 1')] }] }, [
    'error rule-names: Group \'g\' stands more than once; names of groups are unique in a set. Rename one, or put its rules into the other.',
  ]],
  ['no groups', { groups: [] }, ['error rules-empty: The set has no rule; give it groups with rules.']],
  ['groups that are no list', { groups: 'x' as unknown as [] }, [
    'error invalid-prop: \'groups\' must be a list of groups, but is "x".', 'error rules-empty: The set has no rule; give it groups with rules.',
  ]],
  ['an unknown prop of a rule', { groups: [{ name: 'g', rules: [{ ...alert('up == 0'), runbook: 'x' } as never] }] }, [
    'error invalid-prop: \'groups[0].rules[0].runbook\' is not known here; did you mean \'runbookUrl\'?',
  ]],
  ['a wrong label', { groups: [{ name: 'g', rules: [alert('up == 0', { labels: { 'a-b': 'c' } })] }] }, [
    'error invalid-prop: \'groups[0].rules[0].labels\' key \'a-b\' must be a Prometheus label name (letters, digits and \'_\', not beginning with a digit or \'__\'), but is "a-b".',
  ]],
  ['a wrong URL', { groups: [{ name: 'g', rules: [alert('up == 0', { runbookUrl: 'runbook' })] }] }, [
    'error invalid-prop: \'groups[0].rules[0].runbookUrl\' must be a URL, or a template of one, but is "runbook".',
  ]],
  ['a threshold that is no number', { thresholds: { a: '5' as never }, groups: [{ name: 'g', rules: [alert('up == 0')] }] }, [
    'error invalid-prop: \'thresholds\' \'a\' must be a number, but is "5".',
  ]],
  ['a name that is no file', { name: 'My rules', groups: [{ name: 'g', rules: [alert('up == 0')] }] }, [
    'error invalid-prop: \'name\' must be a name for files and objects (lower-case letters, digits, \'-\' and \'.\', beginning and ending with a letter or digit) of at most 200 characters, but is "My rules".',
  ]],
])('fails with %s', (_, props, messages) => {
  expect(findings(new AlertRuleSet(fixture().chart, 'set', props))).toEqual(messages);
});

test('fails with a name of a series that is none', () => {
  expect(findings(records([{ record: 'my series', expr: 'sum(up)' }]))[0]).toBe(
    'error invalid-prop: \'groups[0].rules[0].record\' must be a name of a metric (letters, digits, \'_\' and \':\', not beginning with a digit), but is "my series".');
});

test('tells where an expression is wrong, and stops the synth', () => {
  const { app, chart } = fixture();
  const set = new AlertRuleSet(chart, 'set', { groups: [{ name: 'g', rules: [alert('sum(ratee(foo[5m])) > 1')] }] });
  expect(findings(set)).toEqual([
    'error promql: Group \'g\', alert \'A\': the expression is wrong. At column 5, Prometheus 3.14 has no function \'ratee\'; did you mean \'rate\'?\n    sum(ratee(foo[5m])) > 1\n        ^^^^^',
  ]);
  expect(() => app.synthYaml()).toThrow('Group \'g\', alert \'A\': the expression is wrong. At column 5, Prometheus 3.14 has no function \'ratee\'');
});

test('knows fewer functions where a ruler evaluates', () => {
  const first = 'first_over_time(foo[5m]) > 1';
  expect(findings(alerts([alert(first)]))).toEqual([]);
  expect(findings(alerts([alert(first, { placement: RulePlacement.RULER })]))).toEqual([
    'error promql: Group \'g\', alert \'A\': the expression is wrong. At column 1, \'first_over_time\' is experimental in Thanos 0.42; set \'experimentalFunctions\' where the evaluator has --enable-feature=promql-experimental-functions.\n    first_over_time(foo[5m]) > 1\n    ^^^^^^^^^^^^^^^',
  ]);
  expect(findings(alerts([alert(first, { placement: RulePlacement.RULER })], { experimentalFunctions: true }))).toEqual([]);
});

test('tells where a template is wrong', () => {
  expect(findings(alerts([alert('up == 0', { summary: '{{ $labels.job | upper }}' })]))).toEqual([
    'error rule-template: Group \'g\', alert \'A\': the template of annotation \'summary\' is wrong. At column 18, templates have no function \'upper\'; did you mean \'toUpper\'?\n    {{ $labels.job | upper }}\n                     ^^^^^',
  ]);
  expect(findings(alerts([alert('up == 0', { labels: { x: '{{ query "sum(" | first }}' } })]))).toEqual([
    'error rule-template: Group \'g\', alert \'A\': the template of label \'x\' is wrong. At column 10, the query is no PromQL: the \'(\' is not closed; add the \')\' that belongs to it.\n    {{ query "sum(" | first }}\n             ^^^^^^',
  ]);
});

test('fails with thresholds that nothing reads, and with those that are not there', () => {
  expect(findings(alerts([alert('foo > $maxErrors')], { thresholds: { maxErrrors: 5 } }))).toEqual([
    'error rule-thresholds: Threshold \'maxErrrors\' stands in no rule; write $maxErrrors in the expression that it is for, or take it out of \'thresholds\'.',
    'error promql: Group \'g\', alert \'A\': the expression is wrong. At column 7, \'$maxErrors\' is no threshold: the set has \'maxErrrors\'; did you mean \'$maxErrrors\'?\n    foo > $maxErrors\n          ^^^^^^^^^^',
  ]);
  expect(findings(alerts([alert('foo > $limit')]))).toEqual([
    'error promql: Group \'g\', alert \'A\': the expression is wrong. At column 7, \'$limit\' is no threshold: the set has no \'thresholds\'. Add it there, or write the number.\n    foo > $limit\n          ^^^^^^',
  ]);
});

test('leaves what is no threshold as it is', () => {
  const set = alerts([alert('label_replace(foo, "a", "$1", "b", "(.*)$") > $max', { summary: 'More than $max: {{ $max := 1 }}{{ $max }} $other' })], { thresholds: { max: 3 } });
  expect(findings(set)).toEqual([]);
  expect(set.toYaml()).toContain('expr: label_replace(foo, "a", "$1", "b", "(.*)$") > 3\n');
  expect(set.toYaml()).toContain('summary: "More than 3: {{ $max := 1 }}{{ $max }} $other"\n');
});

test('takes one set with other thresholds', () => {
  const made = (max: number) => alerts([alert('foo > $max')], { thresholds: { max } }).toYaml();
  expect(made(1)).toContain('foo > 1');
  expect(made(-2.5)).toContain('foo > -2.5');
});

test('makes notes of acknowledged warnings, of the set and of the platform', () => {
  const rules = [{ alert: 'A', expr: 'up == 0' }];
  const message = '\'A\' has no label \'severity\', by which alerts are routed; give one of critical, warning, info, or none.';
  expect(findings(alerts(rules))).toEqual([`warning alert-without-severity: ${message}`]);
  expect(findings(alerts(rules, { acknowledgedRules: ['alert-without-severity'] }))).toEqual([`note alert-without-severity: ${message}`]);
  const set = alerts(rules);
  Graph.of(set).acknowledge(['alert-without-severity']);
  expect(findings(set)).toEqual([`note alert-without-severity: ${message}`]);
});

test('needs no props to say what is missing', () => {
  expect(findings(new RecordingRuleSet(fixture().chart, 'set', undefined as never))).toEqual([
    'error invalid-prop: \'groups\' must be a list of groups, but is undefined.', 'error rules-empty: The set has no rule; give it groups with rules.',
  ]);
});

test('what is drawn is readable among other findings', () => {
  const { app, chart } = fixture();
  new AlertRuleSet(chart, 'set', {
    groups: [{
      name: 'g',
      rules: [
        alert('sum(rate(errors_total[5m]) by (job)\n  > 1', { summary: '{{ $labels.job has errors' }),
        alert('up == 0', { alert: 'B', labels: { __name__: 'b' } }),
        alert('up ==', { alert: 'C' }),
      ],
    }],
  });
  expect(() => app.synthYaml()).toThrow(new Error(`Validation failed with the following errors:
  [monitoring/set] 'groups[0].rules[1].labels' key '__name__' must be a Prometheus label name (letters, digits and '_', not beginning with a digit or '__'), but is "__name__". (invalid-prop)
  [monitoring/set] Group 'g', alert 'A': the expression is wrong. At line 1, column 28, 'by' cannot stand here: 'by (…)' stands behind an aggregation such as sum, or behind its parentheses. (promql)
    sum(rate(errors_total[5m]) by (job)
                               ^^
  [monitoring/set] Group 'g', alert 'A': the template of annotation 'summary' is wrong. At column 1, the action that begins with '{{' is not closed; add '}}'. (rule-template)
    {{ $labels.job has errors
    ^^
  [monitoring/set] Group 'g', alert 'C': the expression is wrong. At column 6, something is missing where the expression ends. (promql)
    up ==
         ^`));
});

describe('rules that nobody takes', () => {
  const unusedIn = (set: AlertRuleSet) => Graph.of(set).findings().filter(({ rule }) => rule === 'rules-unused').map(({ severity, message }) => `${severity}: ${message}`);

  test('are never evaluated', () => {
    expect(unusedIn(alerts([alert('up == 0')]))).toEqual(['warning: Nobody takes the rules of \'set\', so that none of them is ever evaluated. Give them to an evaluator by its \'addRules\', '
      + 'such as that of a MonitoringStack; print them by \'toPrometheusRule\' or \'toYaml\'; or leave them out.']);
  });

  test('of the platform are told once', () => {
    const rules = new PlatformRules(fixture().chart, 'platform', { name: 'platform', queries: [{ name: 'query', replicas: 2 }] });
    expect(unusedIn(rules.all[0])).toEqual(['warning: Nobody takes any set of the platform\'s rules (\'all\' has each of them), so that none of them is ever evaluated. Give them to an evaluator by its '
      + '\'addRules\', such as that of a MonitoringStack; print them by \'toPrometheusRule\' or \'toYaml\'; or leave them out.']);
    rules.queries[0].toYaml();
    expect(unusedIn(rules.all[0])).toEqual([]);
  });

  test.each<[string, (set: AlertRuleSet) => void]>([
    ['printed', set => void set.toYaml()],
    ['made an object', set => void set.toPrometheusRule('object')],
    ['acknowledged', set => Graph.of(set).acknowledge(['rules-unused'])],
  ])('but not when they are %s', (_, use) => {
    const set = alerts([alert('up == 0')]);
    use(set);
    expect(unusedIn(set).filter(text => text.startsWith('warning'))).toEqual([]);
  });
});
