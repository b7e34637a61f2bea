import * as fs from 'node:fs';
import * as path from 'node:path';
import { PlatformPrograms } from './platform-programs';
import { JOBS } from '../../src/platform-rules/jobs';
import { ensureBuilt } from '../programs/build';

const FILE = path.join(__dirname, 'metrics.json');

/** What every Go program has; rules use those few that are kept. */
const COMMON = /^(go_|process_|promhttp_)(?!memstats_alloc_bytes$|resident_memory_bytes|start_time_seconds|open_fds|max_fds|goroutines)/;

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Names of the labels of each metric in a page of metrics. */
function labelsOf(page: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name, , labels = ''] of page.matchAll(/^([a-zA-Z_:][\w:]*)({(.*)})? \S+$/gm)) {
    const known = found.get(name) ?? new Set();
    for (const [, label] of labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label);
    found.set(name, known);
  }
  return found;
}

async function disturb(programs: PlatformPrograms): Promise<void> {
  const ask = (job: string, request: string, init?: RequestInit) => fetch(programs.find(job).url.replace('/metrics', request), init).catch(() => undefined);
  const range = `start=${Date.now() / 1000 - 300}&end=${Date.now() / 1000}&step=15`;
  await ask(JOBS.query, '/api/v1/query?query=up');
  await ask(JOBS.query, '/api/v1/query?query=up{');
  await ask(JOBS.queryFrontend, `/api/v1/query_range?query=up&${range}`);
  await ask(JOBS.queryFrontend, '/api/v1/query?query=up');
  await ask(JOBS.pushgateway, '/metrics/job/one', { method: 'POST', body: 'pushed 1\n' });
  await ask(JOBS.pushgateway, '/metrics/job/two', { method: 'POST', body: 'not a metric\n' });
  await ask(JOBS.alertmanager, '/-/reload', { method: 'POST' });
}

async function main(): Promise<void> {
  await ensureBuilt(['thanos', 'prometheus', 'prometheus-config-reloader', 'alertmanager', 'pushgateway']);
  const programs = await PlatformPrograms.start();
  await pause(20_000);
  await disturb(programs);
  // An ingestor that stops uploads its head: a block for compactor and store gateway.
  const [, leaving] = programs.all.filter(({ job }) => job === JOBS.ingestor);
  const last = await (await fetch(leaving.url)).text();
  await leaving.started.stop(30_000);
  await pause(25_000);
  const pages = await Promise.all(programs.all.filter(program => program !== leaving).map(async ({ job, container, url }) =>
    ({ from: container === job ? job : `${job}/${container}`, page: await (await fetch(url)).text() })));
  const table = new Map<string, { labels: Set<string>; from: Set<string> }>();
  for (const { from, page } of [...pages, { from: JOBS.ingestor, page: last }]) {
    for (const [name, labels] of [...labelsOf(page)].filter(([metric]) => !COMMON.test(metric) && !/_bucket$/.test(metric))) {
      const row = table.get(name) ?? { labels: new Set(), from: new Set() };
      labels.forEach(label => row.labels.add(label));
      row.from.add(from);
      table.set(name, row);
    }
  }
  const lines = [...table.keys()].sort().map(name => {
    const { labels, from } = table.get(name)!;
    return `  ${JSON.stringify(name)}: ${JSON.stringify({ from: [...from].sort().join(' '), labels: [...labels].sort().join(' ') })}`;
  });
  fs.writeFileSync(process.argv[2] ?? FILE, `{\n${lines.join(',\n')}\n}\n`);
  console.log(`${lines.length} metrics of ${pages.length} programs`);
  process.exit(0);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
