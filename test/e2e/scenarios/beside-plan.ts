import type { V1Pod } from '@kubernetes/client-node';
import type { Cost } from './costs';
import { quantity } from '../harness/quantity';

/** A kind of container: what was planned for each, and the most that one of them took. */
export interface Row {
  /** Component of the pods; with the container's own name, where that is another. */
  readonly name: string;
  readonly pods: number;
  /** Bytes. */
  readonly memoryRequest: number;
  /** Bytes. */
  readonly memoryLimit: number;
  /** Bytes. */
  readonly memory: number;
  /** Cores. */
  readonly cpuRequest: number;
  /** Cores. */
  readonly cpu: number;
}

/** A plan's series are dearest here, and a request that is too low has the scheduler put too many of them on one node. */
const PLANNED_BY_SERIES = ['prometheus', 'receive-ingestor'];
/** How far memory may be above its request there. */
const TOLERANCE = 1.25;
const MIB = 1024 ** 2;

/** What containers took, beside what their pods asked for. Those of pods that came meanwhile are left out. */
export function besidePlan(pods: readonly V1Pod[], costs: readonly Cost[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { metadata, spec } of pods) {
    const component = metadata?.labels?.['app.kubernetes.io/component'] ?? '';
    for (const { name: container, resources: { requests = {}, limits = {} } = {} } of spec?.containers ?? []) {
      const cost = costs.find(each => each.pod === metadata?.name && each.container === container);
      if (!cost) continue;
      const name = container === component ? component : `${component}, ${container}`;
      const earlier = rows.get(name);
      rows.set(name, {
        name,
        pods: (earlier?.pods ?? 0) + 1,
        memoryRequest: quantity(requests.memory),
        memoryLimit: quantity(limits.memory),
        memory: Math.max(cost.memory, earlier?.memory ?? 0),
        cpuRequest: quantity(requests.cpu),
        cpu: Math.max(cost.cpu, earlier?.cpu ?? 0),
      });
    }
  }
  return [...rows.values()].sort((one, other) => one.name.localeCompare(other.name));
}

/** Where more was taken than planned, in full sentences. */
export function beyondPlan(rows: readonly Row[]): string[] {
  const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;
  return rows.flatMap(({ name, memory, memoryRequest, memoryLimit }) => [
    ...memory > memoryLimit ? [`${name} takes ${mib(memory)}, above its limit of ${mib(memoryLimit)}.`] : [],
    ...PLANNED_BY_SERIES.includes(name) && memory >= TOLERANCE * memoryRequest
      ? [`${name} takes ${mib(memory)}, not below ${TOLERANCE} × its request of ${mib(memoryRequest)}.`] : [],
  ]);
}
