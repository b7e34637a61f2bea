import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const SRC = path.join(__dirname, '..', 'src');

/** Functions that take the id of a rule, and as which argument. */
const TAKES_ID: Readonly<Record<string, readonly number[]>> = {
  // A check is given one that needs no construct.
  report: [0, 1], found: [0], judge: [0], requestLimitRule: [0], tooShort: [0], uncountedLimits: [0], isSound: [2],
};

/** Ids that are put together, or chosen, where they are reported. */
const NOT_LITERAL = [
  'flag-removed', 'flag-deprecated',
  ...['receiver', 'time-interval'].flatMap(what => ['twice', 'unknown', 'unused'].map(fault => `${what}-${fault}`)),
];

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const idOf = (node?: ts.Node): string[] => (node && ts.isStringLiteral(node) && ID.test(node.text) ? [node.text] : []);

/** The ids that a node states itself: of a row of a table, of what is reported, or as the key of a rule that is a function. */
function statedBy(node: ts.Node): string[] {
  if (ts.isCallExpression(node)) {
    const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText();
    return Object.hasOwn(TAKES_ID, name) ? TAKES_ID[name].flatMap(index => idOf(node.arguments[index])) : [];
  }
  if (!ts.isPropertyAssignment(node)) return [];
  return node.name.getText() === 'id' ? idOf(node.initializer) : ts.isArrowFunction(node.initializer) ? idOf(node.name) : [];
}

function idsIn(node: ts.Node): string[] {
  const below: string[] = [];
  ts.forEachChild(node, child => void below.push(...idsIn(child)));
  return [...statedBy(node), ...below];
}

const sources = (folder: string): string[] =>
  fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).map(file => path.join(folder, file));

const IDS = [...new Set([
  ...NOT_LITERAL,
  ...sources(SRC).flatMap(file => idsIn(ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true))),
])].sort();

/** What Jest runs; traps show what a rule prevents, and not what it says. */
const TESTS = sources(__dirname).filter(file => file !== __filename && !file.startsWith(path.join(__dirname, 'e2e')))
  .map(file => fs.readFileSync(file, 'utf8')).join('\n');

test('the walk finds the ids of all kinds', () => {
  expect(IDS).toEqual(expect.arrayContaining([
    'ring-zone-takes-quorum', 'rate-of-gauge', 'promql', 'job-name-twice', 'query-loop', 'invalid-store', 'batch-beyond-samples-limit', 'ring-limit-not-held',
    'compactor-retention-tight', 'route-without-alert',
  ]));
  expect(IDS.length).toBeGreaterThan(200);
});

test('some test names each finding', () => {
  expect(IDS.filter(id => !new RegExp(`(?<![\\w-])${id}(?![\\w-])`).test(TESTS))).toEqual([]);
});
