import fc from 'fast-check';
import { perZone } from '../../src/receive/hashring';

test('pods are spread evenly, and none is lost', () => {
  fc.assert(fc.property(fc.nat(50), fc.integer({ min: 1, max: 8 }), (pods, zones) => {
    const counts = perZone(pods, zones);
    expect(counts.reduce((a, b) => a + b, 0)).toBe(pods);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  }));
});

/**
 * What Thanos' ketama does for one series, by the book: walk the members in some order, again and again; skip a member that has a
 * copy, and one whose zone has more copies than the zone with the fewest. It ends when all copies are placed, or a whole
 * round places none: then it would go round for ever.
 */
function walks(zones: number[], replicationFactor: number): boolean {
  const members = zones.flatMap((count, zone) => Array.from({ length: count }, () => zone));
  const taken = new Set<number>();
  const copies = zones.map(() => 0);
  while (taken.size < replicationFactor) {
    const next = members.findIndex((zone, member) => !taken.has(member) && copies[zone] <= Math.min(...copies));
    if (next < 0) {
      return false;
    }
    taken.add(next);
    copies[members[next]] += 1;
  }
  return true;
}

test('over zones that are as even as ours, Thanos finds a place for each copy', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 8 }), fc.constantFrom(1, 2, 3, 5), (members, zones, replicationFactor) => {
    fc.pre(members >= replicationFactor);
    // Thanos knows no zone without a member.
    expect(walks(perZone(members, zones).filter(count => count > 0), replicationFactor)).toBe(true);
  }), { numRuns: 500 });
});

test('over zones that are less even, it may look for ever', () => {
  expect(walks([1, 1, 3], 5)).toBe(false);
});
