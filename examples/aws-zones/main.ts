import { App, Chart, Duration, YamlOutputType } from 'cdk8s';
import {
  MonitoringStack, NetworkPeer, ObjectStoreBucket, Relabeling, ScrapeJob, ServerSideEncryption, Workload, ZoneRollout,
} from 'cdk8s-thanos';

const app = new App({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
const chart = new Chart(app, 'monitoring', { namespace: 'monitoring', disableResourceNameHashes: true });

const bucket = ObjectStoreBucket.s3(chart, 'blocks', {
  bucket: 'example-eu-1-blocks',
  endpoint: 's3.eu-central-1.amazonaws.com',
  region: 'eu-central-1',
  encryption: ServerSideEncryption.sseS3(),
});

const stack = new MonitoringStack(chart, 'platform', {
  cluster: 'eu-1',
  workload: Workload.of({ activeSeries: 1_000_000, outage: Duration.hours(2), retentionRaw: Duration.days(90), retention5m: Duration.days(90), retention1h: Duration.days(90) }),
  bucket,
  storageClassName: 'gp3',
  ring: { zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'], zoneRollout: ZoneRollout.ROLLOUT_OPERATOR },
  queryFrontend: { allowFrom: [NetworkPeer.namespace('grafana')] },
});

app.synth();
stack.writePlan('plan');
