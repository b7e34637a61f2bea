import { Duration } from 'cdk8s';
import { printed, secret } from './parts';
import { ObjectStoreAccess } from '../../src/core/object-store';
import { AzureBucketProps, AzureCredentials, ObjectStoreBucket, StoreGateway } from '../../src/store';
import { errorsOf, fixture, manifest } from '../fixture';

function bucketOf(props: Partial<AzureBucketProps> = {}) {
  const { app, chart } = fixture();
  return { app, chart, bucket: ObjectStoreBucket.azure(chart, 'blocks', { storageAccount: 'monitoring', container: 'blocks', ...props }) };
}

const ID = '11111111-2222-3333-4444-555555555555';
const connect = (credentials: AzureCredentials) => printed(bucketOf({ credentials }).bucket.connect(ObjectStoreAccess.READ));

const CONFIG = ['--objstore.config=type: "AZURE"', 'config:', '  storage_account: "monitoring"', '  container: "blocks"', '  storage_create_container: false'];

test('with the identity that the pod has anyway', () => {
  expect(connect(AzureCredentials.ambient())).toEqual({ config: CONFIG, environment: [], volumes: [] });
  expect(printed(bucketOf().bucket.connect(ObjectStoreAccess.READ)).config).toEqual(CONFIG);
});

test('with every setting', () => {
  const { bucket } = bucketOf({
    endpoint: 'blob.core.usgovcloudapi.net', prefix: 'eu', maxRetries: 5, http: { responseHeaderTimeout: Duration.minutes(1) }, tls: { serverName: 'blob' },
  });
  expect(printed(bucket.connect(ObjectStoreAccess.READ)).config).toEqual([
    '--objstore.config=type: "AZURE"',
    'config:',
    '  storage_account: "monitoring"',
    '  container: "blocks"',
    '  endpoint: "blob.core.usgovcloudapi.net"',
    '  storage_create_container: false',
    '  max_retries: 5',
    '  http_config:',
    '    response_header_timeout: "1m"',
    '    tls_config:',
    '      server_name: "blob"',
    'prefix: "eu"',
  ]);
});

test('workload identity is an annotation of the ServiceAccount and a label of the pods', () => {
  const { chart, bucket } = bucketOf({ credentials: AzureCredentials.workloadIdentity(ID) });
  new StoreGateway(chart, 'store', { bucket });
  expect(manifest(chart, 'ServiceAccount', 'store').metadata.annotations).toEqual({ 'azure.workload.identity/client-id': ID });
  expect(manifest(chart, 'StatefulSet', 'store-0').spec.template.metadata.labels).toMatchObject({ 'azure.workload.identity/use': 'true' });
});

test('a managed identity of the nodes is named in the configuration', () => {
  expect(connect(AzureCredentials.managedIdentity(ID)).config).toEqual([...CONFIG, `  user_assigned_id: "${ID}"`]);
});

test('an application has its secret from a Secret', () => {
  const { config, environment } = connect(AzureCredentials.servicePrincipal({ tenantId: ID, clientId: ID, clientSecret: secret('azure', 'secret') }));
  expect(config).toEqual(CONFIG);
  expect(environment).toEqual([
    { name: 'AZURE_TENANT_ID', value: ID },
    { name: 'AZURE_CLIENT_ID', value: ID },
    { name: 'AZURE_CLIENT_SECRET', valueFrom: { secretKeyRef: { name: 'azure', key: 'secret' } } },
  ]);
});

test('the key of the account is filled in by the kubelet', () => {
  const { config, environment } = connect(AzureCredentials.storageAccountKey(secret('azure', 'key')));
  expect(config).toEqual([...CONFIG, '  storage_account_key: "$(AZURE_STORAGE_KEY)"']);
  expect(environment).toEqual([{ name: 'AZURE_STORAGE_KEY', valueFrom: { secretKeyRef: { name: 'azure', key: 'key' } } }]);
});

test('roles: only the compactor may delete', () => {
  const { policyDocuments } = bucketOf().bucket;
  const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
  expect(JSON.parse(policyDocuments.read)).toEqual({
    Name: 'thanos-read',
    IsCustom: true,
    Description: 'Blocks of Thanos; assign it at the scope of the container.',
    Actions: [],
    DataActions: [`${BLOBS}/read`],
    AssignableScopes: ['/subscriptions/SUBSCRIPTION_ID'],
  });
  expect(JSON.parse(policyDocuments['read-write']).DataActions).toEqual([`${BLOBS}/read`, `${BLOBS}/write`, `${BLOBS}/add/action`]);
  expect(JSON.parse(policyDocuments['read-write-delete']).DataActions).toEqual([`${BLOBS}/read`, `${BLOBS}/write`, `${BLOBS}/add/action`, `${BLOBS}/delete`]);
});

describe('bad input', () => {
  const ACCOUNT = '\'storageAccount\' must be a name of a storage account (3 to 24 lower-case letters and digits), but is ';
  const CONTAINER = '\'container\' must be a name of a container (3 to 63 lower-case letters, digits and single \'-\', beginning and ending with a letter or digit), but is ';
  const NO_SECRET = '\'credentials\' must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML';
  const text = 'secret' as unknown as ReturnType<typeof secret>;

  test.each<[Partial<AzureBucketProps>, string]>([
    [{ storageAccount: 'my-account' }, `${ACCOUNT}"my-account"`],
    [{ storageAccount: undefined }, `${ACCOUNT}not given`],
    [{ container: undefined }, `${CONTAINER}not given`],
    [{ storageAccount: 'ab' }, `${ACCOUNT}"ab"`],
    [{ container: 'a--b' }, `${CONTAINER}"a--b"`],
    [{ container: 'Blocks' }, `${CONTAINER}"Blocks"`],
    [{ endpoint: 'https://blob.core.windows.net' }, '\'endpoint\' must be a domain without a scheme, e.g. blob.core.windows.net, but is "https://blob.core.windows.net"'],
    [{ credentials: {} as AzureCredentials }, '\'credentials\' must be made like AzureCredentials.workloadIdentity(\'00000000-0000-0000-0000-000000000000\')'],
    [{ credentials: AzureCredentials.workloadIdentity('thanos') }, '\'credentials\' must name a client id (a UUID), but names "thanos"'],
    [{ credentials: AzureCredentials.managedIdentity('thanos') }, '\'credentials\' must name a client id (a UUID), but names "thanos"'],
    [{ credentials: AzureCredentials.servicePrincipal({ tenantId: 'x', clientId: ID, clientSecret: secret('azure', 'secret') }) },
      '\'credentials\' must name a tenant id (a UUID), but names "x"'],
    [{ credentials: AzureCredentials.servicePrincipal({ tenantId: ID, clientId: ID, clientSecret: text }) }, NO_SECRET],
    [{ credentials: AzureCredentials.storageAccountKey(text) }, NO_SECRET],
  ])('%j', (props, message) => {
    expect(errorsOf(bucketOf(props).app)).toEqual([`[monitoring/blocks] ${message}. (invalid-prop)`]);
  });
});
