import * as fs from 'node:fs';
import * as path from 'node:path';
import Table from 'cli-table3';
import { COMPACTION } from './compaction';
import { INGESTORS } from './ingestors';
import { LIMITS } from './limits';
import { OUTAGES } from './outages';
import { READING } from './reading';
import { RING } from './ring';
import { RULING } from './ruling';
import { SCRAPING } from './scraping';
import { SENDERS } from './senders';
import { STARTING } from './starting';
import { Family, Seen, Trap } from './trap';
import { UNSHOWN } from './unshown';
import { ensureBuilt } from '../../programs/build';
import { moduleOf } from '../../programs/modules';
import { inParallel } from '../../programs/process';

const FAMILIES: readonly Family[] = [STARTING, RING, INGESTORS, LIMITS, OUTAGES, SENDERS, SCRAPING, COMPACTION, READING, RULING];
const PROGRAMS = ['thanos', 'prometheus', 'promtool', 'prometheus-config-reloader'];
const REPORT = path.join(__dirname, '..', '..', '..', 'docs', 'traps.json');
/** Most of the time a trap waits for a program. */
const AT_ONCE = 2;

interface Outcome {
  readonly family: string;
  readonly trap: string;
  readonly rule: string;
  readonly source: string;
  readonly how: string;
  readonly seen: string;
  readonly ours: string;
  readonly withOurs?: string;
  readonly verdict: 'shown' | 'not shown';
  readonly seconds: number;
}

const failed = (error: unknown): Seen => ({ text: `the run failed: ${(error as Error).message}`, harm: false });

/** Runs once more when somebody else took a port between the look for a free one and its use. */
async function attempt(trial: () => Promise<Seen>): Promise<Seen> {
  return trial().catch((error: Error) => {
    if (!/address already in use/.test(error.message)) throw error;
    return trial();
  });
}

async function tryTrap(family: string, trap: Trap): Promise<Outcome> {
  const started = Date.now();
  const [broken, right] = await Promise.all([
    attempt(trap.broken).catch(failed),
    trap.right && attempt(trap.right).catch(error => ({ ...failed(error), harm: true })),
  ]);
  const { name, rule, source, how, ours } = trap;
  const verdict = broken.harm && !right?.harm ? 'shown' : 'not shown';
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  console.log(`${verdict === 'shown' ? '✓' : '✗'} ${family}/${name} (${seconds} s)\n    broken: ${broken.text}.${right ? `\n    ours:   ${right.text}.` : ''}`);
  return { family, trap: name, rule, source, how, seen: broken.text, ours, withOurs: right?.text, verdict, seconds };
}

function chosen(names: readonly string[]): { family: string; trap: Trap }[] {
  const all = FAMILIES.flatMap(({ name, traps }) => traps.map(trap => ({ family: name, trap })));
  const unknown = names.filter(name => !all.some(({ family, trap }) => family === name || trap.name === name));
  if (unknown.length > 0) throw new Error(`There is no trap or family ${unknown.map(name => `'${name}'`).join(', ')}; there are ${all.map(({ family, trap }) => `${family}/${trap.name}`).join(', ')}.`);
  return names.length === 0 ? all : all.filter(({ family, trap }) => names.includes(family) || names.includes(trap.name));
}

function print(outcomes: readonly Outcome[], seconds: number): void {
  const table = new Table({ head: ['trap', 'verdict', 'seconds'], style: { head: [], border: [] } });
  table.push(...outcomes.map(({ family, trap, verdict, seconds: taken }) => [`${family}/${trap}`, verdict, taken]));
  table.push(...UNSHOWN.map(({ name }) => [name, 'not showable here', '']));
  console.log(table.toString());
  console.log(`${outcomes.filter(({ verdict }) => verdict === 'shown').length} of ${outcomes.length} traps shown, ${UNSHOWN.length} not showable here, in ${seconds} s`);
}

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const traps = chosen(names);
  await ensureBuilt(PROGRAMS);
  const started = Date.now();
  const outcomes = await inParallel(traps, AT_ONCE, ({ family, trap }) => tryTrap(family, trap));
  const seconds = Math.round((Date.now() - started) / 1000);
  print(outcomes, seconds);
  const isGood = outcomes.every(({ verdict }) => verdict === 'shown');
  if (!isGood) process.exitCode = 1;
  if (names.length > 0) return;
  const versions = Object.fromEntries(PROGRAMS.map(program => [program, moduleOf(program).version]));
  const report = { date: new Date().toISOString().slice(0, 10), seconds, versions, traps: outcomes, notShowable: UNSHOWN };
  fs.mkdirSync(path.dirname(REPORT), { recursive: true });
  fs.writeFileSync(REPORT, `${JSON.stringify(report, undefined, 2)}\n`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
