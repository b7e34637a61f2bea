import type { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { membersOf } from './hashring';
import { ReplicationProtocol, RingSettings } from './ring-props';
import { ConfigFiles } from '../core/config-file';
import { EndpointProtocol, IQueryApi, queryApi } from '../core/endpoint';
import { count, Fields, Given, map, oneOf, size, some } from '../core/fields';
import { Rule, Severity } from '../core/findings';
import { flag, renderFlags } from '../core/flags';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { commonLabels } from '../core/labels';
import { PodWorkload, WorkloadPort } from '../core/pod-workload';
import { PROGRAM_FIELDS, ProgramOptions, ProgramResources } from '../core/program-options';
import { THANOS_GRACE, THANOS_GRPC, thanosWorkload } from '../core/thanos';
import { stringify } from '../core/yaml';
import type { RingLimitsPlan } from '../plan/ring-limits';

/** Compression between routers and ingestors. */
export enum GrpcCompression {
  SNAPPY = 'snappy',
  NONE = 'none',
}

/** Limits on what one tenant may send. */
export interface TenantLimits {
  /** Size of a request, uncompressed. @default - as for all tenants */
  readonly requestSizeBytesLimit?: Size;
  /** Series in a request; 0 is no limit. @default - as for all tenants */
  readonly requestSeriesLimit?: number;
  /** Samples in a request; 0 is no limit. @default - as for all tenants */
  readonly requestSamplesLimit?: number;
  /** Active series, counted over all replicas; 0 is no limit. @default - as for all tenants */
  readonly headSeriesLimit?: number;
}

/** Settings of the routers of a ring. A request beyond a limit is refused with 413, and its sender drops the batch. */
export interface ReceiveRouterOptions extends ProgramOptions {
  /** Requests that one router forwards to one ingestor at once. @default - from the plan */
  readonly forwardAsyncWorkers?: number;
  /** Compression between routers and ingestors. @default GrpcCompression.SNAPPY */
  readonly grpcCompression?: GrpcCompression;
  /** Requests that one router handles at once; the rest wait. @default - from the plan */
  readonly maxConcurrency?: number;
  /** Size of a request, uncompressed. @default - from the plan */
  readonly requestSizeBytesLimit?: Size;
  /** Series in a request; 0 is no limit. @default - from the plan */
  readonly requestSeriesLimit?: number;
  /** Samples in a request; 0 is no limit. @default - from the plan */
  readonly requestSamplesLimit?: number;
  /**
   * Active series of a tenant, counted over all replicas, beyond which all its requests are answered with 429. Senders then hold
   * back everything, new series and old, until their WAL is full: a cap becomes an outage. Needs `metaMonitoring`.
   * @default 0, no limit
   */
  readonly headSeriesLimit?: number;
  /** Where routers ask how many series a tenant has. @default - none */
  readonly metaMonitoring?: IQueryApi;
  /** Limits of single tenants. @default - none */
  readonly tenantLimits?: Record<string, TenantLimits>;
}

/** One row a prop; row order is the order of the arguments. */
export const ROUTER_FIELDS: Fields<ReceiveRouterOptions> = {
  ...PROGRAM_FIELDS,
  forwardAsyncWorkers: flag('receive.forward.async-workers', count({ min: 1 }), { default: '5' }),
  grpcCompression: flag('receive.grpc-compression', oneOf(GrpcCompression), { default: 'snappy' }),
  maxConcurrency: count(),
  requestSizeBytesLimit: size(),
  requestSeriesLimit: count(),
  requestSamplesLimit: count(),
  headSeriesLimit: count(),
  metaMonitoring: queryApi(),
  tenantLimits: map(some<TenantLimits>()),
};

export const TENANT_LIMITS_FIELDS: Fields<TenantLimits> = {
  requestSizeBytesLimit: size(),
  requestSeriesLimit: count(),
  requestSamplesLimit: count(),
  headSeriesLimit: count(),
};

export type RouterSettings = Given<Omit<ReceiveRouterOptions, 'tenantLimits'>> & RingLimitsPlan & ProgramResources & {
  readonly tenants: Record<string, Given<TenantLimits>>;
};

export const ROUTER_RULES: Rule<RouterSettings>[] = [{
  id: 'ring-head-limit-without-meta-monitoring',
  broken: s => s.headSeriesLimit > 0 && s.metaMonitoring === undefined,
  says: s => `'router.headSeriesLimit' (${s.headSeriesLimit}) needs 'router.metaMonitoring', for routers ask a Prometheus API how many series a tenant has; `
    + 'give it a query API that sees the ring\'s own metrics, or leave the limit out.',
}, {
  id: 'ring-head-limit-blocks-senders',
  severity: Severity.WARNING,
  broken: s => s.headSeriesLimit > 0,
  says: s => `'router.headSeriesLimit' (${s.headSeriesLimit}) answers every request of a tenant beyond it with 429, so that its senders hold back old series `
    + 'as well as new ones and lose what outlasts their WAL. Set sample and target limits on the scrape jobs first, and alert well before the limit.',
}];

const REMOTE_WRITE: WorkloadPort = { name: 'remote-write', port: 19291, protocol: EndpointProtocol.HTTP };
const CONFIG = '/etc/thanos/ring';

/** Path of Thanos' handler of remote write. */
export const REMOTE_WRITE_PATH = '/api/v1/receive';

/** The stateless half of a ring: takes requests, and forwards each series to the members that own it. */
export function addRouters(ring: Construct, settings: RingSettings, router: RouterSettings, ingestors: PodWorkload): PodWorkload {
  const name = `${settings.name}-router`;
  const group = { program: ProgramName.THANOS, instance: settings.name, component: 'receive-router' };
  const config = new ConfigFiles(ring, 'config', {
    name,
    labels: commonLabels(ring, group),
    files: { 'hashrings.json': () => hashrings(settings, ingestors), 'limits.yaml': () => stringify(limits(router)) },
  });
  const workload = thanosWorkload(ring, 'router', {
    subcommand: 'receive',
    instance: group.instance,
    component: group.component,
    name,
    kind: 'Deployment',
    extraPorts: [REMOTE_WRITE],
    sets: [{ suffix: '', replicas: settings.routers, labels: {} }],
    args: [
      `--remote-write.address=0.0.0.0:${REMOTE_WRITE.port}`,
      // Thanos wants an external label of every receiver, though a router keeps no blocks.
      '--label=receive="router"',
      `--receive.hashrings-file=${CONFIG}/hashrings.json`,
      // The flag decides how members keep their heads at a change of the ring, not the file; its own default is hashmod.
      '--receive.hashrings-algorithm=ketama',
      '--receive.hashrings-file-refresh-interval=30s',
      `--receive.limits-config-file=${CONFIG}/limits.yaml`,
      `--receive.replication-factor=${settings.replicationFactor}`,
      `--receive.replication-protocol=${settings.replicationProtocol}`,
      ...tenancyArgs(settings),
      ...renderFlags(ROUTER_FIELDS, router),
    ],
    volumes: [config.mount(CONFIG, 'ring')],
    options: router,
    resources: router,
    maxUnavailable: settings.routers > 1 ? 1 : undefined,
    startup: 60,
    terminationGracePeriod: THANOS_GRACE,
  });
  connectRouters(workload, settings, router, ingestors);
  return workload;
}

function connectRouters(workload: PodWorkload, settings: RingSettings, { metaMonitoring }: RouterSettings, ingestors: PodWorkload): void {
  const graph = Graph.of(workload);
  for (const { set, ordinal } of membersOf(ingestors.sets, settings.members)) {
    graph.connect(workload, ingestors.podEndpoint(forwardPort(settings), set, ordinal), 'forwards samples');
  }
  if (metaMonitoring) {
    graph.connect(workload, metaMonitoring.queryEndpoint, 'counts the series of tenants');
  }
  graph.admit(workload, REMOTE_WRITE.port, 'remote write from outside', settings.allowFrom);
}

/** Arguments that routers and ingestors must agree on. */
export function tenancyArgs({ tenantHeader, tenantLabel, defaultTenant }: RingSettings): string[] {
  return [
    `--receive.tenant-header=${tenantHeader}`,
    `--receive.tenant-label-name=${tenantLabel}`,
    ...(defaultTenant ? [`--receive.default-tenant-id=${defaultTenant}`] : []),
  ];
}

export const CAPNPROTO: WorkloadPort = { name: 'capnproto', port: 19391, protocol: EndpointProtocol.CAPNPROTO };

function forwardPort({ replicationProtocol }: RingSettings): string {
  return replicationProtocol === ReplicationProtocol.CAPNPROTO ? CAPNPROTO.name : THANOS_GRPC.name;
}

/**
 * The ring as Thanos reads it. Ketama hashes the address as it is written: stable DNS names of the StatefulSets, never addresses
 * of pods, so that a restart moves nothing.
 */
function hashrings(settings: RingSettings, ingestors: PodWorkload): string {
  const endpoints = membersOf(ingestors.sets, settings.members).map(({ set, ordinal }) => ({
    address: ingestors.podEndpoint(THANOS_GRPC.name, set, ordinal).address,
    ...(settings.replicationProtocol === ReplicationProtocol.CAPNPROTO
      ? { capnproto_address: ingestors.podEndpoint(CAPNPROTO.name, set, ordinal).address } : {}),
    ...(set.zone ? { az: set.zone } : {}),
  }));
  return `${JSON.stringify([{ hashring: settings.name, endpoints }], null, 2)}\n`;
}

function limits(router: RouterSettings): object {
  const of = (given: Given<TenantLimits>) => ({
    request: {
      ...(given.requestSizeBytesLimit !== undefined ? { size_bytes_limit: given.requestSizeBytesLimit } : {}),
      ...(given.requestSeriesLimit !== undefined ? { series_limit: given.requestSeriesLimit } : {}),
      ...(given.requestSamplesLimit !== undefined ? { samples_limit: given.requestSamplesLimit } : {}),
    },
    ...(given.headSeriesLimit !== undefined ? { head_series_limit: given.headSeriesLimit } : {}),
  });
  const tenants = Object.entries(router.tenants);
  return {
    write: {
      global: {
        max_concurrency: router.maxConcurrency,
        ...(router.metaMonitoring ? { meta_monitoring_url: router.metaMonitoring.queryUrl } : {}),
      },
      default: of(router),
      ...(tenants.length > 0 ? { tenants: Object.fromEntries(tenants.map(([tenant, own]) => [tenant, of(own)])) } : {}),
    },
  };
}
