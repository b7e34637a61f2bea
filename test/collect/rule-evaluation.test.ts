import { Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { configOf, JOB, senders } from './senders';
import { PrometheusMode, ShardedPrometheus, ShardedPrometheusProps } from '../../src/collect';
import { AlertEndpoint, Endpoint, IAlertSink } from '../../src/core/endpoint';
import { Graph } from '../../src/core/graph';
import { AlertRuleSet, AlertSeverity, PartialResponseStrategy } from '../../src/rules';
import { errorsOf, fixture, manifest } from '../fixture';

class TestSink extends Construct implements IAlertSink {
  constructor(scope: Construct, id: string, public readonly alertEndpoint: AlertEndpoint) {
    super(scope, id);
  }
}

const SINK: AlertEndpoint = { endpoint: Endpoint.external({ host: 'alerts.example.com', port: 9093 }), pathPrefix: '/alertmanager' };

const rules = (chart: Chart, id = 'disks') => new AlertRuleSet(chart, id, {
  groups: [{
    name: 'disks',
    partialResponseStrategy: PartialResponseStrategy.WARN,
    rules: [{
      alert: 'DiskFull', expr: 'node_filesystem_avail_bytes < 1e9', for: Duration.minutes(10), severity: AlertSeverity.CRITICAL, summary: 'full', labels: { disk: '{{ $labels.device }}' },
    }],
  }],
});

/** A server that sends nothing and evaluates. */
function server(props: (chart: Chart) => Partial<ShardedPrometheusProps> = chart => ({ rules: [rules(chart)], alertSinks: [new TestSink(chart, 'sink', SINK)] })) {
  const { app, chart } = fixture();
  const prometheus = new ShardedPrometheus(chart, 'prometheus', { mode: PrometheusMode.SERVER, scrapeJobs: [JOB], ...props(chart) });
  return { app, chart, prometheus };
}

describe('a server with rules', () => {
  test('reads them from a folder that is hot-reloaded, without what only Thanos knows', () => {
    const { app, chart } = server();
    expect(errorsOf(app)).toEqual([]);
    expect(manifest(chart, 'ConfigMap', 'prometheus-rules').data).toEqual({
      'disks.yaml': [
        'groups:', '  - name: disks', '    rules:', '      - alert: DiskFull', '        expr: node_filesystem_avail_bytes < 1e9', '        for: 10m', '        labels:',
        '          severity: critical', '          disk: "{{ $labels.device }}"', '        annotations:', '          summary: full', '',
      ].join('\n'),
    });
    const { containers: [prometheus, reloader], volumes } = manifest(chart, 'StatefulSet', 'prometheus-a').spec.template.spec;
    const mount = { name: 'rules', mountPath: '/etc/prometheus/rules', readOnly: true };
    expect([prometheus, reloader].map(({ volumeMounts }) => volumeMounts.find(({ name }: { name: string }) => name === 'rules'))).toEqual([mount, mount]);
    expect(volumes).toContainEqual({ name: 'rules', configMap: { name: 'prometheus-rules' } });
    expect(reloader.args).toEqual(expect.arrayContaining(['--watched-dir=/etc/prometheus/template', '--watched-dir=/etc/prometheus/rules']));
  });

  test('tells every Alertmanager, and twins say the same', () => {
    const { chart } = server();
    expect(configOf(chart)).toMatchObject({
      global: { external_labels: { prometheus_replica: 'a' } },
      rule_files: ['/etc/prometheus/rules/*.yaml'],
      alerting: {
        alert_relabel_configs: [{ action: 'labeldrop', regex: 'prometheus_replica' }],
        alertmanagers: [{ scheme: 'http', path_prefix: '/alertmanager', static_configs: [{ targets: ['alerts.example.com:9093'] }] }],
      },
    });
  });

  test('is known to the sink as the source of its alerts', () => {
    const sinks: IAlertSink[] = [];
    server(chart => {
      sinks.push(new TestSink(chart, 'sink', SINK));
      return { rules: [rules(chart)], alertSinks: sinks };
    });
    const [source] = Graph.of(sinks[0]).alertSources(sinks[0]);
    expect(source.alerts()).toEqual([{ name: 'DiskFull', labels: { severity: 'critical' }, unknownLabels: ['disk'] }]);
  });

  test('may write to nobody; then nothing is planned for the way there', () => {
    const { chart, prometheus } = server();
    expect(configOf(chart).remote_write).toBeUndefined();
    expect(manifest(chart, 'StatefulSet', 'prometheus-a').spec.template.spec.containers[0].args.join(' ')).not.toContain('remote');
    expect(prometheus.figures.map(({ name }) => name)).toEqual([
      'replicas', 'shards', 'seriesPerShard', 'samplesPerSecond', 'cpuRequest', 'seriesInMemory', 'sampleLimit', 'targetLimit', 'terminationGracePeriod',
      'storageSize', 'memoryRequest', 'memoryLimit',
    ]);
  });
});

describe('what is refused', () => {
  test.each<[string, (chart: Chart) => Partial<ShardedPrometheusProps>, string]>([
    ['two sets of one name', chart => ({ rules: [rules(chart), rules(new Chart(chart, 'other', { namespace: 'monitoring' }))] }),
      "[monitoring/prometheus/rules] Two rule sets are called 'disks', and the file of the one would replace that of the other; give one of them another 'name'. (rule-set-name-twice)"],
    ['an agent that writes to nobody', () => ({ mode: PrometheusMode.AGENT }),
      "[monitoring/prometheus] 'remoteWrite' must be given in mode 'agent', for an agent keeps nothing itself: a receiver of remote write, e.g. a ThanosReceiveRing. "
      + 'To keep samples in a TSDB of its own, use PrometheusMode.SERVER. (remote-write-missing)'],
    ['what is no rule set', () => ({ rules: [{ groups: [] } as unknown as AlertRuleSet] }),
      '[monitoring/prometheus] \'rules\' each item must be a rule set, e.g. new AlertRuleSet(…), but is {"groups":[]}. (invalid-prop)'],
  ])('%s', (_, props, message) => {
    expect(errorsOf(server(props).app)).toEqual([message]);
  });

  test('rules for agents', () => {
    const { app, chart, prometheus } = senders();
    prometheus.addRules(rules(chart));
    expect(errorsOf(app)).toEqual(["[monitoring/prometheus] An agent keeps no samples and evaluates no rules, but was given those of 'monitoring/disks'. "
      + 'Give them to a ruler, or use PrometheusMode.SERVER. (agent-evaluates-nothing)']);
  });

  test('no rule set at all', () => {
    const { app, prometheus } = server();
    prometheus.addRules('disks.yaml' as unknown as AlertRuleSet);
    expect(errorsOf(app)).toEqual(["[monitoring/prometheus] What 'addRules' is given must be a rule set, e.g. new AlertRuleSet(…), but is \"disks.yaml\". (invalid-rules)"]);
  });
});
