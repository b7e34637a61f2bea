import { App, Chart } from 'cdk8s';
import { MonitoringStack, ObjectStoreBucket, Workload } from 'cdk8s-thanos';

// A hundred million series: more than one compaction stream can carry, so that the plan makes several rings.

const app = new App();
const chart = new Chart(app, 'monitoring', { namespace: 'monitoring', disableResourceNameHashes: true });

const stack = new MonitoringStack(chart, 'platform', {
  cluster: 'eu-1',
  workload: Workload.of({ activeSeries: 100_000_000, targets: 400_000 }),
  bucket: ObjectStoreBucket.gcs(chart, 'blocks', { bucket: 'example-eu-1-blocks' }),
  createNamespace: true,
});

app.synth();
stack.writePlan('plan');
