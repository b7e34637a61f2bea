import { compileRe2 } from '../../src/core/re2';

test.each<[string, string[], string[]]>([
  ['critical|warning', ['critical', 'warning'], ['criticals', 'a warning', '']],
  ['', [''], ['a']],
  ['.*', ['', 'a b'], ['a\nb']],
  ['(?s).*', ['a\nb'], []],
  ['(?i)Team-[a-c]', ['TEAM-B', 'team-c'], ['team-d']],
  ['a(?i:b)c', ['aBc'], ['Abc']],
  ['(?P<name>x+)y{2,3}?', ['xxyy'], ['xy']],
  ['\\d+\\.[[:alpha:]_-]*', ['10.a_-B'], ['10,a']],
  ['\\Qa.b*\\E', ['a.b*'], ['aXb']],
  ['[^]a]', ['b'], [']', 'a']],
  ['\\pL\\x41\\z', ['éA'], ['1A']],
  ['(?m)a$.*', ['a'], ['ab']],
  ['\\S', ['é'], [' ']],
])('%j', (expression, matching, others) => {
  const { whole, problem } = compileRe2(expression);
  expect(problem).toBeUndefined();
  expect(matching.filter(text => !whole!.test(text))).toEqual([]);
  expect(others.filter(text => whole!.test(text))).toEqual([]);
});

test.each([
  ['(', 'a \'(\' has no \')\''],
  ['a)', 'a \')\' has no \'(\''],
  ['[a', 'a \'[\' has no \']\''],
  ['*', 'there is nothing that \'*\' could repeat'],
  ['a**', 'there is nothing that \'*\' could repeat'],
  ['a{1001}', '\'{1001}\' repeats more than 1000 times'],
  ['(?=a)', 'it has look-around, or another group that begins with \'(?\', which RE2 does not know'],
  ['(a)\\1', 'it has the back-reference \'\\1\', which RE2 does not know'],
  ['\\k', 'RE2 does not know \'\\k\''],
  ['a\\', 'it ends with a backslash'],
  ['[z-a]', 'the range \'z-a\' is out of order'],
  ['[[:nothing:]]', 'RE2 does not know the class [:nothing:]'],
  ['\\p{Nothing}', 'it names a class that Unicode does not have'],
])('%j is refused', (expression, why) => {
  expect(compileRe2(expression)).toEqual({ problem: `is no valid RE2: ${why}` });
});
