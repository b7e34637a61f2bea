import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { moduleOf } from '../../programs/modules';

const FILE = path.join(__dirname, '..', '..', '..', 'docs', 'calibration.json');

/** What one measurement found. */
export interface Finding {
  /** What was measured, one row a size. */
  readonly rows: readonly object[];
  /** What follows from the rows: intercepts, slopes, predicted ÷ measured. */
  readonly fits: Readonly<Record<string, unknown>>;
}

/** The stored results, by the name of the measurement. */
export function stored(): Record<string, Finding> {
  return fs.existsSync(FILE) ? JSON.parse(fs.readFileSync(FILE, 'utf8')) : {};
}

/** Puts the results of a measurement in the place of its last ones. */
export function store(name: string, finding: Finding): void {
  const about = {
    command: `npm run calibrate -- ${name}`,
    date: new Date().toISOString().slice(0, 10),
    thanos: moduleOf('thanos').version,
    prometheus: moduleOf('prometheus').version,
    processor: `${os.cpus()[0].model}, ${os.cpus().length} cores`,
  };
  fs.mkdirSync(path.dirname(FILE), { recursive: true });
  const all = { ...stored(), [name]: { ...about, ...finding } };
  const text = JSON.stringify(all, (_, value) => typeof value === 'number' ? Number(value.toPrecision(6)) : value, 1);
  fs.writeFileSync(FILE, `${text}\n`);
}
