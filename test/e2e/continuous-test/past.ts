import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ReadTarget, TestConfig } from '../../../src/continuous-test/program/config';
import { Metrics } from '../../../src/continuous-test/program/metrics';
import { Reader } from '../../../src/continuous-test/program/reader';
import { METRIC, valueOf } from '../../../src/continuous-test/program/series';
import { Writer } from '../../../src/continuous-test/program/writer';
import { programPath } from '../../programs/build';
import { run } from '../../programs/process';
import type { Lab } from '../traps/lab';
import { COMPACTOR, startQuery, STORE } from '../traps/shapes';

export const DAY = 86_400;
export const HOUR = 3600;
export const MINUTE = 60;
export const SERIES = 2;

const LABELS = { job: 'continuous-test', test: 'history' };

/** What an earlier process has written; in seconds. */
export interface Past {
  readonly from: number;
  readonly to: number;
  readonly interval: number;
  /** When it was away for five minutes. @default - never */
  readonly restart?: number;
}

/** Its samples, but for those that are missing. */
export function history({ from, to, interval, restart = to }: Past, isMissing: (index: number, time: number) => boolean): string {
  const back = restart + 5 * MINUTE;
  const lines: string[] = [];
  for (let index = 0; index < SERIES; index++) {
    for (let time = from; time < to; time += interval) {
      const away = time >= restart && time < back;
      const serial = (time < restart ? time - from : time - back) / interval;
      if (!away && !isMissing(index, time)) {
        lines.push(`${METRIC}{interval="${interval}s",job="${LABELS.job}",series="${index}",series_total="${SERIES}",test="${LABELS.test}"} ${valueOf(index, serial)} ${time}`);
      }
    }
  }
  return `# TYPE ${METRIC} gauge\n${lines.join('\n')}\n# EOF\n`;
}

async function must(program: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await run(programPath(program), args, {}, 120_000);
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with exit code ${code}: ${stderr.slice(-1000)}`);
}

/** Puts samples into the bucket, in blocks of so many hours at most. */
export async function fill(lab: Lab, text: string, hours: number, labels: Readonly<Record<string, string>>): Promise<void> {
  const folder = lab.folder();
  fs.writeFileSync(path.join(folder, 'history.txt'), text);
  await must('promtool', 'tsdb', 'create-blocks-from', 'openmetrics', `--max-block-duration=${hours}h`, `${folder}/history.txt`, `${folder}/blocks`);
  await must('thanos', 'tools', 'bucket', 'upload-blocks', `--path=${folder}/blocks`, ...Object.entries(labels).map(([name, value]) => `--label=${name}="${value}"`),
    '--shipper.upload-compacted', `--objstore.config={type: FILESYSTEM, config: {directory: ${lab.bucket}}}`);
}

/** What the compactor knows of a block. */
export interface Block {
  readonly thanos: { readonly labels: Readonly<Record<string, string>>; readonly downsample: { readonly resolution: number } };
}

/** Lets the compactor do all that is to be done. @returns the blocks that are left, but for those that are marked for deletion */
export async function compact(lab: Lab): Promise<Block[]> {
  const compacted = await lab.finish(COMPACTOR, { flags: { 'wait': undefined, 'wait-interval': undefined, 'consistency-delay': '0s' }, seconds: 120 });
  if (compacted.code !== 0) throw new Error(`The compactor ended with exit code ${compacted.code}: ${compacted.output.slice(-1500)}`);
  return fs.readdirSync(lab.bucket)
    .filter(name => /^[0-9A-Z]{26}$/.test(name) && !fs.existsSync(path.join(lab.bucket, name, 'deletion-mark.json')))
    .map(name => JSON.parse(fs.readFileSync(path.join(lab.bucket, name, 'meta.json'), 'utf8')) as Block);
}

/** What reading has counted. */
export interface Counted {
  readonly checked: number;
  readonly lost: number;
  readonly mergedAway: number;
  readonly wrong: number;
}

/** Does a piece of work with the URL of a Query that knows the bucket as it is now. */
export async function withQuery(lab: Lab, work: (url: string) => Promise<void>): Promise<void> {
  // What is marked for deletion is not read, as it is not two days later.
  const store = await lab.start(STORE, { flags: { 'ignore-deletion-marks-delay': '0s' } });
  const query = await startQuery(lab, 1);
  await work(query.url());
  await Promise.all([store, query].map(({ started }) => started.stop()));
}

/** Reads the day before a midnight, as if it went by now. */
export async function readDay(url: string, interval: number, end: number, { resolution, mergeGap }: Pick<ReadTarget, 'resolution' | 'mergeGap'>): Promise<Counted> {
  const age = DAY;
  const config: TestConfig = {
    writeUrl: url, queryUrl: url, headers: {}, labels: LABELS, series: SERIES, interval, backlog: HOUR, checkInterval: MINUTE, confirmLossAfter: 0,
    timeout: 30, reads: [], logLevel: 'error', logFormat: 'logfmt',
  };
  const metrics = new Metrics();
  // An interval early: times of samples are the ends of their intervals, and of points.
  const [from, to] = resolution === 0 ? [end - interval, end + DAY - interval] : [end, end + DAY];
  const writer = new Writer(config, metrics, () => undefined, Date.now());
  const reader = new Reader(config, { age, resolution, mergeGap }, writer, metrics, () => undefined, from * 1000);
  for (let now = from; now <= to; now += resolution || 10 * MINUTE) await reader.read(now * 1000);
  const sum = (name: string) => Number(new RegExp(`^continuous_test_${name}_samples_total\\{.*\\} (\\d+)$`, 'm').exec(metrics.text())?.[1]);
  return { checked: sum('checked'), lost: sum('lost'), mergedAway: sum('merged_away'), wrong: sum('wrong') };
}
