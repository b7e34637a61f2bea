import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../fixture';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');

/** Every folder of examples/ that is a cdk8s app. */
export const EXAMPLE_NAMES = fs.readdirSync(EXAMPLES).filter(name => fs.existsSync(path.join(EXAMPLES, name, 'cdk8s.yaml'))).sort();

/** What an example prints: its YAML as text by file, its objects, and the documents beside them. */
export interface Printed {
  readonly files: Record<string, string>;
  readonly objects: Manifest[];
  readonly documents: Record<string, string>;
}

const cache = new Map<string, Printed>();

/** Runs the app of an example from the sources in a folder of its own. */
export function printed(example: string): Printed {
  const known = cache.get(example);
  if (known) return known;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `${example}-`));
  const before = process.cwd();
  const log = jest.spyOn(console, 'log').mockImplementation();
  process.env.CDK8S_OUTDIR = path.join(folder, 'dist');
  process.chdir(folder);
  try {
    // An app is a program, with nothing to import.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    jest.isolateModules(() => { require(path.join(EXAMPLES, example, 'main.ts')); });
    const files = readAll(path.join(folder, 'dist'));
    const objects = Object.values(files).flatMap(text => parseAllDocuments(text).map(document => document.toJS() as Manifest)).filter(Boolean);
    const result = { files, objects, documents: readAll(path.join(folder, 'plan')) };
    cache.set(example, result);
    return result;
  } finally {
    process.chdir(before);
    delete process.env.CDK8S_OUTDIR;
    log.mockRestore();
    fs.rmSync(folder, { recursive: true });
  }
}

function readAll(folder: string): Record<string, string> {
  if (!fs.existsSync(folder)) return {};
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => fs.statSync(path.join(folder, name)).isFile()).sort();
  return Object.fromEntries(names.map(name => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}
