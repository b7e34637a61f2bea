import { literal } from './relabeling';

/** A matcher of a cluster's own series. In a view of many clusters they bear its name, and in one of itself only, none does. */
export const ownCluster = (cluster: string): string => `cluster=~${JSON.stringify(`|${literal(cluster)}`)}`;
