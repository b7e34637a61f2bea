import { ApiObject, App, Chart, JsonPatch, YamlOutputType } from 'cdk8s';
import { Construct } from 'constructs';
import { component } from './workload';
import { ConfigFiles } from '../../../src/core/config-file';
import { Graph } from '../../../src/core/graph';
import { errorsOf, fixture } from '../../fixture';

const ADVICE = "Give the parts different names ('name'; without it, the construct's id), or put them into charts of different namespaces. (duplicate-object)";

/** What is said of two objects called `query`. */
const overwritten = (kind: string, one: string, other: string) =>
  `[monitoring] 2 objects are ${kind} 'query' in namespace 'monitoring', and the last to be applied overwrites the others: '${one}' and '${other}'. ${ADVICE}`;

test('fails where two parts print the same objects, told once', () => {
  const { app, chart } = fixture();
  component(new Construct(chart, 'eu'), 'query');
  component(new Construct(chart, 'us'), 'query');
  expect(errorsOf(app)).toEqual([
    "[monitoring] 'monitoring/eu' and 'monitoring/us' print 4 objects that are the same to the cluster, and the last to be applied overwrites the others: "
    + "ServiceAccount 'query' in namespace 'monitoring', Service 'query' in namespace 'monitoring', Deployment 'query' in namespace 'monitoring' and 1 more. "
    + ADVICE,
  ]);
});

test('told apart where different parts have each', () => {
  const { app, chart } = fixture();
  component(chart, 'query');
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'query' } };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'query' } };
  new ApiObject(new ApiObject(chart, 'own', service), 'below', account);
  new ApiObject(chart.node.findChild('own').node.findChild('below'), 'further', service);
  expect(errorsOf(app)).toEqual([
    expect.stringContaining("2 objects are ServiceAccount 'query' in namespace 'monitoring', and the last to be applied overwrites the others: 'monitoring/query/ServiceAccount' and 'monitoring/own/below'."),
    expect.stringContaining("3 objects are Service 'query' in namespace 'monitoring', and the last to be applied overwrites the others: 'monitoring/query/Service' and 'monitoring/own' and 'monitoring/own/below/further'."),
  ]);
});

test('fails where an object of the user has the name of one of ours', () => {
  const { app, chart } = fixture();
  component(chart, 'query');
  new ApiObject(chart, 'own', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'query' } });
  expect(errorsOf(app)).toEqual([overwritten('Service', 'monitoring/query/Service', 'monitoring/own')]);
});

test('kinds of different API groups are different kinds', () => {
  const { app, chart } = fixture();
  component(chart, 'query');
  new ApiObject(chart, 'knative', { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'query' } });
  new ApiObject(chart, 'others', { apiVersion: 'example.com/v1', kind: 'Deployment', metadata: { name: 'query' } });
  expect(errorsOf(app)).toEqual([]);
});

test('versions of one API group are the same kind', () => {
  const { app, chart } = fixture();
  component(chart, 'query');
  new ApiObject(chart, 'own', { apiVersion: 'networking.k8s.io/v1beta1', kind: 'NetworkPolicy', metadata: { name: 'query' } });
  expect(errorsOf(app)).toEqual([overwritten('NetworkPolicy', 'monitoring/query/NetworkPolicy', 'monitoring/own')]);
});

test('objects of the cluster are the same whatever namespace is given', () => {
  const { app, chart } = fixture();
  component(chart, 'query');
  for (const [kind, apiVersion] of [['Namespace', 'v1'], ['ClusterRole', 'rbac.authorization.k8s.io/v1']]) {
    new ApiObject(chart, `one ${kind}`, { apiVersion, kind, metadata: { name: 'query', namespace: 'spare' } });
    new ApiObject(chart, `other ${kind}`, { apiVersion, kind, metadata: { name: 'query' } });
  }
  const same = (kind: string) => `[monitoring] 2 objects are ${kind} 'query' of the cluster, and the last to be applied overwrites the others: 'monitoring/one ${kind}' and 'monitoring/other ${kind}'. `;
  expect(errorsOf(app)).toEqual([
    `${same('Namespace')}Leave 'createNamespace' out of all but one. (duplicate-object)`,
    `${same('ClusterRole')}${ADVICE}`,
  ]);
});

test('judges an object of the user that comes after the findings were read', () => {
  const { app, chart } = fixture();
  component(chart, 'query');
  expect(Graph.of(chart).findings()).toEqual([]);
  new ApiObject(chart, 'own', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'query' } });
  expect(errorsOf(app)).toEqual([expect.stringContaining("'monitoring/query/Service' and 'monitoring/own'.")]);
  expect(Graph.of(chart).findings()).toHaveLength(1);
});

test('fails where a patch gives an object the name of another', () => {
  const { app, chart } = fixture();
  component(chart, 'query');
  const { controllers } = component(chart, 'ask');
  controllers[0].addJsonPatch(JsonPatch.replace('/metadata/name', 'query'));
  expect(errorsOf(app)).toEqual([overwritten('Deployment', 'monitoring/query/Resource', 'monitoring/ask/Resource')]);
});

test('charts may be for different clusters, and have the same objects', () => {
  const { app, chart } = fixture();
  component(chart, 'query');
  component(new Chart(app, 'other', { namespace: 'monitoring', disableResourceNameHashes: true }), 'query');
  expect(errorsOf(app)).toEqual([]);
});

/** A component that mounts a file. */
function mounting() {
  const { app, chart } = fixture();
  const config = new ConfigFiles(chart, 'config', { name: 'limits', labels: {}, files: { 'limits.yaml': () => '{}' } });
  component(chart, 'query', {
    volumes: [config.mount('/etc/limits'), { mountPath: '/etc/ca', volume: { name: 'ca', configMap: { name: 'corporate-ca' } } }],
  });
  return { app, configMap: config.node.findChild('Resource') as ApiObject };
}

test('a ConfigMap that is not in the tree is somebody else\'s', () => {
  expect(errorsOf(mounting().app)).toEqual([]);
});

test('fails where a patch renames a ConfigMap that is mounted', () => {
  const { app, configMap } = mounting();
  configMap.addJsonPatch(JsonPatch.replace('/metadata/name', 'bounds'));
  expect(errorsOf(app)).toEqual([
    "[monitoring/query] Pods of Deployment 'query' mount ConfigMap 'limits', but a patch of 'monitoring/config/Resource' prints it as 'bounds' "
    + "in namespace 'monitoring'. Take back the patch of its name or namespace. (config-map-renamed)",
  ]);
});

test.each([[253, 0], [254, 1]])('a name of %i letters, which is made of several, has %i errors', (length, errors) => {
  const { app, chart } = fixture();
  component(chart, 'query');
  const name = `platform-ruler-${'s'.repeat(length - 15)}`;
  new ConfigFiles(chart, 'config', { name, labels: {}, files: { 'rules.yaml': () => '' } });
  expect(errorsOf(app)).toEqual([
    `[monitoring] ConfigMap '${name}', which 'monitoring/config/Resource' prints, has a name of 254 letters, and Kubernetes takes 253 at most. `
    + "It is made of several: shorten the 'name' of one. (name-too-long)",
  ].slice(0, errors));
});

test('fails where a patch does not fit its object', () => {
  const { app, configMap } = mounting();
  configMap.addJsonPatch(JsonPatch.replace('/spec/replicas', 3));
  expect(errorsOf(app)).toEqual([
    expect.stringMatching(/^\[monitoring\] A JSON patch of ConfigMap 'limits' cannot be applied: .+\. Correct its path or its value\. \(patch-not-applicable\)$/),
  ]);
});

describe('files of one object', () => {
  const service = (chart: Chart, namespace: string) =>
    new ApiObject(chart, namespace, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'query', namespace } });
  const lost = (first: string, second: string) => '[eu] 2 objects are Service \'query\', and the app\'s \'yamlOutputType\' '
    + `writes them to one file, so that only the last is kept: '${first}' (v1, in namespace 'monitoring') and '${second}' (v1, in namespace 'spare'). `
    + 'Give the parts different names, or write a file a chart (YamlOutputType.FILE_PER_CHART). (file-overwritten)';

  test.each([
    [YamlOutputType.FILE_PER_RESOURCE, 'eu', [lost('eu/query/Service', 'eu/spare')]],
    [YamlOutputType.FILE_PER_RESOURCE, 'us', [lost('eu/query/Service', 'us/spare')]],
    [YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE, 'eu', [lost('eu/query/Service', 'eu/spare')]],
    [YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE, 'us', []],
    [YamlOutputType.FILE_PER_CHART, 'eu', []],
  ])('are named after kind and name alone: type %s, the other object in chart %s', (yamlOutputType, other, errors) => {
    const app = new App({ yamlOutputType });
    const charts: Record<string, Chart> = Object.fromEntries(['eu', 'us'].map(id => [id, new Chart(app, id, { namespace: 'monitoring', disableResourceNameHashes: true })]));
    component(charts.eu, 'query');
    service(charts[other], 'spare');
    expect(errorsOf(app)).toEqual(errors);
  });
});
