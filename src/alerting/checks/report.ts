import { Severity } from '../../core/findings';
import type { Report } from '../../core/judgement';

export { Report, Severity };

/** The nearest of some names, or all of them. */
export function suggested(name: string, known: string[]): string {
  const near = known.map(other => ({ other, distance: distance(name.toLowerCase(), other.toLowerCase()) })).sort((a, b) => a.distance - b.distance)[0];
  if (near && near.distance <= Math.max(2, Math.floor(name.length / 3)) && near.distance < name.length) {
    return `the nearest is '${near.other}'`;
  }
  return known.length > 0 ? `known are ${known.map(other => `'${other}'`).join(', ')}` : 'there is none at all';
}

/** Letters to add, to take away or to exchange. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length];
}
