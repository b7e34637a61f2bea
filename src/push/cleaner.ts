import type { Construct } from 'constructs';
import type { CleanerConfig } from './program/config';
import { PROGRAM_FOLDER, programWith } from './program-files';
import { declaredGroups, IPushTarget } from './push-target';
import type { PushgatewayCleanerOptions } from './pushgateway-props';
import { ConfigFiles } from '../core/config-file';
import { Endpoint, EndpointProtocol } from '../core/endpoint';
import type { Given } from '../core/fields';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { commonLabels } from '../core/labels';
import { nodeFiles, PROGRAM_CONFIG } from '../core/node-program';
import { loggingOf } from '../core/platform';
import { PodWorkload, WorkloadPort } from '../core/pod-workload';
import type { ProgramResources } from '../core/program-options';
import { CPU_FLOOR, MIB } from '../plan/constants';

const HTTP: WorkloadPort = { name: 'http', port: 8080, protocol: EndpointProtocol.HTTP, metrics: '/metrics' };
/** Seconds. */
const INTERVAL = 60;

/**
 * Bytes: Node itself, and what a shard tells of its series while it is read. Measured on loopback: 79 MiB with few series, 145 MiB with
 * two shards of 25,000 each.
 */
const MEMORY = 96 * MIB;
const MEMORY_LIMIT = 320 * MIB;

/** What is to be cleaned. */
interface CleanerProps {
  readonly name: string;
  readonly given: Given<PushgatewayCleanerOptions>;
  readonly target: IPushTarget;
  readonly shards: readonly Endpoint[];
  readonly shardOf: (labels: Record<string, string>) => number;
  /** Seconds. */
  readonly deleteAfter: number;
}

/** The settings in force. */
export const cleanerSettings = (given: Given<PushgatewayCleanerOptions>): Given<PushgatewayCleanerOptions> & ProgramResources & { interval: number } => {
  const memoryLimit = given.memoryLimit ?? Math.max(MEMORY_LIMIT, given.memoryRequest ?? 0);
  return { interval: INTERVAL, cpuRequest: CPU_FLOOR, ...given, memoryRequest: given.memoryRequest ?? Math.min(MEMORY, memoryLimit), memoryLimit };
};

/** A pod that deletes groups which nobody pushes any more. */
export function addCleaner(at: Construct, props: CleanerProps): PodWorkload {
  const group = { program: ProgramName.PUSHGATEWAY_CLIENT, instance: props.name, component: 'cleaner' };
  const settings = cleanerSettings(props.given);
  const labels = commonLabels(at, group);
  const program = new ConfigFiles(at, 'cleaner-program', {
    name: `${props.name}-program`, labels, files: nodeFiles(programWith('clean.js')),
  });
  // Apart, for the program reads it anew each time, and a further job is no reason to roll the pod.
  const config = new ConfigFiles(at, 'cleaner-config', {
    name: props.name, labels, files: nodeFiles({}, () => cleanerConfig(at, props, settings.interval)),
  });
  const folder = '/etc/cleaner';
  const workload = new PodWorkload(at, 'cleaner', {
    name: props.name,
    group,
    kind: 'Deployment',
    sets: [{ suffix: '', replicas: 1, labels: {} }],
    ports: [HTTP],
    command: ['node'],
    args: [`${PROGRAM_FOLDER}/clean.js`, `${folder}/${PROGRAM_CONFIG}`, `0.0.0.0:${HTTP.port}`],
    options: { ...settings, extraArgs: undefined },
    resources: settings,
    volumes: [program.mount(PROGRAM_FOLDER, 'program'), config.mount(folder)],
    annotations: { 'checksum/program': program.hash },
    probes: { port: HTTP.name, liveness: '/-/healthy', readiness: '/-/ready', startup: 60 },
    terminationGracePeriod: 30,
  });
  props.shards.forEach(shard => Graph.of(at).connect(workload, shard, 'deletes stale groups'));
  return workload;
}

function cleanerConfig(at: Construct, { target, shards, shardOf, deleteAfter, given }: CleanerProps, interval: number): CleanerConfig {
  return {
    shards: shards.map(({ address }) => `http://${address}`),
    groups: declaredGroups(target).map(({ labels, deleteAfter: own }) => ({ labels, shard: shardOf(labels), deleteAfter: own })),
    deleteAfter,
    interval,
    ...loggingOf(at, given.logLevel),
  };
}
