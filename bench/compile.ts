import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '..');

/** Where everything that the bench makes is kept. */
export const OUT = path.join(__dirname, 'out');

/** Makes `lib/` if it is missing or older than a source. */
export function compileLibrary(): void {
  const sources = fs.readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).map(file => path.join(ROOT, 'src', file));
  const changed = Math.max(...sources.map(file => fs.statSync(file).mtimeMs));
  const entry = path.join(ROOT, 'lib', 'index.js');
  if (!fs.existsSync(entry) || fs.statSync(entry).mtimeMs < changed) {
    console.log('Compiling the library');
    execFileSync('npx', ['projen', 'compile'], { cwd: ROOT, stdio: 'inherit' });
  }
}

/** The measured programs as JavaScript, for a compiler must not be part of what is measured. */
export function compilePrograms(): { platform: string; floor: string } {
  const from = path.join(__dirname, 'programs');
  const to = path.join(OUT, 'programs');
  fs.mkdirSync(to, { recursive: true });
  for (const file of fs.readdirSync(from)) {
    const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(fs.readFileSync(path.join(from, file), 'utf8'), { compilerOptions: options });
    fs.writeFileSync(path.join(to, file.replace(/\.ts$/, '.js')), outputText);
  }
  return { platform: path.join(to, 'platform.js'), floor: path.join(to, 'floor.js') };
}
