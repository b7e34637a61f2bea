import type { SecretValue } from 'cdk8s-plus-28';
import type { MountedVolume } from './pod';

/** Where a program finds a key of a Secret whose volume is mounted at `folder`: a folder a Secret, a file a key. */
export const secretPath = (folder: string, { secret, key }: SecretValue): string => `${folder}/${secret.name}/${key}`;

/** One volume with those keys of Secrets that are used, in an order that does not depend on who asked for them first; none without any. */
export function secretFiles(folder: string, secrets: SecretValue[], name = 'secrets'): MountedVolume[] {
  const keys = new Map<string, Set<string>>();
  for (const { secret, key } of secrets) {
    keys.set(secret.name, (keys.get(secret.name) ?? new Set()).add(key));
  }
  const sources = [...keys.keys()].sort().map(secret => ({
    secret: { name: secret, items: [...keys.get(secret)!].sort().map(key => ({ key, path: `${secret}/${key}` })) },
  }));
  return sources.length > 0 ? [{ mountPath: folder, readOnly: true, volume: { name, projected: { sources } } }] : [];
}
