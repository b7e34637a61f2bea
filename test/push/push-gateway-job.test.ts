import { Chart, Duration, Size, Yaml } from 'cdk8s';
import { ConfigMap, Cpu, Env, EnvValue, Secret, ServiceAccount, Volume } from 'cdk8s-plus-28';
import { Endpoint, NetworkPeer } from '../../src/core';
import { Severity } from '../../src/core/findings';
import { KeepGroup, Pushgateway, PushGatewayJob, PushGatewayJobProps, PushMethod } from '../../src/push';
import type { PushConfig } from '../../src/push/program/config';
import { errorsOf, fixture, manifest, manifests } from '../fixture';
import { findingsOf } from '../store/parts';

const IMAGE = 'registry.example.com/report:1.0';

function jobOf(props: Partial<PushGatewayJobProps> = {}) {
  const { app, chart } = fixture();
  const pushgateway = new Pushgateway(chart, 'pushgateway', { shards: 1 });
  return { app, chart, pushgateway, job: new PushGatewayJob(chart, 'report', { pushgateway, image: IMAGE, ...props }) };
}

const HOURLY = { schedule: '0 * * * *' };

const configOf = (props: Partial<PushGatewayJobProps> = {}): PushConfig =>
  JSON.parse(manifest(jobOf(props).chart, 'ConfigMap', 'report-push').data['config.json']) as PushConfig;
const podOf = (props: Partial<PushGatewayJobProps> = {}) => manifest(jobOf(props).chart, 'Job', 'report').spec.template.spec;

function printed(props: Partial<PushGatewayJobProps>) {
  const objects = manifests(jobOf(props).chart).filter(({ metadata }) => metadata.labels['app.kubernetes.io/instance'] === 'report');
  const files = objects.find(({ kind }) => kind === 'ConfigMap')!.data as Record<string, string>;
  Object.keys(files).filter(file => file.endsWith('.js')).forEach(file => { files[file] = '…'; });
  return Yaml.stringify(...objects);
}

test('a CronJob', () => {
  expect(printed(HOURLY)).toMatchSnapshot();
});

test('a Job', () => {
  const { chart } = jobOf({ ttlAfterFinished: Duration.days(1), retries: 0 });
  expect(manifest(chart, 'Job', 'report').spec).toMatchObject({ activeDeadlineSeconds: 3600, backoffLimit: 0, ttlSecondsAfterFinished: 86_400 });
});

test('announces, does the job, and pushes, one after the other', () => {
  const { initContainers, containers, restartPolicy } = podOf({ command: ['/report'], args: ['--all'] });
  expect(restartPolicy).toBe('Never');
  expect([...initContainers, ...containers].map(({ name, command, args }) => [name, ...command, ...args])).toEqual([
    ['announce', 'node', '/etc/pushgateway-client/run.js', 'announce', '/etc/pushgateway-client/config.json'],
    ['job', '/report', '--all'],
    ['push', 'node', '/etc/pushgateway-client/run.js', 'push', '/etc/pushgateway-client/config.json'],
  ]);
});

test('every file that its programs load is there', () => {
  const files = manifest(jobOf().chart, 'ConfigMap', 'report-push').data as Record<string, string>;
  expect(Object.keys(files).sort()).toEqual(['client.js', 'config.json', 'exit-codes.js', 'log.js', 'pusher.js', 'run.js', 'text-format.js']);
});

test('what the program is told', () => {
  expect(configOf()).toEqual({
    groupUrl: 'http://pushgateway-0.monitoring.svc.cluster.local:9091/metrics/job/report',
    runUrl: 'http://pushgateway-0.monitoring.svc.cluster.local:9091/metrics/job/report/push_job/report',
    groupLabels: { job: 'report' },
    metricsFile: '/var/run/pushgateway-metrics/metrics.prom',
    beginFile: '/var/run/pushgateway-run/begin',
    announceTimeout: 20,
    pushTimeout: 600,
    deleteAtBegin: false,
    logLevel: 'info',
    logFormat: 'logfmt',
  });
});

test.each<[KeepGroup, Partial<PushConfig>]>([
  [KeepGroup.UNTIL_STALE, { deleteAtBegin: false }],
  [KeepGroup.UNTIL_NEXT_RUN, { deleteAtBegin: true }],
  // Three scrapes of the default workload.
  [KeepGroup.UNTIL_DONE, { deleteAtBegin: false, deleteAfterPush: 90 }],
])('a group that is kept %s', (keep, expected) => {
  const { deleteAtBegin, deleteAfterPush } = configOf({ keep });
  expect({ deleteAtBegin, deleteAfterPush }).toEqual({ deleteAfterPush: undefined, ...expected });
});

test('an image that pushes itself is told where', () => {
  const pod = podOf({ method: PushMethod.CLIENT, group: { job: 'report', labels: { team: 'a$(B)/c' } } });
  expect(pod.initContainers[1].env).toEqual([
    { name: 'PUSHGATEWAY_URL', value: 'http://pushgateway-0.monitoring.svc.cluster.local:9091/metrics/job/report/team@base64/YSQoQikvYw' },
    { name: 'PUSHGATEWAY_ADDRESS', value: 'pushgateway-0.monitoring.svc.cluster.local:9091' },
    { name: 'PUSHGATEWAY_JOB', value: 'report' },
    { name: 'PUSHGATEWAY_LABELS', value: '{"team":"a$$(B)/c"}' },
  ]);
  expect(pod.volumes.map(({ name }: { name: string }) => name)).toEqual(['push-program', 'push-run', 'tmp']);
  expect(configOf({ method: PushMethod.CLIENT }).metricsFile).toBeUndefined();
});

test('a run whose metrics are not taken is not done again, nor one with a final exit code; a drained node is no failure', () => {
  const { podFailurePolicy } = manifest(jobOf({ finalExitCodes: [4, 3] }).chart, 'Job', 'report').spec;
  expect(podFailurePolicy.rules).toEqual([
    { action: 'FailJob', onExitCodes: { containerName: 'push', operator: 'In', values: [65, 75] } },
    { action: 'FailJob', onExitCodes: { containerName: 'job', operator: 'In', values: [3, 4] } },
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  ]);
});

test('environment, volumes and the rest of the pod', () => {
  const { app, chart } = fixture();
  const pushgateway = new Pushgateway(chart, 'pushgateway');
  const secret = Secret.fromSecretName(chart, 'secret', 'credentials');
  const settings = ConfigMap.fromConfigMapName(chart, 'settings', 'settings');
  new PushGatewayJob(chart, 'report', {
    pushgateway,
    image: IMAGE,
    env: { TOKEN: EnvValue.fromSecretValue({ secret, key: 'token' }), MODE: EnvValue.fromValue('full') },
    envFrom: [Env.fromSecret(secret), Env.fromConfigMap(settings, 'C_')],
    volumeMounts: [
      { path: '/settings', volume: Volume.fromConfigMap(chart, 'v', settings), readOnly: true },
      { path: '/tmp', volume: Volume.fromEmptyDir(chart, 'c', 'scratch', { sizeLimit: Size.mebibytes(100) }) },
    ],
    user: 1234,
    serviceAccount: ServiceAccount.fromServiceAccountName(chart, 'account', 'reporter'),
    automountServiceAccountToken: true,
    cpuRequest: Cpu.units(1),
    memoryLimit: Size.gibibytes(1),
    nodeSelector: { disk: 'ssd' },
    podLabels: { a: 'b' },
    podAnnotations: { c: 'd' },
  });
  const { metadata, spec } = manifest(chart, 'Job', 'report').spec.template;
  const [, job] = spec.initContainers;
  expect(job.env.slice(1)).toEqual([{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'credentials', key: 'token' } } }, { name: 'MODE', value: 'full' }]);
  expect(job.envFrom).toEqual([{ secretRef: { name: 'credentials' } }, { prefix: 'C_', configMapRef: { name: 'settings' } }]);
  expect(job.volumeMounts).toEqual([
    { name: 'push-metrics', mountPath: '/var/run/pushgateway-metrics' },
    { name: 'configmap-settings', mountPath: '/settings', readOnly: true },
    { name: 'scratch', mountPath: '/tmp' },
  ]);
  expect(spec.volumes.slice(-2)).toEqual([{ name: 'configmap-settings', configMap: { name: 'settings' } }, { name: 'scratch', emptyDir: { sizeLimit: '100Mi' } }]);
  expect(job.resources).toEqual({ requests: { cpu: '1', memory: '128Mi' }, limits: { memory: '1024Mi' } });
  expect(spec).toMatchObject({ serviceAccountName: 'reporter', automountServiceAccountToken: true, nodeSelector: { disk: 'ssd' }, securityContext: { runAsUser: 1234, fsGroup: 1234 } });
  expect([metadata.labels.a, metadata.annotations.c]).toEqual(['b', 'd']);
  expect(manifests(chart).some(({ kind, metadata: { name } }) => kind === 'ServiceAccount' && name === 'report')).toBe(false);
  expect(errorsOf(app)).toEqual([]);
});

describe('network', () => {
  const pods = (component: string, instance: string, name: string) => ({ 'app.kubernetes.io/component': component, 'app.kubernetes.io/instance': instance, 'app.kubernetes.io/name': name });

  test('reaches its Pushgateway, DNS and what it is allowed, across namespaces', () => {
    const { app, chart } = fixture();
    const jobs = new Chart(app, 'jobs', { namespace: 'jobs', disableResourceNameHashes: true });
    const pushgateway = new Pushgateway(chart, 'pushgateway');
    new PushGatewayJob(jobs, 'report', { pushgateway, image: IMAGE, allowTo: [NetworkPeer.namespace('databases', [{ port: 5432 }])] });
    const { ingress, egress } = manifest(jobs, 'NetworkPolicy', 'report').spec;
    expect(ingress).toEqual([]);
    expect(egress.slice(0, 2)).toEqual([{
      ports: [{ port: 9091, protocol: 'TCP' }],
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } }, podSelector: { matchLabels: pods('pushgateway', 'pushgateway', 'pushgateway') } }],
    }, { ports: [{ port: 5432, protocol: 'TCP' }], to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'databases' } } }] }]);
    expect(egress).toHaveLength(3);
    expect(manifest(chart, 'NetworkPolicy', 'pushgateway').spec.ingress[0].from).toContainEqual(
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'jobs' } }, podSelector: { matchLabels: pods('push-job', 'report', 'pushgateway-client') } });
    expect(errorsOf(app)).toEqual([]);
  });

  test('by default reaches everything, and says so', () => {
    expect(findingsOf(jobOf().chart, Severity.NOTE)).toContain('network-peer-broad: Pods of \'report\' may open connections to any address. Give the job \'allowTo\', if what it reaches is known.');
    expect(findingsOf(jobOf({ allowTo: [] }).chart, Severity.NOTE)).toEqual([]);
  });

  test('reaches the Pushgateway of another app', () => {
    const { app, chart } = fixture();
    const pushgateway = Pushgateway.fromEndpoint(chart, 'central', Endpoint.external({ host: 'push.example.com', port: 9091, peer: NetworkPeer.ipBlock('10.1.2.3/32', [{ port: 9091 }]) }));
    const job = new PushGatewayJob(chart, 'report', { pushgateway, image: IMAGE, allowTo: [] });
    expect(job.pushEndpoint.url).toBe('http://push.example.com:9091/metrics/job/report');
    expect(manifest(chart, 'NetworkPolicy', 'report').spec.egress[0]).toEqual({ ports: [{ port: 9091, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.1.2.3/32' } }] });
    expect(errorsOf(app)).toEqual([]);
  });
});

test.each<[string, Partial<PushGatewayJobProps>, string]>([
  ['a schedule that is none', { schedule: '0 25 * * *' },
    '\'schedule\' must be a schedule as cron writes it, e.g. \'30 2 * * *\', but "0 25 * * *" has \'25\' as its hour, which must be from 0 to 23. (invalid-prop)'],
  ['a time zone that is none', { ...HOURLY, timeZone: 'Europe/Atlantis' }, '\'timeZone\' must be a name of the time zone database, e.g. \'Europe/Berlin\', but is "Europe/Atlantis". (invalid-prop)'],
  ['the time zone of the machine', { ...HOURLY, timeZone: 'Local' }, '\'timeZone\' must be a name of the time zone database, e.g. \'Europe/Berlin\', but is "Local". (invalid-prop)'],
  ['a group without a job', { group: { job: ' ' } }, '\'group\' has \'job\', which must be a text that is not empty, but is " ". (invalid-prop)'],
  ['a second job label', { group: { job: 'a', labels: { job: 'b' } } }, '\'group\' has \'labels\', where key \'job\' must not be \'job\', which has a prop of its own. (invalid-prop)'],
  ['the label of runs', { group: { job: 'a', labels: { push_job: 'b' } } },
    '\'group\' has \'labels\', where key \'push_job\' must not be \'push_job\', which tells the groups of jobs\' runs apart. (invalid-prop)'],
  ['a variable that is a text', { env: { A: 'b' as unknown as EnvValue } },
    '\'env\' \'A\' must be an EnvValue of cdk8s-plus, e.g. EnvValue.fromValue(\'a\'), but is "b". (invalid-prop)'],
  ['labels that the group would replace', { group: { job: 'report', labels: { team: 'a', area: 'b' } }, metricLabels: ['team', 'path', 'area'] },
    '\'metricLabels\' has \'team\' and \'area\', which the group {job="report", team="a", area="b"} has too: Pushgateway gives the group\'s value to each series, and the metrics\' own is lost. '
    + 'Give the label another name in the metrics or in the group. (push-label-in-group)'],
  ['a push that takes all the time', { deadline: Duration.minutes(5), pushTimeout: Duration.minutes(5) },
    '\'pushTimeout\' (5m) must be shorter than \'deadline\' (5m), in which the job has to be done as well. Lower the first or raise the other. (push-job-push-timeout-beyond-deadline)'],
  ['an age that every run exceeds', { schedule: '30 2 * * *', maxAge: Duration.hours(12) },
    '\'maxAge\' (12h) must not be shorter than the longest time between two runs of \'30 2 * * *\' (24h): the alert would fire before each of them. '
    + 'Raise it, or let it run more often. (push-job-max-age-below-period)'],
  ['what only a schedule has', { suspend: true, timeZone: 'Europe/Berlin' },
    '\'timeZone\' and \'suspend\' must not be given without a \'schedule\': a Job that runs once has no use for it. Leave it out, or give a schedule. (push-job-without-schedule)'],
  ['a variable that is ours', { env: { PUSHGATEWAY_METRICS_FILE: { value: 'a', valueFrom: undefined } as EnvValue } },
    '\'env\' must not have \'PUSHGATEWAY_METRICS_FILE\', by which the job is told where its metrics go; leave it out. (push-job-env-taken)'],
  ['less memory than requested', { memoryRequest: Size.gibibytes(1), memoryLimit: Size.mebibytes(500) },
    '\'memoryRequest\' (1GiB) must not exceed \'memoryLimit\' (500MiB): Kubernetes refuses such a pod. Raise the limit or lower the request. (memory-request-beyond-limit)'],
])('refuses %s', (_, props, message) => {
  expect(errorsOf(jobOf(props).app)).toEqual([`[monitoring/report] ${message}`]);
});

test('refuses two jobs of the same group', () => {
  const { app, chart, pushgateway } = jobOf({ group: { job: 'report', labels: { team: 'a' } } });
  new PushGatewayJob(chart, 'second', { pushgateway, image: IMAGE, group: { labels: { team: 'a' }, job: 'report' } });
  expect(errorsOf(app)).toEqual(['[monitoring/second] \'monitoring/report\' pushes the same group (http://pushgateway-0.monitoring.svc.cluster.local:9091/metrics/job/report/team/a), '
    + 'and each of the two would delete what the other has pushed. Give one of them another \'job\' or another label in its \'group\'. (push-group-twice)']);
});

test('throws without a Pushgateway', () => {
  const { chart } = fixture();
  expect(() => new PushGatewayJob(chart, 'report', { image: IMAGE } as PushGatewayJobProps)).toThrow('[monitoring/report] \'pushgateway\' must be a Pushgateway, but is not given.');
});

describe('warns', () => {
  const warnings = (props: Partial<PushGatewayJobProps>) => findingsOf(jobOf(props).chart, Severity.WARNING).filter(text => !/^(pushgateway-not-scraped|push-job-alerts-unused):/.test(text));

  test.each<[string, Partial<PushGatewayJobProps>, string]>([
    ['a run takes longer than the next one waits', { schedule: '*/10 * * * *', deadline: Duration.minutes(30) },
      'push-job-deadline-beyond-period: \'deadline\' (30m) is longer than the shortest time between two runs of \'*/10 * * * *\' (10m): a run that takes so long lets the next one fall out, '
      + 'for no two may overlap. Lower it, or let it run less often.'],
    ['a run begins later than its successor', { schedule: '*/10 * * * *', startingDeadline: Duration.minutes(30) },
      'push-job-starting-deadline-beyond-period: \'startingDeadline\' (30m) is longer than the shortest time between two runs of \'*/10 * * * *\' (10m): after a pause, a run begins late just before '
      + 'its successor would begin in time. Lower it.'],
    ['metrics go before the next run', { schedule: '30 2 * * *', deleteAfter: Duration.hours(6) },
      'push-group-deleted-between-runs: \'deleteAfter\' (6h) is shorter than the longest time between two runs of \'30 2 * * *\' (24h): its metrics are gone before the next run, '
      + 'and alerts on them end by themselves. Raise it; or, if they are to be there for a while only, use \'keep: KeepGroup.UNTIL_DONE\'.'],
  ])('when %s', (_, props, message) => {
    expect(warnings(props)).toEqual([message]);
  });

  test('of nothing by default', () => {
    expect(warnings({ schedule: '*/5 8-18 * * 1-5', timeZone: 'Europe/Berlin' })).toEqual([]);
  });
});
