import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import type { Container, Probe } from 'kubernetes-types/core/v1';
import { Started, poll, run } from '../process';
import { ContainerRun, Sandbox } from './sandbox';

/** How long a program may take to become ready, and, without a probe, how long it has to live to count as running. */
const READY_MILLISECONDS = 30_000;
const ALIVE_MILLISECONDS = 1_000;

/** Errors of a program whose configuration is good and whose neighbours are missing, as all are here. */
const NETWORK_ERROR = /no such host|connection refused|no server address resolved|i\/o timeout|server misbehaving|could not find default credentials|failed to acquire a token/;

/** Thanos up to 0.42.5, started in the first minute of each fourth hour, looks for idle tenants before they are open (thanos-io/thanos#8990). */
const PRUNED_TOO_EARLY = /MultiTSDB\)\.Prune/;

/** Whether a program whose configuration is good ended because something that it connects to is not there, or because of the clock. */
export function endedBeyondConfiguration(output: string): boolean {
  if (PRUNED_TOO_EARLY.test(output)) return true;
  const fatal = output.split('\n').filter(line => /level=error/.test(line)).at(-1) ?? output;
  return NETWORK_ERROR.test(fatal);
}

/** The last lines that a program printed, without the stack traces that Thanos puts into one line. */
export function lastWords(output: string): string {
  const lines = output.trim().split('\n').filter(line => !/level=(info|debug)/.test(line));
  const isFrame = (part: string) => /^(>|\\t)|^[\w./()*-]+\.[\w.()*]+$|\.(go|s):\d+/.test(part);
  return lines.slice(-5).map(line => line.split('\\n').filter((part, index) => index === 0 || !isFrame(part)).join('; ').slice(0, 600)).join('\n');
}

/** The arguments, with a local folder as the bucket and a local neighbour behind the query frontend. */
function withLocalNeighbours(args: readonly string[], folder: string, port: number): string[] {
  const bucket = `--objstore.config={type: FILESYSTEM, config: {directory: ${folder}/bucket}}`;
  return args.map(arg => arg
    .replace(/^--objstore\.config(-file)?=.*$/s, bucket)
    .replace(/^(--query-frontend\.downstream-url=https?:\/\/)[^/]+/, `$1127.0.0.1:${port}`));
}

function connects(port: number): Promise<true | undefined> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(undefined));
  });
}

async function passes(probe: Probe, container: Container, sandbox: Sandbox): Promise<true | undefined> {
  const { httpGet, tcpSocket, grpc } = probe;
  if (!httpGet) return connects(sandbox.port(container, (tcpSocket ?? grpc)!.port));
  const response = await fetch(`http://127.0.0.1:${sandbox.port(container, httpGet.port)}${httpGet.path ?? '/'}`);
  return response.ok ? true : undefined;
}

/** A run of a job ends by itself, and well. */
const runsToItsEnd = ({ pod }: Sandbox): boolean => pod.manifest.spec.restartPolicy === 'Never';

/** Whether a program becomes ready; false when it has ended before. */
async function becomesReady(started: Started, container: Container, sandbox: Sandbox): Promise<boolean | undefined> {
  const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe].flatMap(probe => probe && !probe.exec ? probe : []);
  if (probes.length > 0) {
    return poll(async () => {
      if (started.hasEnded) return false;
      const passed = await Promise.all(probes.map(probe => passes(probe, container, sandbox)));
      return passed.every(Boolean) || undefined;
    }, READY_MILLISECONDS);
  }
  await Promise.race([started.ended, new Promise(resolve => setTimeout(resolve, ALIVE_MILLISECONDS))]);
  return !started.hasEnded;
}

/** Waits until a program is ready; undefined when it is, else what went wrong. */
async function whyNotReady(started: Started, { container }: ContainerRun, sandbox: Sandbox): Promise<string | undefined> {
  const ready = await becomesReady(started, container, sandbox);
  if (ready) return undefined;
  if (ready === undefined) return `it was not ready after ${READY_MILLISECONDS / 1000} s:\n${lastWords(started.output)}`;
  const ended = await started.ended;
  if (runsToItsEnd(sandbox) && ended.code === 0) return undefined;
  return endedBeyondConfiguration(started.output) ? undefined : `it ended with exit code ${ended.code}:\n${lastWords(started.output)}`;
}

function start(containerRun: ContainerRun, sandbox: Sandbox): Started {
  const args = withLocalNeighbours(containerRun.args, sandbox.folder, sandbox.neighbour);
  return new Started(containerRun.executable, args, { env: { HOME: sandbox.folder, ...containerRun.env }, cwd: sandbox.folder });
}

/** What is looked at while a program runs; undefined when it is good. */
export type WhileRunning = (containerRun: ContainerRun, started: Started) => Promise<string | undefined>;

/** What a job's image would do, which is not here: it leaves its metrics where it is told to. */
function standInFor(container: Container, sandbox: Sandbox): void {
  const file = container.env?.find(({ name }) => name === 'PUSHGATEWAY_METRICS_FILE')?.value;
  if (file !== undefined) fs.writeFileSync(path.join(sandbox.files.rewrite(path.dirname(file)), path.basename(file)), 'stand_in 1\n');
}

/** Runs the init containers of a pod to their end, and says what went wrong. Those that keep running are started with the others. */
export async function runInitContainers(sandbox: Sandbox): Promise<string[]> {
  for (const container of sandbox.pod.manifest.spec.initContainers ?? []) {
    const containerRun = sandbox.run(container);
    if (!containerRun) standInFor(container, sandbox);
    if (!containerRun || container.restartPolicy === 'Always') continue;
    const ended = await run(containerRun.executable, containerRun.args, { env: containerRun.env, cwd: sandbox.folder }, READY_MILLISECONDS);
    if (ended.code !== 0) return [`${container.name}: it ended with exit code ${ended.code}:\n${lastWords(ended.stdout + ended.stderr)}`];
  }
  return [];
}

/** Starts all containers of a pod that have a program of ours, waits until each is ready, stops them, and says what went wrong. */
export async function startContainers(sandbox: Sandbox, whileRunning: WhileRunning): Promise<string[]> {
  const { initContainers = [], containers } = sandbox.pod.manifest.spec;
  const running = [...initContainers.filter(container => container.restartPolicy === 'Always'), ...containers]
    .flatMap(container => sandbox.run(container) ?? [])
    .map(containerRun => ({ containerRun, started: start(containerRun, sandbox) }));
  try {
    const reasons = await Promise.all(running.map(async ({ containerRun, started }) => {
      const why = await whyNotReady(started, containerRun, sandbox) ?? await whileRunning(containerRun, started);
      return why === undefined ? [] : [`${containerRun.container.name}: ${why}`];
    }));
    return reasons.flat();
  } finally {
    await Promise.all(running.map(({ started }) => started.stop()));
  }
}
