import { Chart, Duration, JsonPatch, Size, Yaml } from 'cdk8s';
import { Endpoint, NetworkPeer } from '../../src/core';
import { Severity } from '../../src/core/findings';
import { LogFormat, LogLevel, Platform } from '../../src/core/platform';
import { Pushgateway, PushGatewayJob, PushgatewayProps } from '../../src/push';
import { stateful } from '../core/made';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';
import { findingsOf } from '../store/parts';

function gatewayOf(props?: PushgatewayProps) {
  const { app, chart } = fixture();
  return { app, chart, pushgateway: new Pushgateway(chart, 'pushgateway', props) };
}

const IMAGE = 'registry.example.com/report:1.0';

test('defaults', () => {
  const objects = manifests(gatewayOf().chart);
  const program = objects.find(({ metadata }) => metadata.name === 'pushgateway-cleaner-program')!;
  Object.keys(program.data as object).forEach(file => { program.data[file] = '…'; });
  objects.find(({ kind }) => kind === 'Deployment')!.spec.template.metadata.annotations['checksum/program'] = '…';
  expect(Yaml.stringify(...objects)).toMatchSnapshot();
});

test('arguments', () => {
  const { chart } = gatewayOf();
  expect(argsOf(chart, 'StatefulSet', 'pushgateway-0')).toEqual([
    '--web.listen-address=0.0.0.0:9091', '--persistence.file=/data/metrics', '--persistence.interval=1s', '--log.level=info', '--log.format=logfmt',
  ]);
  expect(argsOf(chart, 'StatefulSet', 'pushgateway-1')).toEqual(argsOf(chart, 'StatefulSet', 'pushgateway-0'));
  expect(argsOf(chart, 'Deployment', 'pushgateway-cleaner')).toEqual(['/etc/pushgateway-client/clean.js', '/etc/cleaner/config.json', '0.0.0.0:8080']);
});

test('all by hand', () => {
  const { app, chart, pushgateway } = gatewayOf({
    name: 'push', shards: 1, persistenceInterval: Duration.millis(500), storageSize: Size.gibibytes(2), storageClassName: 'fast', deleteAfter: Duration.days(1),
    cleaner: { interval: Duration.minutes(5), memoryLimit: Size.mebibytes(400) }, logLevel: LogLevel.DEBUG, extraArgs: ['--web.enable-admin-api'],
    allowFrom: [NetworkPeer.namespace('apps')],
  });
  expect(argsOf(chart, 'StatefulSet', 'push-0')).toEqual([
    '--web.listen-address=0.0.0.0:9091', '--persistence.file=/data/metrics', '--persistence.interval=500ms', '--log.level=debug', '--log.format=logfmt', '--web.enable-admin-api',
  ]);
  expect(manifest(chart, 'StatefulSet', 'push-0').spec.volumeClaimTemplates[0].spec).toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '2048Mi' } } });
  expect(JSON.parse(manifest(chart, 'ConfigMap', 'push-cleaner').data['config.json'])).toEqual({
    shards: ['http://push-0.monitoring.svc.cluster.local:9091'], groups: [], deleteAfter: 86_400, interval: 300, logLevel: 'info', logFormat: 'logfmt',
  });
  expect(manifest(chart, 'Deployment', 'push-cleaner').spec.template.spec.containers[0].resources.limits).toEqual({ memory: '400Mi' });
  expect(manifest(chart, 'NetworkPolicy', 'push').spec.ingress[0].from).toContainEqual({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'apps' } } });
  expect(manifests(chart).filter(({ kind }) => kind === 'PodDisruptionBudget')).toEqual([]);
  expect(pushgateway.figures.find(({ name }) => name === 'shards')).toMatchObject({ value: 1, byHand: true });
  expect(errorsOf(app)).toEqual([]);
});

test('a group has one URL, in one shard', () => {
  const { pushgateway } = gatewayOf({ shards: 3 });
  const { url, endpoint } = pushgateway.pushEndpoint({ job: 'billing', labels: { path: '/var/tmp', team: 'payments' } });
  expect(url).toBe(`http://${endpoint.address}/metrics/job/billing/path@base64/L3Zhci90bXA/team/payments`);
  expect(pushgateway.pushEndpoint({ job: 'billing', labels: { team: 'payments', path: '/var/tmp' } }).url).toBe(url);
  const shards = new Set(Array.from({ length: 30 }, (_, index) => pushgateway.pushEndpoint({ job: `job-${index}` }).endpoint.host));
  expect([...shards].sort()).toEqual([0, 1, 2].map(shard => `pushgateway-${shard}.monitoring.svc.cluster.local`));
});

test('no Service leads to more than one shard', () => {
  const { chart } = gatewayOf();
  const services = manifests(chart).filter(({ kind, metadata }) => kind === 'Service' && metadata.labels['app.kubernetes.io/component'] === 'pushgateway');
  expect(services.map(({ metadata, spec }) => [metadata.name, spec.selector['thanos.io/shard']])).toEqual([['pushgateway-0', '0'], ['pushgateway-1', '1']]);
});

test('the cleaner knows the groups of all jobs, also of those that are added later, and another program rolls it', () => {
  const { chart, pushgateway } = gatewayOf();
  const hash = () => manifest(chart, 'Deployment', 'pushgateway-cleaner').spec.template.metadata.annotations['checksum/program'] as string;
  const before = hash();
  new PushGatewayJob(chart, 'report', { pushgateway, image: IMAGE, schedule: '0 * * * *', deleteAfter: Duration.hours(3) });
  const { groups } = JSON.parse(manifest(chart, 'ConfigMap', 'pushgateway-cleaner').data['config.json']) as { groups: object[] };
  expect(groups).toEqual([
    { labels: { job: 'report' }, shard: expect.any(Number), deleteAfter: 10_800 },
    { labels: { job: 'report', push_job: 'report' }, shard: (groups[0] as { shard: number }).shard },
  ]);
  expect(hash()).toBe(before);
});

test('the platform decides how programs log', () => {
  const { chart } = fixture();
  Platform.configure(chart, { logLevel: LogLevel.WARN, logFormat: LogFormat.JSON });
  new Pushgateway(chart, 'pushgateway');
  expect(argsOf(chart, 'StatefulSet', 'pushgateway-0').slice(-2)).toEqual(['--log.level=warn', '--log.format=json']);
  expect(JSON.parse(manifest(chart, 'ConfigMap', 'pushgateway-cleaner').data['config.json'])).toMatchObject({ logLevel: 'warn', logFormat: 'json' });
});

test.each<[string, PushgatewayProps, string]>([
  ['no shards', { shards: 0 }, '\'shards\' must be a whole number from 1 to 100, but is 0. (invalid-prop)'],
  ['too long an interval', { persistenceInterval: Duration.hours(2) }, '\'persistenceInterval\' must be a Duration, e.g. Duration.hours(1), from 100ms to 1h, but is 2h. (invalid-prop)'],
  ['a cleaner of another kind', { cleaner: { interval: Duration.hours(2) } }, '\'cleaner.interval\' must be a Duration, e.g. Duration.hours(1), from 1s to 1h, but is 2h. (invalid-prop)'],
  ['less memory than requested', { memoryRequest: Size.gibibytes(1), memoryLimit: Size.mebibytes(500) },
    '\'memoryRequest\' (1GiB) must not exceed \'memoryLimit\' (500MiB): Kubernetes refuses such a pod. Raise the limit or lower the request. (memory-request-beyond-limit)'],
  ['less memory of the cleaner', { cleaner: { memoryRequest: Size.gibibytes(1), memoryLimit: Size.mebibytes(500) } },
    '\'cleaner.memoryRequest\' (1GiB) must not exceed \'cleaner.memoryLimit\' (500MiB): Kubernetes refuses such a pod. Raise the limit or lower the request. (memory-request-beyond-limit)'],
  ['a cleaner that is late', { deleteAfter: Duration.minutes(10), cleaner: { interval: Duration.minutes(20) } },
    '\'cleaner.interval\' (20m) must not exceed \'deleteAfter\' (10m): groups would grow much older than that. Lower the first or raise the other. (pushgateway-cleaner-late)'],
  ['arguments of the cleaner', { cleaner: { extraArgs: ['--all'] } },
    '\'cleaner.extraArgs\' (--all) must not be given, for the program knows no arguments of its own: all that it does is set by props. Leave it out. (pushgateway-cleaner-extra-args)'],
])('refuses %s', (_, props, message) => {
  expect(errorsOf(gatewayOf(props).app)).toEqual([`[monitoring/pushgateway] ${message}`]);
});

test('refuses arguments that would break the checks of pushes', () => {
  expect(errorsOf(gatewayOf({ extraArgs: ['--push.disable-consistency-check'] }).app)).toEqual([
    '[monitoring/pushgateway/shards] \'extraArgs\' has \'--push.disable-consistency-check\', which must not be set by hand. '
    + 'One push that contradicts another would then fail every scrape, and with it the metrics of all jobs. Leave it out. (flag-fixed)',
  ]);
});

test('refuses a group that Pushgateway would', () => {
  const { app, pushgateway } = gatewayOf();
  pushgateway.pushEndpoint({ job: '', labels: { '9a': '' } });
  expect(errorsOf(app)).toEqual(['[monitoring/pushgateway] What \'pushEndpoint\' is given has \'job\', which must be a text that is not empty, but is "", and has \'labels\', where key \'9a\' '
    + 'must be a Prometheus label name (letters, digits and \'_\', not beginning with a digit or \'__\'), but is "9a". (invalid-group)']);
});

test('refuses two pods of one shard', () => {
  const { app, pushgateway } = gatewayOf();
  pushgateway.statefulSets[1].addJsonPatch(JsonPatch.replace('/spec/replicas', 2));
  expect(errorsOf(app)).toEqual(['[monitoring/pushgateway] StatefulSet \'pushgateway-1\' is printed with 2 replicas behind one Service: pushes of one group would end in different pods, '
    + 'and both copies would be scraped. Take back the patch, and use the prop \'shards\'. (pushgateway-load-balanced)']);
});

describe('of another app', () => {
  test('all groups go to it', () => {
    const { app, chart } = fixture();
    const pushgateway = Pushgateway.fromEndpoint(chart, 'central', Endpoint.external({ host: 'push.example.com', port: 9091 }));
    expect(pushgateway.pushEndpoint({ job: 'a b' }).url).toBe('http://push.example.com:9091/metrics/job/a%20b');
    expect(errorsOf(app)).toEqual([]);
  });

  test('refuses no endpoint', () => {
    const { app, chart } = fixture();
    Pushgateway.fromEndpoint(chart, 'central', 'push.example.com' as unknown as Endpoint);
    expect(errorsOf(app)).toEqual(['[monitoring/central] What \'Pushgateway.fromEndpoint\' is given must be an Endpoint, e.g. Endpoint.external(…), but is "push.example.com". (invalid-endpoint)']);
  });

  test('refuses a Service of this app that has several pods', () => {
    const { app, chart } = stateful({ sets: [{ suffix: '', replicas: 3, labels: {} }] });
    Pushgateway.fromEndpoint(chart, 'central', Endpoint.external({ host: 'store.monitoring.svc.cluster.local', port: 9091 }));
    expect(errorsOf(app)).toEqual(['[monitoring/central] \'store.monitoring.svc.cluster.local\' is a Service of several pods of \'store\': pushes of one group would end in different pods, and all copies '
      + 'would be scraped. Give the \'Pushgateway\' itself, which knows the shard of each group. (pushgateway-load-balanced)']);
  });

  test('a Service of one pod is fine', () => {
    const { app } = gatewayOf();
    Pushgateway.fromEndpoint(new Chart(app, 'jobs', { namespace: 'jobs' }), 'one', Endpoint.external({ host: 'pushgateway-0.monitoring.svc', port: 9091 }));
    expect(errorsOf(app)).toEqual([]);
  });
});

describe('warns', () => {
  const warnings = (props?: PushgatewayProps) => findingsOf(gatewayOf(props).chart, Severity.WARNING);

  test('when nobody scrapes it', () => {
    expect(warnings()).toEqual(['pushgateway-not-scraped: No Prometheus of this app scrapes \'pushgateway\', so that nobody sees what is pushed. Scrape it by \'ScrapeJob.pushgateway(…)\'; '
      + 'if a Prometheus of another app does, with \'honor_labels: true\', acknowledge this rule.']);
  });

  test('when a kill loses much', () => {
    expect(warnings({ persistenceInterval: Duration.minutes(5) })).toContain('pushgateway-loses-pushes: \'persistenceInterval\' (5m) is longer than 1m: all that was pushed since the file was last written '
      + 'is lost when the program is killed, though the jobs were told that it was taken. Lower it; the file has some hundred bytes a series.');
  });

  test('when it is given less than it needs', () => {
    expect(warnings({ series: 100_000, memoryLimit: Size.mebibytes(100) })[0]).toMatch(/^below-plan: 'memoryLimit' is 100 MiB, but this workload needs /);
  });
});
