import * as fs from 'node:fs';
import * as path from 'node:path';
import { JOBS } from '../../src/platform-rules/jobs';
import { programPath } from '../programs/build';
import { freePorts, poll, Started, temporaryFolder } from '../programs/process';

/** A program that runs on the loopback interface, and where its metrics are. */
export interface PlatformProgram {
  /** Its job, as self-monitoring labels it. */
  readonly job: string;
  /** The container in that job's pods. */
  readonly container: string;
  readonly started: Started;
  readonly url: string;
}

/** The programs that a platform consists of, small and all of them joined, some with a neighbour that is not there. */
export class PlatformPrograms {
  public static async start(): Promise<PlatformPrograms> {
    const programs = new PlatformPrograms(await freePorts(40));
    programs.startAll();
    const late = await Promise.all(programs.all.map(async ({ url, started, job }) =>
      await poll(async () => (await fetch(url)).ok || undefined, 30_000) ? [] : [`${job}: ${started.output.slice(-600)}`]));
    if (late.flat().length > 0) throw new Error(`These programs did not start:\n${late.flat().join('\n')}`);
    return programs;
  }

  public readonly all: PlatformProgram[] = [];
  private readonly folder = temporaryFolder();
  private next = 0;

  private constructor(private readonly ports: readonly number[]) {}

  public find(job: string, container = job): PlatformProgram {
    return this.all.find(program => program.job === job && program.container === container)!;
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
    const config = this.file('alertmanager.yaml', 'route: {receiver: dead, group_wait: 0s}\nreceivers: [{name: dead, webhook_configs: [{url: "http://127.0.0.1:1/"}]}]\n');
    const [first, second] = [this.address(), this.address()];
    return [[first, second], [second, first]].map(([own, peer], index) => this.run(JOBS.alertmanager, 'alertmanager', JOBS.alertmanager, [
      `--config.file=${config}`, `--storage.path=${this.folder}/alertmanager-${index}`, `--cluster.listen-address=${own}`, `--cluster.peer=${peer}`,
    ], 'web.listen-address'))[0];
  }

  private pushgateway(): void {
    this.run(JOBS.pushgateway, 'pushgateway', JOBS.pushgateway, [`--persistence.file=${this.folder}/pushed`, '--persistence.interval=1s'], 'web.listen-address');
  }

  private prometheus(router: string, alertmanager: string): void {
    const jobs = this.all.map(({ job, url }, index) => ({ job_name: `${job}-${index}`, scrape_interval: '1s', static_configs: [{ targets: [new URL(url).host] }] }));
    const config = { remote_write: [{ url: router }], scrape_configs: jobs };
    const template = path.join(this.folder, 'template');
    fs.mkdirSync(template);
    fs.writeFileSync(path.join(template, 'agent.yaml'), JSON.stringify(config));
    const agent = this.run(JOBS.prometheus, 'prometheus', JOBS.prometheus, [
      '--agent', `--config.file=${template}/agent.yaml`, `--storage.agent.path=${this.folder}/agent`, '--web.enable-lifecycle',
    ], 'web.listen-address');
    const rules = this.file('rules-prometheus.yaml', 'groups: [{name: one, interval: 1s, rules: [{alert: Always, expr: vector(1)}]}]\n');
    const server = { ...config, rule_files: [rules], alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } };
    this.run(JOBS.prometheus, 'prometheus', JOBS.prometheus, [
      `--config.file=${this.file('server.json', JSON.stringify(server))}`, `--storage.tsdb.path=${this.folder}/server`, '--storage.tsdb.retention.size=1GB',
    ], 'web.listen-address');
    this.run(JOBS.prometheus, 'prometheus-config-reloader', 'config-reloader', [
      `--config-file=${template}/agent.yaml`, `--config-envsubst-file=${this.folder}/rendered.yaml`, `--watched-dir=${template}`, `--reload-url=http://${agent}/-/reload`,
    ], 'listen-address');
  }

  /** Returns the address of its Store API. */
  private thanos(job: string, subcommand: string, args: readonly string[], grpc = true): string {
    const address = this.address();
    this.run(job, 'thanos', job, [subcommand, ...args, ...grpc ? [`--grpc-address=${address}`] : []], 'http-address');
    return address;
  }

  /** Returns the address of its web interface, which `listen` names. */
  private run(job: string, program: string, container: string, args: readonly string[], listen: string): string {
    const address = this.address();
    const started = new Started('nice', ['-n', '19', programPath(program), ...args, `--${listen}=${address}`], { cwd: this.folder });
    this.all.push({ job, container, started, url: `http://${address}/metrics` });
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
