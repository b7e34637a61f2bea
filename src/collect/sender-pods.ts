import type { SecretValue } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { CONFIG_FILE, reloaders, RENDERED, TEMPLATE } from './reloader';
import { RULES } from './rule-evaluation';
import { PrometheusMode, ReplicaRollout, SenderSettings, SHARDED_PROMETHEUS_FIELDS } from './sharded-prometheus-props';
import { groupSteps, SenderReplica } from './sharding';
import { ConfigFiles } from '../core/config-file';
import { RELOADER_WEB } from '../core/config-reloader';
import { Endpoint, EndpointProtocol } from '../core/endpoint';
import { renderFlags } from '../core/flags';
import { SECRETS } from '../core/http-client';
import { ProgramName } from '../core/images';
import { commonLabels, GroupLabels } from '../core/labels';
import { logArgs } from '../core/platform';
import { MountedVolume, sameOrdinalApart, twinsApart } from '../core/pod';
import { PodSet, PodWorkload, WorkloadPort } from '../core/pod-workload';
import { secretFiles } from '../core/secret-files';
import { durationText, memoryQuantity, MIB } from '../core/units';
import { JobLoader, JOBS_WEB } from '../job-loader/job-loader';
import { senderStartup } from '../plan/senders';

/** What the pods need to know of jobs, which may come later. */
interface SenderInputs {
  /** The configuration of one twin. */
  readonly config: (sender: SenderSettings['senders'][number]) => string;
  /** Keys of Secrets that the configuration reads as files. */
  readonly secrets: () => SecretValue[];
  readonly usesApi: () => boolean;
  /** Volume of the rule files. @default - it evaluates none */
  readonly rules?: MountedVolume;
  /** Of jobs that are told in the cluster, where each twin asks for them. @default - there are none */
  readonly moreJobs?: (sender: SenderReplica) => Endpoint;
}

const WEB: WorkloadPort = { name: 'web', port: 9090, protocol: EndpointProtocol.HTTP, metrics: '/metrics' };
const OWN_URL = `http://127.0.0.1:${WEB.port}`;
const DATA = '/prometheus';

/** Seconds beyond the flush that a reload may take. */
const RELOAD_MARGIN = 30;

/**
 * Seconds by which each twin stops later than the one before, in a roll-out that reaches all at once: as long as a sender takes to
 * flush, to start and to scrape for the first time; derivation, to be calibrated on the bench.
 */
const STAGGER = 120;

/** One StatefulSet a twin, all behind one headless Service and under one PodDisruptionBudget. */
export function addSenderPods(at: Construct, settings: SenderSettings, inputs: SenderInputs): PodWorkload {
  const { name, mode, storageSize, senders } = settings;
  const agent = mode === PrometheusMode.AGENT;
  const group = senderGroup(name);
  const { init, sidecar } = reloaders(at, {
    reloadUrl: `${OWN_URL}/-/reload`, reloadTimeout: settings.flushDeadline + RELOAD_MARGIN, logLevel: settings.logLevel, rules: inputs.rules && RULES,
  });
  const loader = jobLoader(at, group, settings, inputs);
  return new PodWorkload(at, 'prometheus', {
    name,
    group,
    kind: 'StatefulSet',
    ports: [WEB, RELOADER_WEB, ...(loader ? [JOBS_WEB] : [])],
    sets: senders.map((_, index) => senderSet(at, group, settings, inputs, index)),
    args: senderArgs(at, settings),
    options: settings,
    resources: { ...settings, ephemeralStorage: agent ? storageSize : undefined },
    probes: { port: WEB.name, liveness: '/-/healthy', readiness: '/-/ready', startup: senderStartup(storageSize) },
    volumes: () => [...volumes(settings, inputs), ...loader?.volumes ?? []],
    initContainers: [init],
    sidecars: [sidecar, ...(loader ? [loader.sidecar] : [])],
    annotations: loader?.annotations,
    usesApi: inputs.usesApi,
    storage: agent ? undefined : { name: 'data', mountPath: DATA, size: storageSize, storageClassName: settings.storageClassName },
    maxUnavailable: senders.reduce((pods, { shards }) => pods + shards, 0) > 1 ? 1 : undefined,
    // A new sender has scraped its targets once before the next one goes.
    minReadySeconds: Math.ceil(settings.scrapeInterval),
    updateStrategy: settings.replicaRollout === ReplicaRollout.ON_DELETE ? 'OnDelete' : 'RollingUpdate',
    podAntiAffinity: senders.length < 2 ? undefined : settings.allocator ? twinsApart(group) : sameOrdinalApart(group),
    terminationGracePeriod: settings.terminationGracePeriod,
  });
}

export const WEB_PORT = WEB.port;

export const senderGroup = (name: string): GroupLabels => ({ program: ProgramName.PROMETHEUS, instance: name, component: 'prometheus' });

function jobLoader(at: Construct, group: GroupLabels, settings: SenderSettings, { moreJobs }: SenderInputs): JobLoader | undefined {
  const { name, allocator, senders, partition, flushDeadline, logLevel } = settings;
  return allocator && moreJobs && new JobLoader(at, 'job-loader', {
    name,
    group,
    allocators: Object.fromEntries(senders.map(sender => [sender.name, `http://${moreJobs(sender).address}`])),
    refreshInterval: allocator.refreshInterval,
    lastRelabelings: groupSteps(partition),
    prometheus: OWN_URL,
    reloadTimeout: flushDeadline + RELOAD_MARGIN,
    logLevel,
  });
}

function senderSet(at: Construct, group: GroupLabels, settings: SenderSettings, { config }: SenderInputs, index: number): PodSet {
  const sender = settings.senders[index];
  const files = new ConfigFiles(at, `config-${sender.name}`, {
    // Pods take another way of sharding by a roll-out, twin after twin, and never all at once by a reload.
    name: `${settings.name}-${sender.name}${settings.allocator ? '-dynamic' : ''}`,
    labels: { ...commonLabels(at, group), 'thanos.io/replica': sender.name },
    files: { [CONFIG_FILE]: () => config(sender) },
  });
  const { volume } = files.mount(TEMPLATE.path, TEMPLATE.volume);
  return {
    suffix: sender.name,
    replicas: sender.shards,
    autoscaled: settings.scaling !== undefined,
    labels: { 'thanos.io/replica': sender.name },
    stopDelay: settings.replicaRollout === ReplicaRollout.STAGGERED && index > 0 ? index * STAGGER : undefined,
    // Only the config-reloaders read the template.
    volumes: [{ volume }],
    annotations: settings.replicaRollout === ReplicaRollout.ARGO_SYNC_WAVES ? { 'argocd.argoproj.io/sync-wave': String(index) } : undefined,
  };
}

function senderArgs(at: Construct, settings: SenderSettings): string[] {
  const agent = settings.mode === PrometheusMode.AGENT;
  return [
    `--config.file=${RENDERED.path}/${CONFIG_FILE}`,
    `--web.listen-address=0.0.0.0:${WEB.port}`,
    '--web.enable-lifecycle',
    ...logArgs(at, settings.logLevel),
    ...(agent ? [
      '--agent',
      `--storage.agent.path=${DATA}`,
      // In an outage each truncation copies the samples of the last 4h, the default, to the checkpoint, where no sender reads them:
      // the disk would have to be twice as large. One period is the least that Prometheus takes.
      `--storage.agent.retention.max-time=${durationText(settings.walTruncateFrequency)}`,
    ] : [`--storage.tsdb.path=${DATA}`]),
    ...renderFlags(SHARDED_PROMETHEUS_FIELDS, {
      ...settings,
      walTruncateFrequency: agent ? settings.walTruncateFrequency : undefined,
      flushDeadline: settings.remoteWrite ? settings.flushDeadline : undefined,
    }),
  ];
}

function volumes(settings: SenderSettings, { secrets, rules }: SenderInputs): MountedVolume[] {
  const agent = settings.mode === PrometheusMode.AGENT;
  return [
    { mountPath: RENDERED.path, readOnly: true, volume: { name: RENDERED.volume, emptyDir: { sizeLimit: memoryQuantity(16 * MIB) } } },
    // No volume of its own: after a restart Prometheus sends only what it scrapes from then on, so a WAL that outlives its pod helps nobody.
    ...(agent ? [{ mountPath: DATA, volume: { name: 'wal', emptyDir: { sizeLimit: memoryQuantity(settings.storageSize) } } }] : []),
    ...secretFiles(SECRETS, secrets()),
    ...(rules ? [rules] : []),
  ];
}
