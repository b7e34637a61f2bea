import * as fs from 'node:fs';
import { isBuiltin } from 'node:module';
import * as path from 'node:path';
import * as esbuild from 'esbuild';
import * as ts from 'typescript';
import { Bundle, bundleOf, BUNDLES } from './bundles';
import { peerDependencies } from '../package.json';

// Makes few files of the library's JavaScript, in which a module is loaded when something of it is first used: one file is found and read
// sooner than hundreds, and a platform without alerting never pays for the modules of alerting. jsii needs the others' declarations only.

const LIBRARY = path.join(__dirname, '..', 'lib');
const ENTRY = path.join(LIBRARY, 'index.js');

/** The path of a module below the library, without an ending. */
const moduleAt = (file: string): string => path.relative(LIBRARY, file).replace(/\.js$/, '').replaceAll(path.sep, '/');

/** The module that a file means by a relative path. */
function resolved(from: string, specifier: string): string {
  const target = path.resolve(path.dirname(from), specifier);
  return moduleAt(fs.existsSync(`${target}.js`) ? target : path.join(target, 'index'));
}

/** How a file of a bundle gets at a module, or nothing if it is Node's or cdk8s' and loaded by now. */
function loading(from: string, specifier: string): string | undefined {
  if (isBuiltin(specifier) || specifier in peerDependencies) return undefined;
  const module = specifier.startsWith('.') ? resolved(from, specifier) : undefined;
  return module === undefined || bundleOf(module) === bundleOf(moduleAt(from)) ? `require("${specifier}")` : `require("./${bundleOf(module)}.js")["${module}"]()`;
}

/** What a statement `const name = require('…');` binds and loads, as TypeScript writes an import. */
function requiredBy(statement: ts.Statement): { readonly name: string; readonly specifier: string; readonly statement: ts.Statement } | undefined {
  if (!ts.isVariableStatement(statement) || statement.declarationList.declarations.length !== 1) return undefined;
  const [{ name, initializer }] = statement.declarationList.declarations;
  const isRequire = initializer && ts.isCallExpression(initializer) && initializer.expression.getText() === 'require';
  return isRequire && ts.isIdentifier(name) ? { name: name.text, specifier: (initializer.arguments[0] as ts.StringLiteral).text, statement } : undefined;
}

/** The same text with each import made wherever something of it is used, which the bundler makes a call of a function that loads once. */
function lazily(file: string, text: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const edits: { readonly from: number; readonly to: number; readonly by: string }[] = [];
  const imports = new Map<string, string>();
  const gone = new Set<ts.Node>();
  for (const { name, specifier, statement } of source.statements.flatMap(each => requiredBy(each) ?? [])) {
    const call = loading(file, specifier);
    if (call) {
      imports.set(name, call);
      gone.add(statement);
      edits.push({ from: statement.getStart(), to: statement.getEnd(), by: '' });
    }
  }
  const visit = (node: ts.Node): void => {
    if (gone.has(node)) return;
    const call = ts.isIdentifier(node) ? imports.get(node.text) : undefined;
    if (call && ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node) {
      // In brackets of its own, for `new a().B()` would make an `a`.
      edits.push({ from: node.getStart(), to: node.getEnd(), by: `(${call})` });
    } else if (call) {
      throw new Error(`${file}: '${node.parent.getText()}' uses an import otherwise than by a property of it, which cannot be made lazy.`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits.sort((one, other) => other.from - one.from).reduce((edited, { from, to, by }) => edited.slice(0, from) + by + edited.slice(to), text);
}

/** All modules of a bundle by their paths, each loaded when it is called for. */
async function bundle(name: Bundle, modules: readonly string[]): Promise<void> {
  const lazyModules: esbuild.Plugin = {
    name: 'lazy-modules',
    setup(build) {
      build.onResolve({ filter: /^\.\/(always|often|seldom)\.js$/ }, ({ path: other }) => ({ path: other, external: true }));
      build.onLoad({ filter: /\.js$/ }, ({ path: file }) => ({ contents: lazily(file, fs.readFileSync(file, 'utf8')), loader: 'js' }));
    },
  };
  const { outputFiles: [{ text }] } = await esbuild.build({
    stdin: { contents: `module.exports = {\n${modules.map(module => `  '${module}': () => require('./${module}.js'),`).join('\n')}\n};`, resolveDir: LIBRARY },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // Comments and blanks are a third of what Node would have to read. Names stay, and lines are short, so that a stack trace tells where.
    minifyWhitespace: true,
    lineLimit: 160,
    plugins: [lazyModules],
    logLevel: 'warning',
  });
  // One letter beyond Latin makes Node keep two bytes for each. The bundler leaves those of tagged templates, whose tags see what is meant.
  fs.writeFileSync(path.join(LIBRARY, `${name}.js`), text.replace(/[^\0-\x7f]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/** The index, in which each name is looked up in its folder when it is first asked for. */
function index(text: string): string {
  const folders = [...text.matchAll(/^__exportStar\(require\("([^"]+)"\), exports\);$/gm)].map(([, folder]) => resolved(ENTRY, folder));
  const exported = folders.flatMap(module => Object.keys(require(path.join(LIBRARY, module)) as object).map(name => ({ name, module })));
  return `"use strict";
Object.defineProperty(exports, '__esModule', { value: true });
for (const [name, folder] of Object.entries({
  ${exported.map(({ name, module }) => `${name}: () => require('./${bundleOf(module)}.js')['${module}'](),`).join('\n  ')}
})) Object.defineProperty(exports, name, { enumerable: true, get: () => folder()[name] });
// Never run: Node reads from it what \`import { … } from 'cdk8s-thanos'\` can name in a module of ECMAScript's kind.
0 && (module.exports = { ${exported.map(({ name }) => name).join(', ')} });
`;
}

async function main(): Promise<void> {
  const ofBundles = new Set([ENTRY, ...Object.keys(BUNDLES).map(name => path.join(LIBRARY, `${name}.js`))]);
  const modules = fs.readdirSync(LIBRARY, { recursive: true, encoding: 'utf8' })
    // What runs in pods stands in ConfigMaps as text.
    .filter(file => file.endsWith('.js') && !ofBundles.has(path.join(LIBRARY, file)) && !file.includes(`${path.sep}program${path.sep}`)).map(file => moduleAt(path.join(LIBRARY, file))).sort();
  const entry = index(fs.readFileSync(ENTRY, 'utf8'));
  for (const name of Object.keys(BUNDLES) as Bundle[]) {
    await bundle(name, modules.filter(module => bundleOf(module) === name));
  }
  fs.writeFileSync(ENTRY, entry);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
