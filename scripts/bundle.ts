import * as fs from 'node:fs';
import { isBuiltin } from 'node:module';
import * as path from 'node:path';
import * as esbuild from 'esbuild';
import * as ts from 'typescript';
import { Bundle, bundleOf, BUNDLES } from './bundles';
import { peerDependencies } from '../package.json';

// Makes few files of the library: one is found and read sooner than hundreds, and what modules of one file have of each other needs no
// lookup. A file is loaded when something of it is first used, so that a platform without alerting never pays for alerting. jsii's own
// JavaScript is asked for what modules export, and left out of the package.

const ROOT = path.join(__dirname, '..');
const SOURCES = path.join(ROOT, 'src');
const LIBRARY = path.join(ROOT, 'lib');

/** Exported values of a module, by its path without an ending. */
const exportsOf = (module: string): Readonly<Record<string, unknown>> => require(path.join(LIBRARY, `${module}.js`)) as Readonly<Record<string, unknown>>;

/** The path of a module below the sources, without an ending. */
const moduleAt = (file: string): string => path.relative(SOURCES, file).replace(/\.ts$/, '').replaceAll(path.sep, '/');

interface Assembly {
  readonly name: string;
  readonly version: string;
  readonly types: Readonly<Record<string, { readonly fqn: string; readonly kind: string; readonly name: string; readonly locationInModule: { readonly filename: string } }>>;
}

/** What jsii adds to a file of classes, so that programs in other languages know of which class an object is. */
function typeInformation({ name, version, types }: Assembly): (file: string) => string {
  return file => Object.values(types)
    .filter(({ kind, locationInModule: { filename } }) => kind === 'class' && path.join(ROOT, filename) === file)
    .map(type => `\nObject.assign(${type.name}, { [Symbol.for('jsii.rtti')]: { fqn: '${type.fqn}', version: '${version}' } });`).join('');
}

/** What a declaration `name = require('…')` loads, as the bundler writes an import of what is not in the bundle. */
const specifierOf = ({ initializer }: ts.VariableDeclaration): string | undefined => /^(?:__toESM\()?require\("([^"]+)"\)/.exec(initializer?.getText() ?? '')?.[1];

/** A file that consists of that text, with a way to ask which declaration a name is of. */
function parsed(name: string, text: string): { readonly source: ts.SourceFile; readonly declarationOf: (identifier: ts.Identifier) => ts.Declaration | undefined } {
  const options: ts.CompilerOptions = { allowJs: true, noLib: true, noResolve: true, target: ts.ScriptTarget.Latest };
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const program = ts.createProgram([name], options, { ...ts.createCompilerHost(options), getSourceFile: file => file === name ? source : undefined });
  const checker = program.getTypeChecker();
  return { source, declarationOf: identifier => checker.getSymbolAtLocation(identifier)?.declarations?.[0] };
}

/** The same text with each of other files and packages loaded when something of it is first used; Node's and cdk8s' are loaded by now. */
function lazily(name: string, text: string): string {
  const { source, declarationOf } = parsed(name, text);
  const edits: { readonly node: ts.Node; readonly by: string }[] = [];
  // To ask whose name it is takes long, so that only these are asked for.
  const names = new Set<string>();
  const lazy = new Set<ts.Declaration>();
  for (const declaration of source.statements.flatMap(statement => ts.isVariableStatement(statement) ? [...statement.declarationList.declarations] : [])) {
    const specifier = specifierOf(declaration);
    if (specifier === undefined || isBuiltin(specifier) || specifier in peerDependencies) continue;
    const [bundle, module] = specifier.split(':');
    lazy.add(declaration);
    names.add(declaration.name.getText());
    edits.push({ node: declaration.initializer!, by: `__once(()=>${module ? `require("./${bundle}.js")["${module}"]()` : declaration.initializer!.getText()})` });
  }
  const visit = (node: ts.Node): void => {
    const declaration = ts.isIdentifier(node) && names.has(node.text) ? declarationOf(node) : undefined;
    if (declaration && lazy.has(declaration) && declaration !== node.parent) {
      // In brackets of its own, for `new a().B()` would make an `a`.
      edits.push({ node, by: `(${node.getText()}())` });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits.sort((one, other) => other.node.pos - one.node.pos)
    .reduce((edited, { node, by }) => edited.slice(0, node.getStart()) + by + edited.slice(node.getEnd()), text);
}

const OPTIONS = {
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
  tsconfig: path.join(ROOT, 'tsconfig.json'),
} satisfies esbuild.BuildOptions;

/** Modules that others than those of their own bundle import. */
async function wantedElsewhere(): Promise<Set<string>> {
  const { metafile: { inputs } } = await esbuild.build({ ...OPTIONS, entryPoints: [path.join(SOURCES, 'index.ts')], metafile: true });
  const wanted = Object.entries(inputs).flatMap(([file, { imports }]) => {
    const own = moduleAt(path.resolve(file));
    return imports.filter(({ external }) => !external).map(({ path: imported }) => moduleAt(path.resolve(imported)))
      .filter(module => own !== 'index' && bundleOf(module) !== bundleOf(own));
  });
  return new Set(wanted);
}

/** A file of those modules of a bundle that are wanted, and of what they need. */
async function bundle(name: Bundle, wanted: readonly string[], typesOf: (file: string) => string): Promise<void> {
  const otherBundles: esbuild.Plugin = {
    name: 'other-bundles',
    setup(build) {
      build.onResolve({ filter: /^\./, namespace: 'file' }, async ({ path: specifier, resolveDir, kind, pluginData }) => {
        if (pluginData === 'found') return undefined;
        const found = await build.resolve(specifier, { resolveDir, kind, pluginData: 'found' });
        const module = moduleAt(found.path);
        return bundleOf(module) === name ? found : { path: `${bundleOf(module)}:${module}`, external: true };
      });
      build.onLoad({ filter: /\.ts$/ }, ({ path: file }) => ({ contents: fs.readFileSync(file, 'utf8') + typesOf(file), loader: 'ts' }));
    },
  };
  const entry = wanted.map((module, index) => {
    const names = Object.keys(exportsOf(module));
    return `import { ${names.map(each => `${each} as ${each}_${index}`).join(', ')} } from './${module}';
const module_${index} = () => ({ ${names.map(each => `${each}: ${each}_${index}`).join(', ')} });
export { module_${index} as '${module}' };`;
  });
  const { outputFiles: [{ text }] } = await esbuild.build({
    ...OPTIONS,
    stdin: { contents: entry.join('\n'), resolveDir: SOURCES, loader: 'ts' },
    // Comments and blanks are a third of what Node would have to read. Names stay, and lines are short, so that a stack trace tells where.
    minifyWhitespace: true,
    lineLimit: 160,
    banner: { js: '"use strict";var __once=load=>{let loaded;return()=>loaded??=load()};' },
    plugins: [otherBundles],
  });
  // One letter beyond Latin makes Node keep two bytes for each. The bundler leaves those of tagged templates, whose tags see what is meant.
  fs.writeFileSync(path.join(LIBRARY, `${name}.js`), lazily(`${name}.js`, text).replace(/[^\0-\x7f]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/** The index, in which each name is looked up in its module when it is first asked for. */
const index = (exported: readonly { readonly name: string; readonly module: string }[]): string => `"use strict";
Object.defineProperty(exports, '__esModule', { value: true });
for (const [name, module] of Object.entries({
  ${exported.map(({ name, module }) => `${name}: () => require('./${bundleOf(module)}.js')['${module}'](),`).join('\n  ')}
})) Object.defineProperty(exports, name, { enumerable: true, get: () => module()[name] });
// Never run: Node reads from it what \`import { … } from 'cdk8s-thanos'\` can name in a module of ECMAScript's kind.
0 && (module.exports = { ${exported.map(({ name }) => name).join(', ')} });
`;

async function main(): Promise<void> {
  const modules = fs.readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    // What runs in pods stands in ConfigMaps as text, and what is for Pulumi's users is compiled apart.
    .filter(file => file.endsWith('.ts') && !file.includes(`${path.sep}program${path.sep}`) && !file.startsWith(`pulumi${path.sep}`))
    .map(file => moduleAt(path.join(SOURCES, file))).filter(module => !/(^|\/)index$/.test(module)).sort();
  const exported = Object.entries(exportsOf('index')).map(([name, value]) => {
    const module = modules.find(each => exportsOf(each)[name] === value);
    if (module === undefined) throw new Error(`No module exports '${name}'.`);
    return { name, module };
  });
  const typesOf = typeInformation(JSON.parse(fs.readFileSync(path.join(ROOT, '.jsii'), 'utf8')) as Assembly);
  const wanted = new Set([...await wantedElsewhere(), ...exported.map(({ module }) => module)]);
  for (const name of Object.keys(BUNDLES) as Bundle[]) {
    await bundle(name, [...wanted].filter(module => bundleOf(module) === name).sort(), typesOf);
  }
  fs.writeFileSync(path.join(LIBRARY, 'index.js'), index(exported));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
