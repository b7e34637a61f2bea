import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { startApiServer } from './api-server';
import { JOBS } from '../../src/platform-rules/jobs';
import { programPath } from '../programs/build';
import { freePorts, poll, Started, temporaryFolder } from '../programs/process';

/** A program that runs on the loopback interface, and where its metrics are. */
export interface PlatformProgram {
  /** Its job, as self-monitoring labels it. */
  readonly job: string;
  /** Name of its pod, were it in a cluster. */
  readonly pod: string;
  /** The container in that pod. */
  readonly container: string;
  readonly started: Started;
  readonly url: string;
}

/** What their workloads are called in the platform that the cases of the alerts are about. */
const THANOS_PODS: Readonly<Record<string, string>> = {
  [JOBS.ingestor]: 'platform-receive-ingestor',
  [JOBS.router]: 'platform-receive-router',
  [JOBS.storeGateway]: 'platform-store-0',
  [JOBS.compactor]: 'platform-compactor',
  [JOBS.query]: 'platform-query',
  [JOBS.queryFrontend]: 'platform-query-frontend',
  [JOBS.ruler]: 'platform-ruler-a',
};

/** The programs that a platform consists of, small and all of them joined, some with a neighbour that is not there. */
export class PlatformPrograms {
  /** @param rules - texts of rule files, which a Prometheus judges that scrapes all of them */
  public static async start(rules: readonly string[]): Promise<PlatformPrograms> {
    const programs = new PlatformPrograms(await freePorts(40), rules);
    programs.startAll();
    const late = await Promise.all(programs.all.map(async ({ url, started, job }) =>
      await poll(async () => (await fetch(url)).ok || undefined, 30_000) ? [] : [`${job}: ${started.output.slice(-600)}`]));
    if (late.flat().length > 0) throw new Error(`These programs did not start:\n${late.flat().join('\n')}`);
    return programs;
  }

  public readonly all: PlatformProgram[] = [];
  private readonly folder = temporaryFolder();
  private next = 0;

  private constructor(private readonly ports: readonly number[], private readonly rules: readonly string[]) {}

  public find(job: string, pod = ''): PlatformProgram {
    return this.all.find(program => program.job === job && program.pod.startsWith(pod))!;
  }

  private startAll(): void {
    const bucket = this.file('bucket.yaml', `type: FILESYSTEM\nconfig: {directory: ${this.folder}/bucket}\n`);
    const objects = `--objstore.config-file=${bucket}`;
    const ingestors = [0, 1].map(index => this.ingestor(index, objects));
    const dead = this.address();
    const router = this.router([...ingestors, dead]);
    const alertmanager = this.alertmanagers();
    const store = this.thanos(JOBS.storeGateway, 'store', [objects, `--data-dir=${this.folder}/store`, '--sync-block-duration=3s']);
    this.thanos(JOBS.compactor, 'compact', [
      objects, `--data-dir=${this.folder}/compact`, '--wait', '--wait-interval=3s', '--consistency-delay=0s', '--delete-delay=0s',
      '--compact.progress-interval=3s', '--compact.cleanup-interval=3s', '--deduplication.replica-label=replica',
    ], false);
    const endpoints = this.file('endpoints.yaml', `endpoints:\n${[...ingestors, store, dead].map(address => `- {address: "${address}"}`).join('\n')}\n`);
    this.thanos(JOBS.query, 'query', [`--endpoint.sd-config-file=${endpoints}`, '--query.replica-label=replica', '--endpoint=dns+nowhere.invalid:1']);
    const asked = this.all.at(-1)!.url.replace('/metrics', '');
    this.thanos(JOBS.queryFrontend, 'query-frontend', [
      `--query-frontend.downstream-url=${asked}`, '--query-range.response-cache-config=type: IN-MEMORY\nconfig: {max_size: 10MB}',
    ], false);
    this.rulers(asked, objects, alertmanager, router);
    this.pushgateway();
    this.dynamicSender(router);
    this.prometheus(router, alertmanager);
  }

  private ingestor(index: number, objects: string): string {
    return this.thanos(JOBS.ingestor, 'receive', [
      `--label=replica="${index}"`, `--tsdb.path=${this.folder}/tsdb-${index}`, objects, `--remote-write.address=${this.address()}`,
      '--tsdb.out-of-order.time-window=1h', `--receive.capnproto-address=${this.address()}`,
    ]);
  }

  private router(members: readonly string[]): string {
    const ring = this.file('ring.json', JSON.stringify([{ hashring: 'ring', endpoints: members.map(address => ({ address })) }]));
    const limits = this.file('limits.yaml', 'write: {global: {max_concurrency: 10}, default: {request: {samples_limit: 5000, series_limit: 5000, size_bytes_limit: 1048576}}}\n');
    const address = this.address();
    this.thanos(JOBS.router, 'receive', [
      '--label=receive="router"', `--remote-write.address=${address}`, `--receive.hashrings-file=${ring}`, '--receive.hashrings-algorithm=ketama',
      '--receive.replication-factor=3', `--receive.limits-config-file=${limits}`, `--receive.capnproto-address=${this.address()}`,
    ]);
    return `http://${address}/api/v1/receive`;
  }

  private rulers(query: string, objects: string, alertmanager: string, router: string): void {
    const rules = this.file('rules.yaml', 'groups: [{name: one, interval: 1s, rules: [{alert: Always, expr: vector(1)}, {record: a:up, expr: up}, {alert: Wrong, expr: up / on () up}]}]\n');
    const common = [`--query=${query}`, `--rule-file=${rules}`, `--alertmanagers.url=http://${alertmanager}`, '--eval-interval=1s', '--label=rule_replica="a"'];
    this.thanos(JOBS.ruler, 'rule', [...common, objects, `--data-dir=${this.folder}/rule`]);
    const remote = this.file('remote-write.yaml', `remote_write: [{url: "${router}"}]\n`);
    this.thanos(JOBS.ruler, 'rule', [...common, `--remote-write.config-file=${remote}`, `--data-dir=${this.folder}/stateless`]);
  }

  private alertmanagers(): string {
    const [first, second] = [this.address(), this.address()];
    return [[first, second], [second, first]].map(([own, peer], index) => this.run(JOBS.alertmanager, 'alertmanager', 'platform-alertmanager', [
      `--config.file=${this.alertmanagerConfig(index)}`, `--storage.path=${this.folder}/alertmanager-${index}`, `--cluster.listen-address=${own}`, `--cluster.peer=${peer}`,
      '--enable-feature=event-recorder',
    ], 'web.listen-address'))[0];
  }

  /** All but the first write their events into a pipe that nobody empties. */
  private alertmanagerConfig(index: number): string {
    const events = `${this.folder}/events-${index}`;
    if (index > 0) {
      execFileSync('mkfifo', [events]);
      // Somebody must hold the other end, or it could not be opened; both ends, so that this does not wait either.
      fs.openSync(events, 'r+');
    }
    return this.file(`alertmanager-${index}.json`, JSON.stringify({
      route: { receiver: 'dead', group_wait: '0s' },
      receivers: [{ name: 'dead', webhook_configs: [{ url: 'http://127.0.0.1:1/' }] }],
      event_recorder: { file_outputs: [{ path: events }] },
    }));
  }

  private pushgateway(): void {
    this.run(JOBS.pushgateway, 'pushgateway', 'platform-pushgateway-0', [`--persistence.file=${this.folder}/pushed`, '--persistence.interval=1s'], 'web.listen-address');
  }

  /** A sender that is told its targets; one of its lists, and one of its allocator, comes from nowhere. */
  private dynamicSender(router: string): void {
    const [api, dead] = [this.address(), this.address()];
    startApiServer(Number(new URL(`http://${api}`).port), 'platform-scaled-a-0');
    const kubeconfig = this.file('kubeconfig', JSON.stringify({
      'clusters': [{ name: 'one', cluster: { server: `http://${api}` } }], 'contexts': [{ name: 'one', context: { cluster: 'one' } }], 'current-context': 'one',
    }));
    const list = (job: string, url: string) => ({ job_name: job, http_sd_configs: [{ url, refresh_interval: '1s' }] });
    const allocated = this.file('allocator.json', JSON.stringify({
      collector_namespace: 'monitoring',
      collector_selector: { matchlabels: { sender: 'a' } },
      collector_not_ready_grace_period: '60s',
      config: { scrape_configs: [{ job_name: 'one', static_configs: [{ targets: [dead] }] }, list('none', `http://${dead}/`)] },
    }));
    const allocator = this.run(JOBS.targetAllocator, 'target-allocator', 'platform-scaled-allocator-a', [`--config-file=${allocated}`, `--kubeconfig-path=${kubeconfig}`], 'listen-addr');
    const told = list('one', `http://${allocator}/jobs/one/targets?collector_id=platform-scaled-a-0`);
    const config = this.file('dynamic.json', JSON.stringify({ remote_write: [{ url: router }], scrape_configs: [told, list('none', `http://${dead}/`)] }));
    this.run(JOBS.prometheus, 'prometheus', 'platform-scaled-a', ['--agent', `--config.file=${config}`, `--storage.agent.path=${this.folder}/dynamic`], 'web.listen-address');
  }

  private prometheus(router: string, alertmanager: string): void {
    const config = { remote_write: [{ url: router }], scrape_configs: this.jobs() };
    const template = path.join(this.folder, 'template');
    fs.mkdirSync(template);
    fs.writeFileSync(path.join(template, 'agent.yaml'), JSON.stringify(config));
    const agent = this.run(JOBS.prometheus, 'prometheus', 'platform-prometheus-a', [
      '--agent', `--config.file=${template}/agent.yaml`, `--storage.agent.path=${this.folder}/agent`, '--web.enable-lifecycle',
    ], 'web.listen-address');
    this.run(JOBS.prometheus, 'prometheus-config-reloader', 'platform-prometheus-a', [
      `--config-file=${template}/agent.yaml`, `--config-envsubst-file=${this.folder}/rendered.yaml`, `--watched-dir=${template}`, `--reload-url=http://${agent}/-/reload`,
    ], 'listen-address');
    const server = {
      ...config,
      global: { evaluation_interval: '5s' },
      scrape_configs: this.jobs(),
      rule_files: this.rules.map((text, index) => this.file(`platform-rules-${index}.yaml`, text)),
      alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    };
    this.run(JOBS.prometheus, 'prometheus', 'platform-meta-a', [
      `--config.file=${this.file('server.json', JSON.stringify(server))}`, `--storage.tsdb.path=${this.folder}/server`, '--storage.tsdb.retention.size=1GB',
    ], 'web.listen-address');
  }

  /** Scrapes what runs so far, with the labels that it would have in a cluster. */
  private jobs(): object[] {
    return this.all.map(({ job, pod, container, url }, index) => ({
      job_name: `job-${index}`, scrape_interval: '1s', static_configs: [{ targets: [new URL(url).host], labels: { job, pod, container, namespace: 'monitoring' } }],
    }));
  }

  /** Returns the address of its Store API. */
  private thanos(job: string, subcommand: string, args: readonly string[], grpc = true): string {
    const address = this.address();
    this.run(job, 'thanos', THANOS_PODS[job], [subcommand, ...args, ...grpc ? [`--grpc-address=${address}`] : []], 'http-address');
    return address;
  }

  /** Returns the address of its web interface, which `listen` names. */
  private run(job: string, program: string, workload: string, args: readonly string[], listen: string): string {
    const address = this.address();
    const started = new Started('nice', ['-n', '19', programPath(program), ...args, `--${listen}=${address}`], { cwd: this.folder });
    const container = program === 'prometheus-config-reloader' ? 'config-reloader' : job.replace('thanos-', '');
    const pods = this.all.filter(other => other.pod.startsWith(`${workload}-`) && other.container === container).length;
    this.all.push({ job, pod: `${workload}-${pods}`, container, started, url: `http://${address}/metrics` });
    return address;
  }

  private file(name: string, text: string): string {
    const file = path.join(this.folder, name);
    fs.writeFileSync(file, text);
    return file;
  }

  private address(): string {
    return `127.0.0.1:${this.ports[this.next++]}`;
  }
}
