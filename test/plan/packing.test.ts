import { planAll, podNeeds } from './plan-all';
import { GIB, MIB } from '../../src/plan/constants';

interface Room {
  cpu: number;
  memory: number;
}

/** The config-reloader beside each sender, as it is requested. */
const RELOADER: Room = { cpu: 0.01, memory: 32 * MIB };

/** A node of 2 vCPU and 4 GiB, less what a managed cluster keeps for the system. */
const node = (): Room => ({ cpu: 2 * 0.9, memory: 4 * GIB - 0.7 * GIB });

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

test('a platform for 10,000 series fits three small nodes of which one is drained', () => {
  const pods = Object.entries(podNeeds(planAll({ activeSeries: 10_000 }))).flatMap(([name, need]) => Array.from({ length: need.pods }, () => ({
    cpu: need.cpuRequest + (name === 'senders' ? RELOADER.cpu : 0),
    memory: need.memoryRequest + (name === 'senders' ? RELOADER.memory : 0),
  })));
  expect(pods).toHaveLength(15);
  expect(pack(pods, [node(), node()])).toEqual([]);
});

test('the packing notices what does not fit', () => {
  expect(pack([{ cpu: 2, memory: MIB }], [node()])).toHaveLength(1);
  expect(pack([{ cpu: 1, memory: 2 * GIB }, { cpu: 1, memory: 2 * GIB }], [node()])).toHaveLength(1);
});
