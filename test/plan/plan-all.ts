import { planBucket } from '../../src/plan/bucket';
import { planCompactor } from '../../src/plan/compactor';
import { planEmbeddedBucket } from '../../src/plan/embedded-bucket';
import { Figure } from '../../src/plan/figure';
import { planQuery } from '../../src/plan/query';
import { planQueryFrontend } from '../../src/plan/query-frontend';
import { planRing } from '../../src/plan/ring';
import { planRingLimits } from '../../src/plan/ring-limits';
import { planSenders } from '../../src/plan/senders';
import { planStoreGateway } from '../../src/plan/store-gateway';
import { PodNeeds } from '../../src/plan/total';
import { Workload, WorkloadProps } from '../../src/plan/workload';

/** A whole default platform, planned as the façade does it. */
export function planAll(props: WorkloadProps) {
  const workload = Workload.of(props)._onPlatform(true);
  const load = workload._load;
  const ring = planRing(load, { senderReplicas: 2 }, {});
  const senders = planSenders(load, ring, {});
  const ringLimits = planRingLimits(load, ring, senders, {});
  const storeGateway = planStoreGateway(load, ring, {});
  const compactor = planCompactor(load, ring, {});
  const query = planQuery(load, ring, {});
  const queryFrontend = planQueryFrontend(load, {});
  const bucket = planBucket(load, {
    ring, deduplicated: true, blocks: storeGateway.blocks, storeGateways: storeGateway.shards * storeGateway.replicas, compactors: compactor.streams,
  }, {});
  const embeddedBucket = planEmbeddedBucket(bucket, {});
  const parts = { senders, ring, ringLimits, storeGateway, compactor, query, queryFrontend, bucket, embeddedBucket };
  const figures: Figure[] = [...workload._figures, ...Object.values(parts).flatMap(part => part.figures)];
  return { workload, load, ...parts, figures };
}

export type WholePlan = ReturnType<typeof planAll>;

/** What each kind of pod requests, the reloader beside the senders left out. */
export function podNeeds(plan: WholePlan): Record<string, PodNeeds> {
  const { senders, ring, storeGateway, compactor, query, queryFrontend, embeddedBucket } = plan;
  return {
    senders: { pods: senders.shards * senders.replicas, ...senders },
    routers: { pods: ring.routers * ring.rings, cpuRequest: ring.routerCpuRequest, memoryRequest: ring.routerMemoryRequest, storageSize: 0 },
    ingestors: {
      pods: ring.ingestors * ring.rings,
      cpuRequest: ring.ingestorCpuRequest,
      memoryRequest: ring.ingestorMemoryRequest,
      storageSize: ring.ingestorStorageSize,
    },
    storeGateways: { pods: storeGateway.shards * storeGateway.replicas, ...storeGateway },
    compactors: { pods: compactor.streams, ...compactor },
    queriers: { pods: query.replicas, ...query, storageSize: 0 },
    queryFrontends: { pods: queryFrontend.replicas, ...queryFrontend, storageSize: 0 },
    embeddedBucket: { pods: 1, ...embeddedBucket },
  };
}
