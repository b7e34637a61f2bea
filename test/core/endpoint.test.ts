import { Endpoint, EndpointProtocol } from '../../src/core/endpoint';
import { fixture } from '../fixture';
import { component } from './checks/workload';

test('an endpoint elsewhere', () => {
  const endpoint = Endpoint.external({ host: 'thanos.example.com', port: 10901, protocol: EndpointProtocol.GRPC });
  expect(endpoint.address).toBe('thanos.example.com:10901');
  expect(endpoint.srvName).toBe('_grpc._tcp.thanos.example.com');
  expect(endpoint.serviceName).toBeUndefined();
  expect(Endpoint.external({ host: 'a', port: 80 }).protocol).toBe(EndpointProtocol.HTTP);
});

test('an endpoint of ours: the Service, and its port by name', () => {
  const workload = component(fixture().chart, 'store', { kind: 'StatefulSet' });
  const endpoint = workload.endpoint('grpc');
  expect(endpoint.address).toBe('store.monitoring.svc.cluster.local:10901');
  expect(endpoint.srvName).toBe('_grpc._tcp.store.monitoring.svc.cluster.local');
  expect(endpoint.serviceName).toBe('store');
  expect(endpoint.protocol).toBe(EndpointProtocol.GRPC);
});

test('is the same each time that it is asked for, so that an edge to it counts once', () => {
  const workload = component(fixture().chart, 'store', { kind: 'StatefulSet' });
  expect(workload.endpoint('grpc')).toBe(workload.endpoint('grpc'));
  expect(workload.podEndpoint('grpc', workload.sets[0], 1)).toBe(workload.podEndpoint('grpc', workload.sets[0], 1));
});

test('a pod of a StatefulSet has a name of its own', () => {
  const workload = component(fixture().chart, 'receive', {
    kind: 'StatefulSet',
    sets: ['a', 'b'].map(zone => ({ suffix: zone, replicas: 2, labels: { zone } })),
  });
  expect(workload.podEndpoint('grpc', workload.sets[1], 0).address).toBe('receive-b-0.receive.monitoring.svc.cluster.local:10901');
});

test('shards have a Service each', () => {
  const workload = component(fixture().chart, 'store', {
    kind: 'StatefulSet',
    independentSets: true,
    sets: ['0', '1'].map(shard => ({ suffix: shard, replicas: 2, labels: { shard } })),
  });
  expect(workload.sets.map(set => workload.endpoint('grpc', set).host)).toEqual([
    'store-0.monitoring.svc.cluster.local', 'store-1.monitoring.svc.cluster.local',
  ]);
});
