import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

const SRC = path.join(__dirname, '..', 'src');

/** Domains that know another one, and why; the others meet in the core only. */
const MEETINGS: Record<string, string> = {
  'alerting → rules': 'texts of messages are Go templates, as those of rules are',
  'collect → rules': 'Prometheus servers evaluate the sets of rules that they are given',
  'ruler → rules': 'rulers do so too',
  'push → rules': 'a job brings a set of rules, its alerts',
  'platform-rules → rules': 'they are a set of rules',
  'collect → job-loader': 'the loader is a container of the senders\' pods',
  'ruler → rule-loader': 'the loader is a container of the rulers\' pods',
};

/** The index of all, and what is built upon the package. */
const NOBODYS = ['.', 'index', 'pulumi'];

/** One import of a file by another; both are paths below `src`. */
interface Import {
  readonly file: string;
  readonly imported: string;
}

/** Also of types alone: whoever reads a file needs those as well. */
const imports: Import[] = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).flatMap(file =>
  ts.preProcessFile(fs.readFileSync(path.join(SRC, file), 'utf8')).importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => ({ file, imported: path.join(path.dirname(file), fileName) })));

/** The domain, or `core`, `plan`, `stack`; the index of all is none of them. */
const folderOf = (file: string): string => file.split(path.sep)[0];

const between = imports.filter(({ file, imported }) => file !== 'index.ts' && folderOf(file) !== folderOf(imported));
const arrow = ({ file, imported }: Import): string => `${folderOf(file)} → ${folderOf(imported)}`;
const text = ({ file, imported }: Import): string => `${file} imports ${imported}`;

function isDownward({ file, imported }: Import): boolean {
  const [from, to] = [folderOf(file), folderOf(imported)];
  const below: Record<string, boolean> = { core: false, plan: to === 'core', stack: !NOBODYS.includes(to) };
  return below[from] ?? ['core', 'plan'].includes(to);
}

test('the walk finds what is imported', () => {
  expect(between.map(text)).toContain(`${path.join('store', 'store-gateway.ts')} imports ${path.join('core', 'graph')}`);
});

test('dependencies point one way: stack, domains, plan, core', () => {
  expect(between.filter(one => !isDownward(one) && !(arrow(one) in MEETINGS)).map(text)).toEqual([]);
});

test('domains meet in the core, but for those listed, each of which does', () => {
  expect(new Set(between.filter(one => !isDownward(one)).map(arrow))).toEqual(new Set(Object.keys(MEETINGS)));
});

test('no folder needs itself by way of others', () => {
  let left = [...new Set(between.map(arrow))].map(one => one.split(' → '));
  for (let before = Infinity; left.length < before;) {
    before = left.length;
    left = left.filter(([, to]) => left.some(([from]) => from === to));
  }
  expect(left).toEqual([]);
});

test('what runs in pods loads nothing of the constructs', () => {
  const isProgram = (file: string) => path.basename(path.dirname(file)) === 'program';
  const foreign = imports.filter(({ file, imported }) =>
    isProgram(file) && path.dirname(imported) !== path.dirname(file) && path.dirname(imported) !== path.join('core', 'program'));
  expect(foreign.map(text)).toEqual([]);
});
