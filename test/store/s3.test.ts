import { Duration, Size } from 'cdk8s';
import { findingsOf, printed, said, secret } from './parts';
import { Severity } from '../../src/core/findings';
import { NetworkPeer } from '../../src/core/network-peer';
import { ObjectStoreAccess } from '../../src/core/object-store';
import { Platform } from '../../src/core/platform';
import { ObjectStoreBucket, S3BucketLookup, S3BucketProps, S3Credentials, S3Encryption, S3ListObjects, StoreGateway } from '../../src/store';
import { errorsOf, fixture, manifest } from '../fixture';

function bucketOf(props: Partial<S3BucketProps> = {}) {
  const { app, chart } = fixture();
  return { app, chart, bucket: ObjectStoreBucket.s3(chart, 'blocks', { bucket: 'blocks', region: 'eu-central-1', ...props }) };
}

const ROLE = 'arn:aws:iam::123456789012:role/thanos';
const KEY = S3Credentials.accessKey({ accessKeyId: secret('s3', 'id'), secretAccessKey: secret('s3', 'key') });

describe('configuration', () => {
  test('of Amazon S3, with the identity that the pod has anyway', () => {
    expect(printed(bucketOf().bucket.connect(ObjectStoreAccess.READ)).config).toEqual([
      '--objstore.config=type: "S3"',
      'config:',
      '  bucket: "blocks"',
      '  endpoint: "s3.eu-central-1.amazonaws.com"',
      '  region: "eu-central-1"',
      '  aws_sdk_auth: true',
    ]);
  });

  test('with every setting', () => {
    const { bucket } = bucketOf({
      endpoint: 'minio.minio.svc:9000',
      prefix: 'platforms/eu',
      credentials: KEY,
      bucketLookup: S3BucketLookup.PATH,
      listObjectsVersion: S3ListObjects.V1,
      signatureV2: true,
      dualStack: false,
      partSize: Size.mebibytes(16),
      maxRetries: 3,
      storageClass: 'STANDARD_IA',
      encryption: S3Encryption.kms('1234abcd', { team: 'observability' }),
      http: {
        idleConnTimeout: Duration.seconds(30),
        responseHeaderTimeout: Duration.minutes(1),
        tlsHandshakeTimeout: Duration.seconds(5),
        expectContinueTimeout: Duration.millis(500),
        maxIdleConns: 10,
        maxIdleConnsPerHost: 9,
        maxConnsPerHost: 8,
      },
      tls: { ca: secret('s3-tls', 'ca.crt'), serverName: 'minio', certificate: secret('s3-tls', 'tls.crt'), key: secret('s3-tls', 'tls.key') },
    });
    const { config, volumes } = printed(bucket.connect(ObjectStoreAccess.READ_WRITE));
    expect(config).toEqual([
      '--objstore.config=type: "S3"',
      'config:',
      '  bucket: "blocks"',
      '  endpoint: "minio.minio.svc:9000"',
      '  region: "eu-central-1"',
      '  disable_dualstack: true',
      '  signature_version2: true',
      '  bucket_lookup_type: "path"',
      '  list_objects_version: "v1"',
      '  part_size: 16777216',
      '  max_retries: 3',
      '  put_user_metadata:',
      '    X-Amz-Storage-Class: "STANDARD_IA"',
      '  sse_config:',
      '    type: "SSE-KMS"',
      '    kms_key_id: "1234abcd"',
      '    kms_encryption_context:',
      '      team: "observability"',
      '  http_config:',
      '    idle_conn_timeout: "30s"',
      '    response_header_timeout: "1m"',
      '    tls_handshake_timeout: "5s"',
      '    expect_continue_timeout: "500ms"',
      '    max_idle_conns: 10',
      '    max_idle_conns_per_host: 9',
      '    max_conns_per_host: 8',
      '    tls_config:',
      '      ca_file: "/etc/thanos/objstore/ca/ca.crt"',
      '      cert_file: "/etc/thanos/objstore/certificate/tls.crt"',
      '      key_file: "/etc/thanos/objstore/key/tls.key"',
      '      server_name: "minio"',
      'prefix: "platforms/eu"',
    ]);
    expect(volumes.map(({ mountPath }) => mountPath)).toEqual(['/etc/thanos/objstore/ca', '/etc/thanos/objstore/certificate', '/etc/thanos/objstore/key']);
  });

  test('a name that YAML 1.1 takes for something else stays a text', () => {
    expect(printed(bucketOf({ bucket: '2026-01-01' }).bucket.connect(ObjectStoreAccess.READ)).config).toContain('  bucket: "2026-01-01"');
  });

  test('a customer key is a file', () => {
    const { config, volumes } = printed(bucketOf({ encryption: S3Encryption.customerKey(secret('sse', 'key.bin')) }).bucket.connect(ObjectStoreAccess.READ));
    expect(config).toEqual(expect.arrayContaining(['  sse_config:', '    type: "SSE-C"', '    encryption_key: "/etc/thanos/objstore/encryption/key.bin"']));
    expect(volumes).toEqual([{
      mountPath: '/etc/thanos/objstore/encryption',
      readOnly: true,
      volume: { name: 'objstore-secret-0', secret: { secretName: 'sse', items: [{ key: 'key.bin', path: 'key.bin' }] } },
    }]);
  });

  test('a region of China has a domain of its own', () => {
    expect(printed(bucketOf({ region: 'cn-north-1' }).bucket.connect(ObjectStoreAccess.READ)).config).toContain('  endpoint: "s3.cn-north-1.amazonaws.com.cn"');
  });
});

describe('credentials', () => {
  test('a role is an annotation of the ServiceAccount', () => {
    const { bucket } = bucketOf({ credentials: S3Credentials.role(ROLE) });
    const { config, environment, serviceAccountAnnotations } = printed(bucket.connect(ObjectStoreAccess.READ));
    expect(config).toContain('  aws_sdk_auth: true');
    expect(environment).toEqual([]);
    expect(serviceAccountAnnotations).toEqual({ 'eks.amazonaws.com/role-arn': ROLE });
  });

  test('a key comes by environment, and no line of the configuration names it', () => {
    const key = { accessKeyId: secret('s3', 'id'), secretAccessKey: secret('s3', 'key'), sessionToken: secret('s3', 'token') };
    const { config, environment } = printed(bucketOf({ credentials: S3Credentials.accessKey(key) }).bucket.connect(ObjectStoreAccess.READ));
    expect(config.join('\n')).not.toMatch(/key|auth|token/);
    expect(environment).toEqual([
      { name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 's3', key: 'id' } } },
      { name: 'AWS_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 's3', key: 'key' } } },
      { name: 'AWS_SESSION_TOKEN', valueFrom: { secretKeyRef: { name: 's3', key: 'token' } } },
    ]);
  });

  test('each access may have its own', () => {
    const role = (name: string) => S3Credentials.role(`${ROLE}-${name}`);
    const { bucket, chart } = bucketOf({ credentials: role('write'), readerCredentials: role('read'), compactorCredentials: role('delete') });
    const annotations = [ObjectStoreAccess.READ, ObjectStoreAccess.READ_WRITE, ObjectStoreAccess.READ_WRITE_DELETE]
      .map(access => printed(bucket.connect(access)).serviceAccountAnnotations?.['eks.amazonaws.com/role-arn']);
    expect(annotations).toEqual([`${ROLE}-read`, `${ROLE}-write`, `${ROLE}-delete`]);
    expect(said(chart, 'bucket-shared-credentials')).toEqual([]);
  });

  test('one for all is noted', () => {
    expect(said(bucketOf().chart, 'bucket-shared-credentials')).toEqual([
      'All programs use the same credentials, so each of them may delete blocks, which only the compactor has to. '
      + 'Give it \'compactorCredentials\' of its own, and the others what \'policyDocuments\' lists for them.',
    ]);
  });
});

describe('policy documents', () => {
  const statements = (props: Partial<S3BucketProps>, access: ObjectStoreAccess) =>
    JSON.parse(bucketOf(props).bucket.policyDocuments[access]).Statement;

  test('only the compactor may delete, and only below the prefix', () => {
    expect(JSON.parse(bucketOf({ prefix: 'eu' }).bucket.policyDocuments[ObjectStoreAccess.READ_WRITE_DELETE])).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Sid: 'Bucket', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::blocks'] },
        {
          Sid: 'Objects',
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'],
          Resource: ['arn:aws:s3:::blocks/eu/*'],
        },
      ],
    });
    expect(statements({}, ObjectStoreAccess.READ)[1]).toMatchObject({ Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::blocks/*'] });
    expect(statements({}, ObjectStoreAccess.READ_WRITE)[1]).toMatchObject({ Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'] });
  });

  test('a key of KMS is named, and a bucket without a region must be found', () => {
    const key = { encryption: S3Encryption.kms('1234abcd') };
    expect(statements(key, ObjectStoreAccess.READ)[2]).toMatchObject({ Action: ['kms:Decrypt'], Resource: ['arn:aws:kms:eu-central-1:*:key/1234abcd'] });
    expect(statements(key, ObjectStoreAccess.READ_WRITE)[2]).toMatchObject({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] });
    expect(statements({ region: undefined, endpoint: 's3.example.com' }, ObjectStoreAccess.READ)[0].Action).toEqual(['s3:ListBucket', 's3:GetBucketLocation']);
    expect(statements({ region: 'cn-north-1' }, ObjectStoreAccess.READ)[0].Resource).toEqual(['arn:aws-cn:s3:::blocks']);
    expect(statements({ region: 'us-gov-west-1' }, ObjectStoreAccess.READ)[0].Resource).toEqual(['arn:aws-us-gov:s3:::blocks']);
  });
});

describe('network policies', () => {
  const ipv4 = { ipBlock: { cidr: '0.0.0.0/0' } };
  const ipv6 = { ipBlock: { cidr: '::/0' } };

  function egressOf(props: Partial<S3BucketProps>, prepare: (chart: ReturnType<typeof fixture>['chart']) => void = () => undefined) {
    const { chart } = fixture();
    prepare(chart);
    const bucket = ObjectStoreBucket.s3(chart, 'blocks', { bucket: 'blocks', region: 'eu-central-1', ...props });
    new StoreGateway(chart, 'store', { bucket });
    return manifest(chart, 'NetworkPolicy', 'store').spec.egress.slice(0, -1);
  }

  test('any address by default, and where identities are handed out', () => {
    expect(egressOf({})).toEqual([
      { ports: [{ port: 443, protocol: 'TCP' }], to: [ipv4, ipv6] },
      {
        ports: [80, 987, 988].map(port => ({ port, protocol: 'TCP' })),
        to: [{ ipBlock: { cidr: '169.254.0.0/16' } }],
      },
    ]);
    expect(egressOf({ credentials: S3Credentials.role(ROLE) })).toEqual([{ ports: [{ port: 443, protocol: 'TCP' }], to: [ipv4, ipv6] }]);
  });

  test('the bucket\'s own peer goes before the platform\'s, and may have another port', () => {
    const pods = NetworkPeer.pods({ namespaceLabels: { name: 'minio' }, ports: [{ port: 9000 }] });
    expect(egressOf({ endpoint: 'minio.minio.svc', insecure: true, credentials: KEY, networkPeer: pods })).toEqual([
      { ports: [{ port: 9000, protocol: 'TCP' }], to: [{ namespaceSelector: { matchLabels: { name: 'minio' } } }] },
    ]);
    const platform = (chart: ReturnType<typeof fixture>['chart']) => Platform.configure(chart, {
      networkPeers: { objectStorage: NetworkPeer.ipBlock('10.1.0.0/16'), metadata: NetworkPeer.ipBlock('10.2.0.0/16', [{ port: 443 }]) },
    });
    expect(egressOf({ credentials: S3Credentials.role(ROLE) }, platform)).toEqual([
      { ports: [{ port: 443, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.1.0.0/16' } }, { ipBlock: { cidr: '10.2.0.0/16' } }] },
    ]);
  });

  test('a broad peer is noted', () => {
    expect(said(bucketOf().chart, 'network-peer-broad')).toEqual([
      'Pods that use the bucket may open connections to any address, port 443, for a NetworkPolicy cannot name a host. '
      + 'Give \'networkPeer\' (or the platform\'s \'networkPeers.objectStorage\') the addresses of the store, if they are known.',
    ]);
    expect(said(bucketOf({ networkPeer: NetworkPeer.ipBlock('10.0.0.0/8') }).chart, 'network-peer-broad')).toEqual([]);
  });
});

describe('bad input', () => {
  const BUCKET = '\'bucket\' must be a bucket name (3 to 63 lower-case letters, digits, \'-\' and \'.\', beginning and ending with a letter or digit, no address, '
    + 'not beginning with \'xn--\' or ending with \'-s3alias\'), but is ';
  const ENDPOINT = '\'endpoint\' must be a host with an optional port, e.g. minio.minio.svc:9000, without a scheme or a path, but is ';
  const PREFIX = '\'prefix\' must be a folder of at most 512 characters, as names between single slashes (letters, digits and \'!_.*()-\'), not beginning or ending with a slash, but is ';
  const MADE = 'must be made like S3Credentials.role(\'arn:aws:iam::123456789012:role/thanos\')';

  test.each<[Partial<S3BucketProps>, string]>([
    [{ bucket: 'My_Bucket' }, `${BUCKET}"My_Bucket"`],
    [{ bucket: 'ab' }, `${BUCKET}"ab"`],
    [{ bucket: '10.0.0.1' }, `${BUCKET}"10.0.0.1"`],
    [{ bucket: 'a..b' }, `${BUCKET}"a..b"`],
    [{ bucket: 'xn--blocks' }, `${BUCKET}"xn--blocks"`],
    [{ bucket: '' }, `${BUCKET}""`],
    [{ bucket: undefined }, `${BUCKET}not given`],
    [{ endpoint: 'https://s3.example.com' }, `${ENDPOINT}"https://s3.example.com"`],
    [{ endpoint: 's3.example.com/blocks' }, `${ENDPOINT}"s3.example.com/blocks"`],
    [{ region: 'eu central' }, '\'region\' must be a region, e.g. eu-central-1, but is "eu central"'],
    [{ prefix: '/eu/' }, `${PREFIX}"/eu/"`],
    [{ partSize: Size.mebibytes(1) }, '\'partSize\' must be a Size, e.g. Size.gibibytes(1), from 5MiB to 5GiB, but is 1MiB'],
    [{ maxRetries: 0 }, '\'maxRetries\' must be a whole number of at least 1, but is 0'],
    [{ storageClass: 'cold storage' }, '\'storageClass\' must be a storage class, e.g. STANDARD_IA, but is "cold storage"'],
    [{ bucketLookup: 'dns' as S3BucketLookup }, '\'bucketLookup\' must be one of auto, virtual-hosted, path, but is "dns"'],
    [{ credentials: {} as S3Credentials }, `'credentials' ${MADE}`],
    [{ credentials: S3Credentials.role('thanos') }, '\'credentials\' must name a role as arn:aws:iam::ACCOUNT:role/NAME, but names "thanos"'],
    [{ encryption: S3Encryption.kms('my key') }, '\'encryption\' must name a key of KMS by its id or ARN, but names "my key"'],
    [{ encryption: {} as S3Encryption }, '\'encryption\' must be made like S3Encryption.s3Managed()'],
    [{ http: { maxIdleConnsPerHost: 0 } }, '\'http.maxIdleConnsPerHost\' must be a whole number of at least 1, but is 0'],
    [{ tls: { serverName: 'https://x' } }, '\'tls.serverName\' must be a host name, but is "https://x"'],
    [{ accessKey: 'AKIA' } as Partial<S3BucketProps>, '\'accessKey\' is not known here; known are bucket, endpoint, region, prefix, credentials, readerCredentials, '
      + 'compactorCredentials, insecure, bucketLookup, listObjectsVersion, signatureV2, dualStack, partSize, maxRetries, storageClass, encryption, http, tls, networkPeer'],
  ])('%j', (props, message) => {
    expect(errorsOf(bucketOf(props).app)).toEqual([`[monitoring/blocks] ${message}. (invalid-prop)`]);
  });

  test('a secret that is given as a text is refused, and not shown', () => {
    const text = 'AKIAVERYSECRET' as unknown as ReturnType<typeof secret>;
    const refused = 'must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML.';
    expect(errorsOf(bucketOf({
      credentials: S3Credentials.accessKey({ accessKeyId: secret('s3', 'id'), secretAccessKey: text }),
      encryption: S3Encryption.customerKey(text),
      tls: { ca: text },
    }).app)).toEqual(['credentials', 'encryption', 'tls.ca'].map(prop => `[monitoring/blocks] '${prop}' ${refused} (invalid-prop)`));
  });

  test.each<[string, Partial<S3BucketProps>, string]>([
    ['s3-endpoint-unknown', { region: undefined },
      'Neither \'region\' nor \'endpoint\' is given, so where the bucket is is unknown. Give the \'region\' of a bucket of Amazon S3, or the \'endpoint\' of another store.'],
    ['s3-encryption-needs-tls', { insecure: true, encryption: S3Encryption.customerKey(secret('sse', 'key')) },
      '\'encryption\' is S3Encryption.customerKey(…), which sends the key with each request, but \'insecure\' is true: Thanos\' client refuses that. Remove \'insecure\'.'],
    ['s3-insecure-with-tls', { insecure: true, tls: { serverName: 'minio' } },
      '\'insecure\' is true, so TLS is not spoken, but \'tls\' says how. Remove one of them.'],
    ['s3-storage-class-archive', { storageClass: 'GLACIER' },
      '\'storageClass\' is GLACIER, whose objects must be restored before they can be read, but queries and the compactor read blocks at any time. '
      + 'Take STANDARD, STANDARD_IA, INTELLIGENT_TIERING or GLACIER_IR.'],
    ['bucket-client-certificate', { tls: { certificate: secret('tls', 'tls.crt') } },
      '\'tls.certificate\' is given without \'tls.key\'; give both, or none.'],
  ])('%s', (rule, props, message) => {
    expect(errorsOf(bucketOf(props).app)).toEqual([`[monitoring/blocks] ${message} (${rule})`]);
  });

  test.each<[string, Partial<S3BucketProps>, string]>([
    ['bucket-without-tls', { insecure: true },
      '\'insecure\' is true: blocks travel unencrypted, and can be read and changed on their way. Remove it, if the store speaks TLS.'],
    ['bucket-tls-unverified', { tls: { insecureSkipVerify: true } },
      '\'tls.insecureSkipVerify\' lets anyone who can answer in the bucket\'s place read and change all blocks. Give the authority of its certificate as \'tls.ca\' instead.'],
  ])('%s', (rule, props, message) => {
    expect(findingsOf(bucketOf(props).chart, Severity.WARNING)).toEqual([`${rule}: ${message}`]);
  });
});
