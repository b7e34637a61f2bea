import { App, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { parse } from 'yaml';
import { ScrapeJob, ShardedPrometheus, ShardedPrometheusProps } from '../../src/collect';
import { Endpoint, IRemoteWriteTarget, RemoteWriteEndpoint } from '../../src/core/endpoint';
import type { Finding } from '../../src/core/findings';
import { Graph } from '../../src/core/graph';
import { fixture, manifest } from '../fixture';

/** A Thanos Receive somewhere. */
export const RECEIVE: RemoteWriteEndpoint = {
  endpoint: Endpoint.external({ host: 'receive.example.com', port: 19291 }),
  url: 'http://receive.example.com:19291/api/v1/receive',
  replicationFactor: 3,
  members: 3,
  requestSamplesLimit: 10_000,
  requestSeriesLimit: 10_000,
  outOfOrderTimeWindow: Duration.hours(2),
  tenantHeader: 'THANOS-TENANT',
  tenantLabel: 'tenant_id',
  replicaLabel: 'receive_replica',
};

export class TestTarget extends Construct implements IRemoteWriteTarget {
  constructor(scope: Construct, id: string, public readonly remoteWriteEndpoint: RemoteWriteEndpoint) {
    super(scope, id);
  }
}

/** A job that is as short as can be. */
export const JOB = ScrapeJob.staticTargets('db', ['10.0.0.1:9187']);

export interface Senders {
  readonly app: App;
  readonly chart: Chart;
  readonly target: TestTarget;
  readonly prometheus: ShardedPrometheus;
}

/** Senders with one job, unless others are given. */
export function senders(props: Partial<ShardedPrometheusProps> = {}, target: Partial<RemoteWriteEndpoint> = {}): Senders {
  const { app, chart } = fixture();
  const remoteWrite = new TestTarget(chart, 'receive', { ...RECEIVE, ...target });
  return { app, chart, target: remoteWrite, prometheus: new ShardedPrometheus(chart, 'prometheus', { remoteWrite, scrapeJobs: [JOB], ...props }) };
}

// A configuration has the shape that the test looks for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function configOf(chart: Chart, replica = 'a'): any {
  return parse(manifest(chart, 'ConfigMap', `prometheus-${replica}`).data['prometheus.yaml']);
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function scrapeConfigOf(chart: Chart, job: string): any {
  const { scrape_configs: configs } = configOf(chart);
  return configs.find(({ job_name: name }: { job_name: string }) => name === job);
}

/** What one rule had to say, wherever. */
export function findingsOf(chart: Chart, rule: string): Pick<Finding, 'severity' | 'message'>[] {
  return Graph.of(chart).findings().filter(finding => finding.rule === rule).map(({ severity, message }) => ({ severity, message }));
}
