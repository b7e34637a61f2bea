import * as fs from 'node:fs';
import * as path from 'node:path';
import { BUNDLES, bundleOf } from '../scripts/bundles';

const SRC = path.join(__dirname, '..', 'src');

const paths = Object.values(BUNDLES).flat();

test('every folder is in one bundle', () => {
  // What is built upon the package is compiled apart.
  const folders = fs.readdirSync(SRC, { withFileTypes: true }).filter(entry => entry.isDirectory() && entry.name !== 'pulumi').map(({ name }) => name);
  expect(paths.filter(one => !one.includes('/')).sort()).toEqual(folders.sort());
});

test('what is named is there', () => {
  expect(paths.filter(one => !fs.existsSync(path.join(SRC, one)) && !fs.existsSync(path.join(SRC, `${one}.ts`)))).toEqual([]);
});

test.each([
  ['rules/rule-set', 'seldom'], ['rules/rule', 'always'], ['rules/promql/parse', 'seldom'], ['collect/sharding', 'always'], ['collect/autoscaler', 'seldom'], ['core/graph', 'always'], ['store/s3', 'often'],
])('%s is %s loaded', (module, bundle) => {
  expect(bundleOf(module)).toBe(bundle);
});

test('a module of no bundle is told', () => {
  expect(() => bundleOf('dashboards/grafana')).toThrow("'dashboards/grafana' is in no bundle; name its folder in scripts/bundles.ts.");
});
