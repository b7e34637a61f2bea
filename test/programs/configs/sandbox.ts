import type { Container, EnvVar, EnvVarSource } from 'kubernetes-types/core/v1';
import { programPath } from '../build';
import type { Manifest } from '../examples';
import type { CommandFlags } from '../flags/types';
import { WorkloadPod, programOf } from '../pods';
import { freePorts, temporaryFolder } from '../process';
import { discoveringAt, writeKubeconfig } from './api-access';
import { DUMMY_SECRET, Lookup, PodFiles } from './pod-files';

/** How a container is run on this machine. */
export interface ContainerRun {
  readonly container: Container;
  readonly program: string;
  /** What is run: the program, or a command of the image such as `cp`. */
  readonly executable: string;
  readonly subcommand: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What a pod finds around itself. */
interface Surroundings {
  readonly lookup: Lookup;
  readonly neighbour: number;
  /** Ports of this machine by those of the pod. */
  readonly ports: ReadonlyMap<number, number>;
}

// An address to listen on, of all interfaces: `0.0.0.0:9090`, `:9090`.
const LISTEN_ADDRESS = /^(?:0\.0\.0\.0|\[::\])?:(\d+)$/;
// Flags whose value is a path, by the names that Thanos, Prometheus and the config-reloader give them.
const UNMOUNTED_PATH = /^--(?:[\w.-]*[.-])?(?:path|dir|file)=(\/.*)$/;
const LOCAL_URL = /^(https?:\/\/)(?:localhost|127\.0\.0\.1):(\d+)/;
// The configuration of a program of this package: JSON that names its own pod's ports, other parts by their URLs, and the folder of the API's token.
const OWN_CONFIG = 'config.json';
const ALLOCATOR_CONFIG = 'targetallocator.yaml';
const LOCAL_ADDRESS = /\b127\.0\.0\.1:(\d+)/g;
const SERVICE_URL = /https?:\/\/[^"/]+\.svc\.cluster\.local(?::\d+)?/g;
const API_CREDENTIALS = /^(\s*)"credentials": /m;

/**
 * A pod of an example, to be run on this machine without Kubernetes: its volumes are folders, its ports are free ports of the
 * loopback interface, its variables are filled in as the kubelet would.
 */
export class Sandbox {
  /**
   * @param objects - the objects of the pod's example
   * @throws when the pod names an object that is not there.
   */
  public static async of(pod: WorkloadPod, objects: readonly Manifest[], commands: readonly CommandFlags[]): Promise<Sandbox> {
    const lookup: Lookup = (kind, name) => objects.find(object =>
      object.kind === kind && object.metadata.name === name && object.metadata.namespace === pod.manifest.metadata.namespace);
    const configs = (pod.manifest.spec.volumes ?? []).map(({ configMap }) => configMap && lookup('ConfigMap', configMap.name!)?.data);
    const text = JSON.stringify([
      pod.manifest.spec, commands.map(command => Object.values(command.flags).map(flag => flag.default)),
      configs.map(data => (data as Record<string, string> | undefined)?.[OWN_CONFIG]),
    ]);
    const ports = [...new Set([...text.matchAll(/\b\d{2,5}\b/g)].map(([port]) => Number(port)))];
    const [neighbour, ...free] = await freePorts(ports.length + 1);
    return new Sandbox(pod, commands, { lookup, neighbour, ports: new Map(ports.map((port, index) => [port, free[index]])) });
  }

  public readonly folder = temporaryFolder();
  public readonly files: PodFiles;
  /** The port at which something answers in the place of all that the pod's programs connect to. */
  public readonly neighbour: number;
  private readonly ports: ReadonlyMap<number, number>;

  private constructor(public readonly pod: WorkloadPod, private readonly commands: readonly CommandFlags[], { lookup, neighbour, ports }: Surroundings) {
    this.neighbour = neighbour;
    this.ports = ports;
    this.files = new PodFiles(this.folder, pod.manifest.spec, lookup, (file, text) => this.localizeFile(file, text));
    writeKubeconfig(this.folder, this.neighbourUrl);
  }

  /** How to run a container; undefined when none of our programs is in its image. */
  public run(container: Container): ContainerRun | undefined {
    const program = programOf(container);
    if (program === undefined) return undefined;
    const env = this.environment(container.env ?? []);
    const { executable, first } = this.commandOf(container, program);
    const given = [...first, ...container.args ?? []].map(arg => expand(arg, env)).map(arg => this.localize(arg));
    const words = given.filter((arg, index) => !arg.startsWith('-') && (index === 0 || !given[index - 1].startsWith('-') || given[index - 1].includes('=')));
    this.refuseUnmounted(container, given);
    const ofProgram = this.commands.filter(command => command.program === program);
    const main = ofProgram.find(command => command.subcommand === '');
    const sub = ofProgram.find(command => command.subcommand !== '' && words.join(' ').startsWith(command.subcommand));
    const args = [...this.unsetAddresses(main, given, env), ...given, ...this.unsetAddresses(sub, given, env)];
    return { container, program, executable, subcommand: sub?.subcommand ?? '', args, env };
  }

  /** The port of this machine for a port of the pod, by number or by the name that a container gives it. */
  public port(container: Container, port: number | string): number {
    const number = typeof port === 'number' ? port : container.ports?.find(candidate => candidate.name === port)?.containerPort;
    const local = number === undefined ? undefined : this.ports.get(number);
    if (local === undefined) throw new Error(`container '${container.name}' has no port '${port}'`);
    return local;
  }

  /** The image's program stands where we have built it, whoever calls it by its path in the image. */
  private commandOf({ command = [] }: Container, program: string): { readonly executable: string; readonly first: readonly string[] } {
    const [executable = program, ...first] = command.map(word => word.endsWith(`/${program}`) && this.files.rewrite(word) === word ? programPath(program) : word);
    return { executable: executable === program ? programPath(program) : executable, first };
  }

  private get neighbourUrl(): string {
    return `http://127.0.0.1:${this.neighbour}`;
  }

  private localizeFile(file: string, text: string): string {
    if (file === ALLOCATOR_CONFIG) return discoveringAt(this.neighbourUrl, text);
    return file === OWN_CONFIG ? this.localizeConfig(text) : text;
  }

  private localizeConfig(text: string): string {
    return text.replace(LOCAL_ADDRESS, (_, port: string) => `127.0.0.1:${this.ports.get(Number(port)) ?? port}`)
      .replace(SERVICE_URL, this.neighbourUrl)
      .replace(API_CREDENTIALS, (found, indent: string) => `${indent}"apiUrl": "${this.neighbourUrl}",\n${found}`);
  }

  /** In the cluster the root file system is read-only, and here the program would write to this machine's. */
  private refuseUnmounted(container: Container, args: readonly string[]): void {
    for (const arg of args) {
      const file = UNMOUNTED_PATH.exec(arg)?.[1];
      if (file !== undefined && !file.startsWith(this.folder)) throw new Error(`${container.name}: '${arg}' names a path at which no volume is mounted`);
    }
  }

  private localize(arg: string): string {
    const [, flag, value] = /^(--[^=]+=)?(.*)$/s.exec(arg)!;
    const address = LISTEN_ADDRESS.exec(value);
    if (address) return `${flag ?? ''}127.0.0.1:${this.ports.get(Number(address[1]))}`;
    const text = this.files.rewrite(value).replace(LOCAL_URL, (_, scheme: string, port: string) => `${scheme}127.0.0.1:${this.ports.get(Number(port)) ?? port}`);
    this.files.addSecretFiles(text);
    return `${flag ?? ''}${text}`;
  }

  /** Two pods at a time would fight for the ports that a program takes without being told. */
  private unsetAddresses(command: CommandFlags | undefined, given: readonly string[], env: Readonly<Record<string, string>>): string[] {
    return Object.entries(command?.flags ?? {}).flatMap(([name, flag]) => {
      const port = LISTEN_ADDRESS.exec(flag.default ?? '')?.[1];
      const isGiven = given.some(arg => arg === `--${name}` || arg.startsWith(`--${name}=`)) || flag.environment?.some(variable => variable in env);
      return port === undefined || isGiven ? [] : [`--${name}=127.0.0.1:${this.ports.get(Number(port))}`];
    });
  }

  private environment(variables: readonly EnvVar[]): Record<string, string> {
    const env: Record<string, string> = {};
    for (const { name, value, valueFrom } of variables) {
      env[name] = valueFrom ? this.valueFrom(valueFrom) : this.localize(expand(value ?? '', env));
    }
    return env;
  }

  private valueFrom(source: EnvVarSource): string {
    if (source.fieldRef) return this.field(source.fieldRef.fieldPath);
    // A limit of this many bytes, or cores, lets every program start.
    if (source.resourceFieldRef) return /memory/.test(source.resourceFieldRef.resource) ? '1073741824' : '2';
    return DUMMY_SECRET;
  }

  private field(fieldPath: string): string {
    const { metadata } = this.pod.manifest;
    const label = /^metadata\.labels\['(.*)'\]$/.exec(fieldPath)?.[1];
    if (label === 'apps.kubernetes.io/pod-index') return '0';
    if (label !== undefined) return metadata.labels?.[label] ?? '';
    const fields: Record<string, string> = {
      'metadata.name': metadata.name,
      'metadata.namespace': metadata.namespace ?? 'default',
      'metadata.uid': '00000000-0000-0000-0000-000000000000',
      'status.podIP': '127.0.0.1',
      'status.hostIP': '127.0.0.1',
      'spec.nodeName': 'node',
      'spec.serviceAccountName': this.pod.manifest.spec.serviceAccountName ?? 'default',
    };
    if (fields[fieldPath] === undefined) throw new Error(`the field '${fieldPath}' of the downward API is not known to this check; add it to test/programs/configs/sandbox.ts`);
    return fields[fieldPath];
  }
}

/** `$(NAME)` as the kubelet expands it: a variable that is not there stays as it is written, `$$(NAME)` is an escape. */
function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([\w.-]+)\)/g, (found, name: string | undefined) => name === undefined ? '$' : env[name] ?? found);
}
