import { isIP } from 'net';
import { RULE_REPLICA, RulerSettings } from './ruler-props';
import type { ReplicaLabel } from '../core/blocks';
import { Endpoint, EndpointProtocol, IAlertSink, IQueryApi, RemoteWriteEndpoint } from '../core/endpoint';
import { HttpClient } from '../core/http-client';
import { replicaNames } from '../core/labels';
import { remoteWriteConfig } from '../core/remote-write';
import { copiesAreTenants } from '../core/writer-rules';
import { stringify } from '../core/yaml';
import * as c from '../plan/constants';

// Thanos reads these files at its start only: they stand in the arguments, so that a change rolls the pods, one after the other.

/** All pods behind a name: SRV records where a Service of ours has them, addresses elsewhere. */
function discovered(endpoint: Endpoint): string {
  if (endpoint._owned) {
    return `dnssrv+${endpoint.srvName}`;
  }
  return isIP(endpoint.host) ? endpoint.address : `dns+${endpoint.address}`;
}

const schemeOf = ({ protocol }: Endpoint): string => (protocol === EndpointProtocol.HTTPS ? 'https' : 'http');

/** Who is asked (Thanos 0.42, pkg/clientconfig). */
export function queryConfig(queries: IQueryApi[]): string {
  return stringify(queries.map(({ queryEndpoint, queryUrl }) => {
    const path = new URL(queryUrl).pathname.replace(/\/+$/, '');
    return { static_configs: [discovered(queryEndpoint)], scheme: schemeOf(queryEndpoint), ...(path ? { path_prefix: path } : {}) };
  }));
}

/** Where alerts go: each to every pod of every Alertmanager, so that all of them know of it when one notifies (Thanos 0.42, pkg/alert). */
export function alertmanagersConfig(sinks: IAlertSink[], timeout?: string): string {
  return stringify({
    alertmanagers: sinks.map(({ alertEndpoint: { endpoint, pathPrefix } }) => ({
      static_configs: [discovered(endpoint)],
      scheme: schemeOf(endpoint),
      ...(pathPrefix ? { path_prefix: pathPrefix } : {}),
      ...(timeout ? { timeout } : {}),
      api_version: 'v2',
    })),
  });
}

/** One ruler of those that evaluate the same rules. */
export interface Replica {
  /** As `replicaNames` has it. */
  readonly name: string;
  /** Headers of what it writes. */
  readonly headers: Record<string, string>;
}

/** The rulers that evaluate the same rules, and the label that tells apart what they record. */
export interface Replicas {
  readonly replicas: Replica[];
  /** @default - there is only one */
  readonly label?: ReplicaLabel;
}

/**
 * Replicas that write to a ring differ in their tenant, as twins of senders do, and their label is taken off: on each series it would stay for
 * ever, and the bucket would keep a copy of each. Those that upload blocks have it on their blocks, where it can be removed.
 */
export function replicasOf({ replicas, tenant }: Pick<RulerSettings, 'replicas' | 'tenant'>, target?: RemoteWriteEndpoint): Replicas {
  const { tenantHeader, tenantLabel } = target ?? {};
  const asTenants = replicas > 1 && copiesAreTenants(tenant, target);
  const header = (name: string): Record<string, string> => {
    const value = tenant ?? (asTenants ? name : undefined);
    return tenantHeader && value !== undefined ? { [tenantHeader]: value } : {};
  };
  const label: ReplicaLabel = asTenants ? { name: tenantLabel!, on: 'blocks', copies: replicas }
    : { name: RULE_REPLICA, on: target ? 'series' : 'blocks', copies: replicas };
  return { replicas: replicaNames(replicas).map(name => ({ name, headers: header(name) })), label: replicas > 1 ? label : undefined };
}

/** Where what rules record is written, by one replica. */
export function remoteWrite(
  settings: RulerSettings, target: RemoteWriteEndpoint, { headers }: Replica, label: ReplicaLabel | undefined, client: HttpClient,
): string {
  const entry = remoteWriteConfig(target, headers, {
    ...settings,
    capacity: c.CAPACITY_BATCHES * (settings.maxSamplesPerSend ?? c.BATCH_FLOOR),
    minShards: 1,
    maxShards: settings.maxShards ?? c.RULER_MAX_SHARDS,
    maxSamplesPerSend: settings.maxSamplesPerSend ?? c.BATCH_FLOOR,
    batchSendDeadline: c.BATCH_SEND_DEADLINE,
    minBackoff: c.MIN_BACKOFF,
    maxBackoff: c.MAX_BACKOFF,
  }, client);
  const drop = label?.name === RULE_REPLICA ? [] : [{ action: 'labeldrop', regex: RULE_REPLICA }];
  const own = settings.writeRelabelings?.map(({ _config }) => _config) ?? [];
  return stringify({ remote_write: [{ ...entry, write_relabel_configs: [...drop, ...own] }] });
}
