import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { RealGateway } from './gateway';
import { Client, printed } from './setup';
import { TEXTS } from './texts';
import { KeepGroup } from '../../../src/push';
import type { CleanerConfig } from '../../../src/push/program/config';
import { groupPath } from '../../../src/push/program/group-url';
import { checkedText } from '../../../src/push/program/text-format';
import { freePorts, poll, temporaryFolder } from '../../programs/process';
import { Report } from '../../programs/report';

const NAMES: readonly Record<string, string>[] = [{ job: 'report' }, { job: 'a/b', team: 'x' }, { job: 'report', empty: '', path: '/var/tmp' }, { job: 'Προμηθεύς', sign: 'a b+c%?#&="' }, { job: '..', dot: '.' }];

export const same = (one: unknown, other: unknown): string | undefined => (JSON.stringify(one) === JSON.stringify(other) ? undefined : `is ${JSON.stringify(one)}, not ${JSON.stringify(other)}`);
const sorted = (labels: Readonly<Record<string, string>>) => Object.entries(labels).sort();

export async function newGateway(): Promise<RealGateway> {
  const [port] = await freePorts(1);
  return new RealGateway(printed().args, temporaryFolder(), port);
}

function refusal(text: string): string | undefined {
  try {
    checkedText(text, { job: 'report', team: 'a' });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Our judgement of texts is that of Pushgateway; what it takes and then changes is refused too. */
export async function checkTexts(report: Report): Promise<void> {
  const gateway = await newGateway();
  await gateway.start();
  for (const { text, sound, ours } of TEXTS) {
    const shown = JSON.stringify(text);
    const refused = refusal(text);
    const { status, said } = await gateway.put('/metrics/job/report/team/a', text.endsWith('\n') ? text : `${text}\n`);
    const judged = (refused === undefined) === sound ? undefined : `we say: ${refused ?? 'sound'}`;
    const agrees = (status === 200) === (sound || ours === true) ? undefined : `Pushgateway answers ${status}: ${said}`;
    report.answer(`${sound ? 'taken  ' : ours ? 'refused by us only' : 'refused'} ${shown}${refused ? ` (${refused})` : ''}`, judged ?? agrees);
  }
  await gateway.stop();
}

/** Paths of groups lead to the labels that were meant, also for the labels that paths lose. */
export async function checkGroups(report: Report): Promise<void> {
  const gateway = await newGateway();
  await gateway.start();
  for (const labels of NAMES) {
    const path = groupPath(labels);
    await gateway.put(path, 'a 1\n');
    const [group] = await gateway.groups();
    report.answer(`group ${path}`, same(sorted(group?.labels ?? {}), sorted(labels)));
    await fetch(gateway.url + path, { method: 'DELETE' });
    report.answer(`deleted ${path}`, same(await poll(async () => (await gateway.groups()).length === 0 || undefined, 2000), true));
  }
  await gateway.stop();
}

/** What a restart and a kill lose. */
export async function checkPersistence(report: Report): Promise<void> {
  const gateway = await newGateway();
  await gateway.start();
  const there = async () => (await gateway.lines('a{')).length;
  await gateway.put('/metrics/job/one', 'a 1\n');
  await gateway.stop();
  await gateway.start();
  report.answer('a restart right after a push loses nothing', same(await there(), 1));
  // The first writing is at once; the second waits for the interval.
  await gateway.put('/metrics/job/two', 'a 2\n');
  await sleep(300);
  await gateway.put('/metrics/job/three', 'a 3\n');
  await gateway.kill();
  await gateway.start();
  const survived = await there();
  report.answer(`control: a kill right after a push can lose it (${survived} of 3 are left)`, survived < 3 ? undefined : 'nothing was lost; the check shows nothing');
  await gateway.put('/metrics/job/three', 'a 3\n');
  await sleep(1500);
  await gateway.kill();
  await gateway.start();
  report.answer('a kill 1.5 s after a push, with the interval of 1 s, loses nothing', same(await there(), survived + 1));
  await gateway.stop();
}

/** The program of a job's pods, as it is printed. */
export async function checkRuns(report: Report): Promise<void> {
  const gateway = await newGateway();
  const { config, files } = printed({ group: { job: 'report', labels: { team: 'a' } } });
  const client = new Client(files);
  const file = client.write(config, gateway.url);
  const short = client.writeJson('short.json', { ...JSON.parse(fs.readFileSync(file, 'utf8')) as object, announceTimeout: 1 });

  const away = await client.run('run.js', 'announce', short);
  report.answer('a Pushgateway that is away does not keep the job from its work', same([away.code, /could not be announced/.test(away.stdout)], [0, true]));
  client.writeMetrics('# TYPE rows gauge\nrows{table="users"} 42\n');
  const started = Date.now();
  const unreachable = await client.run('run.js', 'push', file);
  report.answer(`a push that nobody takes fails the run with 75 after its 3 s (${((Date.now() - started) / 1000).toFixed(1)} s)`, same([unreachable.code, /nothing was pushed within 3 s/.test(unreachable.stdout)], [75, true]));
  const waiting = client.start('run.js', 'push', file);
  await sleep(1000);
  await gateway.start();
  report.answer('a push waits for a Pushgateway that starts a second later', same((await waiting.ended).code, 0));

  await client.run('run.js', 'announce', file);
  await sleep(500);
  const done = await client.run('run.js', 'push', file);
  report.answer('a run pushes its metrics with the labels of the group', same(
    [done.code, await gateway.lines('rows')], [0, ['rows{instance="",job="report",table="users",team="a"} 42']]));
  const marks = (await gateway.lines('job_last_')).map(line => line.replace(/ \S+$/, ''));
  const said = ['job_last_start_timestamp_seconds', 'job_last_success_duration_seconds', 'job_last_success_timestamp_seconds'];
  report.answer('and says in a group of its own when it began, succeeded and how long it took',
    same(marks, said.map(name => `${name}{instance="",job="report",push_job="report",team="a"}`)));
  const [duration] = await gateway.lines('job_last_success_duration_seconds');
  report.ok(`${duration}`);

  client.writeMetrics('rows 42 1700000000000\n');
  const timestamp = await client.run('run.js', 'push', file);
  report.answer('a timestamp fails the run with 65', same([timestamp.code, /gives 'rows' a timestamp/.test(timestamp.stdout)], [65, true]));
  client.writeMetrics('# TYPE rows gauge\nrows 1\n');
  await fetch(`${gateway.url}/metrics/job/report/team/a`, { method: 'DELETE' });
  await gateway.put('/metrics/job/other', '# TYPE rows counter\nrows 1\n');
  const contradiction = await client.run('run.js', 'push', file);
  report.answer('what contradicts another job fails the run with 65, and says why', same([contradiction.code, /inconsistent/.test(contradiction.stdout)], [65, true]));
  report.answer('what was pushed before is still there', same((await gateway.lines('job_last_success_timestamp')).length, 1));
  fs.rmSync(`${client.folder}/metrics.prom`);
  const missing = await client.run('run.js', 'push', file);
  report.answer('a job that leaves no metrics fails with 65', same([missing.code, /left no metrics/.test(missing.stdout)], [65, true]));
  await gateway.stop();
}

/** When groups of jobs go. */
export async function checkKeep(report: Report): Promise<void> {
  const gateway = await newGateway();
  await gateway.start();
  const client = new Client(printed().files);
  client.writeMetrics('rows 1\n');
  const untilNext = client.write(printed({ keep: KeepGroup.UNTIL_NEXT_RUN }).config, gateway.url);
  await client.run('run.js', 'push', untilNext);
  report.answer('until the next run: there after a run', same((await gateway.lines('rows')).length, 1));
  await client.run('run.js', 'announce', untilNext);
  report.answer('until the next run: gone when the next one begins', same((await gateway.lines('rows')).length, 0));
  report.answer('until the next run: the last success is still known', same((await gateway.lines('job_last_success_timestamp')).length, 1));
  const { config } = printed({ keep: KeepGroup.UNTIL_DONE });
  const untilDone = client.write(config, gateway.url, { deleteAfterPush: 2 });
  const running = client.start('run.js', 'push', untilDone);
  report.answer('until done: there while it is scraped', same(await poll(async () => (await gateway.lines('rows')).length === 1 || undefined, 2000), true));
  report.answer('until done: deleted by the run itself', same([(await running.ended).code, (await gateway.lines('rows')).length], [0, 0]));
  await gateway.stop();
}

/** The cleaner before two shards. */
export async function checkCleaner(report: Report): Promise<void> {
  const shards = [await newGateway(), await newGateway()];
  await Promise.all(shards.map(shard => shard.start()));
  const put = (shard: number, labels: Record<string, string>) => shards[shard].put(groupPath(labels), 'a 1\n');
  await put(0, { job: 'known', path: '/tmp' });
  await put(0, { job: 'moved' });
  await put(0, { job: 'moved-but-not-pushed-yet' });
  await put(0, { job: 'kept', push_job: 'kept' });
  await put(1, { job: 'stranger' });
  await sleep(1000);
  await put(1, { job: 'moved' });
  await put(1, { job: 'fresh' });
  const config: CleanerConfig = {
    ...printed().cleaner,
    shards: shards.map(({ url }) => url),
    groups: [
      { labels: { job: 'known', path: '/tmp' }, shard: 0, deleteAfter: 600 }, { labels: { job: 'moved' }, shard: 1, deleteAfter: 60 },
      { labels: { job: 'moved-but-not-pushed-yet' }, shard: 1, deleteAfter: 60 }, { labels: { job: 'kept', push_job: 'kept' }, shard: 0 },
    ],
    deleteAfter: 600,
    interval: 0.5,
  };
  const client = new Client(printed().cleanerFiles);
  const file = client.writeJson('cleaner.json', config);
  const [port] = await freePorts(1);
  const cleaner = client.start('clean.js', file, `127.0.0.1:${port}`);
  const left = async () => (await Promise.all(shards.map(async shard => (await shard.groups()).map(({ labels }) => labels.job).sort().join(' ')))).join(' | ');
  const becomes = (expected: string) => poll(async () => (await left()) === expected || undefined, 20_000);
  await becomes('kept known moved-but-not-pushed-yet | fresh moved stranger');
  report.answer('a group that another shard has by now is deleted, one that was not pushed there yet is not', same(await left(), 'kept known moved-but-not-pushed-yet | fresh moved stranger'));
  const [known, ...others] = config.groups;
  const groups = [{ ...known, deleteAfter: 1 }, ...others];
  client.writeJson('cleaner.json', { ...config, groups });
  await becomes('kept moved-but-not-pushed-yet | fresh moved stranger');
  report.answer('a stale group is deleted at its own limit, one without a limit is not', same(await left(), 'kept moved-but-not-pushed-yet | fresh moved stranger'));
  client.writeJson('cleaner.json', { ...config, groups, deleteAfter: 1 });
  await becomes('kept moved-but-not-pushed-yet | moved');
  report.answer('a changed configuration is in force without a restart: strangers are deleted', same(await left(), 'kept moved-but-not-pushed-yet | moved'));
  const metrics = (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).split('\n').filter(line => /^pushgateway_cleaner_(groups|deleted)/.test(line));
  report.answer('its metrics', same(metrics.filter(line => /deleted/.test(line)), ['pushgateway_cleaner_deleted_groups_total{reason="stale"} 3', 'pushgateway_cleaner_deleted_groups_total{reason="misplaced"} 1']));
  await shards[1].kill();
  await sleep(2000);
  const failed = (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).split('\n').filter(line => /^pushgateway_cleaner_looks_total.*failed/.test(line));
  report.answer(`a shard that is away is counted, and the cleaner goes on: ${failed.join()}`, failed.length === 1 && !cleaner.hasEnded ? undefined : cleaner.output);
  await cleaner.stop();
  await Promise.all(shards.map(shard => shard.stop()));
}

/** What the plan counts with. */
export async function measure(report: Report): Promise<void> {
  const shards = [await newGateway(), await newGateway()];
  await Promise.all(shards.map(shard => shard.start()));
  const resident = (id: number) => Math.round(Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${id}/status`, 'utf8'))![1]) / 1024);
  const text = Array.from({ length: 500 }, (_, index) => `metric_${index % 20}{item="item-number-${index}",region="eu-central-1",result="success"} ${index}\n`).join('');
  const client = new Client(printed().cleanerFiles);
  const [port] = await freePorts(1);
  const file = client.writeJson('cleaner.json', { ...printed().cleaner, shards: shards.map(({ url }) => url), interval: 2 });
  const cleaner = client.start('clean.js', file, `127.0.0.1:${port}`);
  const cleanerId = (cleaner as unknown as { child: { pid: number } }).child.pid;
  for (const groups of [2, 20, 50]) {
    for (const shard of shards) for (let index = 0; index < groups; index++) await shard.put(`/metrics/job/job-${index}/team/payments`, text);
    const begin = performance.now();
    await shards[0].put('/metrics/job/job-0/team/payments', text);
    const push = Math.round(performance.now() - begin);
    await sleep(6000);
    report.ok(`${groups * 500} series a shard: ${resident(shards[0].processId)} MiB, a push in ${push} ms, a file of ${shards[0].fileSize} bytes; cleaner of two shards ${resident(cleanerId)} MiB`);
  }
  await cleaner.stop();
  await Promise.all(shards.map(shard => shard.stop()));
}
