import { alert, alerts, findings, records } from './sets';
import { AlertRuleSet, RecordingRule, RulePlacement, RuleSetOptions } from '../../src';
import { fixture } from '../fixture';

const SINGLE = 'each of its results is made of series of one target, which are all on one shard';
const placed = (expr: string, options?: RuleSetOptions) => alerts([alert(expr)], options).placements[0];

test.each([
  'up == 0', 'up{job="api"} == 0', 'rate(errors_total[5m]) > 1', 'sum by (instance) (rate(errors_total[5m])) > 1', 'sum without (cpu) (rate(cpu_seconds_total[5m])) > 1',
  'a / b > 0.5', 'a / on (instance, job) b > 1', 'a / ignoring (device) group_left () b > 1', 'predict_linear(free_bytes[1h], 4 * 3600) < 0', 'up == 0 unless on (instance) maintenance == 1',
  'histogram_quantile(0.9, sum by (instance, le) (rate(x_bucket[5m]))) > 1', 'max_over_time(a[2h]) > time() - 5', 'label_replace(up, "a", "b", "c", "d") == 0', 'a > 1 or b > 1',
])('%s is true on a single shard', expr => {
  expect(placed(expr)).toEqual({ group: 'g', rule: 'A', placement: RulePlacement.SENDERS, why: SINGLE, byHand: false });
});

test.each([
  ['sum(up) < 3', '\'sum\' adds up series of several targets: it does not keep \'instance\''],
  ['sum by (job) (up) < 3', '\'sum by (job)\' adds up series of several targets: it does not keep \'instance\''],
  ['count without (instance) (up) < 3', '\'count without (instance)\' adds up series of several targets: it does not keep \'instance\''],
  ['topk(3, a) > 1', '\'topk\' adds up series of several targets: it does not keep \'instance\''],
  ['sum by (instance) (sum by (job) (a)) > 1', '\'sum by (job)\' adds up series of several targets: it does not keep \'instance\''],
  ['absent(up{job="api"})', '\'absent\' would be true on every shard that does not scrape the target'],
  ['absent_over_time(up{job="api"}[5m])', '\'absent_over_time\' would be true on every shard that does not scrape the target'],
  ['a / on (node) b > 1', '\'/ on (node)\' compares series of different targets: it does not match \'instance\''],
  ['a / ignoring (instance) b > 1', '\'/ ignoring (instance)\' compares series of different targets: it does not match \'instance\''],
  ['a{job="x"} / on (instance) b{job="y"} > 1', '\'/\' compares targets of job \'x\' with those of job \'y\', which may be on other shards'],
  ['a > scalar(b)', '\'scalar\' wants the one series that there is in the whole view'],
  ['a > 1 or on () vector(0)', '\'or\' has a side that reads no series and would be there on every shard'],
  ['vector(1)', 'it reads no series, so that it speaks of its evaluator only'],
  ['a > a offset 1h', '\'offset\' may reach back further than senders keep their samples'],
  ['avg_over_time(a[1d]) > 1', 'its range of 24h is longer than the 2h that every sender keeps'],
  ['max_over_time(a[6h:5m]) > 1', 'its subquery of 6h is longer than the 2h that every sender keeps'],
  ['ALERTS{alertstate="firing"} > 0', '\'ALERTS\' is written by the evaluator of the alerts that it is about'],
  ['{job="api"} > 0', 'a selector without a name may read series that only the ruler has'],
  ['job:foo:sum > 1', '\'job:foo:sum\' is recorded by another set, so that only the ruler is sure to have it'],
  ['sum(', 'its expression cannot be read'],
])('%s needs the whole view', (expr, why) => {
  expect(placed(expr)).toEqual({ group: 'g', rule: 'A', placement: RulePlacement.RULER, why, byHand: false });
});

test('says what a choice by hand goes against', () => {
  expect(placed('sum(up) < 3', { placement: RulePlacement.SENDERS })).toMatchObject(
    { placement: RulePlacement.SENDERS, why: 'chosen by hand, although \'sum\' adds up series of several targets: it does not keep \'instance\'', byHand: true });
  expect(placed('up == 0', { placement: RulePlacement.RULER })).toMatchObject({ placement: RulePlacement.RULER, why: 'chosen by hand', byHand: true });
});

test('lets a rule win over its group, and a group over its set', () => {
  const set = new AlertRuleSet(fixture().chart, 'set', {
    placement: RulePlacement.RULER,
    groups: [
      { name: 'one', rules: [alert('up == 0')] },
      { name: 'two', placement: RulePlacement.META_MONITORING, rules: [alert('up == 0'), alert('up == 1', { placement: RulePlacement.SENDERS })] },
    ],
  });
  expect(set.placements.map(({ placement }) => placement)).toEqual(['ruler', 'meta-monitoring', 'senders']);
});

const RECORDS = `groups:
- name: first
  interval: 1m
  partial_response_strategy: warn
  rules:
  - {record: "instance:a:rate5m", expr: "sum by (instance) (rate(a_total[5m]))"}
  - {record: "job:a:rate5m", expr: "sum by (job) (rate(a_total[5m]))"}
  - {alert: One, expr: "instance:a:rate5m > 1", labels: {severity: info}}
  - {alert: Two, expr: "job:a:rate5m > 1", labels: {severity: info}}
- name: second
  rules:
  - {alert: Three, expr: "instance:a:rate5m > 2", labels: {severity: info}}
  - {alert: Four, expr: "job:a:rate5m > 2", labels: {severity: info}}
`;

test('places alerts on recorded series where those are recorded, and splits groups', () => {
  const set = AlertRuleSet.fromYaml(fixture().chart, 'set', RECORDS);
  expect(set.placements.map(({ rule, placement, why }) => [rule, placement, why])).toEqual([
    ['instance:a:rate5m', 'senders', SINGLE],
    ['job:a:rate5m', 'ruler', '\'sum by (job)\' adds up series of several targets: it does not keep \'instance\''],
    ['One', 'senders', SINGLE],
    ['Two', 'ruler', 'it reads \'job:a:rate5m\', which the ruler records'],
    ['Three', 'senders', SINGLE],
    ['Four', 'ruler', 'it reads \'job:a:rate5m\', which the ruler records'],
  ]);
  expect(set._groups().map(({ placement, group }) =>
    [placement, group.name, group.interval, group.partial_response_strategy, group.rules.length])).toEqual([
    ['senders', 'first', '1m', undefined, 2], ['ruler', 'first', '1m', 'warn', 2], ['senders', 'second', undefined, undefined, 1], ['ruler', 'second', undefined, undefined, 1],
  ]);
});

test('leaves groups whole where no sender evaluates rules', () => {
  const set = AlertRuleSet.fromYaml(fixture().chart, 'set', RECORDS);
  expect(set._groups([RulePlacement.RULER]).map(({ placement, group: { name, rules } }) => [placement, name, rules.length])).toEqual([['ruler', 'first', 4], ['ruler', 'second', 2]]);
});

test('keeps a record with those of its group that read it, and with all others then', () => {
  const set = AlertRuleSet.fromYaml(fixture().chart, 'set', `groups:
- name: first
  rules:
  - {record: "instance:a:rate5m", expr: "sum by (instance) (rate(a_total[5m]))"}
  - {alert: One, expr: "sum(instance:a:rate5m) > 1", labels: {severity: info}}
- name: second
  rules:
  - {alert: Two, expr: "instance:a:rate5m > 2", labels: {severity: info}}
`);
  expect(set.placements.map(({ rule, placement, why }) => [rule, placement, why])).toEqual([
    ['instance:a:rate5m', 'ruler', '\'One\' of the same group reads it, and \'sum\' adds up series of several targets: it does not keep \'instance\''],
    ['One', 'ruler', '\'sum\' adds up series of several targets: it does not keep \'instance\''],
    ['Two', 'ruler', 'it reads \'instance:a:rate5m\', which the ruler records'],
  ]);
});

test('keeps a record with a reader that was placed by hand', () => {
  const set = AlertRuleSet.fromYaml(fixture().chart, 'set', 'groups: [{ name: g, rules: [{ record: "a:b:c", expr: "a" }] }]', { placement: RulePlacement.META_MONITORING });
  expect(set.placements).toEqual([{ group: 'g', rule: 'a:b:c', placement: RulePlacement.META_MONITORING, why: 'chosen by hand', byHand: true }]);
});


test('places single rules of a file by hand', () => {
  const set = AlertRuleSet.fromYaml(fixture().chart, 'set', RECORDS, { rulePlacements: { 'Four': RulePlacement.SENDERS, 'job:a:rate5m': RulePlacement.META_MONITORING } });
  expect(set.placements.filter(({ byHand }) => byHand).map(({ rule, placement }) => [rule, placement])).toEqual([['job:a:rate5m', 'meta-monitoring'], ['Four', 'senders']]);
  expect(set.placements.find(({ rule }) => rule === 'Two')).toMatchObject({ placement: 'ruler', why: 'it reads \'job:a:rate5m\', which another Prometheus records' });
  expect(findings(set)).toEqual([
    'warning record-out-of-reach: Group \'second\', alert \'Four\': it is placed on \'senders\' by hand and reads \'job:a:rate5m\', which is recorded on \'meta-monitoring\'; place both in one place.',
  ]);
});

test('fails with a placement of a rule that is not there', () => {
  expect(findings(AlertRuleSet.fromYaml(fixture().chart, 'set', RECORDS, { rulePlacements: { Fours: RulePlacement.SENDERS, Nothing: RulePlacement.RULER } }))).toEqual([
    'error rule-placement: \'rulePlacements\' has \'Fours\', but the set has no rule of this name; did you mean \'Four\'?',
    'error rule-placement: \'rulePlacements\' has \'Nothing\', but the set has no rule of this name; take it away, or name an alert or a recorded series.',
  ]);
});

test('keeps a record with a reader that names it in braces', () => {
  const set = records([{ record: 'instance:a:rate5m', expr: 'rate(a[5m])' }, { record: 'a:one', expr: 'sum({__name__="instance:a:rate5m"})' }]);
  expect(set.placements.map(({ placement }) => placement)).toEqual(['ruler', 'ruler']);
});

test.each<[string, (index: number, last: boolean) => RecordingRule]>([
  ['records of their own', index => ({ record: `a:b${index}`, expr: `foo > ${index}` })],
  ['records that read the next one', (index, last) => ({ record: `a:b${index}`, expr: last ? 'sum(up)' : `a:b${index + 1}` })],
])('judges thousands of rules in a moment: %s', (_, rule) => {
  const began = Date.now();
  const set = records(Array.from({ length: 4000 }, (__, index) => rule(index, index === 3999)));
  expect(set.placements[0].rule).toBe('a:b0');
  expect(findings(set)).toEqual([]);
  // It takes half a second; what compares each rule with each takes half a minute.
  expect(Date.now() - began).toBeLessThan(6000);
});
