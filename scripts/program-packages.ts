import * as fs from 'node:fs';
import * as path from 'node:path';
import * as esbuild from 'esbuild';

// What a program of ours takes from a package, as one file beside its own: a pod has no node_modules. Nobody reads it there, so it is minified;
// its first lines tell what is in it, and the licences.

const ROOT = path.join(__dirname, '..');

interface PackageJson {
  readonly name: string;
  readonly version: string;
}

const folderOf = (file: string): string => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)![0];

/** Each of these licences wants its text to go with the code; a package has it in a file, or at the end of its README. */
function licenceOf(folder: string): string {
  const files = fs.readdirSync(path.join(ROOT, folder));
  const read = (pattern: RegExp) => files.filter(file => pattern.test(file)).map(file => fs.readFileSync(path.join(ROOT, folder, file), 'utf8'))[0];
  const licence = read(/^licen[cs]e/i) ?? read(/^readme/i)?.split(/^#+ licen[cs]e$/im)[1];
  if (licence === undefined) throw new Error(`${folder} has no licence that could go with it.`);
  return licence.trim();
}

function notice(folder: string): string {
  const { name, version } = JSON.parse(fs.readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')) as PackageJson;
  return `${name} ${version}\n\n${licenceOf(folder)}\n`;
}

/** The text of a package with all that it needs. */
export function bundled(name: string): string {
  const { outputFiles: [{ text }], metafile } = esbuild.buildSync({
    absWorkingDir: ROOT,
    entryPoints: [require.resolve(name)],
    bundle: true,
    platform: 'node',
    target: 'node20',
    // Loaded by pg on demand only: by those who have libpq, and in Cloudflare's workers.
    external: ['pg-native', 'pg-cloudflare'],
    minify: true,
    lineLimit: 160,
    legalComments: 'none',
    metafile: true,
    write: false,
  });
  const folders = [...new Set(Object.keys(metafile.inputs).map(folderOf))].sort();
  return `/*\nBundled and minified from these packages:\n\n${folders.map(notice).join('\n')}*/\n${text}`;
}
