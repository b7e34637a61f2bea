import { Duration } from 'cdk8s';
import { alert, alerts, findings, fromYaml, records } from './sets';
import { AlertRule, AlertRuleSet, RulePlacement, RuleSetOptions } from '../../src';
import { fixture } from '../fixture';

const IN_A = 'Group \'g\', alert \'A\': ';

test.each<[string, AlertRule, RuleSetOptions, string[]]>([
  ['rate of a gauge', alert('rate(queue_length[5m]) > 1'), {}, [
    `warning rate-of-gauge: ${IN_A}At column 6, 'rate' is for counters, but 'queue_length' is a gauge by its name; use deriv, or the counter that is meant.\n    rate(queue_length[5m]) > 1\n         ^^^^^^^^^^^^`,
  ]],
  ['increase of a gauge', alert('increase(up[5m]) > 1'), {}, [
    `warning rate-of-gauge: ${IN_A}At column 10, 'increase' is for counters, but 'up' is a gauge by its name; use delta, or the counter that is meant.\n    increase(up[5m]) > 1\n             ^^`,
  ]],
  ['delta of a counter', alert('delta(errors_total[5m]) > 1'), {}, [
    `warning rate-of-gauge: ${IN_A}At column 7, 'delta' is for gauges, but 'errors_total' is a counter by its name and begins anew at each restart; use increase.\n    delta(errors_total[5m]) > 1\n          ^^^^^^^^^^^^`,
  ]],
  ['rate of a counter without a suffix', alert('rate(node_vmstat_pgmajfault[5m]) > 1'), {}, []],
  ['rate of a count', alert('rate(x_count[5m]) > 1 or rate(x_sum[5m]) > 1 or rate(x_bucket[5m]) > 1'), {}, []],

  ['no condition', alert('rate(errors_total[5m])'), {}, [
    `warning alert-always-fires: ${IN_A}At column 1, the alert fires for every series that the expression returns, for it compares with nothing; write a condition, e.g. … > 0.\n    rate(errors_total[5m])\n    ^^^^^^^^^^^^^^^^^^^^^^`,
  ]],
  ['a condition with bool', alert('sum by (instance) (up > bool 1)'), {}, [
    `warning alert-always-fires: ${IN_A}At column 20, the alert fires for every series, for a comparison with 'bool' returns 0 where it does not hold, rather than nothing; take 'bool' away.\n    sum by (instance) (up > bool 1)\n                       ^^^^^^^^^^^`,
  ]],
  ['a condition on one side of or only', alert('up == 0 or foo'), {}, [
    `warning alert-always-fires: ${IN_A}At column 1, the alert fires for every series that the expression returns, for it compares with nothing; write a condition, e.g. … > 0.\n    up == 0 or foo\n    ^^^^^^^^^^^^^^`,
  ]],
  ['a watchdog', { alert: 'Watchdog', expr: 'vector(1)', severity: 'none' }, {}, []],
  ['a series that is there in one state only', alert('info{state="bad"}'), {}, []],
  ['a condition within', alert('sum by (instance) (up == 0)'), {}, []],
  ['a filter', alert('up unless foo'), {}, []],

  ['absence without labels', alert('absent(up)'), {}, [
    `warning absent-without-labels: ${IN_A}At column 1, the alert has no labels and does not say what is gone: 'absent' takes them from matchers with '=' of a selector that stands alone in it, e.g. absent(up{job="api"}).\n    absent(up)\n    ^^^^^^^^^^`,
  ]],
  ['absence of an expression', alert('foo > 1 or absent(up{job="api"} == 1)'), {}, [
    `warning absent-without-labels: ${IN_A}At column 12, the alert has no labels and does not say what is gone: 'absent' takes them from matchers with '=' of a selector that stands alone in it, e.g. absent(up{job="api"}).\n    foo > 1 or absent(up{job="api"} == 1)\n               ^^^^^^^^^^^^^^^^^^^^^^^^^^`,
  ]],
  ['absence with labels', alert('absent(up{job="api"})'), {}, []],
  ['absence that only filters', alert('foo > 1 and on () absent(bar)'), {}, []],

  ['a short for', alert('up == 0', { for: Duration.seconds(50) }), { evaluationInterval: Duration.seconds(30) }, [
    `warning for-below-two-evaluations: ${IN_A}its 'for' (50s) is shorter than two evaluations (one each 30s), so that it filters hardly anything; raise it to 1m, lower the group's 'interval', or leave it out.`,
  ]],
  ['a for of two evaluations', alert('up == 0', { for: Duration.minutes(1) }), { evaluationInterval: Duration.seconds(30) }, []],
  ['no for', alert('up == 0'), { evaluationInterval: Duration.seconds(30) }, []],
  ['a short for where nobody knows the evaluator', alert('up == 0', { for: Duration.seconds(1) }), {}, []],

  ['a short range', alert('rate(a_total[1m]) > 1'), { scrapeInterval: Duration.seconds(45) }, [
    `warning range-below-two-scrapes: ${IN_A}At column 6, 'rate' needs two samples, but a range of 1m is shorter than two scrapes (one each 45s); use four of them, 3m, so that a lost scrape does no harm.\n    rate(a_total[1m]) > 1\n         ^^^^^^^^^^^`,
  ]],
  ['a range of two scrapes', alert('rate(a_total[1m]) > 1'), { scrapeInterval: Duration.seconds(30) }, []],

  ['a template of a label that is dropped', alert('sum by (job) (up) < 3', { summary: '{{ $labels.job }} on {{ $labels.instance }}', description: '{{ $labels.instance }}' }), {}, [
    `warning template-label: ${IN_A}the template of annotation 'summary' will be empty there. At column 32, it reads label 'instance' of the expression, which has 'job'; keep the label in the expression, or take it out of the template.\n    {{ $labels.job }} on {{ $labels.instance }}\n                                   ^^^^^^^^^`,
  ]],
  ['a template without any label', alert('sum(up) < 3', { summary: '{{ $labels.job }}' }), {}, [
    `warning template-label: ${IN_A}the template of annotation 'summary' will be empty there. At column 11, it reads label 'job' of the expression, which has no labels; keep the label in the expression, or take it out of the template.\n    {{ $labels.job }}\n              ^^^^`,
  ]],
  ['a template of a label that without drops', alert('sum without (instance) (up) < 3', { summary: '{{ $labels.instance }}' }), {}, [
    `warning template-label: ${IN_A}the template of annotation 'summary' will be empty there. At column 11, it reads label 'instance' of the expression, which drops it; keep the label in the expression, or take it out of the template.\n    {{ $labels.instance }}\n              ^^^^^^^^^`,
  ]],
  ['a template that fails', alert('up == 0', { summary: '{{ humanize }}' }), {}, [
    `warning template-fails: ${IN_A}the template of annotation 'summary' cannot be rendered. At column 4, the function 'humanize' takes 1 argument, but has 0; the template fails when the alert fires.\n    {{ humanize }}\n       ^^^^^^^^`,
  ]],
  ['a name with spaces', { alert: 'API is down', expr: 'up == 0', severity: 'info' }, {}, [
    'warning alert-name: \'API is down\' is the name of an alert with spaces, quotes, braces or \'$\', which are in the way in silences, routes and links; the custom is CamelCase.',
  ]],
  ['no severity', { alert: 'A', expr: 'up == 0' }, {}, ['warning alert-without-severity: \'A\' has no label \'severity\', by which alerts are routed; give one of critical, warning, info, or none.']],
  ['a severity of the set', { alert: 'A', expr: 'up == 0' }, { labels: { severity: 'info' } }, []],
  ['a severity of the series', { alert: 'A', expr: 'count by (severity) (ALERTS) > 5' }, {}, []],
])('%s', (_, rule, options, messages) => {
  expect(findings(alerts([rule], options))).toEqual(messages);
});

test('tells alerts that lose the label by which others are routed', () => {
  const owned = { ...alert('rate(a_total[5m]) > 1', { owner: 'payments' }), alert: 'Owned' };
  expect(findings(alerts([owned, alert('sum by (job) (rate(a_total[5m])) > 1'), { ...alert('up == 0'), alert: 'Kept' }]))).toEqual([
    `warning routing-label-dropped: ${IN_A}the alert has no label 'owner', by which others of this set are told apart: its expression drops it. Keep it (by (owner, …), group_left (owner)), or give the alert the label itself.`,
  ]);
  expect(findings(alerts([{ ...alert('up == 0', { summary: '{{ $labels.team }}' }), alert: 'Team' }, alert('sum(up) < 3')]))).toEqual([
    `warning routing-label-dropped: ${IN_A}the alert has no label 'team', by which others of this set are told apart: its expression drops it. Keep it (by (team, …), group_left (team)), or give the alert the label itself.`,
  ]);
  expect(findings(alerts([owned, alert('sum(up) < 3')], { owner: 'platform' }))).toEqual([]);
});

test('tells mistakes that many rules share once', () => {
  const rules = Array.from({ length: 10 }, (_, index) => ({ alert: `A${index}`, expr: `up == ${index}` }));
  expect(findings(alerts(rules))).toEqual([
    'warning alert-without-severity: \'A0\', \'A1\', \'A2\', \'A3\', \'A4\', \'A5\', \'A6\', \'A7\' and 2 more have no label \'severity\', by which alerts are routed; give one of critical, warning, info, or none.',
  ]);
});

test('tells names of records that say nothing of level and operation', () => {
  expect(findings(records([{ record: 'errors', expr: 'sum(a)' }, { record: 'requests', expr: 'sum(b)' }, { record: 'job:up:sum', expr: 'sum by (job) (up)' }]))).toEqual([
    'warning record-name: \'errors\' and \'requests\' are recorded under names that do not say of which level and operation: the custom is level:metric:operations, e.g. job:http_requests:rate5m.',
  ]);
});

test('tells rules that stand twice', () => {
  expect(findings(alerts([alert('up == 0'), alert('up == 0'), alert('up == 0', { severity: 'critical' })]))).toEqual([
    'warning duplicate-rule: \'A\' stands more than once in its group with the same labels, so that the copies write the same series; take all but one away, or tell them apart by a label.',
  ]);
});

test('tells labels that must be quoted', () => {
  expect(findings(fromYaml('groups: [{ name: g, rules: [{ record: "a:b:c", expr: up, labels: { "x.y": z } }] }]'))).toEqual([
    'warning label-name: \'a:b:c\' has labels whose names have other characters than letters, digits and \'_\', so that queries and routes must quote them; rename them.',
  ]);
});

test('takes the interval of the group, then that of the evaluator', () => {
  const rule = alert('up == 0', { for: Duration.minutes(1) });
  const set = new AlertRuleSet(fixture().chart, 'set', { groups: [{ name: 'g', rules: [rule] }, { name: 'h', interval: Duration.seconds(15), rules: [rule] }] });
  expect(findings(set)).toEqual([]);
  set._evaluatedEvery(60);
  expect(findings(set)).toEqual([
    `warning for-below-two-evaluations: ${IN_A}its 'for' (1m) is shorter than two evaluations (one each 1m), so that it filters hardly anything; raise it to 2m, lower the group's 'interval', or leave it out.`,
  ]);
});

test('tells rules that read what is recorded elsewhere', () => {
  const yaml = 'groups: [{ name: g, rules: [{ record: "job:up:sum", expr: sum by (job) (up) }, { alert: A, expr: "job:up:sum < 3", labels: { severity: info } }] }]';
  expect(findings(fromYaml(yaml))).toEqual([]);
  expect(findings(fromYaml(yaml, { placement: RulePlacement.META_MONITORING }))).toEqual([]);
});
