import { Cluster } from './cluster';
import { Story, tellOfNamespaces } from './story';
import { ensureBuilt } from '../../programs/build';
import { Report } from '../../programs/report';

// The job-loader with the real target allocator, Prometheus and kube-apiserver, on the loopback interface; four minutes.

async function main(): Promise<void> {
  await ensureBuilt(['target-allocator', 'prometheus', 'promtool', 'kube-apiserver']);
  const report = new Report();
  const cluster = await Cluster.start();
  await Promise.all(['monitoring', 'shop', 'other'].map(name => cluster.namespace(name)));
  await new Story(report, cluster).tell();
  await tellOfNamespaces(report, cluster);
  await cluster.stop();
  console.log(report.summary);
  process.exitCode = report.failed ? 1 : 0;
}

main().then(() => process.exit(), (error: Error) => {
  console.error(error.stack);
  process.exit(1);
});
