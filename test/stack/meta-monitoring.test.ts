import { parse } from 'yaml';
import { Notifier } from '../../src/alerting';
import { PrometheusMode } from '../../src/collect';
import { NetworkPeer } from '../../src/core';
import { Workload } from '../../src/plan';
import { AlertRuleSet, AlertSeverity } from '../../src/rules';
import { MetaMonitoring, MetaMonitoringProps, MonitoringStack } from '../../src/stack';
import { errorsOf, fixture, manifest } from '../fixture';

function platform(props: Partial<MetaMonitoringProps> = {}) {
  const { app, chart } = fixture();
  const stack = new MonitoringStack(chart, 'platform', { cluster: 'eu-1', workload: Workload.of({ activeSeries: 10_000 }) });
  const meta = new MetaMonitoring(stack, 'meta', { watches: stack, ...props });
  meta.addRules(new AlertRuleSet(chart, 'ring', {
    groups: [{ name: 'ring', rules: [{ alert: 'RingGone', expr: 'absent(up{job="thanos-receive-ingestor"} == 1)', severity: AlertSeverity.CRITICAL }] }],
  }));
  return { app, chart, meta };
}

test('needs nothing of what it watches', () => {
  const { app, chart } = platform();
  expect(errorsOf(app)).toEqual([]);
  const config = parse(manifest(chart, 'ConfigMap', 'meta-a').data['prometheus.yaml']);
  expect(Object.keys(config)).toEqual(['global', 'rule_files', 'alerting', 'storage', 'scrape_configs']);
  expect(config.global).toMatchObject({ scrape_interval: '30s', evaluation_interval: '30s', external_labels: { prometheus_replica: 'a' } });
  expect(config.alerting.alertmanagers).toEqual([{ scheme: 'http', dns_sd_configs: [{ names: ['_web._tcp.meta-alertmanager.monitoring.svc.cluster.local'] }] }]);
  expect(config.scrape_configs.map(({ job_name: name }: { job_name: string }) => name)).toEqual(['platform']);
  expect(manifest(chart, 'ConfigMap', 'meta-rules').data['ring.yaml']).toContain('RingGone');
});

test('scrapes all of the platform, itself and its Alertmanager included', () => {
  const { chart } = platform();
  const { spec } = manifest(chart, 'NetworkPolicy', 'meta');
  const reached = spec.egress.flatMap(({ to }: { to: { podSelector?: { matchLabels: Record<string, string> } }[] }) =>
    to.flatMap(({ podSelector }) => podSelector?.matchLabels['app.kubernetes.io/instance'] ?? []));
  expect([...new Set(reached)].sort()).toEqual([
    'meta', 'meta-alertmanager', 'platform-compactor', 'platform-prometheus', 'platform-query', 'platform-query-frontend', 'platform-receive', 'platform-store',
  ]);
});

test('takes the settings of both by their own names', () => {
  const { app, chart } = platform({
    name: 'watch',
    externalLabels: { cluster: 'eu-1' },
    alertmanager: { replicas: 2, receivers: [{ name: 'phone', notifiers: [Notifier.webhook({ url: 'http://sms.shop.svc:8080/alerts', peer: NetworkPeer.namespace('shop') })] }] },
  });
  errorsOf(app);
  expect(manifest(chart, 'StatefulSet', 'watch-alertmanager').spec.replicas).toBe(2);
  expect(parse(manifest(chart, 'ConfigMap', 'watch-b').data['prometheus.yaml']).global.external_labels).toEqual({ cluster: 'eu-1', prometheus_replica: 'b' });
});

test('refuses what it sets itself', () => {
  const workload = Workload.of({ activeSeries: 5_000 });
  expect(errorsOf(platform({ prometheus: { mode: PrometheusMode.AGENT, workload } as object, alertmanager: { workload } as object }).app)).toEqual([
    "[monitoring/platform/meta] 'prometheus.mode' must not be given, for it follows from its task, to evaluate rules over what it keeps; leave it out. (set-twice)",
    "[monitoring/platform/meta] 'prometheus.workload' must not be given, for it follows from what it watches; leave it out. (set-twice)",
    "[monitoring/platform/meta] 'alertmanager.workload' must not be given, for it follows from what it watches; leave it out. (set-twice)",
  ]);
});

test('says what is wrong', () => {
  expect(() => platform({ watches: 'the platform' as never })).toThrow(
    '[monitoring/platform/meta] \'watches\' must be a construct, e.g. a MonitoringStack, but is "the platform".');
  expect(errorsOf(platform({ name: 'Meta!' }).app)[0]).toMatch(/^\[monitoring\/platform\/meta\] 'name' must be a DNS label .* but is "Meta!"/);
});
