import * as fs from 'node:fs';
import * as path from 'node:path';
import type { LoaderConfig } from '../../../src/rule-loader/program/config';
import { PROGRAM } from '../../../src/rule-loader/program.generated';
import { thanosRuleChecks, TRIAL_PORTS } from '../../../src/rule-loader/trials';
import { programPath } from '../../programs/build';
import { freePorts, poll, run, Started, temporaryFolder } from '../../programs/process';
import type { Report } from '../../programs/report';
import { FakeApi } from '../../rule-loader/fake-api';

const PATIENCE = 60_000;
const NAMESPACES = ['monitoring', 'shop'];

const rules = (name: string, expr = 'up == 0'): Record<string, string> => ({ 'rules.yaml': `groups:\n- name: ${name}\n  rules:\n  - alert: ${name}\n    expr: ${expr}\n` });

/** A ruler with its loader, as they stand in a pod, and the API that the loader sees. */
class Pod {
  public readonly api: FakeApi;
  public ruler?: Started;
  public loader?: Started;
  private readonly home = temporaryFolder();
  private readonly folder = path.join(this.home, 'rules');
  private ports: number[] = [];

  /** @param peer another pod of the same ruler, behind the same API, which runs */
  constructor(private readonly peer?: Pod) {
    this.api = peer?.api ?? new FakeApi();
  }

  public async prepare(): Promise<void> {
    this.ports = await freePorts(3);
    Object.entries(PROGRAM).forEach(([name, text]) => fs.writeFileSync(path.join(this.home, name), text));
    fs.writeFileSync(path.join(this.home, 'token'), 'secret-token');
    fs.writeFileSync(path.join(this.home, 'ca.crt'), '');
    const config: LoaderConfig = {
      apiUrl: this.peer ? this.api.url : await this.api.start(),
      credentials: this.home,
      labelSelector: 'thanos.io/rules=ruler',
      namespaces: NAMESPACES,
      folder: this.folder,
      scratch: path.join(this.home, 'scratch'),
      checks: thanosRuleChecks(programPath('thanos')),
      reloadUrl: `http://127.0.0.1:${this.ports[0]}/-/reload`,
      shards: 1,
      peers: this.peer ? [{ pods: 'ruler-a', url: `http://127.0.0.1:${this.peer.ports[2]}/in-force` }] : [],
      logLevel: 'info',
      logFormat: 'logfmt',
    };
    fs.writeFileSync(path.join(this.home, 'config.json'), JSON.stringify(config));
  }

  public init(): Started {
    return new Started(process.execPath, [path.join(this.home, 'main.js'), path.join(this.home, 'config.json'), 'once']);
  }

  public startLoader(): void {
    this.loader = new Started(process.execPath, [path.join(this.home, 'main.js'), path.join(this.home, 'config.json'), `127.0.0.1:${this.ports[2]}`]);
  }

  public startRuler(): void {
    this.ruler = new Started(programPath('thanos'), [
      'rule', `--data-dir=${path.join(this.home, 'data')}`, `--rule-file=${this.folder}/current/*.yaml`, '--query=http://127.0.0.1:9', '--eval-interval=5s',
      `--http-address=127.0.0.1:${this.ports[0]}`, `--grpc-address=127.0.0.1:${this.ports[1]}`,
    ]);
  }

  /** Names of the groups that the ruler evaluates. */
  public async groups(): Promise<string[]> {
    const answer = await fetch(`http://127.0.0.1:${this.ports[0]}/api/v1/rules`);
    const { data } = await answer.json() as { data: { groups: { name: string }[] | null } };
    return (data.groups ?? []).map(({ name }) => name).sort();
  }

  public async metric(line: RegExp): Promise<number | undefined> {
    const text = await (await fetch(`http://127.0.0.1:${this.ports[2]}/metrics`)).text();
    const found = new RegExp(`^${line.source} (\\S+)$`, 'm').exec(text);
    return found ? Number(found[1]) : undefined;
  }

  public async files(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ports[2]}/files`)).text();
  }
}

class Story {
  constructor(private readonly report: Report, private readonly pod: Pod) {}

  /** Waits until the ruler evaluates these groups and no others, and says how long it took. */
  public async groupsAre(what: string, expected: string[]): Promise<void> {
    const began = Date.now();
    let seen: string[] | undefined;
    const came = await poll(async () => {
      seen = await this.pod.groups();
      return seen.join() === expected.join() || undefined;
    }, PATIENCE);
    this.report.answer(`${what}: ${expected.join(', ') || 'no groups'} after ${((Date.now() - began) / 1000).toFixed(1)} s`, came ? undefined : `the ruler has ${seen?.join() ?? 'no answer'}\n${this.pod.loader?.output}`);
  }

  public async holds(what: string, ask: () => Promise<boolean>): Promise<void> {
    const came = await poll(async () => await ask() || undefined, PATIENCE);
    this.report.answer(what, came ? undefined : `${await this.pod.files()}\n${this.pod.loader?.output}`);
  }
}

async function firstLoad(report: Report, pod: Pod): Promise<void> {
  const { api } = pod;
  api.put('monitoring', 'sound', rules('Sound'));
  api.put('shop', 'broken', rules('Broken', 'sum(up'));
  await api.stop();
  const init = pod.init();
  await new Promise(resolve => setTimeout(resolve, 3_000));
  report.answer('the first load waits for the API', init.hasEnded ? init.output : undefined);
  await api.start();
  const began = Date.now();
  const { code, stdout } = await init.ended;
  report.answer(`it ends ${((Date.now() - began) / 1000).toFixed(1)} s after the API has come`, code === 0 ? undefined : stdout);
  report.answer('and says which file is refused, and why', /level=error msg=refused namespace=shop configMap=broken key=rules.yaml .*unclosed left parenthesis/.test(stdout) ? undefined : stdout);
}

async function changes(story: Story, pod: Pod): Promise<void> {
  const { api } = pod;
  await story.groupsAre('the ruler starts with what is sound', ['Sound']);
  api.put('monitoring', 'sound', rules('Changed'));
  await story.groupsAre('a changed ConfigMap is in force', ['Changed']);
  api.put('shop', 'new', rules('New'));
  await story.groupsAre('a new ConfigMap is taken in', ['Changed', 'New']);
  api.put('shop', 'new', rules('New', 'rate(up)'));
  await story.holds('a broken version is refused, by name', async () => await pod.metric(/rule_loader_file_refused\{namespace="shop",configmap="new",key="rules.yaml"\}/) === 1);
  await story.groupsAre('and the one before stays in force', ['Changed', 'New']);
  api.put('monitoring', 'later', rules('Later'));
  await story.groupsAre('others come in meanwhile', ['Changed', 'Later', 'New']);
  pod.ruler!.kill();
  await pod.ruler!.ended;
  pod.startRuler();
  await story.groupsAre('a ruler that is restarted meanwhile starts with the same', ['Changed', 'Later', 'New']);
  await story.holds('and the reasons can be read', async () => (await pod.files()).includes('expected type range vector'));
  api.put('shop', 'broken', rules('Mended'));
  await story.groupsAre('a file that is mended comes in', ['Changed', 'Later', 'Mended', 'New']);
  api.remove('monitoring', 'later');
  await story.groupsAre('a ConfigMap that is removed goes', ['Changed', 'Mended', 'New']);
}

async function faults(story: Story, pod: Pod): Promise<void> {
  const { api } = pod;
  api.disconnect();
  api.put('monitoring', 'sound', rules('AfterDisconnect'));
  await story.groupsAre('watches that break off are begun anew', ['AfterDisconnect', 'Mended', 'New']);
  api.compact();
  api.put('monitoring', 'sound', rules('AfterCompaction'));
  await story.groupsAre('a version that the API no longer knows is listed anew', ['AfterCompaction', 'Mended', 'New']);
  api.compactSilently();
  api.put('monitoring', 'sound', rules('AfterGone'));
  await story.groupsAre('also if it says so by a status', ['AfterGone', 'Mended', 'New']);
  await api.stop();
  await story.holds('without the API, it is said', async () => await pod.metric(/rule_loader_api_up\{namespace="shop"\}/) === 0);
  pod.ruler!.kill();
  pod.loader!.kill();
  await Promise.all([pod.ruler!.ended, pod.loader!.ended]);
  pod.startRuler();
  pod.startLoader();
  await story.groupsAre('without the API, ruler and loader begin with what is there', ['AfterGone', 'Mended', 'New']);
  api.put('shop', 'new', rules('WhileAway'));
  await api.start();
  await story.groupsAre('what changed meanwhile is in force when the API is back', ['AfterGone', 'Mended', 'WhileAway']);
  pod.ruler!.kill();
  await pod.ruler!.ended;
  api.put('shop', 'new', rules('RulerAway'));
  await story.holds('without the ruler, the loader tries again', async () => (await pod.metric(/rule_loader_reloads_total\{result="unreachable"\}/) ?? 0) > 0);
  pod.startRuler();
  await story.groupsAre('and what changed is in force when the ruler is back', ['AfterGone', 'Mended', 'RulerAway']);
  await story.holds('then all is well', async () => await pod.metric(/rule_loader_last_reload_successful/) === 1 && await pod.metric(/rule_loader_files_refused/) === 0);
}

/** A pod that is new while a file is broken, and has nothing of an earlier run: the replica of a stateless ruler. */
async function replica(report: Report, pod: Pod): Promise<void> {
  const { api } = pod;
  await new Story(report, pod).holds('a version is broken while a replica starts', async () => {
    api.put('shop', 'new', rules('New', 'rate(up)'));
    return await pod.metric(/rule_loader_file_refused\{namespace="shop",configmap="new",key="rules.yaml"\}/) === 1;
  });
  const [alone, beside] = [new Pod(), new Pod(pod)];
  alone.api.put('shop', 'new', rules('New', 'rate(up)'));
  for (const each of [alone, beside]) {
    await each.prepare();
    const began = Date.now();
    const { code, stdout } = await each.init().ended;
    report.answer(`its first load takes ${((Date.now() - began) / 1000).toFixed(1)} s`, code === 0 ? undefined : stdout);
    each.startRuler();
  }
  await new Story(report, alone).groupsAre('alone, it starts without the file', []);
  await new Story(report, beside).groupsAre('beside a peer, with the last good version', await pod.groups());
  api.put('shop', 'new', rules('RulerAway'));
  await Promise.all([alone, beside].map(each => each.ruler!.stop()));
  await alone.api.stop();
}

/** What the largest process of the loader takes while it has a version of a thousand rules judged. */
async function memory(report: Report, pod: Pod): Promise<void> {
  const rule = (index: number) => `  - alert: Many${index}\n    expr: sum by (job) (rate(http_requests_total{code=~"5..", n="${index}"}[5m])) > 0.1\n    for: 5m\n    labels: {severity: warning}\n    annotations: {summary: "too many errors of {{ $labels.job }}"}\n`;
  const text = `groups:\n- name: Many\n  rules:\n${Array.from({ length: 1000 }, (_, index) => rule(index)).join('')}`;
  pod.api.put('shop', 'many', { 'rules.yaml': text });
  let most = 0;
  await poll(async () => {
    const { stdout } = await run('ps', ['-eo', 'rss,args']);
    stdout.split('\n').filter(line => line.includes(`127.0.0.1:${TRIAL_PORTS.http}`) || line.includes('rules-check')).forEach(line => {
      most = Math.max(most, parseInt(line, 10) / 1024);
    });
    return (await pod.groups()).includes('Many') || undefined;
  }, PATIENCE);
  const own = await pod.metric(/process_resident_memory_bytes/) ?? 0;
  report.ok(`1000 rules in one file: the check took ${Math.round(most)} MiB, the loader itself ${Math.round(own / 1024 ** 2)} MiB`);
}

/** The whole story of a pod. */
export async function checkLoader(report: Report): Promise<void> {
  const pod = new Pod();
  await pod.prepare();
  await firstLoad(report, pod);
  pod.startRuler();
  pod.startLoader();
  const story = new Story(report, pod);
  await changes(story, pod);
  await faults(story, pod);
  await replica(report, pod);
  await memory(report, pod);
  report.answer('each request has the token', pod.api.requests.every(request => request.endsWith(' Bearer secret-token')) ? undefined : pod.api.requests.join('\n'));
  await Promise.all([pod.loader!.stop(), pod.ruler!.stop(), pod.api.stop()]);
}
