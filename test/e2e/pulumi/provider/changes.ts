import { differences, hasUnknown, isMap, normalized, plain, type Properties, pruned } from './properties';

/** How a provider takes changes of the two kinds whose data it may change in place; both are off unless the stack's configuration says so. */
export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

/** A field that is other than before. */
export interface Change {
  /** As Pulumi writes it, for instance `spec.template.metadata`. */
  readonly path: string;
  readonly kind: 'add' | 'delete' | 'update';
  readonly replaces: boolean;
}

const SELECTOR = 'spec.selector';

/**
 * Fields whose change makes another object, beside name and namespace; as in the real provider (provider/pkg/provider/diff.go, 4.32).
 * A StatefulSet may change less than that: the API server refuses what is neither in this table nor in its own short list.
 */
const REPLACING: Readonly<Record<string, readonly string[]>> = {
  'apps/v1/DaemonSet': [SELECTOR],
  'apps/v1/Deployment': [SELECTOR],
  'apps/v1/StatefulSet': ['spec.podManagementPolicy', 'spec.revisionHistoryLimit', SELECTOR, 'spec.serviceName', 'spec.volumeClaimTemplates'],
  'batch/v1/Job': ['spec.completions', 'spec.parallelism', SELECTOR, 'spec.template'],
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/v1/RoleBinding': ['roleRef'],
  'storage.k8s.io/v1/StorageClass': ['parameters', 'provisioner'],
  'v1/PersistentVolumeClaim': ['spec'],
  'v1/Service': ['spec.clusterIP'],
};

function replacing({ apiVersion, kind, immutable }: Properties, { configMaps, secrets }: Mutability): readonly string[] {
  const own = REPLACING[`${String(apiVersion)}/${String(kind)}`] ?? [];
  const data = kind === 'ConfigMap' && (!configMaps || immutable) ? ['data', 'binaryData'] : kind === 'Secret' && (!secrets || immutable) ? ['type', 'data', 'stringData'] : [];
  return ['metadata.name', 'metadata.namespace', ...own, ...data];
}

const within = (path: string, field: string): boolean => path === field || path.startsWith(`${field}.`) || field.startsWith(`${path}.`);

const at = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((part, key) => typeof part === 'object' && part !== null ? (part as Properties)[key] : undefined, value);

/** `a[0].b["c.d/e"]`, which Pulumi reads as a path of four parts. */
const written = (path: readonly (string | number)[]): string => path.map((key, index) => {
  if (typeof key === 'number') return `[${key}]`;
  return /^[a-zA-Z0-9_-]+$/.test(key) ? `${index > 0 ? '.' : ''}${key}` : `["${key}"]`;
}).join('');

/**
 * What has to change: new inputs beside what the cluster has of what the old ones said, so that it tells of what the API server writes in
 * another way, too.
 */
export function changesOf(state: Properties, news: Properties, mutability: Mutability): Change[] {
  const { __inputs: oldInputs, ...live } = plain(state);
  const old = pruned(live, oldInputs);
  const inputs = normalized(plain(news));
  const fields = replacing(inputs, mutability);
  return differences(old, inputs).map(path => ({
    path: written(path),
    kind: at(inputs, path) === undefined ? 'delete' : at(old, path) === undefined ? 'add' : 'update',
    replaces: fields.some(field => within(path.join('.'), field)),
  }));
}

/** Whether the object is of the same name as before, so that there cannot be both. */
export function sameName(state: Properties, news: Properties): boolean {
  const nameOf = ({ metadata }: Properties) => isMap(metadata) ? [metadata.namespace, metadata.name] : [];
  const [one, other] = [nameOf(plain(state)), nameOf(plain(news))];
  return !hasUnknown(other) && one.join('/') === other.join('/');
}
