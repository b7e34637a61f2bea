import type { Construct } from 'constructs';
import { EndpointProtocol } from './endpoint';
import { type Rule, Severity } from './findings';
import { ProgramName } from './images';
import { logArgs } from './platform';
import { PodWorkload, PodWorkloadProps, WorkloadPort } from './pod-workload';

/** The ports that Thanos' components open by default. */
export const THANOS_HTTP: WorkloadPort = { name: 'http', port: 10902, protocol: EndpointProtocol.HTTP, metrics: '/metrics' };
export const THANOS_GRPC: WorkloadPort = { name: 'grpc', port: 10901, protocol: EndpointProtocol.GRPC };

/** Seconds: Thanos drains for its `--http-grace-period` and `--grpc-grace-period` of two minutes; Kubernetes must wait a little longer. */
export const THANOS_GRACE = 150;

/** What Thanos' components call a tenant in requests, and on blocks and series, when nothing else is said. */
export const TENANT_HEADER = 'THANOS-TENANT';
export const TENANT_LABEL = 'tenant_id';

/** Seconds: without a sample for as long, PromQL takes a series for gone when nothing else is said. */
export const LOOKBACK_DELTA = 300;

/** A Thanos component: what all of them share is decided here, the rest by the part. */
export interface ThanosWorkloadProps extends Omit<PodWorkloadProps, 'group' | 'probes' | 'ports'> {
  /** e.g. `receive`, `store`, `compact`, `query`, `query-frontend`, `tools bucket web`. */
  readonly subcommand: string;
  readonly instance: string;
  readonly component: string;
  readonly grpc?: boolean;
  readonly extraPorts?: WorkloadPort[];
  /** Seconds until it is first ready, at the longest. */
  readonly startup: number;
}

/**
 * Warns of limits on Series calls that Thanos does not hold: its versions 0.41 and 0.42 count nothing of what comes in batches, as all
 * answers to Query do. Store gateways count in another place, and hold theirs.
 */
export const uncountedLimits = <K extends string>(id: string, limits: readonly K[], prefix = ''): Rule<{ readonly [P in K]?: number }> => {
  const stated = (settings: { readonly [P in K]?: number }) => limits.filter(limit => settings[limit]);
  return {
    id,
    severity: Severity.WARNING,
    broken: settings => stated(settings).length > 0,
    says: settings => `${stated(settings).map(limit => `'${prefix}${limit}' (${settings[limit]})`).join(' and ')} will refuse nothing: stores answer Query in batches, `
      + 'which Thanos 0.42 does not count (thanos-io/thanos#8964, mended after it). Leave it out and give Query the \'memoryLimit\' that large queries need; '
      + 'with an image that is newer, acknowledge this rule.',
  };
};

export function thanosWorkload(scope: Construct, id: string, props: ThanosWorkloadProps): PodWorkload {
  const { subcommand, instance, component, grpc, extraPorts = [], startup, ...rest } = props;
  const common = [
    ...subcommand.split(' '),
    ...logArgs(scope, props.options.logLevel),
    // Go's memory limit at 90 % of the container's, so that the collector works harder before the kernel kills.
    '--enable-auto-gomemlimit',
    `--http-address=0.0.0.0:${THANOS_HTTP.port}`,
    ...(grpc ? [`--grpc-address=0.0.0.0:${THANOS_GRPC.port}`] : []),
  ];
  const own = props.args;
  return new PodWorkload(scope, id, {
    ...rest,
    group: { program: ProgramName.THANOS, instance, component },
    args: () => [...common, ...(typeof own === 'function' ? own() : own)],
    ports: [...(grpc ? [THANOS_GRPC] : []), THANOS_HTTP, ...extraPorts],
    probes: { port: THANOS_HTTP.name, liveness: '/-/healthy', readiness: '/-/ready', startup },
  });
}
