import { App, Chart, Duration } from 'cdk8s';
import { ScrapeJob, ShardedPrometheus, ThanosReceiveRing, Workload } from 'cdk8s-thanos';

// One of many clusters: agents only, which write to the ring of a central platform.

const app = new App();
const chart = new Chart(app, 'monitoring', { namespace: 'monitoring', disableResourceNameHashes: true });

const central = ThanosReceiveRing.fromRemoteWriteUrl(chart, 'central', 'https://receive.example.com/api/v1/receive', {
  replicationFactor: 3,
  requestSamplesLimit: 10_000,
  outOfOrderTimeWindow: Duration.hours(2),
  tenantHeader: 'THANOS-TENANT',
  tenantLabel: 'tenant_id',
});

const agents = new ShardedPrometheus(chart, 'agents', {
  remoteWrite: central,
  workload: Workload.of({ activeSeries: 200_000 }),
  externalLabels: { cluster: 'leaf-7' },
  scrapeJobs: [ScrapeJob.kubelet(), ScrapeJob.cadvisor(), ScrapeJob.apiServer(), ScrapeJob.annotatedPods('pods')],
});
agents.monitor(chart);

app.synth();
