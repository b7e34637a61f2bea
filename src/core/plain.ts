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
  if (value === null || typeof value !== 'object' || level > DEEPEST || !(Array.isArray(value) || isPlain(value))) {
    return value;
  }
  const known = copies.get(value);
  if (known) {
    return known;
  }
  const copy: Record<string, unknown> = Array.isArray(value) ? [] as never : {};
  copies.set(value, copy);
  for (const key of Object.keys(value)) {
    const entry = copyOf((value as Record<string, unknown>)[key], copies, level + 1);
    if (key === '__proto__') {
      // A key like any other, which an assignment would not make.
      Object.defineProperty(copy, key, { value: entry, configurable: true, enumerable: true, writable: true });
    } else {
      copy[key] = entry;
    }
  }
  return copy;
}

/** The same value, whose lists and plain objects nobody else holds: what is judged must stay what it was. One that contains itself still does. */
export const copied = <T>(value: T): T => copyOf(value, new Map(), 0) as T;
