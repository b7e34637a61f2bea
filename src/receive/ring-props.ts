import type { Duration, Size } from 'cdk8s';
import type { ReceiveIngestorOptions } from './ingestor';
import type { ReceiveRouterOptions } from './router';
import { count, dnsLabel, dnsSubdomain, duration, Fields, Given, headerName, labelName, list, map, oneOf, required, size, some, text } from '../core/fields';
import { networkPeer, NetworkPeer } from '../core/network-peer';
import { type IObjectStore, objectStore } from '../core/object-store';
import { type Workload, workloadField } from '../plan/workload';

/** How routers forward to ingestors. */
export enum ReplicationProtocol {
  /** gRPC with Protocol Buffers. */
  PROTOBUF = 'protobuf',
  /** Cap'n Proto: less CPU and fewer allocations in routers; younger. */
  CAPNPROTO = 'capnproto',
}

/**
 * How the ingestors of several zones are rolled. A PodDisruptionBudget does not restrain a StatefulSet's roll-out: one apply
 * would roll all zones at once, and every write would lose its quorum.
 */
export enum ZoneRollout {
  /** Pods take a new version when they are deleted by hand, zone by zone: `kubectl delete pod -l …,thanos.io/zone=…`. */
  ON_DELETE = 'on-delete',
  /** Argo CD rolls a zone in each sync wave, and waits until it is healthy. Only for those who apply by Argo CD. */
  ARGO_SYNC_WAVES = 'argo-sync-waves',
  /** Grafana's rollout-operator, which must be installed, deletes the pods zone by zone. */
  ROLLOUT_OPERATOR = 'rollout-operator',
}

/** What one decides about a ring; a `MonitoringStack` joins it to the rest. */
export interface ThanosReceiveRingOptions {
  /** Name of the objects: `<name>-router` and `<name>-ingestor`. A change makes a new ring with empty volumes. @default - the construct's id */
  readonly name?: string;
  /**
   * Copies of each sample: 1 (a lost ingestor loses data), 2 (one durable copy is enough for an answer; only under twin senders),
   * 3 (one ingestor, or one zone of three, may be away) or 5 (two may). 4 tolerates no more than 3 does.
   * @default 3
   */
  readonly replicationFactor?: number;
  /** Senders that write each series, as tenants of their own; each is a further copy in the heads. @default 2 */
  readonly senderReplicas?: number;
  /**
   * Ingestors in the ring. To grow: first more `ingestors`, then, when all are Ready, more `members`.
   * To shrink: first fewer `members`, then, five hours later, fewer `ingestors`: one that stops uploads at once what came in order,
   * but what came late only with its next blocks.
   * @default - from the plan
   */
  readonly members?: number;
  /** Ingestor pods, in the ring or not. @default - as many as `members` */
  readonly ingestors?: number;
  /**
   * Zones, as nodes carry them in `topology.kubernetes.io/zone`: a StatefulSet a zone, and copies of a series in different zones.
   * @default - one StatefulSet, spread over the cluster's zones as far as possible
   */
  readonly zones?: string[];
  /** How ingestors of several zones are rolled. @default ZoneRollout.ON_DELETE */
  readonly zoneRollout?: ZoneRollout;
  /** Routers, each of which takes requests and forwards them. @default - from the plan */
  readonly routers?: number;
  /** How routers forward to ingestors. @default ReplicationProtocol.PROTOBUF */
  readonly replicationProtocol?: ReplicationProtocol;
  /** HTTP header that names the tenant. @default THANOS-TENANT */
  readonly tenantHeader?: string;
  /** Label of blocks that the tenant becomes. @default tenant_id */
  readonly tenantLabel?: string;
  /** Tenant of requests without the header. @default default-tenant */
  readonly defaultTenant?: string;
  /** Labels of all blocks of this ring; a bucket that several rings share needs one that tells them apart. @default - none */
  readonly externalLabels?: Record<string, string>;
  /** Active series that this ring carries. @default - its share of the workload, by the planned number of rings */
  readonly activeSeries?: number;
  /** Volume of each ingestor. @default - from the plan */
  readonly storageSize?: Size;
  /** StorageClass of the volumes. @default - the platform's */
  readonly storageClassName?: string;
  /** Time that a new ingestor must be ready before the next one is rolled. @default 2 minutes, so that routers' connections settle */
  readonly minReady?: Duration;
  /** Who may write from outside of the stack. @default - nobody */
  readonly allowFrom?: NetworkPeer[];
  /** Settings of the routers. @default - from the plan */
  readonly router?: ReceiveRouterOptions;
  /** Settings of the ingestors. @default - from the plan */
  readonly ingestor?: ReceiveIngestorOptions;
}

/** Properties of a `ThanosReceiveRing`. */
export interface ThanosReceiveRingProps extends ThanosReceiveRingOptions {
  /** Where ingestors upload their blocks. */
  readonly bucket: IObjectStore;
  /** What it is planned for. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
}

/** One row a prop. */
export const RING_FIELDS: Fields<ThanosReceiveRingProps> = {
  bucket: required(objectStore()),
  workload: workloadField(),
  name: dnsLabel(),
  replicationFactor: count({ min: 1, max: 9 }),
  senderReplicas: count({ min: 1, max: 9 }),
  members: count({ min: 1, max: 1000 }),
  ingestors: count({ min: 1, max: 1000 }),
  zones: list(text('a label value (letters, digits, \'-\', \'_\' and \'.\') that is not empty', /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/, 63)),
  zoneRollout: oneOf(ZoneRollout),
  routers: count({ min: 1, max: 1000 }),
  replicationProtocol: oneOf(ReplicationProtocol),
  tenantHeader: headerName(),
  tenantLabel: labelName(),
  defaultTenant: text('a tenant (letters, digits, \'-\', \'_\' and \'.\')', /^[A-Za-z0-9_.-]+$/),
  externalLabels: map(text(), labelName()),
  activeSeries: count({ min: 1 }),
  storageSize: size(),
  storageClassName: dnsSubdomain(),
  minReady: duration({ max: 86400 }),
  allowFrom: list(networkPeer()),
  router: some<ReceiveRouterOptions>(),
  ingestor: some<ReceiveIngestorOptions>(),
};

/** The props in base units, with the defaults that no plan decides. */
export type RingSettings = Given<ThanosReceiveRingProps> & {
  readonly name: string;
  readonly replicationFactor: number;
  readonly members: number;
  readonly ingestors: number;
  readonly routers: number;
  readonly replicationProtocol: ReplicationProtocol;
  readonly tenantHeader: string;
  readonly tenantLabel: string;
};

/** Label of blocks that tells ingestors apart. */
export const RECEIVE_REPLICA = 'receive_replica';
