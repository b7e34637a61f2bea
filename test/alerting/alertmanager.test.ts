import { Duration, Size, Yaml } from 'cdk8s';
import { key } from './every-notifier';
import { Alertmanager, AlertmanagerFeature, AlertmanagerProps, Matcher, Notifier, Route } from '../../src/alerting';
import { Severity } from '../../src/core/findings';
import { Graph } from '../../src/core/graph';
import { NetworkPeer } from '../../src/core/network-peer';
import { Topology } from '../../src/topology';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';

const slack = () => Notifier.slack({ apiUrl: key('slack') });

function alertmanagerOf(props: AlertmanagerProps = {}) {
  const { app, chart } = fixture();
  return { app, chart, alertmanager: new Alertmanager(chart, 'alertmanager', { receivers: [{ name: 'team', notifiers: [slack()] }], ...props }) };
}

describe('what is printed', () => {
  test('defaults', () => {
    expect(Yaml.stringify(...manifests(alertmanagerOf().chart))).toMatchSnapshot();
  });

  test('arguments', () => {
    const { chart } = alertmanagerOf({
      retention: Duration.days(10),
      maintenanceInterval: Duration.minutes(5),
      maxSilences: 500,
      maxSilenceSizeBytes: 65_536,
      logSilences: false,
      alertsGcInterval: Duration.minutes(20),
      alertsPerAlertnameLimit: 1000,
      dispatchMaintenanceInterval: Duration.seconds(15),
      dispatchStartDelay: Duration.minutes(1),
      externalUrl: 'https://example.com/alerts/',
      webGetConcurrency: 20,
      webTimeout: Duration.seconds(30),
      peerTimeout: Duration.seconds(20),
      peersResolveTimeout: Duration.seconds(30),
      gossipInterval: Duration.millis(100),
      pushPullInterval: Duration.seconds(30),
      tcpTimeout: Duration.seconds(5),
      probeTimeout: Duration.seconds(1),
      probeInterval: Duration.seconds(2),
      settleTimeout: Duration.seconds(30),
      reconnectInterval: Duration.seconds(5),
      reconnectTimeout: Duration.hours(1),
      clusterLabel: 'eu-1',
      features: [AlertmanagerFeature.RECEIVER_NAME_IN_METRICS, AlertmanagerFeature.ALERT_NAMES_IN_METRICS],
    });
    expect(argsOf(chart, 'StatefulSet', 'alertmanager')).toEqual([
      '--config.file=/etc/alertmanager/config/alertmanager.yaml',
      '--storage.path=/alertmanager',
      '--log.level=info',
      '--log.format=logfmt',
      '--web.listen-address=0.0.0.0:9093',
      '--cluster.listen-address=0.0.0.0:9094',
      '--cluster.advertise-address=[$(POD_IP)]:9094',
      '--cluster.peer=alertmanager.monitoring.svc.cluster.local:9094',
      '--data.retention=240h',
      '--data.maintenance-interval=5m',
      '--silences.max-silences=500',
      '--silences.max-silence-size-bytes=65536',
      '--alerts.gc-interval=20m',
      '--alerts.per-alertname-limit=1000',
      '--dispatch.maintenance-interval=15s',
      '--dispatch.start-delay=1m',
      '--web.external-url=https://example.com/alerts/',
      '--web.get-concurrency=20',
      '--web.timeout=30s',
      '--cluster.peer-timeout=20s',
      '--cluster.peers-resolve-timeout=30s',
      '--cluster.gossip-interval=100ms',
      '--cluster.pushpull-interval=30s',
      '--cluster.tcp-timeout=5s',
      '--cluster.probe-timeout=1s',
      '--cluster.probe-interval=2s',
      '--cluster.settle-timeout=30s',
      '--cluster.reconnect-interval=5s',
      '--cluster.reconnect-timeout=1h',
      '--cluster.label=eu-1',
      '--enable-feature=receiver-name-in-metrics,alert-names-in-metrics',
    ]);
  });

  test('one pod has no mesh and no budget', () => {
    const { chart } = alertmanagerOf({ replicas: 1 });
    expect(argsOf(chart, 'StatefulSet', 'alertmanager').filter(arg => arg.startsWith('--cluster'))).toEqual(['--cluster.listen-address=']);
    expect(manifests(chart).map(({ kind }) => kind)).not.toContain('PodDisruptionBudget');
    expect(JSON.stringify(manifest(chart, 'NetworkPolicy', 'alertmanager'))).not.toContain('9094');
  });

  test('a path of the external URL is that of the API, the probes, the metrics and the reloads', () => {
    const { chart, alertmanager } = alertmanagerOf({ externalUrl: 'https://example.com/alerts/' });
    const [program, reloader] = manifest(chart, 'StatefulSet', 'alertmanager').spec.template.spec.containers;
    expect(alertmanager.alertEndpoint.pathPrefix).toBe('/alerts');
    expect(alertmanager.alertEndpoint.endpoint.address).toBe('alertmanager.monitoring.svc.cluster.local:9093');
    expect(program.readinessProbe.httpGet.path).toBe('/alerts/-/ready');
    expect(reloader.args).toContain('--reload-url=http://127.0.0.1:9093/alerts/-/reload');
  });

  test('a proxy may strip the path', () => {
    expect(alertmanagerOf({ externalUrl: 'https://example.com/alerts', routePrefix: '/' }).alertmanager.alertEndpoint.pathPrefix).toBeUndefined();
  });

  test('keys of AWS are variables of the environment', () => {
    const { chart } = alertmanagerOf({
      awsAccessKey: { accessKeyId: key('id'), secretAccessKey: key('secret') },
      receivers: [{ name: 'phone', notifiers: [Notifier.sns({ phoneNumber: '+4915112345678', sigv4: { region: 'eu-central-1' } })] }],
    });
    expect(manifest(chart, 'StatefulSet', 'alertmanager').spec.template.spec.containers[0].env.slice(1, 3)).toEqual([
      { name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'notify', key: 'id' } } },
      { name: 'AWS_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 'notify', key: 'secret' } } },
    ]);
  });

  test('what is added later is in the configuration, its templates and its secrets', () => {
    const { chart, alertmanager } = alertmanagerOf();
    alertmanager.addReceiver({ name: 'pager', notifiers: [Notifier.pagerDuty({ routingKey: key('pagerduty') })] });
    alertmanager.addRoute({ matchers: [Matcher.of('severity="critical"')], receiver: 'pager', muteTimeIntervals: ['night'] });
    alertmanager.addInhibitRule({ source: [Matcher.of('severity="critical"')], target: [Matcher.of('severity="warning"')], equal: ['cluster'] });
    alertmanager.addTimeInterval({ name: 'night', spans: [{ times: [{ start: '22:00', end: '24:00' }], location: 'Europe/Berlin' }] });
    alertmanager.addTemplate('texts', '{{ define "title" }}{{ .Status }}{{ end }}');
    alertmanager.addWatchdog({ notifiers: [Notifier.webhook({ urlSecret: key('ping') })], matchers: [Matcher.equal('prometheus', 'a')], interval: Duration.minutes(2) });
    const { data } = manifest(chart, 'ConfigMap', 'alertmanager');
    expect(data).toEqual({ 'alertmanager.yaml': alertmanager.toYaml(), 'texts.tmpl': '{{ define "title" }}{{ .Status }}{{ end }}' });
    expect(data['alertmanager.yaml']).toMatchSnapshot();
    expect(manifest(chart, 'StatefulSet', 'alertmanager').spec.template.spec.volumes.at(-1)).toEqual({
      name: 'secrets',
      projected: {
        sources: [{
          secret: { name: 'notify', items: [{ key: 'pagerduty', path: 'notify/pagerduty' }, { key: 'ping', path: 'notify/ping' }, { key: 'slack', path: 'notify/slack' }] },
        }],
      },
    });
  });

  test('it may speak with its peers, those who are notified, and those who may look', () => {
    const { chart } = alertmanagerOf({
      allowFrom: [NetworkPeer.namespace('ingress')],
      receivers: [{
        name: 'team',
        notifiers: [
          Notifier.webhook({ url: 'http://bridge.chat.svc:8080/alerts', peer: NetworkPeer.namespace('chat', [{ port: 9000 }]) }),
          Notifier.email({ to: 'a@example.com', smarthost: 'smtp.example.com:587', from: 'b@example.com' }),
        ],
      }],
    });
    const anywhere = [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }];
    const own = { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'alertmanager', 'app.kubernetes.io/instance': 'alertmanager', 'app.kubernetes.io/name': 'alertmanager' } } };
    const gossip = [{ port: 9094, protocol: 'TCP' }, { port: 9094, protocol: 'UDP' }];
    const { ingress, egress } = manifest(chart, 'NetworkPolicy', 'alertmanager').spec;
    expect(ingress).toEqual([
      { ports: gossip, from: [own] },
      { ports: [{ port: 9093, protocol: 'TCP' }], from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }] },
    ]);
    expect(egress.slice(0, -1)).toEqual([
      { ports: gossip, to: [own] },
      { ports: [{ port: 9000, protocol: 'TCP' }], to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'chat' } } }] },
      { ports: [{ port: 587, protocol: 'TCP' }], to: anywhere },
    ]);
  });

  test('the picture shows who is notified', () => {
    expect(Topology.of(alertmanagerOf().chart).toMermaid()).toContain('-->|"notifies<br/>:443"|');
  });
});

describe('where alerts go', () => {
  const { alertmanager } = alertmanagerOf({
    receivers: ['all', 'db', 'pager', 'log'].map(name => ({ name, notifiers: [slack()] })),
    route: {
      receiver: 'all',
      groupBy: ['alertname', 'cluster'],
      routes: [
        { matchers: [Matcher.of('log="yes"')], receiver: 'log', continue: true, groupBy: ['...'], groupWait: Duration.seconds(0) },
        { matchers: [Matcher.of('team=~"db|search"')], receiver: 'db', repeatInterval: Duration.days(1), routes: [{ matchers: [Matcher.of('severity="critical"')], receiver: 'pager', activeTimeIntervals: ['on-call'] }] },
      ],
    },
    timeIntervals: [{ name: 'on-call', spans: [{ weekdays: ['monday:friday'] }] }],
  });

  test.each<[Record<string, string>, string[]]>([
    [{ alertname: 'A' }, ['all']],
    [{ alertname: 'A', team: 'db' }, ['db']],
    [{ alertname: 'A', team: 'db', severity: 'critical' }, ['pager']],
    [{ alertname: 'A', team: 'dbs', log: 'yes' }, ['log']],
    [{ alertname: 'A', team: 'search', log: 'yes' }, ['log', 'db']],
  ])('%j goes to %j', (labels, receivers) => {
    expect(alertmanager.receiversOf(labels)).toEqual(receivers);
  });

  test('with group and times', () => {
    const [log, pager] = alertmanager.routesOf({ alertname: 'A', team: 'db', severity: 'critical', log: 'yes' });
    expect(log.groupLabels).toEqual({ alertname: 'A', team: 'db', severity: 'critical', log: 'yes' });
    expect(log.groupWait.toSeconds()).toBe(0);
    const { groupWait, groupInterval, repeatInterval } = pager;
    expect({ ...pager, groupWait: groupWait.toSeconds(), groupInterval: groupInterval.toSeconds(), repeatInterval: repeatInterval.toHours() }).toEqual({
      route: 'route.routes[1].routes[0]',
      receiver: 'pager',
      groupLabels: { alertname: 'A' },
      groupWait: 30,
      groupInterval: 300,
      repeatInterval: 24,
      muteTimeIntervals: [],
      activeTimeIntervals: ['on-call'],
    });
  });
});

describe('bad input', () => {
  test.each<[AlertmanagerProps, string]>([
    [{ replicas: 0 }, '\'replicas\' must be a whole number from 1 to 1000, but is 0'],
    [{ retention: Duration.minutes(1) }, '\'retention\' must be a Duration, e.g. Duration.hours(1), of at least 1h, but is 1m'],
    [{ externalUrl: 'example.com' }, '\'externalUrl\' must be an http or https URL without query and fragment, but is "example.com"'],
    [{ routePrefix: 'alerts' }, '\'routePrefix\' must be a path that begins with \'/\', but is "alerts"'],
    [{ templates: { 'a b': 'x' } }, '\'templates\' key \'a b\' must be a name of a file (letters, digits, \'-\', \'_\' and \'.\'), but is "a b"'],
    [{ awsAccessKey: { accessKeyId: 'AKIA' } as never }, '\'awsAccessKey\' has \'accessKeyId\', which must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML, '
      + 'and has \'secretAccessKey\', which must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML'],
    [{ globals: { slackApiUrl: 'https://hooks.slack.com/x' as never } }, '\'globals.slackApiUrl\' must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML'],
    [{ globals: { smtp: { smarthost: 'smtp.example.com' } } }, '\'globals.smtp.smarthost\' must be a host and a port, e.g. smtp.example.com:587, but is "smtp.example.com"'],
    [{ globals: { httpClient: { proxyUrl: 'http://user:pass@proxy:3128' } } },
      '\'globals.httpClient\' has \'proxyUrl\', which must be a URL without a password; no secret ever stands in YAML, so give it by \'httpClient.basicAuth\''],
    [{ receivers: [{ name: 'team', notifiers: ['slack' as never] }, { name: 'team', notifiers: [slack()] }] }, '\'receivers[0].notifiers\' each item must be a Notifier, e.g. Notifier.slack(…), but is "slack"'],
    [{ inhibitRules: [{ source: [], target: [Matcher.of('a="b"')], equal: ['c'] }] }, '\'inhibitRules[0].source\' must be a list with at least one item, but is []; leave it out for the default'],
    [{ timeIntervals: [{ name: 'a', spans: [{ weekdays: ['friday:monday'] }] }] }, '\'timeIntervals[0].spans\' each item has \'weekdays\', where each item must be days of the week such as monday:friday, but is "friday:monday"'],
    [{ timeIntervals: [{ name: 'a', spans: [{ times: [{ start: '17:00', end: '09:00' }] }] }] },
      '\'timeIntervals[0].spans\' each item has \'times\', where each item must end after it starts, but is 17:00 to 09:00; over midnight, state two'],
    [{ timeIntervals: [{ name: 'a', spans: [{ location: 'Berlin' }] }] }, '\'timeIntervals[0].spans\' each item has \'location\', which must be a time zone such as Europe/Berlin, or Local, but is "Berlin"'],
    [{ timeIntervals: [{ name: 'a', spans: [{ daysOfMonth: ['-1:1'] }] }] }, '\'timeIntervals[0].spans\' each item has \'daysOfMonth\', where each item must be days of the month such as 1:5 or -3:-1, but is "-1:1"'],
    [{ route: { receiver: 'team', groupBy: ['...', 'a'] } }, '\'route.groupBy\' must have \'...\' alone, for it stands for all labels'],
    [{ route: { receiver: 'team', groupBy: ['a', 'a'] } }, '\'route.groupBy\' must name each label once, but is a, a'],
    [{ route: { receiver: 'team', routes: [{ matchers: [Matcher.of('a=~"["')] }] } },
      '\'route.routes[0].matchers\' each item must be a matcher that Alertmanager takes, but the expression of a=~"[" is no valid RE2: a \'[\' has no \']\''],
    [{ route: { receiver: 'team', routes: [{ matchers: ['a="b"' as never] }] } },
      '\'route.routes[0].matchers\' each item must be a Matcher, e.g. Matcher.equal(\'severity\', \'critical\'), but is "a=\\"b\\""'],
    [{ route: { receiver: 'team', routes: [{ routes: [{ groupInterval: Duration.seconds(0) }], receiver: 'team' }] } },
      '\'route.routes[0].routes[0].groupInterval\' must be a Duration, e.g. Duration.hours(1), of at least 1s, but is 0s'],
  ])('%j', (props, message) => {
    expect(errorsOf(alertmanagerOf(props).app)).toContain(`[monitoring/alertmanager] ${message}. (invalid-prop)`);
  });

  test.each<[object, string[]]>([
    [{ matchers: {} }, ['matchers\' must be a list, but is {}; leave it out for the default']],
    [{ matchers: [null] }, ['matchers\' each item must be a Matcher, e.g. Matcher.equal(\'severity\', \'critical\'), but is null']],
  ])('a branch of the wrong type, however it is added: %j', (wrong, problems) => {
    const good = { receiver: 'team', matchers: [Matcher.of('team="a"')], routes: [wrong as Route] };
    const { app, alertmanager } = alertmanagerOf({ receivers: [{ name: 'team', notifiers: [slack()] }], route: { receiver: 'team', routes: [good] } });
    alertmanager.addRoute({ ...good, matchers: [Matcher.of('team="b"')] });
    expect(alertmanager.receiversOf({ team: 'a' })).toEqual(['team']);
    expect(errorsOf(app)).toEqual(['route.routes[0].routes[0].', 'addRoute(…).routes[0].'].flatMap(prefix =>
      problems.map(problem => `[monitoring/alertmanager] '${prefix}${problem}. (invalid-prop)`)));
  });

  test('a template that is added and is none', () => {
    const { app, alertmanager } = alertmanagerOf();
    alertmanager.addTemplate('a/b', 'text');
    alertmanager.addTemplate('texts', 5 as never);
    expect(errorsOf(app)).toEqual([
      '[monitoring/alertmanager] What \'addTemplate\' is given key \'a/b\' must be a name of a file (letters, digits, \'-\', \'_\' and \'.\'), but is "a/b". (invalid-template)',
      '[monitoring/alertmanager] What \'addTemplate\' is given \'texts\' must be a Go template, but is 5. (invalid-template)',
    ]);
  });

  test('a route within itself, and one that is too deep', () => {
    const circular: { receiver: string; matchers: Matcher[]; routes: Route[] } = { receiver: 'team', matchers: [Matcher.of('team="a"')], routes: [] };
    circular.routes.push(circular);
    let deep: Route = { receiver: 'team', matchers: [Matcher.of('team="b"')] };
    for (let level = 0; level < 3000; level++) {
      deep = { ...deep, routes: [deep] };
    }
    const { app, alertmanager } = alertmanagerOf({ receivers: [{ name: 'team', notifiers: [slack()] }] });
    alertmanager.addRoute(circular);
    alertmanager.addRoute(deep);
    expect(errorsOf(app)).toEqual([
      '[monitoring/alertmanager] \'addRoute(…).routes[0].…\' must not stand within itself; take it out of \'routes\'. (invalid-prop)',
      '[monitoring/alertmanager] \'addRoute(…).routes[0].routes[0].routes[0].routes[0]…\' must not stand within more than 100 routes; take it out of \'routes\'. (invalid-prop)',
    ]);
  });

  test.each([['grafana', '"grafana"'], [null, 'null']])('a peer of a notifier that is none: %j', (peer, shown) => {
    const wrong = { apiUrl: key('slack'), channel: '#a', peer: peer as never };
    const { app } = alertmanagerOf({ receivers: [{ name: 'team', notifiers: [Notifier.slack(wrong), Notifier.webhook({ url: 'http://hook', peer: peer as never })] }] });
    expect(errorsOf(app)).toEqual(['1 (Slack)', '2 (webhook)'].map(notifier =>
      `[monitoring/alertmanager] Receiver 'team', notifier ${notifier}: 'peer' must be a peer, e.g. NetworkPeer.namespace('grafana'), but is ${shown}. (invalid-notifier)`));
  });

  test.each<[AlertmanagerProps, string]>([
    [{ probeTimeout: Duration.seconds(2) }, '\'probeTimeout\' (2s) must be less than \'probeInterval\' (1s), or a peer counts as gone before it could answer twice; lower the first or raise the second. (alertmanager-probe-timeout)'],
    [{ replicas: 7, peerTimeout: Duration.minutes(1) }, 'With 7 \'replicas\' and a \'peerTimeout\' of 1m, the last pod tells 6m after the first should have: when only it is left, every message is that late. '
      + 'Lower one of them until their product is at most 5m; 3 replicas are enough. (alertmanager-last-turn)'],
    [{ dispatchStartDelay: Duration.minutes(10) }, '\'dispatchStartDelay\' (10m) must be at most 5m: for so long a started Alertmanager tells nobody. Lower it. (alertmanager-start-delay)'],
    [{ memoryRequest: Size.gibibytes(1), memoryLimit: Size.mebibytes(512) },
      '\'memoryRequest\' (1GiB) must not exceed \'memoryLimit\' (512MiB): Kubernetes refuses such a pod. Raise the limit or lower the request. (memory-request-beyond-limit)'],
    [{ templates: { texts: '{{ define "a" }}b{{ end }' } }, 'Alertmanager would not start with the template \'texts\'. At column 25, \'}\' cannot stand in an action. (template-broken)\n{{ define "a" }}b{{ end }\n^'],
    [{ templates: { texts: '{{ define "x" }}{{ if }}{{ end }}' } }, 'Alertmanager would not start with the template \'texts\'. At column 20, a value or a function is missing. (template-broken)\n{{ define "x" }}{{ if }}{{ end }}\n^^'],
  ])('%j breaks a rule', (props, message) => {
    expect(errorsOf(alertmanagerOf(props).app)).toEqual(`[monitoring/alertmanager] ${message}`.split('\n'));
  });

  test('without a receiver nobody is told, and that is said', () => {
    const { app, chart } = fixture();
    const alertmanager = new Alertmanager(chart, 'alertmanager');
    expect(errorsOf(app)).toEqual([]);
    expect(alertmanager.receiversOf({ alertname: 'A' })).toEqual(['nobody']);
    expect(alertmanager.receiversOf(null as never)).toEqual(['nobody']);
    expect(Graph.of(chart).findings().filter(({ severity }) => severity === Severity.WARNING).map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'nobody-notified: There is no receiver, so that no alert is told to anybody: Alertmanager only shows them. Give it a receiver with a notifier.',
    ]);
  });
});
