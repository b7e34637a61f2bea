import { PLATFORM_NAME, smallPlatform } from './small';

const SMALL = { namespace: 'e2e', series: 6000, generatorNamespace: 'e2e-load' };

const container = (objects: object[], kind: string, name: string): { args: string[] } => {
  const found = objects.find(object => 'kind' in object && object.kind === kind && 'metadata' in object && (object.metadata as { name: string }).name === `${PLATFORM_NAME}-${name}`);
  return (found as { spec: { template: { spec: { containers: { args: string[] }[] } } } }).spec.template.spec.containers[0];
};

test('the checks have nothing against it', () => {
  const { stack } = smallPlatform({ ...SMALL, blockLength: 180 });
  expect(stack.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([]);
});

test('blocks of minutes are asked for by name', () => {
  const flags = (blockLength?: number) => container(smallPlatform({ ...SMALL, blockLength }).objects, 'StatefulSet', 'receive-ingestor').args.filter(arg => arg.includes('block-duration'));
  expect(flags()).toEqual([]);
  expect(flags(180)).toEqual(['--tsdb.min-block-duration=180s', '--tsdb.max-block-duration=180s']);
});

test('its parts take further props', () => {
  const { objects } = smallPlatform({ ...SMALL, blockLength: 180, props: { ring: { zones: ['z1', 'z2', 'z3'], ingestor: { tooFarInFutureTimeWindow: undefined } } } });
  expect(container(objects, 'StatefulSet', 'receive-ingestor-z2').args).toContain('--tsdb.min-block-duration=180s');
});

test('it scrapes the generator, in its own interval', () => {
  const config = smallPlatform(SMALL).objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata?.name === 'platform-prometheus-a').map(object => (object as { data?: Record<string, string> }).data!['prometheus.yaml'])[0];
  expect(config).toMatch(/job_name: generator\n {4}scrape_interval: 5s/);
});
