import { Construct } from 'constructs';
import { scrapeConfigOf, senders } from './senders';
import { ScrapeJob } from '../../src/collect';
import { Endpoint, IScrapeTarget } from '../../src/core/endpoint';
import { errorsOf } from '../fixture';

class TestPushgateway extends Construct implements IScrapeTarget {
  public readonly scrapeEndpoints = ['push-0.jobs.svc', 'push-1.jobs.svc'].map(host => Endpoint.external({ host, port: 9091 }));
}

function scraped(options = {}) {
  const { app, chart, prometheus } = senders();
  prometheus.addScrapeJob(ScrapeJob.pushgateway('pushed', new TestPushgateway(chart, 'push'), options));
  return { app, chart };
}

test('keeps the labels of what was pushed, and leaves the metrics of the Pushgateway itself to self-monitoring', () => {
  const { app, chart } = scraped();
  expect(errorsOf(app)).toEqual([]);
  expect(scrapeConfigOf(chart, 'pushed')).toMatchObject({
    honor_labels: true,
    static_configs: [{ targets: ['push-0.jobs.svc:9091', 'push-1.jobs.svc:9091'] }],
    metric_relabel_configs: [{ action: 'drop', source_labels: ['instance'], regex: 'push-0\\.jobs\\.svc:9091|push-1\\.jobs\\.svc:9091' }],
  });
});

test('takes the options of every job', () => {
  expect(scrapeConfigOf(scraped({ honorLabels: false, sampleLimit: 7 }).chart, 'pushed')).toMatchObject({ honor_labels: false, sample_limit: 7 });
});

test('says what is no Pushgateway', () => {
  const { app, prometheus } = senders();
  prometheus.addScrapeJob(ScrapeJob.pushgateway('pushed', 'http://push:9091' as never));
  expect(errorsOf(app)).toEqual([
    "[monitoring/prometheus] 'pushed.target' must be a part that serves the metrics of others, e.g. a Pushgateway, but is \"http://push:9091\". (invalid-prop)",
  ]);
});
