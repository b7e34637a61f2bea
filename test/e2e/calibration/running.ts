import * as fs from 'node:fs';
import type { Container } from 'kubernetes-types/core/v1';
import type { Platform } from './platform';
import { programPath } from '../../programs/build';
import { Sandbox } from '../../programs/configs/sandbox';
import type { CommandFlags } from '../../programs/flags/types';
import { poll, Started } from '../../programs/process';

/** Changes of a container's arguments: a flag's value, several, or undefined to leave the flag out. */
export type FlagChanges = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Memory of a process, bytes. */
export interface Memory {
  /** Heap that was reachable at the last collection. */
  readonly live: number;
  /** Resident memory without mapped files; the program itself is one, of 55 MB. */
  readonly anonymous: number;
  /** The most that was resident at once since `resetPeak`, mapped files included. */
  readonly peak: number;
}

/** What is known of a program that has ended. */
export interface LastWords {
  /** Peak of resident memory, mapped files included, bytes. */
  readonly peak: number;
  /** Peak of resident memory without mapped files, as far as 50 looks a second see it, bytes. */
  readonly anonymousPeak: number;
  /** Seconds of CPU. */
  readonly cpu: number;
  readonly code: number;
  readonly output: string;
}

const TICKS_PER_SECOND = 100;
const READY_MILLISECONDS = 300_000;
const STOP_MILLISECONDS = 300_000;

/** The arguments with some flags changed; what they do not have is added. */
export function withFlags(args: readonly string[], changes: FlagChanges): string[] {
  const kept = args.filter(arg => !Object.keys(changes).some(flag => arg === `--${flag}` || arg.startsWith(`--${flag}=`)));
  const added = Object.entries(changes).flatMap(([flag, value]) => value === undefined ? [] : [value].flat().map(one => one === '' ? `--${flag}` : `--${flag}=${one}`));
  return [...kept, ...added];
}

function pidOf(folder: string): number {
  const pids = fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number);
  const found = pids.find(pid => {
    try {
      return pid !== process.pid && fs.readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      // It has ended, or is another user's.
      return false;
    }
  });
  if (found === undefined) throw new Error(`No process works in ${folder}; has the program ended?`);
  return found;
}

/** A program of ours, started with the arguments that the constructs print, on the loopback interface. */
export class Running {
  /**
   * Starts the main container of a workload of the platform.
   *
   * @param prepare - may write files into the sandbox before the start, and returns what is to be changed of the arguments
   * @throws when it does not get ready.
   */
  public static async start(
    platform: Platform, workload: string, commands: readonly CommandFlags[], prepare: (sandbox: Sandbox) => FlagChanges,
  ): Promise<Running> {
    const pod = platform.pod(workload);
    const sandbox = await Sandbox.of(pod, platform.objects, commands);
    const container = pod.manifest.spec.containers[0];
    const changes = prepare(sandbox);
    const { program, args, env } = sandbox.run(container)!;
    const launch = () => new Started('nice', ['-n', '10', programPath(program), ...withFlags(args, changes)], { env, cwd: sandbox.folder });
    const running = new Running(sandbox, container, launch);
    await running.ready();
    return running;
  }

  private started: Started;
  private pid: number;

  private constructor(public readonly sandbox: Sandbox, private readonly container: Container, private readonly launch: () => Started) {
    this.started = launch();
    this.pid = pidOf(sandbox.folder);
  }

  /** Kills the program and starts it again on the same files; returns when it is ready again. */
  public async killAndStart(): Promise<void> {
    await this.started.stop();
    this.started = this.launch();
    this.pid = pidOf(this.sandbox.folder);
    await this.ready();
  }

  /** `127.0.0.1` and the local port of a port of the pod. */
  public address(port: number): string {
    return `127.0.0.1:${this.sandbox.port(this.container, port)}`;
  }

  /** Seconds of CPU that the process has taken, all threads. */
  public cpu(): number {
    const fields = fs.readFileSync(`/proc/${this.pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    // Fields 14 and 15 of proc_pid_stat(5), of which the first two are cut off.
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** Forgets the peak of resident memory. */
  public resetPeak(): void {
    fs.writeFileSync(`/proc/${this.pid}/clear_refs`, '5');
  }

  /** Resident memory without mapped files, bytes. */
  public anonymous(): number {
    return this.statusOf('RssAnon');
  }

  public async memory(): Promise<Memory> {
    const metrics = await this.metrics();
    const growth = 1 + (metrics.get('go_gc_gogc_percent') ?? 100) / 100;
    return { live: metrics.get('go_memstats_next_gc_bytes')! / growth, anonymous: this.anonymous(), peak: this.statusOf('VmHWM') };
  }

  /** Metrics of the program, by name; series of one name are summed up. */
  public async metrics(): Promise<Map<string, number>> {
    const sums = new Map<string, number>();
    for (const [, name, value] of (await this.text()).matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm)) sums.set(name, (sums.get(name) ?? 0) + Number(value));
    return sums;
  }

  /** The exposition text of the program's metrics. */
  public async text(): Promise<string> {
    const port = this.container.ports!.find(({ name }) => name === 'http' || name === 'web')!.containerPort;
    return (await fetch(`http://${this.address(port)}/metrics`)).text();
  }

  /** What the program has printed. */
  public get output(): string {
    return this.started.output;
  }

  /** Lets the program end as Kubernetes does, and tells the peak of its memory from here on and all CPU that it took. */
  public async stopped(): Promise<LastWords> {
    this.resetPeak();
    return this.watched(this.started.stop(STOP_MILLISECONDS));
  }

  /** Waits until the program has ended by itself, and tells the peak of its memory and all CPU that it took. */
  public finished(): Promise<LastWords> {
    return this.watched(this.started.ended);
  }

  public async stop(graceMilliseconds: number = 0): Promise<void> {
    await this.started.stop(graceMilliseconds);
    fs.rmSync(this.sandbox.folder, { recursive: true, force: true });
  }

  private async watched(end: Promise<unknown>): Promise<LastWords> {
    let last = { peak: 0, anonymousPeak: 0, cpu: 0 };
    const watch = setInterval(() => {
      try {
        last = { peak: this.statusOf('VmHWM'), anonymousPeak: Math.max(last.anonymousPeak, this.anonymous()), cpu: this.cpu() };
      } catch {
        // It has ended between two looks.
      }
    }, 20);
    await end;
    clearInterval(watch);
    const { code } = await this.started.ended;
    fs.rmSync(this.sandbox.folder, { recursive: true, force: true });
    return { ...last, code, output: this.started.output };
  }

  private statusOf(name: string): number {
    const status = fs.readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)![1]) * 1024;
  }

  private async ready(): Promise<void> {
    const { httpGet } = this.container.readinessProbe!;
    const url = `http://127.0.0.1:${this.sandbox.port(this.container, httpGet!.port)}${httpGet!.path}`;
    const ready = await poll(async () => this.started.hasEnded ? false : (await fetch(url)).ok || undefined, READY_MILLISECONDS);
    if (ready) return;
    throw new Error(`'${this.started.command}' did not get ready:\n${this.started.output.slice(-3000)}`);
  }
}
