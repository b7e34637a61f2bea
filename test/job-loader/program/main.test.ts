import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import type { JobLoaderConfig } from '../../../src/job-loader/program/config';
import { PROGRAM } from '../../../src/job-loader/program.generated';
import { temporaryFolder } from '../../temporary-folder';

type Answer = { readonly status: number; readonly body: string };

/** A server of few answers, which counts its questions. */
class Fake {
  public answer: Answer = { status: 200, body: '' };
  public readonly questions: string[] = [];
  private readonly server = http.createServer(({ method, url }, response) => {
    this.questions.push(`${method} ${url}`);
    response.writeHead(this.answer.status).end(this.answer.body);
  });

  public async start(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

const allocator = new Fake();
const prometheus = new Fake();
let program: ChildProcess;
let folder: string;
let own: string;
let printed = '';

async function freePort(): Promise<number> {
  const server = http.createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

beforeAll(async () => {
  folder = temporaryFolder();
  Object.entries(PROGRAM).forEach(([name, text]) => fs.writeFileSync(path.join(folder, name), text));
  allocator.answer = { status: 503, body: '' };
  const config: JobLoaderConfig = {
    allocators: { a: 'http://127.0.0.1:9', b: await allocator.start() },
    prefixes: ['serviceMonitor/'],
    refreshInterval: 0.05,
    lastRelabelings: [],
    folder,
    prometheus: await prometheus.start(),
    reloadTimeout: 5,
    logLevel: 'info',
    logFormat: 'logfmt',
  };
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  own = `127.0.0.1:${await freePort()}`;
  program = spawn(process.execPath, [path.join(folder, 'main.js'), path.join(folder, 'config.json'), own], { env: { POD_NAME: 'prometheus-b-3', REPLICA: 'b' } });
  program.stdout!.on('data', data => printed += data);
  program.stderr!.on('data', data => printed += data);
});

afterAll(() => {
  program.kill('SIGKILL');
  allocator.stop();
  prometheus.stop();
});

const file = () => JSON.parse(fs.readFileSync(path.join(folder, 'jobs.yaml'), 'utf8')) as { scrape_configs: object[] };
const get = async (url: string) => (await fetch(`http://${own}${url}`)).text();

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; ;) {
    if (await Promise.resolve(holds()).catch(() => false)) {
      return;
    }
    if (Date.now() > end) {
      throw new Error(`It did not come. The program printed: ${printed}`);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

test('the life of the program', async () => {
  await until(async () => (await get('/metrics')).includes('job_loader_allocator_up 0'));
  expect(await get('/metrics')).not.toContain('job_loader_last_load_success_timestamp_seconds 1');

  const job = 'serviceMonitor/shop/web/0';
  allocator.answer = { status: 200, body: JSON.stringify({ [job]: { job_name: job }, other: { job_name: 'other' } }) };
  await until(() => file().scrape_configs.length === 1);
  expect(file().scrape_configs).toEqual([{
    job_name: job,
    http_sd_configs: [{ url: expect.stringMatching(/\/jobs\/serviceMonitor%2Fshop%2Fweb%2F0\/targets\?collector_id=prometheus-b-3$/), refresh_interval: '0.05s' }],
    relabel_configs: [],
  }]);
  await until(async () => (await get('/metrics')).includes('job_loader_jobs_loaded 1'));
  expect(await get('/metrics')).toMatch(/^job_loader_allocator_up 1$/m);
  expect(await get('/metrics')).toMatch(/^job_loader_last_load_success_timestamp_seconds \d+$/m);
  expect(JSON.parse(await get('/jobs'))).toEqual([{ job, inForce: true }]);
  expect(await get('/-/healthy')).toBe('OK\n');
  expect(prometheus.questions).toContain('GET /-/ready');
  expect(prometheus.questions.filter(question => question === 'POST /-/reload')).toHaveLength(2);

  for (const answer of [{ status: 500, body: '' }, { status: 200, body: 'no JSON' }]) {
    allocator.answer = answer;
    const asked = allocator.questions.length;
    await until(() => allocator.questions.length > asked + 2);
    expect(file().scrape_configs).toHaveLength(1);
  }
  expect(await get('/metrics')).toMatch(/^job_loader_allocator_up 0$/m);
  expect(new Set(allocator.questions)).toEqual(new Set(['GET /scrape_configs']));
  expect(printed).toContain('msg="the target allocator does not answer as it should; jobs stay as they are"');

  prometheus.answer = { status: 500, body: 'failed to reload config' };
  allocator.answer = { status: 200, body: JSON.stringify({ [job]: { job_name: job, scrape_interval: '5s' } }) };
  await until(() => printed.includes('to be tried again'));
  expect(printed).toContain('reason="Prometheus is not ready"');

  program.kill('SIGTERM');
  expect(await new Promise(resolve => program.on('exit', code => resolve(code)))).toBe(0);
}, 60_000);
