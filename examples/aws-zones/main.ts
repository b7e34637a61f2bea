import { App, Chart, Duration, YamlOutputType } from 'cdk8s';
import { MonitoringStack, NetworkPeer, ObjectStoreBucket, S3Credentials, S3Encryption, ScrapeJob, Workload, ZoneRollout } from 'cdk8s-thanos';

// A million series over three zones of AWS: identities by IAM roles, of which only the compactor's may delete.

const app = new App({ yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
const chart = new Chart(app, 'monitoring', { namespace: 'monitoring', disableResourceNameHashes: true });

const role = (name: string) => S3Credentials.role(`arn:aws:iam::123456789012:role/${name}`);
const bucket = ObjectStoreBucket.s3(chart, 'blocks', {
  bucket: 'example-eu-1-blocks',
  region: 'eu-central-1',
  encryption: S3Encryption.s3Managed(),
  credentials: role('thanos-write'),
  readerCredentials: role('thanos-read'),
  compactorCredentials: role('thanos-compact'),
});

const retention = Duration.days(90);
const stack = new MonitoringStack(chart, 'platform', {
  cluster: 'eu-1',
  workload: Workload.of({
    activeSeries: 1_000_000,
    targets: 4_000,
    outage: Duration.hours(2),
    retentionRaw: retention,
    retention5m: retention,
    retention1h: retention,
  }),
  bucket,
  createNamespace: true,
  externalLabels: { region: 'eu-central-1' },
  storageClassName: 'gp3',
  requiredLabels: ['team'],
  clusterJobOptions: { team: 'platform' },
  ring: { zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'], zoneRollout: ZoneRollout.ROLLOUT_OPERATOR },
  queryFrontend: { allowFrom: [NetworkPeer.namespace('grafana')] },
  continuousTest: {},
});

stack.scrape(
  ScrapeJob.annotatedPods('pods', { team: 'platform' }),
  ScrapeJob.pods('shop', { namespaces: ['shop'], portName: 'metrics', team: 'shop', origin: 'web-shop' }),
);

// Metrics of Redis have senders of their own, so that a flood of them delays nothing else.
stack.addPrometheus('redis', {}, Workload.of({ activeSeries: 20_000 })).addScrapeJob(
  ScrapeJob.endpointSlices('redis', { namespaces: ['shop'], serviceLabels: { app: 'redis' }, portName: 'metrics', team: 'shop' }),
);

app.synth();
stack.writePlan('plan');
