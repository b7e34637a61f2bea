import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { endpointFile } from './endpoint-file';
import { ImportedQuery } from './imported-query';
import { ACTIVE_QUERIES, ACTIVE_QUERIES_SIZE, QuerySettings, THANOS_QUERY_FIELDS, THANOS_QUERY_RULES, ThanosQueryProps } from './query-props';
import { checkStores } from './store-checks';
import { holders, replicaLabelsOf, setStores, timeRangeOf } from './store-tree';
import { ConfigFiles } from '../core/config-file';
import { Endpoint, IQueryApi, IStoreApi, StoreEndpoint, storeApi } from '../core/endpoint';
import { isSound, read } from '../core/fields';
import { check } from '../core/findings';
import { renderFlags } from '../core/flags';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { commonLabels } from '../core/labels';
import type { PodWorkload } from '../core/pod-workload';
import { LOOKBACK_DELTA, THANOS_GRPC, THANOS_HTTP, thanosWorkload } from '../core/thanos';
import { durationText } from '../core/units';
import { checkAgainstPlan, IPlanned, loadFor, ringFor } from '../plan/context';
import { Figure } from '../plan/figure';
import { planQuery } from '../plan/query';

const CONFIG = '/etc/thanos/query';
const ENDPOINTS = 'endpoints.yaml';

/** Thanos polls the file; the kubelet takes about a minute to bring a changed ConfigMap to the pods. */
const RELOAD_INTERVAL = 30;

/** A first round of DNS takes up to half a minute, and the first answers of the stores up to their response timeout. */
const STARTUP = 60;

/** Seconds that Kubernetes waits longer than the program for queries at work. */
const TERMINATION_MARGIN = 30;

/** Evaluates PromQL over all stores, and merges the copies of a series into one. */
export class ThanosQuery extends Construct implements IQueryApi, IStoreApi, IPlanned {
  /**
   * An API like Prometheus' that another app or another cluster serves.
   * @param path what stands before `/api/v1`, if anything
   */
  public static fromQueryEndpoint(scope: Construct, id: string, endpoint: Endpoint, path?: string): IQueryApi {
    return new ImportedQuery(scope, id, endpoint, path);
  }

  public readonly queryEndpoint: Endpoint;
  public readonly queryUrl: string;
  public readonly figures: Figure[];
  /** The Deployment, for patches. */
  public readonly deployment: ApiObject;
  /** @internal */
  public readonly _settings: QuerySettings;
  private readonly stores: IStoreApi[] = [];
  private readonly workload: PodWorkload;

  constructor(scope: Construct, id: string, props: ThanosQueryProps = {}) {
    super(scope, id);
    const given = read(this, THANOS_QUERY_FIELDS, props);
    const load = loadFor(this, given.workload);
    const plan = planQuery(load, ringFor(this, load), given);
    this._settings = {
      autoDownsampling: true,
      trackActiveQueries: true,
      lookbackDelta: 2 * load.scrapeInterval > LOOKBACK_DELTA ? 2 * load.scrapeInterval : undefined,
      ...given,
      ...plan,
      scrapeInterval: load.scrapeInterval,
      totalSeries: load.totalSeries,
    };
    check(this, THANOS_QUERY_RULES, this._settings);
    checkAgainstPlan(this, plan.figures);
    this.figures = plan.figures;

    this.workload = this.addWorkload(given.name ?? id);
    this.deployment = this.workload.controllers[0];
    this.queryEndpoint = this.workload.endpoint(THANOS_HTTP.name);
    const path = given.webRoutePrefix ?? given.webExternalPrefix ?? '';
    this.queryUrl = `http://${this.queryEndpoint.address}${path === '/' ? '' : path}`;
    setStores(this, this.stores);
    given.stores?.forEach(store => this.addStore(store));
    this.allow();
    Graph.of(this).addCheck(this, report => checkStores(this, this.stores, this._settings, report));
  }

  /** Queries one more store. */
  public addStore(store: IStoreApi): void {
    if (!isSound(this, 'addStore', 'invalid-store', storeApi(), store)) {
      return;
    }
    this.stores.push(store);
    for (const { endpoint } of store.storeEndpoints) {
      Graph.of(this).connect(this.workload, endpoint, 'reads series');
    }
  }

  /** Its own Store API: all that its stores have, copies not yet merged. */
  public get storeEndpoints(): StoreEndpoint[] {
    return [{
      endpoint: this.workload.endpoint(THANOS_GRPC.name),
      identicalReplicas: true,
      replicaLabels: this.replicaLabels,
      ...timeRangeOf(holders(this.stores).flatMap(store => store.storeEndpoints)),
    }];
  }

  private get replicaLabels(): string[] {
    return replicaLabelsOf(this.stores, this._settings.replicaLabels);
  }

  private addWorkload(name: string): PodWorkload {
    const group = { program: ProgramName.THANOS, instance: name, component: 'query' };
    const settings = this._settings;
    const config = new ConfigFiles(this, 'config', {
      name,
      labels: commonLabels(this, group),
      files: { [ENDPOINTS]: () => endpointFile(this.stores.flatMap(store => store.storeEndpoints)) },
    });
    return thanosWorkload(this, 'query', {
      subcommand: 'query',
      name,
      instance: group.instance,
      component: group.component,
      kind: 'Deployment',
      grpc: true,
      sets: [{ suffix: '', replicas: settings.replicas, labels: {} }],
      args: () => [
        // A pod that stops lets its queries end.
        `--http-grace-period=${durationText(settings.timeout)}`,
        `--grpc-grace-period=${durationText(settings.timeout)}`,
        `--endpoint.sd-config-file=${CONFIG}/${ENDPOINTS}`,
        `--endpoint.sd-config-reload-interval=${durationText(RELOAD_INTERVAL)}`,
        ...renderFlags(THANOS_QUERY_FIELDS, settings),
        ...this.replicaLabels.map(label => `--query.replica-label=${label}`),
      ],
      options: settings,
      resources: settings,
      volumes: [
        config.mount(CONFIG),
        ...(settings.trackActiveQueries ? [{ mountPath: ACTIVE_QUERIES, volume: { name: 'active-queries', emptyDir: { sizeLimit: ACTIVE_QUERIES_SIZE } } }] : []),
      ],
      maxUnavailable: settings.replicas > 1 ? 1 : undefined,
      startup: STARTUP + settings.storeResponseTimeout,
      terminationGracePeriod: Math.ceil(settings.timeout) + TERMINATION_MARGIN,
    });
  }

  private allow(): void {
    const graph = Graph.of(this);
    graph.admit(this.workload, THANOS_HTTP.port, 'queries', this._settings.allowFrom);
    graph.admit(this.workload, THANOS_GRPC.port, 'reads series', this._settings.allowStoreApiFrom);
  }
}
