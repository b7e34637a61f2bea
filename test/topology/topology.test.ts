import { Construct } from 'constructs';
import { Endpoint } from '../../src/core/endpoint';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import { Workload } from '../../src/plan/workload';
import { MonitoringStack } from '../../src/stack';
import { ObjectStoreBucket, S3Credentials } from '../../src/store';
import { Topology } from '../../src/topology';
import { component } from '../core/checks/workload';
import { fixture } from '../fixture';

/** A query that reads from a store gateway of two shards, with somebody outside on either end. */
function platform() {
  const { app, chart } = fixture();
  const graph = Graph.of(chart);
  const store = component(chart, 'store', {
    component: 'store-gateway',
    kind: 'StatefulSet',
    independentSets: true,
    sets: ['0', '1'].map(suffix => ({ suffix, replicas: 2, labels: { shard: suffix } })),
  });
  const query = component(chart, 'query');
  store.sets.forEach(set => graph.connect(query, store.endpoint('grpc', set), 'reads series'));
  graph.connect(query, Endpoint.external({ host: 'thanos.example.com', port: 443 }), 'reads series');
  graph.connectPeer({ workload: store, direction: 'to', peer: NetworkPeer.anywhere([{ port: 443 }]), why: 'reads blocks', name: 'S3 bucket blocks' });
  graph.connectPeer({ workload: query, direction: 'from', peer: NetworkPeer.namespace('grafana'), why: 'asks queries', ports: [10902] });
  graph.monitor(query, chart);
  return { app, chart, graph, store, query };
}

test('draws each workload, whatever is outside, and who speaks to whom', () => {
  expect(Topology.of(platform().chart).toMermaid()).toEqual(`\
flowchart TB
  n1("store<br/>store-gateway<br/>2 StatefulSets, 2 pods each"):::thanos
  n2("query<br/>Deployment, 2 pods"):::thanos
  n3("thanos.example.com"):::outside
  n4("S3 bucket blocks"):::outside
  n5("all pods<br/>namespace grafana"):::outside
  n2 -->|"reads series<br/>:10901"| n1
  n2 -->|"reads series<br/>:443"| n3
  n1 -->|"reads blocks<br/>:443"| n4
  n5 -->|"asks queries<br/>:10902"| n2
  classDef thanos fill:#efeaff,stroke:#6d41ff,color:#1f2430
  classDef outside fill:#f3f4f6,stroke:#8a919e,color:#1f2430,stroke-dasharray:4 3
`);
});

test('shows self-monitoring only when asked', () => {
  const { chart } = platform();
  expect(Topology.of(chart).toMermaid()).not.toContain('scrapes metrics');
  expect(Topology.of(chart, { selfMonitoring: true }).toMermaid()).toContain('n2 -->|"reads series<br/>:10901<br/>scrapes metrics<br/>:10902"| n1\n');
});

test('a part of the tree is drawn with its neighbours, but not with theirs', () => {
  const { chart, graph, query } = platform();
  const scope = new Construct(chart, 'edge');
  const frontend = component(scope, 'frontend', { sets: [{ suffix: '', replicas: 1, labels: {} }] });
  graph.connect(frontend, query.endpoint('http'), 'splits queries');
  expect(Topology.of(scope).toMermaid().split('\n').slice(1, 4)).toEqual([
    '  n1("frontend<br/>Deployment, 1 pod"):::thanos',
    '  n2("query<br/>Deployment, 2 pods"):::thanos',
    '  n1 -->|"splits queries<br/>:10902"| n2',
  ]);
});

test('pods of sets of different size are summed up', () => {
  const { chart } = fixture();
  component(chart, 'ring', { kind: 'StatefulSet', sets: [3, 2].map(replicas => ({ suffix: `z${replicas}`, replicas, labels: { zone: `z${replicas}` } })) });
  expect(Topology.of(chart).toMermaid()).toContain('2 StatefulSets, 5 pods');
});

test.each([
  ['an address range', NetworkPeer.ipBlock('10.0.0.0/8'), '10.0.0.0/8'],
  ['everybody', NetworkPeer.anywhere(), 'any address'],
  ['pods of any namespace', NetworkPeer.pods({ anyNamespace: true, podLabels: { app: 'web' } }), 'pods app=web<br/>any namespace'],
  ['namespaces by labels', NetworkPeer.pods({ namespaceLabels: { team: 'a' } }), 'all pods<br/>namespaces team=a'],
  ['pods of the same namespace', NetworkPeer.pods({ podLabels: { app: 'web' } }), 'pods app=web'],
])('a peer without a name is described: %s', (_, peer, text) => {
  const { chart } = fixture();
  Graph.of(chart).connectPeer({ workload: component(chart, 'query'), direction: 'to', peer, why: 'asks' });
  expect(Topology.of(chart).toMermaid()).toContain(`("${text}"):::outside`);
});

test('a platform names whom its policies cannot name', () => {
  const { chart } = fixture();
  const bucket = ObjectStoreBucket.s3(chart, 'blocks', { bucket: 'blocks', region: 'eu-central-1', credentials: S3Credentials.role('arn:aws:iam::123456789012:role/thanos') });
  const { topology } = new MonitoringStack(chart, 'platform', { cluster: 'eu-1', workload: Workload.of({ activeSeries: 10_000 }), bucket });
  const outside = topology.toMermaid().split('\n').filter(line => line.endsWith(':::outside')).map(line => /\("(.*)"\)/.exec(line)![1]);
  expect(outside).toEqual(['s3.eu-central-1.amazonaws.com', 'identity of the cloud', 'Kubernetes API', 'kubelets']);
});

test('what the pods of one workload say among themselves is left out', () => {
  const { chart } = fixture();
  const query = component(chart, 'query');
  Graph.of(chart).connect(query, query.endpoint('grpc'), 'gossips');
  expect(Topology.of(chart).toMermaid()).not.toContain('-->');
});

test('characters that mean something to the format are written by their number', () => {
  const { chart } = fixture();
  Graph.of(chart).connect(component(chart, 'query'), Endpoint.external({ host: 'a"<b>&#c', port: 1 }), 'asks');
  expect(Topology.of(chart).toMermaid()).toContain('("a#34;#60;b#62;#38;#35;c"):::outside');
  expect(Topology.of(chart).toSvg()).toContain('>a&#34;&#60;b&#62;&#38;#c</text>');
});

test('the same tree gives the same image', () => {
  expect(Topology.of(platform().chart).toSvg()).toEqual(Topology.of(platform().chart).toSvg());
});

test('a tree without workloads is an empty picture', () => {
  const { chart } = fixture();
  expect(Topology.of(chart).toMermaid()).toBe('flowchart TB\n');
  expect(Topology.of(chart).toSvg()).toContain('<title>Topology of monitoring</title>');
});

test('the image tells every box and every arrow', () => {
  const svg = Topology.of(platform().chart).toSvg();
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
  expect(texts).toEqual([
    'store', 'store-gateway', '2 StatefulSets, 2 pods each', 'query', 'Deployment, 2 pods', 'thanos.example.com', 'S3 bucket blocks',
    'all pods', 'namespace grafana',
    'reads series', ':10901', 'reads series', ':443', 'reads blocks', ':443', 'asks queries', ':10902',
  ]);
  expect(svg.match(/marker-end/g)).toHaveLength(4);
});
