import * as fs from 'node:fs';
import * as path from 'node:path';
import { rulesOf } from './platform';
import { PlatformPrograms } from './platform-programs';
import { WatchdogRules } from '../../src/platform-rules';
import { JOBS } from '../../src/platform-rules/jobs';
import { RulePlacement } from '../../src/rules';
import { ensureBuilt } from '../programs/build';
import { PLATFORM_PROGRAMS } from '../programs/modules';

/**
 * Names and labels of all metrics that the real programs show: `ts-node -T --project test/tsconfig.json test/platform-rules/collect-metrics.ts`
 * writes them anew, in a minute. It is the same each time, so CI may compare.
 */
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

/** More events than Alertmanager holds while it cannot write them: 8192, and what a pipe takes. */
const EVENTS = 10_000;

async function disturb(programs: PlatformPrograms): Promise<void> {
  const ask = (job: string, request: string, init?: RequestInit, pod?: string) => fetch(programs.find(job, pod).url.replace('/metrics', request), init).catch(() => undefined);
  const range = `start=${Date.now() / 1000 - 300}&end=${Date.now() / 1000}&step=15`;
  await ask(JOBS.query, '/api/v1/query?query=up');
  await ask(JOBS.query, '/api/v1/query?query=up{');
  await ask(JOBS.queryFrontend, `/api/v1/query_range?query=up&${range}`);
  await ask(JOBS.queryFrontend, '/api/v1/query?query=up');
  await ask(JOBS.pushgateway, '/metrics/job/one', { method: 'POST', body: 'pushed 1\n' });
  await ask(JOBS.pushgateway, '/metrics/job/two', { method: 'POST', body: 'not a metric\n' });
  await ask(JOBS.alertmanager, '/-/reload', { method: 'POST' });
  const alerts = Array.from({ length: EVENTS }, (_, number) => ({ labels: { alertname: 'Many', number: String(number) } }));
  await ask(JOBS.alertmanager, '/api/v2/alerts', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(alerts) }, 'platform-alertmanager-1');
}

interface JudgedRule {
  readonly name: string;
  readonly health: string;
  readonly state: string;
  readonly lastError?: string;
}

interface RulesAnswer {
  readonly data: { readonly groups: { readonly rules: JudgedRule[] }[] };
}

/** The rules are judged by a Prometheus that sees the real programs: none of them may fail, as those do that match several series with one. */
async function checkEvaluation(programs: PlatformPrograms): Promise<void> {
  const { data } = await (await fetch(programs.find(JOBS.prometheus, 'platform-meta').url.replace('/metrics', '/api/v1/rules'))).json() as RulesAnswer;
  const rules = data.groups.flatMap(group => group.rules);
  const failing = rules.filter(({ health }) => health !== 'ok').map(({ name, health, lastError }) => `${name} is ${health}: ${lastError}`);
  if (failing.length > 0) throw new Error(`These rules fail:\n${failing.join('\n')}`);
  const active = rules.filter(({ state }) => state !== 'inactive').map(({ name, state }) => `${name} ${state}`);
  console.log(`${rules.length} rules judged; active for what is missing here: ${[...new Set(active)].sort().join(', ')}`);
}

async function main(): Promise<void> {
  await ensureBuilt(PLATFORM_PROGRAMS);
  const { rules } = rulesOf();
  const watchdog = new WatchdogRules(rules, 'watchdog', { evaluator: 'platform-meta', placement: RulePlacement.META_MONITORING });
  // A Prometheus, unlike a ruler, asks no stores that might be away.
  const texts = [...rules.all, watchdog].map(set => set.toYaml().replaceAll(/^ *partial_response_strategy: .*\n/gm, ''));
  const programs = await PlatformPrograms.start(texts);
  await pause(20_000);
  await disturb(programs);
  // An ingestor that stops uploads its head: a block for compactor and store gateway.
  const [, leaving] = programs.all.filter(({ job }) => job === JOBS.ingestor);
  const last = await (await fetch(leaving.url)).text();
  await leaving.started.stop(30_000);
  await pause(25_000);
  const pages = await Promise.all(programs.all.filter(program => program !== leaving).map(async ({ job, container, url }) =>
    ({ from: container === 'config-reloader' ? `${job}/${container}` : job, page: await (await fetch(url)).text() })));
  await checkEvaluation(programs);
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
