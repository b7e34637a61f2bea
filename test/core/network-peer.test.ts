import { Endpoint } from '../../src/core/endpoint';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import { errorsOf, fixture } from '../fixture';
import { component } from './checks/workload';

const labels = { app: 'grafana' };
const grafana = { 'kubernetes.io/metadata.name': 'grafana' };

test.each<[string, NetworkPeer, object[]]>([
  ['pods of the same namespace', NetworkPeer.pods({ podLabels: labels }), [{ podSelector: { matchLabels: labels } }]],
  ['all pods of the same namespace', NetworkPeer.pods({}), [{ podSelector: {} }]],
  ['pods of other namespaces', NetworkPeer.pods({ podLabels: labels, namespaceLabels: { team: 'a' } }),
    [{ namespaceSelector: { matchLabels: { team: 'a' } }, podSelector: { matchLabels: labels } }]],
  ['pods of any namespace', NetworkPeer.pods({ podLabels: labels, anyNamespace: true }), [{ namespaceSelector: {}, podSelector: { matchLabels: labels } }]],
  ['all pods of the cluster', NetworkPeer.pods({ anyNamespace: true }), [{ namespaceSelector: {} }]],
  ['a namespace', NetworkPeer.namespace('grafana'), [{ namespaceSelector: { matchLabels: grafana } }]],
  ['addresses', NetworkPeer.ipBlock('10.0.0.0/8', [], ['10.1.0.0/16']), [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }]],
  ['everybody', NetworkPeer.anywhere(), [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]],
])('%s', (_, peer, expected) => {
  expect(peer._peers).toEqual(expected);
});

test('only everybody is broad', () => {
  expect(NetworkPeer.anywhere().broad).toBe(true);
  expect(NetworkPeer.ipBlock('10.0.0.0/8').broad).toBe(false);
});

test('its list of ports cannot be changed from outside', () => {
  const peer = NetworkPeer.namespace('grafana', [{ port: 443 }]);
  peer.ports.push({ port: 80 });
  expect(peer.ports).toEqual([{ port: 443 }]);
});

const CIDR = 'A range of addresses must be written as in 10.0.0.0/8, with the length of its prefix, but is';

test.each<[NetworkPeer, string]>([
  [NetworkPeer.ipBlock('10.0.0.1'), `${CIDR} '10.0.0.1'.`],
  [NetworkPeer.ipBlock('10.0.0.0/33'), `${CIDR} '10.0.0.0/33'.`],
  [NetworkPeer.ipBlock('example.com/8'), `${CIDR} 'example.com/8'.`],
  [NetworkPeer.ipBlock('fd00::/129'), `${CIDR} 'fd00::/129'.`],
  [NetworkPeer.ipBlock('10.0.0.0/8', [], ['10.1']), `${CIDR} '10.1'.`],
  [NetworkPeer.anywhere([{ port: 0 }]), 'A port must be a whole number from 1 to 65535, but is 0.'],
  [NetworkPeer.anywhere([{ port: 1, endPort: 70_000 }]), 'A port must be a whole number from 1 to 65535, but is 70000.'],
  [NetworkPeer.anywhere([{ port: 9, endPort: 8 }]), '\'endPort\' (8) must not be below \'port\' (9).'],
  [NetworkPeer.anywhere([{ port: 9, protocol: 'HTTP' }]), '\'protocol\' must be one of TCP, UDP, SCTP, but is HTTP.'],
])('fails with what Kubernetes would refuse (%#)', (peer, problem) => {
  const { app, chart } = fixture();
  const workload = component(chart, 'query');
  Graph.of(chart).connectPeer({ workload, direction: 'from', peer, why: 'queries' });
  expect(errorsOf(app)).toEqual([`[monitoring/query] A network peer is wrong. ${problem} (network-peer)`]);
});

test('fails with a wrong peer of an endpoint', () => {
  const { app, chart } = fixture();
  const endpoint = Endpoint.external({ host: 'thanos.example.com', port: 10901, peer: NetworkPeer.ipBlock('10.0.0.1') });
  Graph.of(chart).connect(component(chart, 'query'), endpoint, 'reads series');
  expect(errorsOf(app)).toEqual([`[monitoring/query] A network peer is wrong. ${CIDR} '10.0.0.1'. (network-peer)`]);
});

test.each(['10.0.0.0/8', '0.0.0.0/0', '::/0', 'fd00::/128', '192.0.2.1/32'])('takes %s', cidr => {
  expect(NetworkPeer.ipBlock(cidr)._problems).toEqual([]);
});
