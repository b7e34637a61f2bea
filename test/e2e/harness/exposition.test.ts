import { Exposition } from './exposition';

const TEXT = `# HELP up_total What is up.
# TYPE up_total counter
up_total{code="200",path="/a,b=\\"c\\""} 3
up_total{code="500",path="C:\\\\n\\nx"} 4e+02
plain 12.5
strange -Inf
with_time{a="b"} 7 1395066363000
`;

test('sums the series that bear the labels', () => {
  const exposition = new Exposition(TEXT);
  expect(exposition.sum('up_total')).toBe(403);
  expect(exposition.sum('up_total', { path: '/a,b="c"' })).toBe(3);
  expect(exposition.sum('up_total', { code: '500', path: 'C:\\n\nx' })).toBe(400);
  expect(exposition.sum('plain')).toBe(12.5);
  expect(exposition.sum('strange')).toBe(-Infinity);
  expect(exposition.sum('with_time')).toBe(7);
});

test('knows nothing of what is not there', () => {
  expect(new Exposition(TEXT).sum('down_total')).toBeUndefined();
  expect(new Exposition(TEXT).sum('plain', { a: 'b' })).toBeUndefined();
});
