import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { judge, Measured } from './budgets';
import { compileLibrary, compilePrograms, OUT } from './compile';
import { least, run, usage, warm } from './measure';

interface Options {
  readonly rounds: number;
  readonly runs: number;
  readonly only?: string;
}

function positive(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  }
  return count;
}

const options = new Command('bench')
  .description('Measures the synth of whole platforms beside bare cdk8s, as processes and within one; fails when a budget is broken.')
  .option('--rounds <count>', 'processes of each kind, in turn', positive, 9)
  .option('--runs <count>', 'runs within one process', positive, 24)
  .option('--only <text>', 'only cases whose name contains this')
  .parse().opts<Options>();

compileLibrary();
const programs = compilePrograms();
const yaml = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));

// Loaded as compiled, for the cases come from the library that is measured.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { CASES } = require(path.join(OUT, 'programs', 'cases.js')) as typeof import('./programs/cases');

function measure({ name, family, size }: typeof CASES[number]): Measured {
  process.stderr.write(`${name} …\n`);
  const objects = path.join(OUT, 'objects.json');
  run(programs.platform, name, yaml, '--objects', objects);
  // In turn, so that whatever else the machine does meets both alike.
  const rounds = Array.from({ length: options.rounds }, () => ({
    platform: usage(programs.platform, name, yaml),
    floor: usage(programs.floor, objects, yaml),
  }));
  return {
    name, family, size,
    objects: (JSON.parse(fs.readFileSync(objects, 'utf8')) as unknown[]).length,
    platform: least(rounds.map(({ platform }) => platform)),
    floor: least(rounds.map(({ floor }) => floor)),
    warmPlatform: warm(options.runs, programs.platform, name, yaml),
    warmFloor: warm(options.runs, programs.floor, objects, yaml),
  };
}

const measured = CASES.filter(({ name }) => !options.only || name.includes(options.only)).map(measure);
fs.rmSync(yaml, { recursive: true });
const verdicts = judge(measured);

const figure = (value: number) => ({ content: value.toFixed(value < 10 ? 1 : 0), hAlign: 'right' as const });
const table = new Table({ head: ['', 'objects', 'wall', 'floor', 'ratio', 'CPU', 'floor', 'RSS MiB', 'floor', 'warm', 'floor'], style: { head: [], border: [] } });
for (const { name, objects, platform, floor, warmPlatform, warmFloor } of measured) {
  table.push([name, figure(objects), figure(platform.wall), figure(floor.wall), { content: (platform.wall / floor.wall).toFixed(2), hAlign: 'right' },
    figure(platform.cpu), figure(floor.cpu), figure(platform.rss), figure(floor.rss), figure(warmPlatform), figure(warmFloor)]);
}
console.log(`Milliseconds, the least of ${options.rounds} processes, and of ${options.runs} runs within one (warm); Node ${process.version}, ${os.cpus().length} × ${os.cpus()[0]?.model}.`);
console.log(table.toString());
for (const { budget, found, kept } of verdicts) {
  console.log(`${kept ? 'kept  ' : 'BROKEN'} ${budget}; found ${found}`);
}
fs.writeFileSync(path.join(OUT, 'results.json'), `${JSON.stringify({ node: process.version, measured, verdicts }, null, 2)}\n`);
process.exitCode = verdicts.every(({ kept }) => kept) ? 0 : 1;
