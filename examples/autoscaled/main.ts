import { App, Chart } from 'cdk8s';
import { MonitoringStack, ScrapeJob, Sharding, Workload } from 'cdk8s-thanos';

// Senders that come and go: target allocators tell whoever is there its targets, and KEDA adds and removes senders by their load. No
// configuration changes when they do. KEDA must be in the cluster: `helm install keda kedacore/keda --namespace keda --create-namespace`.

const app = new App();
const chart = new Chart(app, 'monitoring', { namespace: 'monitoring', disableResourceNameHashes: true });

const stack = new MonitoringStack(chart, 'platform', {
  cluster: 'eu-1',
  workload: Workload.of({ activeSeries: 60_000, targets: 200, largestTargetSeries: 10_000 }),
  kubeletJobOptions: { tls: { insecureSkipVerify: true } },
  prometheus: {
    sharding: Sharding.DYNAMIC,
    // What pods are sized for: two of each replica carry it all.
    shards: 2,
    autoscaling: { minReplicaCount: 2, maxReplicaCount: 8 },
  },
});

stack.scrape(
  ScrapeJob.annotatedPods('pods'),
  ScrapeJob.pods('shop', { namespaces: ['shop'], portName: 'metrics', team: 'shop' }),
);

app.synth();
stack.writePlan('plan');
