import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Chart, Duration } from 'cdk8s';
import { PrometheusCustomResources, ShardedPrometheus, Sharding, ThanosReceiveRing } from '../../../src';
import { PROGRAM } from '../../../src/job-loader/program.generated';
import { programPath } from '../../programs/build';
import type { Manifest } from '../../programs/examples';
import { freePorts, Started, temporaryFolder } from '../../programs/process';

export const NAMESPACE = 'monitoring';
const JOBS = '/etc/prometheus/jobs';

/** What is printed for senders that scrape objects of the cluster. */
export class Printed {
  private readonly objects: Manifest[];

  constructor(prometheusCustomResources: PrometheusCustomResources) {
    const chart = new Chart(new App(), 'monitoring', { namespace: NAMESPACE, disableResourceNameHashes: true });
    new ShardedPrometheus(chart, 'prometheus', {
      remoteWrite: ThanosReceiveRing.fromRemoteWriteUrl(chart, 'receiver', 'http://receive.example.com/api/v1/receive'),
      sharding: Sharding.DYNAMIC,
      targetAllocator: { refreshInterval: Duration.seconds(2), prometheusCustomResources },
    });
    this.objects = chart.toJson() as Manifest[];
  }

  /** Rights, accounts and who has what of them. */
  public get rights(): Manifest[] {
    return this.objects.filter(({ apiVersion, kind }) => apiVersion.startsWith('rbac.') || kind === 'ServiceAccount');
  }

  public file(configMap: string, name: string): string {
    return (this.objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMap)!.data as Record<string, string>)[name];
  }

  /** The first sender, as an allocator finds it. */
  public get sender(): Manifest {
    const set = this.objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'prometheus-a')!;
    const { template } = set.spec as { template: { metadata: { labels: Record<string, string> } } };
    return {
      apiVersion: 'v1', kind: 'Pod', metadata: { namespace: NAMESPACE, name: 'prometheus-a-0', labels: template.metadata.labels },
      spec: { nodeName: 'node', containers: [{ name: 'prometheus', image: 'prometheus' }] },
    };
  }
}

/** A target allocator as it is printed, at a port of the loopback interface. */
export class Allocator {
  public running?: Started;
  private readonly config = path.join(temporaryFolder(), 'targetallocator.yaml');

  constructor(printed: Printed, private readonly kubeconfig: string, public readonly port: number) {
    fs.writeFileSync(this.config, printed.file('prometheus-allocator-a', 'targetallocator.yaml'));
  }

  public start(): void {
    this.running = new Started(programPath('target-allocator'), [
      `--config-file=${this.config}`, `--listen-addr=127.0.0.1:${this.port}`, `--kubeconfig-path=${this.kubeconfig}`, '--zap-encoder=console',
    ]);
  }

  public async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
  }

  public async jobs(): Promise<string[]> {
    return Object.keys(await (await fetch(`http://127.0.0.1:${this.port}/scrape_configs`)).json() as object).sort();
  }
}

/** One scraped target, as Prometheus tells of it. */
export interface Target { readonly scrapePool: string; readonly health: string; readonly scrapeUrl: string; readonly labels: Record<string, string> }

/** Prometheus with its job-loader, as they stand in a pod. */
export class Sender {
  public prometheus?: Started;
  public loader?: Started;
  public readonly folder = temporaryFolder();
  public readonly jobs = path.join(this.folder, 'jobs');
  private ports: number[] = [];

  constructor(private readonly printed: Printed, private readonly allocatorPort: number) {}

  public async prepare(): Promise<void> {
    this.ports = await freePorts(2);
    fs.mkdirSync(this.jobs);
    Object.entries(PROGRAM).forEach(([name, text]) => fs.writeFileSync(path.join(this.folder, name), text));
    fs.writeFileSync(path.join(this.folder, 'config.json'), this.local(this.printed.file('prometheus-job-loader', 'config.json')));
    this.configure();
  }

  /** Writes Prometheus' configuration, with what was wanted in addition. */
  public configure(more: string = ''): void {
    fs.writeFileSync(path.join(this.folder, 'prometheus.yaml'), `${this.local(this.printed.file('prometheus-a-dynamic', 'prometheus.yaml'))}${more}`);
  }

  public startPrometheus(): void {
    this.prometheus = new Started(programPath('prometheus'), [
      '--agent', `--config.file=${path.join(this.folder, 'prometheus.yaml')}`, `--storage.agent.path=${path.join(this.folder, 'data')}`,
      '--web.enable-lifecycle', `--web.listen-address=127.0.0.1:${this.ports[0]}`,
    ]);
  }

  public startLoader(): void {
    const env = { POD_NAME: 'prometheus-a-0', REPLICA: 'a' };
    this.loader = new Started(process.execPath, [path.join(this.folder, 'main.js'), path.join(this.folder, 'config.json'), `127.0.0.1:${this.ports[1]}`], { env });
  }

  /** Names of the jobs that Prometheus has. */
  public async scrapePools(): Promise<string[]> {
    const { data } = await (await fetch(`http://127.0.0.1:${this.ports[0]}/api/v1/scrape_pools`)).json() as { data: { scrapePools: string[] | null } };
    return (data.scrapePools ?? []).sort();
  }

  public async targets(): Promise<Target[]> {
    const { data } = await (await fetch(`http://127.0.0.1:${this.ports[0]}/api/v1/targets?state=active`)).json() as { data: { activeTargets: Target[] } };
    return data.activeTargets;
  }

  public async ready(): Promise<boolean> {
    return (await fetch(`http://127.0.0.1:${this.ports[0]}/-/ready`)).ok;
  }

  public async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ports[1]}/metrics`)).text();
  }

  public async report(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ports[1]}/jobs`)).text();
  }

  /** The same text for the loopback interface and a temporary folder. */
  private local(text: string): string {
    return text.replaceAll(/http:\/\/prometheus-allocator-[ab]\.[\w.]+:8080/g, `http://127.0.0.1:${this.allocatorPort}`)
      .replaceAll(JOBS, this.jobs).replaceAll('127.0.0.1:9090', `127.0.0.1:${this.ports[0]}`).replaceAll('$(POD_NAME)', 'prometheus-a-0');
  }
}
