import { replicaNames } from '../core/labels';

/** Pods of a fleet: `<name>-<twin>-<ordinal>`. */
export const podsOfSenders = (name: string): string => `${name}-[a-z]-[0-9]+`;

/** Series of one replica of senders, or of its target allocators. */
export const BY_TWIN = 'by (cluster, namespace, twin)';

/** Joins what is known of pods with what is known of their replica. */
export const ON_TWIN = 'on (cluster, namespace, twin)';

/** Series of pods `<name>-<replica>-…`, with the replica as a label of its own: that of the pods themselves is not among the labels of targets. */
export const withTwin = (series: string, name: string): string => `label_replace(${series}, "twin", "$1", "pod", "${name}-([a-z])-.+")`;

/** How many such series each replica has, also one that has none. */
export const countByTwin = (series: string, name: string, replicas: number): string => `(${[
  `count by (twin) (${withTwin(series, name)})`,
  ...replicaNames(replicas).map(twin => `label_replace(vector(0), "twin", "${twin}", "", "")`),
].join(' or ')})`;
