/** What the rules need to know of a part. Figures are those of the plan, in its units; an alert whose figure is unknown is left out. */
export interface PartFigures {
  /** Name of the part: its pods' names begin with it. */
  readonly name: string;
  /** Pods that are planned. @default - unknown */
  readonly replicas?: number;
}

/** The Alertmanagers of one mesh. */
export interface AlertmanagerFigures extends PartFigures {
  /** Bytes of alarm records that each pod keeps at most while the database is away. @default - no records are kept, and there are no alerts about them */
  readonly maxPendingRecords?: number;
}

/** The target allocators of senders with dynamic sharding. */
export interface TargetAllocatorFigures {
  /** What they are called: their pods are `<name>-<replica of senders>-…`. */
  readonly name: string;
  /** Allocators of each replica of senders. @default - unknown */
  readonly replicas?: number;
  /** Seconds for which a sender that is not ready keeps its targets. @default - unknown */
  readonly collectorNotReadyGracePeriod?: number;
  /** Whether they find objects in the cluster, such as ServiceMonitors, which senders then scrape. @default false */
  readonly customResources?: boolean;
}

/** How many senders an autoscaler may have. Each number is of one replica. */
export interface SenderAutoscalingFigures {
  /** Senders at the least. */
  readonly minReplicaCount: number;
  /** Senders at the most. */
  readonly maxReplicaCount: number;
  /** Active series that a sender is to carry in the mean. */
  readonly seriesPerSender: number;
  /** Seconds between two scrapes of a target. */
  readonly scrapeInterval: number;
}

/** Senders of one `ShardedPrometheus`. */
export interface SenderFigures extends PartFigures {
  /** Shards; `replicas` are the senders of each. With an autoscaler, its least number counts instead. @default - unknown */
  readonly shards?: number;
  /** Most series that one of them is planned to have in memory, those that are gone and not yet forgotten included. @default - unknown */
  readonly seriesPerSender?: number;
  /** Longest outage of the receiver, in seconds, that its WAL is planned for. @default - unknown */
  readonly outage?: number;
  /** Of dynamic sharding, who tells senders their targets. @default - shards are static */
  readonly targetAllocator?: TargetAllocatorFigures;
  /** What adds and removes senders, with dynamic sharding. @default - their number is fixed */
  readonly autoscaling?: SenderAutoscalingFigures;
}

/** A `ThanosReceiveRing`. */
export interface RingFigures {
  /** Name of the ring: pods are called `<name>-router-…` and `<name>-ingestor-…`. */
  readonly name: string;
  /** Pods of routers. @default - unknown */
  readonly routers?: number;
  /** Pods of ingestors. @default - unknown */
  readonly ingestors?: number;
  /** Members of the ring: of each set of ingestors the first pods. @default - unknown */
  readonly members?: number;
  /** Members of each zone, by the zone as pods have it in their names: `<name>-ingestor-<zone>-…`. @default - no zones */
  readonly membersOfZones?: Record<string, number>;
  /** Copies of each sample. @default - unknown */
  readonly replicationFactor?: number;
  /** Most series in the heads of one ingestor. @default - unknown */
  readonly seriesPerIngestor?: number;
  /** Most tenants; twins of senders are tenants. @default - unknown */
  readonly tenants?: number;
  /** Seconds for which ingestors keep blocks. @default - unknown */
  readonly tsdbRetention?: number;
  /** Bytes that all ingestors of the ring upload in a day. @default - unknown */
  readonly uploadedBytesPerDay?: number;
}

/** A `StoreGateway`. */
export interface StoreGatewayFigures extends PartFigures {
  /** Shards; `replicas` are the pods of each. @default - unknown */
  readonly shards?: number;
}

/** The embedded object store. */
export interface BucketFigures extends PartFigures {
  /** Bytes that it holds once the retention is reached. @default - unknown */
  readonly bytesTotal?: number;
}

/** A `ThanosRuler`. */
export interface RulerFigures extends PartFigures {
  /** Shards; `replicas` are the pods of each. @default 1 */
  readonly shards?: number;
  /** Seconds of an outage of the receiver that a stateless ruler's WAL outlasts. @default - unknown */
  readonly outage?: number;
}
