import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Report } from '../programs/report';

// Installs the package as npm would publish it in a folder outside of the repository, and uses it there as users do: from modules of both
// kinds, with each way in which TypeScript resolves modules, and with its declarations checked, too.

const ROOT = path.join(__dirname, '..', '..');
const EXAMPLES = path.join(ROOT, 'examples');
const EXPECTED = path.join(EXAMPLES, 'default', 'dist', 'monitoring.k8s.yaml');

interface Run {
  /** Compiler options beside those that all runs share. */
  readonly options: Readonly<Record<string, string>>;
  /** Name of the example's file: its ending tells Node the kind of module. */
  readonly file: string;
}

/** By name. TypeScript 6 calls `node10` deprecated, and many projects have it all the same. */
const RUNS: Readonly<Record<string, Run>> = {
  'CommonJS, resolution node10': { options: { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }, file: 'main.ts' },
  'CommonJS, resolution node16': { options: { module: 'node16', moduleResolution: 'node16' }, file: 'main.cts' },
  'ECMAScript modules, resolution node16': { options: { module: 'node16', moduleResolution: 'node16' }, file: 'main.mts' },
  'ECMAScript modules, resolution bundler': { options: { module: 'esnext', moduleResolution: 'bundler' }, file: 'main.mts' },
};

/** What Pulumi programs have beside. Its own declarations are not ours to check. */
const PULUMI = ['@pulumi/kubernetes', '@pulumi/pulumi'];

/** Packages that only some platforms need: they cost time, so the smallest one must do without. */
const NOT_LOADED = ['@prometheus-io/lezer-promql', 'cli-table3'];

/** The same of the package itself. */
const SELDOM = '/node_modules/cdk8s-thanos/lib/seldom.js';

/** A program that prints the classes whose objects do not say of which they are, as jsii asks them. */
const UNTOLD_CLASSES = `
  const library = require('cdk8s-thanos');
  const { types } = JSON.parse(require('node:fs').readFileSync(require.resolve('cdk8s-thanos/.jsii'), 'utf8'));
  const untold = Object.values(types).filter(({ kind, name, fqn }) => kind === 'class' && library[name][Symbol.for('jsii.rtti')]?.fqn !== fqn);
  console.log(untold.map(({ name }) => name).join(', '));
`;

function command(folder: string, name: string, ...args: string[]): string {
  return execFileSync(name, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Why a command failed, else nothing. */
function complaint(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { readonly stdout?: string; readonly stderr?: string };
    return `${stdout}${stderr}` || message;
  }
}

/** An app of its own with the packed package, and those it is to be used with. */
function install(folder: string): void {
  const [{ filename }] = JSON.parse(command(ROOT, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder)) as { readonly filename: string }[];
  const { devDependencies: versions } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { readonly devDependencies: Readonly<Record<string, string>> };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'app', private: true }));
  const beside = ['cdk8s', 'cdk8s-plus-28', 'constructs', 'typescript', '@types/node', ...PULUMI].map(name => `${name}@${versions[name]}`);
  command(folder, 'npm', 'install', '--no-audit', '--no-fund', `./${filename}`, ...beside);
}

/** Compiles the program of an example as one sees fit who has the package. */
function compile(folder: string, { options, file }: Run, example: string, more: object = {}): void {
  fs.copyFileSync(path.join(EXAMPLES, example, 'main.ts'), path.join(folder, file));
  const compilerOptions = { ...options, strict: true, skipLibCheck: false, target: 'es2022', types: ['node'], ...more };
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  command(folder, 'npx', 'tsc');
}

/** Compiles the default example and runs it; gives what it printed. */
function synthesized(folder: string, run: Run): string {
  const { name, ext } = path.parse(run.file);
  compile(folder, run, 'default');
  fs.rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
  command(folder, 'node', `${name}${ext.replace('ts', 'js')}`);
  return fs.readFileSync(path.join(folder, 'dist', 'monitoring.k8s.yaml'), 'utf8');
}

function main(): void {
  const report = new Report();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-thanos-package-'));
  try {
    install(folder);
    const expected = fs.readFileSync(EXPECTED, 'utf8');
    for (const [name, run] of Object.entries(RUNS)) {
      report.answer(`${name}: type-checked, run, the same YAML`, complaint(() => {
        if (synthesized(folder, run) !== expected) throw new Error(`It is not that of ${path.relative(ROOT, EXPECTED)}.`);
      }));
    }
    for (const [name, run] of Object.entries(RUNS)) {
      report.answer(`a Pulumi program, ${name}: type-checked`, complaint(() => compile(folder, run, 'pulumi', { noEmit: true, skipLibCheck: true })));
    }
    report.answer('all classes: told by their names to programs in other languages', complaint(() => {
      const untold = command(folder, 'node', '--eval', UNTOLD_CLASSES).trim();
      if (untold) throw new Error(`jsii would take objects of these for any: ${untold}.`);
    }));
    const loaded = 'require(\'./main.cjs\'); console.log(Object.keys(require.cache).join(\'\\n\'));';
    report.answer('the default example: loads no package that it does not need', complaint(() => {
      const files = command(folder, 'node', '--eval', loaded);
      const needless = [...NOT_LOADED, ...PULUMI].filter(name => files.includes(`/node_modules/${name}/`));
      if (needless.length > 0) throw new Error(`It loads ${needless.join(', ')}.`);
      if (files.includes(SELDOM)) throw new Error(`It loads ${SELDOM}. A module that every platform needs belongs to 'always' in scripts/bundles.ts.`);
    }));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  console.log(report.summary);
  process.exitCode = report.failed ? 1 : 0;
}

main();
