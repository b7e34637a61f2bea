import { createRequire } from 'node:module';
import type { Schema, ToStringOptions } from 'yaml';

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

/** One of each for all texts: to make one takes half of the time that a small text does. */
const SCHEMAS = new Map<string, Schema>();

function schemaOf(name: string): Schema {
  const schema = SCHEMAS.get(name) ?? new library.Schema({ schema: name });
  SCHEMAS.set(name, schema);
  return schema;
}

/** How a text is written. */
interface Style extends Pick<ToStringOptions, 'defaultStringType' | 'defaultKeyType' | 'lineWidth'> {
  /** Whether equal parts are written once and referred to. @default true */
  readonly aliasDuplicateObjects?: boolean;
  /** Whose words must not stand unquoted: older YAML takes `on` and `yes` for switches. @default core */
  readonly schema?: 'core' | 'yaml-1.1';
}

/** Writes YAML. No text has directives, and to look for tags that need one is a third of the time. */
export const stringify = (value: unknown, { schema = 'core', ...style }: Style = {}): string => library.stringify(value, { ...style, schema: schemaOf(schema), directives: false });
