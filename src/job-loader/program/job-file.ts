import * as fs from 'node:fs';
import * as path from 'node:path';

/** Entries of `scrape_configs`, as JSON, by the names of their jobs. */
export type Jobs = ReadonlyMap<string, string>;

/** All entries as one text, which is JSON and so YAML. */
const asConfig = (jobs: Jobs): string => `{"scrape_configs": [${[...jobs.keys()].sort().map(name => `\n${jobs.get(name)}`).join(',')}\n]}\n`;

/**
 * The file that Prometheus reads, and beside it one that it does not: what it accepted last. A Prometheus that restarts refuses to start with a
 * file that is wrong, so whatever it has not accepted is there for the moment of a reload only.
 */
export class JobFile {
  private readonly tried: string;
  private readonly proven: string;

  constructor(folder: string) {
    this.tried = path.join(folder, 'jobs.yaml');
    this.proven = path.join(folder, 'accepted.json');
  }

  /** What was accepted last, also in an earlier run. */
  public get accepted(): Jobs {
    return fs.existsSync(this.proven) ? new Map(Object.entries(JSON.parse(fs.readFileSync(this.proven, 'utf8')) as Record<string, string>)) : new Map();
  }

  /** Shows Prometheus some jobs. */
  public show(jobs: Jobs): void {
    replace(this.tried, asConfig(jobs));
  }

  /** Remembers that it accepted them. */
  public accept(jobs: Jobs): void {
    replace(this.proven, JSON.stringify(Object.fromEntries(jobs)));
  }
}

/** Nobody sees a file that is half written. */
function replace(file: string, text: string): void {
  const written = `${file}.new`;
  fs.writeFileSync(written, text);
  fs.renameSync(written, file);
}
