import { ConfigFiles } from '../../src/core/config-file';
import { Graph } from '../../src/core/graph';
import { fixture, manifest } from '../fixture';

function files() {
  const { chart } = fixture();
  const stores = ['a'];
  const config = new ConfigFiles(chart, 'config', {
    name: 'query', labels: { team: 'a' }, files: { 'stores.txt': () => stores.join('\n'), 'empty.yaml': () => '{}' },
  });
  return { chart, stores, config };
}

test('files are made when the tree is rendered, for parts may come later', () => {
  const { chart, stores } = files();
  stores.push('b');
  expect(manifest(chart, 'ConfigMap', 'query')).toMatchObject({ metadata: { labels: { team: 'a' } }, data: { 'stores.txt': 'a\nb', 'empty.yaml': '{}' } });
});

test('are mounted as a folder, so that a change reaches the program', () => {
  expect(files().config.mount('/etc/thanos')).toEqual({
    mountPath: '/etc/thanos', readOnly: true, volume: { name: 'config', configMap: { name: 'query' } },
  });
});

test('the hash follows the contents, and nothing else', () => {
  const { config, stores } = files();
  const before = config.hash;
  expect(before).toMatch(/^[0-9a-f]{16}$/);
  expect(files().config.hash).toBe(before);
  stores.push('b');
  Graph.of(config).touch();
  expect(config.hash).not.toBe(before);
});
