import { ApiException, Metrics } from '@kubernetes/client-node';
import type { Testbed } from './testbed';
import { sleep } from '../harness/progress';
import { quantity } from '../harness/quantity';
import { NotHere } from '../harness/results';

/** Whose costs are asked for. */
export type CostlyPlatform = Pick<Testbed, 'cluster' | 'namespace' | 'faults'>;

/** What a container took over some time. */
export interface Cost {
  readonly pod: string;
  readonly container: string;
  /** Bytes; the most of its working set. */
  readonly memory: number;
  /** Cores; the mean. */
  readonly cpu: number;
}

/** A container at one time; of its CPU either what it has used so far, in seconds, or what it uses, in cores. */
interface Reading {
  readonly pod: string;
  readonly container: string;
  readonly memory: number;
  readonly cpu: number;
}

const EVERY = 5000;
const NOT_FOUND = 404;
const UNAVAILABLE = 503;

/**
 * What the containers of the platform take for so many milliseconds, from the cgroups of the rig, or from a cluster's metrics API.
 * @throws NotHere when the cluster has neither
 */
export async function costsDuring(testbed: CostlyPlatform, milliseconds: number): Promise<Cost[]> {
  const read = () => testbed.faults ? fromCgroups(testbed, testbed.faults) : fromMetricsApi(testbed);
  const begin = Date.now();
  const rounds = [await read()];
  while (Date.now() < begin + milliseconds) {
    await sleep(EVERY);
    rounds.push(await read());
  }
  const seconds = (Date.now() - begin) / 1000;
  return rounds[0].map(({ pod, container }) => {
    const readings = rounds.flatMap(round => round.filter(each => each.pod === pod && each.container === container));
    const cpu = readings.map(reading => reading.cpu);
    return {
      pod,
      container,
      memory: Math.max(...readings.map(({ memory }) => memory)),
      cpu: testbed.faults ? (cpu[cpu.length - 1] - cpu[0]) / seconds : cpu.reduce((sum, each) => sum + each) / cpu.length,
    };
  });
}

async function fromCgroups({ namespace }: CostlyPlatform, { podCosts }: NonNullable<CostlyPlatform['faults']>): Promise<Reading[]> {
  return (await podCosts(namespace)).flatMap(({ pod, containers }) =>
    Object.entries(containers).map(([container, { workingSetBytes, cpuSeconds }]) => ({ pod, container, memory: workingSetBytes, cpu: cpuSeconds })));
}

async function fromMetricsApi({ cluster, namespace }: CostlyPlatform): Promise<Reading[]> {
  const { items } = await new Metrics(cluster.config).getPodMetrics(namespace).catch(error => {
    if (error instanceof ApiException && [NOT_FOUND, UNAVAILABLE].includes(error.code)) {
      throw new NotHere('The cluster has no metrics API (such as metrics-server), which alone tells what a pod takes.');
    }
    throw error;
  });
  return items.flatMap(({ metadata, containers }) => containers.map(({ name, usage }) =>
    ({ pod: metadata.name, container: name, memory: quantity(usage.memory), cpu: quantity(usage.cpu) })));
}
