import type { Matcher } from './matcher';

/** Whether an alert passes all matchers. */
export const passes = (matchers: Matcher[], labels: Readonly<Record<string, string>>): boolean =>
  matchers.every(matcher => matcher._passes(Object.hasOwn(labels, matcher.label) ? labels[matcher.label] : ''));

const of = (matchers: Matcher[], label: string) => matchers.filter(matcher => matcher.label === label);

/** The only values that a label can have where all matchers hold; nothing if it may have any of endlessly many. */
export function valuesOf(matchers: Matcher[], label: string): string[] | undefined {
  const own = of(matchers, label);
  const listed = own.find(({ _values }) => _values)?._values;
  return listed && [...new Set(listed)].filter(value => own.every(matcher => matcher._passes(value)));
}

/** The label on which matchers contradict each other, so that no alert passes all of them. */
export function contradiction(matchers: Matcher[]): string | undefined {
  return labelsOf(matchers).find(label => valuesOf(matchers, label)?.length === 0 || excluded(of(matchers, label)));
}

/** Whether one of them says the opposite of another. */
const excluded = (own: Matcher[]): boolean => own.some(({ _operator, value }) => own.some(other =>
  other.value === value && ((_operator === '=' && other._operator === '!=') || (_operator === '=~' && other._operator === '!~'))));

const labelsOf = (matchers: Matcher[]): string[] => [...new Set(matchers.map(({ label }) => label))];

/** Whether every alert that passes the first passes the second too, as far as can be told: never a wrong yes. */
export const implies = (matchers: Matcher[], others: Matcher[]): boolean => others.every(other => impliesOne(matchers, other));

function impliesOne(matchers: Matcher[], other: Matcher): boolean {
  const values = valuesOf(matchers, other.label);
  return values?.every(value => other._passes(value))
    ?? (acceptsAll(other) || of(matchers, other.label).some(matcher => same(matcher, other) || excludesNoMore(matcher, other)));
}

const same = (one: Matcher, other: Matcher): boolean => one._operator === other._operator && one.value === other.value;

/** `a!=""` says what `a=~".+"` says, for a label without a line break. */
const NOT_EMPTY = ['!=', '=~.+', '!~^$'];
const excludesNoMore = (one: Matcher, other: Matcher): boolean =>
  [one, other].every(({ _operator, value }) => NOT_EMPTY.includes(_operator + value));

const acceptsAll = ({ _operator, value }: Matcher): boolean => _operator === '=~' && /^(\(\?s\))?\(?\.\*\)?$/.test(value);

/**
 * Whether each alert that passes the matchers passes one of the lists, as far as can be told; one label of few values is tried value by
 * value, so that `severity=~"a|b"` is seen to be covered by `severity="a"` and `severity="b"`.
 */
export function covered(matchers: Matcher[], lists: Matcher[][]): boolean {
  if (lists.some(list => implies(matchers, list))) {
    return true;
  }
  return labelsOf(matchers).some(label => {
    const values = valuesOf(matchers, label);
    return values !== undefined && values.length > 1 && values.every(value =>
      lists.some(list => implies(matchers.filter(matcher => matcher.label !== label), list.filter(matcher => matcher.label !== label))
        && of(list, label).every(matcher => matcher._passes(value))));
  });
}

/** Whether some alert may pass both; a wrong yes is possible. */
export const overlap = (one: Matcher[], other: Matcher[]): boolean => contradiction([...one, ...other]) === undefined;
