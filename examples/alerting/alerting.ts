import { Chart, Duration } from 'cdk8s';
import { Secret, type SecretValue } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { shopAlerts, shopRecords } from './rules';
import { AlertmanagerOptions, Matcher, MonitoringStack, Notifier, ScrapeJob, Workload } from 'cdk8s-thanos';

const CLUSTER = 'eu-1';

const critical = Matcher.equal('severity', 'critical');
const warning = Matcher.equal('severity', 'warning');
const ofShop = Matcher.equal('owner', 'shop');

/** The keys of one Secret, which others make. */
type Credentials = (key: string) => SecretValue;

/** Text messages to whoever is on call, by a gateway that speaks HTTP. */
const sms = (credentials: Credentials) => Notifier.sms({
  url: 'https://sms.example.com/v1/messages',
  to: ['+4915112345678', '+4915187654321'],
  from: 'Monitoring',
  httpClient: { authorization: { credentials: credentials('sms-token') } },
});

/** Who is told of what. */
function alertmanager(credentials: Credentials, database: Credentials): AlertmanagerOptions {
  return {
    globals: {
      smtp: { smarthost: 'smtp.example.com:587', from: 'monitoring@example.com', authUsername: 'monitoring', authPassword: credentials('smtp-password') },
    },
    receivers: [
      { name: 'platform', notifiers: [Notifier.email({ to: 'platform@example.com' })] },
      { name: 'on-call', notifiers: [sms(credentials)] },
      {
        name: 'shop',
        notifiers: [
          Notifier.webhook({ url: 'https://incidents.example.com/v1/alerts', httpClient: { basicAuth: { username: 'alertmanager', password: credentials('incidents-password') } } }),
          Notifier.email({ to: 'shop@example.com' }),
        ],
      },
    ],
    route: {
      receiver: 'platform',
      routes: [
        // Whoever is on call is woken up, and the owner reads of it too.
        { matchers: [critical], receiver: 'on-call', repeatInterval: Duration.hours(1), continue: true },
        {
          matchers: [ofShop],
          receiver: 'shop',
          groupBy: ['alertname', 'namespace'],
          routes: [{ matchers: [warning], activeTimeIntervals: ['office-hours'], muteTimeIntervals: ['releases'] }],
        },
        // Without this branch, what is critical for the platform would end with whoever is on call.
        { matchers: [Matcher.equal('owner', 'platform')], receiver: 'platform' },
      ],
    },
    inhibitRules: [{
      name: 'shop-critical', source: [critical, ofShop], target: [warning, ofShop], equal: ['cluster', 'namespace'],
    }],
    timeIntervals: [
      { name: 'office-hours', spans: [{ weekdays: ['monday:friday'], times: [{ start: '08:00', end: '18:00' }], location: 'Europe/Berlin' }] },
      { name: 'releases', spans: [{ weekdays: ['tuesday'], times: [{ start: '10:00', end: '11:00' }], location: 'Europe/Berlin' }] },
    ],
    // Every notification, silence and resolution, for the questions that come afterwards.
    records: { host: 'postgres.example.com', database: 'alarms', username: database('username'), password: database('password') },
  };
}

/** A platform that tells people, and a small one beside it that tells when the platform cannot. */
export class Alerting extends Chart {
  /** The platform. */
  public readonly stack: MonitoringStack;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'monitoring', disableResourceNameHashes: true });
    const secret = Secret.fromSecretName(this, 'credentials', 'alerting-credentials');
    const databaseSecret = Secret.fromSecretName(this, 'database-credentials', 'alarm-records');
    const credentials: Credentials = key => ({ secret, key });

    this.stack = new MonitoringStack(this, 'platform', {
      cluster: CLUSTER,
      workload: Workload.of({ activeSeries: 20_000 }),
      createNamespace: true,
      alertmanager: alertmanager(credentials, key => ({ secret: databaseSecret, key })),
      metaMonitoring: {
        alertmanager: { receivers: [{ name: 'on-call', notifiers: [sms(credentials)] }] },
      },
      platformAlerts: { owner: 'platform' },
    });
    this.stack.scrape(ScrapeJob.pods('shop', { namespaces: ['shop'], portName: 'metrics' }));
    this.stack.addRules(
      shopRecords(this, 'shop-records'),
      shopAlerts(this, 'shop-alerts', { errors: 0.02, latency: 2, orders: 0.5 }),
    );
    this.addWatchdogs(credentials);
  }

  /** Services outside, which raise the alarm when they hear nothing any more: of the ruler, and of meta-monitoring. */
  private addWatchdogs(credentials: Credentials): void {
    this.stack.alertmanager!.addWatchdog({ notifiers: [Notifier.webhook({ urlSecret: credentials('ruler-heartbeat-url') })] });
    this.stack.metaMonitoring!.alertmanager.addWatchdog({ notifiers: [Notifier.webhook({ urlSecret: credentials('meta-monitoring-heartbeat-url') })] });
  }
}
