import { App, Chart } from 'cdk8s';
import { MonitoringStack, Workload } from 'cdk8s-thanos';

// The smallest platform: ten thousand series, and nothing needed from outside of the cluster.

const app = new App();
const chart = new Chart(app, 'monitoring', { namespace: 'monitoring', disableResourceNameHashes: true });

const stack = new MonitoringStack(chart, 'platform', {
  cluster: 'eu-1',
  workload: Workload.of({ activeSeries: 10_000 }),
  createNamespace: true,
});

app.synth();
stack.writePlan('plan');
