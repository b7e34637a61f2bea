/** An object of named values: no list, no date, no map of JavaScript. */
export const isRecord = (value: unknown): value is Record<string, unknown> => Object.prototype.toString.call(value) === '[object Object]';

/** The same, of no class. */
export function isPlain(value: unknown): boolean {
  if (!isRecord(value)) {
    return false;
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Levels of a value; whoever reads one that is deeper refuses it. */
const DEEPEST = 200;

function copyOf(value: unknown, copies: Map<unknown, unknown>, level: number): unknown {
  if (copies.has(value)) {
    return copies.get(value);
  }
  if (level > DEEPEST || !(Array.isArray(value) || isPlain(value))) {
    return value;
  }
  const copy: object = Array.isArray(value) ? [] : {};
  copies.set(value, copy);
  for (const [key, entry] of Object.entries(value as object)) {
    // A key such as `__proto__` is one like any other.
    Object.defineProperty(copy, key, { value: copyOf(entry, copies, level + 1), configurable: true, enumerable: true, writable: true });
  }
  return copy;
}

/** The same value, whose lists and plain objects nobody else holds: what is judged must stay what it was. One that contains itself still does. */
export const copied = <T>(value: T): T => copyOf(value, new Map(), 0) as T;
