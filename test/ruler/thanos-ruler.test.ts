import { Duration, Size, Yaml } from 'cdk8s';
import { parse } from 'yaml';
import { around, rulesOf, stateful, stateless, TestSink } from './rulers';
import { Relabeling } from '../../src/collect';
import { Severity } from '../../src/core/findings';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import { LogLevel } from '../../src/core/platform';
import { QueryHttpMethod, ThanosRuler, ThanosRulerProps } from '../../src/ruler';
import { argsOf, errorsOf, manifest, manifests } from '../fixture';
import { findingsOf, said, secret } from '../store/parts';

/** Arguments of a replica without those that all of Thanos' programs have. */
const own = (made: { chart: Parameters<typeof argsOf>[0] }, replica = 'a') => argsOf(made.chart, 'StatefulSet', `ruler-${replica}`).slice(6);

/** The configuration in an argument. */
const configIn = (args: string[], flag: string) => parse(args.find(arg => arg.startsWith(`--${flag}=`))!.slice(flag.length + 3).replace(/\$\$/g, '$')) as unknown;

/** What is printed, without the program of the rule-loader. */
const printed = ({ chart }: { chart: Parameters<typeof manifests>[0] }) => manifests(chart).map(object => (object.kind === 'ConfigMap'
  ? { ...object, data: Object.fromEntries(Object.entries(object.data as Record<string, string>).map(([file, text]) => [file, file.endsWith('.js') ? '…' : text])) } : object));

test('defaults', () => {
  const objects = printed(stateless());
  for (const { kind, spec } of objects) {
    if (kind === 'StatefulSet') {
      // It follows the program.
      spec.template.metadata.annotations['checksum/rule-loader'] = '…';
    }
  }
  expect(Yaml.stringify(...objects)).toMatchSnapshot();
});

test('arguments of a stateless ruler', () => {
  const args = own(stateless(), 'b');
  expect(args.map(arg => arg.replace(/config=[\s\S]*/, 'config=…'))).toEqual([
    '--data-dir=/var/thanos/rule',
    '--rule-file=/var/thanos/rules/current/*',
    '--query.config=…',
    '--alertmanagers.config=…',
    '--eval-interval=1m',
    '--rule-concurrent-evaluation=4',
    '--alert.label-drop=rule_replica',
    '--label=rule_replica="b"',
    '--remote-write.config=…',
  ]);
  expect(configIn(args, 'query.config')).toEqual([{ static_configs: ['dns+query.example.com:10902'], scheme: 'http' }]);
  expect(configIn(args, 'alertmanagers.config')).toEqual({
    alertmanagers: [{ static_configs: ['dns+alertmanager.example.com:443'], scheme: 'https', path_prefix: '/am', api_version: 'v2' }],
  });
  expect(configIn(args, 'remote-write.config')).toEqual({
    remote_write: [{
      url: 'http://receive.example.com:19291/api/v1/receive',
      protobuf_message: 'prometheus.WriteRequest',
      headers: { 'THANOS-TENANT': 'b' },
      write_relabel_configs: [{ action: 'labeldrop', regex: 'rule_replica' }],
      queue_config: {
        capacity: 10_000, min_shards: 1, max_shards: 10, max_samples_per_send: 2000, batch_send_deadline: '5s', min_backoff: '250ms', max_backoff: '10s', retry_on_http_429: true,
      },
      metadata_config: { send: false },
    }],
  });
});

test('arguments of a stateful ruler', () => {
  const args = own(stateful({ externalLabels: { cluster: 'eu$1' } }));
  expect(args.map(arg => arg.replace(/(query|alertmanagers)\.config=[\s\S]*/, '$1.config=…'))).toEqual([
    '--data-dir=/var/thanos/rule',
    '--rule-file=/var/thanos/rules/current/*',
    '--label=cluster="eu$$1"',
    '--objstore.config=type: S3\n',
    '--query.config=…',
    '--alertmanagers.config=…',
    '--eval-interval=1m',
    '--rule-concurrent-evaluation=4',
    '--alert.label-drop=rule_replica',
    '--label=rule_replica="a"',
  ]);
});

const BY_HAND: Partial<ThanosRulerProps> = {
  evaluationInterval: Duration.seconds(30),
  queryOffset: Duration.seconds(45),
  ruleConcurrentEvaluation: 9,
  resendDelay: Duration.minutes(2),
  forOutageTolerance: Duration.hours(2),
  forGracePeriod: Duration.minutes(5),
  alertLabelDrop: ['pod'],
  alertRelabelings: [Relabeling.replace({ sourceLabels: ['cluster'], regex: '', targetLabel: 'cluster', replacement: 'eu-$1' })],
  alertQueryUrl: 'https://query.example.com',
  alertQueryTemplate: '/explore?expr={{.Expr}}',
  alertmanagerTimeout: Duration.seconds(5),
  alertmanagerDnsInterval: Duration.seconds(10),
  queryHttpMethod: QueryHttpMethod.GET,
  queryDefaultStep: Duration.seconds(5),
  queryDnsInterval: Duration.seconds(15),
  experimentalFunctions: true,
  xFunctions: true,
  walCompression: false,
  webExternalPrefix: '/rules',
  webRoutePrefix: '/rules',
  webPrefixHeader: 'X-Prefix',
  webDisableCors: true,
  logLevel: LogLevel.DEBUG,
  extraArgs: ['--shipper.meta-file-name=x.json'],
};

test('all by hand, stateless', () => {
  const args = own(stateless({
    ...BY_HAND,
    tenant: 'team',
    maxShards: 3,
    maxSamplesPerSend: 500,
    remoteTimeout: Duration.seconds(7),
    retryOnHttp429: false,
    sampleAgeLimit: Duration.hours(1),
    remoteWriteHeaders: { 'X-Scope': 'a' },
    writeRelabelings: [Relabeling.drop(['__name__'], 'tmp:.*')],
    remoteWriteClient: { basicAuth: { username: 'ruler', password: secret('receive', 'password') } },
    externalLabels: { cluster: 'eu-1' },
    restoreIgnoredLabels: ['region'],
  }));
  expect(args.map(arg => arg.replace(/(query|alertmanagers|remote-write)\.config=[\s\S]*/, '$1.config=…'))).toEqual([
    '--data-dir=/var/thanos/rule',
    '--rule-file=/var/thanos/rules/current/*',
    '--label=cluster="eu-1"',
    '--query.config=…',
    '--alertmanagers.config=…',
    '--eval-interval=30s',
    '--rule-query-offset=45s',
    '--rule-concurrent-evaluation=9',
    '--resend-delay=2m',
    '--for-outage-tolerance=2h',
    '--for-grace-period=5m',
    '--alert.query-url=https://query.example.com',
    '--alert.query-template=/explore?expr={{.Expr}}',
    '--alertmanagers.sd-dns-interval=10s',
    '--query.http-method=GET',
    '--query.default-step=5s',
    '--query.sd-dns-interval=15s',
    '--enable-feature=promql-experimental-functions',
    '--query.enable-x-functions',
    '--no-tsdb.wal-compression',
    '--web.external-prefix=/rules',
    '--web.route-prefix=/rules',
    '--web.prefix-header=X-Prefix',
    '--web.disable-cors',
    '--alert.label-drop=rule_replica',
    '--alert.label-drop=pod',
    '--alert.relabel-config=- action: replace\n  source_labels:\n    - cluster\n  regex: ""\n  target_label: cluster\n  replacement: eu-$$1\n',
    '--restore-ignored-label=cluster',
    '--restore-ignored-label=rule_replica',
    '--restore-ignored-label=tenant_id',
    '--restore-ignored-label=region',
    '--label=rule_replica="a"',
    '--remote-write.config=…',
    '--shipper.meta-file-name=x.json',
  ]);
  expect(configIn(args, 'alertmanagers.config')).toMatchObject({ alertmanagers: [{ timeout: '5s' }] });
  expect(configIn(args, 'remote-write.config')).toEqual({
    remote_write: [expect.objectContaining({
      remote_timeout: '7s',
      headers: { 'X-Scope': 'a', 'THANOS-TENANT': 'team' },
      basic_auth: { username: 'ruler', password_file: '/etc/prometheus/secrets/receive/password' },
      write_relabel_configs: [{ action: 'drop', source_labels: ['__name__'], regex: 'tmp:.*' }],
      queue_config: expect.objectContaining({ capacity: 2500, max_shards: 3, max_samples_per_send: 500, retry_on_http_429: false, sample_age_limit: '1h' }),
    })],
  });
});

test('all by hand, stateful', () => {
  const { chart } = stateful({
    tsdbRetention: Duration.hours(24),
    tsdbBlockDuration: Duration.hours(4),
    uploadConcurrency: 2,
    storeRequestSeriesLimit: 0,
    storeRequestSamplesLimit: 0,
    storageSize: Size.gibibytes(20),
    replicas: 1,
  });
  expect(argsOf(chart, 'StatefulSet', 'ruler-a')).toEqual(expect.arrayContaining([
    '--tsdb.retention=24h', '--tsdb.block-duration=4h', '--shipper.upload-concurrency=2', '--store.limits.request-series=0', '--store.limits.request-samples=0',
  ]));
  expect(manifest(chart, 'StatefulSet', 'ruler-a').spec.volumeClaimTemplates[0].spec.resources.requests).toEqual({ storage: '20480Mi' });
  expect(manifests(chart).filter(({ kind }) => kind === 'PodDisruptionBudget')).toEqual([]);
});

/** Containers of a replica by their names. */
function containersOf(made: { chart: Parameters<typeof manifest>[0] }, replica = 'a') {
  const { initContainers, containers } = manifest(made.chart, 'StatefulSet', `ruler-${replica}`).spec.template.spec;
  return Object.fromEntries([...initContainers, ...containers].map(container => [container.name, container]));
}

const mountsOf = ({ volumeMounts }: { volumeMounts: { name: string; mountPath: string; subPath?: string }[] }) =>
  volumeMounts.map(({ name, mountPath, subPath }) => [name, mountPath, ...subPath ? [subPath] : []].join(' '));

test('only the rule-loader has a token of the API', () => {
  const containers = containersOf(stateless());
  expect(Object.keys(containers).filter(name => mountsOf(containers[name]).some(mount => mount.startsWith('api-token ')))).toEqual(['init-rules', 'rule-loader']);
});

test('rules and blocks of a stateful ruler are on one volume, in folders of their own', () => {
  const containers = containersOf(stateful());
  expect(mountsOf(containers.rule)).toEqual(['data /var/thanos/rule rule', 'data /var/thanos/rules rules']);
  expect(mountsOf(containers['rule-loader'])).toContain('data /var/thanos/rules rules');
});

test('the second replica goes on until the first evaluates again', () => {
  const { rule } = containersOf(stateless({ evaluationInterval: Duration.seconds(30) }), 'b');
  expect(rule.lifecycle).toEqual({ preStop: { sleep: { seconds: 90 } } });
});

/** What the rule-loader is told. */
const loaderConfig = (made: { chart: Parameters<typeof manifest>[0] }) => JSON.parse(manifest(made.chart, 'ConfigMap', 'ruler-rule-loader').data['config.json']);

test('where the rule-loader looks, and what it asks', () => {
  const made = stateless({ shards: 3, rulesSelector: { team: 'a', kind: 'rules' }, ruleNamespaces: ['shop', 'monitoring'], webRoutePrefix: '/rules', experimentalFunctions: true });
  expect(loaderConfig(made)).toMatchObject({ labelSelector: 'team=a,kind=rules', namespaces: ['monitoring', 'shop'], shards: 3, reloadUrl: 'http://127.0.0.1:10902/rules/-/reload' });
  expect(loaderConfig(made).checks.map(({ command }: { command: string[] }) => command.slice(0, 2).concat(command.slice(-1)))).toEqual([
    ['/opt/rule-loader/thanos', 'rule', '--enable-feature=promql-experimental-functions'],
  ]);
  const roles = manifests(made.chart).filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
  expect(roles.map(({ kind, metadata, rules }) => [kind, metadata.namespace, rules])).toEqual(['monitoring', 'shop'].map(namespace =>
    ['Role', namespace, [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'] }]]));
});

test('all namespaces', () => {
  const made = stateless({ allNamespaces: true });
  expect(loaderConfig(made).namespaces).toEqual([]);
  expect(manifests(made.chart).filter(({ kind }) => /Role$/.test(kind)).map(({ kind }) => kind)).toEqual(['ClusterRole']);
});

test('a new pod asks the rule-loaders of its replicas, and may', () => {
  const made = stateless({ shards: 2 });
  expect(loaderConfig(made).peers).toEqual(['a', 'b'].map(replica => (
    { pods: `ruler-${replica}`, url: `http://ruler-${replica}-{ordinal}.ruler.monitoring.svc.cluster.local:8081/in-force` })));
  const { spec } = manifest(made.chart, 'NetworkPolicy', 'ruler');
  const peers = [{ podSelector: { matchLabels: spec.podSelector.matchLabels } }];
  expect(spec.egress).toContainEqual({ ports: [{ port: 8081, protocol: 'TCP' }], to: peers });
  expect(spec.ingress).toContainEqual({ ports: [{ port: 8081, protocol: 'TCP' }], from: peers });
  expect(loaderConfig(stateless({ replicas: 1 })).peers).toEqual([]);
});

test('rules of the app become a ConfigMap that the rule-loader finds', () => {
  const { chart, ruler } = stateless();
  ruler.addRules(rulesOf(chart));
  const { metadata, data } = manifest(chart, 'ConfigMap', 'ruler-rules-shop');
  expect(metadata.labels).toMatchObject({ 'thanos.io/rules': 'ruler' });
  expect(parse(data['rules.yaml'])).toEqual({
    groups: [{ name: 'checkout', rules: [{ alert: 'CheckoutDown', expr: 'up{job="checkout"} == 0', for: '5m', labels: { severity: 'critical', owner: 'shop' } }] }],
  });
});

test('groups that are meant for others are left to them', () => {
  const { chart, ruler } = stateless();
  ruler._addRules(rulesOf(chart), () => []);
  expect(parse(manifest(chart, 'ConfigMap', 'ruler-rules-shop').data['rules.yaml'])).toEqual({ groups: [] });
});

test('sinks know the alerts, and that others may come', () => {
  const { chart, ruler } = stateless({ alertSinks: undefined });
  const sink = new TestSink(chart, 'other');
  ruler.addAlertSink(sink);
  ruler.addRules(rulesOf(chart));
  const [source] = Graph.of(chart).alertSources(sink);
  expect(source.takesOthers).toBe(true);
  expect(source.alerts()).toEqual([{ name: 'CheckoutDown', labels: { severity: 'critical', owner: 'shop' }, unknownLabels: [] }]);
});

test('doors', () => {
  const { chart } = stateless({ allowFrom: [NetworkPeer.namespace('ingress')] });
  const { ingress, egress } = manifest(chart, 'NetworkPolicy', 'ruler').spec;
  const portsOf = (rules: { ports: { port: number }[] }[]) => rules.map(({ ports }) => ports.map(({ port }) => port));
  expect(portsOf(ingress)).toEqual([[8081], [10902]]);
  expect(portsOf(egress)).toEqual([[8081], [10902], [19291], [443], [443, 6443], [53, 53]]);
});

describe('fails', () => {
  const wrong: [string, Partial<ThanosRulerProps>, string[]][] = [
    ['no storage', { remoteWrite: undefined }, [
      'Neither \'remoteWrite\' nor \'bucket\' is given, so that nothing would keep what rules record, and the state of alerts. Give \'remoteWrite\' the ring, for a stateless ruler, or \'bucket\', for one with blocks of its own. (ruler-without-storage)',
    ]],
    ['props of a stateful one', { tsdbRetention: Duration.hours(4), uploadConcurrency: 2 }, [
      'Only a ruler with a \'bucket\' knows \'tsdbRetention\', \'uploadConcurrency\', but this one has \'remoteWrite\', so that nothing would change. Leave out what is not known. (ruler-prop-of-other-kind)',
    ]],
    ['labels that tell copies apart', { externalLabels: { rule_replica: 'x', tenant_id: 'y', receive_replica: 'z' } }, [
      '\'externalLabels\' must not have \'rule_replica\', \'tenant_id\', \'receive_replica\', which rulers or their receiver set themselves to tell copies apart; take another name. (ruler-label-reserved)',
    ]],
    ['alerts without a name', { alertLabelDrop: ['alertname'] }, [
      '\'alertLabelDrop\' must not have \'alertname\': Alertmanager would take different alerts with equal labels for one. Leave it out. (ruler-drops-alertname)',
    ]],
    ['large requests', { maxSamplesPerSend: 9500 }, ['Samples', 'Series'].map(what =>
      `The receiver's 'request${what}Limit' (10000) must be at least 10450, 1.1 times 'maxSamplesPerSend' (9500): a larger request is answered 413, and its samples are lost. Raise the limit, or lower 'maxSamplesPerSend'. (ruler-batch-beyond-limit)`)],
    ['a request beyond the limit', { memoryRequest: Size.gibibytes(2), memoryLimit: Size.gibibytes(1) }, [
      '\'memoryRequest\' (2GiB) must not exceed \'memoryLimit\' (1GiB): Kubernetes refuses such a pod. Raise the limit or lower the request. (memory-request-beyond-limit)',
    ]],
    ['no queries', { queries: [] }, ['\'queries\' must be a list with at least one item, but is []; leave it out for the default. (invalid-prop)']],
    ['a method that is none', { queryHttpMethod: 'PUT' as QueryHttpMethod }, ['\'queryHttpMethod\' must be one of GET, POST, but is "PUT". (invalid-prop)']],
    ['a namespace that is none', { ruleNamespaces: ['Shop'] }, [
      '\'ruleNamespaces\' each item must be a name of a namespace (lower-case letters, digits and \'-\', beginning and ending with a letter or digit) of at most 63 characters, but is "Shop". (invalid-prop)',
    ]],
  ];
  test.each(wrong)('%s', (_, props, messages) => {
    const { app } = stateless(props);
    expect(errorsOf(app)).toEqual(messages.map(message => `[monitoring/ruler] ${message}`));
  });

  test('two storages', () => {
    const { app, chart, query, bucket, remoteWrite, sink } = around();
    new ThanosRuler(chart, 'ruler', { queries: [query], bucket, remoteWrite, alertSinks: [sink] });
    expect(errorsOf(app)).toEqual([
      '[monitoring/ruler] \'remoteWrite\' and \'bucket\' are both given, but a ruler that writes to a receiver keeps no blocks to upload. Leave one of them out. (ruler-with-two-storages)',
    ]);
  });

  test('a stateful one with props of the other, in shards', () => {
    const { app } = stateful({ shards: 2, tenant: 'a' });
    expect(errorsOf(app)).toEqual([
      '[monitoring/ruler] Only a ruler with \'remoteWrite\' knows \'tenant\', but this one has none, so that nothing would change. Leave out what is not known. (ruler-prop-of-other-kind)',
      '[monitoring/ruler] \'shards\' (2) needs \'remoteWrite\': blocks of several shards would have the same labels, and each group that moves would leave a series behind. Write to the ring, or use one shard. (ruler-shards-of-stateful)',
    ]);
  });

  test('a tenant that the receiver does not know', () => {
    const { app } = stateless({ tenant: 'team' }, { tenantHeader: undefined });
    expect(errorsOf(app)).toEqual([
      '[monitoring/ruler] \'tenant\' is \'team\', but the receiver knows no header for it; state its \'tenantHeader\', or leave the tenant out. (tenant-without-header)',
    ]);
  });

  test('what is added and is none', () => {
    const { app, ruler } = stateless();
    ruler.addRules('rules' as never);
    ruler.addAlertSink({} as never);
    expect(errorsOf(app)).toEqual([
      '[monitoring/ruler] What \'addRules\' is given must be a rule set, e.g. new AlertRuleSet(…), but is "rules". (invalid-rules)',
      '[monitoring/ruler] What \'addAlertSink\' is given must be a part that takes alerts, e.g. an Alertmanager, but is {}. (invalid-alert-sink)',
    ]);
  });

  test('two sets of one name, one query twice', () => {
    const { app, chart, query, remoteWrite, sink } = around();
    const ruler = new ThanosRuler(chart, 'ruler', { queries: [query, query], remoteWrite, alertSinks: [sink] });
    const set = rulesOf(chart);
    ruler.addRules(set, set);
    expect(errorsOf(app)).toEqual([
      '[monitoring/ruler] Two rule sets are called \'shop\', and the ConfigMap of the one would replace that of the other; give one of them another \'name\'. (rule-set-name-twice)',
      '[monitoring/ruler] The query API at http://query.example.com:10902 is in \'queries\' more than once. List each once. (ruler-query-twice)',
    ]);
  });
});

describe('says', () => {
  const ADVICE = 'Give \'alertSinks\' the Alertmanager, or call addAlertSink; or give the stack an \'alertmanager\'.';

  test('that alerts go nowhere', () => {
    const { chart, ruler } = stateless({ alertSinks: undefined });
    expect(said(chart, 'ruler-without-alert-sink')).toEqual([`'alertSinks' is empty: alerts that others put into ConfigMaps would fire, and nobody would hear of it. ${ADVICE}`]);
    ruler.addRules(rulesOf(chart));
    expect(said(chart, 'ruler-without-alert-sink')).toEqual([`Alerts such as 'CheckoutDown' are evaluated, 1 in all, but 'alertSinks' is empty: they would fire, and nobody would hear of it. ${ADVICE}`]);
    expect(findingsOf(chart, Severity.WARNING).filter(finding => finding.includes('alert-sink'))).toHaveLength(1);
  });

  test('that one store that is down stops groups', () => {
    const { chart, ruler } = stateless();
    ruler.addRules(rulesOf(chart));
    expect(said(chart, 'ruler-aborts')).toEqual([
      '1 of 1 groups, such as \'checkout\', are evaluated only while every store answers: one ingestor that is down stops them, silently but for prometheus_rule_evaluation_failures_total. '
      + 'Alert on that metric, and let groups that may judge by a part of the data have partialResponseStrategy WARN.',
    ]);
  });

  test('that there are more rules than were planned for', () => {
    const { chart, ruler } = stateless({ plannedRules: 1 });
    ruler.addRules(rulesOf(chart), rulesOf(chart, 'other'));
    expect(said(chart, 'ruler-rules-beyond-plan')).toEqual([
      'The ruler is given 2 rules, but planned for 1, those in others\' ConfigMaps included. Raise \'plannedRules\', or give it the sets by its prop \'rules\', which the plan counts.',
    ]);
  });

  test.each<[string, Partial<ThanosRulerProps>, string]>([
    ['ruler-interval-beyond-lookback', { evaluationInterval: Duration.minutes(5) },
      '\'evaluationInterval\' is 5m, but PromQL takes a series for gone after 5m without a sample: one evaluation that fails makes a hole in what is recorded. Stay at half of it or below.'],
    ['ruler-interval-below-scrapes', { evaluationInterval: Duration.seconds(10) },
      '\'evaluationInterval\' (10s) is below the workload\'s scrape interval (30s): rules are evaluated again where nothing has changed. Raise it.'],
    ['ruler-names-all-and-some', { allNamespaces: true, ruleNamespaces: ['shop'] },
      '\'allNamespaces\' is true, so that \'ruleNamespaces\' (shop) restricts nothing. Leave one of them out.'],
    ['ruler-labels-hide-state', { externalLabels: { cluster: 'eu-1' } },
      'A ruler that starts reads the state of its alerts back without \'cluster\', the \'externalLabels\': the \'for\' of alerts whose own expression has such a label begins anew. '
      + 'For a label that series have anyway, add it by \'alertRelabelings\' to alerts that have lost it.'],
    ['replica-label-on-series', { tenant: 'team' },
      'Rulers are told apart by the label \'rule_replica\' of each series, for all are the tenant \'team\': the compactor can never merge them, and the bucket keeps 2 copies of each series for ever. '
      + 'Queries are merged all the same.'],
    ['network-peer-broad', {},
      'To watch ConfigMaps with rules, pods of \'ruler\' may open connections to any address, port 443 or 6443. Give the platform\'s \'networkPeers.apiServer\' its addresses, if they are known.'],
  ])('%s', (rule, props, message) => {
    expect(said(stateless(props).chart, rule)).toEqual([message]);
  });

  test('that a receiver without tenants keeps copies', () => {
    expect(said(stateless({}, { tenantHeader: undefined }).chart, 'replica-label-on-series')).toEqual([
      'Rulers are told apart by the label \'rule_replica\' of each series, for the receiver knows no tenants: the compactor can never merge them, and the bucket keeps 2 copies of each series for ever. '
      + 'Queries are merged all the same.',
    ]);
  });

  test('that a limit refuses nothing', () => {
    expect(said(stateful({ storeRequestSeriesLimit: 100 }).chart, 'ruler-limit-not-held')).toHaveLength(1);
  });

  test('that nobody reads what a stateful one records', () => {
    expect(said(stateful().chart, 'ruler-not-queried')).toEqual([
      'No Query has this ruler among its \'stores\': what its rules record can be read only when it has been uploaded, after two hours or more. Call addStore of the Query.',
    ]);
  });
});

