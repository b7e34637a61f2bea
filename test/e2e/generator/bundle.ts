import * as path from 'node:path';
import { buildSync } from 'esbuild';

/** The generator's program and all that it imports, as one script for Node 20. */
export function bundle(): string {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(__dirname, 'main.ts')],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    write: false,
  });
  return outputFiles[0].text;
}
