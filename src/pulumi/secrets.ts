import { scryptSync } from 'node:crypto';
import { all, type Input, type Output } from '@pulumi/pulumi';
import { templateOf } from './order';
import type { Manifest } from './traces';

/** A Secret whose entries never pass through what is synthesized. */
export interface PassedSecret {
  /** Path of the construct that stands for it. */
  readonly path: string;
  readonly name: string;
  readonly namespace: string;
  readonly entries: Record<string, Input<string>>;
  /** Another one when an entry has another value. */
  readonly checksum: string;
}

/** Throws what Kubernetes would refuse of a Secret; the values are not shown. */
export function checkSecret(path: string, name: string, entries: Record<string, Input<string>>): void {
  const problems = [
    ...(/^[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?$/.test(name) ? [] : [`Its name would be '${name}', but must have lower-case letters, digits and '-' only, and begin and end with a letter or digit. Give it another id.`]),
    ...(Object.keys(entries ?? {}).length > 0 ? [] : ['It has no entries. Give it at least one, e.g. { password: config.requireSecret(\'password\') }.']),
    ...Object.keys(entries ?? {}).filter(key => !/^[-._a-zA-Z0-9]{1,253}$/.test(key)).map(key => `Its key '${key}' must have letters, digits, '-', '_' and '.' only.`),
  ];
  if (problems.length > 0) throw new Error(`[${path}] A Secret is wrong. ${problems.join(' ')}`);
}

/** The object of a Secret, without its values. */
export const secretManifest = ({ name, namespace }: PassedSecret): Manifest => ({
  apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'pulumi' } }, type: 'Opaque',
});

/** Volumes with what the client of the bucket reads once, when it starts; all other files are read again when they change. */
const READ_AT_START = /^objstore-secret-/;

interface Container {
  readonly env?: { readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string } } }[];
}

interface PodSpec {
  readonly containers: Container[];
  readonly initContainers?: Container[];
  readonly volumes?: { readonly name: string; readonly secret?: { readonly secretName: string } }[];
}

/** Names of the Secrets that the pods of a workload read at their start only. */
function readAtStart(manifest: Manifest): Set<string> {
  const spec = templateOf(manifest)?.spec as PodSpec | undefined;
  if (!spec) return new Set();
  const inEnvironment = [...spec.containers, ...spec.initContainers ?? []]
    .flatMap(({ env = [] }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []));
  const inFiles = (spec.volumes ?? []).filter(({ name }) => READ_AT_START.test(name)).flatMap(({ secret }) => secret?.secretName ?? []);
  return new Set([...inEnvironment, ...inFiles]);
}

/** Changes with the values. Slow on purpose: everybody who sees a pod sees it, and could try passwords. */
export const checksum = (name: string, entries: Record<string, Input<string>>): Output<string> =>
  all(entries).apply(values => scryptSync(JSON.stringify(Object.entries(values).sort()), name, 16).toString('hex'));

/** The object of a workload with annotations by which its pods roll when a Secret that they read at their start has other values. */
export function withChecksums(manifest: Manifest, secrets: readonly PassedSecret[]): Manifest {
  const names = readAtStart(manifest);
  const annotations = Object.fromEntries(secrets.filter(({ name }) => names.has(name)).map(secret => [`checksum/secret-${secret.name}`, secret.checksum]));
  const metadata = templateOf(manifest)?.metadata;
  if (metadata && Object.keys(annotations).length > 0) {
    metadata.annotations = { ...metadata.annotations, ...annotations };
  }
  return manifest;
}
