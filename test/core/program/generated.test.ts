import * as fs from 'node:fs';
import { generatedFile, generatedModule, PROGRAM_FOLDERS } from '../../../scripts/programs';

// When this fails, a program has changed: run 'npx ts-node -T --project test/tsconfig.json scripts/programs.ts'.
test.each(PROGRAM_FOLDERS)('the program in the library is that of the sources: %s', folder => {
  expect(fs.readFileSync(generatedFile(folder), 'utf8')).toBe(generatedModule(folder));
});

test.each(PROGRAM_FOLDERS)('it is small enough to be read, and for a ConfigMap: %s', folder => {
  expect(generatedModule(folder).length).toBeLessThan(50_000);
});

test.each(PROGRAM_FOLDERS)('each file that one of its files loads is there: %s', folder => {
  const module = generatedModule(folder);
  const files = [...module.matchAll(/^ {2}"([\w-]+)\.js": /gm)].map(([, name]) => name);
  const loaded = [...module.matchAll(/require\(\\"(\.[^"\\]*)\\"\)/g)].map(([, name]) => name);
  expect(loaded.filter(name => !files.includes(name.replace('./', '')))).toEqual([]);
});
