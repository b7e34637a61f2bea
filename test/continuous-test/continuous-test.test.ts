import { Duration, Size, Yaml } from 'cdk8s';
import { ContinuousTest, ContinuousTestProps } from '../../src/continuous-test';
import type { TestConfig } from '../../src/continuous-test/program/config';
import { Endpoint, type RemoteWriteEndpoint } from '../../src/core/endpoint';
import { Severity } from '../../src/core/findings';
import { LogFormat, LogLevel, Platform } from '../../src/core/platform';
import { Workload } from '../../src/plan/workload';
import { ThanosQuery } from '../../src/query';
import { ThanosReceiveRing } from '../../src/receive';
import { RECEIVE, TestTarget } from '../collect/senders';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';
import { findingsOf, TestBucket } from '../store/parts';

const QUERY = Endpoint.external({ host: 'query.example.com', port: 10902 });

function testOf(props: Partial<ContinuousTestProps> = {}, target: Partial<RemoteWriteEndpoint> = {}) {
  const { app, chart } = fixture();
  const remoteWrite = new TestTarget(chart, 'receive', { ...RECEIVE, ...target });
  const query = ThanosQuery.fromQueryEndpoint(chart, 'query', QUERY);
  return { app, chart, test: new ContinuousTest(chart, 'continuous-test', { remoteWrite, query, ...props }) };
}

const configOf = ({ chart }: Pick<ReturnType<typeof testOf>, 'chart'>, name = 'continuous-test'): TestConfig =>
  JSON.parse(manifest(chart, 'ConfigMap', name).data['config.json']) as TestConfig;

/** What is printed, without the program. */
const printed = ({ chart }: ReturnType<typeof testOf>) => manifests(chart).map(object => (object.kind === 'ConfigMap'
  ? { ...object, data: Object.fromEntries(Object.entries(object.data as Record<string, string>).map(([file, text]) => [file, file.endsWith('.js') ? '…' : text])) } : object));

test('defaults', () => {
  const objects = printed(testOf());
  const [set] = objects.filter(({ kind }) => kind === 'StatefulSet');
  // It follows the program.
  set.spec.template.metadata.annotations['checksum/config'] = '…';
  expect(Yaml.stringify(...objects)).toMatchSnapshot();
});

test('arguments', () => {
  const { chart } = testOf();
  expect(manifest(chart, 'StatefulSet', 'continuous-test').spec.template.spec.containers[0].command).toEqual(['node']);
  expect(argsOf(chart, 'StatefulSet', 'continuous-test')).toEqual(['/etc/continuous-test/main.js', '/etc/continuous-test/config.json', '0.0.0.0:8080']);
});

test('what the program is told, all by hand', () => {
  const made = testOf({
    name: 'ring-test',
    series: 20,
    interval: Duration.seconds(30),
    agesRaw: [Duration.minutes(1), Duration.hours(2)],
    ages5m: [Duration.days(5)],
    ages1h: [Duration.days(20)],
    checkInterval: Duration.minutes(2),
    confirmLossAfter: Duration.minutes(1),
    giveUpAfter: Duration.minutes(30),
    timeout: Duration.seconds(10),
    tenant: 'probe',
    externalLabels: { cluster: 'eu-1' },
    logLevel: LogLevel.DEBUG,
  });
  expect(configOf(made, 'ring-test')).toEqual({
    writeUrl: 'http://receive.example.com:19291/api/v1/receive',
    queryUrl: 'http://query.example.com:10902',
    headers: { 'THANOS-TENANT': 'probe' },
    labels: { cluster: 'eu-1', job: 'continuous-test', test: 'ring-test' },
    series: 20,
    interval: 30,
    backlog: 1800,
    checkInterval: 120,
    confirmLossAfter: 60,
    timeout: 10,
    reads: [
      { age: 60, resolution: 0, mergeGap: 0 }, { age: 7200, resolution: 0, mergeGap: 0 }, { age: 432_000, resolution: 300, mergeGap: 6 },
      { age: 1_728_000, resolution: 3600, mergeGap: 6 },
    ],
    logLevel: 'debug',
    logFormat: 'logfmt',
  });
});

test('a receiver without tenants gets no header, and the platform decides how logs are written', () => {
  const { app, chart } = fixture();
  Platform.configure(chart, { logLevel: LogLevel.WARN, logFormat: LogFormat.JSON });
  const remoteWrite = ThanosReceiveRing.fromRemoteWriteUrl(chart, 'receive', 'https://receive.example.com/api/v1/receive');
  new ContinuousTest(chart, 'continuous-test', { remoteWrite, query: ThanosQuery.fromQueryEndpoint(chart, 'query', QUERY) });
  expect(configOf({ chart })).toMatchObject({ writeUrl: 'https://receive.example.com/api/v1/receive', headers: {}, logLevel: 'warn', logFormat: 'json' });
  expect(errorsOf(app)).toEqual([]);
});

describe('ages', () => {
  const reads = (workload: Workload) => configOf(testOf({ workload })).reads.map(({ age, resolution }) => `${age / 3600} ${resolution}`);

  test('of all places that samples come to', () => {
    expect(reads(Workload.of({ activeSeries: 1000 }))).toEqual([`${30 / 3600} 0`, '1 0', '24 0', '30 0', '96 300', '384 3600']);
  });

  test('as far as samples are kept', () => {
    const days = (count: number) => Duration.days(count);
    expect(reads(Workload.of({ activeSeries: 1000, retentionRaw: days(1), retention5m: days(4), retention1h: days(17) })))
      .toEqual([`${30 / 3600} 0`, '1 0', '384 3600']);
  });

  test('follow the ring\'s local retention', () => {
    const { chart } = fixture();
    const bucket = new TestBucket(chart, 'bucket');
    const ring = new ThanosReceiveRing(chart, 'ring', { bucket, ingestor: { tsdbRetention: Duration.hours(48) } });
    new ContinuousTest(chart, 'continuous-test', { remoteWrite: ring, query: new ThanosQuery(chart, 'query', { stores: [ring] }) });
    expect(configOf({ chart }).reads.map(({ age }) => age / 3600)).toContain(54);
  });

  test('at which only the bucket has samples, some may be missing: those that merging leaves out', () => {
    const gaps = (target: Partial<RemoteWriteEndpoint>) => configOf(testOf({}, target)).reads.map(({ age, mergeGap }) => `${age / 3600}: ${mergeGap}`);
    expect(gaps({})).toEqual([`${30 / 3600}: 0`, '1: 0', '24: 0', '30: 2', '96: 6', '384: 6']);
    expect(gaps({ replicationFactor: 5 }).slice(-2)).toEqual(['96: 10', '384: 10']);
  });
});

test('every change of the program or its configuration rolls the pod', () => {
  const hash = (props: Partial<ContinuousTestProps>) =>
    manifest(testOf(props).chart, 'StatefulSet', 'continuous-test').spec.template.metadata.annotations['checksum/config'] as string;
  expect(hash({})).toBe(hash({}));
  expect(hash({})).not.toBe(hash({ timeout: Duration.seconds(9) }));
});

test('its figures are those in force', () => {
  const { test: made } = testOf({ memoryLimit: Size.mebibytes(200) }, { members: 30 });
  expect(Object.fromEntries(made.figures.map(({ name, value }) => [name, value]))).toEqual({
    series: 300, cpuRequest: 0.05, memoryRequest: 112 * 2 ** 20, memoryLimit: 200 * 2 ** 20,
  });
});

test('writes to the ring and reads from Query, and nothing else', () => {
  const { app, chart } = fixture();
  const bucket = new TestBucket(chart, 'bucket');
  const ring = new ThanosReceiveRing(chart, 'ring', { bucket });
  const query = new ThanosQuery(chart, 'query', { stores: [ring] });
  const { metricsEndpoint } = new ContinuousTest(chart, 'continuous-test', { remoteWrite: ring, query });
  const pods = (instance: string, component: string) => ({
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'thanos', 'app.kubernetes.io/instance': instance, 'app.kubernetes.io/component': component } },
  });
  const { ingress, egress } = manifest(chart, 'NetworkPolicy', 'continuous-test').spec;
  expect(ingress).toEqual([]);
  expect(egress.slice(0, 2)).toEqual([
    { ports: [{ port: 19291, protocol: 'TCP' }], to: [pods('ring', 'receive-router')] },
    { ports: [{ port: 10902, protocol: 'TCP' }], to: [pods('query', 'query')] },
  ]);
  expect(manifest(chart, 'NetworkPolicy', 'ring-router').spec.ingress).toContainEqual({
    ports: [{ port: 19291, protocol: 'TCP' }],
    from: [{
      podSelector: {
        matchLabels: {
          'app.kubernetes.io/name': 'continuous-test', 'app.kubernetes.io/instance': 'continuous-test', 'app.kubernetes.io/component': 'continuous-test',
        },
      },
    }],
  });
  expect(metricsEndpoint.address).toBe('continuous-test.monitoring.svc.cluster.local:8080');
  expect(errorsOf(app)).toEqual([]);
});

test.each<[string, Partial<ContinuousTestProps>, Partial<RemoteWriteEndpoint>, string]>([
  ['too many series', { series: 1001 }, {}, '\'series\' must be a whole number from 1 to 1000, but is 1001. (invalid-prop)'],
  ['a long interval', { interval: Duration.minutes(6) }, {}, '\'interval\' must be a Duration, e.g. Duration.hours(1), from 1s to 5m, but is 6m. (invalid-prop)'],
  ['no ages', { agesRaw: [] }, {}, '\'agesRaw\' must be a list with at least one item, but is []; leave it out for the default. (invalid-prop)'],
  ['an age twice', { ages5m: [Duration.hours(100), Duration.days(4), Duration.hours(96)] }, {},
    '\'ages5m\' has 96h more than once, and the metrics of one could not be told from those of the other; leave it out. (continuous-test-age-twice)'],
  ['more series than the ring takes in a request', { series: 200 }, { requestSeriesLimit: 150 },
    '\'series\' (200) must not exceed the receiver\'s \'requestSeriesLimit\' (150): all series are written in one request, which would be refused. '
    + 'Lower the first or raise the other. (continuous-test-beyond-request-limit)'],
  ['more samples than the ring takes in a request', {}, { requestSamplesLimit: 50 },
    '\'series\' (100) must not exceed the receiver\'s \'requestSamplesLimit\' (50): all series are written in one request, which would be refused. '
    + 'Lower the first or raise the other. (continuous-test-beyond-request-limit)'],
  ['labels that are taken', { externalLabels: { series: '1', tenant_id: 'a', cluster: 'eu-1' } }, {},
    '\'externalLabels\' must not have \'series\' and \'tenant_id\', which the test or the receiver sets itself; give it another name. (continuous-test-label-taken)'],
  ['a tenant without a header', { tenant: 'probe' }, { tenantHeader: undefined },
    '\'tenant\' is \'probe\', but the receiver knows no header for it; state its \'tenantHeader\', or leave the tenant out. (tenant-without-header)'],
  ['arguments', { extraArgs: ['--max-old-space-size=64'] }, {},
    '\'extraArgs\' (--max-old-space-size=64) must not be given, for the program knows no arguments of its own: all that it does is set by props. '
    + 'Leave it out. (continuous-test-extra-args)'],
  ['less memory than requested', { memoryLimit: Size.mebibytes(200), memoryRequest: Size.mebibytes(300) }, {},
    '\'memoryRequest\' (300MiB) must not exceed \'memoryLimit\' (200MiB): Kubernetes refuses such a pod. Raise the limit or lower the request. (memory-request-beyond-limit)'],
])('refuses %s', (_, props, target, message) => {
  expect(errorsOf(testOf(props, target).app)).toEqual([`[monitoring/continuous-test] ${message}`]);
});

test('warns of ages at which nothing is left', () => {
  const { chart } = testOf({ agesRaw: [Duration.hours(1), Duration.days(20)], workload: Workload.of({ activeSeries: 1000, retentionRaw: Duration.days(10) }) });
  expect(findingsOf(chart, Severity.WARNING)).toContain('continuous-test-age-beyond-retention: \'agesRaw\' has 480h, but the workload\'s \'retentionRaw\' is 240h: '
    + 'there is nothing left to read, and nothing is checked. Leave it out, or keep samples for longer.');
});
