import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { distinctZones } from './hashring';
import { ImportedRing, RemoteWriteUrlOptions } from './imported-ring';
import { addIngestors, INGESTOR_FIELDS, INGESTOR_RULES, IngestorSettings } from './ingestor';
import { RECEIVE_REPLICA, ReplicationProtocol, RING_FIELDS, RingSettings, ThanosReceiveRingProps, ZoneRollout } from './ring-props';
import { RING_RULES } from './ring-rules';
import { addRouters, REMOTE_WRITE_PATH, ROUTER_FIELDS, ROUTER_RULES, RouterSettings, TENANT_LIMITS_FIELDS, TenantLimits } from './router';
import type { ReplicaLabel } from '../core/blocks';
import { IRemoteWriteTarget, IStoreApi, RemoteWriteEndpoint, StoreEndpoint } from '../core/endpoint';
import { Given, read } from '../core/fields';
import { check } from '../core/findings';
import { Graph } from '../core/graph';
import type { PodWorkload } from '../core/pod-workload';
import { prefixed, programRules } from '../core/program-options';
import { TENANT_HEADER, TENANT_LABEL, THANOS_GRPC } from '../core/thanos';
import { SENDER_REPLICAS } from '../plan/constants';
import { checkAgainstPlan, IPlanned, loadFor } from '../plan/context';
import { Figure } from '../plan/figure';
import { planRing, RingPlan } from '../plan/ring';
import { planRingLimits } from '../plan/ring-limits';
import { planSenders } from '../plan/senders';

const MIN_READY = 120;
const TOO_FAR_IN_FUTURE = 600;

/** Props of the ring by the figures that they set, where the two are called differently. */
const PROPS: Record<string, string> = {
  ingestorStorageSize: 'storageSize',
  ingestorMemoryLimit: 'ingestor.memoryLimit',
  outOfOrderTimeWindow: 'ingestor.outOfOrderTimeWindow',
  routerMemoryLimit: 'router.memoryLimit',
  requestSizeBytesLimit: 'router.requestSizeBytesLimit',
  requestSeriesLimit: 'router.requestSeriesLimit',
  requestSamplesLimit: 'router.requestSamplesLimit',
  headSeriesLimit: 'router.headSeriesLimit',
};

/**
 * A replicated ring of Thanos Receive: stateless routers that take remote write and forward each series to the members that own
 * it, and ingestors that keep it, upload it as blocks and serve it meanwhile. The ring is static: it names the pods of the
 * StatefulSets that this same construct owns, and changes only when `members` does.
 *
 * Thanos up to 0.42.5 ends with a panic (`MultiTSDB).Prune`) if an ingestor is still starting or replaying in the first minute of each
 * fourth hour of UTC, when it looks for idle tenants (thanos-io/thanos#8990). Kubernetes starts it again, and a minute later that succeeds.
 */
export class ThanosReceiveRing extends Construct implements IRemoteWriteTarget, IStoreApi, IPlanned {
  /** A ring, or anything else that takes remote write, elsewhere. */
  public static fromRemoteWriteUrl(scope: Construct, id: string, url: string, options: RemoteWriteUrlOptions = {}): IRemoteWriteTarget {
    return new ImportedRing(scope, id, url, options);
  }

  public readonly remoteWriteEndpoint: RemoteWriteEndpoint;
  public readonly figures: Figure[];
  /** Copies of each sample in force. */
  public readonly replicationFactor: number;
  /** Members of the ring in force. */
  public readonly members: number;
  /** The routers' Deployment, for patches. */
  public readonly routerDeployment: ApiObject;
  /** The ingestors' StatefulSets, one a zone, for patches. */
  public readonly ingestorStatefulSets: ApiObject[];
  /** @internal */
  public readonly _plan: RingPlan;
  /** @internal */
  public readonly _ingestors: PodWorkload;
  private readonly tsdbRetention: Duration;

  constructor(scope: Construct, id: string, props: ThanosReceiveRingProps) {
    super(scope, id);
    const given = read(this, RING_FIELDS, props);
    const router = read(this, ROUTER_FIELDS, given.router ?? {}, 'router.');
    const ingestor = read(this, INGESTOR_FIELDS, given.ingestor ?? {}, 'ingestor.');
    const load = loadFor(this, given.workload);

    const plan = planRing(load, { senderReplicas: given.senderReplicas ?? SENDER_REPLICAS, zones: given.zones?.length }, {
      ...given,
      ...prefixed('router', router),
      ...prefixed('ingestor', ingestor),
      ingestorStorageSize: given.storageSize,
      tsdbRetention: ingestor.tsdbRetention,
      outOfOrderTimeWindow: ingestor.outOfOrderTimeWindow,
      maxExemplars: ingestor.maxExemplars,
      terminationGracePeriod: ingestor.terminationGracePeriod,
    });
    const limits = planRingLimits(load, plan, planSenders(load, plan, {}), router);
    this._plan = plan;
    this.figures = [...plan.figures, ...limits.figures];

    const settings: RingSettings = {
      replicationProtocol: ReplicationProtocol.PROTOBUF,
      tenantHeader: TENANT_HEADER,
      tenantLabel: TENANT_LABEL,
      zoneRollout: ZoneRollout.ON_DELETE,
      minReady: MIN_READY,
      ...given,
      name: given.name ?? id,
      replicationFactor: plan.replicationFactor,
      members: plan.members,
      ingestors: plan.ingestors,
      routers: plan.routers,
    };
    const routerSettings: RouterSettings = {
      ...router,
      ...limits,
      tenants: this.tenantLimits(router.tenantLimits),
      cpuRequest: plan.routerCpuRequest,
      memoryRequest: plan.routerMemoryRequest,
      memoryLimit: plan.routerMemoryLimit,
    };
    const ingestorSettings: IngestorSettings = {
      tooFarInFutureTimeWindow: TOO_FAR_IN_FUTURE,
      walCompression: true,
      ...ingestor,
      tsdbRetention: plan.tsdbRetention,
      outOfOrderTimeWindow: plan.outOfOrderTimeWindow,
      maxExemplars: plan.maxExemplars,
      terminationGracePeriod: plan.terminationGracePeriod,
      storageSize: plan.ingestorStorageSize,
      cpuRequest: plan.ingestorCpuRequest,
      memoryRequest: plan.ingestorMemoryRequest,
      memoryLimit: plan.ingestorMemoryLimit,
    };
    check(this, RING_RULES, settings);
    check(this, [...ROUTER_RULES, ...programRules('router.')], routerSettings);
    check(this, [...INGESTOR_RULES, ...programRules('ingestor.')], ingestorSettings);
    checkAgainstPlan(this, this.figures, ({ name }) => PROPS[name] ?? name);

    this.replicationFactor = settings.replicationFactor;
    this.members = settings.members;
    this.tsdbRetention = Duration.seconds(Math.round(ingestorSettings.tsdbRetention));
    // A zone that was named twice has been reported; the rest goes on, so that other mistakes are found as well.
    const distinct = { ...settings, zones: settings.zones && distinctZones(settings.zones) };
    this._ingestors = addIngestors(this, distinct, ingestorSettings);
    const routers = addRouters(this, distinct, routerSettings, this._ingestors);
    this.routerDeployment = routers.controllers[0];
    this.ingestorStatefulSets = this._ingestors.controllers;
    const endpoint = routers.endpoint('remote-write');
    this.remoteWriteEndpoint = {
      endpoint,
      url: `http://${endpoint.address}${REMOTE_WRITE_PATH}`,
      replicationFactor: settings.replicationFactor,
      members: settings.members,
      requestSamplesLimit: limits.requestSamplesLimit,
      requestSeriesLimit: limits.requestSeriesLimit,
      outOfOrderTimeWindow: Duration.seconds(Math.round(ingestorSettings.outOfOrderTimeWindow)),
      tenantHeader: settings.tenantHeader,
      tenantLabel: settings.tenantLabel,
      replicaLabel: RECEIVE_REPLICA,
    };
    Graph.of(this).addBlockWriter(props.bucket, {
      at: this,
      replicaLabels: () => this.replicaLabels(),
      streamLabels: given.externalLabels ?? {},
      activeSeries: given.activeSeries ?? load.totalSeries / plan.rings,
      localRetention: ingestorSettings.tsdbRetention,
      outOfOrderTimeWindow: ingestorSettings.outOfOrderTimeWindow,
    });
  }

  /** Where the ingestors' heads and blocks are read. The labels follow the senders, which may come later. */
  public get storeEndpoints(): StoreEndpoint[] {
    return [{
      endpoint: this._ingestors.endpoint(THANOS_GRPC.name),
      identicalReplicas: false,
      replicaLabels: this.replicaLabels().map(({ name }) => name),
      maxAge: this.tsdbRetention,
    }];
  }

  private replicaLabels(): ReplicaLabel[] {
    return [{ name: RECEIVE_REPLICA, on: 'blocks', identical: true }, ...Graph.of(this).replicaLabels(this)];
  }

  private tenantLimits(tenants: Record<string, TenantLimits> = {}): Record<string, Given<TenantLimits>> {
    return Object.fromEntries(Object.entries(tenants).map(([tenant, own]) =>
      [tenant, read(this, TENANT_LIMITS_FIELDS, own, `router.tenantLimits.${tenant}.`)]));
  }
}
