import type {
  AlertmanagerFigures, BucketFigures, PartFigures, RingFigures, RulerFigures, SenderAutoscalingFigures, SenderFigures, StoreGatewayFigures,
  TargetAllocatorFigures,
} from './figures';
import { ALERT_TUNING_ROWS, PlatformAlertTuning } from '../core/alert-tuning';
import { count, decimal, dnsLabel, Field, Fields, list, map, oneOf, required, struct, text, toggle } from '../core/fields';
import { RulePlacement } from '../rules/rule';

/** What all ready-made sets share. */
export interface PlatformRulesProps extends PlatformAlertTuning {
  /** Prefix of the platform's objects: `name` of a `MonitoringStack`. */
  readonly name: string;
  /** Namespace of its pods; needed where an evaluator sees several platforms. @default - any */
  readonly namespace?: string;
  /** External label `cluster`, where the ruler sees several clusters. Rules that a Prometheus evaluates leave it out, for it has no external labels. @default - any */
  readonly cluster?: string;
  /**
   * Who evaluates all of it.
   * @default - meta-monitoring, for what must be told when ring, bucket or Query are down; the ruler, for what looks far back or at kubelets
   */
  readonly placement?: RulePlacement;
  /** Senders, one entry a `ShardedPrometheus`, with their target allocators. @default - none */
  readonly senders?: SenderFigures[];
  /** Rings. @default - none */
  readonly rings?: RingFigures[];
  /** Store gateways. @default - none */
  readonly storeGateways?: StoreGatewayFigures[];
  /** Compactors, one a stream of blocks. @default - none */
  readonly compactors?: PartFigures[];
  /** Queries. @default - none */
  readonly queries?: PartFigures[];
  /** Query frontends. @default - none */
  readonly queryFrontends?: PartFigures[];
  /** Rulers. @default - none */
  readonly rulers?: RulerFigures[];
  /** Alertmanagers, one entry a mesh. @default - none */
  readonly alertmanagers?: AlertmanagerFigures[];
  /** Pushgateways. @default - none */
  readonly pushgateways?: PartFigures[];
  /** Continuous tests. @default - none */
  readonly continuousTests?: PartFigures[];
  /** Embedded object stores. @default - none */
  readonly embeddedBuckets?: BucketFigures[];
  /** Prometheus that evaluates rules itself. @default - none */
  readonly metaMonitoring?: PartFigures[];
}

const PART: Fields<PartFigures> = { name: required(dnsLabel()), replicas: count({ min: 1 }) };

const ALLOCATOR = struct<TargetAllocatorFigures>({ ...PART, collectorNotReadyGracePeriod: decimal({ min: 1 }), customResources: toggle() });

const AUTOSCALING = struct<SenderAutoscalingFigures>({
  minReplicaCount: required(count({ min: 1 })),
  maxReplicaCount: required(count({ min: 1 })),
  seriesPerSender: required(count({ min: 1 })),
  scrapeInterval: required(decimal({ min: 1 })),
});

export const SENDER = struct<SenderFigures>({
  ...PART,
  shards: count({ min: 1 }),
  seriesPerSender: count({ min: 1 }),
  outage: decimal({ min: 1 }),
  targetAllocator: ALLOCATOR,
  autoscaling: AUTOSCALING,
});

const parts = <F extends object>(fields: Fields<F>): Field<F[]> => list(struct<F>(fields), 0);

const RING: Fields<RingFigures> = {
  name: required(dnsLabel()),
  routers: count({ min: 1 }),
  ingestors: count({ min: 1 }),
  members: count({ min: 1 }),
  membersOfZones: map(count({ min: 1 }), dnsLabel()),
  replicationFactor: count({ min: 1 }),
  seriesPerIngestor: count({ min: 1 }),
  tenants: count({ min: 1 }),
  tsdbRetention: decimal({ min: 1 }),
  uploadedBytesPerDay: decimal({ min: 1 }),
};

/** One row a prop. */
export const PLATFORM_RULES_FIELDS: Fields<PlatformRulesProps> = {
  name: required(dnsLabel()),
  namespace: dnsLabel(),
  cluster: text(),
  ...ALERT_TUNING_ROWS,
  placement: oneOf(RulePlacement),
  senders: list(SENDER, 0),
  rings: parts(RING),
  storeGateways: parts<StoreGatewayFigures>({ ...PART, shards: count({ min: 1 }) }),
  compactors: parts(PART),
  queries: parts(PART),
  queryFrontends: parts(PART),
  rulers: parts<RulerFigures>({ ...PART, shards: count({ min: 1 }), outage: decimal({ min: 1 }) }),
  alertmanagers: parts<AlertmanagerFigures>({ ...PART, maxPendingRecords: count({ min: 1 }) }),
  pushgateways: parts(PART),
  continuousTests: parts(PART),
  embeddedBuckets: parts<BucketFigures>({ ...PART, bytesTotal: decimal({ min: 1 }) }),
  metaMonitoring: parts(PART),
};
