import type { Duration, Size } from 'cdk8s';
import type { AutoscalingSettings, SenderAutoscalingOptions } from './autoscaling-props';
import { ScrapeJob } from './scrape-job';
import { SCRAPE_LIMITS_FIELDS, ScrapeLimits } from './scrape-limits';
import type { TargetPartition } from './sharding';
import type { AllocatorSettings, TargetAllocatorOptions } from './target-allocator-props';
import type { Twins } from './twins';
import { alertSink, type IAlertSink, type IRemoteWriteTarget, remoteWriteTarget } from '../core/endpoint';
import { count, dnsLabel, dnsSubdomain, duration, Field, Fields, Given, labelName, list, map, oneOf, required, shown, size, some, struct, text } from '../core/fields';
import { flag } from '../core/flags';
import type { HttpClient } from '../core/http-client';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { PROGRAM_FIELDS, ProgramOptions } from '../core/program-options';
import { REMOTE_WRITE_FIELDS, RemoteWriteTuning } from '../core/remote-write';
import type { SenderPlan } from '../plan/senders';
import { type Workload, workloadField } from '../plan/workload';
import type { RuleSet } from '../rules/rule-set';
import { ruleSet } from '../rules/rule-set-field';

/** How Prometheus runs. */
export enum PrometheusMode {
  /** Scrapes and sends, keeps nothing but a WAL, answers no queries. */
  AGENT = 'agent',
  /** Keeps a TSDB on a volume as well; survives an outage of the receiver of up to one hour. */
  SERVER = 'server',
}

/** How targets are spread over shards. */
export enum Sharding {
  /**
   * By a hash over a number of shards that stands in the configuration. Nothing runs for it, and nothing of it can fail; to have more or
   * fewer shards is an edit, which `replicaShards` takes from twin to twin. Right where the load is known and changes by the month.
   */
  STATIC = 'static',
  /**
   * By target allocators, which watch the senders and tell each its targets: senders come and go, by hand or by an autoscaler, and no
   * configuration changes. Right where the load changes by the hour, or grows faster than somebody wants to edit a number.
   */
  DYNAMIC = 'dynamic',
}

/** How a new version reaches twins. One apply changes the StatefulSets of all of them, and no PodDisruptionBudget restrains that. */
export enum ReplicaRollout {
  /**
   * Each twin goes on scraping for two more minutes after it was told to stop, and so stops when the one before is back. Needs
   * Kubernetes 1.30; a drain of its node takes as much longer.
   */
  STAGGERED = 'staggered',
  /** All at once: for the time of a restart a shard and its twin may both be away. */
  TOGETHER = 'together',
  /** Pods take a new version when they are deleted by hand, twin after twin: `kubectl delete pod -l …,thanos.io/replica=a`. */
  ON_DELETE = 'on-delete',
  /** Argo CD rolls a twin in each sync wave, and waits until it is healthy. Only for those who apply by Argo CD. */
  ARGO_SYNC_WAVES = 'argo-sync-waves',
}

/** What one decides about senders; a `MonitoringStack` joins them to the rest. */
export interface ShardedPrometheusOptions extends ProgramOptions, ScrapeLimits, RemoteWriteTuning {
  /** Name of the objects; a StatefulSet is `<name>-a`, `<name>-b`, …. @default - the construct's id */
  readonly name?: string;
  /** How Prometheus runs. @default PrometheusMode.AGENT */
  readonly mode?: PrometheusMode;
  /**
   * Shards, over which targets are spread. This prop is the only edit to reshard: pods and configuration follow it. With static sharding,
   * never scale the StatefulSets by `kubectl scale` or an autoscaler: the configuration would not know, and targets go unscraped.
   * @default - from the plan
   */
  readonly shards?: number;
  /** Senders of each target, called `a`, `b`, …. Only a twin has the samples that a restarted sender had not sent yet. @default 2 */
  readonly replicas?: number;
  /**
   * Shards of single replicas while resharding, e.g. `{ a: 4 }`: then `b` stays as it is until `a` scrapes well, and no target is
   * missed. When all have the new number, set `shards` to it and leave this out. @default - `shards` for all
   */
  readonly replicaShards?: Record<string, number>;
  /** How targets are spread over shards. @default Sharding.STATIC */
  readonly sharding?: Sharding;
  /** Settings of the target allocators; of dynamic sharding only. @default - from the plan */
  readonly targetAllocator?: TargetAllocatorOptions;
  /**
   * Lets KEDA choose the number of shards by their load; of dynamic sharding only, `{}` is enough. `shards` is then what pods are sized for,
   * and the StatefulSets state no `replicas`. @default - the number stays
   */
  readonly autoscaling?: SenderAutoscalingOptions;
  /** How a new version reaches twins. @default ReplicaRollout.STAGGERED */
  readonly replicaRollout?: ReplicaRollout;
  /** The part of all targets that this group takes, where several groups share them, as in a platform of several rings. @default - all */
  readonly partition?: TargetPartition;
  /** Labels of all series that are sent, e.g. `cluster`. @default - none */
  readonly externalLabels?: Record<string, string>;
  /**
   * Tenant of all that is sent. Twins then cannot be tenants of their own: each series carries a replica label for ever. It is a tenant only
   * where all that write to the receiver have one: beside twins that are tenants, its series are merged with theirs. To tell series of a team
   * apart, `externalLabels` are enough.
   * @default - each replica is a tenant of its own, where the receiver knows tenants
   */
  readonly tenant?: string;
  /** Jobs, in the order of the configuration; `addScrapeJob` adds more. @default - none */
  readonly scrapeJobs?: ScrapeJob[];
  /** Labels that each job must give its series, e.g. `team`. @default - none */
  readonly requiredLabels?: string[];
  /** Time between two evaluations of rules; of servers only. @default - Prometheus' own, 1 minute */
  readonly evaluationInterval?: Duration;
  /** Rules that each shard evaluates alone, over its own targets; of servers only. `addRules` adds more. @default - none */
  readonly rules?: RuleSet[];
  /** Where their alerts go; of servers only. @default - nowhere */
  readonly alertSinks?: IAlertSink[];
  /** Disk of each pod: of an agent, room for the WAL on its node; of a server, its volume. @default - from the plan */
  readonly storageSize?: Size;
  /** StorageClass of the volumes; of servers only. @default - the platform's */
  readonly storageClassName?: string;
  /** How long a server keeps blocks. @default 24 hours */
  readonly retention?: Duration;
  /** Time between two truncations of an agent's WAL; half of it is sure to survive an outage of the receiver. @default - from the plan */
  readonly walTruncateFrequency?: Duration;
  /** How long a stopping sender has. @default - from the plan */
  readonly terminationGracePeriod?: Duration;
  /** Who may see the web interface from outside of the stack. @default - nobody */
  readonly allowFrom?: NetworkPeer[];
}

/** Properties of a `ShardedPrometheus`. */
export interface ShardedPrometheusProps extends ShardedPrometheusOptions {
  /** Where samples are sent. @default - nowhere, which only a server may do: it keeps them itself, for queries and rules of its own */
  readonly remoteWrite?: IRemoteWriteTarget;
  /** What it is planned for. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
}

const PARTS = struct<TargetPartition>({ index: required(count({ max: 999 })), of: required(count({ min: 1, max: 1000 })) });

const PARTITION: Field<TargetPartition> = {
  ...PARTS,
  problem: given => PARTS.problem(given)
    ?? (given.index < given.of ? undefined : `must have an 'index' below 'of', e.g. { index: 0, of: 2 }, but is ${shown(given)}`),
};

/** The row of a job. */
export const SCRAPE_JOB: Field<ScrapeJob> = {
  problem: job => (job instanceof ScrapeJob ? undefined : `must be a ScrapeJob, e.g. ScrapeJob.pods('shop'), but is ${shown(job)}`),
  base: job => job,
};

const MAX_REPLICAS = 9;

/** One row a prop; row order is the order of the arguments. */
export const SHARDED_PROMETHEUS_FIELDS: Fields<ShardedPrometheusProps> = {
  ...PROGRAM_FIELDS,
  ...SCRAPE_LIMITS_FIELDS,
  remoteWrite: remoteWriteTarget(),
  workload: workloadField(),
  name: dnsLabel(),
  mode: oneOf(PrometheusMode),
  shards: count({ min: 1, max: 1000 }),
  replicas: count({ min: 1, max: MAX_REPLICAS }),
  replicaShards: map(count({ min: 1, max: 1000 })),
  sharding: oneOf(Sharding),
  targetAllocator: some<TargetAllocatorOptions>(),
  autoscaling: some<SenderAutoscalingOptions>(),
  replicaRollout: oneOf(ReplicaRollout),
  partition: PARTITION,
  externalLabels: map(text('a text without \'$(\'', /^(?![\s\S]*\$\()[\s\S]*\S/), labelName()),
  tenant: text('a tenant (letters, digits, \'-\', \'_\' and \'.\')', /^[A-Za-z0-9_.-]+$/),
  scrapeJobs: list(SCRAPE_JOB),
  requiredLabels: list(labelName()),
  evaluationInterval: duration({ min: 1 }),
  rules: list(ruleSet()),
  alertSinks: list(alertSink()),
  storageSize: size(),
  storageClassName: dnsSubdomain(),
  retention: duration({ min: 2 * 3600 }),
  walTruncateFrequency: flag('storage.agent.wal-truncate-frequency', duration({ min: 60 }), { as: 'duration', default: '2h' }),
  ...REMOTE_WRITE_FIELDS,
  terminationGracePeriod: duration({ min: 1 }),
  allowFrom: list(networkPeer()),
};

/** The props in base units, with plan and defaults in the place of those that were not given. */
export type SenderSettings = Given<ShardedPrometheusProps> & Omit<SenderPlan, 'figures'> & Twins & {
  readonly name: string;
  readonly mode: PrometheusMode;
  readonly sharding: Sharding;
  /** Of dynamic sharding. */
  readonly allocator?: AllocatorSettings;
  /** Of senders that an autoscaler adds and removes. */
  readonly scaling?: AutoscalingSettings;
  readonly scrapeInterval: number;
  readonly keepDroppedTargets: number;
  /** Props that were given. */
  readonly byHand: string[];
  readonly client: HttpClient;
  /** Seconds; the longest outage of the receiver that the workload names. */
  readonly outage: number;
  /** Seconds; how soon after it the senders should have caught up. */
  readonly drain: number;
};
