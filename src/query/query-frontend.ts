import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { FrontendSettings, MAX_QUERY_PARALLELISM, QUERY_FRONTEND_FIELDS, QUERY_FRONTEND_RULES, QueryFrontendProps } from './query-frontend-props';
import type { CacheConnection } from './response-cache';
import { ThanosQuery } from './thanos-query';
import { Endpoint, IQueryApi } from '../core/endpoint';
import { read } from '../core/fields';
import { check, Severity } from '../core/findings';
import { renderFlags } from '../core/flags';
import { Graph } from '../core/graph';
import { secretEnvironment } from '../core/object-store';
import type { PodWorkload } from '../core/pod-workload';
import { TENANT_HEADER, THANOS_HTTP, thanosWorkload } from '../core/thanos';
import { bytesText, durationText } from '../core/units';
import { stringify } from '../core/yaml';
import { checkAgainstPlan, IPlanned, loadFor } from '../plan/context';
import { Figure } from '../plan/figure';
import { planQueryFrontend } from '../plan/query-frontend';

/** Seconds. A minute, as Thanos has it, is less than what a sender lags behind while routers are rolled. */
const CACHE_MAX_FRESHNESS = 600;

/** Seconds. */
const SLOW_QUERY = 10;

/** Thanos' docs, Query Frontend, recommend at least this. */
const MAX_IDLE_CONNS_PER_HOST = 100;

/** Names of labels are small beside answers, and are asked for whenever a dashboard is opened; derivation, to be calibrated on the bench. */
const LABELS_CACHE_SHARE = 0.25;

/** Seconds that a stopping pod lets its queries go on if Query's timeout is not known; Thanos' default of `--http-grace-period`. */
const GRACE = 120;

/** Seconds that Kubernetes waits longer than the program. */
const TERMINATION_MARGIN = 30;

/** Seconds. It is ready when Query is, and is not to be killed because Query is late. */
const STARTUP = 600;

/** Stands before Query: cuts long queries into days, asks them side by side, and keeps the answers. */
export class QueryFrontend extends Construct implements IQueryApi, IPlanned {
  public readonly queryEndpoint: Endpoint;
  public readonly queryUrl: string;
  public readonly figures: Figure[];
  /** The Deployment, for patches. */
  public readonly deployment: ApiObject;

  constructor(scope: Construct, id: string, props: QueryFrontendProps) {
    super(scope, id);
    const given = read(this, QUERY_FRONTEND_FIELDS, props);
    const plan = planQueryFrontend(loadFor(this, given.workload), given.cache ? { cacheSize: 0, ...given } : given);
    const { downstream } = props;
    const settings: FrontendSettings = {
      cacheMaxFreshness: CACHE_MAX_FRESHNESS,
      compressCache: true,
      compressResponses: true,
      logQueriesLongerThan: SLOW_QUERY,
      maxIdleConnsPerHost: MAX_IDLE_CONNS_PER_HOST,
      labelsCacheSize: given.cache ? 0 : Math.ceil(plan.cacheSize * LABELS_CACHE_SHARE),
      instantMaxRetries: plan.maxRetries,
      labelsMaxRetries: plan.maxRetries,
      ...asBehind(downstream),
      ...given,
      ...plan,
    };
    // A memory that is not used has no figure.
    this.figures = plan.figures.filter(({ name }) => name !== 'cacheSize' || !given.cache);
    check(this, QUERY_FRONTEND_RULES, settings);
    checkAgainstPlan(this, this.figures);
    checkDownstream(this, settings, downstream);

    const cache = given.cache?._connect(this);
    const workload = this.addWorkload(given.name ?? id, settings, downstream, cache);
    this.deployment = workload.controllers[0];
    this.queryEndpoint = workload.endpoint(THANOS_HTTP.name);
    this.queryUrl = `http://${this.queryEndpoint.address}${partsOf(downstream).path}`;
    const graph = Graph.of(this);
    graph.connect(workload, downstream.queryEndpoint, 'forwards queries');
    cache?.endpoints.forEach(endpoint => graph.connect(workload, endpoint, 'keeps answers'));
    graph.admit(workload, THANOS_HTTP.port, 'queries', given.allowFrom);
  }

  private addWorkload(name: string, settings: FrontendSettings, downstream: IQueryApi, cache?: CacheConnection): PodWorkload {
    const grace = downstream instanceof ThanosQuery ? downstream._settings.timeout : GRACE;
    return thanosWorkload(this, 'query-frontend', {
      subcommand: 'query-frontend',
      name,
      instance: name,
      component: 'query-frontend',
      kind: 'Deployment',
      sets: [{ suffix: '', replicas: settings.replicas, labels: {} }],
      args: [
        `--http-grace-period=${durationText(grace)}`,
        // Never with a path: the frontend asks `<URL>/-/ready`, which Query serves above all paths, and passes on the paths of its clients.
        `--query-frontend.downstream-url=${partsOf(downstream).origin}`,
        `--query-frontend.downstream-tripper-config=${stringify({ max_idle_conns_per_host: settings.maxIdleConnsPerHost })}`,
        `--query-range.response-cache-config=${cache?.config ?? inMemory(settings.cacheSize)}`,
        `--labels.response-cache-config=${cache?.config ?? inMemory(settings.labelsCacheSize)}`,
        ...renderFlags(QUERY_FRONTEND_FIELDS, settings),
      ],
      options: settings,
      resources: settings,
      environment: secretEnvironment(cache?.variables ?? []),
      maxUnavailable: settings.replicas > 1 ? 1 : undefined,
      startup: STARTUP,
      terminationGracePeriod: Math.ceil(grace) + TERMINATION_MARGIN,
    });
  }
}

/** What a frontend must do as Query does: it writes its own choice of partial responses into every request, and parses PromQL too. */
function asBehind(downstream: IQueryApi): Partial<FrontendSettings> {
  if (!(downstream instanceof ThanosQuery)) {
    return {};
  }
  const { partialResponse, experimentalFunctions, xFunctions } = downstream._settings;
  return { partialResponse, labelsPartialResponse: partialResponse, experimentalFunctions, xFunctions };
}

function checkDownstream(frontend: Construct, { maxQueryParallelism = MAX_QUERY_PARALLELISM }: FrontendSettings, downstream: IQueryApi): void {
  if (!(downstream instanceof ThanosQuery)) {
    return;
  }
  const { tenantHeader = TENANT_HEADER, maxConcurrent, replicas } = downstream._settings;
  const graph = Graph.of(frontend);
  // Whatever clients call it: Thanos 0.42, pkg/tenancy, renames the header on its way.
  if (tenantHeader !== TENANT_HEADER) {
    graph.report(frontend, 'frontend-tenant-header-lost', `A frontend names the tenant to Query in the header ${TENANT_HEADER}, but 'tenantHeader' of `
      + `'${downstream.node.path}' is ${tenantHeader}, so that Query would take every client for the default tenant. Leave it out there and set 'tenantHeader' here.`);
  }
  if (maxQueryParallelism > maxConcurrent * replicas) {
    graph.report(frontend, 'frontend-query-takes-all', `One long query sends up to ${maxQueryParallelism} pieces at once ('maxQueryParallelism'), but '${downstream.node.path}' `
      + `evaluates no more than ${maxConcurrent * replicas} queries at once (${replicas} 'replicas' × ${maxConcurrent} 'maxConcurrent'): everybody else would wait. `
      + 'Lower the first or raise one of the others.', Severity.WARNING);
  }
}

const inMemory = (size: number): string => stringify({ type: 'IN-MEMORY', config: { max_size: bytesText(size) } });

/** The URL of an API in two: scheme and address, and the path. */
function partsOf({ queryUrl, queryEndpoint: { address } }: IQueryApi): { origin: string; path: string } {
  const end = queryUrl.indexOf(address) + address.length;
  return { origin: queryUrl.slice(0, end), path: queryUrl.slice(end) };
}
