import * as pulumi from '@pulumi/pulumi';
import { ApiObject, App, Chart, Size } from 'cdk8s';
import { engine, marked, type Registered, settled, unknownOutput, withoutSecrets } from './engine';
import { register } from '../../src/pulumi/registration';
import { MonitoringStack as Construct, MonitoringStackProps, ObjectStoreBucket, S3Credentials, ScrapeJob, Workload } from 'cdk8s-thanos';
import { type Extend, type Inputs, MonitoringStack, MonitoringStackArgs } from 'cdk8s-thanos/pulumi';

// Pulumi's SDK takes seconds to load.
jest.setTimeout(120_000);

const PROPS: MonitoringStackProps = { cluster: 'eu-1', workload: Workload.of({ activeSeries: 10_000 }), createNamespace: true };

/** The resources of a platform: those that are registered below it. */
async function resourcesOf(args: MonitoringStackArgs, { preview = false } = {}): Promise<Registered[]> {
  const registered = engine({ preview });
  await settled(new MonitoringStack('platform', args));
  return registered.filter(({ type }) => type.startsWith('kubernetes:'));
}

/** Objects that the construct prints, by kind and name. */
function printed(props: MonitoringStackProps): Map<string, any> {
  const chart = new Chart(new App(), 'platform', { namespace: 'monitoring', disableResourceNameHashes: true });
  new Construct(chart, 'stack', { name: 'platform', ...props });
  return new Map(chart.toJson().map(object => [`${object.kind}/${object.metadata.name}`, object]));
}

const byName = (resources: Registered[]) => new Map(resources.map(({ inputs }) => [`${inputs.kind}/${inputs.metadata.name}`, inputs]));

/** All marks of all resources, as `kind/name: path`. */
const marks = (resources: Registered[], kind: 'secret' | 'unknown') =>
  resources.flatMap(({ inputs, name }) => marked(inputs, kind).map(path => `${name}: ${path}`));

/** What is said of a platform that must be refused; nothing of it is registered. */
async function refusal(props: Inputs<MonitoringStackProps>, { preview = false, extend }: { preview?: boolean; extend?: Extend } = {}): Promise<string> {
  const registered = engine({ preview });
  const component = new pulumi.ComponentResource('test:index:Component', 'component');
  const { message } = await register(component, { name: 'platform', namespace: 'monitoring', props, extend }).then(() => new Error('It was not refused.'), (error: Error) => error);
  expect(registered.filter(({ type }) => type.startsWith('kubernetes:'))).toEqual([]);
  return message;
}

describe('the resources of a platform', () => {
  test('are what the construct prints, one by one', async () => {
    const resources = await resourcesOf(PROPS);
    expect(byName(resources)).toEqual(printed(PROPS));
  });

  test('are typed, and named after their constructs', async () => {
    const resources = await resourcesOf(PROPS);
    const names = resources.map(({ type, name }) => `${type} ${name}`);
    expect(names).toContain('kubernetes:apps/v1:StatefulSet platform/stack/receive/ingestor');
    expect(names).toContain('kubernetes:networking.k8s.io/v1:NetworkPolicy platform/stack/receive/ingestor/NetworkPolicy');
    expect(new Set(names).size).toBe(names.length);
  });

  test('take an object of a kind that Pulumi does not know as a custom resource', async () => {
    const resources = await resourcesOf({
      ...PROPS,
      extend: stack => void new ApiObject(stack, 'monitor', { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', metadata: { name: 'own' } }),
    });
    expect(resources.map(({ type }) => type)).toContain('kubernetes:monitoring.coreos.com/v1:PodMonitor');
  });
});

describe('Outputs', () => {
  const bucketOf = (name: pulumi.Input<string>): MonitoringStackArgs => ({
    ...PROPS,
    bucket: (scope, known) => ObjectStoreBucket.s3(scope, 'blocks', { bucket: known(name), region: 'eu-central-1' }),
  });

  test('stand for texts, numbers and switches, and give what their values give', async () => {
    const args: MonitoringStackArgs = {
      ...PROPS,
      cluster: pulumi.output('eu-1'),
      createNamespace: pulumi.output(true),
      externalLabels: { region: pulumi.output('eu') },
      query: { replicas: pulumi.output(3) },
      prometheus: { storageSize: (_, known) => Size.gibibytes(known(pulumi.output(16))) },
    };
    const props = { ...PROPS, externalLabels: { region: 'eu' }, query: { replicas: 3 }, prometheus: { storageSize: Size.gibibytes(16) } };
    expect(byName(await resourcesOf(args))).toEqual(printed(props));
  });

  test('may be made anew each time that a function runs', async () => {
    const resources = await resourcesOf({ ...PROPS, externalLabels: (_, known) => ({ region: known(pulumi.output('eu').apply(value => `${value}-1`)) }) });
    const config = byName(resources).get('ConfigMap/platform-prometheus-a-config') ?? [...byName(resources)].find(([name]) => name.startsWith('ConfigMap/platform-prometheus'))![1];
    expect(JSON.stringify(config)).toContain('eu-1');
  });

  test('that a preview does not know are unknown wherever something is made of them, and nowhere else', async () => {
    const unknown = marks(await resourcesOf(bucketOf(unknownOutput()), { preview: true }), 'unknown');
    expect(unknown.length).toBeGreaterThan(0);
    for (const mark of unknown) expect(mark).toMatch(/(args\.\d+|serviceAccount.*|annotations.*)$/);
    expect(unknown.filter(mark => mark.includes('query-frontend'))).toEqual([]);
    expect(marks(await resourcesOf(bucketOf('blocks'), { preview: true }), 'unknown')).toEqual([]);
  });

  test('that are secret stay secret, also in hashes, and make nothing else secret', async () => {
    const secret = marks(await resourcesOf({ ...PROPS, externalLabels: { region: pulumi.secret('hidden-place') } }), 'secret');
    expect(secret.length).toBeGreaterThan(0);
    const resources = await resourcesOf({ ...PROPS, externalLabels: { region: pulumi.secret('hidden-place') } });
    for (const { inputs } of resources) {
      expect(JSON.stringify(withoutSecrets(inputs))).not.toContain('hidden-place');
    }
  });

  test('change those objects that are made of them, and no others, when their values change', async () => {
    const [before, after] = [byName(await resourcesOf(bucketOf(pulumi.output('blocks')))), byName(await resourcesOf(bucketOf(pulumi.output('other'))))];
    expect([...before.keys()]).toEqual([...after.keys()]);
    expect([...before].filter(([name, inputs]) => JSON.stringify(inputs) !== JSON.stringify(after.get(name))).map(([name]) => name).sort())
      .toEqual(['StatefulSet/platform-compactor', 'StatefulSet/platform-receive-ingestor', 'StatefulSet/platform-store-0']);
  });

  test('carry what the component tells of itself', async () => {
    engine();
    const stack = new MonitoringStack('platform', bucketOf(pulumi.output('my-blocks')));
    await settled(stack);
    const value = <T>(output: pulumi.Output<T>): Promise<T> => (output as unknown as { promise(): Promise<T> }).promise();
    expect(await value(stack.queryUrl)).toBe('http://platform-query-frontend.monitoring.svc.cluster.local:10902');
    expect(await value(stack.remoteWriteUrl)).toBe('http://platform-receive-router.monitoring.svc.cluster.local:19291/api/v1/receive');
    expect((await value(stack.policyDocuments)).read).toContain('arn:aws:s3:::my-blocks');
    expect((await value(stack.plan))!.figure('prometheus', 'shards').value).toBeGreaterThan(0);
    expect((await value(stack.findings)).map(({ severity }) => severity)).not.toContain('error');
  });
});

describe('a Secret that is made with the platform', () => {
  const withSecret = (key: pulumi.Input<string>): MonitoringStackArgs => ({
    ...PROPS,
    bucket: (scope, known) => {
      const secret = known.secret(scope, 's3', { accessKey: 'thanos', secretKey: key });
      return ObjectStoreBucket.s3(scope, 'blocks', {
        bucket: 'blocks',
        region: 'eu-central-1',
        credentials: S3Credentials.accessKey({ accessKeyId: { secret, key: 'accessKey' }, secretAccessKey: { secret, key: 'secretKey' } }),
      });
    },
  });
  const rolling = (resources: Registered[]): Map<string, unknown> => new Map(resources.flatMap(({ name, inputs }) => {
    const checksum = inputs.spec?.template?.metadata?.annotations?.['checksum/secret-platform-s3'];
    return checksum === undefined ? [] : [[name, checksum]];
  }));

  test('has its values as secrets, and they stand nowhere else', async () => {
    const resources = await resourcesOf(withSecret(pulumi.output('very-secret')));
    const secrets = resources.filter(({ type }) => type === 'kubernetes:core/v1:Secret');
    expect(secrets.map(({ inputs }) => inputs.metadata.name)).toEqual(['platform-s3']);
    expect(marked(secrets[0].inputs, 'secret')).toEqual(['stringData']);
    expect(JSON.stringify(resources.map(({ inputs }) => withoutSecrets(inputs)))).not.toContain('very-secret');
  });

  test('waits for its namespace and is unknown with it, as all other objects are', async () => {
    const args = { ...withSecret('x'), namespace: unknownOutput<string>() };
    const secrets = (await resourcesOf(args, { preview: true })).filter(({ type }) => type === 'kubernetes:core/v1:Secret');
    expect(secrets.map(({ inputs }) => marked(inputs, 'unknown'))).toEqual([['metadata.namespace']]);
  });

  test('rolls those that read it at their start, and no others, when a value changes', async () => {
    const before = rolling(await resourcesOf(withSecret(pulumi.output('one'))));
    const same = rolling(await resourcesOf(withSecret('one')));
    const after = rolling(await resourcesOf(withSecret('two')));
    expect([...before.keys()].sort()).toEqual([
      'platform/stack/compactor/compactor', 'platform/stack/receive/ingestor', 'platform/stack/store/store-0',
    ]);
    expect(same).toEqual(before);
    for (const [name, checksum] of after) expect(checksum).not.toBe(before.get(name));
  });
});

describe('what is wrong', () => {
  test('is said at once and in full, and nothing is registered', async () => {
    const message = await refusal({ ...PROPS, cluster: 'no good', query: { replicas: pulumi.output(-1) } });
    expect(message).toMatch(/^The platform 'platform' is not sound:\n/);
    expect(message).toContain('[platform/stack] \'cluster\' must be');
    expect(message).toContain('\'replicas\' must be a whole number');
  });

  test('waits where a preview does not know the value, and the rest is said', async () => {
    const props: Inputs<MonitoringStackProps> = { ...PROPS, query: { replicas: unknownOutput<number>() } };
    expect((await resourcesOf(props as MonitoringStackArgs, { preview: true })).length).toBeGreaterThan(0);
    expect(await refusal({ ...props, cluster: 'no good' } as Inputs<MonitoringStackProps>, { preview: true }))
      .toBe('The platform \'platform\' is not sound:\n  [platform/stack] \'cluster\' must be a name of letters, digits, \'-\', \'_\' and \'.\' of at most 63 characters, but is "no good". (invalid-prop)');
  });

  test.each<[string, Partial<MonitoringStackArgs>, string]>([
    ['a function that is none', { extend: 'x' as never }, '\'extend\' must be a function, but is "x".'],
    ['an error of a function', { bucket: () => { throw new Error('There is no bucket yet.'); } }, 'There is no bucket yet.'],
    ['a Secret that Kubernetes would refuse', { extend: (stack, known) => void known.secret(stack, 'Slack', { 'the key': 'x' }) },
      '[platform/stack/Slack] A Secret is wrong. Its name would be \'platform-Slack\', but must have lower-case letters, digits and \'-\' only, and begin and end with a letter or digit. Give it another id. '
      + 'Its key \'the key\' must have letters, digits, \'-\', \'_\' and \'.\' only.'],
    ['a Secret without entries', { extend: (stack, known) => void known.secret(stack, 'slack', {}) },
      '[platform/stack/slack] A Secret is wrong. It has no entries. Give it at least one, e.g. { password: config.requireSecret(\'password\') }.'],
  ])('%s says which platform cannot be made, and why', async (_, { extend, ...props }, expected) => {
    expect(await refusal({ ...PROPS, ...props } as Inputs<MonitoringStackProps>, { extend })).toBe(`The platform 'platform' cannot be made: ${expected}`);
  });

  test('is found when a number is known on which all sizes depend; until then they are unknown', async () => {
    const series = (count: pulumi.Output<number>): MonitoringStackArgs => ({ ...PROPS, workload: (_, known) => Workload.of({ activeSeries: known(count) }) });
    const unknown = marks(await resourcesOf(series(unknownOutput()), { preview: true }), 'unknown');
    expect(unknown).toContain('platform/stack/receive/ingestor: spec.template.spec.containers.0.resources.requests.memory');
    expect(unknown).not.toContain('platform/stack/receive/ingestor: metadata.name');
    expect(await refusal(series(pulumi.output(-1)) as Inputs<MonitoringStackProps>)).toContain('\'activeSeries\' of Workload.of is -1');
  });

  test('with which not even a part can be made is left to the deployment, and nothing is shown', async () => {
    const nested = unknownOutput<{ name: { first: string } }>();
    const broken: MonitoringStackArgs = { ...PROPS, externalLabels: (_, known) => ({ region: known(nested).name.first }) };
    expect(await resourcesOf(broken, { preview: true })).toEqual([]);
  });
});

test('the stack can be extended by what its props cannot say', async () => {
  const resources = await resourcesOf({
    ...PROPS,
    extend: (stack, known) => stack.scrape(ScrapeJob.pods(known(pulumi.output('shop')), { namespaces: ['shop'], portName: 'metrics' })),
  });
  expect(JSON.stringify(resources)).toContain('job_name: shop');
});
