import * as fs from 'node:fs';
import * as path from 'node:path';
import { KnownLimit, NotHere, type Result, Results } from './results';
import { temporaryFolder } from '../../temporary-folder';

const CIRCUMSTANCES = { versions: { thanos: 'thanos, version 0.42.4', node: 'v24.21.0' }, cluster: 'Three nodes.', date: '2026-11-22' };

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-22T10:00:30Z') });
  jest.spyOn(console, 'log').mockImplementation();
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

async function some(): Promise<Results> {
  const results = new Results();
  await results.run('Works', 'all pods Ready', async notebook => {
    notebook.figure('pods', 15, '');
    notebook.figure('memory a series', 6123.4, 'bytes', 6144);
  });
  await results.run('Works', 'breaks', async () => { throw new Error('a | b\nc'); });
  await results.run('Loses nothing', 'fills a disk', async notebook => {
    notebook.note('Seen twice.');
    throw new KnownLimit('Thanos stops.');
  });
  await results.run('Loses nothing', 'cuts a zone', async () => { throw new NotHere('There is one zone.'); });
  return results;
}

test('records how each test ended', async () => {
  const results = await some();
  expect(results.all.map(({ name, verdict, note }) => [name, verdict, note])).toEqual([
    ['all pods Ready', 'passed', undefined],
    ['breaks', 'failed', 'a | b\nc'],
    ['fills a disk', 'limit', 'Seen twice. Thanos stops.'],
    ['cuts a zone', 'skipped', 'There is one zone.'],
  ]);
  expect(results.failed).toBe(true);
});

test('writes a report for people and one for programs', async () => {
  const folder = temporaryFolder();
  const results = await some();
  results.write(folder, CIRCUMSTANCES);
  expect(JSON.parse(fs.readFileSync(path.join(folder, 'proof.json'), 'utf8'))).toEqual({ ...CIRCUMSTANCES, results: results.all });
  expect(fs.readFileSync(path.join(folder, 'proof.md'), 'utf8').split('\n')).toEqual([
    '# Proof on a real cluster', '',
    'Written by `npm run e2e` on 2026-11-22. Three nodes.', '',
    '| program | version |', '| --- | --- |', '| thanos | thanos, version 0.42.4 |', '| node | v24.21.0 |', '',
    '## Loses nothing', '',
    '| test | verdict | figures | seconds | ended | before |', '| --- | --- | --- | --- | --- | --- |',
    '| fills a disk. Seen twice. Thanos stops. | limit |  | 0 | 2026-11-22T10:00Z |  |',
    '| cuts a zone. There is one zone. | skipped |  | 0 | 2026-11-22T10:00Z |  |', '',
    '## Works', '',
    '| test | verdict | figures | seconds | ended | before |', '| --- | --- | --- | --- | --- | --- |',
    '| all pods Ready | passed | pods: 15<br>memory a series: 6,123 bytes (planned 6,144 bytes) | 0 | 2026-11-22T10:00Z |  |',
    '| breaks. a \\| b<br>c | failed |  | 0 | 2026-11-22T10:00Z |  |', '',
  ]);
});

test('completes the report of an earlier run with the same versions, and of no other', async () => {
  const folder = temporaryFolder();
  const names = () => (JSON.parse(fs.readFileSync(path.join(folder, 'proof.json'), 'utf8')) as { results: { name: string; verdict: string }[] }).results.map(({ name, verdict }) => `${name}: ${verdict}`);
  (await some()).write(folder, CIRCUMSTANCES);
  const again = new Results();
  await again.run('Works', 'breaks', async () => undefined);
  again.write(folder, { ...CIRCUMSTANCES, versions: Object.fromEntries(Object.entries(CIRCUMSTANCES.versions).reverse()) });
  expect(names()).toEqual(['all pods Ready: passed', 'breaks: passed', 'fills a disk: limit', 'cuts a zone: skipped']);
  again.write(folder, { ...CIRCUMSTANCES, versions: { thanos: 'thanos, version 0.43.0' } });
  expect(names()).toEqual(['breaks: passed']);
});

test('takes in what runs elsewhere wrote, and tells how a test ended before', async () => {
  const [here, elsewhere] = [temporaryFolder(), temporaryFolder()];
  (await some()).write(elsewhere, CIRCUMSTANCES);
  for (const minute of ['05', '10']) {
    jest.setSystemTime(new Date(`2026-11-22T10:${minute}:00Z`));
    const again = new Results();
    await again.run('Works', 'breaks', async () => undefined);
    again.write(here, CIRCUMSTANCES);
  }
  new Results().write(here, CIRCUMSTANCES, [path.join(elsewhere, 'proof.json')]);
  const { results } = JSON.parse(fs.readFileSync(path.join(here, 'proof.json'), 'utf8')) as { results: Result[] };
  expect(results.map(({ name }) => name)).toEqual(['breaks', 'all pods Ready', 'fills a disk', 'cuts a zone']);
  expect(results[0]).toMatchObject({ verdict: 'passed', ended: '2026-11-22T10:10Z', before: [{ verdict: 'passed', ended: '2026-11-22T10:05Z' }, { verdict: 'failed', ended: '2026-11-22T10:00Z' }] });
  expect(fs.readFileSync(path.join(here, 'proof.md'), 'utf8')).toContain('| breaks | passed |  | 0 | 2026-11-22T10:10Z | passed 2026-11-22T10:05Z<br>failed 2026-11-22T10:00Z |');
});

test('prints a table', async () => {
  const table = (await some()).table();
  expect(table).toContain('memory a series: 6,123 bytes (planned 6,144 bytes)');
  expect(table).toContain('limit');
});
