import type { ExampleObject, Manifest } from '../examples';

/** A ConfigMap that no program has judged. */
export interface Unread {
  readonly object: ExampleObject;
  readonly why: string;
}

/** ConfigMaps are printed for programs to read, whatever their files are called; users' own may be for others. */
const isOurs = ({ kind, metadata }: Manifest): boolean => kind === 'ConfigMap' && metadata.labels?.['app.kubernetes.io/managed-by'] === 'cdk8s-thanos';

/** Those of our ConfigMaps that are not among what the pods that were run have read. */
export function unreadConfigMaps(objects: readonly ExampleObject[], read: ReadonlySet<Manifest>): Unread[] {
  return objects.filter(({ manifest }) => isOurs(manifest) && !read.has(manifest)).map(object => ({
    object, why: `no pod that is tried mounts it or takes it in, so no program has read ${Object.keys(object.manifest.data ?? {}).join(', ')}`,
  }));
}
