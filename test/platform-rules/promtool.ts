import * as fs from 'node:fs';
import * as path from 'node:path';
import { AlertCase, promtoolTests } from './alert-case';
import { casesOf, rulesOf } from './platform';
import { stringify } from '../../src/core/yaml';
import { inParallel, run, temporaryFolder } from '../programs/process';

/** What promtool says of a set: nothing, or what failed. */
export interface SetAnswer {
  readonly set: string;
  readonly tests: number;
  readonly problem?: string;
}

/** promtool evaluates all rules of a file at each step: what takes a day is looked at in larger steps. */
const PACES = [
  { interval: '1m', holds: ({ minutes }: AlertCase) => minutes <= 120 },
  { interval: '10m', holds: ({ minutes }: AlertCase) => minutes > 120 },
];

/** Asks promtool whether the rules of each set fire when they must, and else do not. Rules that are malformed fail as well. */
export async function askPromtool(promtool: string): Promise<SetAnswer[]> {
  const folder = temporaryFolder();
  const answers = await inParallel(casesOf(rulesOf().rules), 2, async ([set, cases]): Promise<SetAnswer> => {
    const rules = path.join(folder, `${set.name}.yaml`);
    fs.writeFileSync(rules, set.toYaml());
    const files = PACES.map(({ interval, holds }) => {
      const tests = path.join(folder, `${set.name}.${interval}.yaml`);
      fs.writeFileSync(tests, stringify({
        rule_files: [rules], evaluation_interval: interval, tests: cases.filter(holds).flatMap(promtoolTests),
      }));
      return tests;
    });
    // partial_response_strategy is Thanos' own.
    const { code, stdout, stderr } = await run(promtool, ['test', 'rules', '--ignore-unknown-fields', ...files], {}, 300_000);
    return { set: set.name, tests: cases.flatMap(promtoolTests).length, ...code === 0 ? {} : { problem: stdout + stderr } };
  });
  // Jest's processes do not say that they end.
  fs.rmSync(folder, { recursive: true });
  return answers;
}
