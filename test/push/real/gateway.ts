import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programPath } from '../../programs/build';
import { Started } from '../../programs/process';

/** A group as Pushgateway's API tells of it. */
export interface Group {
  readonly labels: Readonly<Record<string, string>>;
  readonly [family: string]: unknown;
}

/** A real Pushgateway on the loopback interface, with the arguments of the construct but for its address and its folder. */
export class RealGateway {
  public readonly url: string;
  private program?: Started;

  constructor(private readonly args: readonly string[], private readonly folder: string, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    fs.mkdirSync(folder, { recursive: true });
  }

  public async start(): Promise<void> {
    const address = this.url.replace('http://', '');
    this.program = new Started(programPath('pushgateway'), this.args.map(arg =>
      arg.replace('0.0.0.0:9091', address).replace(/=\/data\b/, `=${this.folder}`)));
    for (let tries = 0; tries < 100; tries++) {
      if (await fetch(`${this.url}/-/ready`).then(({ ok }) => ok, () => false)) return;
      await sleep(50);
    }
    throw new Error(`Pushgateway does not start: ${this.program.output}`);
  }

  /** As Kubernetes stops a pod. */
  public async stop(): Promise<void> {
    await this.program?.stop(10_000);
  }

  /** As the kernel, or the end of a node, does. */
  public async kill(): Promise<void> {
    this.program?.kill();
    await this.program?.ended.catch(() => undefined);
  }

  public async put(group: string, text: string): Promise<{ readonly status: number; readonly said: string }> {
    const answer = await fetch(this.url + group, { method: 'PUT', body: text });
    return { status: answer.status, said: (await answer.text()).trim() };
  }

  public async groups(): Promise<Group[]> {
    return (await (await fetch(`${this.url}/api/v1/metrics`)).json() as { data: Group[] }).data;
  }

  /** Lines of its page that begin with a text. */
  public async lines(begin: string): Promise<string[]> {
    return (await (await fetch(`${this.url}/metrics`)).text()).split('\n').filter(line => line.startsWith(begin));
  }

  public get fileSize(): number {
    const file = path.join(this.folder, 'metrics');
    return fs.existsSync(file) ? fs.statSync(file).size : 0;
  }

  public get processId(): number {
    return (this.program as unknown as { child: { pid: number } }).child.pid;
  }
}
