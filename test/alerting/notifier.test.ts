import { key, LEAST, MOST } from './every-notifier';
import { Alertmanager, AlertmanagerGlobals, Notifier } from '../../src/alerting';
import { ended } from '../../src/core/fields';
import { Graph } from '../../src/core/graph';
import { errorsOf, fixture } from '../fixture';

const configOf = (notifiers: Record<string, Notifier>) =>
  Object.fromEntries(Object.entries(notifiers).map(([name, notifier]) => [name, { [notifier._key]: [notifier._config] }]));

test('with as little as each needs', () => {
  expect(configOf(LEAST)).toMatchSnapshot();
});

test('with all that can be said', () => {
  expect(configOf(MOST)).toMatchSnapshot();
});

test('every credential is a file of a Secret', () => {
  const printed = JSON.stringify(configOf(MOST));
  const files = [...printed.matchAll(/\/etc\/alertmanager\/secrets\/notify\/([\w.-]+)/g)].map(([, name]) => name);
  const mounted = Object.values(MOST).flatMap(({ _secrets }) => _secrets.map(secret => secret.key));
  expect(new Set(files)).toEqual(new Set(mounted));
});

describe('bad input', () => {
  const http = { url: 'http://hook' };
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const refused: [string, Notifier, string, AlertmanagerGlobals?][] = [
    ['webhook', Notifier.webhook({}), 'one of \'url\', \'urlSecret\' must be given'],
    ['webhook', Notifier.webhook({ ...http, urlSecret: key('url') }), '\'url\' and \'urlSecret\' are given, but only one of \'url\', \'urlSecret\' may be'],
    ['webhook', Notifier.webhook({ url: 'https://user:secret@hook' }), '\'url\' must be a URL without a password; no secret ever stands in YAML, so give it by \'httpClient.basicAuth\''],
    ['webhook', Notifier.webhook({ url: 'hook:8080' }), '\'url\' must be an http or https URL, but is "hook:8080"'],
    ['webhook', Notifier.webhook({ ...http, urll: 'a' } as never), '\'urll\' is not known here; did you mean \'url\'?'],
    ['webhook', Notifier.webhook('http://hook' as never), 'its options must be an object, but are "http://hook"'],
    ['webhook', Notifier.webhook({ ...http, httpClient: { basicAuth: { username: 'a', password: key('b') }, authorization: { credentials: key('c') } } }),
      '\'httpClient\' must have one of \'basicAuth\', \'authorization\', \'oauth2\' at most, for a request has one Authorization header, but has \'basicAuth\' and \'authorization\''],
    ['webhook', Notifier.webhook({ ...http, httpClient: { proxyUrl: 'http://proxy', proxyFromEnvironment: true } }), '\'httpClient\' must have \'proxyUrl\' or \'proxyFromEnvironment\', but has both'],
    ['webhook', Notifier.webhook({ ...http, httpClient: { tls: { cert: key('cert') } } }), '\'httpClient\' has \'tls\', which must have \'cert\' and \'key\' together, but has only one of them'],
    ['SMS', Notifier.sms({ ...http, to: ['0151'] }), '\'to\' each item must be a number of a phone as E.164 writes it, e.g. +4915112345678, but is "0151"'],
    ['SMS', Notifier.sms(http as never), '\'to\' must be a list with at least one item, but is not given; leave it out for the default'],
    ['email', Notifier.email({ to: 'a@example.com' }), 'one of \'smarthost\', \'globals.smtp.smarthost\' must be given'],
    ['email', Notifier.email({ to: 'a@example.com', smarthost: 'smtp.example.com:25' }), 'one of \'from\', \'globals.smtp.from\' must be given'],
    ['email', Notifier.email({ to: 'a@example.com', subject: 'a', headers: { SUBJECT: 'b' } }), 'the subject is given twice, by \'subject\' and in \'headers\'', { smtp: { smarthost: 'smtp:25', from: 'b@example.com' } }],
    ['PagerDuty', Notifier.pagerDuty({}), 'one of \'routingKey\', \'serviceKey\' must be given'],
    ['PagerDuty', Notifier.pagerDuty({ routingKey: 'abc' as never }), '\'routingKey\' must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML'],
    ['Opsgenie', Notifier.opsGenie({}), 'one of \'apiKey\', \'globals.opsGenieApiKey\' must be given'],
    ['Opsgenie', Notifier.opsGenie({ apiKey: key('a'), responders: [{ type: 'team' as never }] }), 'a responder of the type team must have an \'id\', a \'name\' or a \'username\', but has none'],
    ['VictorOps', Notifier.victorOps({ apiKey: key('a'), routingKey: 'b', customFields: { message_type: 'c' } }), '\'customFields\' must not have \'message_type\', which Alertmanager fills in itself'],
    ['incident.io', Notifier.incidentIo({ ...http }), 'either \'alertSourceToken\' or \'httpClient.authorization\' must be given, and not both'],
    ['Pushover', Notifier.pushover({ userKey: key('a'), token: key('b'), html: true, monospace: true }), 'a message is \'html\' or \'monospace\', but not both'],
    ['Slack', Notifier.slack({}), 'one of \'apiUrl\', \'appToken\', \'globals.slackApiUrl\', \'globals.slackAppToken\' must be given'],
    ['Slack', Notifier.slack({ apiUrl: key('a'), actions: [{ text: 'b' }] }), 'the action \'b\' must have a \'url\' or a \'name\', but has none'],
    ['Slack', Notifier.slack({ appToken: key('a'), httpClient: { authorization: { credentials: key('b') } } }), '\'appToken\' is the authorization, so that \'httpClient.authorization\' has no place beside it'],
    ['Telegram', Notifier.telegram({ botToken: key('a') }), 'one of \'chatId\', \'chatIdSecret\' must be given'],
    ['WeChat', Notifier.weChat({ apiSecret: key('a'), corpId: 'b' }), '\'toUser\', \'toParty\' or \'toTag\' must be given, or nobody is told'],
    ['Webex', Notifier.webex({ botToken: key('a'), roomId: 'b', httpClient: { authorization: { credentials: key('c') } } }), '\'botToken\' is the authorization, so that \'httpClient\' has none'],
    ['Jira', Notifier.jira({ project: 'A', issueType: 'Bug' }), 'one of \'apiUrl\', \'globals.jiraApiUrl\' must be given'],
    ['SNS', Notifier.sns({ topicArn: 'a', phoneNumber: '+491234567' }), '\'topicArn\' and \'phoneNumber\' are given, but only one of \'topicArn\', \'phoneNumber\', \'targetArn\' may be'],
    ['SNS', Notifier.sns({ topicArn: 'a', sigv4: { accessKey: 'AKIA' } as never }), '\'sigv4\' has \'accessKey\', which is not known here; known are region, roleArn, externalId, profile'],
    ['Slack', Notifier.slack({ apiUrl: key('a'), text: '{{ .CommonLabels.foo' }),
      '\'text\' must be a template that Alertmanager can read, but at character 1 of "{{ .CommonLabels.foo", the action that begins with \'{{\' is not closed; add \'}}\''],
    ['Slack', Notifier.slack({ apiUrl: key('a'), text: '{{ anyFunction .X }} {{ end }}' }),
      '\'text\' must be a template that Alertmanager can read, but at character 25 of "{{ anyFunction .X }} {{ end }}", \'{{ end }}\' closes nothing; take it away'],
    ['email', Notifier.email({ to: 'a@example.com', subject: '{{ $x }}' }),
      '\'subject\' must be a template that Alertmanager can read, but at character 4 of "{{ $x }}", templates have no variable \'$x\'; declare it before, by {{ $name := … }}'],
    ['webhook', Notifier.webhook({ ...http, payload: { a: [1, { b: NaN }] } }), '\'payload\' must hold texts, numbers, true, false, null, lists and maps only, but has at \'a.1.b\' NaN'],
    ['webhook', Notifier.webhook({ ...http, payload: { a: new Map() } }), '\'payload\' must hold texts, numbers, true, false, null, lists and maps only, but has at \'a\' {}'],
    ['webhook', Notifier.webhook({ ...http, payload: { a: circular } }), '\'payload\' must not hold itself, but does at \'a.self\''],
    ['webhook', Notifier.webhook({ url: Symbol('a') as never }), '\'url\' must be an http or https URL, but is Symbol(a)'],
    ['email', Notifier.email({ to: 'a\nb' }), '\'to\' must be addresses of mail in one line, but is "a\\nb"'],
    ['email', Notifier.email({ to: 'a', headers: { 'a b': 'c\nBcc: x@y.z' } }), '\'headers\' key \'a b\' must be a name of an HTTP header (letters, digits and \'-\'), but is "a b"; \'a b\' must be one line, but is "c\\nBcc: x@y.z"'],
    ['SNS', Notifier.sns({ topicArn: 'a', sigv4: { region: 'a b/c' } }), '\'sigv4\' has \'region\', which must be a region of AWS, e.g. eu-central-1, but is "a b/c"'],
    ['Microsoft Teams', Notifier.msTeams({} as never), '\'webhookUrl\' must be a key of a Secret, e.g. { secret: Secret.fromSecretName(…), key: \'password\' }; no secret ever stands in YAML'],
  ];

  test.each(refused.map((row, index) => [`${row[0]} ${index}`, row] as const))('%s', (_, [service, notifier, problem, globals]) => {
    const { app, chart } = fixture();
    new Alertmanager(chart, 'alertmanager', { receivers: [{ name: 'team', notifiers: [notifier] }], globals });
    expect(errorsOf(app)).toContain(`[monitoring/alertmanager] Receiver 'team', notifier 1 (${service}): ${ended(problem)} (invalid-notifier)`);
  });
});

test('settings for all serve those who state none', () => {
  const { app, chart } = fixture();
  const alertmanager = new Alertmanager(chart, 'alertmanager', {
    receivers: [{ name: 'team', notifiers: [Notifier.slack({ channel: '#a' }), Notifier.email({ to: 'a@example.com' })] }],
    globals: { slackAppToken: key('slack'), smtp: { smarthost: 'smtp.example.com:587', from: 'b@example.com', authPassword: key('smtp') } },
  });
  expect(errorsOf(app)).toEqual([]);
  expect(alertmanager.toYaml()).toContain([
    'global:',
    '  slack_app_token_file: /etc/alertmanager/secrets/notify/slack',
    '  smtp_smarthost: smtp.example.com:587',
    '  smtp_from: b@example.com',
    '  smtp_auth_password_file: /etc/alertmanager/secrets/notify/smtp',
  ].join('\n'));
  expect(Graph.of(chart).edges.filter(({ to }) => to.peer === undefined && !to._owned).map(({ to, why }) => `${why}: ${to.address}`)).toEqual([
    'notifies by Slack: slack.com:443', 'notifies by email: smtp.example.com:587',
  ]);
});
