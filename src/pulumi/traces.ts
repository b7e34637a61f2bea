import type { Values } from './values';

/** An object of the API as it is printed. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** The same object as it would be with another value of one Output, beside the index of the Output. */
type Other = readonly [index: number, value: unknown];

/**
 * Puts an Output wherever a part of the object depends on Outputs: where it would be another one if a value were another one.
 *
 * What comes of a value is found that way, whatever was made of it: an argument, a hash in an annotation, a number of the plan.
 */
export function traced<T>(base: T, others: readonly Other[], values: Values): unknown {
  const differing = others.filter(([, other]) => JSON.stringify(other) !== JSON.stringify(base));
  if (differing.length === 0) return base;
  if (differing.every(([, other]) => sameShape(base, other))) {
    const part = (key: string, item: unknown): unknown =>
      traced(item, differing.map(([index, other]) => [index, (other as Record<string, unknown>)[key]]), values);
    return Array.isArray(base)
      ? base.map((item, at) => part(String(at), item))
      : Object.fromEntries(Object.entries(base as object).map(([key, item]) => [key, part(key, item)]));
  }
  return values.madeOf([...new Set(differing.map(([index]) => index))], base);
}

/** Two maps, or two lists of one length. Where an entry of a map is missing, only the entry differs. */
function sameShape(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) || Array.isArray(other)) return Array.isArray(one) && Array.isArray(other) && one.length === other.length;
  return typeof one === 'object' && one !== null && typeof other === 'object' && other !== null;
}
