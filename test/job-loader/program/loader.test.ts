import { JobFile, type Jobs } from '../../../src/job-loader/program/job-file';
import type { Told } from '../../../src/job-loader/program/jobs';
import { Loader } from '../../../src/job-loader/program/loader';
import { Metrics } from '../../../src/job-loader/program/metrics';
import type { Prometheus, Reloaded } from '../../../src/job-loader/program/prometheus';
import { temporaryFolder } from '../../temporary-folder';

/** What Prometheus reads, at hand. */
class ShownFile extends JobFile {
  public shown: Jobs = new Map();

  public override show(jobs: Jobs): void {
    this.shown = jobs;
    super.show(jobs);
  }
}

/** A Prometheus that refuses jobs with `bad` in them. */
class FakePrometheus implements Prometheus {
  public ready = true;
  public reloads = 0;
  /** Whether the rest of its configuration is wrong. */
  public broken = false;
  public away = false;
  public inForce: string[] = [];

  constructor(private readonly file: ShownFile) {}

  public readonly isReady = () => Promise.resolve(this.ready);

  public readonly reload = (): Promise<Reloaded> => {
    this.reloads++;
    if (this.away) {
      return Promise.resolve({ result: 'unreachable', reason: 'connection refused' });
    }
    if (this.broken || [...this.file.shown.values()].some(text => text.includes('bad'))) {
      return Promise.resolve({ result: 'refused', reason: '500 it is bad' });
    }
    this.inForce = [...this.file.shown].map(([name, text]) => `${name}=${text}`).sort();
    return Promise.resolve({ result: 'accepted' });
  };
}

let folder: string;
let file: ShownFile;
let prometheus: FakePrometheus;
let metrics: Metrics;
let log: string[];
let now: number;

beforeEach(() => {
  folder = temporaryFolder();
  file = new ShownFile(folder);
  prometheus = new FakePrometheus(file);
  log = [];
  now = 0;
});

function loader(): Loader {
  metrics = new Metrics();
  return new Loader(file, prometheus, metrics, (level, message, fields) => log.push([level, message, ...Object.values(fields ?? {})].join(' ')), now);
}

const told = (jobs: Record<string, string | Told>) => new Map(Object.entries(jobs).map(([name, job]): [string, Told] => [name, typeof job === 'string' ? { text: job } : job]));

async function load(made: Loader, jobs: Record<string, string | Told>): Promise<void> {
  made.see(told(jobs), now);
  await made.apply();
}

const shown = () => [...file.shown].map(([name, text]) => `${name}=${text}`).sort();
const lines = (name: string) => metrics.text().split('\n').filter(text => text.startsWith(name));

test('jobs come in with one reload, and none when nothing has changed', async () => {
  const made = loader();
  await load(made, { a: '1', b: '2' });
  await load(made, { a: '1', b: '2' });
  expect([prometheus.inForce, prometheus.reloads]).toEqual([['a=1', 'b=2'], 1]);
  expect([log, lines('job_loader_jobs_loaded')]).toEqual([['info added a', 'info added b'], ['job_loader_jobs_loaded 2']]);
});

test('nothing is shown to a Prometheus that is not ready, which would not start with a job that is wrong', async () => {
  prometheus.ready = false;
  const made = loader();
  made.see(told({ a: 'bad' }), now);
  await expect(made.apply()).rejects.toThrow('Prometheus is not ready');
  expect([shown(), prometheus.reloads]).toEqual([[], 0]);
});

test('a wrong job is found among many, once, and the others come in', async () => {
  const made = loader();
  const jobs = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`job-${index}`, index === 11 ? 'bad' : 'good']));
  await load(made, jobs);
  const { reloads } = prometheus;
  await load(made, jobs);
  expect([prometheus.inForce.length, shown().length, prometheus.reloads - reloads]).toEqual([15, 15, 0]);
  // All, none, and two for each halving.
  expect(reloads).toBeLessThanOrEqual(2 + 2 * 4);
  expect(log.filter(line => line.startsWith('error'))).toEqual(['error refused job-11 false 500 it is bad']);
  expect(lines('job_loader_job_refused{')).toEqual(['job_loader_job_refused{scrape_job="job-11"} 1']);
});

test('after the last refusal Prometheus is told again what it accepted', async () => {
  const made = loader();
  await load(made, { a: '1', b: 'bad', c: 'bad' });
  expect([prometheus.inForce, shown()]).toEqual([['a=1'], ['a=1']]);
  expect(lines('job_loader_reloads_total').length).toBe(2);
});

test('of a job that grows wrong the earlier version stays, and the mended one comes in', async () => {
  const made = loader();
  await load(made, { a: '1' });
  await load(made, { a: 'bad' });
  expect(prometheus.inForce).toEqual(['a=1']);
  expect(log).toContain('error refused a true 500 it is bad');
  expect(JSON.parse(made.report())).toEqual([{ job: 'a', inForce: true, refused: '500 it is bad' }]);
  await load(made, { a: '2' });
  expect([prometheus.inForce, lines('job_loader_jobs_refused')]).toEqual([['a=2'], ['job_loader_jobs_refused 0']]);
});

test('back at the version in force, nothing is refused any more', async () => {
  const made = loader();
  await load(made, { a: '1' });
  await load(made, { a: 'bad' });
  await load(made, { a: '1' });
  expect(lines('job_loader_jobs_refused')).toEqual(['job_loader_jobs_refused 0']);
});

test('a job with an obstacle is refused without asking Prometheus', async () => {
  const made = loader();
  await load(made, { a: { text: '1', obstacle: 'it has a secret' } });
  expect([prometheus.inForce, log, lines('job_loader_refusals_total')]).toEqual([[], ['error refused a false it has a secret'], ['job_loader_refusals_total 1']]);
});

test('where the rest of the configuration is wrong, no job is held guilty, and all is tried again', async () => {
  const made = loader();
  await load(made, { a: '1' });
  prometheus.broken = true;
  made.see(told({ a: '1', b: '2' }), now);
  await expect(made.apply()).rejects.toThrow('Prometheus refuses its configuration, also without what is new: 500 it is bad');
  expect([shown(), lines('job_loader_jobs_refused')]).toEqual([['a=1'], ['job_loader_jobs_refused 0']]);
  prometheus.broken = false;
  await made.apply();
  expect(prometheus.inForce).toEqual(['a=1', 'b=2']);
});

test('what could not be told is gone from the file, so that a Prometheus that restarts starts', async () => {
  const made = loader();
  await load(made, { a: '1' });
  prometheus.away = true;
  made.see(told({ a: 'bad' }), now);
  await expect(made.apply()).rejects.toThrow('Prometheus could not be told: connection refused');
  expect(shown()).toEqual(['a=1']);
});

test('an allocator that has just started tells of no jobs, and takes none away', async () => {
  const made = loader();
  await load(made, { a: '1' });
  now = 200_000;
  await load(made, {});
  expect(prometheus.inForce).toEqual(['a=1']);
});

test('a job whose object is gone goes after five minutes, also a refused one', async () => {
  const made = loader();
  await load(made, { a: '1', b: 'bad' });
  now = 301_000;
  await load(made, {});
  expect([prometheus.inForce, lines('job_loader_jobs_refused')]).toEqual([[], ['job_loader_jobs_refused 0']]);
  expect(log.at(-1)).toBe('info removed a');
});

test('the next run goes on with what was accepted, and makes sure that Prometheus has it', async () => {
  await load(loader(), { a: '1' });
  file.show(new Map([['a', 'bad']]));
  const after = loader();
  expect(shown()).toEqual(['a=1']);
  await after.apply();
  expect([prometheus.inForce, prometheus.reloads]).toEqual([['a=1'], 2]);
});
