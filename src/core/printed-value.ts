import { ApiObject, ImplicitTokenResolver, IResolver, Lazy, LazyResolver, NumberStringUnionResolver, resolve } from 'cdk8s';

/** cdk8s' own; they replace none but objects of classes, and `printedValue` asks them for such only. */
const OF_CLASSES = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];

/** Whether a resolver may replace any value, so that it must be asked for each. */
export const replacesAny = (resolver: IResolver): boolean => !OF_CLASSES.some(type => resolver instanceof type);

/**
 * What cdk8s prints of a value: resolved, keys in order, without what is not there. For each leaf it goes up to the App for the
 * resolvers and asks all of them, which takes longer than everything else of printing.
 *
 * @throws for an object of a class that no resolver knows
 */
export function printedValue(value: unknown, object: ApiObject, sortKeys: boolean): unknown {
  if (value === null || typeof value !== 'object') {
    return value ?? undefined;
  }
  if (Array.isArray(value)) {
    return value.map(entry => printedValue(entry, object, sortKeys));
  }
  if (value instanceof Lazy) {
    return printedValue(value.produce(), object, sortKeys);
  }
  const { constructor, resolve: token } = value as { constructor?: { name: string }; resolve?: unknown };
  if (constructor?.name !== 'Object' || typeof token === 'function') {
    const resolved: unknown = resolve([], value, object);
    if (resolved === value) {
      throw new Error(`[${object.node.path}] An object of class '${constructor?.name}' cannot be printed. Give plain values.`);
    }
    return printedValue(resolved, object, sortKeys);
  }
  const keys = Object.keys(value);
  const printed: Record<string, unknown> = {};
  for (const key of sortKeys ? keys.sort() : keys) {
    const entry = printedValue((value as Record<string, unknown>)[key], object, sortKeys);
    if (entry !== undefined) {
      printed[key] = entry;
    }
  }
  return printed;
}
