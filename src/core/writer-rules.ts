import type { RemoteWriteEndpoint } from './endpoint';
import { quoted } from './fields';
import { Rule, Severity } from './findings';

/** What writes to a receiver, as far as rules about both look at it. */
export interface Writer {
  readonly target?: RemoteWriteEndpoint;
  readonly tenant?: string;
  readonly externalLabels?: Record<string, string>;
  readonly replicas: number;
  readonly maxSamplesPerSend: number;
}

/** How far a limit of the receiver must stand above the largest request. */
const REQUEST_HEADROOM = 1.1;

/** Whether each copy of a writer can be a tenant of its own, which is a label of blocks: the compactor merges those, and the label goes. */
export const copiesAreTenants = (tenant?: string, { tenantHeader, tenantLabel }: Partial<RemoteWriteEndpoint> = {}): boolean =>
  tenantHeader !== undefined && tenantLabel !== undefined && tenant === undefined;

/** The largest request must pass. */
export function requestLimitRule(id: string, limit: 'requestSamplesLimit' | 'requestSeriesLimit'): Rule<Pick<Writer, 'maxSamplesPerSend' | 'target'>> {
  const needed = (maxSamplesPerSend: number) => Math.ceil(REQUEST_HEADROOM * maxSamplesPerSend);
  return {
    id,
    broken: ({ maxSamplesPerSend, target }) => (target?.[limit] ?? 0) > 0 && target![limit]! < needed(maxSamplesPerSend),
    says: ({ maxSamplesPerSend, target }) => `The receiver's '${limit}' (${target![limit]}) must be at least ${needed(maxSamplesPerSend)}, ${REQUEST_HEADROOM} times 'maxSamplesPerSend' (${maxSamplesPerSend}): `
      + 'a larger request is answered 413, and its samples are lost. Raise the limit, or lower \'maxSamplesPerSend\'.',
  };
}

/** A tenant must reach the receiver. */
export const TENANT_RULE: Rule<Pick<Writer, 'tenant' | 'target'>> = {
  id: 'tenant-without-header',
  broken: ({ tenant, target }) => tenant !== undefined && target !== undefined && target.tenantHeader === undefined,
  says: ({ tenant }) => `'tenant' is '${tenant}', but the receiver knows no header for it; state its 'tenantHeader', or leave the tenant out.`,
};

/** Labels that tell copies apart are nobody else's; `replicaLabel` is that of series, where copies cannot be tenants. */
export function reservedLabelRule(id: string, who: string, replicaLabel: string): Rule<Pick<Writer, 'externalLabels' | 'target'>> {
  const reserved = ({ externalLabels = {}, target }: Pick<Writer, 'externalLabels' | 'target'>): string[] =>
    Object.keys(externalLabels).filter(name => [replicaLabel, target?.tenantLabel, target?.replicaLabel].includes(name));
  return {
    id,
    broken: writer => reserved(writer).length > 0,
    says: writer => `'externalLabels' must not have ${quoted(reserved(writer))}, which ${who} or their receiver set themselves to tell copies apart; take another name.`,
  };
}

/** Copies whose series differ are copies for ever. */
export const seriesLabelRule = (who: string, replicaLabel: string): Rule<Pick<Writer, 'replicas' | 'tenant' | 'target'>> => ({
  id: 'replica-label-on-series',
  severity: Severity.WARNING,
  broken: ({ replicas, tenant, target }) => replicas > 1 && target !== undefined && !copiesAreTenants(tenant, target),
  says: ({ replicas, tenant }) => `${who} are told apart by the label '${replicaLabel}' of each series, for ${tenant === undefined ? 'the receiver knows no tenants' : `all are the tenant '${tenant}'`}: `
    + `the compactor can never merge them, and the bucket keeps ${replicas} copies of each series for ever. Queries are merged all the same.`,
});
