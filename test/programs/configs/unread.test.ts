import { unreadConfigMaps } from './unread';
import { Manifest } from '../examples';

const configMap = (name: string, managedBy: string): Manifest =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { 'app.kubernetes.io/managed-by': managedBy } }, data: { 'new.yaml': 'a: b\n' } });

test('a file of ours that no program has read is told, whatever its name', () => {
  const [read, unread, theirs] = [configMap('read', 'cdk8s-thanos'), configMap('unread', 'cdk8s-thanos'), configMap('theirs', 'helm')];
  expect(unreadConfigMaps([read, unread, theirs].map(manifest => ({ example: 'new', manifest })), new Set([read]))).toEqual([{
    object: { example: 'new', manifest: unread },
    why: 'no pod that is tried mounts it or takes it in, so no program has read new.yaml',
  }]);
});
