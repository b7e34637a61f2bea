import { readdirSync } from 'fs';
import { App, Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { MAKERS, TABLES } from './bad-input-tables';
import { NetworkPeer, Relabeling, Workload } from '../../src';
import { Field, shown } from '../../src/core/fields';
import { fixture } from '../fixture';
import { temporaryFolder } from '../temporary-folder';

/** Of no use for any prop, whatever its type. */
const NEVER: unknown[] = [
  null, NaN, Infinity, -Infinity, -1, 1.5, 1e300, '', [], [null], [undefined], [NaN], [{}], [[]], { '': '' }, { a: null }, { a: NaN },
  new Date(0), new Map([['a', 'b']]), new Error('wrong'), BigInt(1), Symbol('wrong'), class Wrong {}, () => 1,
  Duration.seconds(NaN), Duration.seconds(Infinity), Duration.days(1_000_000), Size.kibibytes(NaN), Size.tebibytes(1e12),
  Cpu.units(-1), Cpu.units(NaN), Cpu.units(1e12),
];

/** Right for one kind of props, wrong for the others. The word tells the kind from what it says of itself. */
const KINDS: { word: RegExp; right: unknown }[] = [
  { word: /a Duration|must not be 0/, right: Duration.hours(2) },
  { word: /a Size/, right: Size.gibibytes(1) },
  { word: /a Cpu/, right: Cpu.millis(500) },
  { word: /a whole number/, right: 2 },
  { word: /true or false/, right: true },
  { word: /a Workload/, right: Workload.of({ activeSeries: 1000 }) },
  { word: /a peer/, right: NetworkPeer.clusterDns() },
  { word: /a Relabeling/, right: [Relabeling.labelDrop('pod')] },
  { word: /a map/, right: { 'a b': 'c d' } },
  { word: /a text|PromQL|a DNS|a name|label|path|URL|image|registry/, right: 'some text' },
];

/** What was given instead may be a secret, or says nothing to anybody. */
const SHOWS_NOTHING = /key of a Secret|must be made like|a ScrapeJob/;

const rows = Object.entries(TABLES).flatMap(([table, fields]) => Object.entries(fields).map(([prop, field]) => ({ table, prop, field })));

/** What a row says of itself, and of the items of a list. */
const wordsOf = (field: Field<unknown>): string => `${field.problem(Symbol('nothing'))} ${field.problem([Symbol('nothing')])}`;

function valuesFor(field: Field<unknown>): unknown[] {
  return [...NEVER, ...KINDS.filter(({ word }) => !word.test(wordsOf(field))).map(({ right }) => right)];
}

const isRecord = (value: unknown): boolean => Object.prototype.toString.call(value) === '[object Object]';

/** A struct may be any object, and so may each of a list of structs; their own rows judge what is in them. An empty list may mean none. */
function isOfUse(field: Field<unknown>, value: unknown): boolean {
  const words = wordsOf(field);
  const isStructs = Array.isArray(value) && value.length > 0 && value.every(isRecord) && /each item must be an object/.test(words);
  return /^must be an object/.test(words) && isRecord(value) || isStructs || Array.isArray(value) && value.length === 0 && /^must be a list, /.test(words);
}

test('every table can be reached by a user', () => {
  expect(Object.keys(MAKERS).sort()).toEqual(Object.keys(TABLES).sort());
  expect(rows.length).toBeGreaterThan(600);
});

test.each(Object.keys(TABLES))('%s: each row refuses what is of no use', table => {
  for (const { prop, field } of rows.filter(row => row.table === table)) {
    for (const value of valuesFor(field).filter(given => !isOfUse(field, given))) {
      const problem = field.problem(value);
      expect(`${prop} = ${shown(value)}: ${problem}`).not.toBe(`${prop} = ${shown(value)}: undefined`);
      expect(problem).toMatch(/^(must|each item|'|key|has|names) ?[\s\S]+[^.]$/);
    }
  }
});

/** What a user is told, by synth or at once. */
function said(make: (chart: Chart) => void): string {
  const { app, chart } = fixture();
  try {
    make(chart);
    app.synthYaml();
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
  return 'nothing';
}

const GIVEN: unknown[] = [null, 'no use', new Date(0), ['no use'], NaN];

test.each(rows)('$table, $prop: a user is told which prop is wrong, and what was given', ({ table, prop, field }) => {
  for (const value of GIVEN.filter(given => field.problem(given))) {
    const text = said(chart => MAKERS[table](chart, { [prop]: value }));
    expect(text).toMatch(/^Error: (Validation failed with the following errors:|\[monitoring)/);
    expect(text).toContain(`${prop}'`);
    const shows = [shown(value), ...(Array.isArray(value) ? [shown(value[0])] : [])].some(part => text.includes(part));
    expect(shows || SHOWS_NOTHING.test(wordsOf(field))).toBe(true);
  }
});

test.each(Object.keys(TABLES))('%s: all that is wrong comes in one exception, and nothing is written', table => {
  const outdir = temporaryFolder();
  const app = new App({ outdir });
  const chart = new Chart(app, 'monitoring', { namespace: 'monitoring' });
  const props = Object.keys(TABLES[table]);
  let message = '';
  try {
    MAKERS[table](chart, { ...Object.fromEntries(props.map(prop => [prop, null])), nonsense: 1 });
    app.synth();
  } catch (error) {
    message = (error as Error).message;
  }
  expect(props.filter(prop => !message.includes(`${prop}'`))).toEqual([]);
  expect(message).toMatch(/nonsense' is not known here; /);
  expect(readdirSync(outdir)).toEqual([]);
});
