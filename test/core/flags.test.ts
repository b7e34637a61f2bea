import { Duration, Size } from 'cdk8s';
import { count, duration, Fields, list, size, text, toggle } from '../../src/core/fields';
import { flag, flagsOf, renderFlags, withExtraArgs } from '../../src/core/flags';

interface Props {
  readonly name?: string;
  readonly labels?: string[];
  readonly cacheSize?: Size;
  readonly timeout?: Duration;
  readonly concurrency?: number;
  readonly lazy?: boolean;
  readonly compress?: boolean;
}

const FIELDS: Fields<Props> = {
  timeout: flag('timeout', duration(), { as: 'duration', default: 120 }),
  name: text(),
  cacheSize: flag('cache-size', size(), { as: 'bytes' }),
  labels: flag('label', list(text())),
  concurrency: flag('concurrency', count(), { default: '20' }),
  lazy: flag('lazy', toggle(), { default: 'false' }),
  compress: flag('compress', toggle(), { default: 'true', negatable: true }),
};

describe('arguments from settings', () => {
  test('come in the order of the table, whatever the order of the settings', () => {
    expect(renderFlags(FIELDS, {
      compress: true, lazy: true, concurrency: 0, labels: ['a="b"', 'c="d"'], cacheSize: 1024 ** 2, name: 'store', timeout: 90,
    })).toEqual(['--timeout=1m30s', '--cache-size=1MiB', '--label=a="b"', '--label=c="d"', '--concurrency=0', '--lazy', '--compress']);
  });

  test('leave out what is not set', () => {
    expect(renderFlags(FIELDS, { name: 'store', timeout: undefined })).toEqual([]);
  });

  test('switch off by --no- only what is on by default', () => {
    expect(renderFlags(FIELDS, { lazy: false, compress: false })).toEqual(['--no-compress']);
  });
});

test('rows that are no flags are none for the checks with the real programs either', () => {
  expect(flagsOf(FIELDS)).toEqual([
    { flag: 'timeout', upstreamDefault: '2m' },
    { flag: 'cache-size', upstreamDefault: undefined },
    { flag: 'label', upstreamDefault: undefined },
    { flag: 'concurrency', upstreamDefault: '20' },
    { flag: 'lazy', upstreamDefault: 'false' },
    { flag: 'compress', upstreamDefault: 'true' },
  ]);
});

test('a row is still a field', () => {
  expect(FIELDS.concurrency.problem(-1)).toBe('must be a whole number of at least 0, but is -1');
});

describe('arguments by hand', () => {
  const OURS = ['store', '--timeout=2m', '--label=a="b"', '--label=c="d"', '--cache-size=1MiB', '--lazy'];

  test.each<[string, string[], string[]]>([
    ['none', [], OURS],
    ['a new one comes last', ['--new=1'], [...OURS, '--new=1']],
    ['one of ours is replaced', ['--timeout=5m'], ['store', '--label=a="b"', '--label=c="d"', '--cache-size=1MiB', '--lazy', '--timeout=5m']],
    ['all that are repeated are replaced', ['--label=e="f"', '--label=g="h"'],
      ['store', '--timeout=2m', '--cache-size=1MiB', '--lazy', '--label=e="f"', '--label=g="h"']],
    ['what is on is switched off', ['--no-lazy'], ['store', '--timeout=2m', '--label=a="b"', '--label=c="d"', '--cache-size=1MiB', '--no-lazy']],
    ['a name that only begins alike is another', ['--cache=1', '--timeout.query=1m'], [...OURS, '--cache=1', '--timeout.query=1m']],
    ['a value may hold what looks like a flag', ['--new=--timeout=1m'], [...OURS, '--new=--timeout=1m']],
  ])('%s', (_, extra, expected) => {
    expect(withExtraArgs(OURS, extra)).toEqual(expected);
  });

  test('what is off is switched on', () => {
    expect(withExtraArgs(['--no-compress'], ['--compress'])).toEqual(['--compress']);
  });
});
