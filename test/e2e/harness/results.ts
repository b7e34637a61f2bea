import * as fs from 'node:fs';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Table from 'cli-table3';
import { messageOf, progress } from './progress';

/** How a test ended; `limit` is a failure of what Thanos, Prometheus or Kubernetes can do, shown plainly. */
export type Verdict = 'passed' | 'failed' | 'limit' | 'skipped';

/** A measured number. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** As it is written after the number; empty for a count. */
  readonly unit: string;
  /** What the plan or the promise says, in the same unit. @default - nothing to compare with */
  readonly planned?: number;
}

/** How a test ended once before. */
interface Earlier {
  readonly verdict: Verdict;
  readonly ended: string;
}

/** What one test found. */
export interface Result {
  readonly group: string;
  readonly name: string;
  readonly verdict: Verdict;
  readonly figures: Figure[];
  /** Why it failed, or what a reader should know. */
  readonly note?: string;
  /** How long it took. */
  readonly seconds: number;
  /** When it ended; ISO 8601, to the minute. */
  readonly ended: string;
  /** With the same versions, newest first. @default - never */
  readonly before?: Earlier[];
}

/** What a test writes down while it runs. */
export interface Notebook {
  figure(name: string, value: number, unit: string, planned?: number): void;
  note(text: string): void;
}

/** A failure that is no fault of ours and cannot be helped; it is reported, and the run goes on green. */
export class KnownLimit extends Error {}
/** The cluster at hand cannot show this. */
export class NotHere extends Error {}

/** Where and with what the results were had. */
export interface Circumstances {
  /** The line that each program prints as its version, by program. */
  readonly versions: Readonly<Record<string, string>>;
  /** What the machine or the cluster is. */
  readonly cluster: string;
  /** ISO 8601. */
  readonly date: string;
}

/** Collects what tests find, prints it, and writes the report. */
export class Results {
  private readonly results: Result[] = [];

  public get all(): readonly Result[] {
    return [...this.results];
  }

  public get failed(): boolean {
    return this.results.some(({ verdict }) => verdict === 'failed');
  }

  /** Runs one test, and records how it ended; never throws. */
  public async run(group: string, name: string, test: (notebook: Notebook) => Promise<void>): Promise<Result> {
    const begin = Date.now();
    const figures: Figure[] = [];
    const notes: string[] = [];
    const notebook: Notebook = {
      figure: (figure, value, unit, planned) => void figures.push({ name: figure, value, unit, ...(planned === undefined ? {} : { planned }) }),
      note: text => void notes.push(text),
    };
    progress(`${group}: ${name}`);
    let verdict: Verdict = 'passed';
    try {
      await test(notebook);
    } catch (error) {
      verdict = error instanceof KnownLimit ? 'limit' : error instanceof NotHere ? 'skipped' : 'failed';
      notes.push(error instanceof Error ? error.message : String(error));
      if (verdict === 'failed' && error instanceof Error) progress(error.stack ?? messageOf(error));
    }
    const result: Result = { group, name, verdict, figures, ...(notes.length > 0 ? { note: notes.join(' ') } : {}), seconds: Math.round((Date.now() - begin) / 1000), ended: `${new Date().toISOString().slice(0, 16)}Z` };
    this.results.push(result);
    progress(`${group}: ${name}: ${verdict} in ${result.seconds} s${result.note ? `: ${result.note}` : ''}`);
    return result;
  }

  /** A table for the terminal. */
  public table(): string {
    const table = new Table({ head: ['test', 'verdict', 'figures', 's'], style: { head: [], border: [] }, colWidths: [44, 9, 70, 7], wordWrap: true });
    for (const { group, name, verdict, figures, seconds } of this.results) {
      table.push([`${group}: ${name}`, verdict, figures.map(figureText).join('\n'), seconds]);
    }
    return table.toString();
  }

  /**
   * Writes `proof.md` and `proof.json`. What other runs with the same versions on the same kind of cluster wrote stays, so that a run of some
   * tests completes a report; of a test that they ran, too, the newest result counts, and how it ended before is told.
   * @param others reports of runs elsewhere, e.g. of the other half of the tests on another machine
   */
  public write(folder: string, circumstances: Circumstances, others: readonly string[] = []): void {
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'proof.json');
    const results = newest([...[file, ...others].flatMap(other => resultsIn(other, circumstances)), ...this.results]);
    fs.writeFileSync(file, `${JSON.stringify({ ...circumstances, results }, undefined, 2)}\n`);
    fs.writeFileSync(path.join(folder, 'proof.md'), markdown(circumstances, results));
  }
}

/** Reports in which nothing is of the same circumstances add nothing. */
function resultsIn(file: string, { versions, cluster }: Circumstances): Result[] {
  if (!fs.existsSync(file)) return [];
  const report = JSON.parse(fs.readFileSync(file, 'utf8')) as Circumstances & { readonly results: Result[] };
  return isDeepStrictEqual([report.versions, report.cluster], [versions, cluster]) ? report.results : [];
}

const MOST_BEFORE = 5;

/** Of each test the newest result, the last of several that ended at once, with how it ended before; in the order in which tests were first seen. */
function newest(results: readonly Result[]): Result[] {
  const names = [...new Set(results.map(({ name }) => name))];
  return names.map(name => {
    const sorted = results.filter(result => result.name === name).reverse().sort((one, other) => other.ended.localeCompare(one.ended));
    const all = sorted.flatMap(({ verdict, ended, before = [] }) => [{ verdict, ended }, ...before]).sort((one, other) => other.ended.localeCompare(one.ended));
    const before = all.filter(({ ended }, at) => ended !== sorted[0].ended && all.findIndex(other => other.ended === ended) === at).slice(0, MOST_BEFORE);
    const { before: _, ...result } = sorted[0];
    return before.length > 0 ? { ...result, before } : result;
  });
}

/** The report as one reads it. */
function markdown({ versions, cluster, date }: Circumstances, results: readonly Result[]): string {
  const groups = [...new Set(results.map(({ group }) => group))].sort();
  return [
    '# Proof on a real cluster', '',
    `Written by \`npm run e2e\` on ${date}. ${cluster}`, '',
    row(['program', 'version']), row(['---', '---']), ...Object.entries(versions).map(row), '',
    ...groups.flatMap(group => [
      `## ${group}`, '',
      row(['test', 'verdict', 'figures', 'seconds', 'ended', 'before']), row(['---', '---', '---', '---', '---', '---']),
      ...results.filter(result => result.group === group).map(({ name, verdict, figures, note, seconds, ended, before = [] }) => row([
        note ? `${name}. ${note}` : name, verdict, figures.map(figureText).join('<br>'), String(seconds), ended,
        before.map(earlier => `${earlier.verdict} ${earlier.ended}`).join('<br>'),
      ])),
      '',
    ]),
  ].join('\n');
}

const row = (cells: readonly string[]): string => `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', '<br>')).join(' | ')} |`;

/** At most four digits that mean something, thousands apart. */
const numberText = (value: number): string => (Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4))).toLocaleString('en-US', { maximumFractionDigits: 20 });

function figureText({ name, value, unit, planned }: Figure): string {
  const own = `${name}: ${numberText(value)}${unit ? ` ${unit}` : ''}`;
  return planned === undefined ? own : `${own} (planned ${numberText(planned)}${unit ? ` ${unit}` : ''})`;
}
