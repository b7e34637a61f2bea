import { Flags, Lab, StartOptions } from './lab';
import type { PlatformOptions } from './platform';
import { Process } from './process';
import { poll } from '../../programs/process';

export const INGESTOR = 'platform-receive-ingestor';
export const ROUTER = 'platform-receive-router';
export const QUERY = 'platform-query';
export const COMPACTOR = 'platform-compactor';
export const STORE = 'platform-store-0';
/** The senders of the first replica. */
export const SENDER = 'platform-prometheus-a';
export const TWIN = 'platform-prometheus-b';

/** A ring of one ingestor, where copies are of no account. */
export const ONE_INGESTOR: PlatformOptions = { ring: { members: 1, replicationFactor: 1 } };

/** A router and the ingestors behind it. */
export interface Ring {
  readonly lab: Lab;
  readonly router: Process;
  readonly ingestors: readonly Process[];
  /** Where to write. */
  readonly url: string;
}

/** How a ring is run. */
export interface RingOptions extends PlatformOptions {
  /** Ingestors that are started. @default 3 */
  readonly ingestors?: number;
  readonly routerOptions?: StartOptions;
  readonly ingestorFlags?: Flags;
}

/** Starts ingestors and a router. */
export async function startRing(lab: Lab, { ingestors = 3, routerOptions, ingestorFlags }: RingOptions): Promise<Ring> {
  const started = await Promise.all(Array.from({ length: ingestors }, (_, index) => lab.start(INGESTOR, { index, flags: ingestorFlags })));
  const router = await lab.start(ROUTER, routerOptions);
  return { lab, router, ingestors: started, url: router.url('remote-write') };
}

/** Does a piece of work with a ring of its own. */
export function withRing<T>(options: RingOptions, work: (ring: Ring) => Promise<T>): Promise<T> {
  const { ingestors, routerOptions, ingestorFlags, ...platform } = options;
  return Lab.with(platform, async lab => work(await startRing(lab, options)));
}

/** Series in the heads of an ingestor, of all tenants. */
export const headSeries = (ingestor: Process): Promise<number> => ingestor.metric('prometheus_tsdb_head_series');

/** Series in the heads of several ingestors, each copy counted. */
export const allHeads = async (ingestors: readonly Process[]): Promise<number> =>
  (await Promise.all(ingestors.map(headSeries))).reduce((sum, series) => sum + series, 0);

/** Starts Query over the pods that exist, and waits until it knows so many endpoints. */
export async function startQuery(lab: Lab, endpoints: number, options: StartOptions = {}): Promise<Process> {
  const query = await lab.start(QUERY, options);
  const known = await poll(async () => await query.metric('thanos_store_nodes_grpc_connections') >= endpoints || undefined, 15_000);
  if (!known) throw new Error(`Query does not find its ${endpoints} endpoints:\n${query.started.output.slice(-1500)}`);
  return query;
}
