import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import { parseAllDocuments } from 'yaml';

/** A Kubernetes object as it stands in YAML. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta & { readonly name: string };
  readonly [field: string]: unknown;
}

/** An object of a synthesized example. */
export interface ExampleObject {
  readonly example: string;
  readonly manifest: Manifest;
}

/** The repository's examples. */
export const EXAMPLES_FOLDER = path.join(__dirname, '..', '..', 'examples');

function readYaml(file: string): Manifest[] {
  // Kubernetes reads YAML 1.1.
  return parseAllDocuments(fs.readFileSync(file, 'utf8'), { version: '1.1' }).flatMap(document => {
    if (document.errors.length > 0) throw new Error(`${file} is not valid YAML: ${document.errors[0].message}`);
    return document.contents === null ? [] : [document.toJS() as Manifest];
  });
}

/**
 * All objects in `<folder>/<example>/dist/`, example by example, in the order in which they would be applied.
 *
 * @throws when an app has not been synthesized.
 */
export function loadExamples(folder: string = EXAMPLES_FOLDER): ExampleObject[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).sort().flatMap(example => {
    const dist = path.join(folder, example, 'dist');
    if (!fs.existsSync(dist)) {
      if (fs.existsSync(path.join(folder, example, 'cdk8s.yaml'))) throw new Error(`The example '${example}' has not been synthesized. Run 'npm run synth' first.`);
      return [];
    }
    const files = fs.readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(file => /\.ya?ml$/.test(file)).sort();
    return files.flatMap(file => readYaml(path.join(dist, file))).map(manifest => ({ example, manifest }));
  });
}

/** `default: StatefulSet monitoring/ring`. */
export function titleOf({ example, manifest }: ExampleObject): string {
  const { namespace, name } = manifest.metadata;
  return `${example}: ${manifest.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
