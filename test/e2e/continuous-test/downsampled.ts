import * as fs from 'node:fs';
import * as path from 'node:path';
import type { TestConfig } from '../../../src/continuous-test/program/config';
import { Metrics } from '../../../src/continuous-test/program/metrics';
import { Reader } from '../../../src/continuous-test/program/reader';
import { METRIC, valueOf } from '../../../src/continuous-test/program/series';
import { Writer } from '../../../src/continuous-test/program/writer';
import { programPath } from '../../programs/build';
import { run } from '../../programs/process';
import type { Report } from '../../programs/report';
import { Lab } from '../traps/lab';
import { COMPACTOR, startQuery, STORE } from '../traps/shapes';

const DAY = 86_400;
const HOUR = 3600;
const MINUTE = 60;
const SERIES = 2;
const LABELS = { job: 'continuous-test', test: 'history' };

/** Seconds of the samples that are missing in one series, one of each pair at the end of a downsampled point. */
function lostAt(today: number): number[] {
  const twentyDaysAgo = [5 * HOUR + MINUTE, 6 * HOUR, 2 * HOUR + MINUTE, 2 * HOUR + 2 * MINUTE].map(before => today - 20 * DAY - before);
  return [...twentyDaysAgo, today - 5 * DAY - 11 * MINUTE];
}

/** A month of samples of an earlier process, which was restarted once. */
function history(today: number): string {
  const [from, to, restart] = [today - 34 * DAY, today - 2 * DAY, today - 14 * DAY + 50 * MINUTE];
  const lost = new Set(lostAt(today));
  const lines: string[] = [];
  for (let index = 0; index < SERIES; index++) {
    for (let time = from; time < to; time += MINUTE) {
      const away = time >= restart && time < restart + 5 * MINUTE;
      const serial = (time < restart ? time - from : time - restart - 5 * MINUTE) / MINUTE;
      if (!away && !(index === 1 && lost.has(time))) {
        lines.push(`${METRIC}{interval="60s",job="${LABELS.job}",series="${index}",series_total="${SERIES}",test="${LABELS.test}"} ${valueOf(index, serial)} ${time}`);
      }
    }
  }
  return `# TYPE ${METRIC} gauge\n${lines.join('\n')}\n# EOF\n`;
}

async function must(program: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await run(programPath(program), args, {}, 120_000);
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with exit code ${code}: ${stderr.slice(-1000)}`);
}

/** Puts the samples into the bucket in blocks of up to 20 days, as the compactor has them after some weeks. */
async function fill(lab: Lab, text: string): Promise<void> {
  const folder = lab.folder();
  fs.writeFileSync(path.join(folder, 'history.txt'), text);
  await must('promtool', 'tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=500h', `${folder}/history.txt`, `${folder}/blocks`);
  // A label that no compaction removes: these are blocks that have been merged.
  await must('thanos', 'tools', 'bucket', 'upload-blocks', `--path=${folder}/blocks`, '--label=receive_ring="0"', '--shipper.upload-compacted',
    `--objstore.config={type: FILESYSTEM, config: {directory: ${lab.bucket}}}`);
}

/** The resolutions of the blocks in a bucket, in milliseconds. */
function resolutionsIn(bucket: string): number[] {
  return fs.readdirSync(bucket).filter(name => /^[0-9A-Z]{26}$/.test(name)).map(block => {
    const meta = JSON.parse(fs.readFileSync(path.join(bucket, block, 'meta.json'), 'utf8')) as { thanos: { downsample: { resolution: number } } };
    return meta.thanos.downsample.resolution;
  });
}

const DEPTHS = [[5, 0], [20, 0], [5, 300], [20, 300], [20, HOUR]] as const;

/** Downsampled history: each sample is looked for once, and each that is missing is found, at the ends of points too. */
export function checkDownsampled(report: Report): Promise<void> {
  return Lab.with({}, async lab => {
    const today = Math.floor(Date.now() / 1000 / DAY) * DAY;
    await fill(lab, history(today));
    const compacted = await lab.finish(COMPACTOR, { flags: { 'wait': undefined, 'wait-interval': undefined, 'consistency-delay': '0s' }, seconds: 120 });
    if (compacted.code !== 0) throw new Error(`The compactor ended with exit code ${compacted.code}: ${compacted.output.slice(-1500)}`);
    const resolutions = resolutionsIn(lab.bucket);
    report.answer('there are downsampled blocks', resolutions.includes(300_000) && resolutions.includes(3_600_000) ? undefined : resolutions.join(', '));
    await lab.start(STORE);
    const query = await startQuery(lab, 1);
    for (const [days, resolution] of DEPTHS) {
      const counted = await readPast(query.url(), days * DAY, resolution, today);
      const shown = JSON.stringify(counted);
      const lost = lostAt(today).filter(time => time >= today - (days + 1) * DAY && time < today - days * DAY).length;
      const expected = { checked: DAY / MINUTE * SERIES, lost, wrong: 0 };
      report.answer(`a day at an age of ${days} days in the resolution ${resolution} s: ${shown}`, shown === JSON.stringify(expected) ? undefined : `expected ${JSON.stringify(expected)}`);
    }
  });
}

/** Reads a day, as if it went by now. */
async function readPast(url: string, age: number, resolution: number, today: number): Promise<{ checked: number; lost: number; wrong: number }> {
  const config: TestConfig = {
    writeUrl: url, queryUrl: url, headers: {}, labels: LABELS, series: SERIES, interval: MINUTE, backlog: HOUR, checkInterval: MINUTE, confirmLossAfter: 0,
    timeout: 30, reads: [], logLevel: 'error', logFormat: 'logfmt',
  };
  const metrics = new Metrics();
  // A minute early: times of samples are the ends of their minutes, and of points.
  const [from, to] = resolution === 0 ? [today - DAY - MINUTE, today - MINUTE] : [today - DAY, today];
  const writer = new Writer(config, metrics, () => undefined, Date.now());
  const reader = new Reader(config, { age, resolution }, writer, metrics, () => undefined, from * 1000);
  for (let now = from; now <= to; now += resolution || 10 * MINUTE) await reader.read(now * 1000);
  const sum = (name: string) => Number(new RegExp(`^continuous_test_${name}_samples_total\\{.*\\} (\\d+)$`, 'm').exec(metrics.text())?.[1]);
  return { checked: sum('checked'), lost: sum('lost'), wrong: sum('wrong') };
}
