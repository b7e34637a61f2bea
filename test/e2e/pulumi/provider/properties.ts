import { isDeepStrictEqual } from 'node:util';
import { quantity } from '../../harness/quantity';

/** Properties of a resource as they go over the wire, with what Pulumi writes for secrets and for values that are not known. */
export type Properties = Record<string, unknown>;

/** Key that makes an object something other than an object, and the value that makes it a secret; sdk/go/common/resource/plugin, 3.230. */
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
/** What stands for a switch, number, text, list, asset, archive and map that are not known yet. */
const UNKNOWN = new Set([
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7', '3eeb2bf0-c639-47a8-9e75-3b44932eb421', '04da6b54-80e4-46f7-96ec-b56ff0331ba9', '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
  '030794c1-ac77-496b-92df-f27374a8bd58', 'e48ece36-62e2-4504-bad9-02848725956a', 'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
]);

export const isMap = (value: unknown): value is Properties => typeof value === 'object' && value !== null && !Array.isArray(value);

const isSecret = (value: unknown): value is { value: unknown } => isMap(value) && value[SIGNATURE] === SECRET;

const secret = (value: unknown): Properties => ({ [SIGNATURE]: SECRET, value });

const containsSecret = (value: unknown): boolean =>
  isSecret(value) || (typeof value === 'object' && value !== null && Object.values(value).some(containsSecret));

/** Whether a value is not known yet, or a part of it. */
export function hasUnknown(value: unknown): boolean {
  if (typeof value === 'string') return UNKNOWN.has(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasUnknown);
}

/** The plain values, as the cluster is to have them. */
export function plain<T>(value: T): T {
  if (isSecret(value)) return plain(value.value) as T;
  if (Array.isArray(value)) return value.map(plain) as T;
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)])) as T : value;
}

/** Marks in an object what is secret in the inputs that it was made of, and all data of a Secret; a list is secret as a whole. */
export function withSecrets(object: Properties, inputs: Properties): Properties {
  const marked = Object.entries(object).map(([key, value]): [string, unknown] => {
    if (object.kind === 'Secret' && ['data', 'stringData'].includes(key)) return [key, secret(value)];
    const input = inputs[key];
    if (isMap(value) && isMap(input) && !isSecret(input)) return [key, withSecrets(value, input)];
    return [key, containsSecret(input) ? secret(value) : value];
  });
  return Object.fromEntries(marked);
}

/** Of a live object, only what the inputs have said of it: the rest is the cluster's. */
export function pruned(live: unknown, inputs: unknown): unknown {
  if (Array.isArray(live) && Array.isArray(inputs)) return live.map((item, at) => at < inputs.length ? pruned(item, inputs[at]) : item);
  if (!isMap(live) || !isMap(inputs)) return live;
  return Object.fromEntries(Object.entries(live).filter(([key]) => key in inputs).map(([key, value]) => [key, pruned(value, inputs[key])]));
}

/** The paths at which two values differ, as deep as both are maps, or lists of one length. */
export function differences(one: unknown, other: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (isDeepStrictEqual(one, other) || sameInApi(one, other, path)) return [];
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    return one.flatMap((item, index) => differences(item, other[index], [...path, index]));
  }
  if (!isMap(one) || !isMap(other)) return [[...path]];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap(key => differences(one[key], other[key], [...path, key]));
}

/** Maps whose values are quantities, and fields that are one. */
const QUANTITIES = new Set<string | number | undefined>(['requests', 'limits', 'sizeLimit']);

const isEmpty = (value: unknown): boolean => value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

/** The typed API, through which the real provider sends inputs before it compares, writes a quantity in one way and leaves out what is empty. */
function sameInApi(one: unknown, other: unknown, path: readonly (string | number)[]): boolean {
  const isQuantity = path.slice(-2).some(key => QUANTITIES.has(key)) && [one, other].every(value => ['string', 'number'].includes(typeof value));
  return isQuantity ? quantity(String(one)) === quantity(String(other)) : isEmpty(one) && isEmpty(other);
}

/** A Secret's texts as the API server stores them, so that what was sent can be compared with what is there. */
export function normalized(object: Properties): Properties {
  const { stringData, data, ...rest } = object;
  if (object.kind !== 'Secret' || !isMap(stringData) || hasUnknown(stringData)) return object;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
  return { ...rest, data: { ...data as Properties | undefined, ...Object.fromEntries(encoded) } };
}
