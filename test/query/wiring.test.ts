import { App, Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { parse } from 'yaml';
import { Severity } from '../../src/core/findings';
import { Graph } from '../../src/core/graph';
import type { IObjectStore, ObjectStoreConnection } from '../../src/core/object-store';
import { DeduplicationFunction, QueryFrontend, ThanosQuery, ThanosQueryOptions } from '../../src/query';
import { ThanosReceiveRing, ThanosReceiveRingOptions } from '../../src/receive';
import { StoreGateway } from '../../src/store/store-gateway';
import { argsOf, errorsOf, fixture, manifest } from '../fixture';

class TestBucket extends Construct implements IObjectStore {
  public connect(): ObjectStoreConnection {
    return { config: 'type: S3\nconfig: { bucket: blocks }\n' };
  }
}

interface Options {
  readonly ring?: ThanosReceiveRingOptions;
  readonly minAge?: Duration;
  readonly query?: ThanosQueryOptions;
}

interface Parts {
  readonly app: App;
  readonly chart: Chart;
  readonly ring: ThanosReceiveRing;
}

function parts(options: Options = {}): Parts {
  const { app, chart } = fixture();
  const bucket = new TestBucket(chart, 'bucket');
  const ring = new ThanosReceiveRing(chart, 'receive', { bucket, ...options.ring });
  const store = new StoreGateway(chart, 'store', { bucket, shards: 2, minAge: options.minAge });
  const query = new ThanosQuery(chart, 'query', { stores: [ring, store], ...options.query });
  new QueryFrontend(chart, 'query-frontend', { downstream: query });
  return { app, chart, ring };
}

const replicaLabels = (chart: Chart) => argsOf(chart, 'Deployment', 'query').filter(arg => arg.startsWith('--query.replica-label='));

const ofRule = (chart: Chart, wanted: string) => Graph.of(chart).findings().filter(({ rule }) => rule === wanted);

test('a ring is asked pod by pod, a shard of store gateways as a group', () => {
  const { app, chart } = parts();
  expect(errorsOf(app)).toEqual([]);
  expect(parse(manifest(chart, 'ConfigMap', 'query').data['endpoints.yaml'])).toEqual({
    endpoints: [
      { address: 'dnssrv+_grpc._tcp.receive-ingestor.monitoring.svc.cluster.local' },
      { address: 'dnssrv+_grpc._tcp.store-0.monitoring.svc.cluster.local', group: true },
      { address: 'dnssrv+_grpc._tcp.store-1.monitoring.svc.cluster.local', group: true },
    ],
  });
});

test('each name that is looked up is a headless Service with a port of that name', () => {
  const { chart } = parts();
  const { endpoints } = parse(manifest(chart, 'ConfigMap', 'query').data['endpoints.yaml']) as { endpoints: { address: string }[] };
  for (const { address } of endpoints) {
    const [, port, service] = /^dnssrv\+_(\w+)\._tcp\.([-a-z0-9]+)\.monitoring\.svc\.cluster\.local$/.exec(address)!;
    const { spec } = manifest(chart, 'Service', service);
    expect(spec.clusterIP).toBe('None');
    expect(spec.ports.map(({ name }: { name: string }) => name)).toContain(port);
  }
});

test('traffic: frontend to Query, Query to the stores, and nobody else', () => {
  const { chart } = parts();
  const selector = (name: string) => ({ podSelector: manifest(chart, 'NetworkPolicy', name).spec.podSelector });
  expect(manifest(chart, 'NetworkPolicy', 'query').spec.ingress).toEqual([{ ports: [{ port: 10902, protocol: 'TCP' }], from: [selector('query-frontend')] }]);
  expect(manifest(chart, 'NetworkPolicy', 'query').spec.egress[0]).toEqual({
    ports: [{ port: 10901, protocol: 'TCP' }], to: [selector('receive-ingestor'), selector('store')],
  });
  expect(manifest(chart, 'NetworkPolicy', 'store').spec.ingress).toEqual([{ ports: [{ port: 10901, protocol: 'TCP' }], from: [selector('query')] }]);
  expect(manifest(chart, 'NetworkPolicy', 'query-frontend').spec.ingress).toEqual([]);
});

test('labels of twin senders, which come after Query, are removed as well', () => {
  const { chart, ring } = parts();
  Graph.of(ring).addReplicaLabel(ring, { name: 'tenant_id', on: 'blocks' }, chart);
  expect(replicaLabels(chart)).toEqual(['--query.replica-label=receive_replica', '--query.replica-label=tenant_id']);
});

test('chain is right for a ring, and no more once twins write to it', () => {
  const { chart, ring } = parts({ query: { deduplicationFunction: DeduplicationFunction.CHAIN } });
  expect(ofRule(chart, 'query-chain-of-unequal-copies')).toEqual([]);
  Graph.of(ring).addReplicaLabel(ring, { name: 'tenant_id', on: 'blocks' }, chart);
  expect(ofRule(chart, 'query-chain-of-unequal-copies')).toEqual([expect.objectContaining({
    severity: Severity.WARNING,
    message: '\'deduplicationFunction\' chain takes the samples of all copies, which is right only where they are equal, as within a ring; '
      + 'those told apart by \'tenant_id\' may come from twins that scrape at different moments. Leave it at penalty.',
  })]);
});

test('a gap between a ring and a store gateway is found once, at their bucket', () => {
  const { chart } = parts({ ring: { ingestor: { tsdbRetention: Duration.hours(6) } }, minAge: Duration.hours(12) });
  expect(ofRule(chart, 'query-time-gap')).toEqual([]);
  expect(ofRule(chart, 'store-gap-after-ring')).toHaveLength(1);
});

test('fails when a label that tells rings apart is removed as a replica label', () => {
  const { app } = parts({ ring: { externalLabels: { receive_ring: '0' } }, query: { replicaLabels: ['receive_ring'] } });
  expect(errorsOf(app)).toEqual(['[monitoring/query] \'receive_ring\' is removed as a replica label, but is a label by which \'monitoring/receive\' tells its series from '
    + 'others\': Query would merge different series into one. Take it out of \'replicaLabels\', or rename it there. (query-replica-label-of-stream)']);
});
