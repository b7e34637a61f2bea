import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Chart, Duration } from 'cdk8s';
import { Alertmanager, AlertmanagerProps, Matcher } from '../../../src/alerting';
import { Severity } from '../../../src/core/findings';
import { Graph } from '../../../src/core/graph';
import { key, LEAST, MOST } from '../../alerting/every-notifier';
import { RandomTrees } from '../../alerting/random-trees';
import { programPath } from '../build';
import { inParallel, run, temporaryFolder } from '../process';
import type { Report } from '../report';

const TREES = 100;
const LABEL_SETS = 3;
const AT_ONCE = 4;

const file = path.join(temporaryFolder(), 'alertmanager');
let files = 0;

function toFile(props: AlertmanagerProps): { alertmanager: Alertmanager; config: string } {
  const alertmanager = new Alertmanager(new Chart(new App(), 'alerting', { namespace: 'monitoring' }), 'alertmanager', props);
  const config = `${file}-${files++}.yaml`;
  fs.writeFileSync(config, alertmanager.toYaml());
  return { alertmanager, config };
}

async function whyRefused(props: AlertmanagerProps): Promise<string | undefined> {
  const { alertmanager, config } = toFile(props);
  // Props that are refused are not printed, and amtool would never see them.
  const refused = Graph.of(alertmanager).findings().filter(({ severity }) => severity === Severity.ERROR).map(({ message }) => message);
  if (refused.length > 0) return refused.join('\n');
  const ended = await run(programPath('amtool'), ['check-config', config]);
  return ended.code === 0 ? undefined : ended.stdout + ended.stderr;
}

/** amtool takes labels as matchers. */
const labelsOf = (labels: Record<string, string>) => Object.entries(labels).map(([label, value]) => Matcher.equal(label, value).toString());

/** What this package and amtool disagree on for one random tree. */
async function disagreements(seed: number, sets: number): Promise<string[]> {
  const random = new RandomTrees(seed);
  const { alertmanager, config } = toFile({ receivers: random.receivers, route: random.root() });
  const wrong: string[] = [];
  for (let set = 0; set < sets; set++) {
    const labels = random.labels();
    const ended = await run(programPath('amtool'), ['config', 'routes', 'test', `--config.file=${config}`, ...labelsOf(labels)]);
    const said = ended.stdout.trim();
    const ours = alertmanager.receiversOf(labels).join(',');
    if (said !== ours) wrong.push(`tree ${seed}, ${JSON.stringify(labels)}: amtool says ${said || ended.stderr}, receiversOf ${ours}`);
  }
  return wrong;
}

const GLOBALS: AlertmanagerProps['globals'] = {
  resolveTimeout: Duration.minutes(3),
  httpClient: { proxyFromEnvironment: true, basicAuth: { username: 'user', password: key('proxy') } },
  smtp: { smarthost: 'smtp.example.com:587', from: 'alerts@example.com', hello: 'alerts', authUsername: 'user', authPassword: key('smtp'), requireTls: true, tls: { ca: key('ca.crt') } },
  slackApiUrl: key('slack'),
  pagerDutyUrl: 'https://events.eu.pagerduty.com/v2/enqueue',
  opsGenieApiUrl: 'https://api.eu.opsgenie.com/',
  opsGenieApiKey: key('opsgenie'),
  weChatApiUrl: 'https://wechat.example.com/cgi-bin/',
  weChatApiSecret: key('wechat'),
  weChatCorpId: 'corp',
  victorOpsApiUrl: 'https://victorops.example.com/',
  victorOpsApiKey: key('victorops'),
  telegramApiUrl: 'https://telegram.example.com',
  telegramBotToken: key('telegram'),
  webexApiUrl: 'https://webex.example.com/v1/messages',
  rocketChatApiUrl: 'https://chat.example.com/',
  rocketChatToken: key('rocketchat'),
  rocketChatTokenId: key('rocketchat-id'),
  mattermostWebhookUrl: key('mattermost'),
  jiraApiUrl: 'https://example.atlassian.net/rest/api/3/',
};

/** All that a configuration can have beside notifiers. */
const WHOLE: AlertmanagerProps = {
  globals: GLOBALS,
  receivers: [{ name: 'a', notifiers: Object.values(LEAST) }, { name: 'b', notifiers: [] }],
  timeIntervals: [{
    name: 'office',
    spans: [{
      times: [{ start: '09:00', end: '17:30' }, { start: '20:00', end: '24:00' }], weekdays: ['monday:friday', 'Sunday'], daysOfMonth: ['1:5', '-3:-1', '15'], months: ['january:march', '12', '4:5'],
      years: ['2026:2028', '2030'], location: 'Europe/Berlin',
    }],
  }],
  inhibitRules: [{ name: 'severe', source: [Matcher.of('severity="critical"')], target: [Matcher.of('severity=~"warning|info"')], equal: ['cluster', 'dotted.label'] }],
  route: {
    receiver: 'a',
    labels: { dashboard: 'https://example.com/{{ .GroupLabels.cluster }}' },
    routes: [{
      matchers: Matcher.parse('{team=~"a|b", "dotted.label"!=""}'), receiver: 'b', continue: true, groupBy: ['...'], groupWait: Duration.seconds(0), groupInterval: Duration.minutes(1),
      repeatInterval: Duration.days(1), muteTimeIntervals: ['office'], activeTimeIntervals: ['office'], labels: { a: 'b' },
    }],
  },
};

/** Asks amtool whether it takes every notifier, and whether it routes as `receiversOf` says. */
export async function checkAlerting(report: Report, trees = TREES, sets = LABEL_SETS): Promise<void> {
  for (const [what, notifiers] of [['least', LEAST], ['most', MOST]] as const) {
    for (const [name, notifier] of Object.entries(notifiers)) {
      report.answer(`amtool takes the notifier ${name} with the ${what} that it can have`, await whyRefused({ receivers: [{ name: 'a', notifiers: [notifier] }] }));
    }
  }
  report.answer('amtool takes globals, time intervals, inhibitions and labels of routes', await whyRefused(WHOLE));
  const wrong = (await inParallel(Array.from({ length: trees }, (_, seed) => seed + 1), AT_ONCE, seed => disagreements(seed, sets))).flat();
  report.answer(`amtool routes ${trees * sets} label sets through ${trees} random trees as receiversOf does`, wrong.length > 0 ? wrong.join('\n') : undefined);
}
