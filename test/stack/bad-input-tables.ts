import { readdirSync } from 'fs';
import { join } from 'path';
import type { Chart } from 'cdk8s';
import { Secret, SecretValue } from 'cdk8s-plus-28';
import {
  AlertRuleSet, Alertmanager, BucketViewer, Compactor, ContinuousTest, Endpoint, IObjectStore, IQueryApi, IRemoteWriteTarget, MonitoringStack,
  ObjectStoreBucket, Platform, PlatformRules, Pushgateway, PushGatewayJob, QueryFrontend, RecordingRuleSet, ResponseCache, ScrapeJob, ShardedPrometheus,
  StoreGateway, ThanosQuery, ThanosReceiveRing, ThanosRuler, Workload,
} from '../../src';
import type { Field } from '../../src/core/fields';

/** Makes a part with these props among those that it needs. */
type Make = (chart: Chart, props: object) => void;

const endpoint = () => Endpoint.external({ host: 'elsewhere.example.com', port: 80 });
const bucket = (chart: Chart): IObjectStore => ObjectStoreBucket.s3(chart, 'bucket', { bucket: 'blocks', region: 'eu-central-1' });
const receiver = (chart: Chart): IRemoteWriteTarget => ThanosReceiveRing.fromRemoteWriteUrl(chart, 'receiver', 'https://receive.example.com/api/v1/receive');
const api = (chart: Chart): IQueryApi => ThanosQuery.fromQueryEndpoint(chart, 'api', endpoint());
const key = (chart: Chart): SecretValue => ({ secret: Secret.fromSecretName(chart, 'secret', 'secret'), key: 'key' });

export const senders = (chart: Chart, props: object = {}) => new ShardedPrometheus(chart, 'prometheus', { remoteWrite: receiver(chart), ...props });
const job = (make: (props: object) => ScrapeJob): Make => (chart, props) => senders(chart).addScrapeJob(make(props));
const client = (more: (chart: Chart, props: object) => object): Make => (chart, props) => senders(chart, { remoteWriteClient: more(chart, props) });
const s3 = (more: (props: object) => object): Make => (chart, props) => ObjectStoreBucket.s3(chart, 's3', { bucket: 'blocks', region: 'eu-central-1', ...more(props) });
const frontend: Make = (chart, props) => new QueryFrontend(chart, 'frontend', { downstream: api(chart), ...props });

const stack = (chart: Chart, props: object) => new MonitoringStack(chart, 'platform', { cluster: 'eu-1', workload: Workload.of({ activeSeries: 10_000 }), ...props });
const alert = { alert: 'TargetDown', expr: 'up == 0', severity: 'warning' };
const record = { record: 'job:up:sum', expr: 'sum by (job) (up)' };
const alerts = (chart: Chart, props: object) => new AlertRuleSet(chart, 'alerts', { groups: [{ name: 'group', rules: [alert] }], ...props });
const records = (chart: Chart, rules: object) => new RecordingRuleSet(chart, 'records', { groups: [{ name: 'group', rules: [record], ...rules }] });

/** How each table of fields is reached by a user. */
export const MAKERS: Record<string, Make> = {
  PLATFORM_FIELDS: (chart, props) => Platform.configure(chart, props),
  STACK_FIELDS: stack,
  PLATFORM_ALERT_FIELDS: (chart, props) => stack(chart, { ruler: {}, platformAlerts: props }),
  PROGRAM_FIELDS: (chart, props) => new ThanosQuery(chart, 'query', props),
  POD_FIELDS: (chart, props) => new ThanosQuery(chart, 'query', props),

  RING_FIELDS: (chart, props) => new ThanosReceiveRing(chart, 'ring', { bucket: bucket(chart), ...props }),
  ROUTER_FIELDS: (chart, props) => new ThanosReceiveRing(chart, 'ring', { bucket: bucket(chart), router: props }),
  INGESTOR_FIELDS: (chart, props) => new ThanosReceiveRing(chart, 'ring', { bucket: bucket(chart), ingestor: props }),
  TENANT_LIMITS_FIELDS: (chart, props) => new ThanosReceiveRing(chart, 'ring', { bucket: bucket(chart), router: { tenantLimits: { shop: props } } }),
  REMOTE_WRITE_URL_FIELDS: (chart, props) =>
    senders(chart, { remoteWrite: ThanosReceiveRing.fromRemoteWriteUrl(chart, 'other', 'https://receive.example.com/api/v1/receive', props) }),

  SHARDED_PROMETHEUS_FIELDS: senders,
  TARGET_ALLOCATOR_FIELDS: (chart, props) => senders(chart, { sharding: 'dynamic', targetAllocator: props }),
  PROMETHEUS_CUSTOM_RESOURCES_FIELDS: (chart, props) => senders(chart, { sharding: 'dynamic', targetAllocator: { prometheusCustomResources: props } }),
  AUTOSCALING_FIELDS: (chart, props) => senders(chart, { sharding: 'dynamic', autoscaling: props }),
  REMOTE_WRITE_FIELDS: senders,
  SCRAPE_LIMITS_FIELDS: senders,
  HTTP_CLIENT_FIELDS: client((_, props) => props),
  TLS_FIELDS: client((_, props) => ({ tls: props })),
  BASIC_AUTH_FIELDS: client((chart, props) => ({ basicAuth: { username: 'sender', password: key(chart), ...props } })),
  AUTHORIZATION_FIELDS: client((chart, props) => ({ authorization: { credentials: key(chart), ...props } })),
  SCRAPE_JOB_FIELDS: job(props => ScrapeJob.staticTargets('job', ['db.example.com:9187'], props)),
  POD_JOB_FIELDS: job(props => ScrapeJob.pods('job', props)),
  ANNOTATED_POD_JOB_FIELDS: job(props => ScrapeJob.annotatedPods('job', props)),
  SERVICE_JOB_FIELDS: job(props => ScrapeJob.endpointSlices('job', props)),
  NODE_JOB_FIELDS: job(props => ScrapeJob.nodes('job', props)),
  INGRESS_JOB_FIELDS: job(props => ScrapeJob.ingresses('job', props)),
  PROBE_JOB_FIELDS: job(props => ScrapeJob.probe('job', ['https://acme.example.com'], { prober: endpoint(), ...props })),
  READY_MADE_JOB_FIELDS: job(props => ScrapeJob.apiServer(props)),
  KUBELET_JOB_FIELDS: job(props => ScrapeJob.kubelet(props)),

  S3_FIELDS: s3(props => props),
  OBJECT_STORE_HTTP_FIELDS: s3(props => ({ http: props })),
  OBJECT_STORE_TLS_FIELDS: s3(props => ({ tls: props })),
  GCS_FIELDS: (chart, props) => ObjectStoreBucket.gcs(chart, 'gcs', { bucket: 'blocks', ...props }),
  AZURE_FIELDS: (chart, props) => ObjectStoreBucket.azure(chart, 'azure', { storageAccount: 'account', container: 'blocks', ...props }),
  FILESYSTEM_FIELDS: (chart, props) => ObjectStoreBucket.filesystem(chart, 'filesystem', props),
  EMBEDDED_FIELDS: (chart, props) => ObjectStoreBucket.embedded(chart, 'embedded', props),
  SECRET_FIELDS: (chart, props) => ObjectStoreBucket.fromSecret(chart, 'store', { config: key(chart), endpoint: 's3.example.com', ...props }),
  STORE_GATEWAY_FIELDS: (chart, props) => new StoreGateway(chart, 'store', { bucket: bucket(chart), ...props }),
  COMPACTOR_FIELDS: (chart, props) => new Compactor(chart, 'compactor', { bucket: bucket(chart), ...props }),
  BUCKET_VIEWER_FIELDS: (chart, props) => new BucketViewer(chart, 'viewer', { bucket: bucket(chart), ...props }),

  CONTINUOUS_TEST_FIELDS: (chart, props) => new ContinuousTest(chart, 'test', { remoteWrite: receiver(chart), query: api(chart), ...props }),

  RULE_SET_FIELDS: alerts,
  ALERT_GROUP_FIELDS: (chart, props) => alerts(chart, { groups: [{ name: 'group', rules: [alert], ...props }] }),
  ALERT_FIELDS: (chart, props) => alerts(chart, { groups: [{ name: 'group', rules: [{ ...alert, ...props }] }] }),
  RECORDING_GROUP_FIELDS: records,
  RECORDING_FIELDS: (chart, props) => records(chart, { rules: [{ ...record, ...props }] }),
  PROMETHEUS_RULE_FIELDS: (chart, props) => alerts(chart, {}).toPrometheusRule('object', props),
  PLATFORM_RULES_FIELDS: (chart, props) => new PlatformRules(chart, 'rules', { name: 'platform', ...props }),
  RULER_FIELDS: (chart, props) => new ThanosRuler(chart, 'ruler', { queries: [api(chart)], remoteWrite: receiver(chart), ...props }),
  ALERTMANAGER_FIELDS: (chart, props) => new Alertmanager(chart, 'alertmanager', props),
  ALARM_RECORDS_FIELDS: (chart, props) => {
    const credentials = key(chart);
    return new Alertmanager(chart, 'alertmanager', { records: { host: 'db.example.com', database: 'alarms', username: credentials, password: credentials, ...props } });
  },
  PUSHGATEWAY_FIELDS: (chart, props) => new Pushgateway(chart, 'pushgateway', props),
  CLEANER_FIELDS: (chart, props) => new Pushgateway(chart, 'pushgateway', { cleaner: props }),
  PUSH_GATEWAY_JOB_FIELDS: (chart, props) => new PushGatewayJob(chart, 'job', { pushgateway: new Pushgateway(chart, 'pushgateway'), image: 'example.com/job:1', ...props }),

  THANOS_QUERY_FIELDS: (chart, props) => new ThanosQuery(chart, 'query', props),
  QUERY_FRONTEND_FIELDS: frontend,
  MEMCACHED_FIELDS: (chart, props) => frontend(chart, { cache: ResponseCache.memcached({ endpoints: [endpoint()], ...props }) }),
  REDIS_FIELDS: (chart, props) => frontend(chart, { cache: ResponseCache.redis({ endpoints: [endpoint()], ...props }) }),
};

type Table = Record<string, Field<unknown>>;

const SOURCE = join(__dirname, '..', '..', 'src');

/** Every table of fields that any module exports, by its name. */
export const TABLES: Record<string, Table> = Object.assign({}, ...readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts'))
  .map(file => Object.entries(jest.requireActual<object>(join(SOURCE, file))).filter(([name]) => name.endsWith('_FIELDS')))
  .map(Object.fromEntries));
