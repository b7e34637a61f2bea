import { execFileSync } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { printed } from './load';
import { programPath } from '../programs/build';

const FOLDER = join(__dirname, '..', '..', 'examples', 'rules-from-yaml');

test('the objects of the Prometheus Operator, line by line', () => {
  expect(printed('rules-from-yaml').files['operator.k8s.yaml']).toMatchSnapshot();
});

test('the test file of the team passes', () => {
  const promtool = programPath('promtool');
  if (existsSync(promtool)) {
    expect(execFileSync(promtool, ['test', 'rules', join(FOLDER, 'rules', 'disks.test.yaml')], { encoding: 'utf8' })).toContain('SUCCESS');
  }
});

test('the policy that the README shows is one that the ruler takes in', () => {
  const [, yaml] = /```yaml\n([^]*?)```/.exec(readFileSync(join(FOLDER, 'README.md'), 'utf8'))!;
  const { metadata } = parse(yaml) as { metadata: { namespace: string; labels: Record<string, string> } };
  const loader = printed('rules-from-yaml').objects.find(object => object.metadata.name === 'platform-ruler-rule-loader')!;
  const { labelSelector, namespaces } = JSON.parse(loader.data['config.json']) as { labelSelector: string; namespaces: string[] };
  expect(Object.entries(metadata.labels).map(([label, value]) => `${label}=${value}`)).toEqual([labelSelector]);
  expect(namespaces).toContain(metadata.namespace);
});
