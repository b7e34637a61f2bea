import type { Construct } from 'constructs';
import type { PodWorkload } from '../../../src/core/pod-workload';
import type { GivenProgramOptions } from '../../../src/core/program-options';
import { thanosWorkload, ThanosWorkloadProps } from '../../../src/core/thanos';

/** A Thanos component with nothing special, for tests of what looks at workloads. */
export function component(scope: Construct, id: string, props: Partial<Omit<ThanosWorkloadProps, 'options'>> & { options?: GivenProgramOptions } = {}): PodWorkload {
  return thanosWorkload(scope, id, {
    subcommand: 'query',
    name: id,
    instance: id,
    component: id,
    kind: 'Deployment',
    grpc: true,
    sets: [{ suffix: '', replicas: 2, labels: {} }],
    args: [],
    options: {},
    resources: { cpuRequest: 0.1, memoryRequest: 1024 ** 3, memoryLimit: 1024 ** 3 },
    startup: 60,
    terminationGracePeriod: 60,
    ...props,
  });
}
