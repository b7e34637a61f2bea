import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import type { Cluster } from './cluster';
import { Allocator, Printed, Sender } from './pod';
import { programPath } from '../../programs/build';
import { freePorts, poll, run } from '../../programs/process';
import type { Report } from '../../programs/report';

const PATIENCE = 90_000;
const MEASURED_SECONDS = 30;

/** What a program of somebody tells of itself. */
function serveMetrics(): Promise<{ readonly server: http.Server; readonly port: number }> {
  const server = http.createServer((_, response) => void response.setHeader('Content-Type', 'text/plain; version=0.0.4').end('shop_orders_total 5\n'));
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve({ server, port: (server.address() as AddressInfo).port })));
}

const valueOf = (metrics: string, name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);

/** Waits, and says how long it took. */
async function comes(report: Report, what: string, ask: () => Promise<boolean>, trouble: () => Promise<string>): Promise<void> {
  const began = Date.now();
  const came = await poll(async () => await ask() || undefined, PATIENCE);
  report.answer(`${what}, after ${((Date.now() - began) / 1000).toFixed(1)} s`, came ? undefined : await trouble().catch(String));
}

const monitor = (endpoint: object = {}) => ({ selector: { matchLabels: { app: 'web' } }, endpoints: [{ port: 'http', interval: '15s', ...endpoint }] });

const ALL_KINDS = ['podMonitor/shop/pods/0', 'probe/shop/probe', 'scrapeConfig/other/program', 'serviceMonitor/shop/web/0'];

async function makeObjects(cluster: Cluster, port: number): Promise<void> {
  await cluster.object('ServiceMonitor', 'shop', 'web', monitor({
    relabelings: [{ action: 'keepequal', sourceLabels: ['__meta_kubernetes_namespace'], targetLabel: 'namespace' }],
    metricRelabelings: [{ action: 'drop', sourceLabels: ['__name__'], regex: 'go_.*' }],
  }), { team: 'shop' });
  await cluster.object('ServiceMonitor', 'shop', 'secret', monitor({ basicAuth: { username: { name: 'login', key: 'user' }, password: { name: 'login', key: 'password' } } }));
  await cluster.object('ServiceMonitor', 'shop', 'authority', monitor({ scheme: 'https', tlsConfig: { ca: { configMap: { name: 'ca', key: 'ca.crt' } } } }));
  await cluster.object('ServiceMonitor', 'shop', 'token', monitor({ scheme: 'https', bearerTokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token' }));
  await cluster.object('PodMonitor', 'shop', 'pods', { selector: {}, podMetricsEndpoints: [{ port: 'http' }] });
  await cluster.object('Probe', 'shop', 'probe', { prober: { url: `127.0.0.1:${port}` }, targets: { staticConfig: { static: ['https://shop.example.com'] } } });
  await cluster.object('ScrapeConfig', 'other', 'program', { staticConfigs: [{ targets: [`127.0.0.1:${port}`] }] });
}

/** The life of a sender, and of the objects that it scrapes. */
export class Story {
  private readonly printed = new Printed({});
  private allocator!: Allocator;
  private sender!: Sender;

  constructor(private readonly report: Report, private readonly cluster: Cluster) {}

  public async tell(): Promise<void> {
    const { server, port } = await serveMetrics();
    await makeObjects(this.cluster, port);
    await this.begin();
    await this.changes();
    await this.restarts();
    await this.refusal();
    await this.many();
    await Promise.all([this.sender.loader, this.sender.prometheus, this.allocator.running].map(program => program?.stop()));
    server.close();
  }

  private async begin(): Promise<void> {
    const { report, cluster, printed } = this;
    await cluster.apply(...printed.rights, printed.sender);
    const [port] = await freePorts(1);
    this.allocator = new Allocator(printed, cluster.kubeconfig('monitoring:prometheus-allocator'), port);
    this.sender = new Sender(printed, port);
    await this.sender.prepare();
    this.sender.startPrometheus();
    this.sender.startLoader();
    await this.comes('without an allocator, Prometheus gets ready', () => this.sender.ready());
    this.allocator.start();
    await this.poolsAre('jobs of all four kinds, with an allocator that starts', ALL_KINDS);
    const log = this.allocator.running!.output;
    report.answer('the allocator says which objects it leaves out for a Secret or a ConfigMap', /skipping servicemonitor.*shop\/secret/.test(log) && /skipping servicemonitor.*shop\/authority/.test(log) ? undefined : log);
    await this.comes('a job that names a file of the sender is refused, and a metric says which', async () =>
      (await this.sender.metrics()).includes('job_loader_job_refused{scrape_job="serviceMonitor/shop/token/0"} 1'));
    await this.comes('targets are scraped, of a ScrapeConfig and of a Probe', async () =>
      (await this.sender.targets()).filter(({ health }) => health === 'up').map(({ scrapePool }) => scrapePool).sort().join() === 'probe/shop/probe,scrapeConfig/other/program');
    const { code, stdout, stderr } = await run(programPath('promtool'), ['check', 'config', '--agent', path.join(this.sender.folder, 'prometheus.yaml')]);
    report.answer('promtool takes the whole of it', code === 0 ? undefined : stdout + stderr);
  }

  private async changes(): Promise<void> {
    await this.cluster.object('ServiceMonitor', 'shop', 'later', monitor());
    await this.poolsAre('a new object', [...ALL_KINDS, 'serviceMonitor/shop/later/0']);
    await this.cluster.object('ServiceMonitor', 'shop', 'later', monitor({ metricRelabelings: [{ action: 'labeldrop', regex: 'changed' }] }));
    await this.comes('a changed object', () => Promise.resolve(fs.readFileSync(path.join(this.sender.jobs, 'accepted.json'), 'utf8').includes('"regex\\":\\"changed\\"')));
    await this.cluster.remove('servicemonitors', 'shop', 'later');
    await this.comes('the allocator forgets an object that is gone', async () => !(await this.allocator.jobs()).includes('serviceMonitor/shop/later/0'));
  }

  private async restarts(): Promise<void> {
    const pools = (await this.sender.scrapePools()).join();
    await this.allocator.running!.stop();
    await this.sender.prometheus!.stop(10_000);
    this.sender.startPrometheus();
    await this.comes('without an allocator, a Prometheus that restarts has its jobs', async () => (await this.sender.scrapePools()).join() === pools);
    this.allocator.start();
    const seen = new Set<string>();
    let empty = false;
    await this.comes('an allocator that restarts says first that there are no jobs, and then has them', async () => {
      empty ||= (await this.allocator.jobs()).length === 0;
      seen.add((await this.sender.scrapePools()).join());
      return empty && (await this.allocator.jobs()).length > 0;
    });
    this.report.answer('meanwhile no job is gone', seen.size === 1 && seen.has(pools) ? undefined : [...seen].join('\n'));
    await this.sender.loader!.stop();
    this.sender.startLoader();
    await this.comes('a job-loader that restarts goes on', async () => (await this.sender.metrics()).includes('job_loader_last_load_successful 1'));
    this.report.answer('with all jobs', (await this.sender.scrapePools()).join() === pools ? undefined : (await this.sender.scrapePools()).join());
  }

  private async refusal(): Promise<void> {
    this.sender.configure('nonsense: 1\n');
    await this.cluster.object('ServiceMonitor', 'shop', 'sound', monitor());
    await this.comes('of a configuration that is wrong itself, no job is held guilty', async () =>
      this.sender.loader!.output.includes('also without what is new') && (await this.sender.metrics()).includes('job_loader_jobs_refused 1\n'));
    this.sender.configure();
    await this.comes('and the job comes when that is mended', async () => (await this.sender.scrapePools()).includes('serviceMonitor/shop/sound/0'));
  }

  private async many(): Promise<void> {
    const names = Array.from({ length: 1000 }, (_, index) => `many-${index}`);
    for (const name of names) await this.cluster.object('ServiceMonitor', 'shop', name, monitor());
    await this.comes('a thousand more objects', async () => (await this.sender.scrapePools()).filter(name => name.includes('/many-')).length === names.length);
    const before = [await this.sender.metrics(), await this.allocator.metrics()];
    await new Promise(resolve => setTimeout(resolve, MEASURED_SECONDS * 1000));
    const after = [await this.sender.metrics(), await this.allocator.metrics()];
    ['job-loader', 'target allocator'].forEach((program, index) => {
      const memory = Math.round(valueOf(after[index], 'process_resident_memory_bytes') / 1024 ** 2);
      const cpu = (valueOf(after[index], 'process_cpu_seconds_total') - valueOf(before[index], 'process_cpu_seconds_total')) / MEASURED_SECONDS;
      this.report.ok(`with which the ${program} has ${memory} MiB and uses ${cpu.toFixed(3)} cores, asked each two seconds`);
    });
  }

  private poolsAre(what: string, expected: string[]): Promise<void> {
    return this.comes(what, async () => (await this.sender.scrapePools()).join() === [...expected].sort().join());
  }

  private comes(what: string, ask: () => Promise<boolean>): Promise<void> {
    return comes(this.report, what, ask, async () => `${(await this.sender.scrapePools()).join()}\n${await this.sender.report()}\n${this.sender.loader?.output}\n${this.sender.prometheus?.output.slice(-3000)}\n${this.allocator?.running?.output.slice(-3000)}`);
  }
}

/** An allocator that may see some namespaces, and has Roles there alone. */
export async function tellOfNamespaces(report: Report, cluster: Cluster): Promise<void> {
  const printed = new Printed({ namespaces: ['shop'], serviceMonitorLabels: { team: 'shop' } });
  // An account of its own, for the first one has rights that these would be added to.
  const rights = JSON.parse(JSON.stringify(printed.rights).replaceAll('"name":"prometheus-allocator"', '"name":"restricted"')) as typeof printed.rights;
  await cluster.apply(...rights);
  report.answer('no right in the whole cluster', rights.some(({ kind }) => kind.startsWith('Cluster')) ? JSON.stringify(rights) : undefined);
  const [port] = await freePorts(1);
  const allocator = new Allocator(printed, cluster.kubeconfig('monitoring:restricted'), port);
  allocator.start();
  await comes(report, 'objects of one namespace, by its Role alone, and ServiceMonitors by their labels', async () =>
    (await allocator.jobs()).join() === 'podMonitor/shop/pods/0,probe/shop/probe,serviceMonitor/shop/web/0', () => Promise.resolve(allocator.running!.output));
  // It looks at a namespace each 15 seconds.
  await new Promise(resolve => setTimeout(resolve, 40_000));
  report.answer('and it goes on', allocator.running!.hasEnded || /forbidden/.test(allocator.running!.output) ? allocator.running!.output : undefined);
  await allocator.running!.stop();
}
