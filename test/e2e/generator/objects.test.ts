import { generatorObjects } from './objects';

const OPTIONS = { namespace: 'load', scrapedFrom: 'monitoring', pods: 2, series: 1000 };

test('the program fits into a ConfigMap', () => {
  const [configMap] = generatorObjects(OPTIONS) as { data?: Record<string, string> }[];
  const script = configMap.data!['generator.js'];
  expect(script).toContain('generator_value');
  expect(script.length).toBeLessThan(500_000);
});

test('its objects are those that it takes', () => {
  expect(generatorObjects(OPTIONS).map(({ kind, metadata }) => `${kind} ${metadata?.namespace}/${metadata?.name}`)).toEqual([
    'ConfigMap load/generator', 'Service load/generator', 'NetworkPolicy load/generator', 'StatefulSet load/generator',
  ]);
});

test('each of several targets of a pod has a port, and senders may reach them all', () => {
  const objects = generatorObjects({ ...OPTIONS, targets: 3 }) as {
    kind?: string; spec?: { template?: { spec: { containers: { ports: object[] }[] } }; ingress?: { ports: object[] }[] };
  }[];
  const spec = (kind: string) => objects.find(object => object.kind === kind)!.spec!;
  expect(spec('StatefulSet').template!.spec.containers[0].ports).toEqual([
    { name: 'metrics', containerPort: 8080 }, { name: 'metrics-1', containerPort: 8081 }, { name: 'metrics-2', containerPort: 8082 },
  ]);
  expect(spec('NetworkPolicy').ingress![0].ports).toEqual([{ port: 8080, endPort: 8082 }]);
});

test('more series than values can tell apart are refused', () => {
  expect(() => generatorObjects({ ...OPTIONS, series: 3_000_000 })).toThrow(
    'A generator\'s pod serves at most 2097152 series, of which all may churn, but was asked for 3000000 with 0 that churn. Use more pods.');
});
