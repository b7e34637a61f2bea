import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ADDONS_FOLDER, fillIn } from './addons';
import { optionalAddon } from './optional-addons';

test('values take the place of their names', () => {
  expect(fillIn('image: ${IMAGE}\nagain: ${IMAGE}\nshell: "$VOL_DIR"', { IMAGE: 'a:1' })).toBe('image: a:1\nagain: a:1\nshell: "$VOL_DIR"');
});

test('a name without a value is refused', () => {
  expect(() => fillIn('${IMAGES}', { IMAGE: 'a:1' })).toThrow("An addon has a placeholder 'IMAGES' without a value. Known: IMAGE.");
});

test.each(fs.readdirSync(ADDONS_FOLDER, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.yaml')))('%s is YAML', file => {
  const documents = parseAllDocuments(fs.readFileSync(path.join(ADDONS_FOLDER, file), 'utf8'));
  expect(documents.flatMap(document => document.errors)).toEqual([]);
});

test('an addon that nobody knows is refused', () => {
  expect(() => optionalAddon('kedas')).toThrow("There is no addon 'kedas'. Known: keda, prometheus-operator-definitions.");
});
