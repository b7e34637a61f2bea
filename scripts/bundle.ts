import * as fs from 'node:fs';
import * as path from 'node:path';
import * as esbuild from 'esbuild';
import * as ts from 'typescript';

// Makes one file of the library's JavaScript, in which a module is loaded when something of it is first used: a platform without alerting
// never pays for the modules of alerting, and one file is found and read sooner than hundreds. jsii needs the others' declarations only.

const LIBRARY = path.join(__dirname, '..', 'lib');
const ENTRY = path.join(LIBRARY, 'index.js');

/** What `require` is called with in a statement `const name = require('…');`, as TypeScript writes an import. */
function requiredBy(statement: ts.Statement): { readonly name: ts.Identifier; readonly call: ts.CallExpression } | undefined {
  if (!ts.isVariableStatement(statement) || statement.declarationList.declarations.length !== 1) return undefined;
  const [{ name, initializer }] = statement.declarationList.declarations;
  const isRequire = initializer && ts.isCallExpression(initializer) && initializer.expression.getText() === 'require';
  return isRequire && ts.isIdentifier(name) ? { name, call: initializer } : undefined;
}

/** The same text with each import as a function, called wherever something of the module is used. */
function lazily(file: string, text: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports = new Map(source.statements.flatMap(statement => {
    const required = requiredBy(statement);
    return required ? [[required.name.text, required] as const] : [];
  }));
  const edits: { readonly at: number; readonly insert: string }[] = [];
  const visit = (node: ts.Node): void => {
    const required = ts.isIdentifier(node) ? imports.get(node.text) : undefined;
    if (required && node === required.name) {
      edits.push({ at: required.call.getStart(), insert: '(loaded => () => loaded ??= ' }, { at: required.call.getEnd(), insert: ')()' });
    } else if (required && ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node) {
      // In brackets of its own, for `new a().B()` would make an `a`.
      edits.push({ at: node.getStart(), insert: '(' }, { at: node.getEnd(), insert: '())' });
    } else if (required) {
      throw new Error(`${file}: '${node.parent.getText()}' uses an import otherwise than by a property of it, which cannot be made lazy.`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits.sort((one, other) => other.at - one.at).reduce((edited, { at, insert }) => edited.slice(0, at) + insert + edited.slice(at), text);
}

/** What the library's own index exports, and the folder that each name is from. */
function exportsOf(text: string): { readonly name: string; readonly domain: string }[] {
  const domains = [...text.matchAll(/^__exportStar\(require\("([^"]+)"\), exports\);$/gm)].map(([, domain]) => domain);
  return domains.flatMap(domain => Object.keys(require(path.join(LIBRARY, domain)) as object).map(name => ({ name, domain })));
}

const exported = exportsOf(fs.readFileSync(ENTRY, 'utf8'));

/** The index, in which each name is looked up in its folder when it is first asked for. */
const index = `
Object.defineProperty(exports, '__esModule', { value: true });
for (const [name, domain] of Object.entries({
  ${exported.map(({ name, domain }) => `${name}: () => require('${domain}')`).join(',\n  ')}
})) Object.defineProperty(exports, name, { enumerable: true, get: () => domain()[name] });`;

const lazyModules: esbuild.Plugin = {
  name: 'lazy-modules',
  setup: build => build.onLoad({ filter: /\.js$/ }, ({ path: file }) => ({ contents: file === ENTRY ? index : lazily(file, fs.readFileSync(file, 'utf8')), loader: 'js' })),
};

void esbuild.build({
  entryPoints: [ENTRY],
  outfile: ENTRY,
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  plugins: [lazyModules],
  // Never run: Node reads from it what `import { … } from 'cdk8s-thanos'` can name in a module of ECMAScript's kind.
  footer: { js: `0 && (module.exports = { ${exported.map(({ name }) => name).join(', ')} });` },
  logLevel: 'warning',
});
