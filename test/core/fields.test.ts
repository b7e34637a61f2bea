import { App, Duration, Size } from 'cdk8s';
import { Cpu, Secret, SecretValue } from 'cdk8s-plus-28';
import { Endpoint } from '../../src/core/endpoint';
import {
  count, cpu, decimal, dnsLabel, dnsSubdomain, duration, ended, Field, Fields, having, headerName, labelKey, labelName, labelValue, list, map, oneOf,
  read, required, secretValue, size, some, text, toggle,
} from '../../src/core/fields';
import { LogLevel } from '../../src/core/platform';
import { errorsOf, fixture } from '../fixture';

/** What a caller in JavaScript, or in another language, may hand over in place of the type. */
const wrong = <T>(value: unknown): T => value as T;

const circular: { self?: object } = {};
circular.self = circular;

const LIST = 'must be a list with at least one item';
const DNS_LABEL = 'must be a DNS label (lower-case letters, digits and \'-\', beginning with a letter and ending with a letter or digit)';
const LABEL_NAME = 'must be a Prometheus label name (letters, digits and \'_\', not beginning with a digit or \'__\')';
const LABEL_KEY = 'must be a key of labels (a DNS subdomain and \'/\' if wanted, then up to 63 letters, digits, \'-\', \'_\' and \'.\')';

/** Each row checks its value against its field, so that the types of the rows may differ. */
const judged = <T>(field: Field<T>, value: T, problem: string): [string, string] => [problem, field.problem(value) ?? 'is fine'];

test.each([
  judged(count(), -1, 'must be a whole number of at least 0, but is -1'),
  judged(count(), 1.5, 'must be a whole number of at least 0, but is 1.5'),
  judged(count(), NaN, 'must be a whole number of at least 0, but is NaN'),
  judged(count(), Infinity, 'must be a whole number of at least 0, but is Infinity'),
  judged(count({ min: 1, max: 9 }), 10, 'must be a whole number from 1 to 9, but is 10'),
  judged(count(), wrong('3'), 'must be a whole number of at least 0, but is "3"'),
  judged(decimal({ max: 1 }), 1.01, 'must be a number of at most 1, but is 1.01'),
  judged(decimal({ min: 0, max: 1 }), wrong(null), 'must be a number from 0 to 1, but is null'),
  judged(size(), Size.kibibytes(0), 'must be a Size, e.g. Size.gibibytes(1), of at least 1B, but is 0B'),
  judged(size({ min: 1024 ** 2 }), Size.kibibytes(1), 'must be a Size, e.g. Size.gibibytes(1), of at least 1MiB, but is 1KiB'),
  judged(size(), wrong('1Gi'), 'must be a Size, e.g. Size.gibibytes(1), of at least 1B, but is "1Gi"'),
  judged(size(), wrong(Duration.hours(1)), 'must be a Size, e.g. Size.gibibytes(1), of at least 1B, but is {"amount":1,"unit":{"label":"hours","inMillis":3600000}}'),
  judged(duration(), Duration.seconds(0), 'must be a Duration, e.g. Duration.hours(1), of at least 1ms, but is 0s'),
  judged(duration({ min: 60, max: 3600 }), Duration.days(1), 'must be a Duration, e.g. Duration.hours(1), from 1m to 1h, but is 24h'),
  judged(duration(), wrong(30), 'must be a Duration, e.g. Duration.hours(1), of at least 1ms, but is 30'),
  judged(cpu(), Cpu.millis(0), 'must be a Cpu, e.g. Cpu.millis(500), of at least 0.001 cores, but is 0 cores'),
  judged(cpu(), wrong(2), 'must be a Cpu, e.g. Cpu.millis(500), of at least 0.001 cores, but is 2'),
  judged(toggle(), wrong('true'), 'must be true or false, but is "true"'),
  judged(toggle(), wrong(circular), 'must be true or false, but is an object that JSON cannot hold'),
  judged(toggle(), wrong(new App()), 'must be true or false, but is an object of class \'App\''),
  judged(text(), '  ', 'must be a text that is not empty, but is "  "'),
  judged(text('a word', /^[a-z]+$/, 3), 'abcd', 'must be a word of at most 3 characters, but is "abcd"'),
  judged(text(), wrong(undefined), 'must be a text that is not empty, but is undefined'),
  judged(oneOf(LogLevel), wrong('loud'), 'must be one of debug, info, warn, error, but is "loud"'),
  judged(list(count()), [], `${LIST}, but is []; leave it out for the default`),
  judged(list(count()), wrong(3), `${LIST}, but is 3; leave it out for the default`),
  judged(list(count({ max: 5 })), [1, 6, -1], 'each item must be a whole number from 0 to 5, but is 6; each item must be a whole number from 0 to 5, but is -1'),
  judged(map(count()), wrong([1]), 'must be a map, but is [1]'),
  judged(map(labelValue()), { a: 'b c' }, '\'a\' must be a label value (letters, digits, \'-\', \'_\' and \'.\') of at most 63 characters, but is "b c"'),
  judged(map(labelValue(), labelKey()), { 'team!': 'x' }, `key 'team!' ${LABEL_KEY}, but is "team!"`),
  judged(map(labelValue(), labelKey()), { constructor: 'x' }, 'key \'constructor\' must be another one, for cdk8s cannot print an object that has it'),
  judged(some<object>(), wrong(null), 'must be an object, e.g. {}, but is null'),
  judged(some<object>(), wrong('bucket'), 'must be an object, e.g. {}, but is "bucket"'),
  judged(having<Endpoint>('an Endpoint', 'address'), wrong('a:1'), 'must be an Endpoint, but is "a:1"'),
  judged(having<Endpoint>('an Endpoint', 'address'), wrong({ host: 'a' }), 'must be an Endpoint, but is {"host":"a"}'),
  judged(dnsLabel(), 'Store', `${DNS_LABEL} of at most 63 characters, but is "Store"`),
  judged(dnsLabel(3), 'abcd', `${DNS_LABEL} of at most 3 characters, but is "abcd"`),
  judged(dnsSubdomain(), 'fast_ssd', 'must be a DNS subdomain (lower-case letters, digits, \'-\' and \'.\') of at most 253 characters, but is "fast_ssd"'),
  judged(headerName(), 'X Tenant', 'must be a name of an HTTP header (letters, digits and \'-\'), but is "X Tenant"'),
  judged(labelName(), '__name__', `${LABEL_NAME}, but is "__name__"`),
  judged(labelName(), '0zone', `${LABEL_NAME}, but is "0zone"`),
])('refuses: %s', (expected, problem) => {
  expect(problem).toBe(expected);
});

test('a secret in place of its key is not shown', () => {
  const says = (but: string) => `must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: 'password' }${but}; no secret ever stands in YAML`;
  const [none, bad] = ['its \'secret\' is no Secret, which Secret.fromSecretName(…) makes', 'its \'key\' is no key of one (letters, digits, \'-\', \'_\' and \'.\', neither \'.\' alone nor with \'..\' in front)'];
  expect(secretValue().problem(wrong('hunter2'))).toBe(says(''));
  expect(secretValue().problem(wrong({ secret: 'name', key: 'password' }))).toBe(says(`, but ${none}`));
  expect(secretValue().problem({ ...key, key: 'my key' })).toBe(says(`, but ${bad}`));
  expect(secretValue().problem(wrong({ password: 'hunter2' }))).toBe(says(`, but ${none}, and ${bad}`));
});

const key: SecretValue = { secret: Secret.fromSecretName(fixture().chart, 'secret', 'secret'), key: 'password' };

test.each([
  judged(count({ max: 5 }), 0, 'is fine'),
  judged(count({ max: 5 }), 5, 'is fine'),
  judged(size(), Size.kibibytes(1), 'is fine'),
  judged(duration({ min: 0 }), Duration.seconds(0), 'is fine'),
  judged(oneOf(LogLevel), LogLevel.WARN, 'is fine'),
  judged(list(text()), ['a', 'b'], 'is fine'),
  judged(map(labelValue(), labelKey()), { 'example.com/team': '' }, 'is fine'),
  judged(some<object>(), {}, 'is fine'),
  judged(secretValue(), key, 'is fine'),
  judged(dnsLabel(), 'a', 'is fine'),
  judged(dnsSubdomain(), 'fast.ssd-1', 'is fine'),
  judged(labelName(), '_zone', 'is fine'),
])('takes what is right: %s', (expected, problem) => {
  expect(problem).toBe(expected);
});

interface Props {
  readonly replicas?: number;
  readonly cacheSize?: Size;
  readonly timeout?: Duration;
  readonly cpuRequest?: Cpu;
  readonly level?: LogLevel;
}

const FIELDS: Fields<Props> = { replicas: count({ min: 1 }), cacheSize: size(), timeout: duration(), cpuRequest: cpu(), level: oneOf(LogLevel) };

test('what is read is in base units, and what is not given is not there', () => {
  const { chart } = fixture();
  const props = { replicas: 2, cacheSize: Size.mebibytes(1), timeout: Duration.minutes(1), cpuRequest: Cpu.millis(100), level: undefined };
  expect(read(chart, FIELDS, props)).toEqual({ replicas: 2, cacheSize: 1024 ** 2, timeout: 60, cpuRequest: 0.1 });
});

test('all wrong props are reported, and left out of what goes on', () => {
  const { app, chart } = fixture();
  const props: Props = { replicas: 0, cacheSize: wrong('1Gi'), timeout: Duration.minutes(1) };
  expect(read(chart, FIELDS, props, 'router.')).toEqual({ timeout: 60 });
  expect(errorsOf(app)).toEqual([
    '[monitoring] \'router.replicas\' must be a whole number of at least 1, but is 0. (invalid-prop)',
    '[monitoring] \'router.cacheSize\' must be a Size, e.g. Size.gibibytes(1), of at least 1B, but is "1Gi". (invalid-prop)',
  ]);
});

test.each([
  ['cachesize', 'did you mean \'cacheSize\'?'],
  ['size', 'did you mean \'cacheSize\'?'],
  ['replicasPerShard', 'did you mean \'replicas\'?'],
  ['volume', 'known are replicas, cacheSize, timeout, cpuRequest, level'],
])('an unknown prop \'%s\': %s', (prop, hint) => {
  const { app, chart } = fixture();
  read(chart, FIELDS, wrong<Props>({ [prop]: 1 }));
  expect(errorsOf(app)).toEqual([`[monitoring] '${prop}' is not known here; ${ended(hint)} (invalid-prop)`]);
});

test('a required prop that is missing is reported, and the rest goes on', () => {
  const { app, chart } = fixture();
  expect(read<Props>(chart, { ...FIELDS, replicas: required(count({ min: 1 })) }, { timeout: Duration.minutes(1) })).toEqual({ timeout: 60 });
  expect(errorsOf(app)).toEqual(['[monitoring] \'replicas\' must be a whole number of at least 1, but is not given. (invalid-prop)']);
});

test('without a part that it needs, a construct cannot go on, and says all that is wrong at once', () => {
  const { chart } = fixture();
  const fields = { ...FIELDS, endpoint: required(having<Endpoint>('an Endpoint', 'address')) };
  const props = wrong<Props & { endpoint: Endpoint }>({ replicas: 0 });
  expect(() => read<Props & { endpoint: Endpoint }>(chart, fields, props)).toThrow(
    new Error('[monitoring] \'replicas\' must be a whole number of at least 1, but is 0. \'endpoint\' must be an Endpoint, but is not given.'));
});
