import { Secret } from 'cdk8s-plus-28';
import { Endpoint } from '../../src/core/endpoint';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import { connectObjectStore, objectStoreProps } from '../../src/core/object-store';
import { fixture } from '../fixture';
import { component } from './checks/workload';

const secret = Secret.fromSecretName(fixture().chart, 'secret', 'bucket');

test('a configuration without secrets is an argument, and no more', () => {
  expect(objectStoreProps({ config: 'type: S3\n' })).toMatchObject({ args: ['--objstore.config=type: S3\n'], environment: [], volumes: [] });
});

test('credentials come from Secrets, by environment or by file', () => {
  const props = objectStoreProps({
    config: 'type: GCS\n',
    environment: { REGION: 'eu' },
    variables: [{ name: 'KEY', value: { secret, key: 'key' } }],
    files: [{ mountPath: '/etc/gcs', value: { secret, key: 'account.json' } }],
  });
  expect(props.environment).toEqual([{ name: 'REGION', value: 'eu' }, { name: 'KEY', valueFrom: { secretKeyRef: { name: 'bucket', key: 'key' } } }]);
  expect(props.volumes).toEqual([{
    mountPath: '/etc/gcs',
    readOnly: true,
    volume: { name: 'objstore-secret-0', secret: { secretName: 'bucket', items: [{ key: 'account.json', path: 'account.json' }] } },
  }]);
});

test('the whole configuration may stand in a Secret', () => {
  const { args, volumes } = objectStoreProps({ configFile: { mountPath: '/etc/objstore', value: { secret, key: 'objstore.yaml' } } });
  expect(args).toEqual(['--objstore.config-file=/etc/objstore/objstore.yaml']);
  expect(volumes.map(({ mountPath }) => mountPath)).toEqual(['/etc/objstore']);
});

test('a claim that pods share is mounted where the configuration says', () => {
  const { volumes } = objectStoreProps({ config: 'type: FILESYSTEM\n', sharedClaim: { name: 'blocks', mountPath: '/blocks', readOnly: true } });
  expect(volumes).toEqual([{ mountPath: '/blocks', readOnly: true, volume: { name: 'objstore', persistentVolumeClaim: { claimName: 'blocks' } } }]);
});

test('traffic goes to the endpoint and to the peers, each with its reason', () => {
  const { chart } = fixture();
  const workload = component(chart, 'store');
  const endpoint = Endpoint.external({ host: 's3.example.com', port: 443 });
  const peer = NetworkPeer.ipBlock('10.0.0.0/8');
  connectObjectStore(workload, { config: '', endpoint, peers: [peer] }, 'reads blocks');
  const graph = Graph.of(chart);
  expect(graph.edges).toEqual([{ from: workload, to: endpoint, why: 'reads blocks' }]);
  expect(graph.peerEdges).toEqual([{ workload, direction: 'to', peer, why: 'gets credentials', name: 'identity of the cloud' }]);
});
