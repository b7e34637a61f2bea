import { isIP } from 'net';
import type { Endpoint, StoreEndpoint } from '../core/endpoint';
import { stringify } from '../core/yaml';

/**
 * The file from which Query learns its stores (Thanos 0.42, cmd/thanos/endpointset.go).
 *
 * Replicas with the same data are a group: each call goes to one of them in turn, where those of other stores go to all pods. A group
 * needs the DNS prefix as well: without it Thanos dials the name itself, and all calls go to one pod (seen with 0.42.4).
 */
export function endpointFile(stores: StoreEndpoint[]): string {
  return stringify({
    endpoints: stores.map(({ endpoint, identicalReplicas }) => ({ address: discovered(endpoint), ...(identicalReplicas ? { group: true } : {}) })),
  });
}

/** SRV records name the pods behind a Service of ours; elsewhere there may be none, and an address cannot be looked up. */
function discovered(endpoint: Endpoint): string {
  if (endpoint._owned) {
    return `dnssrv+${endpoint.srvName}`;
  }
  return isIP(endpoint.host) ? endpoint.address : `dns+${endpoint.address}`;
}
