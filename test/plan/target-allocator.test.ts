import { Duration } from 'cdk8s';
import { planAutoscaling } from '../../src/plan/autoscaling';
import { GIB, MIB } from '../../src/plan/constants';
import { planTargetAllocator } from '../../src/plan/target-allocator';
import { Workload, WorkloadProps } from '../../src/plan/workload';

const load = (props: WorkloadProps) => Workload.of(props)._load;

const without = <P extends { figures: unknown }>({ figures: _, ...plan }: P) => plan;

test.each([
  [{ activeSeries: 10_000 }, 4 * GIB, {
    refreshInterval: 10, collectorNotReadyGracePeriod: 300, cpuRequest: 0.05, memoryRequest: 80 * MIB, memoryLimit: 144 * MIB,
  }],
  [{ activeSeries: 2_000_000, scrapeInterval: Duration.seconds(15) }, 16 * GIB, {
    refreshInterval: 5, collectorNotReadyGracePeriod: 820, cpuRequest: 0.1, memoryRequest: 144 * MIB, memoryLimit: 288 * MIB,
  }],
  [{ activeSeries: 50_000_000, scrapeInterval: Duration.minutes(5) }, 40 * GIB, {
    refreshInterval: 30, collectorNotReadyGracePeriod: 2048, cpuRequest: 2.5, memoryRequest: 2032 * MIB, memoryLimit: 4048 * MIB,
  }],
])('allocators for %j', (workload, storageSize, expected) => {
  expect(without(planTargetAllocator(load(workload), { storageSize }, {}))).toEqual({ replicas: 2, ...expected });
});

test('one that watches objects in the cluster needs more memory', () => {
  const { memoryRequest, memoryLimit } = planTargetAllocator(load({ activeSeries: 10_000 }), { storageSize: 4 * GIB, customResources: true }, {});
  expect([memoryRequest, memoryLimit]).toEqual([208 * MIB, 400 * MIB]);
});

test.each([
  [1, 300, { seriesPerSender: 6_000_000, minReplicaCount: 1, maxReplicaCount: 2, twinDelay: 360 }],
  [5, 820, { seriesPerSender: 1_200_000, minReplicaCount: 3, maxReplicaCount: 10, twinDelay: 880 }],
  [12, 4000, { seriesPerSender: 500_000, minReplicaCount: 6, maxReplicaCount: 24, twinDelay: 1800 }],
])('%d senders that come and go', (shards, collectorNotReadyGracePeriod, expected) => {
  expect(without(planAutoscaling(load({ activeSeries: 6_000_000 }), { shards, collectorNotReadyGracePeriod }, {}))).toEqual({
    queueDelay: 120, scaleUpStabilization: 60, scaleDownStabilization: 1800, ...expected,
  });
});

test('bounds follow the one that is set by hand', () => {
  const bounds = (given: object) => {
    const { minReplicaCount, maxReplicaCount } = planAutoscaling(load({ activeSeries: 6_000_000 }), { shards: 6, collectorNotReadyGracePeriod: 300 }, given);
    return [minReplicaCount, maxReplicaCount];
  };
  expect([bounds({}), bounds({ maxReplicaCount: 2 }), bounds({ minReplicaCount: 20 })]).toEqual([[3, 12], [2, 2], [20, 20]]);
});

test('formulas state their numbers', () => {
  const { figures } = planAutoscaling(load({ activeSeries: 6_000_000 }), { shards: 5, collectorNotReadyGracePeriod: 300 }, {});
  expect(figures.map(({ name, numbers }) => [name, numbers])).toEqual([
    ['seriesPerSender', 'ceil(6,000,000 ÷ 5)'],
    ['minReplicaCount', 'max(1, ceil(5 × 0.5))'],
    ['maxReplicaCount', 'max(3, 2 × 5)'],
    ['queueDelay', '120'],
    ['twinDelay', 'min(1,800, 300 + 60)'],
    ['scaleUpStabilization', '60'],
    ['scaleDownStabilization', '1,800'],
  ]);
});
