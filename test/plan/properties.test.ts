import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { planAll, podNeeds, WholePlan } from './plan-all';
import { GIB, MAX_INDEX_BYTES, MEMORY_STEP, PROCESS_MEMORY } from '../../src/plan/constants';
import { FigureUnit } from '../../src/plan/figure';
import { planRing } from '../../src/plan/ring';
import { planSenders } from '../../src/plan/senders';
import { PodNeeds } from '../../src/plan/total';
import { WorkloadProps } from '../../src/plan/workload';

/** Workloads of every size, with everything else as likely as not at its default. */
const workloads: fc.Arbitrary<WorkloadProps> = fc.record({
  activeSeries: fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 100_000, max: 500_000_000 })),
  scrapeInterval: fc.integer({ min: 1, max: 300 }).map(Duration.seconds),
  churnPerHour: fc.double({ min: 0, max: 2, noNaN: true }),
  outage: fc.integer({ min: 1, max: 1440 }).map(Duration.minutes),
  retentionRaw: fc.integer({ min: 1, max: 1000 }).map(Duration.days),
  retention5m: fc.integer({ min: 1, max: 1000 }).map(Duration.days),
  retention1h: fc.integer({ min: 1, max: 1000 }).map(Duration.days),
  bytesPerSample: fc.double({ min: 0.5, max: 20, noNaN: true }),
  queriesPerSecond: fc.double({ min: 0, max: 1000, noNaN: true }),
  concurrentQueries: fc.integer({ min: 1, max: 1000 }),
  queryRange: fc.integer({ min: 1, max: 90 * 24 }).map(Duration.hours),
  latency: fc.integer({ min: 1, max: 2000 }).map(Duration.millis),
}, { requiredKeys: ['activeSeries'] });

const WHOLE = [FigureUnit.COUNT, FigureUnit.SERIES, FigureUnit.SAMPLES];

test('every figure is finite, not negative, and whole where it counts things', () => {
  fc.assert(fc.property(workloads, props => {
    for (const { part, name, value, unit } of planAll(props).figures) {
      expect({ part, name, value, right: Number.isFinite(value) && value >= 0 }).toMatchObject({ right: true });
      if (WHOLE.includes(unit)) expect({ part, name, value, whole: Number.isInteger(value) }).toMatchObject({ whole: true });
    }
  }));
});

test('limits and bounds fit each other', () => {
  fc.assert(fc.property(workloads, props => {
    const { load, senders, ring, ringLimits, storeGateway, compactor, query, queryFrontend, embeddedBucket } = planAll(props);
    for (const pod of [senders, storeGateway, compactor, query, queryFrontend, embeddedBucket]) {
      expect(pod.memoryLimit).toBeGreaterThanOrEqual(pod.memoryRequest);
    }
    expect(ring.ingestorMemoryLimit).toBeGreaterThanOrEqual(ring.ingestorMemoryRequest);
    expect(ring.routerMemoryLimit).toBeGreaterThanOrEqual(ring.routerMemoryRequest);
    expect(ring.members).toBeGreaterThanOrEqual(ring.replicationFactor);
    expect(ring.outOfOrderTimeWindow).toBeGreaterThanOrEqual(load.outage);
    expect(ring.tsdbRetention).toBeGreaterThan(load.outage);
    expect(senders.maxShards).toBeGreaterThanOrEqual(senders.minShards);
    expect(senders.capacity).toBeGreaterThanOrEqual(senders.maxSamplesPerSend);
    expect(senders.maxBackoff).toBeGreaterThanOrEqual(senders.minBackoff);
    expect(senders.walTruncateFrequency / 2).toBeGreaterThanOrEqual(load.outage);
    expect(senders.seriesPerShard).toBeGreaterThanOrEqual(load.largestTargetSeries);
    expect(senders.shards % ring.rings).toBe(0);
    for (const limit of [ringLimits.requestSamplesLimit, ringLimits.requestSeriesLimit]) {
      expect(limit).toBeGreaterThanOrEqual(1.1 * senders.maxSamplesPerSend);
    }
    expect(storeGateway.indexCacheSize + storeGateway.chunkPoolSize).toBeLessThan(storeGateway.memoryLimit);
    expect(queryFrontend.cacheSize).toBeLessThan(queryFrontend.memoryRequest);
    expect(query.storeResponseTimeout).toBeLessThan(query.timeout);
  }));
});

test('the index of two weeks stays within what Thanos merges', () => {
  fc.assert(fc.property(workloads, props => {
    const { compactor } = planAll(props);
    expect(compactor.largestIndex).toBeLessThanOrEqual(MAX_INDEX_BYTES * (1 + 1e-9));
  }));
});

test('claims are coarse, and those of ingestors stay when members come and go', () => {
  fc.assert(fc.property(workloads, fc.integer({ min: 0, max: 20 }), (props, more) => {
    const { load, senders, ring, storeGateway, compactor, embeddedBucket } = planAll(props);
    for (const size of [ring.ingestorStorageSize, storeGateway.storageSize, compactor.storageSize, embeddedBucket.storageSize]) {
      expect(Math.log2(size / GIB) % 1).toBe(0);
    }
    const grown = planRing(load, { senderReplicas: senders.replicas }, { members: ring.members + more });
    expect(grown.ingestorStorageSize).toBe(ring.ingestorStorageSize);
  }));
});

test('senders catch up within the promised time', () => {
  fc.assert(fc.property(workloads, props => {
    const { load, senders } = planAll(props);
    expect(senders.drainTime).toBeLessThanOrEqual(load.drain * (1 + 1e-9));
  }));
});

test('an ingestor that takes over from one that left stays below its limit', () => {
  fc.assert(fc.property(workloads, props => {
    const { ring } = planAll(props);
    fc.pre(ring.members > ring.replicationFactor);
    const request = ring.ingestorMemoryRequest * ring.members / (ring.members - 1);
    expect(request).toBeLessThanOrEqual(ring.ingestorMemoryLimit);
  }));
});

/**
 * What must not shrink when the workload grows, with what rounding may hide: each ring rounds its senders and members
 * up on its own, so that one ring more can do with one pod less in each of the others. Routers, queriers and workers of
 * compactors are left out: one more of them may let all of them be smaller.
 */
function totals(plan: WholePlan): Record<string, { value: number; slack: number }> {
  const { senders, ring, bucket, storeGateway, compactor } = plan;
  const perRing = ring.rings > 1 ? ring.rings : 0;
  const needs = podNeeds(plan);
  const memoryOf = ({ pods, memoryRequest }: PodNeeds) => ({ value: pods * memoryRequest, slack: pods * MEMORY_STEP + 2 * perRing * PROCESS_MEMORY });
  return {
    senderMemory: memoryOf(needs.senders),
    ingestorMemory: memoryOf(needs.ingestors),
    senders: { value: senders.shards, slack: perRing },
    ingestors: { value: ring.rings * ring.members, slack: perRing },
    bucket: { value: bucket.bytesTotal, slack: 0 },
    cost: { value: bucket.monthlyCost, slack: perRing && 0.05 * bucket.monthlyCost },
    storeShards: { value: storeGateway.shards, slack: perRing && 1 },
    blocks: { value: storeGateway.blocks, slack: perRing * storeGateway.blocks / ring.members },
    work: { value: compactor.streams * compactor.workPerDay, slack: 1e-6 * compactor.workPerDay },
  };
}

test('more series never need less', () => {
  fc.assert(fc.property(workloads, fc.double({ min: 1, max: 10, noNaN: true }), ({ activeSeries, ...rest }, factor) => {
    const less = totals(planAll({ activeSeries, ...rest }));
    const more = totals(planAll({ activeSeries: Math.ceil(activeSeries * factor), ...rest }));
    for (const [name, { value, slack }] of Object.entries(more)) {
      expect({ name, less: less[name].value, more: value, grows: value + slack >= less[name].value }).toMatchObject({ grows: true });
    }
  }), { numRuns: 300 });
});

test('what is set by hand is in force, and the rest of the queue follows it', () => {
  fc.assert(fc.property(workloads, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 100, max: 20_000 }), (props, maxShards, maxSamplesPerSend) => {
    const { load, ring } = planAll(props);
    const senders = planSenders(load, ring, { maxShards, maxSamplesPerSend, memoryLimit: 1e9 });
    expect(senders).toMatchObject({ maxShards, maxSamplesPerSend, capacity: 5 * maxSamplesPerSend, memoryLimit: 1e9 });
    expect(senders.minShards).toBeLessThanOrEqual(maxShards);
    expect(senders.memoryRequest).toBeLessThanOrEqual(1e9);
    expect(senders.figures.filter(figure => figure.byHand).map(figure => figure.name)).toEqual(['maxSamplesPerSend', 'maxShards', 'memoryLimit']);
  }));
});
