import { Size, Yaml } from 'cdk8s';
import type { ISecret } from 'cdk8s-plus-28';
import { findingsOf, printed, said } from './parts';
import { Severity } from '../../src/core/findings';
import { ObjectStoreAccess } from '../../src/core/object-store';
import { LogLevel, Platform } from '../../src/core/platform';
import { Workload } from '../../src/plan/workload';
import { EmbeddedBucketProps, ObjectStoreBucket, StoreGateway } from '../../src/store';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';

function bucketOf(props?: EmbeddedBucketProps) {
  const { app, chart } = fixture();
  return { app, chart, bucket: ObjectStoreBucket.embedded(chart, 'blocks', props) };
}

const COMMAND = 'printf \'access-key=%s\\nsecret-key=%s\\n\' "$(openssl rand -hex 10)" "$(openssl rand -hex 20)" '
  + '| kubectl create secret generic blocks-credentials --namespace monitoring --from-env-file=/dev/stdin';

test('defaults', () => {
  expect(Yaml.stringify(...manifests(bucketOf().chart))).toMatchSnapshot();
});

test('how Thanos reaches it', () => {
  const { config, environment } = printed(bucketOf().bucket.connect(ObjectStoreAccess.READ_WRITE));
  expect(config).toEqual([
    '--objstore.config=type: "S3"',
    'config:',
    '  bucket: "blocks"',
    '  endpoint: "blocks.monitoring.svc.cluster.local:7070"',
    '  region: "us-east-1"',
    '  insecure: true',
    '  bucket_lookup_type: "path"',
  ]);
  expect(environment).toEqual([
    { name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'blocks-credentials', key: 'access-key' } } },
    { name: 'AWS_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 'blocks-credentials', key: 'secret-key' } } },
  ]);
});

test('only who uses it may reach it', () => {
  const { chart, bucket } = bucketOf();
  new StoreGateway(chart, 'store', { bucket });
  const { ingress, egress } = manifest(chart, 'NetworkPolicy', 'blocks').spec;
  expect(egress).toEqual([]);
  expect(ingress).toEqual([{
    ports: [{ port: 7070, protocol: 'TCP' }],
    from: [{
      podSelector: {
        matchLabels: { 'app.kubernetes.io/name': 'thanos', 'app.kubernetes.io/instance': 'store', 'app.kubernetes.io/component': 'store-gateway' },
      },
    }],
  }]);
});

test('extra arguments stand before the backend\'s, and a debug log is one of the gateway', () => {
  const backend = ['posix', '--sidecar=/var/lib/versitygw/metadata', '/var/lib/versitygw/buckets'];
  expect(argsOf(bucketOf({ extraArgs: ['--keep-alive', '--health=/health'] }).chart, 'StatefulSet', 'blocks'))
    .toEqual(['--port=:7070', '--quiet', '--keep-alive', '--health=/health', ...backend]);
  expect(argsOf(bucketOf({ logLevel: LogLevel.DEBUG }).chart, 'StatefulSet', 'blocks'))
    .toEqual(['--port=:7070', '--health=/_/health', '--log-level=debug', ...backend]);
});

test('the volume follows the workload', () => {
  const storageOf = (props: EmbeddedBucketProps) => manifest(bucketOf(props).chart, 'StatefulSet', 'blocks').spec.volumeClaimTemplates[0].spec;
  expect(storageOf({ workload: Workload.of({ activeSeries: 1000 }) }).resources.requests.storage).toBe('8192Mi');
  expect(storageOf({ bytes: Size.gibibytes(40), storageClassName: 'fast' })).toMatchObject({ resources: { requests: { storage: '65536Mi' } }, storageClassName: 'fast' });
});

describe('credentials', () => {
  test('one command makes them, and they stand in no YAML', () => {
    const { bucket, chart } = bucketOf();
    expect(bucket.setupCommand).toBe(COMMAND);
    expect(manifests(chart).map(({ kind }) => kind)).not.toContain('Secret');
    expect(said(chart, 'embedded-bucket-credentials')).toEqual([`The embedded bucket's key stands in no YAML; pods wait until it is there. Make it once: ${COMMAND}`]);
  });

  test('a Secret that is there already needs no command', () => {
    const { bucket, chart } = bucketOf({ credentialsSecret: { name: 'mine' } as ISecret });
    expect(bucket.setupCommand).toBeUndefined();
    expect(said(chart, 'embedded-bucket-credentials')).toEqual([]);
    expect(manifest(chart, 'StatefulSet', 'blocks').spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef).toEqual({ name: 'mine', key: 'access-key' });
  });
});

describe('what the checks say', () => {
  test('that it is not highly available', () => {
    expect(findingsOf(bucketOf().chart, Severity.WARNING)).toEqual([]);
    expect(said(bucketOf().chart, 'embedded-bucket-not-ha')).toEqual([
      'The embedded bucket is one pod on one volume: while it is away, nothing is uploaded and old data cannot be queried, and a lost volume is lost history. '
      + 'All programs share its key, so each of them may delete. Take backups of the volume, or use a bucket of a cloud.',
    ]);
  });

  test('that the volume is too small', () => {
    expect(errorsOf(bucketOf({ bytes: Size.gibibytes(40), storageSize: Size.gibibytes(20) }).app)).toEqual([
      '[monitoring/blocks] The bucket will hold 40 GiB, but \'storageSize\' is 20 GiB: when the volume is full, blocks are no longer uploaded. '
      + 'Raise it, leave it to the plan, or shorten the retention. (embedded-bucket-volume-too-small)',
    ]);
  });

  test('that the volume is tight', () => {
    expect(findingsOf(bucketOf({ bytes: Size.gibibytes(40), storageSize: Size.gibibytes(45) }).chart, Severity.WARNING)).toEqual([
      'below-plan: \'storageSize\' is 45 GiB, but this workload needs 52 GiB: All that is stored, with room to see an alert before the volume is full; planned in doubling steps, as Kubernetes refuses a changed claim. '
      + 'Raise it, leave it to the plan, or tell the workload what it really has to carry.',
    ]);
  });

  test('that it is much for one volume', () => {
    expect(findingsOf(bucketOf({ bytes: Size.tebibytes(1) }).chart, Severity.WARNING)).toEqual([
      'embedded-bucket-large: The bucket will hold 1 TiB on one volume; above 100 GiB, copying or restoring it takes longer than the outage that senders survive. '
      + 'Use a bucket of a cloud, e.g. ObjectStoreBucket.s3(…).',
    ]);
  });
});

test.each<[EmbeddedBucketProps, string]>([
  [{ name: 'My_Bucket' }, '\'name\' must be a DNS label (lower-case letters, digits and \'-\', beginning with a letter and ending with a letter or digit) of at most 63 characters, but is "My_Bucket"'],
  [{ bytes: 5 as unknown as Size }, '\'bytes\' must be a Size, e.g. Size.gibibytes(1), of at least 1B, but is 5'],
  [{ replicas: 2 } as EmbeddedBucketProps, '\'replicas\' is not known here; known are image, cpuRequest, memoryRequest, memoryLimit, nodeSelector, tolerations, priorityClassName, '
    + 'podLabels, podAnnotations, serviceAccountAnnotations, logLevel, extraArgs, workload, bytes, name, storageSize, storageClassName, credentialsSecret'],
])('%j', (props, message) => {
  expect(errorsOf(bucketOf(props).app)).toEqual([`[monitoring/blocks] ${message}. (invalid-prop)`]);
});

test('the platform\'s log level counts too', () => {
  const { chart } = fixture();
  Platform.configure(chart, { logLevel: LogLevel.DEBUG });
  ObjectStoreBucket.embedded(chart, 'blocks');
  expect(argsOf(chart, 'StatefulSet', 'blocks')).toContain('--log-level=debug');
});
