import type { IConstruct } from 'constructs';
import type { IRemoteWriteTarget } from '../endpoint';
import { Severity } from '../findings';
import { Graph } from '../graph';

/** Twins are told apart as tenants: where a receiver has any, its tenants are taken for copies of each other. */
export function checkTenant(at: IConstruct, tenant?: string, receiver?: IRemoteWriteTarget): void {
  const { tenantLabel } = receiver?.remoteWriteEndpoint ?? {};
  if (!receiver || tenant === undefined || tenantLabel === undefined) {
    return;
  }
  const graph = Graph.of(at);
  graph.addCheck(at, report => {
    if (graph.replicaLabels(receiver).some(({ name, on }) => on === 'blocks' && name === tenantLabel)) {
      report('tenant-merged-with-twins', `'tenant' is '${tenant}', but others that write to the same receiver are twins, told apart as tenants: compactor and Query take the label '${tenantLabel}' for that of a `
        + 'copy, so that it is in no answer, and series that are equal but for it are merged into one. Leave \'tenant\' out, and tell the series apart by '
        + `'externalLabels', e.g. { team: '${tenant}' }; or give all that write to this receiver a 'tenant'; or use a receiver of its own.`, Severity.WARNING);
    }
  });
}
