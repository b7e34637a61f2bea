import type { KubernetesObject } from '@kubernetes/client-node';

/** A Secret that somebody has to make. */
export interface MissingSecret {
  readonly namespace: string;
  readonly name: string;
  readonly keys: string[];
}

/** Secrets of which containers take variables, and that are not among the objects, with the keys that are asked for. */
export function missingSecrets(objects: readonly KubernetesObject[]): MissingSecret[] {
  const known = new Set(objects.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`));
  const missing = new Map<string, MissingSecret>();
  for (const object of objects) {
    const namespace = object.metadata?.namespace ?? '';
    for (const { name, key } of secretKeys(object)) {
      const id = `${namespace}/${name}`;
      if (known.has(id)) continue;
      const { keys = [] } = missing.get(id) ?? {};
      missing.set(id, { namespace, name, keys: keys.includes(key) ? keys : [...keys, key] });
    }
  }
  return [...missing.values()];
}

interface SecretKey {
  readonly name: string;
  readonly key: string;
}

function secretKeys(part: unknown): SecretKey[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = 'secretKeyRef' in part ? [part.secretKeyRef as SecretKey] : [];
  return [...own, ...Object.values(part).flatMap(secretKeys)];
}
