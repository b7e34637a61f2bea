import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..');

const text = fs.readFileSync(path.join(ROOT, 'CONTRIBUTING.md'), 'utf8');

test('what it names is there', () => {
  const named = [...text.matchAll(/`((?:src|test|docs|scripts)\/[^`<>… ]+)`/g)].map(([, file]) => file);
  expect(named.length).toBeGreaterThan(50);
  expect([...new Set(named)].filter(file => !fs.existsSync(path.join(ROOT, file)))).toEqual([]);
});

test('the tree has each folder of the sources', () => {
  const folders = fs.readdirSync(path.join(ROOT, 'src'), { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => `src/${name}`);
  const [tree] = /## The tree\n[^]*?\n## /.exec(text)!;
  expect(folders.filter(folder => !tree.includes(`\`${folder}\``))).toEqual([]);
});
