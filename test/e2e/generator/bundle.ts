import * as path from 'node:path';
import { buildSync } from 'esbuild';

const GENERATOR = path.join(__dirname, 'main.ts');

/** A program for a pod and all that it imports, as one script for Node 20. */
export function bundle(entryPoint: string = GENERATOR): string {
  const { outputFiles } = buildSync({
    entryPoints: [entryPoint],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    write: false,
  });
  return outputFiles[0].text;
}
