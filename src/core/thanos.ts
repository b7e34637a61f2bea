import type { Construct } from 'constructs';
import { EndpointProtocol } from './endpoint';
import { ProgramName } from './images';
import { LogFormat, LogLevel, Platform } from './platform';
import { PodWorkload, PodWorkloadProps, WorkloadPort } from './pod-workload';

/** The ports that Thanos' components open by default. */
export const THANOS_HTTP: WorkloadPort = { name: 'http', port: 10902, protocol: EndpointProtocol.HTTP, metrics: '/metrics' };
export const THANOS_GRPC: WorkloadPort = { name: 'grpc', port: 10901, protocol: EndpointProtocol.GRPC };

/** Seconds: Thanos drains for its `--http-grace-period` and `--grpc-grace-period` of two minutes; Kubernetes must wait a little longer. */
export const THANOS_GRACE = 150;

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

export function thanosWorkload(scope: Construct, id: string, props: ThanosWorkloadProps): PodWorkload {
  const { subcommand, instance, component, grpc, extraPorts = [], startup, ...rest } = props;
  const { logLevel, logFormat } = Platform.of(scope);
  const common = [
    ...subcommand.split(' '),
    `--log.level=${props.options.logLevel ?? logLevel ?? LogLevel.INFO}`,
    `--log.format=${logFormat ?? LogFormat.LOGFMT}`,
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
