import type { PodSet } from '../core/pod-workload';

/** One member of the ring: a pod, by the zone it runs in. */
interface Member {
  readonly set: PodSet;
  readonly ordinal: number;
}

/** A zone in the names of its objects: it is a value of a label, which may have more letters than they. */
export const partOfName = (zone: string): string => zone.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** The zones whose objects can have names of their own. */
export const distinctZones = (zones: string[]): string[] =>
  zones.filter((zone, index) => zones.findIndex(other => partOfName(other) === partOfName(zone)) === index);

/**
 * Pods of each zone: as even as can be, the first zones have one more. Were they less even, Thanos (0.42, `pkg/receive/hashring.go`, ketama)
 * might look for a further zone for ever: it passes over each that has one more copy than the one with the fewest.
 */
export function perZone(pods: number, zones: number): number[] {
  return Array.from({ length: zones }, (_, zone) => Math.floor(pods / zones) + (zone < pods % zones ? 1 : 0));
}

/** The members of the ring, zone by zone: always the first ordinals, for a StatefulSet grows and shrinks at its end. */
export function membersOf(sets: PodSet[], members: number): Member[] {
  return perZone(members, sets.length).flatMap((count, zone) =>
    Array.from({ length: count }, (_, ordinal) => ({ set: sets[zone], ordinal })));
}
