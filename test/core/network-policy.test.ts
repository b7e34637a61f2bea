import { App, Chart } from 'cdk8s';
import type { NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { Endpoint } from '../../src/core/endpoint';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import { Platform } from '../../src/core/platform';
import type { PodWorkload } from '../../src/core/pod-workload';
import { fixture, manifest, manifests } from '../fixture';
import { component } from './checks/workload';

const policyOf = (chart: Chart, name: string): NetworkPolicySpec => manifest(chart, 'NetworkPolicy', name).spec;

const pods = (name: string) => ({
  podSelector: {
    matchLabels: { 'app.kubernetes.io/name': 'thanos', 'app.kubernetes.io/instance': name, 'app.kubernetes.io/component': name },
  },
});

const tcp = (port: number) => [{ port, protocol: 'TCP' }];

const DNS = {
  ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }],
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
    { ipBlock: { cidr: '169.254.20.10/32' } },
  ],
};

interface Parts {
  readonly app: App;
  readonly chart: Chart;
  readonly graph: Graph;
  readonly query: PodWorkload;
  readonly store: PodWorkload;
}

function parts(): Parts {
  const { app, chart } = fixture();
  return { app, chart, graph: Graph.of(chart), query: component(chart, 'query'), store: component(chart, 'store') };
}

test('without an edge everything is denied, and only for pods of ours', () => {
  const { chart } = parts();
  expect(policyOf(chart, 'store')).toEqual({ ...pods('store'), policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] });
});

test('an edge opens both ends, at its port, and DNS for the one that begins', () => {
  const { chart, graph, query, store } = parts();
  graph.connect(query, store.endpoint('grpc'), 'reads series');
  expect(policyOf(chart, 'query')).toMatchObject({ ingress: [], egress: [{ ports: tcp(10901), to: [pods('store')] }, DNS] });
  expect(policyOf(chart, 'store')).toMatchObject({ ingress: [{ ports: tcp(10901), from: [pods('query')] }], egress: [] });
});

test('an edge that is added after the tree was rendered once counts too', () => {
  const { chart, graph, query, store } = parts();
  expect(policyOf(chart, 'store').ingress).toEqual([]);
  graph.connect(query, store.endpoint('grpc'), 'reads series');
  expect(policyOf(chart, 'store').ingress).toHaveLength(1);
});

test('peers at one port share a rule, each once; another port is another rule', () => {
  const { chart, graph, query, store } = parts();
  const ruler = component(chart, 'ruler');
  graph.connect(query, store.endpoint('grpc'), 'reads series');
  graph.connect(ruler, store.endpoint('grpc'), 'reads series');
  graph.connect(query, store.endpoint('http'), 'asks whether it is ready');
  graph.connectPeer({ workload: store, direction: 'from', peer: NetworkPeer.namespace('grafana'), why: 'looks', ports: [10902] });
  graph.connectPeer({ workload: store, direction: 'from', peer: NetworkPeer.namespace('grafana'), why: 'looks again', ports: [10902] });
  expect(policyOf(chart, 'store').ingress).toEqual([
    { ports: tcp(10901), from: [pods('query'), pods('ruler')] },
    { ports: tcp(10902), from: [pods('query'), { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'grafana' } } }] },
  ]);
});

test('parts in different namespaces name each other\'s', () => {
  const { app, chart, graph, query } = parts();
  const other = new Chart(app, 'storage', { namespace: 'storage', disableResourceNameHashes: true });
  const bucket = component(other, 'bucket');
  graph.connect(query, bucket.endpoint('http'), 'reads blocks');
  const namespaced = (namespace: string, name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, ...pods(name) });
  expect(policyOf(chart, 'query').egress).toEqual([{ ports: tcp(10902), to: [namespaced('storage', 'bucket')] }, DNS]);
  expect(policyOf(other, 'bucket').ingress).toEqual([{ ports: tcp(10902), from: [namespaced('monitoring', 'query')] }]);
});

test.each<[string, NetworkPeer | undefined, object]>([
  ['is anywhere when nothing else is known', undefined, { ports: tcp(9090), to: [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }] }],
  ['is where its peer is', NetworkPeer.ipBlock('10.0.0.0/8'), { ports: tcp(9090), to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }],
  ['is at the ports of the pods, where they differ from its Service\'s', NetworkPeer.ipBlock('10.0.0.0/8', [{ port: 10902, endPort: 10904 }]),
    { ports: [{ port: 10902, endPort: 10904, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }],
])('an endpoint elsewhere %s', (_, peer, rule) => {
  const { chart, graph, query } = parts();
  graph.connect(query, Endpoint.external({ host: 'prometheus.example.com', port: 9090, peer }), 'forwards queries');
  expect(policyOf(chart, 'query').egress).toEqual([rule, DNS]);
});

test('a peer without ports may be reached at all of them', () => {
  const { chart, graph, query } = parts();
  graph.connectPeer({ workload: query, direction: 'to', peer: NetworkPeer.namespace('apps'), why: 'scrapes' });
  expect(policyOf(chart, 'query').egress).toEqual([{ to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'apps' } } }] }, DNS]);
});

test('a cluster\'s own DNS takes the place of the usual one', () => {
  const { app } = fixture();
  const chart = new Chart(app, 'other', { namespace: 'monitoring', disableResourceNameHashes: true });
  Platform.configure(chart, { networkPeers: { dns: NetworkPeer.ipBlock('10.96.0.10/32', [{ port: 5353, protocol: 'UDP' }]) } });
  const [query, store] = ['query', 'store'].map(id => component(chart, id));
  Graph.of(chart).connect(query, store.endpoint('grpc'), 'reads series');
  expect(policyOf(chart, 'query').egress![1]).toEqual({ ports: [{ port: 5353, protocol: 'UDP' }], to: [{ ipBlock: { cidr: '10.96.0.10/32' } }] });
});

test('who monitors a part may reach its metrics', () => {
  const { chart, graph, query, store } = parts();
  graph.monitor(query, store);
  expect(policyOf(chart, 'store').ingress).toEqual([{ ports: tcp(10902), from: [pods('query')] }]);
});

test('can be left out', () => {
  const { chart } = fixture();
  Platform.configure(chart, { networkPolicies: false });
  component(chart, 'query');
  expect(manifests(chart).map(({ kind }) => kind)).not.toContain('NetworkPolicy');
});
