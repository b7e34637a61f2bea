import type { ApiObject, Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { checkReader, matchingDelay } from './store-gateway-checks';
import { IStoreApi, StoreEndpoint, storeEndpointList } from '../core/endpoint';
import { count, dnsLabel, dnsSubdomain, duration, Fields, Given, read, required, size, toggle } from '../core/fields';
import { check, Rule } from '../core/findings';
import { flag, renderFlags } from '../core/flags';
import { Graph } from '../core/graph';
import { connectionOf, connectObjectStore, IObjectStore, objectStore, ObjectStoreAccess, objectStoreProps } from '../core/object-store';
import type { PodSet, PodWorkload } from '../core/pod-workload';
import { PROGRAM_FIELDS, PROGRAM_RULES, ProgramOptions, replicas } from '../core/program-options';
import { THANOS_GRACE, THANOS_GRPC, thanosWorkload } from '../core/thanos';
import { bytesText, durationText, MIB } from '../core/units';
import { stringify } from '../core/yaml';
import { STORE_SYNC } from '../plan/constants';
import { checkAgainstPlan, IPlanned, loadFor, ringFor } from '../plan/context';
import { Figure } from '../plan/figure';
import { planStoreGateway, StoreGatewayPlan } from '../plan/store-gateway';
import { Workload, workloadField } from '../plan/workload';

/** Tuning of `thanos store`; props follow the names of its flags. */
export interface StoreGatewayTuning {
  /** Memory for index-cache items, in each pod; 125 MiB or more. @default - from the plan */
  readonly indexCacheSize?: Size;
  /** Memory for chunks that are being read, in each pod. @default - from the plan */
  readonly chunkPoolSize?: Size;
  /** Series calls served at once by a pod. @default - from the plan */
  readonly seriesMaxConcurrency?: number;
  /** Series that one Series call may touch; a larger one fails. 0 is no limit. @default - from the plan */
  readonly requestSeriesLimit?: number;
  /** Samples that one Series call may touch; a larger one fails. 0 is no limit. @default - from the plan */
  readonly requestSamplesLimit?: number;
  /** How often the bucket is listed for new blocks. Each sync costs requests for every block. @default 15 minutes */
  readonly syncBlockDuration?: Duration;
  /** Blocks whose metadata is read at once during a sync. @default 32 */
  readonly blockMetaFetchConcurrency?: number;
  /** How long a block marked for deletion is still served. @default - half of the compactor's `deleteDelay`, or 24 hours for a compactor elsewhere */
  readonly ignoreDeletionMarksDelay?: Duration;
  /** Reads index headers when a query first needs them, and drops idle ones. @default true */
  readonly lazyReader?: boolean;
}

/** What one decides about store gateways; a `MonitoringStack` joins them to the rest. */
export interface StoreGatewayOptions extends StoreGatewayTuning, ProgramOptions {
  /** Name of the objects. @default - the construct's id */
  readonly name?: string;
  /** Shards; each serves the blocks whose id hashes to it. @default - from the plan */
  readonly shards?: number;
  /** Pods of each shard, all of which serve the same blocks. @default 2 */
  readonly replicas?: number;
  /** Volume of each pod, for index headers. @default - from the plan */
  readonly storageSize?: Size;
  /** StorageClass of the volumes. @default - the platform's */
  readonly storageClassName?: string;
  /** Serves only data younger than this. @default - all that the bucket keeps */
  readonly maxAge?: Duration;
  /** Leaves data younger than this to the ring; must lie well inside of the ring's TSDB retention. @default - none is left out */
  readonly minAge?: Duration;
}

/** Properties of a `StoreGateway`. */
export interface StoreGatewayProps extends StoreGatewayOptions {
  /** The bucket that is served. */
  readonly bucket: IObjectStore;
  /** What it is planned for. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
}

/** Bytes; Thanos refuses to start with an index cache below it. Thanos 0.42, pkg/store/cache/inmemory.go */
const LARGEST_CACHE_ITEM = 125 * MIB;

/** One row a prop; row order is the order of the arguments. */
export const STORE_GATEWAY_FIELDS: Fields<StoreGatewayProps> = {
  ...PROGRAM_FIELDS,
  bucket: required(objectStore()),
  workload: workloadField(),
  name: dnsLabel(),
  shards: count({ min: 1, max: 1000 }),
  replicas: replicas(),
  storageSize: size(),
  storageClassName: dnsSubdomain(),
  maxAge: duration(),
  minAge: duration(),
  indexCacheSize: flag('index-cache-size', size({ min: LARGEST_CACHE_ITEM }), { as: 'bytes', default: '250MB' }),
  chunkPoolSize: flag('chunk-pool-size', size(), { as: 'bytes', default: '2GB' }),
  seriesMaxConcurrency: flag('store.grpc.series-max-concurrency', count({ min: 1, max: 100_000 }), { default: '20' }),
  requestSeriesLimit: flag('store.limits.request-series', count(), { default: '0' }),
  requestSamplesLimit: flag('store.limits.request-samples', count(), { default: '0' }),
  syncBlockDuration: flag('sync-block-duration', duration({ min: 1 }), { as: 'duration', default: '15m' }),
  blockMetaFetchConcurrency: flag('block-meta-fetch-concurrency', count({ min: 1 }), { default: '32' }),
  ignoreDeletionMarksDelay: flag('ignore-deletion-marks-delay', duration(), { as: 'duration', default: '24h' }),
  lazyReader: flag('store.enable-index-header-lazy-reader', toggle(), { default: 'false' }),
};

const IMPORTED_FIELDS: Fields<Pick<IStoreApi, 'storeEndpoints'>> = { storeEndpoints: required(storeEndpointList()) };

type Settings = Given<StoreGatewayProps> & StoreGatewayPlan;

const RULES: Rule<Settings>[] = [...PROGRAM_RULES, {
  id: 'store-caches-beyond-memory',
  broken: s => s.indexCacheSize + s.chunkPoolSize >= s.memoryLimit,
  says: s => `'indexCacheSize' (${bytesText(s.indexCacheSize)}) and 'chunkPoolSize' (${bytesText(s.chunkPoolSize)}) together must stay below `
    + `'memoryLimit' (${bytesText(s.memoryLimit)}); raise the limit or shrink the caches.`,
}, {
  id: 'store-memory-too-small',
  broken: s => s.indexCacheSize < LARGEST_CACHE_ITEM,
  says: s => `'memoryLimit' (${bytesText(s.memoryLimit)}) leaves ${bytesText(s.indexCacheSize)} for the index cache, and Thanos does not start with less than `
    + `${bytesText(LARGEST_CACHE_ITEM)}; raise the limit.`,
}, {
  id: 'store-time-range-empty',
  broken: s => s.maxAge !== undefined && s.minAge !== undefined && s.minAge >= s.maxAge,
  says: s => `'minAge' (${durationText(s.minAge!)}) must be less than 'maxAge' (${durationText(s.maxAge!)}), or nothing is served; `
    + 'lower \'minAge\' or raise \'maxAge\'.',
}];

/** A large bucket's first listing takes minutes. */
const STARTUP = 600;

/** Serves old blocks from object storage over the Store API: shards by a hash of the block's id, each in identical replicas. */
export class StoreGateway extends Construct implements IStoreApi, IPlanned {
  /** A gateway, or anything with a Store API, that another app owns. */
  public static fromStoreEndpoints(scope: Construct, id: string, storeEndpoints: StoreEndpoint[]): IStoreApi {
    return new ImportedStoreApi(scope, id, storeEndpoints);
  }

  /** Where its Store API is served, one endpoint a shard. */
  public readonly storeEndpoints: StoreEndpoint[];
  /** The figures of its plan. */
  public readonly figures: Figure[];
  /** The StatefulSets, one a shard, for patches. */
  public readonly statefulSets: ApiObject[];

  constructor(scope: Construct, id: string, props: StoreGatewayProps) {
    super(scope, id);
    const given = read(this, STORE_GATEWAY_FIELDS, props);
    const load = loadFor(this, given.workload);
    const plan = planStoreGateway(load, ringFor(this, load), given);
    const settings: Settings = { lazyReader: true, ...given, ...plan };
    check(this, RULES, settings);
    checkAgainstPlan(this, plan.figures);
    this.figures = plan.figures;

    const workload = this.addWorkload(given.name ?? id, props.bucket, settings);
    this.statefulSets = workload.controllers;
    this.storeEndpoints = workload.sets.map(set => ({
      endpoint: workload.endpoint(THANOS_GRPC.name, set),
      identicalReplicas: true,
      maxAge: given.maxAge === undefined ? undefined : props.maxAge,
      minAge: given.minAge === undefined ? undefined : props.minAge,
    }));
    this.register(props.bucket, settings);
  }

  private addWorkload(name: string, bucket: IObjectStore, settings: Settings): PodWorkload {
    const connection = connectionOf(this, bucket, ObjectStoreAccess.READ);
    const access = objectStoreProps(connection);
    const workload = thanosWorkload(this, 'store', {
      ...access,
      subcommand: 'store',
      name,
      instance: name,
      component: 'store-gateway',
      kind: 'StatefulSet',
      grpc: true,
      sets: shardSets(settings),
      independentSets: true,
      args: () => [
        '--data-dir=/var/thanos/store',
        ...access.args,
        ...timeRange(settings),
        ...renderFlags(STORE_GATEWAY_FIELDS, { ignoreDeletionMarksDelay: this.matchingDelay(bucket), ...settings }),
      ],
      options: settings,
      resources: settings,
      storage: {
        name: 'data', mountPath: '/var/thanos/store', size: settings.storageSize, storageClassName: settings.storageClassName, disposable: true,
      },
      maxUnavailable: settings.replicas * settings.shards > 1 ? 1 : undefined,
      startup: STARTUP,
      terminationGracePeriod: THANOS_GRACE,
    });
    connectObjectStore(workload, connection, 'reads blocks');
    return workload;
  }

  private matchingDelay(bucket: IObjectStore): number | undefined {
    return matchingDelay(Graph.of(this).blockCompactors(bucket).map(({ deleteDelay }) => deleteDelay));
  }

  private register(bucket: IObjectStore, { minAge = 0, maxAge = Infinity, syncBlockDuration, ignoreDeletionMarksDelay }: Settings): void {
    const graph = Graph.of(this);
    const reader = { at: this, minAge, maxAge, syncInterval: syncBlockDuration ?? STORE_SYNC, ignoreDeletionMarksDelay };
    graph.addBlockReader(bucket, reader);
    graph.addCheck(this, report => checkReader(report, reader, bucket, graph));
  }
}

class ImportedStoreApi extends Construct implements IStoreApi {
  public readonly storeEndpoints: StoreEndpoint[];

  constructor(scope: Construct, id: string, storeEndpoints: StoreEndpoint[]) {
    super(scope, id);
    this.storeEndpoints = read(this, IMPORTED_FIELDS, { storeEndpoints }).storeEndpoints ?? [];
  }
}

/** One set a shard; which blocks are a shard's own is decided by the hash of the block's id. */
function shardSets({ shards, replicas: perShard }: Settings): PodSet[] {
  const hash = stringify([{ action: 'hashmod', source_labels: ['__block_id'], target_label: 'shard', modulus: shards }]);
  return Array.from({ length: shards }, (_, shard) => ({
    suffix: String(shard),
    replicas: perShard,
    labels: { 'thanos.io/shard': String(shard) },
    args: shards > 1
      ? [`--selector.relabel-config=${hash}${stringify([{ action: 'keep', source_labels: ['shard'], regex: String(shard) }])}`] : [],
  }));
}

/** Thanos takes times relative to now as negative durations. */
function timeRange({ maxAge, minAge }: Settings): string[] {
  return [
    ...(maxAge !== undefined ? [`--min-time=-${durationText(maxAge)}`] : []),
    ...(minAge !== undefined ? [`--max-time=-${durationText(minAge)}`] : []),
  ];
}
