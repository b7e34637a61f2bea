import { INVALID, NOT_IN_THANOS, VALID } from './cases';
import { nodesOf } from '../../../src/rules/promql/ast';
import { drawn } from '../../../src/rules/promql/drawn';
import { judgePromql } from '../../../src/rules/promql/judge';
import { wholeViewReason } from '../../../src/rules/promql/locality';

const THANOS = { experimentalFunctions: false, thanos: true };
const PROMETHEUS = { experimentalFunctions: false, thanos: false };
const EXPERIMENTAL = { experimentalFunctions: true, thanos: false };

const said = (expr: string, dialect: typeof THANOS) => judgePromql(expr, dialect).mistakes.map(mistake => drawn(expr, mistake));

test.each(VALID)('takes %s', expr => {
  expect(said(expr, THANOS)).toEqual([]);
});

test.each(INVALID)('refuses %s', (expr, message) => {
  expect(said(expr, PROMETHEUS)).toEqual([message]);
});

test.each(NOT_IN_THANOS)('refuses %s for a ruler only', (expr, message) => {
  expect(said(expr, THANOS)).toEqual([message]);
  expect(said(expr, PROMETHEUS)).toEqual([]);
});

test.each([
  'limitk(1, foo)', 'mad_over_time(foo[5m])', 'start()', 'histogram_quantiles(foo, "q", 0.5, 0.9)', 'info(foo, {version=~".+"})',
  'sort_by_label(foo, "a", "b")', 'double_exponential_smoothing(foo[5m], 0.5, 0.5)',
])('takes %s with experimental functions', expr => {
  expect(said(expr, EXPERIMENTAL)).toEqual([]);
});

test.each([
  ['info(foo, bar)', 'At column 11, \'info\' takes matchers of labels here, without a name before the braces, e.g. {version=~".+"}.\n    info(foo, bar)\n              ^^^'],
  ['start_timestamp(foo[5m])', 'At column 17, \'start_timestamp\' takes an instant vector here, but this is a range vector; take the range away, or put a function such as rate(…) around it.\n    start_timestamp(foo[5m])\n                    ^^^^^^^'],
])('refuses %s with experimental functions', (expr, message) => {
  expect(said(expr, EXPERIMENTAL)).toEqual([message]);
});

test('says that functions newer than Thanos are not for a ruler', () => {
  expect(said('histogram_quantiles(foo, "q", 0.5, 0.9)', { experimentalFunctions: true, thanos: true })).toEqual([
    'At column 1, \'histogram_quantiles\' is newer than the PromQL of Thanos 0.42, which is that of Prometheus 3.9; write it without, or place the rule on the senders.\n'
    + '    histogram_quantiles(foo, "q", 0.5, 0.9)\n    ^^^^^^^^^^^^^^^^^^^',
  ]);
});

test('draws the part of a long line that matters', () => {
  const long = `${'foo + '.repeat(40)}rate(bar) ${'+ foo '.repeat(40)}`;
  expect(said(long, PROMETHEUS)).toEqual([
    'At column 246, \'rate\' takes a range vector here, but this is an instant vector; add a range such as [5m] behind a selector, or [5m:] behind another expression.\n'
    + '    … + foo + foo + foo + foo + foo + foo + foo + rate(bar) + foo + foo + foo + foo + foo + foo + foo + f…\n'
    + `    ${' '.repeat(51)}^^^`,
  ]);
});

test('tells all mistakes of types at once', () => {
  expect(said('rate(foo) + abs(bar[5m])', PROMETHEUS)).toHaveLength(2);
});

test('binds what stands behind an operand to the operand alone', () => {
  const { expr } = judgePromql('a + b offset 5m * c', PROMETHEUS);
  expect(expr).toMatchObject({ kind: 'binary', op: '+', right: { kind: 'binary', op: '*', left: { kind: 'modifier', expr: { kind: 'selector', name: 'b' } } } });
});

const row = (count: number, operator: string) => Array.from({ length: count }, (_, index) => `m${index} > 5`).join(` ${operator} `);

test('takes rows of many operators, and deep parentheses, in a moment', () => {
  const began = Date.now();
  const deep = (count: number, before: string) => before.repeat(count) + 'foo' + ')'.repeat(count);
  [row(1000, 'or'), row(1000, 'and'), Array(2000).fill('foo').join(' + '), Array(2000).fill('2').join('^'), `${'-'.repeat(2000)}foo`, deep(200, '('), deep(199, 'sum by (instance) (')]
    .forEach(expr => expect(said(expr, THANOS)).toEqual([]));
  const { expr } = judgePromql(row(1000, 'or'), THANOS);
  expect(wholeViewReason(expr!, { labels: new Map(), needsWholeView: () => undefined })).toBeUndefined();
  expect(nodesOf(expr!)).toHaveLength(3999);
  // It takes a tenth of a second; what walks all below at each level takes minutes.
  expect(Date.now() - began).toBeLessThan(5000);
});

test('says where an expression has more than is read', () => {
  expect(said(Array(2002).fill('a').join('+'), THANOS)[0].split('\n')[0]).toBe('At column 1, the expression has 2001 operators, but at most 2000 are read; match several values in one selector (=~"a|b"), or record parts of it by rules of their own.');
  expect(said(`${'abs('.repeat(3000)}a${')'.repeat(3000)}`, THANOS)[0].split('\n')[0]).toBe('At column 1, the expression has 3000 brackets within each other, but at most 200 are read; record parts of it by rules of their own.');
  expect(said(`${row(600, 'or')} or`, THANOS)[0].split('\n')[0]).toMatch(/^At column \d+, something is missing where the expression ends\.$/);
});
