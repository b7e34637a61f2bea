import type { IConstruct } from 'constructs';
import { BucketPlan, planBucket } from '../plan/bucket';
import { loadFor, ringFor } from '../plan/context';
import type { Load } from '../plan/load';
import type { RingFacts } from '../plan/ring';
import { planStoreGateway } from '../plan/store-gateway';
import type { Workload } from '../plan/workload';

/** The plan of a bucket between the ring that writes it and the parts that would be planned to read it. */
export function bucketPlan(load: Load, ring: RingFacts): BucketPlan {
  const { blocks, shards, replicas } = planStoreGateway(load, ring, {});
  return planBucket(load, { ring, deduplicated: true, blocks, storeGateways: shards * replicas, compactors: ring.rings }, {});
}

/** Bytes that a bucket will hold: those that its user states, or what the plan expects of the workload around it. */
export function plannedBytes(bucket: IConstruct, stated?: number, workload?: Workload): number {
  const load = loadFor(bucket, workload);
  return stated ?? bucketPlan(load, ringFor(bucket, load)).bytesTotal;
}
