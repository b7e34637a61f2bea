import { createRequire } from 'node:module';

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

/** Writes and reads YAML. */
export const { stringify, parseAllDocuments, LineCounter, Schema } = load();
