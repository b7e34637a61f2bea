import * as fs from 'node:fs';
import type { Service } from 'kubernetes-types/core/v1';
import { parse } from 'yaml';
import type { Manifest } from '../examples';
import { podOf } from '../pods';
import { poll } from '../process';
import type { ContainerRun, Sandbox } from './sandbox';

/** It looks for pods, and hands out targets, each five seconds. */
const ASSIGNED_MILLISECONDS = 20_000;

const POD_NAME = '$(POD_NAME)';

interface Jobs {
  readonly scrape_configs?: readonly { readonly job_name: string; readonly http_sd_configs?: readonly { readonly url: string }[] }[];
}

/** The file that an argument names. */
const fileOf = (args: readonly string[], flag: string): string | undefined =>
  args.find(arg => arg.startsWith(`${flag}=`))?.slice(flag.length + 1);

const jobsIn = (text: string): NonNullable<Jobs['scrape_configs']> => (parse(text, { version: '1.1' }) as Jobs).scrape_configs ?? [];

/** As Prometheus' HTTP service discovery takes them. */
type TargetGroups = readonly { readonly targets: readonly string[]; readonly labels: Readonly<Record<string, string>> }[];

/** A pod that asks an allocator for its targets. */
interface Sender {
  readonly name: string;
  /** The name of each job, and where the pod asks for its targets. */
  readonly jobs: ReadonlyMap<string, URL>;
}

/** The pods of an example that ask a host for their targets, by the templates of their configurations. */
function sendersOf(objects: readonly Manifest[], isAllocator: (url: URL) => boolean): Sender[] {
  return objects.flatMap(manifest => {
    const pod = podOf({ example: '', manifest })?.manifest;
    const mounted = (pod?.spec.volumes ?? []).map(({ configMap }) => configMap?.name);
    const configs = objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.namespace === pod?.metadata.namespace && mounted.includes(metadata.name));
    const texts = configs.flatMap(({ data }) => (data as Record<string, string>)['prometheus.yaml'] ?? []);
    const jobs = texts.flatMap(jobsIn).flatMap(({ job_name: job, http_sd_configs: lists = [] }) =>
      lists.map(({ url }) => [job, new URL(url.replaceAll(POD_NAME, pod!.metadata.name))] as const).filter(([, url]) => isAllocator(url)));
    return jobs.length > 0 ? [{ name: pod!.metadata.name, jobs: new Map(jobs) }] : [];
  });
}

/** Why a Prometheus asks for the targets of another; undefined when it does not. Its configuration is as the config-reloader has written it. */
export function whyAsksForOthers({ pod }: Sandbox, { program, args }: ContainerRun): string | undefined {
  const file = program === 'prometheus' ? fileOf(args, '--config.file') : undefined;
  const jobs = file === undefined ? [] : jobsIn(fs.readFileSync(file, 'utf8'));
  const collectors = jobs.flatMap(job => job.http_sd_configs ?? []).flatMap(({ url }) => new URL(url).searchParams.getAll('collector_id'));
  const others = collectors.filter(name => name !== pod.manifest.metadata.name);
  return others.length > 0 ? `it asks for the targets of ${others.join(', ')}` : undefined;
}

/** The port of a pod to which a Service sends what is asked of a URL; undefined when it has no such Service in front. */
function portBehind({ hostname, port }: URL, { pod }: Sandbox, objects: readonly Manifest[]): number | string | undefined {
  const service = objects.find(({ kind, metadata }) => kind === 'Service' && hostname === `${metadata.name}.${metadata.namespace}.svc.cluster.local`);
  const { selector = {}, ports = [] } = (service as Service | undefined)?.spec ?? {};
  const { labels = {}, namespace } = pod.manifest.metadata;
  if (service?.metadata.namespace !== namespace || Object.entries(selector).some(([name, value]) => labels[name] !== value)) return undefined;
  return ports.find(candidate => candidate.port === Number(port))?.targetPort;
}

async function ask(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

/** Paths of a configuration that a program has not as they were written; what it left out because it is empty does not count. */
function differences(written: unknown, read: unknown, where: string): string[] {
  if (typeof written !== 'object' || written === null) return String(written ?? '') === String(read ?? '') ? [] : [where];
  const found = read as Record<string, unknown> | undefined ?? {};
  return Object.entries(written).flatMap(([key, value]) => differences(value, found[key], `${where}.${key}`));
}

/** Prometheus' parser, as the allocator calls it, overlooks what it does not know; what it has understood is served. */
async function whyMisread(configFile: string, address: string): Promise<string | undefined> {
  const { config } = parse(fs.readFileSync(configFile, 'utf8'), { version: '1.1' }) as { config: Jobs };
  const written = Object.fromEntries((config.scrape_configs ?? []).map(job => [job.job_name, job]));
  const wrong = differences(written, await ask(`${address}/scrape_configs`), 'jobs');
  return wrong.length > 0 ? `it did not take as they are written: ${wrong.join(', ')}` : undefined;
}

/** What is wrong with the lists that a sender is told; undefined when they are good. */
async function whyNotTold({ name, jobs }: Sender, addressOf: (url: URL) => string): Promise<string | undefined> {
  const listed: string[] = [];
  for (const [job, url] of jobs) {
    const address = addressOf(url);
    const groups = await ask(`${address}${url.pathname}${url.search}`) as TargetGroups;
    if (!Array.isArray(groups)) return `it does not answer ${url} with a list`;
    // Without a name it is asked for those of all senders that it has found.
    const all = Object.keys(await ask(`${address}${url.pathname}`) as object);
    if (all.join() !== name) return `the senders that it has found for the job '${job}' are ${all.join(', ') || 'none'}, and should be ${name}`;
    listed.push(...(groups as TargetGroups).map(({ labels }) => labels.__meta_kubernetes_pod_name));
  }
  // Every platform scrapes itself, and here each first pod is the only sender that can have been given it.
  return listed.includes(name) ? undefined : `of its pods, '${name}' is told ${listed.filter(Boolean).join(', ') || 'none'}, and not itself`;
}

/** Asks until the lists are good, and says what was wrong with the last. */
async function whyNeverTold(sender: Sender, addressOf: (url: URL) => string): Promise<string | undefined> {
  let why: string | undefined = 'it does not answer';
  await poll(async () => {
    why = await whyNotTold(sender, addressOf);
    return why === undefined || undefined;
  }, ASSIGNED_MILLISECONDS);
  return why;
}

/**
 * Why a running target allocator does not tell the senders of the example their targets; undefined when it does, and for other programs.
 * All pods of the example are listed to it: it must find its own senders among them, and the targets of the jobs for which they ask.
 */
export async function whyTargetsUnassigned(sandbox: Sandbox, containerRun: ContainerRun, objects: readonly Manifest[]): Promise<string | undefined> {
  const { container, program, args } = containerRun;
  if (program !== 'target-allocator') return undefined;
  const addressOf = (url: URL) => `http://127.0.0.1:${sandbox.port(container, portBehind(url, sandbox, objects)!)}`;
  const senders = sendersOf(objects, url => portBehind(url, sandbox, objects) !== undefined);
  if (senders.length !== 1) return `one group of senders should ask it for targets, and there are ${senders.length}`;
  const [sender] = senders;
  const address = addressOf([...sender.jobs.values()][0]);
  const jobs = Object.keys(await ask(`${address}/scrape_configs`) as object).sort().join(', ');
  const wanted = [...sender.jobs.keys()].sort().join(', ');
  if (jobs !== wanted) return `it has the jobs ${jobs}, and is asked for ${wanted}`;
  return await whyMisread(fileOf(args, '--config-file')!, address) ?? whyNeverTold(sender, addressOf);
}
