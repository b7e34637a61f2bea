import { parse } from 'yaml';
import { rulesOf, TestSink } from './rulers';
import { Graph } from '../../src/core/graph';
import { QueryFrontend, ThanosQuery } from '../../src/query';
import { ThanosReceiveRing } from '../../src/receive';
import { ThanosRuler } from '../../src/ruler';
import { Compactor } from '../../src/store';
import { argsOf, errorsOf, fixture, manifest } from '../fixture';
import { said, TestBucket } from '../store/parts';

function platform() {
  const { app, chart } = fixture();
  const bucket = new TestBucket(chart, 'bucket');
  const ring = new ThanosReceiveRing(chart, 'ring', { bucket });
  const query = new ThanosQuery(chart, 'query', { stores: [ring] });
  new Compactor(chart, 'compactor', { bucket });
  return { app, chart, bucket, ring, query, alertSinks: [new TestSink(chart, 'alertmanager')] };
}

test('stateless rulers are tenants of the ring, so that the compactor makes one copy of what they record', () => {
  const { app, chart, ring, query, alertSinks } = platform();
  const ruler = new ThanosRuler(chart, 'ruler', { queries: [query], remoteWrite: ring, alertSinks });
  ruler.addRules(rulesOf(chart));
  expect(errorsOf(app)).toEqual([]);
  expect(argsOf(chart, 'StatefulSet', 'compactor').filter(arg => arg.startsWith('--deduplication'))).toEqual([
    '--deduplication.replica-label=receive_replica', '--deduplication.replica-label=tenant_id', '--deduplication.func=penalty',
  ]);
  expect(argsOf(chart, 'Deployment', 'query').filter(arg => arg.startsWith('--query.replica-label'))).toEqual(['--query.replica-label=receive_replica', '--query.replica-label=tenant_id']);
  expect(argsOf(chart, 'StatefulSet', 'ruler-b')).toContainEqual(expect.stringContaining('http://ring-router.monitoring.svc.cluster.local:19291/api/v1/receive'));
  expect(Graph.of(chart).edges.filter(({ from }) => from.name === 'ruler').map(({ to, why }) => `${why}: ${to.address}`)).toEqual([
    'asks for rules in force: ruler-a-0.ruler.monitoring.svc.cluster.local:8081',
    'asks for rules in force: ruler-b-0.ruler.monitoring.svc.cluster.local:8081',
    'evaluates rules: query.monitoring.svc.cluster.local:10902',
    'writes what rules record: ring-router.monitoring.svc.cluster.local:19291',
    'sends alerts: alertmanager.example.com:443',
  ]);
});

test('one ruler alone is the ring\'s default tenant', () => {
  const { chart, ring, query, alertSinks } = platform();
  new ThanosRuler(chart, 'ruler', { queries: [query], remoteWrite: ring, alertSinks, replicas: 1 });
  const remoteWrite = argsOf(chart, 'StatefulSet', 'ruler-a').find(arg => arg.startsWith('--remote-write.config='))!;
  expect((parse(remoteWrite.slice('--remote-write.config='.length)) as { remote_write: object[] }).remote_write[0]).not.toHaveProperty('headers');
  expect(Graph.of(chart).replicaLabels(ring)).toEqual([]);
});

test('labels of the ring are not in the way when the state of alerts is read back', () => {
  const { app, chart } = fixture();
  const ring = new ThanosReceiveRing(chart, 'ring', { bucket: new TestBucket(chart, 'bucket'), externalLabels: { ring: 'a' } });
  const query = new ThanosQuery(chart, 'query', { stores: [ring] });
  new ThanosRuler(chart, 'ruler', { queries: [query], remoteWrite: ring });
  expect(errorsOf(app)).toEqual([]);
  expect(argsOf(chart, 'StatefulSet', 'ruler-a')).toContain('--restore-ignored-label=ring');
});

test('a stateful ruler is a store of Query, and writes blocks that the compactor merges', () => {
  const { app, chart, bucket, query, alertSinks } = platform();
  const ruler = new ThanosRuler(chart, 'ruler', { queries: [query], bucket, alertSinks });
  query.addStore(ruler);
  expect(errorsOf(app)).toEqual([]);
  expect(said(chart, 'ruler-not-queried')).toEqual([]);
  expect(argsOf(chart, 'Deployment', 'query')).toContain('--query.replica-label=rule_replica');
  expect(manifest(chart, 'ConfigMap', 'query').data['endpoints.yaml']).toContain('dnssrv+_grpc._tcp.ruler.monitoring.svc.cluster.local');
  expect(argsOf(chart, 'StatefulSet', 'compactor')).toContain('--deduplication.replica-label=rule_replica');
});

test('a query frontend is not the one to ask', () => {
  const { chart, ring, query, alertSinks } = platform();
  const frontend = new QueryFrontend(chart, 'frontend', { downstream: query });
  new ThanosRuler(chart, 'ruler', { queries: [frontend], remoteWrite: ring, alertSinks });
  expect(said(chart, 'ruler-asks-frontend')).toEqual([
    '\'monitoring/frontend\' in \'queries\' is a query frontend. Rules ask instant queries, which it neither splits nor caches, so that it is only one more part that may be away; and the state of alerts is read back by a '
    + 'range query, which it may answer from its cache. Give \'queries\' the Query behind it.',
  ]);
});
