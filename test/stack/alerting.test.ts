import { Duration, Size } from 'cdk8s';
import { parse } from 'yaml';
import { type AlertmanagerOptions, Matcher, Notifier } from '../../src/alerting';
import { PrometheusMode } from '../../src/collect';
import { Severity } from '../../src/core';
import { Workload } from '../../src/plan';
import { AlertRuleSet, AlertSeverity, RecordingRuleSet, RulePlacement } from '../../src/rules';
import { MonitoringStack, MonitoringStackProps } from '../../src/stack';
import { key, LEAST } from '../alerting/every-notifier';
import { errorsOf, fixture, manifest, manifests } from '../fixture';

function platform(props: Partial<MonitoringStackProps> = {}) {
  const { app, chart } = fixture();
  const stack = new MonitoringStack(chart, 'platform', { cluster: 'eu-1', workload: Workload.of({ activeSeries: 10_000 }), ...props });
  return { app, chart, stack };
}

const PARTS = {
  alertmanager: {}, ruler: {}, metaMonitoring: {}, pushgateway: {},
} satisfies Partial<MonitoringStackProps>;

const warningsOf = ({ findings }: MonitoringStack, id: string): string[] =>
  findings.filter(({ rule, severity }) => rule === id && severity === Severity.WARNING).map(({ message }) => message);

/** One rule for each placement. */
function mixed({ chart }: ReturnType<typeof platform>) {
  const rule = (alert: string, expr: string, placement?: RulePlacement) => ({ alert, expr, placement, severity: AlertSeverity.WARNING });
  return new AlertRuleSet(chart, 'shop', {
    groups: [
      { name: 'whole', rules: [rule('ShopSlow', 'sum by (job) (rate(shop_requests_total[5m])) > 100')] },
      { name: 'target', rules: [rule('ShopDown', 'up{job="shop"} == 0')] },
      { name: 'meta', rules: [rule('RingDown', 'up{job="thanos-receive-ingestor"} == 0', RulePlacement.META_MONITORING)] },
    ],
  });
}

/** Names of the groups of a set, by the ConfigMap in which they stand. */
function groupsOf({ chart }: ReturnType<typeof platform>, set: string): Record<string, string[]> {
  const files = manifests(chart).filter(({ kind }) => kind === 'ConfigMap').flatMap(({ metadata, data }) =>
    Object.entries(data as Record<string, string>).filter(([file]) => file === `${set}.yaml` || metadata.name.endsWith(`-rules-${set}`))
      .map(([, text]) => [metadata.name, parse(text).groups.map(({ name }: { name: string }) => name)]));
  return Object.fromEntries(files);
}

describe('a group is evaluated where its placement says', () => {
  test.each<[string, Partial<MonitoringStackProps>, Record<string, string[]>]>([
    ['with a ruler alone, by the ruler', { ruler: {} }, { 'platform-ruler-rules-shop': ['whole', 'target', 'meta'] }],
    ['with meta-monitoring, by that', { ruler: {}, metaMonitoring: {} }, {
      'platform-ruler-rules-shop': ['whole', 'target'], 'platform-meta-monitoring-rules': ['meta'],
    }],
    ['with servers, by those', { ruler: {}, prometheus: { mode: PrometheusMode.SERVER } }, {
      'platform-ruler-rules-shop': ['whole', 'meta'], 'platform-prometheus-rules': ['target'],
    }],
  ])('%s', (_, props, expected) => {
    const made = platform(props);
    made.stack.addRules(mixed(made));
    expect(errorsOf(made.app)).toEqual([]);
    expect(groupsOf(made, 'shop')).toEqual(expected);
  });

  test('and the plan says by whom, and why', () => {
    const made = platform({ ruler: {}, metaMonitoring: {} });
    made.stack.addRules(mixed(made));
    const rules = made.stack.plan.rules.filter(({ set }) => set === 'shop');
    expect(rules.map(({ rule, evaluator, byHand }) => [rule, evaluator, byHand])).toEqual([
      ['ShopSlow', 'ruler', false], ['ShopDown', 'ruler', false], ['RingDown', 'meta-monitoring', true],
    ]);
    expect(made.stack.plan.toMarkdown()).toContain('| shop | meta | RingDown | meta-monitoring (by hand) |');
    expect(made.stack.plan.toTable()).toContain('RingDown');
  });
});

describe('senders that are added', () => {
  const TEXT = "Rules of 'shop' such as 'ShopDown' could be evaluated by the senders, but 'platform-redis' are agents, which evaluate nothing, and what they scrape would go unjudged. "
    + "So the rules go to the ruler, and 'platform-prometheus' do not evaluate them either. Use PrometheusMode.SERVER for all senders; or give the set to those that shall evaluate it by themselves, "
    + "by their own 'addRules' in place of the stack's.";
  const SERVERS = { ruler: {}, alertmanager: {}, prometheus: { mode: PrometheusMode.SERVER } } satisfies Partial<MonitoringStackProps>;
  const ORDERS: [string, boolean][] = [['before the rules', true], ['after the rules', false]];

  function grown(props: Partial<MonitoringStackProps>, mode: PrometheusMode, before: boolean, set = mixed) {
    const made = platform(props);
    const [redis, rules] = [() => void made.stack.addPrometheus('redis', { mode }), () => made.stack.addRules(set(made))];
    (before ? [redis, rules] : [rules, redis]).forEach(add => add());
    const told = (rule: string) => made.stack.findings.filter(finding => finding.rule === rule).map(({ severity, message }) => `${severity}: ${message}`);
    const ofSet = () => told('senders-evaluate-in-part');
    const evaluators = () => made.stack.plan.rules.filter(each => each.set === 'shop').map(({ evaluator }) => evaluator);
    return { ...made, told, ofSet, evaluators };
  }

  test.each(ORDERS)('%s evaluate them as the others do, if they are servers', (_, before) => {
    const made = grown(SERVERS, PrometheusMode.SERVER, before);
    expect(errorsOf(made.app)).toEqual([]);
    expect(groupsOf(made, 'shop')).toEqual({
      'platform-ruler-rules-shop': ['whole', 'meta'], 'platform-prometheus-rules': ['target'], 'platform-redis-rules': ['target'],
    });
    expect(made.evaluators()).toEqual(['ruler', 'senders platform-prometheus, senders platform-redis', 'ruler']);
    expect(made.ofSet()).toEqual([]);
  });

  test.each(ORDERS)('%s send their alerts to the Alertmanager of the stack', (_, before) => {
    const { app, chart, told } = grown(SERVERS, PrometheusMode.SERVER, before);
    expect(errorsOf(app)).toEqual([]);
    for (const sender of ['platform-prometheus-a', 'platform-redis-b']) {
      expect(parse(manifest(chart, 'ConfigMap', sender).data['prometheus.yaml']).alerting.alertmanagers).toEqual([
        { scheme: 'http', dns_sd_configs: [{ names: ['_web._tcp.platform-alertmanager.monitoring.svc.cluster.local'] }] },
      ]);
    }
    expect(told('sender-without-alert-sink')).toEqual([]);
  });

  test.each(ORDERS)('%s leave them to the ruler, if they are agents, and say so', (_, before) => {
    const made = grown(SERVERS, PrometheusMode.AGENT, before);
    expect(errorsOf(made.app)).toEqual([]);
    expect(groupsOf(made, 'shop')).toMatchObject({ 'platform-ruler-rules-shop': ['whole', 'target', 'meta'] });
    expect(groupsOf(made, 'shop')['platform-prometheus-rules'] ?? []).toEqual([]);
    expect(made.evaluators()).toEqual(['ruler', 'ruler', 'ruler']);
    expect(made.ofSet()).toEqual([`note: ${TEXT}`]);
  });

  test('take no rules from the ruler, if the others are agents', () => {
    const made = grown({ ruler: {} }, PrometheusMode.SERVER, true);
    expect(groupsOf(made, 'shop')).toEqual({ 'platform-ruler-rules-shop': ['whole', 'target', 'meta'] });
    expect(made.ofSet()).toEqual([expect.stringMatching(/^note: .* but 'platform-prometheus' are agents, .* and 'platform-redis' do not evaluate them either\. /)]);
  });

  test('are warned of, if somebody has chosen the senders by hand', () => {
    const byHand = ({ chart }: ReturnType<typeof platform>) => new AlertRuleSet(chart, 'shop', {
      placement: RulePlacement.SENDERS, groups: [{ name: 'target', rules: [{ alert: 'ShopDown', expr: 'up{job="shop"} == 0', severity: AlertSeverity.WARNING }] }],
    });
    expect(grown(SERVERS, PrometheusMode.AGENT, false, byHand).ofSet()).toEqual([`warning: ${TEXT.replace('could be evaluated by the senders', 'are placed on the senders by hand')}`]);
  });

  test('need a ruler, if they are agents', () => {
    const { ruler: _, alertmanager: __, ...servers } = SERVERS;
    const onlyTarget = ({ chart }: ReturnType<typeof platform>) => new AlertRuleSet(chart, 'shop', {
      groups: [{ name: 'target', rules: [{ alert: 'ShopDown', expr: 'up{job="shop"} == 0', severity: AlertSeverity.WARNING }] }],
    });
    const [alone, beside] = [grown(servers, PrometheusMode.SERVER, false, onlyTarget), grown(servers, PrometheusMode.AGENT, false, onlyTarget)];
    expect(errorsOf(alone.app)).toEqual([]);
    expect(alone.told('sender-without-alert-sink')).toEqual(Array(2).fill(
      "warning: Alerts such as 'ShopDown' are evaluated, 1 in all, but 'alertSinks' is empty: they would fire, and nobody would hear of it. Give 'alertSinks' the Alertmanager, or call addAlertSink; or give the stack an 'alertmanager'."));
    expect(errorsOf(beside.app)).toEqual([expect.stringContaining("Groups of 'shop' are to be evaluated by 'ruler', but the platform has no such part.")]);
  });
});

describe('the platform\'s own alerts', () => {
  const names = (props: Partial<MonitoringStackProps>) => platform(props).stack.plan.rules.map(({ rule, evaluator }) => `${rule} by ${evaluator}`);

  test('are there as soon as somebody can judge them, each part\'s with its own', () => {
    expect(names({})).toEqual([]);
    const all = names(PARTS);
    for (const alert of [
      'PlatformTargetDown by meta-monitoring', 'ThanosReceiveIngestorMissing by meta-monitoring', 'ThanosCompactHalted by meta-monitoring', 'MetaMonitoringMissing by ruler',
      'PushgatewayMissing by meta-monitoring', 'AlertmanagerMissing by meta-monitoring', 'Watchdog by ruler', 'Watchdog by meta-monitoring',
    ]) expect(all).toContain(alert);
    expect(all.join()).not.toContain('ContinuousTest');
    expect(names({ ...PARTS, continuousTest: {} }).join()).toContain('ContinuousTestLost');
  });

  test('are all judged by the ruler, where there is nobody else', () => {
    expect(names({ alertmanager: {} }).filter(name => !name.endsWith('by ruler'))).toEqual([]);
  });

  test('can be left out', () => {
    expect(names({ ...PARTS, platformAlerts: { enabled: false } })).toEqual([]);
    expect(names({ ...PARTS, selfMonitoring: false })).toEqual([]);
  });

  test('take owner, labels and limits', () => {
    const { app, chart } = platform({ ...PARTS, platformAlerts: { owner: 'platform', labels: { tier: 'infra' }, thresholds: { remote_write_behind_seconds: 77 } } });
    expect(errorsOf(app)).toEqual([]);
    const { data } = manifests(chart).find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'platform-meta-monitoring-rules')!;
    const { groups } = parse(data['platform-prometheus.yaml']);
    expect({ ...groups[0].labels, ...groups[0].rules[0].labels }).toMatchObject({ owner: 'platform', tier: 'infra' });
    expect(JSON.stringify(groups)).toContain('> 77');
  });

  test('tell the worse of two of one name', () => {
    const { stack } = platform(PARTS);
    for (const alertmanager of [stack.alertmanager!, stack.metaMonitoring!.alertmanager]) {
      expect(parse(alertmanager.toYaml()).inhibit_rules).toEqual([{
        name: 'platform', source_matchers: ['severity="critical"', 'part=~".+"'], target_matchers: ['severity="warning"'], equal: ['alertname', 'cluster', 'namespace', 'part', 'pod'],
      }]);
    }
  });

  test('are there for senders that are added, too, by what these carry', () => {
    const { app, chart, stack } = platform(PARTS);
    const before = stack.plan.rules.length;
    stack.addPrometheus('redis', { shards: 2 }, Workload.of({ activeSeries: 1000, outage: Duration.minutes(90) }));
    expect(errorsOf(app)).toEqual([]);
    const added = stack.plan.rules.slice(before);
    expect([...new Set(added.map(({ set, evaluator }) => `${set} by ${evaluator}`))]).toEqual(['platform-redis by meta-monitoring']);
    expect(added.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['PrometheusShardMissing', 'PrometheusTwinMissing', 'PrometheusRemoteWriteBehind']));
    const text = manifest(chart, 'ConfigMap', 'platform-meta-monitoring-rules').data['platform-redis.yaml'];
    expect(text).toContain('pod=~"platform-redis-[a-z]-[0-9]+"');
    expect(text).toContain('> 0.5 * 5400');
  });

  test('are for nobody\'s senders where they are left out', () => {
    const { app, stack } = platform({ ...PARTS, platformAlerts: { enabled: false } });
    stack.addPrometheus('redis');
    expect(errorsOf(app)).toEqual([]);
    expect(stack.plan.rules).toEqual([]);
  });

  test('know what is no limit of theirs', () => {
    expect(errorsOf(platform({ ...PARTS, platformAlerts: { thresholds: { nonsense: 1 } } }).app)[0]).toMatch(
      /^\[monitoring\/platform\/platform-rules\] No alert of the parts that are listed knows the threshold 'nonsense'; there are /);
  });
});

describe('what is pushed', () => {
  test('is scraped with its own labels, and the job has its alerts', () => {
    const { app, chart, stack } = platform(PARTS);
    stack.addPushJob('backup', { image: 'registry.example.com/backup:1.0', schedule: '0 2 * * *' });
    expect(errorsOf(app)).toEqual([]);
    expect(manifests(chart).filter(({ kind }) => kind === 'CronJob').map(({ metadata }) => metadata.name)).toEqual(['platform-backup']);
    const config = manifests(chart).find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'platform-prometheus-a')!.data['prometheus.yaml'];
    expect(parse(config).scrape_configs.find(({ job_name: name }: { job_name: string }) => name === 'pushed')).toMatchObject({
      honor_labels: true, static_configs: [{ targets: [0, 1].map(shard => `platform-pushgateway-${shard}.monitoring.svc.cluster.local:9091`) }],
    });
    expect(stack.plan.rules.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['PushJobNotStarted', 'PushJobFailing']));
  });

  test('has its runbooks where those of the platform are', () => {
    const { stack } = platform({ ...PARTS, platformAlerts: { runbookBaseUrl: 'https://wiki.example.com' } });
    expect(stack.addPushJob('backup', { image: 'registry.example.com/backup:1.0' }).alerts.toYaml()).toContain('runbook_url: https://wiki.example.com/PushJobNeverRan.md');
  });

  test('needs a Pushgateway', () => {
    const { app, stack } = platform({ alertmanager: {} });
    stack.addPushJob('backup', { image: 'registry.example.com/backup:1.0' });
    expect(errorsOf(app)).toEqual([
      "[monitoring/platform] 'addPushJob' is called for 'backup', but the stack has no Pushgateway that it could push to; give it `pushgateway: {}`. (pushgateway-missing)",
    ]);
  });

  test('has alerts only where somebody evaluates them', () => {
    const { stack } = platform({ pushgateway: {} });
    stack.addPushJob('backup', { image: 'registry.example.com/backup:1.0' });
    expect(warningsOf(stack, 'push-job-alerts-unused')).toEqual(["Nobody evaluates the alerts of the job 'platform-backup', so that nobody is told when it fails, or no longer runs. "
      + "Give the stack an 'alertmanager', a 'ruler' or 'metaMonitoring'; without a stack, give 'alerts' to an evaluator by its 'addRules'."]);
  });
});

describe('what is refused', () => {
  test('rules that nobody evaluates', () => {
    const made = platform();
    made.stack.addRules(new RecordingRuleSet(made.chart, 'sums', { groups: [{ name: 'sums', rules: [{ record: 'job:up:sum', expr: 'sum by (job) (up)' }] }] }));
    expect(errorsOf(made.app)).toEqual(["[monitoring/sums] Groups of 'sums' are to be evaluated by 'ruler', but the platform has no such part. "
      + "Give the stack a 'ruler', which sees all series (`ruler: {}` is enough). (rules-without-evaluator)"]);
  });

  test('what is no rule set', () => {
    const { app, stack } = platform({ ruler: {} });
    stack.addRules('rules.yaml' as never);
    expect(errorsOf(app)).toEqual(["[monitoring/platform] What 'addRules' is given must be a rule set, e.g. new AlertRuleSet(…), but is \"rules.yaml\". (invalid-rules)"]);
  });

  test('what follows from other parts', () => {
    const { app } = platform({ ruler: { queries: [] } as never, alertmanager: { workload: Workload.of({ activeSeries: 1 }) } as never });
    expect(errorsOf(app)).toEqual(expect.arrayContaining([
      "[monitoring/platform] 'ruler.queries' must not be given, for it follows from the stack's Query; leave it out. (set-twice)",
      "[monitoring/platform] 'alertmanager.workload' must not be given, for it follows from the stack's 'workload'; leave it out. (set-twice)",
    ]));
  });
});

test('alarm records have alerts by the room that they have, and a mesh without them has none', () => {
  const pending = (maxPending?: Size) => {
    const { app, chart } = platform({ alertmanager: maxPending ? { records: { host: 'postgres.example.com', database: 'alarms', username: key('user'), password: key('password'), maxPending } } : {}, metaMonitoring: {} });
    expect(errorsOf(app)).toEqual([]);
    const rules = JSON.stringify(manifests(chart).filter(({ kind }) => kind === 'ConfigMap').map(({ data }) => data));
    return rules.match(/alarm_recorder_pending_bytes\{[^}]*\} > \d+/g)?.map(expr => Number(expr.split(' ').at(-1)));
  };
  expect(pending(Size.mebibytes(64))).toEqual([32 * 1024 ** 2]);
  expect(pending()).toBeUndefined();
});

describe('an alert that always fires is for something outside', () => {
  const WATCHDOG = { alertname: 'Watchdog', severity: 'none', owner: 'platform' };
  const people = { name: 'people', notifiers: [LEAST.slack] };
  const told = (alertmanager: AlertmanagerOptions) => {
    const { app, stack } = platform({ alertmanager, ruler: {} });
    expect(errorsOf(app)).toEqual([]);
    return { stack, receivers: () => stack.alertmanager!.receiversOf(WATCHDOG), findings: () => stack.findings.filter(({ rule }) => rule === 'watchdog-unheard') };
  };

  test('so that people are not told of it, and the plan says that nothing hears it', () => {
    const { receivers, findings } = told({ receivers: [people] });
    expect(receivers()).toEqual(['watchdog-unheard']);
    expect(findings()).toEqual([expect.objectContaining({
      severity: Severity.NOTE,
      message: "The alert 'Watchdog' always fires, so that something outside can raise the alarm when it comes no more, but nothing outside hears it: no receiver is told. "
        + "Call 'addWatchdog' with a notifier of such a service, or name the alert in a route of your own.",
    })]);
  });

  test('which hears it once it is named', () => {
    const { stack, receivers, findings } = told({ receivers: [people] });
    stack.alertmanager!.addWatchdog({ notifiers: [Notifier.webhook({ url: 'https://heartbeat.example.com' })] });
    expect(receivers()).toEqual(['watchdog']);
    expect(findings()).toEqual([]);
  });

  test('or a route of the user names it', () => {
    const heartbeat = { name: 'heartbeat', notifiers: [Notifier.webhook({ url: 'https://heartbeat.example.com' })] };
    const { receivers, findings } = told({
      receivers: [people, heartbeat], route: { receiver: 'people', routes: [{ routes: [{ matchers: [Matcher.matches('alertname', 'Watchdog|InfoInhibitor')], receiver: 'heartbeat' }] }] },
    });
    expect(receivers()).toEqual(['heartbeat']);
    expect(findings()).toEqual([]);
  });

  test('and where nobody is told of anything, nothing is added', () => {
    const { receivers, findings } = told({});
    expect(receivers()).toEqual(['nobody']);
    expect(findings()).toEqual([]);
  });
});

describe('the platform itself is scraped', () => {
  const job = (workload: Workload, props: Partial<MonitoringStackProps> = {}) => {
    const { chart, stack } = platform({ workload, ...props });
    const config = parse(manifest(chart, 'ConfigMap', 'platform-prometheus-a').data['prometheus.yaml']);
    return {
      ...config.scrape_configs.find(({ job_name: name }: { job_name: string }) => name === 'platform'),
      found: stack.findings.filter(({ rule }) => rule === 'platform-scraped-seldom').map(({ message }) => message),
    };
  };

  test('each minute where senders scrape more seldom, for its alerts look at rates over five minutes', () => {
    expect(job(Workload.of({ activeSeries: 10_000, scrapeInterval: Duration.minutes(5) }))).toMatchObject({ scrape_interval: '1m', found: [] });
    expect(job(Workload.of({ activeSeries: 10_000 })).scrape_interval).toBeUndefined();
  });

  test('more seldom only with a warning', () => {
    const { scrape_interval: interval, found } = job(Workload.of({ activeSeries: 10_000 }), { clusterJobOptions: { scrapeInterval: Duration.minutes(5) } });
    expect(interval).toBe('5m');
    expect(found[0]).toBe('The platform itself is scraped every 5m, but its alerts and its autoscaler look at rates over 5 minutes, which need two samples: many of them would never fire. '
      + "Let 'scrapeInterval' of this job be at most 2m.");
  });
});
