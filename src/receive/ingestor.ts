import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { partOfName, perZone } from './hashring';
import { RECEIVE_REPLICA, ReplicationProtocol, RingSettings, ZoneRollout } from './ring-props';
import { CAPNPROTO, tenancyArgs } from './router';
import { count, duration, Fields, Given, toggle } from '../core/fields';
import { Rule, Severity } from '../core/findings';
import { flag, literalArgument, renderFlags } from '../core/flags';
import { connectionOf, connectObjectStore, ObjectStoreAccess, objectStoreProps } from '../core/object-store';
import { PodSet, PodWorkload } from '../core/pod-workload';
import { PROGRAM_FIELDS, ProgramOptions, ProgramResources } from '../core/program-options';
import { thanosWorkload, uncountedLimits } from '../core/thanos';
import { durationText } from '../core/units';
import { quorum } from '../plan/combinations';

/** Settings of the ingestors of a ring. */
export interface ReceiveIngestorOptions extends ProgramOptions {
  /** How long blocks stay on the volume after their upload; Query reads recent data from here. @default - from the plan */
  readonly tsdbRetention?: Duration;
  /** How much older than the newest sample of its tenant a sample may be; what a sender held back in an outage is. @default - from the plan */
  readonly outOfOrderTimeWindow?: Duration;
  /** Samples of one chunk of late samples, from 1 to 255. @default 32 */
  readonly outOfOrderCapMax?: number;
  /** How far ahead of the ingestor's clock a sample may be; without a bound, one wrong clock makes every other sample too old. @default 10 minutes */
  readonly tooFarInFutureTimeWindow?: Duration;
  /** Exemplars that each tenant's head keeps; 0 is none. @default - from the plan */
  readonly maxExemplars?: number;
  /** Compresses the write-ahead log. @default true */
  readonly walCompression?: boolean;
  /** Series that one Series call of Query may touch; Thanos 0.42 does not hold it. 0 is no limit. @default 0 */
  readonly storeRequestSeriesLimit?: number;
  /** Samples that one Series call of Query may touch; Thanos 0.42 does not hold it. 0 is no limit. @default 0 */
  readonly storeRequestSamplesLimit?: number;
  /** How long a stopping ingestor may flush its head and upload the last block. @default 15 minutes */
  readonly terminationGracePeriod?: Duration;
}

/** One row a prop; row order is the order of the arguments. */
export const INGESTOR_FIELDS: Fields<ReceiveIngestorOptions> = {
  ...PROGRAM_FIELDS,
  tsdbRetention: flag('tsdb.retention', duration(), { as: 'duration', default: '15d' }),
  outOfOrderTimeWindow: flag('tsdb.out-of-order.time-window', duration({ min: 0 }), { as: 'duration', default: '0s' }),
  outOfOrderCapMax: flag('tsdb.out-of-order.cap-max', count({ min: 1, max: 255 }), { default: '0' }),
  tooFarInFutureTimeWindow: flag('tsdb.too-far-in-future.time-window', duration({ min: 0 }), { as: 'duration', default: '0s' }),
  maxExemplars: flag('tsdb.max-exemplars', count(), { default: '0' }),
  walCompression: flag('tsdb.wal-compression', toggle(), { default: 'true', negatable: true }),
  storeRequestSeriesLimit: flag('store.limits.request-series', count(), { default: '0' }),
  storeRequestSamplesLimit: flag('store.limits.request-samples', count(), { default: '0' }),
  terminationGracePeriod: duration({ min: 30 }),
};

export type IngestorSettings = Given<ReceiveIngestorOptions> & ProgramResources & {
  readonly tsdbRetention: number;
  readonly outOfOrderTimeWindow: number;
  readonly maxExemplars: number;
  readonly storageSize: number;
  readonly terminationGracePeriod: number;
};

/** Two blocks of two hours: the one that is being written, and the one that is being uploaded and not yet seen by store gateways. */
const SHORTEST_RETENTION = 4 * 3600;

export const INGESTOR_RULES: Rule<IngestorSettings>[] = [{
  id: 'ring-retention-too-short',
  broken: s => s.tsdbRetention < SHORTEST_RETENTION,
  says: s => `'ingestor.tsdbRetention' must be at least ${durationText(SHORTEST_RETENTION)}, but is ${durationText(s.tsdbRetention)}: a block is written for two hours, `
    + 'and must be uploaded and seen by the store gateways before its ingestor deletes it.',
}, {
  id: 'ring-grace-too-short',
  severity: Severity.WARNING,
  broken: s => s.terminationGracePeriod < 300,
  says: s => `'ingestor.terminationGracePeriod' (${durationText(s.terminationGracePeriod)}) may end before a stopping ingestor has flushed its head and uploaded `
    + 'the block; what is left stays on the volume until its next start. Give it 5 minutes or more.',
}, uncountedLimits('ring-limit-not-held', ['storeRequestSeriesLimit', 'storeRequestSamplesLimit'], 'ingestor.')];

const DATA = '/var/thanos/receive';

/** The stateful half of a ring: a head a tenant, blocks to the bucket, and a Store API over both. */
export function addIngestors(ring: Construct, settings: RingSettings, ingestor: IngestorSettings): PodWorkload {
  const bucket = connectionOf(ring, settings.bucket!, ObjectStoreAccess.READ_WRITE);
  const access = objectStoreProps(bucket);
  const zonal = (settings.zones?.length ?? 0) > 1;
  const workload = thanosWorkload(ring, 'ingestor', {
    ...access,
    subcommand: 'receive',
    instance: settings.name,
    component: 'receive-ingestor',
    name: `${settings.name}-ingestor`,
    kind: 'StatefulSet',
    grpc: true,
    extraPorts: settings.replicationProtocol === ReplicationProtocol.CAPNPROTO ? [CAPNPROTO] : [],
    sets: ingestorSets(settings),
    environment: [...access.environment, { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    args: [
      `--label=${RECEIVE_REPLICA}="$(POD_NAME)"`,
      ...Object.entries(settings.externalLabels ?? {}).map(([label, value]) => `--label=${label}=${literalArgument(JSON.stringify(value))}`),
      `--tsdb.path=${DATA}`,
      ...access.args,
      ...tenancyArgs(settings),
      ...renderFlags(INGESTOR_FIELDS, ingestor),
    ],
    options: ingestor,
    resources: ingestor,
    storage: { name: 'data', mountPath: DATA, size: ingestor.storageSize, storageClassName: settings.storageClassName },
    // Without copies each that is away stops writes: drains at least take one after the other.
    maxUnavailable: settings.ingestors > 1 ? Math.max(1, settings.replicationFactor - quorum(settings.replicationFactor)) : undefined,
    minReadySeconds: settings.minReady,
    updateStrategy: zonal && settings.zoneRollout !== ZoneRollout.ARGO_SYNC_WAVES ? 'OnDelete' : 'RollingUpdate',
    // Routers address members one by one, also while they replay.
    publishNotReadyAddresses: true,
    // Two members on one node would go together, and take the write quorum with them.
    separateNodes: true,
    startup: 1800,
    terminationGracePeriod: ingestor.terminationGracePeriod,
  });
  connectObjectStore(workload, bucket, 'uploads blocks');
  return workload;
}

function ingestorSets({ zones, ingestors, zoneRollout, name }: RingSettings): PodSet[] {
  if (!zones) {
    return [{ suffix: '', replicas: ingestors, labels: {} }];
  }
  return perZone(ingestors, zones.length).map((replicas, index) => ({
    suffix: partOfName(zones[index]),
    replicas,
    zone: zones[index],
    labels: { 'thanos.io/zone': zones[index] },
    ...rollout(zoneRollout, `${name}-ingestor`, index),
  }));
}

/** What the tool that orders the zones looks for on their StatefulSets. */
function rollout(zoneRollout: ZoneRollout | undefined, group: string, index: number): Pick<PodSet, 'objectLabels' | 'annotations'> {
  switch (zoneRollout) {
    case ZoneRollout.ARGO_SYNC_WAVES: return { annotations: { 'argocd.argoproj.io/sync-wave': String(index) } };
    case ZoneRollout.ROLLOUT_OPERATOR: return { objectLabels: { 'rollout-group': group }, annotations: { 'rollout-max-unavailable': '1' } };
    default: return {};
  }
}
