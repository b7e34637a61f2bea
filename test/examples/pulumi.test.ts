import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { marked } from '../pulumi/engine';

// Pulumi's SDK takes seconds to load.
jest.setTimeout(120_000);

const INFRASTRUCTURE = {
  kubeconfig: 'apiVersion: v1',
  clusterName: 'eu-1',
  bucketName: 'example-blocks',
  roleArn: 'arn:aws:iam::123456789012:role/thanos',
};

const registered: pulumi.runtime.MockResourceArgs[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: args => {
      registered.push(args);
      return { id: `${args.name}-id`, state: args.type === 'pulumi:pulumi:StackReference' ? { ...args.inputs, outputs: INFRASTRUCTURE, secretOutputNames: ['kubeconfig'] } : args.inputs };
    },
    call: ({ inputs }) => inputs,
  }, 'monitoring', 'production', false);
  pulumi.runtime.setAllConfig({ 'monitoring:infrastructure': 'o/infrastructure/production', 'monitoring:activeSeries': '100000', 'monitoring:slackUrl': 'https://hooks.example.com/1' }, ['monitoring:slackUrl']);
  // A program, run only when all is ready for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { queryUrl } = require(path.join(__dirname, '..', '..', 'examples', 'pulumi', 'main.ts')) as { queryUrl: pulumi.Output<string> };
  await (queryUrl as unknown as { promise(): Promise<string> }).promise();
  await new Promise(resolve => setTimeout(resolve, 2000));
});

const inputsOf = (name: string): any => registered.find(resource => resource.name === name)?.inputs;

test('the bucket and the role of the other stack are where pods read them', () => {
  expect(JSON.stringify(inputsOf('platform/stack/receive/ingestor').spec.template.spec.containers[0].args)).toContain('example-blocks');
  expect(inputsOf('platform/stack/compactor/compactor/ServiceAccount').metadata.annotations['eks.amazonaws.com/role-arn']).toBe(INFRASTRUCTURE.roleArn);
});

test('the address that notifies is a Secret, and secret', () => {
  const secret = registered.find(({ type }) => type === 'kubernetes:core/v1:Secret')!;
  expect(secret.inputs.metadata.name).toBe('platform-slack');
  expect(marked(secret.inputs, 'secret')).toEqual(['stringData']);
});

test('nothing else is secret, and all is made by the provider of the cluster', () => {
  const objects = registered.filter(({ type }) => type.startsWith('kubernetes:'));
  expect(objects.length).toBeGreaterThan(60);
  expect(objects.filter(({ type, inputs }) => type !== 'kubernetes:core/v1:Secret' && marked(inputs, 'secret').length > 0)).toEqual([]);
  expect(new Set(objects.map(({ provider }) => provider)).size).toBe(1);
});
