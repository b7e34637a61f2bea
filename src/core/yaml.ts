import { createRequire } from 'node:module';
import type { CreateNodeOptions, DocumentOptions, SchemaOptions, ToStringOptions } from 'yaml';

/**
 * cdk8s carries this library inside of its package and has loaded it by now. A copy of our own would be the same code once more, and
 * cost a tenth of a small synth; it is only for apps that a bundler has put into one file.
 */
function load(): typeof import('yaml') {
  try {
    return createRequire(require.resolve('cdk8s'))('yaml') as typeof import('yaml');
  } catch {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require('yaml') as typeof import('yaml');
  }
}

const library = load();

/** Reads YAML. */
export const { parseAllDocuments, LineCounter } = library;

/**
 * How everything is written. Programs in Go read YAML of the older kind, to which `on` and `22:00` are a truth and a number, so that
 * these are quoted. Long expressions stay in one line, and what stands twice is written twice, as people would.
 */
const STYLE: CreateNodeOptions & DocumentOptions & SchemaOptions & ToStringOptions = {
  aliasDuplicateObjects: false,
  // No text has any, and to look for what would need one takes a third of the time.
  directives: false,
  lineWidth: 0,
  // One for all texts: to make it takes half of the time that a small text does.
  schema: new library.Schema({ schema: 'yaml-1.1' }),
};

/** Writes YAML. */
export const stringify = (value: unknown, quotes: Pick<ToStringOptions, 'defaultStringType' | 'defaultKeyType'> = {}): string => library.stringify(value, { ...STYLE, ...quotes });
