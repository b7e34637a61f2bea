import * as fs from 'node:fs';
import * as path from 'node:path';
import { MODULES } from './modules';

const readme = fs.readFileSync(path.join(__dirname, 'README.md'), 'utf8');
const rows = [...readme.matchAll(/^\| ([a-z-]+) \| (.*) \| .* \|$/gm)].filter(([, module]) => module !== 'module');

test('the README has a row for each module', () => {
  expect(rows.map(([, module]) => module).sort()).toEqual([...MODULES.keys()].sort());
});

test.each(rows.map(([, module, programs]) => [module, programs]))('the row of %s names what it builds', (module, programs) => {
  expect([...MODULES.get(module)!.packages.keys()].filter(program => !new RegExp(`(?<![\\w-])${program}(?![\\w-])`).test(programs))).toEqual([]);
});
