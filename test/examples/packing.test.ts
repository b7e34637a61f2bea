import { printed } from './load';
import { GIB, MIB } from '../../src/plan/constants';
import type { Manifest } from '../fixture';

interface Room {
  cpu: number;
  memory: number;
}

/** A node of 2 vCPU and 4 GiB, less what a managed cluster keeps for the system. */
const node = (): Room => ({ cpu: 2 * 0.9, memory: 4 * GIB - 0.7 * GIB });

/** What the pods of a workload request, sidecars included. */
function podsOf({ spec }: Manifest): Room[] {
  const requests: { cpu: string; memory: string }[] = spec.template.spec.containers
    .map(({ resources }: { resources: { requests: Room } }) => resources.requests);
  const sum = requests.reduce((room, { cpu, memory }) => ({
    cpu: room.cpu + (cpu.endsWith('m') ? parseInt(cpu) / 1000 : Number(cpu)),
    memory: room.memory + parseInt(memory) * MIB,
  }), { cpu: 0, memory: 0 });
  return Array.from({ length: spec.replicas }, () => sum);
}

/** Puts pods on nodes, the largest first, each on the first node with room; returns those that found none. */
function pack(pods: Room[], nodes: Room[]): Room[] {
  return [...pods].sort((a, b) => b.memory - a.memory).filter(pod => {
    const place = nodes.find(room => room.cpu >= pod.cpu && room.memory >= pod.memory);
    if (place) {
      place.cpu -= pod.cpu;
      place.memory -= pod.memory;
    }
    return !place;
  });
}

test('the platform for 10,000 series fits three small nodes of which one is drained', () => {
  const pods = printed('default').objects.filter(({ kind }) => kind === 'StatefulSet' || kind === 'Deployment').flatMap(podsOf);
  expect(pods).toHaveLength(15);
  expect(pack(pods, [node(), node()])).toEqual([]);
});

test('the packing notices what does not fit', () => {
  expect(pack([{ cpu: 2, memory: MIB }], [node()])).toHaveLength(1);
  expect(pack([{ cpu: 1, memory: 2 * GIB }, { cpu: 1, memory: 2 * GIB }], [node()])).toHaveLength(1);
});
