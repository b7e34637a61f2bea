import * as pulumi from '@pulumi/pulumi';
import { engine, unknownOutput } from './engine';
import { ObjectStoreBucket, S3Credentials } from 'cdk8s-thanos';
import { policyDocuments } from 'cdk8s-thanos/pulumi';

const value = <T>(output: pulumi.Output<T>): Promise<T> => (output as unknown as { promise(): Promise<T> }).promise();

const documentsOf = (bucket: pulumi.Output<string>) =>
  policyDocuments((scope, known) => ObjectStoreBucket.s3(scope, 'blocks', { bucket: known(bucket), region: 'eu-central-1', credentials: S3Credentials.ambient() }));

test('are those of the bucket, for each access', async () => {
  engine();
  const documents = await value(documentsOf(pulumi.output('my-blocks')));
  expect(Object.keys(documents)).toEqual(['read', 'read-write', 'read-write-delete']);
  expect(documents.read).toContain('arn:aws:s3:::my-blocks/*');
  expect(documents.read).not.toContain('s3:DeleteObject');
  expect(documents['read-write-delete']).toContain('s3:DeleteObject');
});

test('are unknown as long as the bucket is', async () => {
  engine({ preview: true });
  expect(await (documentsOf(unknownOutput()) as unknown as { isKnown: Promise<boolean> }).isKnown).toBe(false);
});

test('of a bucket within the cluster are none', async () => {
  engine();
  expect(await value(policyDocuments(scope => ObjectStoreBucket.filesystem(scope, 'blocks')))).toEqual({});
});
