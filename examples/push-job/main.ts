import { App, Chart, Duration } from 'cdk8s';
import { EnvValue, PersistentVolumeClaim, Secret, Volume } from 'cdk8s-plus-28';
import { MonitoringStack, NetworkPeer, Notifier, PushMethod, Workload } from 'cdk8s-thanos';

// Jobs that push what they measure: one writes a text file, one speaks to the Pushgateway itself. Both come with their alerts.

const app = new App();
const chart = new Chart(app, 'monitoring', { namespace: 'monitoring', disableResourceNameHashes: true });

const stack = new MonitoringStack(chart, 'platform', {
  cluster: 'eu-1',
  workload: Workload.of({ activeSeries: 10_000 }),
  createNamespace: true,
  pushgateway: {},
  alertmanager: {
    receivers: [{ name: 'operations', notifiers: [Notifier.webhook({ url: 'https://incidents.example.com/v1/alerts' })] }],
  },
});

// No client library and no network of its own: a line of shell is enough, and what it writes is pushed for it when it has succeeded.
const DUMP = [
  'set -e',
  'pg_dump --file=/backup/shop.sql shop',
  'echo "backup_size_bytes $(wc -c < /backup/shop.sql)" > "$PUSHGATEWAY_METRICS_FILE"',
].join('\n');

const backups = PersistentVolumeClaim.fromClaimName(chart, 'backups', 'shop-backups');
const database = Secret.fromSecretName(chart, 'database-credentials', 'shop-database');

stack.addPushJob('backup', {
  image: 'docker.io/library/postgres:17.6',
  command: ['sh', '-c', DUMP],
  group: { job: 'backup', labels: { database: 'shop' } },
  schedule: '30 2 * * *',
  timeZone: 'Europe/Berlin',
  deadline: Duration.hours(2),
  owner: 'shop',
  env: {
    PGHOST: EnvValue.fromValue('postgres.shop.svc'),
    PGUSER: EnvValue.fromValue('backup'),
    PGPASSWORD: EnvValue.fromSecretValue({ secret: database, key: 'password' }),
  },
  volumeMounts: [{ path: '/backup', volume: Volume.fromPersistentVolumeClaim(chart, 'backup-volume', backups) }],
  allowTo: [NetworkPeer.pods({ podLabels: { app: 'postgres' }, namespaceLabels: { 'kubernetes.io/metadata.name': 'shop' }, ports: [{ port: 5432 }] })],
});

// It has a client library, pushes while it is at work, and finds the address in its environment.
stack.addPushJob('billing', {
  image: 'registry.example.com/shop/billing:3.2.0',
  method: PushMethod.CLIENT,
  schedule: '*/15 * * * *',
  retries: 1,
  finalExitCodes: [2], // the invoices are wrong: once more does not help
  owner: 'billing',
  allowTo: [NetworkPeer.ipBlock('10.20.0.0/16', [{ port: 5432 }])],
});

app.synth();
stack.writePlan('plan');
