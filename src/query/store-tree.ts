import type { Duration } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { IStoreApi, StoreEndpoint } from '../core/endpoint';
import { seconds } from '../core/units';

// A Query may be a store of another one. Whose stores are whose is kept here, beside the constructs, for both the class and its checks.
const STORES = new WeakMap<IConstruct, IStoreApi[]>();

/** Records the list of a Query's stores, which grows by `addStore`. */
export function setStores(query: IConstruct, stores: IStoreApi[]): void {
  STORES.set(query, stores);
}

/** Everything that is asked, directly or by way of other Queries; each once, so that a loop ends. */
export function asked(stores: IStoreApi[], seen = new Set<IStoreApi>()): IStoreApi[] {
  for (const store of stores) {
    if (!seen.has(store)) {
      seen.add(store);
      asked(STORES.get(store) ?? [], seen);
    }
  }
  return [...seen];
}

/** The stores that hold data themselves. */
export function holders(stores: IStoreApi[]): IStoreApi[] {
  return asked(stores).filter(store => !STORES.has(store));
}

/** The labels that tell copies apart, of all stores and by hand, each once, in order. */
export function replicaLabelsOf(stores: IStoreApi[], byHand: string[] = []): string[] {
  const own = holders(stores).flatMap(store => store.storeEndpoints.flatMap(({ replicaLabels }) => replicaLabels ?? []));
  return [...new Set([...own, ...byHand])].sort();
}

/** The span of time from the newest data to the oldest. */
export function timeRangeOf(endpoints: StoreEndpoint[]): Pick<StoreEndpoint, 'minAge' | 'maxAge'> {
  const shorter = (a: Duration, b: Duration) => (seconds(a) <= seconds(b) ? a : b);
  const longer = (a: Duration, b: Duration) => (seconds(a) >= seconds(b) ? a : b);
  const every = (ages: (Duration | undefined)[]) => ages.filter(age => age !== undefined);
  const newest = every(endpoints.map(({ minAge }) => minAge));
  const oldest = every(endpoints.map(({ maxAge }) => maxAge));
  return {
    minAge: newest.length > 0 && newest.length === endpoints.length ? newest.reduce(shorter) : undefined,
    maxAge: oldest.length > 0 && oldest.length === endpoints.length ? oldest.reduce(longer) : undefined,
  };
}
