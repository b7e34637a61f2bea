import { spawnSync } from 'child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { delimiter, join } from 'path';
import { RuleTestOutcome, RuleTestResult, RunRuleTestsOptions } from './rule-test';

/** Where promtool is, if it is anywhere. */
function findPromtool(given?: string): string | undefined {
  const named = given ?? process.env.PROMTOOL;
  if (named !== undefined && named !== '') {
    return existsSync(named) ? named : undefined;
  }
  return (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'promtool')).find(path => existsSync(path));
}

/** Files that promtool is to read, by their names. */
interface TestFiles {
  /** Name of the one that has the tests. */
  readonly tests: string;
  readonly files: Record<string, string>;
  readonly experimentalFunctions: boolean;
}

/** Runs `promtool test rules` over files in a folder of their own. */
export function runPromtool(set: string, files: TestFiles, { promtool, required = false }: RunRuleTestsOptions): RuleTestResult {
  const path = findPromtool(promtool);
  if (path === undefined) {
    const named = promtool ?? process.env.PROMTOOL;
    const output = `The tests of '${set}' were not run: there is no promtool ${named ? `at ${named}` : 'in the PATH, and the environment has no PROMTOOL'}. Install Prometheus, or name it.`;
    if (required) {
      throw new Error(output);
    }
    return { outcome: RuleTestOutcome.SKIPPED, output };
  }
  const { status, output } = run(path, files);
  if (status !== 0) {
    throw new Error(`The tests of '${set}' failed:\n${output}`);
  }
  return { outcome: RuleTestOutcome.PASSED, output };
}

function run(path: string, { tests, files, experimentalFunctions }: TestFiles): { readonly status: number | null; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'rule-tests-'));
  try {
    Object.entries(files).forEach(([name, text]) => writeFileSync(join(folder, name), text));
    const flags = experimentalFunctions ? ['--enable-feature=promql-experimental-functions'] : [];
    const { status, stdout, stderr, error } = spawnSync(path, [...flags, 'test', 'rules', join(folder, tests)], { encoding: 'utf8' });
    return { status, output: `${stdout ?? ''}${stderr ?? ''}${error ? String(error) : ''}`.trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
