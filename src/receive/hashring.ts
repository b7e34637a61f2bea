import type { PodSet } from '../core/pod-workload';

/** One member of the ring: a pod, by the zone it runs in. */
export interface Member {
  readonly set: PodSet;
  readonly ordinal: number;
}

/** Pods of each zone: as even as can be, the first zones have one more. */
export function perZone(pods: number, zones: number): number[] {
  return Array.from({ length: zones }, (_, zone) => Math.floor(pods / zones) + (zone < pods % zones ? 1 : 0));
}

/** The members of the ring, zone by zone: always the first ordinals, for a StatefulSet grows and shrinks at its end. */
export function membersOf(sets: PodSet[], members: number): Member[] {
  return perZone(members, sets.length).flatMap((count, zone) =>
    Array.from({ length: count }, (_, ordinal) => ({ set: sets[zone], ordinal })));
}

/**
 * Whether Thanos finds as many nodes for a series as the replication factor asks for. While it looks for the next node
 * it passes over each zone that already has one more copy than the zone with the fewest, and over nodes that have one;
 * when no node is left that it may take, it looks for ever.
 *
 * Derived from Thanos 0.42, `pkg/receive/hashring.go` (ketama): the sum over all zones of min(nodes of the zone, nodes of the
 * smallest zone + 1) must reach the replication factor.
 */
export function zonesHold(membersPerZone: number[], replicationFactor: number): boolean {
  const smallest = Math.min(...membersPerZone);
  return membersPerZone.reduce((sum, members) => sum + Math.min(members, smallest + 1), 0) >= replicationFactor;
}
