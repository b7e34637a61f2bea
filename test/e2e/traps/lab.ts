import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Container } from 'kubernetes-types/core/v1';
import { parse, stringify } from 'yaml';
import { NAMESPACE, PlatformOptions, platformObjects } from './platform';
import { Process } from './process';
import { programPath } from '../../programs/build';
import { ContainerRun, Sandbox } from '../../programs/configs/sandbox';
import type { Manifest } from '../../programs/examples';
import type { CommandFlags } from '../../programs/flags/types';
import { podOf } from '../../programs/pods';
import { freePorts, run, Started, temporaryFolder } from '../../programs/process';

const DATA = path.join(__dirname, '..', '..', 'programs', 'data');
const COMMANDS = fs.readdirSync(DATA).map(file => JSON.parse(fs.readFileSync(path.join(DATA, file), 'utf8')) as CommandFlags);

const ADDRESS = new RegExp(`(?:dns\\+)?((?:[\\w-]+\\.)?[\\w-]+)\\.${NAMESPACE}\\.svc(?:\\.cluster\\.local)?:(\\d+)`, 'g');
const SRV = new RegExp(`^dnssrv\\+_grpc\\._tcp\\.([\\w-]+)\\.${NAMESPACE}\\.svc`);
const GRPC = 10901;

/** Flags in the place of ours: undefined leaves one out, a list gives it several times, `true` has no value. */
export type Flags = Readonly<Record<string, string | readonly string[] | true | undefined>>;

/** How a program is run. */
export interface StartOptions {
  /** Which pod of the workload. @default 0 */
  readonly index?: number;
  /** The flags that differ from those that our constructs print. */
  readonly flags?: Flags;
  /** Changes what the pod's ConfigMaps say, after the addresses have been put in. */
  readonly files?: (text: string, file: string) => string;
  /** Whether to return before it is ready. @default false */
  readonly unready?: boolean;
  /** Names and their addresses, for this program alone; needs root. */
  readonly hosts?: Readonly<Record<string, readonly string[]>>;
  /** Variables beside those of the container. */
  readonly env?: Readonly<Record<string, string>>;
}

function withFlags(args: readonly string[], flags: Flags): string[] {
  const names = Object.keys(flags);
  const kept = args.filter(arg => !names.some(name => arg === `--${name}` || arg.startsWith(`--${name}=`)));
  const added = Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return value === true ? [`--${name}`] : [value].flat().map(each => `--${name}=${each}`);
  });
  return [...kept, ...added];
}

/** A pod on this machine. */
interface LocalPod {
  readonly sandbox: Sandbox;
  /** Where its ConfigMaps' files are, by their names. */
  readonly files: ReadonlyMap<string, string>;
}

/** A platform whose pods are processes of this machine: ports of the loopback interface, folders as volumes, a folder as the bucket. */
export class Lab {
  /** Does a piece of work with a platform of its own, which is gone afterwards. */
  public static async with<T>(options: PlatformOptions, work: (lab: Lab) => Promise<T>): Promise<T> {
    const lab = new Lab(platformObjects(options));
    try {
      return await work(lab);
    } finally {
      await Promise.all(lab.processes.map(process => process.started.stop()));
      for (const folder of lab.folders) fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** The folder that stands for the bucket. */
  public readonly bucket: string;
  private readonly folders: string[] = [];
  private readonly processes: Process[] = [];
  private readonly pods = new Map<string, Promise<LocalPod>>();
  private readonly strangers = new Map<string, number>();

  private constructor(private readonly objects: readonly Manifest[]) {
    this.bucket = this.folder();
  }

  /** A folder that is gone with the platform. */
  public folder(): string {
    const folder = temporaryFolder();
    this.folders.push(folder);
    return folder;
  }

  /** Starts a pod's first container and waits until it is ready. A pod that was there before has its ports and volumes again. */
  public async start(workload: string, options: StartOptions = {}): Promise<Process> {
    const pod = await this.pod(workload, options.index ?? 0);
    const { sandbox } = pod;
    await this.writeFiles(pod, options.files);
    await this.initialize(sandbox);
    return this.startContainer(sandbox, sandbox.pod.manifest.spec.containers[0], options);
  }

  /** Starts a further container of a pod whose first one runs. */
  public async startSidecar(workload: string, name: string, options: StartOptions = {}): Promise<Process> {
    const { sandbox } = await this.pod(workload, options.index ?? 0);
    return this.startContainer(sandbox, sandbox.pod.manifest.spec.containers.find(container => container.name === name)!, { ...options, unready: true });
  }

  /** Runs a pod's first container to its end, as jobs do. */
  public async finish(workload: string, options: StartOptions & { readonly seconds?: number } = {}): Promise<{ code: number; output: string }> {
    const pod = await this.pod(workload, options.index ?? 0);
    const { sandbox } = pod;
    await this.writeFiles(pod, options.files);
    const { program, args, env } = await this.command(sandbox, sandbox.pod.manifest.spec.containers[0], options);
    const ended = await run(programPath(program), args, { env, cwd: sandbox.folder }, (options.seconds ?? 60) * 1000);
    return { code: ended.code, output: ended.stdout + ended.stderr };
  }

  /** Writes a file of a running pod anew, as the kubelet does when its ConfigMap has changed: at once, by a rename. */
  public async rewrite(workload: string, file: string, change: (text: string) => string): Promise<void> {
    const { sandbox, files } = await this.pod(workload, 0);
    const target = files.get(file)!;
    fs.writeFileSync(`${target}.new`, change(fs.readFileSync(target, 'utf8')));
    fs.renameSync(`${target}.new`, target);
    await this.initialize(sandbox);
  }

  /** The path of a file that a pod has from a ConfigMap. */
  public async file(workload: string, file: string): Promise<string> {
    return (await this.pod(workload, 0)).files.get(file)!;
  }

  /** `127.0.0.1:port` of a port of a pod, which need not run. */
  public async address(workload: string, index: number, port: number): Promise<string> {
    const { sandbox } = await this.pod(workload, index);
    return `127.0.0.1:${sandbox.port(sandbox.pod.manifest.spec.containers[0], port)}`;
  }

  private pod(workload: string, index: number): Promise<LocalPod> {
    const key = `${workload}-${index}`;
    const known = this.pods.get(key);
    if (known) return known;
    const manifest = this.objects.find(object => object.metadata.name === workload && podOf({ example: '', manifest: object }) !== undefined);
    if (!manifest) throw new Error(`The platform has no pods of '${workload}'.`);
    const { object, manifest: pod } = podOf({ example: '', manifest })!;
    const made = Sandbox.of({ object, manifest: { ...pod, metadata: { ...pod.metadata, name: key } } }, this.objects, COMMANDS).then(sandbox => {
      this.folders.push(sandbox.folder);
      const files = fs.readdirSync(sandbox.folder, { recursive: true, encoding: 'utf8' });
      return { sandbox, files: new Map(files.map(file => [path.basename(file), path.join(sandbox.folder, file)])) };
    });
    this.pods.set(key, made);
    return made;
  }

  private async writeFiles({ sandbox, files }: LocalPod, change: StartOptions['files']): Promise<void> {
    for (const { data } of sandbox.files.configMaps) {
      for (const [file, text] of Object.entries(data as Record<string, string>)) {
        const local = await this.localize(file === 'endpoints.yaml' ? await this.withoutSrv(text) : text);
        fs.writeFileSync(files.get(file)!, sandbox.files.rewrite(change?.(local, file) ?? local));
      }
    }
  }

  /** An endpoint file with the addresses of the pods that exist in the place of SRV names. */
  private async withoutSrv(text: string): Promise<string> {
    const { endpoints } = parse(text) as { endpoints: { address: string }[] };
    const all = await Promise.all(endpoints.map(async endpoint => {
      const workload = SRV.exec(endpoint.address)?.[1];
      const pods = [...this.pods.keys()].filter(key => key.replace(/-\d+$/, '') === workload);
      return Promise.all(pods.map(async key => ({ address: await this.address(workload!, Number(/\d+$/.exec(key)![0]), GRPC) })));
    }));
    return stringify({ endpoints: all.flat() });
  }

  private async localize(text: string): Promise<string> {
    const addresses = new Map<string, string>();
    for (const [found, host, port] of text.matchAll(ADDRESS)) addresses.set(found, await this.addressOf(host.split('.')[0], Number(port)));
    return text.replace(ADDRESS, found => addresses.get(found)!);
  }

  /** By the name of a pod of a StatefulSet, or of a Service, which here is its first pod. */
  private async addressOf(host: string, port: number): Promise<string> {
    const names = this.objects.map(object => object.metadata.name);
    const [, workload, index] = /^(.*)-(\d+)$/.exec(host) ?? [];
    if (!names.includes(host) && workload !== undefined && names.includes(workload)) return this.address(workload, Number(index), port);
    if (this.objects.some(object => object.metadata.name === host && ['Deployment', 'StatefulSet'].includes(object.kind))) return this.address(host, 0, port);
    const key = `${host}:${port}`;
    if (!this.strangers.has(key)) this.strangers.set(key, (await freePorts(1))[0]);
    return `127.0.0.1:${this.strangers.get(key)}`;
  }

  private async command(sandbox: Sandbox, container: Container, { flags = {}, env = {} }: StartOptions): Promise<Pick<ContainerRun, 'program' | 'args' | 'env'>> {
    const { program, args, env: given } = sandbox.run(container)!;
    const bucket = `--objstore.config={type: FILESYSTEM, config: {directory: ${this.bucket}}}`;
    const local = await Promise.all(args.map(arg => this.localize(arg.replace(/^--objstore\.config=.*$/s, bucket))));
    return { program, args: withFlags(local, flags), env: { ...given, ...env } };
  }

  /** Runs what a pod runs first; for a sender that renders its configuration. */
  private async initialize(sandbox: Sandbox): Promise<void> {
    for (const container of sandbox.pod.manifest.spec.initContainers ?? []) {
      if (container.restartPolicy === 'Always') continue;
      const { program, args, env } = await this.command(sandbox, container, {});
      const ended = await run(programPath(program), args, { env, cwd: sandbox.folder });
      if (ended.code !== 0) throw new Error(`${container.name} ended with exit code ${ended.code}: ${ended.stderr.slice(-600)}`);
    }
  }

  /** Runs a command with another /etc/hosts, in a mount namespace of its own. */
  private withHosts(hosts: NonNullable<StartOptions['hosts']>, program: string, args: readonly string[]): string[] {
    const file = path.join(this.folder(), 'hosts');
    fs.writeFileSync(file, Object.entries(hosts).flatMap(([name, addresses]) => addresses.map(address => `${address} ${name}\n`)).join(''));
    return ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', file, program, ...args];
  }

  private async startContainer(sandbox: Sandbox, container: Container, options: StartOptions): Promise<Process> {
    const { program, args, env } = await this.command(sandbox, container, options);
    const command = options.hosts ? this.withHosts(options.hosts, programPath(program), args) : [programPath(program), ...args];
    const started = new Started(command[0], command.slice(1), { env, cwd: sandbox.folder });
    const process = new Process(started, sandbox, container);
    this.processes.push(process);
    if (!options.unready) await process.ready();
    return process;
  }
}
