import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { generatedFile, generatedModule, PROGRAM_FOLDERS } from '../../../scripts/programs';
import { temporaryFolder } from '../../temporary-folder';

const programs = PROGRAM_FOLDERS.map((folder): [string, Record<string, string>] => {
  const [, files] = /= (\{.*\});\n$/s.exec(fs.readFileSync(generatedFile(folder), 'utf8'))!;
  return [folder, JSON.parse(files) as Record<string, string>];
});

const bytes = (files: object) => Buffer.byteLength(JSON.stringify(files));

// When this fails, a program or a package has changed: run 'npx ts-node -T --project test/tsconfig.json scripts/programs.ts'.
test.each(PROGRAM_FOLDERS)('the program in the library is that of the sources: %s', folder => {
  expect(fs.readFileSync(generatedFile(folder), 'utf8')).toBe(generatedModule(folder));
});

test.each(programs)('what is ours is small enough to be read: %s', (_, files) => {
  expect(bytes(Object.entries(files).filter(([, text]) => !text.startsWith('/*\nBundled')))).toBeLessThan(50_000);
});

// 'kubectl apply' repeats a ConfigMap in an annotation, of which there may be 256 KiB.
test.each(programs)('all of it is small enough for a ConfigMap: %s', (_, files) => {
  expect(bytes(files)).toBeLessThan(200_000);
});

test.each(programs)('it has all that it loads: %s', (_, files) => {
  const folder = temporaryFolder();
  Object.entries(files).forEach(([file, text]) => fs.writeFileSync(path.join(folder, file), text));
  const loads = Object.keys(files).map(file => `require('./${file}');`).join('');
  expect(spawnSync(process.execPath, ['-e', loads], { cwd: folder, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});
