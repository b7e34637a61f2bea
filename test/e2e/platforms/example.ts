import * as fs from 'node:fs';
import * as path from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { readObjects } from './small';

const EXAMPLES = path.join(__dirname, '..', '..', '..', 'examples');

/**
 * What `npm run synth` wrote for an example.
 * @throws when nothing is there
 */
export function example(name: string): KubernetesObject[] {
  const folder = path.join(EXAMPLES, name, 'dist');
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter(file => file.endsWith('.yaml')).sort() : [];
  if (files.length === 0) {
    throw new Error(`There is no YAML in examples/${name}/dist. Write it first: npm run synth -- ${name}`);
  }
  return files.flatMap(file => readObjects(fs.readFileSync(path.join(folder, file), 'utf8')));
}
