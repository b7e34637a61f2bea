import { ordered } from '../../src/pulumi/order';
import type { Manifest } from '../../src/pulumi/traces';

const object = (kind: string, name: string, more: object = {}): Manifest => ({ apiVersion: 'v1', kind, metadata: { name }, ...more });

const podSpec = { serviceAccountName: 'account', volumes: [{ name: 'config', configMap: { name: 'config' } }] };

const OBJECTS = new Map<string, Manifest>([
  ['pods', object('StatefulSet', 'pods', { spec: { serviceName: 'pods', template: { metadata: { labels: { app: 'a', part: 'b' } }, spec: podSpec } } })],
  ['service', object('Service', 'pods')],
  ['config', object('ConfigMap', 'config')],
  ['other-config', object('ConfigMap', 'other')],
  ['account', object('ServiceAccount', 'account')],
  ['binding', object('RoleBinding', 'binding', { roleRef: { kind: 'Role', name: 'role' }, subjects: [{ kind: 'ServiceAccount', name: 'account' }] })],
  ['role', object('Role', 'role')],
  ['policy', object('NetworkPolicy', 'policy', { spec: { podSelector: { matchLabels: { app: 'a' } } } })],
  ['other-policy', object('NetworkPolicy', 'other', { spec: { podSelector: { matchLabels: { app: 'c' } } } })],
  ['namespace', object('Namespace', 'monitoring')],
]);

const before = new Map(ordered(OBJECTS, new Map()));

test('pods wait for what they name, for their rights and their network policies, and for nothing else', () => {
  expect([...before.get('pods')!].sort()).toEqual(['account', 'binding', 'config', 'namespace', 'policy']);
});

test('nothing waits for a Service, for Pulumi waits until a Service has pods', () => {
  expect([...before.values()].flat()).not.toContain('service');
});

test('pods that keep blocks in a store of the cluster wait for it, and so go before it', () => {
  const labels = { 'app.kubernetes.io/component': 'object-store' };
  const metadata = (name: string, more: object = {}) => ({ name, namespace: 'monitoring', ...more });
  const template = (arg: string) => ({ template: { metadata: { labels: {} }, spec: { containers: [{ args: [arg] }] } } });
  const objects = new Map<string, Manifest>([
    ['ingestor', { ...object('StatefulSet', 'ingestor', { spec: template('--objstore.config=endpoint: bucket.monitoring.svc.cluster.local:7070') }), metadata: metadata('ingestor') }],
    ['query', { ...object('Deployment', 'query', { spec: template('--endpoint=ingestor') }), metadata: metadata('query') }],
    ['bucket', { ...object('StatefulSet', 'bucket', { spec: template('--port=:7070') }), metadata: metadata('bucket', { labels }) }],
    ['address', { ...object('Service', 'bucket'), metadata: metadata('bucket', { labels }) }],
  ]);
  const waiting = new Map(ordered(objects, new Map()));
  expect([...waiting.get('ingestor')!].sort()).toEqual(['address', 'bucket']);
  expect([waiting.get('query'), waiting.get('bucket')]).toEqual([[], []]);
});

test('senders wait for the ring, by their configuration, and so send what they have before it goes', () => {
  const labelled = (kind: string, name: string, component: string, more: object = {}): Manifest =>
    ({ ...object(kind, name, more), metadata: { name, namespace: 'monitoring', labels: { 'app.kubernetes.io/component': component } } });
  const mounting = (name: string) => ({ spec: { serviceName: name, template: { spec: { volumes: [{ name: 'config', configMap: { name } }] } } } });
  const objects = new Map<string, Manifest>([
    ['sender', labelled('StatefulSet', 'sender', 'prometheus', mounting('sender'))],
    ['sender-config', labelled('ConfigMap', 'sender', 'prometheus', { data: { config: 'url: http://receive.monitoring.svc.cluster.local:19291/api/v1/receive' } })],
    ['router', labelled('Deployment', 'receive', 'receive-router', mounting('receive'))],
    ['router-address', labelled('Service', 'receive', 'receive-router')],
    ['router-config', labelled('ConfigMap', 'receive', 'receive-router', { data: { hashrings: 'ingestor-z1-0.ingestor.monitoring.svc.cluster.local:10901' } })],
    ['ingestor', labelled('StatefulSet', 'ingestor-z1', 'receive-ingestor', { spec: { serviceName: 'ingestor', template: { spec: {} } } })],
  ]);
  const waiting = new Map(ordered(objects, new Map()));
  expect([...waiting.get('sender-config')!].sort()).toEqual(['router', 'router-address']);
  expect(waiting.get('router-config')).toEqual(['ingestor']);
  expect([waiting.get('sender'), waiting.get('router'), waiting.get('ingestor')]).toEqual([['sender-config'], ['router-config'], []]);
});

test('a binding waits for its role and its account, and all for the namespace', () => {
  expect([...before.get('binding')!].sort()).toEqual(['account', 'namespace', 'role']);
  expect([...before].filter(([, others]) => !others.includes('namespace')).map(([path]) => path)).toEqual(['namespace']);
});

test('each comes after those that it waits for', () => {
  const order = [...before.keys()];
  for (const [path, others] of before) others.forEach(other => expect(order.indexOf(other)).toBeLessThan(order.indexOf(path)));
  expect(order).toHaveLength(OBJECTS.size);
});

test('what constructs state is kept, also of objects that are not there', () => {
  const stated = new Map(ordered(OBJECTS, new Map([['other-config', ['config', 'elsewhere']]])));
  expect([...stated.get('other-config')!].sort()).toEqual(['config', 'namespace']);
});
