import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flagsOf } from '../../src/core/flags';
import { QUERY_FRONTEND_FIELDS } from '../../src/query/query-frontend-props';
import { THANOS_QUERY_FIELDS } from '../../src/query/query-props';
import { hidden } from '../programs/hidden-flags.json';

interface ProgramFlag {
  readonly default?: string;
  readonly deprecated?: boolean;
}

/** What the real program said of its flags, and those that it does not show. */
function flagsOfProgram(subcommand: string): Record<string, ProgramFlag> {
  const shown = JSON.parse(readFileSync(join(__dirname, '..', 'programs', 'data', `thanos-${subcommand}.json`), 'utf8')).flags;
  const unseen = hidden.filter(flag => flag.program === 'thanos' && flag.subcommand === subcommand).map(flag => [flag.flag, flag]);
  return { ...shown, ...Object.fromEntries(unseen) };
}

describe.each([['query', THANOS_QUERY_FIELDS], ['query-frontend', QUERY_FRONTEND_FIELDS]])('thanos %s', (subcommand, fields) => {
  const known = flagsOfProgram(subcommand);

  test.each(flagsOf(fields))('has --$flag, not deprecated, with the default that our table states', ({ flag, upstreamDefault }) => {
    expect(Object.keys(known)).toContain(flag);
    expect(known[flag].deprecated).toBeUndefined();
    expect(upstreamDefault ?? '').toBe(known[flag].default ?? '');
  });
});
