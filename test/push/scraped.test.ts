import { ScrapeJob } from '../../src/collect';
import { PLATFORM_STEPS } from '../../src/collect/default-metric-relabelings';
import { NetworkPeer } from '../../src/core';
import { Pushgateway, PushGatewayJob } from '../../src/push';
import { scrapeConfigOf, senders } from '../collect/senders';
import { errorsOf, manifest } from '../fixture';
import { findingsOf } from '../store/parts';

const JOB = 'pushed';

function scraped() {
  const made = senders();
  return { ...made, pushgateway: new Pushgateway(made.chart, 'pushgateway') };
}

test('the senders scrape each shard, and leave the pushed labels as they are', () => {
  const { app, chart, prometheus, pushgateway } = scraped();
  prometheus.addScrapeJob(ScrapeJob.pushgateway(JOB, pushgateway));
  new PushGatewayJob(chart, 'report', { pushgateway, image: 'registry.example.com/report:1.0', allowTo: [NetworkPeer.namespace('databases')] });
  const { honor_labels: honors, static_configs: targets } = scrapeConfigOf(chart, JOB);
  expect([honors, targets]).toEqual([true, [{ targets: [0, 1].map(shard => `pushgateway-${shard}.monitoring.svc.cluster.local:9091`) }]]);
  expect(errorsOf(app)).toEqual([]);
  expect(findingsOf(chart).filter(text => text.startsWith('pushgateway'))).toEqual([]);
});

test('network policies let them', () => {
  const { chart, prometheus, pushgateway } = scraped();
  prometheus.addScrapeJob(ScrapeJob.pushgateway(JOB, pushgateway));
  const pods = (name: string) => ({
    podSelector: { matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name, 'app.kubernetes.io/component': name } },
  });
  expect(manifest(chart, 'NetworkPolicy', 'pushgateway').spec.ingress[0].from).toContainEqual(pods('prometheus'));
  expect(manifest(chart, 'NetworkPolicy', 'prometheus').spec.egress).toContainEqual({ ports: [{ port: 9091, protocol: 'TCP' }], to: [pods('pushgateway')] });
});

test('self-monitoring leaves what was pushed to that job, where there is a Pushgateway', () => {
  const steps = ({ chart, prometheus }: ReturnType<typeof senders>) => {
    prometheus.monitor(chart);
    return scrapeConfigOf(chart, 'platform').metric_relabel_configs as object[];
  };
  expect(steps(senders())).toEqual(PLATFORM_STEPS);
  expect(steps(scraped())).toEqual([...PLATFORM_STEPS, { action: 'drop', source_labels: ['job', 'exported_job'], regex: 'pushgateway;.+' }]);
});

test('self-monitoring alone does not see what was pushed', () => {
  const { chart, prometheus } = scraped();
  prometheus.monitor(chart);
  expect(findingsOf(chart).map(text => text.split(':')[0])).toContain('pushgateway-not-scraped');
});
