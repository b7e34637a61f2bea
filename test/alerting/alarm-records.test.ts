import { Duration, Size } from 'cdk8s';
import { key, LEAST } from './every-notifier';
import { AlarmRecords, Alertmanager, AlertmanagerProps, DatabaseTls } from '../../src/alerting';
import { NetworkPeer } from '../../src/core/network-peer';
import { argsOf, errorsOf, fixture, manifest } from '../fixture';

const LEAST_RECORDS: AlarmRecords = { host: 'postgres.example.com', database: 'alarms', username: key('user'), password: key('password') };

function recordedOf(records: Partial<AlarmRecords> = {}, props: AlertmanagerProps = {}) {
  const { app, chart } = fixture();
  new Alertmanager(chart, 'alertmanager', { receivers: [{ name: 'team', notifiers: [LEAST.slack] }], records: { ...LEAST_RECORDS, ...records }, ...props });
  return { app, chart };
}

const podOf = ({ chart }: ReturnType<typeof recordedOf>) => manifest(chart, 'StatefulSet', 'alertmanager').spec.template;

test('Alertmanager records into a file', () => {
  const { chart } = recordedOf();
  expect(argsOf(chart, 'StatefulSet', 'alertmanager').at(-1)).toBe('--enable-feature=event-recorder');
  expect(manifest(chart, 'ConfigMap', 'alertmanager').data['alertmanager.yaml']).toContain('event_recorder:\n  file_outputs:\n    - path: /alertmanager/events/events.jsonl\n');
});

test('the recorder starts before Alertmanager and ends after it', () => {
  const pod = podOf(recordedOf());
  expect(pod.spec.initContainers).toMatchSnapshot();
  expect(pod.spec.containers.map(({ name }: { name: string }) => name)).toEqual(['alertmanager', 'config-reloader']);
  expect(pod.spec.volumes.slice(-2)).toEqual([
    { name: 'recorder', configMap: { name: 'alertmanager-recorder' } },
    { name: 'recorder-secrets', projected: { sources: [{ secret: { name: 'notify', items: [{ key: 'password', path: 'notify/password' }, { key: 'user', path: 'notify/user' }] } }] } },
  ]);
});

test('what it is told', () => {
  const { chart } = recordedOf({
    port: 6432, tls: DatabaseTls.VERIFY_FULL, ca: key('ca.crt'), retention: Duration.days(90), interval: Duration.seconds(2), maxPending: Size.mebibytes(512),
  }, { storageSize: Size.gibibytes(2), externalUrl: 'https://example.com/alerts' });
  expect(JSON.parse(manifest(chart, 'ConfigMap', 'alertmanager-recorder').data['config.json'])).toEqual({
    folder: '/alertmanager/events',
    file: 'events.jsonl',
    database: {
      host: 'postgres.example.com',
      port: 6432,
      name: 'alarms',
      usernameFile: '/etc/alarm-recorder-secrets/notify/user',
      passwordFile: '/etc/alarm-recorder-secrets/notify/password',
      tls: 'verify-full',
      caFile: '/etc/alarm-recorder-secrets/notify/ca.crt',
    },
    alertmanagerUrl: 'http://127.0.0.1:9093/alerts',
    mesh: 'monitoring/alertmanager',
    retention: 90 * 86_400,
    interval: 2,
    rotateBytes: 8 * 1024 ** 2,
    maxBytes: 512 * 1024 ** 2,
    logLevel: 'info',
    logFormat: 'logfmt',
  });
});

test('a change of the program rolls the pods, for Node reads it once', () => {
  const checksum = (records: Partial<AlarmRecords>) => podOf(recordedOf(records)).metadata.annotations['checksum/recorder'];
  expect(checksum({})).not.toBe(checksum({ port: 6432 }));
});

test('it may reach the database', () => {
  const { chart } = recordedOf({ peer: NetworkPeer.namespace('databases', [{ port: 5432 }]) });
  expect(manifest(chart, 'NetworkPolicy', 'alertmanager').spec.egress).toContainEqual({
    ports: [{ port: 5432, protocol: 'TCP' }], to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'databases' } } }],
  });
});

test.each<[Partial<AlarmRecords>, string]>([
  [{ host: 'postgres://db' }, '\'records.host\' must be a DNS name or an address, without a scheme, a port or a path of at most 253 characters, but is "postgres://db". (invalid-prop)'],
  [{ password: 'secret' as never }, '\'records.password\' must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML. (invalid-prop)'],
  [{ maxPending: Size.mebibytes(600) }, '\'records.maxPending\' (600MiB) must be at most half of \'storageSize\' (1GiB), for silences need room on the same volume; lower the first or raise the second. (alarm-records-fill-volume)'],
  [{ ca: key('ca'), tls: DatabaseTls.REQUIRE }, '\'records.ca\' is of no use while \'records.tls\' is require, which looks at no certificate; leave the first out, or set the second to verify-full. (alarm-records-tls-contradiction)'],
  [{ retention: Duration.days(7) }, '\'records.retention\' (168h) must be at least 30 days, of which the ready-made queries speak; raise it. (alarm-records-retention-short)'],
])('%j is refused', (records, message) => {
  expect(errorsOf(recordedOf(records).app)).toEqual([`[monitoring/alertmanager] ${message}`]);
});
