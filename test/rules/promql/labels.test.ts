import { judgePromql } from '../../../src/rules/promql/judge';
import { LabelNames, labelsOf } from '../../../src/rules/promql/labels';

const DIALECT = { experimentalFunctions: true, thanos: false };
const labels = (expr: string, recorded?: Map<string, LabelNames>) => labelsOf(judgePromql(expr, DIALECT).expr!, recorded);

test.each<[string, string[]]>([
  ['1', []],
  ['time()', []],
  ['vector(1)', []],
  ['scalar(foo)', []],
  ['sum(foo)', []],
  ['sum by (a, b) (foo)', ['a', 'b']],
  ['sum by (a) (sum by (b) (foo))', []],
  ['topk(3, sum by (a) (foo))', ['a']],
  ['count_values("version", sum by (a) (foo))', ['version']],
  ['count_values by (a) ("version", foo)', ['a', 'version']],
  ['absent(foo{a="b", c=~"d", e!="f"})', ['a']],
  ['absent(foo{a="b", a!="c"})', []],
  ['absent_over_time(foo{a="b"}[5m])', ['a']],
  ['absent(sum(foo{a="b"}))', []],
  ['histogram_quantile(0.9, sum by (le, a) (foo))', ['a']],
  ['label_replace(sum by (a) (foo), "b", "$1", "a", "(.*)")', ['a', 'b']],
  ['label_join(sum by (a) (foo), "c", "-", "a")', ['a', 'c']],
  ['foo / on (a, b) bar', ['a', 'b']],
  ['sum by (a, b) (foo) / on (a) group_left (c) bar', ['a', 'b', 'c']],
  ['bar / on (a) group_right (c) sum by (a, b) (foo)', ['a', 'b', 'c']],
  ['sum by (a) (foo) > 1', ['a']],
  ['1 < sum by (a) (foo)', ['a']],
  ['sum by (a) (foo) and on () bar', ['a']],
  ['sum by (a) (foo) or sum by (b) (bar)', ['a', 'b']],
  ['sum by (a, b) (foo) / ignoring (b) sum by (a) (bar)', ['a']],
  ['sum by (a) (foo) / bar', ['a']],
  ['max_over_time(sum by (a) (foo)[1h:])', ['a']],
  ['-(sum by (a) (foo))', ['a']],
])('knows the labels of %s', (expr, expected) => {
  expect(labels(expr).known).toEqual(expected);
});

test.each<[string, string[], string[]]>([
  ['foo', ['a', 'instance'], []],
  ['foo{a=""}', ['b'], ['a']],
  ['sum without (a) (foo)', ['b'], ['a']],
  ['foo / ignoring (a) bar', ['b'], ['a']],
  ['sum without (a) (foo) or sum without (a, b) (bar)', ['b', 'c'], ['a']],
  ['sum without (a) (foo) / sum without (b) (bar)', ['c'], ['a', 'b']],
  ['histogram_quantile(0.9, foo)', ['a'], ['le']],
  ['info(sum by (a) (foo))', ['a', 'b'], []],
])('knows what the labels of %s may be', (expr, may, not) => {
  const names = labels(expr);
  expect(names.known).toBeUndefined();
  expect(may.filter(name => !names.has(name))).toEqual([]);
  expect(not.filter(name => names.has(name))).toEqual([]);
});

test('knows the labels of recorded series', () => {
  expect(labels('a:foo:sum > 1', new Map([['a:foo:sum', LabelNames.of(['a'])]])).known).toEqual(['a']);
});
