import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { fillIn } from './addons';

test('values take the place of their names', () => {
  expect(fillIn('image: ${IMAGE}\nagain: ${IMAGE}\nshell: "$VOL_DIR"', { IMAGE: 'a:1' })).toBe('image: a:1\nagain: a:1\nshell: "$VOL_DIR"');
});

test('a name without a value is refused', () => {
  expect(() => fillIn('${IMAGES}', { IMAGE: 'a:1' })).toThrow("An addon has a placeholder 'IMAGES' without a value. Known: IMAGE.");
});

test.each(fs.readdirSync(path.join(__dirname, 'addons')))('%s is YAML', file => {
  const documents = parseAllDocuments(fs.readFileSync(path.join(__dirname, 'addons', file), 'utf8'));
  expect(documents.flatMap(document => document.errors)).toEqual([]);
});
