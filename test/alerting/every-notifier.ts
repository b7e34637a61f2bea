import { Duration } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import {
  EmailThreading, HttpNotifierOptions, JiraApiType, Notifier, OpsGenieResponderType, TelegramParseMode, WeChatMessageType,
} from '../../src/alerting';

/** A key of the Secret that tests speak of. */
export const key = (name: string): SecretValue => ({ secret: { name: 'notify' } as SecretValue['secret'], key: name });

const http: HttpNotifierOptions = {
  sendResolved: false,
  httpClient: {
    tls: { ca: key('ca.crt'), cert: key('tls.crt'), key: key('tls.key'), serverName: 'proxy', insecureSkipVerify: false },
    oauth2: { clientId: 'id', clientSecret: key('oauth'), tokenUrl: 'https://login.example.com/token', scopes: ['alerts'] },
    proxyUrl: 'http://proxy.example.com:3128',
    noProxy: '10.0.0.0/8',
    followRedirects: false,
    enableHttp2: false,
    secretHeaders: { 'X-Token': key('header') },
  },
};
const text = '{{ .CommonLabels.alertname }}';
const field = { title: 'Cluster', value: text, short: true };

/** Each notifier with as little as it needs. */
export const LEAST: Record<string, Notifier> = {
  webhook: Notifier.webhook({ url: 'http://hook.example.com:8080/alerts' }),
  sms: Notifier.sms({ urlSecret: key('sms-url'), to: ['+4915112345678'] }),
  email: Notifier.email({ to: 'team@example.com', smarthost: 'smtp.example.com:587', from: 'alerts@example.com' }),
  pagerDuty: Notifier.pagerDuty({ routingKey: key('pagerduty') }),
  opsGenie: Notifier.opsGenie({ apiKey: key('opsgenie') }),
  slack: Notifier.slack({ apiUrl: key('slack') }),
  msTeams: Notifier.msTeams({ webhookUrl: key('teams') }),
  weChat: Notifier.weChat({ apiSecret: key('wechat'), corpId: 'corp', toUser: '@all' }),
  telegram: Notifier.telegram({ botToken: key('telegram'), chatId: -100123 }),
  sns: Notifier.sns({ topicArn: 'arn:aws:sns:eu-central-1:123456789012:alerts', sigv4: { region: 'eu-central-1' } }),
  discord: Notifier.discord({ webhookUrl: key('discord') }),
  webex: Notifier.webex({ botToken: key('webex'), roomId: 'room' }),
  pushover: Notifier.pushover({ userKey: key('pushover-user'), token: key('pushover') }),
  victorOps: Notifier.victorOps({ apiKey: key('victorops'), routingKey: 'team' }),
  jira: Notifier.jira({ apiUrl: 'https://example.atlassian.net/rest/api/3/', project: 'OPS', issueType: 'Bug' }),
  rocketChat: Notifier.rocketChat({ token: key('rocketchat'), tokenId: key('rocketchat-id') }),
  mattermost: Notifier.mattermost({ webhookUrl: key('mattermost') }),
  incidentIo: Notifier.incidentIo({ url: 'https://api.incident.io/v2/alert_events/alertmanager/1', alertSourceToken: key('incident') }),
};

/** Each notifier with all that can be said of it. */
export const MOST: Record<string, Notifier> = {
  webhook: Notifier.webhook({ ...http, urlSecret: key('hook'), timeout: Duration.seconds(20), maxAlerts: 50, payload: { text, list: [text, 1], object: { on: true } } }),
  sms: Notifier.sms({
    ...http, url: 'https://sms.example.com/v1/messages', to: ['+4915112345678', '+12025550123'], from: 'Alerts', message: text, toField: 'recipients', fromField: 'sender', messageField: 'body',
    fields: { flash: true }, timeout: Duration.seconds(20),
  }),
  email: Notifier.email({
    sendResolved: false, to: 'a@example.com, b@example.com', from: 'alerts@example.com', smarthost: 'smtp.example.com:465', hello: 'alerts', authUsername: 'user', authPassword: key('smtp'),
    authSecret: key('cram'), authIdentity: 'id', requireTls: true, forceImplicitTls: true, tls: { ca: key('ca.crt') }, subject: text, headers: { 'X-Team': 'a' }, html: text, text,
    threading: EmailThreading.DAILY,
  }),
  pagerDuty: Notifier.pagerDuty({
    ...http, serviceKey: key('pagerduty'), url: 'https://events.eu.pagerduty.com/v2/enqueue', client: text, clientUrl: text, description: text, severity: 'warning', source: text, component: text,
    group: text, eventClass: text, details: { cluster: text, deep: { list: [1] } }, links: [{ href: 'https://example.com', text }], images: [{ src: 'https://example.com/a.png', alt: text, href: text }],
    timeout: Duration.seconds(20),
  }),
  opsGenie: Notifier.opsGenie({
    ...http, apiKey: key('opsgenie'), apiUrl: 'https://api.eu.opsgenie.com/', message: text, description: text, source: text, details: { a: text }, entity: text,
    responders: [{ type: OpsGenieResponderType.TEAM, name: 'a' }, { type: OpsGenieResponderType.USER, username: 'b' }, { type: OpsGenieResponderType.SCHEDULE, id: 'c' }],
    actions: 'a,b', tags: 'a,b', note: text, priority: 'P1', updateAlerts: true,
  }),
  slack: Notifier.slack({
    sendResolved: false, appToken: key('slack'), appUrl: 'https://slack.com/api/chat.postMessage', channel: '#alerts', username: text, color: 'danger', title: text, titleLink: text, pretext: text,
    text, messageText: text, fields: [field], shortFields: true, footer: text, fallback: text, callbackId: 'a', iconEmoji: ':fire:', iconUrl: text, imageUrl: text, thumbUrl: text, linkNames: true,
    mrkdwnIn: ['text'], actions: [{ text: 'Runbook', url: 'https://example.com' }, { text: 'Silence', name: 'silence', value: '1', style: 'danger', confirm: { text: 'Sure?', title: 'a', okText: 'b', dismissText: 'c' } }],
    timeout: Duration.seconds(20),
  }),
  msTeams: Notifier.msTeams({ ...http, webhookUrl: key('teams'), title: text, text }),
  weChat: Notifier.weChat({
    ...http, apiSecret: key('wechat'), corpId: 'corp', agentId: '1', toUser: 'a|b', toParty: 'c', toTag: 'd', message: text, messageType: WeChatMessageType.MARKDOWN, apiUrl: 'https://wechat.example.com/cgi-bin/',
  }),
  telegram: Notifier.telegram({
    ...http, botToken: key('telegram'), chatIdSecret: key('chat'), messageThreadId: 7, message: text, disableNotifications: true, parseMode: TelegramParseMode.MARKDOWN_V2, apiUrl: 'https://telegram.example.com',
  }),
  sns: Notifier.sns({
    ...http, phoneNumber: '+12025550123', sigv4: { region: 'eu-central-1', roleArn: 'arn:aws:iam::1:role/a', externalId: 'b', profile: 'c' }, apiUrl: 'https://sns.example.com', subject: text, message: text,
    attributes: { a: text },
  }),
  discord: Notifier.discord({ ...http, webhookUrl: key('discord'), title: text, message: text, content: text, username: 'a', avatarUrl: 'https://example.com/a.png' }),
  webex: Notifier.webex({ sendResolved: false, httpClient: { followRedirects: false }, botToken: key('webex'), roomId: 'room', message: text, apiUrl: 'https://webex.example.com/v1/messages' }),
  pushover: Notifier.pushover({
    ...http, userKey: key('pushover-user'), token: key('pushover'), title: text, message: text, url: text, urlTitle: text, device: 'a', sound: 'b', priority: '1', retry: Duration.seconds(90), expire: Duration.hours(2),
    ttl: Duration.days(1), html: true, monospace: false,
  }),
  victorOps: Notifier.victorOps({
    ...http, apiKey: key('victorops'), apiUrl: 'https://victorops.example.com/', routingKey: 'team', messageType: 'WARNING', entityDisplayName: text, stateMessage: text, monitoringTool: text, customFields: { a: text },
  }),
  jira: Notifier.jira({
    ...http, apiUrl: 'https://jira.example.com/rest/api/2/', apiType: JiraApiType.DATACENTER, project: 'OPS', issueType: 'Bug', summary: { template: text, enableUpdate: false }, description: { template: text },
    labels: ['alert', text], priority: text, reopenTransition: 'a', resolveTransition: 'b', wontFixResolution: 'c', reopenDuration: Duration.days(3), fields: { customfield_1: { value: text } },
  }),
  rocketChat: Notifier.rocketChat({
    ...http, token: key('rocketchat'), tokenId: key('rocketchat-id'), apiUrl: 'https://chat.example.com/', channel: '#alerts', color: 'red', title: text, titleLink: text, text, fields: [field], shortFields: true,
    emoji: ':fire:', iconUrl: text, imageUrl: text, thumbUrl: text, linkNames: true,
  }),
  mattermost: Notifier.mattermost({
    ...http, webhookUrl: key('mattermost'), channel: 'a', username: 'b', title: text, titleLink: text, text, pretext: text, color: 'red', fallback: text, fields: [field], footer: text, iconUrl: text, iconEmoji: ':fire:',
    imageUrl: text, priority: { priority: 'urgent', requestedAck: true, persistentNotifications: true },
  }),
  incidentIo: Notifier.incidentIo({
    sendResolved: false, urlSecret: key('incident-url'), httpClient: { authorization: { type: 'Bearer', credentials: key('incident') } }, maxAlerts: 10, timeout: Duration.seconds(20),
  }),
};
