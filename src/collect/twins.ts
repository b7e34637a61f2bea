import type { SenderReplica } from './sharding';
import type { ReplicaLabel } from '../core/blocks';
import type { RemoteWriteEndpoint } from '../core/endpoint';
import { replicaNames } from '../core/labels';
import { copiesAreTenants } from '../core/writer-rules';

/** Label of series that tells twins apart where they cannot be tenants. */
export const REPLICA_LABEL = 'prometheus_replica';

interface TwinSettings {
  readonly replicas: number;
  readonly shards: number;
  readonly replicaShards?: Record<string, number>;
  readonly tenant?: string;
}

/** The senders of each target, and the label that tells their copies apart. */
export interface Twins {
  readonly senders: SenderReplica[];
  /** @default - there is only one */
  readonly replicaLabel?: ReplicaLabel;
}

/**
 * Twins differ in their tenant, where the receiver makes a label of blocks of it, so that the compactor merges their blocks into
 * one copy. An external label would become a label of each series, which nothing removes from the bucket any more.
 */
export function twins({ replicas, shards, replicaShards = {}, tenant }: TwinSettings, target: Partial<RemoteWriteEndpoint> = {}): Twins {
  const { tenantHeader, tenantLabel } = target;
  const asTenants = copiesAreTenants(tenant, target);
  const header = (value: string | undefined) => (tenantHeader && value !== undefined ? { [tenantHeader]: value } : {});
  const labelled = replicas > 1 && !asTenants;
  const senders = replicaNames(replicas).map(name => ({
    name,
    shards: replicaShards[name] ?? shards,
    headers: header(asTenants ? name : tenant),
    labels: labelled ? { [REPLICA_LABEL]: name } : {} as Record<string, string>,
  }));
  return {
    senders,
    replicaLabel: replicas === 1 ? undefined
      : asTenants ? { name: tenantLabel!, on: 'blocks', copies: replicas } : { name: REPLICA_LABEL, on: 'series', copies: replicas },
  };
}
