import type { ApiObject, Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { takes } from './bucket-checks';
import { blockReplicaLabels, checkMerging, COMPACTOR_RULES } from './compactor-rules';
import type { Endpoint } from '../core/endpoint';
import { count, dnsLabel, dnsSubdomain, duration, Field, Fields, Given, labelName, list, map, read, required, size, text, toggle } from '../core/fields';
import { check } from '../core/findings';
import { flag, renderFlags } from '../core/flags';
import { Graph } from '../core/graph';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { connectionOf, connectObjectStore, IObjectStore, objectStore, ObjectStoreAccess, objectStoreProps } from '../core/object-store';
import type { PodWorkload } from '../core/pod-workload';
import { PROGRAM_FIELDS, ProgramOptions } from '../core/program-options';
import { literal } from '../core/relabeling';
import { THANOS_GRACE, THANOS_HTTP, thanosWorkload } from '../core/thanos';
import { stringify } from '../core/yaml';
import { CompactorPlan, planCompactor } from '../plan/compactor';
import { VIEWER_SYNC } from '../plan/constants';
import { checkAgainstPlan, IPlanned, loadFor, ringFor } from '../plan/context';
import type { Figure } from '../plan/figure';
import { type Workload, workloadField } from '../plan/workload';

/** Tuning of `thanos compact`; props follow the names of its flags. */
export interface CompactorTuning {
  /** How long samples are kept as scraped. Never for ever. @default - the workload's */
  readonly retentionRaw?: Duration;
  /** How long samples of 5 minutes are kept. Never for ever. @default - the workload's */
  readonly retention5m?: Duration;
  /** How long samples of 1 hour are kept. Never for ever. @default - the workload's */
  readonly retention1h?: Duration;
  /** How old a block must be before it is touched, so that all of its files are sure to be visible. @default 30 minutes */
  readonly consistencyDelay?: Duration;
  /** Time between the mark for deletion and the deletion of a block; store gateways stop serving it after half of it. @default 48 hours */
  readonly deleteDelay?: Duration;
  /** Groups of blocks that are merged at once; each needs room for its largest block. @default - from the plan */
  readonly compactConcurrency?: number;
  /** Blocks that are downsampled at once. @default - from the plan */
  readonly downsampleConcurrency?: number;
  /** Blocks of one group that are downloaded at once. @default - from the plan */
  readonly blocksFetchConcurrency?: number;
  /** Files of one block that are moved at once. @default 1 */
  readonly blockFilesConcurrency?: number;
  /** Blocks whose metadata is read at once during a sync. @default 32 */
  readonly blockMetaFetchConcurrency?: number;
  /** Pause between two runs, and the time that one sync of metadata may take. @default 5 minutes */
  readonly waitInterval?: Duration;
  /** How often marked and half-uploaded blocks are cleaned up while a run goes on; 0 for only at its end. @default 5 minutes */
  readonly cleanupInterval?: Duration;
  /** Keeps raw samples only: queries over months then read each of them. @default false */
  readonly disableDownsampling?: boolean;
  /** How often the block viewer lists the bucket. Each time costs requests for every block. @default 10 minutes */
  readonly blockViewerSyncInterval?: Duration;
}

/** What one decides about a compactor; a `MonitoringStack` joins it to the rest. */
export interface CompactorOptions extends CompactorTuning, ProgramOptions {
  /** Name of the objects. @default - the construct's id */
  readonly name?: string;
  /**
   * Merges the copies of a series that its blocks' labels tell apart, and late samples with the others. What is merged stays
   * merged.
   *
   * Where all copies are equal, those of a ring without twin senders, the merged one has every sample that any of them has. With twins
   * it has one copy's samples at a time, as what Query returns (`--deduplication.func=penalty`): where that copy has a gap and another one
   * takes its place, up to two scrapes are left out that the others have. So the raw history of some series lacks up to two scrapes at
   * each restart of an ingestor or of a sender. Rates over a few minutes hardly change: what counters counted meanwhile is in their next
   * sample. Thanos 0.42.4 has no function that would keep the samples of a ring's copies and yet not mix those of twins
   * (github.com/thanos-io/thanos/issues/7807 tells of the same in Query). @default true
   */
  readonly verticalCompaction?: boolean;
  /** Labels of blocks that tell copies apart, for blocks that other apps write. @default - those of the parts of this app */
  readonly replicaLabels?: string[];
  /** Serves a page that shows the blocks, at `blockViewerEndpoint`. @default true */
  readonly blockViewer?: boolean;
  /** Lets anyone who reaches that page mark blocks for deletion. @default false */
  readonly adminOperations?: boolean;
  /** Volume for the blocks that are being merged. @default - from the plan */
  readonly storageSize?: Size;
  /** StorageClass of the volume. @default - the platform's */
  readonly storageClassName?: string;
  /** Who else may open the block viewer. @default - nobody */
  readonly allowFrom?: NetworkPeer[];
}

/** Properties of a `Compactor`. */
export interface CompactorProps extends CompactorOptions {
  /** The bucket that is compacted. */
  readonly bucket: IObjectStore;
  /** What it is planned for. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
  /**
   * Labels of the blocks that are its own, where several rings write to one bucket: each then has a compactor of its own.
   * @default - all blocks
   */
  readonly streamLabels?: Record<string, string>;
}

/** A retention; to Thanos 0 means for ever. */
function finite(): Field<Duration> {
  const [anyTime, orNone] = [duration(), duration({ min: 0 })];
  return {
    ...anyTime,
    problem: value => (orNone.problem(value) === undefined && orNone.base(value) === 0
      ? 'must not be 0: Thanos would keep these samples for ever, and the bucket would grow without end; state how long they are kept, e.g. Duration.days(30)'
      : anyTime.problem(value)),
  };
}

/** One row a prop; row order is the order of the arguments. */
export const COMPACTOR_FIELDS: Fields<CompactorProps> = {
  ...PROGRAM_FIELDS,
  bucket: required(objectStore()),
  workload: workloadField(),
  name: dnsLabel(),
  streamLabels: map(text(), labelName()),
  verticalCompaction: toggle(),
  replicaLabels: list(labelName()),
  blockViewer: toggle(),
  adminOperations: toggle(),
  storageSize: size(),
  storageClassName: dnsSubdomain(),
  allowFrom: list(networkPeer()),
  retentionRaw: flag('retention.resolution-raw', finite(), { as: 'duration', default: '0d' }),
  retention5m: flag('retention.resolution-5m', finite(), { as: 'duration', default: '0d' }),
  retention1h: flag('retention.resolution-1h', finite(), { as: 'duration', default: '0d' }),
  disableDownsampling: flag('downsampling.disable', toggle(), { default: 'false' }),
  waitInterval: flag('wait-interval', duration({ min: 60 }), { as: 'duration', default: '5m' }),
  consistencyDelay: flag('consistency-delay', duration(), { as: 'duration', default: '30m' }),
  deleteDelay: flag('delete-delay', duration({ min: 60 }), { as: 'duration', default: '48h' }),
  cleanupInterval: flag('compact.cleanup-interval', duration({ min: 0 }), { as: 'duration', default: '5m' }),
  compactConcurrency: flag('compact.concurrency', count({ min: 1 }), { default: '1' }),
  downsampleConcurrency: flag('downsample.concurrency', count({ min: 1 }), { default: '1' }),
  blocksFetchConcurrency: flag('compact.blocks-fetch-concurrency', count({ min: 1 }), { default: '1' }),
  blockFilesConcurrency: flag('block-files-concurrency', count({ min: 1 }), { default: '1' }),
  blockMetaFetchConcurrency: flag('block-meta-fetch-concurrency', count({ min: 1 }), { default: '32' }),
  blockViewerSyncInterval: flag('block-viewer.global.sync-block-interval', duration({ min: 60 }), { as: 'duration', default: '1m' }),
};

/** The props in base units, with the plan's figures and the defaults that no plan decides. */
export type CompactorSettings = Given<CompactorProps> & CompactorPlan & {
  readonly streamLabels: Record<string, string>;
  readonly verticalCompaction: boolean;
};

/** It is ready when it listens; the first sync goes on behind. */
const STARTUP = 60;

const DATA = '/var/thanos/compact';

/**
 * Merges, downsamples and deletes blocks: one pod for each stream of blocks, and the only part that deletes.
 * When it meets a block that it cannot merge it halts, and goes on serving `thanos_compact_halted 1`.
 */
export class Compactor extends Construct implements IPlanned {
  /** The figures of its plan. */
  public readonly figures: Figure[];
  /** The block viewer, a page on the compactor's HTTP port. */
  public readonly blockViewerEndpoint: Endpoint;
  /** The StatefulSet, for patches. */
  public readonly statefulSet: ApiObject;

  private readonly settings: CompactorSettings;
  private readonly bucket: IObjectStore;

  constructor(scope: Construct, id: string, props: CompactorProps) {
    super(scope, id);
    const given = read(this, COMPACTOR_FIELDS, props);
    const load = loadFor(this, given.workload);
    const plan = planCompactor(load, ringFor(this, load), given);
    const settings: CompactorSettings = {
      streamLabels: {},
      verticalCompaction: true,
      ...given,
      ...plan,
      blockViewerSyncInterval: given.blockViewer === false ? undefined : given.blockViewerSyncInterval ?? VIEWER_SYNC,
    };
    check(this, COMPACTOR_RULES, settings);
    checkAgainstPlan(this, plan.figures);
    this.figures = plan.figures;
    this.settings = settings;
    this.bucket = props.bucket;

    const workload = this.addWorkload(given.name ?? id);
    this.blockViewerEndpoint = workload.endpoint(THANOS_HTTP.name);
    this.statefulSet = workload.controllers[0];
    this.register();
  }

  private addWorkload(name: string): PodWorkload {
    const { settings } = this;
    const bucket = connectionOf(this, this.bucket, ObjectStoreAccess.READ_WRITE_DELETE);
    const access = objectStoreProps(bucket);
    const workload = thanosWorkload(this, 'compactor', {
      ...access,
      subcommand: 'compact',
      name,
      instance: name,
      component: 'compactor',
      kind: 'StatefulSet',
      sets: [{ suffix: '', replicas: 1, labels: {} }],
      args: () => ['--wait', `--data-dir=${DATA}`, ...access.args, ...this.viewerArgs(), ...renderFlags(COMPACTOR_FIELDS, settings), ...this.streamArgs(), ...this.mergeArgs()],
      options: settings,
      resources: settings,
      // What is on it is downloaded again when it is gone.
      storage: { name: 'data', mountPath: DATA, size: settings.storageSize, storageClassName: settings.storageClassName, disposable: true },
      startup: STARTUP,
      terminationGracePeriod: THANOS_GRACE,
    });
    connectObjectStore(workload, bucket, 'merges and deletes blocks');
    Graph.of(this).admit(workload, THANOS_HTTP.port, 'opens the block viewer', settings.allowFrom);
    return workload;
  }

  private register(): void {
    const graph = Graph.of(this);
    const { streamLabels, deleteDelay, retentionRaw, retention5m, retention1h, disableDownsampling } = this.settings;
    const retention = disableDownsampling ? retentionRaw : Math.max(retentionRaw, retention5m, retention1h);
    graph.addBlockCompactor(this.bucket, { at: this, streamLabels, deleteDelay, retention });
    graph.addCheck(this, report => checkMerging(report, this.settings, graph.blockWriters(this.bucket)));
  }

  private viewerArgs(): string[] {
    const { blockViewer, adminOperations } = this.settings;
    return [...(blockViewer === false ? ['--web.disable'] : []), ...(adminOperations ? [] : ['--disable-admin-operations'])];
  }

  /** Leaves the blocks of other rings alone. */
  private streamArgs(): string[] {
    const keep = Object.entries(this.settings.streamLabels).map(([label, value]) =>
      ({ action: 'keep', source_labels: [label], regex: literal(value) }));
    return keep.length > 0 ? [`--selector.relabel-config=${stringify(keep, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })}`] : [];
  }

  /** Which copies are merged, and how: those of a ring sample by sample, those of two scrapers by taking one or the other. */
  private mergeArgs(): string[] {
    const { verticalCompaction, replicaLabels = [] } = this.settings;
    const writers = Graph.of(this).blockWriters(this.bucket).filter(writer => takes(this.settings, writer));
    const labels = blockReplicaLabels(writers);
    const names = [...new Set([...labels.map(({ name }) => name), ...replicaLabels])];
    if (!verticalCompaction) {
      return [];
    }
    if (names.length === 0) {
      return writers.some(({ outOfOrderTimeWindow }) => outOfOrderTimeWindow > 0) ? ['--compact.enable-vertical-compaction'] : [];
    }
    const penalty = replicaLabels.length > 0 || labels.some(({ identical }) => !identical);
    return [...names.map(name => `--deduplication.replica-label=${name}`), ...(penalty ? ['--deduplication.func=penalty'] : [])];
  }
}
