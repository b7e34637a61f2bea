import type { IConstruct } from 'constructs';
import { DeduplicationFunction, QuerySettings } from './query-props';
import { asked, replicaLabelsOf } from './store-tree';
import type { IStoreApi } from '../core/endpoint';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import type { Report } from '../core/judgement';
import { TENANT_LABEL } from '../core/thanos';
import { durationText, seconds } from '../core/units';

/** What a Query's stores must be like together; judged when all of them are known. */
export function checkStores(query: IConstruct, stores: IStoreApi[], settings: QuerySettings, report: Report): void {
  if (stores.length === 0) {
    report('query-without-stores', '\'stores\' is empty, so that every query would answer nothing. Give it the parts that hold data, '
      + 'e.g. stores: [ring, storeGateway], or call addStore.');
  }
  checkLoops(query, stores, report);
  checkTwice(stores, report);
  checkTimeGaps(stores, report);
  checkReplicaLabels(query, stores, settings, report);
}

function checkLoops(query: IConstruct, stores: IStoreApi[], report: Report): void {
  const back = stores.filter(store => store === query || asked([store]).some(other => other === query));
  if (back.length > 0) {
    report('query-loop', `'${back[0].node.path}' in 'stores' asks this Query in turn, so that no query would ever end. Take one of the two out of the other's 'stores'.`);
  }
}

function checkTwice(stores: IStoreApi[], report: Report): void {
  const addresses = stores.flatMap(store => store.storeEndpoints.map(({ endpoint }) => endpoint.address));
  const twice = addresses.filter((address, index) => addresses.indexOf(address) < index);
  for (const address of new Set(twice)) {
    report('query-store-twice', `The Store API at ${address} is in 'stores' more than once. List each store once.`);
  }
}

interface Span {
  readonly path: string;
  readonly owned: boolean;
  /** Seconds before now. */
  readonly from: number;
  readonly to: number;
}

/** What another app serves without a stated range may be anything, and closes no gap of ours. */
function spans(stores: IStoreApi[]): Span[] {
  return stores.flatMap(store => store.storeEndpoints
    .filter(({ endpoint, minAge, maxAge }) => endpoint._owned || minAge || maxAge)
    .map(({ endpoint, minAge, maxAge }) => ({
      path: store.node.path, owned: endpoint._owned !== undefined, from: minAge ? seconds(minAge) : 0, to: maxAge ? seconds(maxAge) : Infinity,
    })))
    .sort((a, b) => a.from - b.from);
}

function checkTimeGaps(stores: IStoreApi[], report: Report): void {
  const [newest, ...older] = spans(stores);
  if (newest === undefined) {
    return;
  }
  if (newest.from > 0) {
    report('query-without-recent-data', `No store has data of the last ${durationText(newest.from)}: the newest is that of '${newest.path}'. `
      + 'Add the ring that takes the samples to \'stores\', or leave out \'minAge\'.', Severity.WARNING);
  }
  let oldest = newest;
  for (const next of older) {
    // What two parts of ours leave out is judged where they meet, at their bucket.
    if (next.from > oldest.to && !(oldest.owned && next.owned)) {
      report('query-time-gap', `No store has data between ${durationText(oldest.to)} and ${durationText(next.from)} old: '${oldest.path}' reaches back ${durationText(oldest.to)}, `
        + `and '${next.path}' begins at a 'minAge' of ${durationText(next.from)}. Let the first keep data longer, or lower the 'minAge' of the second.`);
    }
    oldest = next.to > oldest.to ? next : oldest;
  }
}

function checkReplicaLabels(query: IConstruct, stores: IStoreApi[], settings: QuerySettings, report: Report): void {
  const labels = replicaLabelsOf(stores, settings.replicaLabels);
  const tenantLabel = settings.tenantLabelName ?? TENANT_LABEL;
  if (settings.enforceTenancy && labels.includes(tenantLabel)) {
    report('query-tenant-is-replica', `'enforceTenancy' filters by the label '${tenantLabel}', but that label tells copies of a series apart here, so that each `
      + 'tenant would see one copy of everything. Let the senders name their copies by another label, or leave tenancy out.');
  }
  const writers = Graph.of(query).allBlockWriters();
  for (const writer of writers) {
    const needed = Object.keys(writer.streamLabels).filter(label => labels.includes(label));
    if (needed.length > 0) {
      report('query-replica-label-of-stream', `'${needed.join('\', \'')}' is removed as a replica label, but is a label by which '${writer.at.node.path}' `
        + 'tells its series from others\': Query would merge different series into one. Take it out of \'replicaLabels\', or rename it there.');
    }
  }
  const equal = writers.flatMap(writer => writer.replicaLabels()).filter(({ identical }) => identical).map(({ name }) => name);
  const unequal = labels.filter(label => !equal.includes(label));
  if (settings.deduplicationFunction === DeduplicationFunction.CHAIN && unequal.length > 0) {
    report('query-chain-of-unequal-copies', `'deduplicationFunction' ${DeduplicationFunction.CHAIN} takes the samples of all copies, which is right only where they are equal, `
      + `as within a ring; those told apart by '${unequal.join('\', \'')}' may come from twins that scrape at different moments. `
      + `Leave it at ${DeduplicationFunction.PENALTY}.`, Severity.WARNING);
  }
}
