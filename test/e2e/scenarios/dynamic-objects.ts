import { type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node';
import type { DynamicTestbed } from './dynamic-testbed';

/** An object, as its users wrote it, and the numbers that tell that somebody wrote. */
interface Written {
  readonly version: string;
  readonly content: string;
}

export type Snapshot = ReadonlyMap<string, Written>;

/** What was written between two looks. */
export interface Changes {
  /** Objects of which something was written, by kind and name. */
  readonly written: readonly string[];
  /** Of these, those that differ in more than their number of pods. */
  readonly edited: readonly string[];
}

interface Manifest extends KubernetesObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: unknown;
}

/** What was applied, as it is in the cluster now. */
export async function snapshot({ cluster, platform }: DynamicTestbed): Promise<Snapshot> {
  const api = KubernetesObjectApi.makeApiClient(cluster.config);
  const known = platform.objects.filter(({ kind }) => kind !== 'Namespace') as { apiVersion: string; kind: string; metadata: { name: string; namespace: string } }[];
  return new Map(await Promise.all(known.map(async (each): Promise<[string, Written]> => {
    const found = await api.read(each);
    return [`${each.kind} ${each.metadata.name}`, written(found)];
  })));
}

/** What of it was written since. */
export async function changesSince(testbed: DynamicTestbed, before: Snapshot): Promise<Changes> {
  const now = await snapshot(testbed);
  const changed = (field: keyof Written) => [...now].filter(([name, object]) => object[field] !== before.get(name)?.[field]).map(([name]) => name);
  return { written: changed('version'), edited: changed('content') };
}

/** Controllers write the status of many objects, which changes their `resourceVersion`; of those that have one, `generation` tells more. */
function written(object: Manifest): Written {
  const { status: _, metadata, ...rest } = object;
  const { generation, resourceVersion, labels, annotations } = metadata ?? {};
  const { replicas: _replicas, ...spec } = rest.spec ?? {};
  return { version: String(generation ?? resourceVersion), content: JSON.stringify({ ...rest, spec, labels, annotations }) };
}
