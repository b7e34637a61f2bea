import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';

/** How to run a program. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** What a program that ended had to say. */
export interface Ended {
  /** Exit code; -1 after a signal. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<Started>();
const folders = new Set<string>();

/** A program that runs in the background. It is stopped when this process ends, however that comes. */
export class Started {
  /** Settles when the program has ended. */
  public readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;
  private stdout = '';
  private stderr = '';

  constructor(public readonly command: string, args: readonly string[], options: RunOptions = {}) {
    this.child = spawn(command, args, {
      cwd: options.cwd,
      // Only what is given: a variable of the developer's shell must not decide an answer.
      env: { PATH: process.env.PATH, HOME: os.tmpdir(), COLUMNS: '100000', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.on('data', data => this.stdout += data);
    this.child.stderr!.on('data', data => this.stderr += data);
    running.add(this);
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', error => {
        running.delete(this);
        reject(new Error(`Cannot run ${command}: ${error.message}.`));
      });
      this.child.on('close', code => {
        running.delete(this);
        resolve({ code: code ?? -1, stdout: this.stdout, stderr: this.stderr });
      });
    });
    this.ended.catch(() => { /* whoever waits for the end sees it */ });
  }

  /** Everything printed so far, errors last. */
  public get output(): string {
    return this.stdout + this.stderr;
  }

  /** Whether the program has ended. */
  public get hasEnded(): boolean {
    return !running.has(this);
  }

  /** Asks the program to end, and kills it when it has not after the grace period. */
  public async stop(graceMilliseconds: number = 0): Promise<void> {
    const timer = setTimeout(() => this.kill(), graceMilliseconds);
    if (graceMilliseconds > 0) this.child.kill('SIGTERM');
    await this.ended.catch(() => undefined);
    clearTimeout(timer);
  }

  /** Ends the program at once. */
  public kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** Runs a program to its end; one that does not end in time (a minute unless told) is killed and has exit code -1. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}, timeoutMilliseconds: number = 60_000): Promise<Ended> {
  const started = new Started(command, args, options);
  const timer = setTimeout(() => started.kill(), timeoutMilliseconds);
  try {
    return await started.ended;
  } finally {
    clearTimeout(timer);
  }
}

/** A new temporary folder, removed when this process ends. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-thanos-check-'));
  folders.add(folder);
  return folder;
}

// Below the ports that Linux takes for outgoing connections, which would else be gone by the time a program listens.
const FIRST_PORT = 20_000;
const PORTS = 12_000;
let nextPort = process.pid % PORTS;

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = net.createServer().on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** TCP ports of the loopback interface that nothing listens on; none is given out twice before all have been. */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const port = FIRST_PORT + nextPort++ % PORTS;
    if (await isFree(port)) found.push(port);
  }
  return found;
}

/** Asks again and again until there is an answer; undefined when there was none in time. */
export async function poll<T>(ask: () => Promise<T | undefined>, timeoutMilliseconds: number): Promise<T | undefined> {
  const end = Date.now() + timeoutMilliseconds;
  while (Date.now() < end) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return undefined;
}

/** Does a piece of work for each item, a few at a time, and keeps the order of the results. */
export async function inParallel<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]);
  }));
  return results;
}

function cleanUp(): void {
  for (const started of running) started.kill();
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

process.on('exit', cleanUp);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
