import { Matcher } from '../../src/alerting';
import { contradiction, covered, implies, valuesOf } from '../../src/alerting/matching';

const of = (...texts: string[]) => texts.flatMap(text => Matcher.parse(text));

test.each([
  ['severity="critical"', ['severity="critical"']],
  ['severity=critical', ['severity="critical"']],
  ['{a="b",c!="d"}', ['a="b"', 'c!="d"']],
  ['{ a =~ "b|c" , d!~e, }', ['a=~"b|c"', 'd!~"e"']],
  ['"dotted.label"="x"', ['"dotted.label"="x"']],
  ['a="say \\"yes\\", please"', ['a="say \\"yes\\", please"']],
  ['a=~"b\\.c"', ['a=~"b\\\\.c"']],
  ['a="line\\nbreak"', ['a="line\\nbreak"']],
  ['{}', []],
])('%j is read as %j', (text, matchers) => {
  expect(Matcher.parse(text).map(String)).toEqual(matchers);
  expect(Matcher.parse(text).map(({ _problem }) => _problem)).toEqual(matchers.map(() => undefined));
});

test.each([
  ['severity', 'must be matchers as Alertmanager writes them, e.g. severity="critical", but "severity" is no list of label, operator (=, !=, =~, !~) and value with commas between them'],
  ['a="b', 'must be matchers as Alertmanager writes them, e.g. severity="critical", but "a=\\"b" has a character that must stand in double quotes, or a quote that is not closed'],
  ['{a="b"', 'must be matchers as Alertmanager writes them, e.g. severity="critical", but "{a=\\"b\\"" has only one of the two braces'],
  ['a="b" c="d"', 'must be matchers as Alertmanager writes them, e.g. severity="critical", but "a=\\"b\\" c=\\"d\\"" is no list of label, operator (=, !=, =~, !~) and value with commas between them'],
  ['a=~"("', 'must be a matcher that Alertmanager takes, but the expression of a=~"(" is no valid RE2: a \'(\' has no \')\''],
  ['a="b",c="d"', 'must be one matcher, but "a=\\"b\\",c=\\"d\\"" has 2; for several there is Matcher.parse(…)'],
  ['=~"a"', 'must be matchers as Alertmanager writes them, e.g. severity="critical", but "=~\\"a\\"" is no list of label, operator (=, !=, =~, !~) and value with commas between them'],
])('%j is refused', (text, problem) => {
  expect(Matcher.of(text)._problem).toBe(problem);
});

test('what is no text is refused', () => {
  expect(Matcher.of(3 as unknown as string)._problem).toBe('must be a text such as severity="critical", but is 3');
  expect(Matcher.equal('', 'a')._problem).toBe('must name a label, but names ""');
  expect(Matcher.equal('a', 1 as unknown as string)._problem).toBe('must compare \'a\' with a text, but compares it with 1');
});

test('values that are possible', () => {
  expect(valuesOf(of('a=~"x|y|z"', 'a!="y"'), 'a')).toEqual(['x', 'z']);
  expect(valuesOf(of('a=~"x.*"'), 'a')).toBeUndefined();
  expect(valuesOf(of('a=~"(x|y)"'), 'a')).toEqual(['x', 'y']);
});

test.each<[string, string | undefined]>([
  ['a="x", a="y"', 'a'],
  ['b="1", a="x", a!~"x|y"', 'a'],
  ['a=~"x.*", a!~"x.*"', 'a'],
  ['a="", a=~".+"', 'a'],
  ['a=~"x|y", a=~"y|z"', undefined],
  ['a=~"x.*", a!="xy"', undefined],
])('%s contradict each other on %s', (text, label) => {
  expect(contradiction(of(text))).toBe(label);
});

test.each([
  ['a="x"', 'a=~"x|y"', true],
  ['a="x", b="1"', 'a="x"', true],
  ['a=~"x|y"', 'a=~"x|y|z"', true],
  ['a="x"', 'b=~".*"', true],
  ['a=~"x.*"', 'a=~"x.*"', true],
  ['a="x"', 'b!="1"', false],
  ['a=~".+"', 'a!=""', true],
  ['a="xyz"', 'a=~"x.*"', true],
  ['a=~"x.*"', 'a="x"', false],
  ['', 'a="x"', false],
])('%s implies %s: %s', (one, other, expected) => {
  expect(implies(of(one), of(other))).toBe(expected);
});

test('several may cover what none does alone', () => {
  expect(covered(of('a=~"x|y", b="1"'), [of('a="x"'), of('a="y"')])).toBe(true);
  expect(covered(of('a=~"x|y|z"'), [of('a="x"'), of('a="y"')])).toBe(false);
});
