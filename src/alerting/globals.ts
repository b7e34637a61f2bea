import type { Duration } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import { printRows, Rows, secret, secretsIn, span, unprinted } from './config-rows';
import { SMTP_ROWS, SmtpOptions } from './notifiers/email';
import { httpClient, NotifierHttpClient, url } from './notifiers/options';
import { some, text } from '../core/fields';

/** What holds for all notifiers that say nothing else. */
export interface AlertmanagerGlobals {
  /** After which time an alert counts as over whose sender does not state its end. Prometheus and Thanos state it. @default 5 minutes */
  readonly resolveTimeout?: Duration;
  /** How notifiers speak HTTP. @default - without proxy and credentials */
  readonly httpClient?: NotifierHttpClient;
  /** The server that takes mail. @default - each email states it */
  readonly smtp?: SmtpOptions;
  /** URL of an incoming webhook of Slack. @default - none */
  readonly slackApiUrl?: SecretValue;
  /** Token of an app of Slack. @default - none */
  readonly slackAppToken?: SecretValue;
  /** Where PagerDuty takes events. @default https://events.pagerduty.com/v2/enqueue */
  readonly pagerDutyUrl?: string;
  /** Where Opsgenie's API is. @default https://api.opsgenie.com/ */
  readonly opsGenieApiUrl?: string;
  /** Key of Opsgenie's API. @default - none */
  readonly opsGenieApiKey?: SecretValue;
  /** Where WeChat's API is. @default https://qyapi.weixin.qq.com/cgi-bin/ */
  readonly weChatApiUrl?: string;
  /** Secret of WeChat's API. @default - none */
  readonly weChatApiSecret?: SecretValue;
  /** Id of the corporation in WeChat. @default - none */
  readonly weChatCorpId?: string;
  /** Where VictorOps' API is. @default https://alert.victorops.com/integrations/generic/20131114/alert/ */
  readonly victorOpsApiUrl?: string;
  /** Key of VictorOps' API. @default - none */
  readonly victorOpsApiKey?: SecretValue;
  /** Where Telegram's API is. @default https://api.telegram.org */
  readonly telegramApiUrl?: string;
  /** Token of Telegram's bot. @default - none */
  readonly telegramBotToken?: SecretValue;
  /** Where Webex' API is. @default https://webexapis.com/v1/messages */
  readonly webexApiUrl?: string;
  /** Where the server of Rocket.Chat is. @default https://open.rocket.chat/ */
  readonly rocketChatApiUrl?: string;
  /** Token for Rocket.Chat. @default - none */
  readonly rocketChatToken?: SecretValue;
  /** Id of the token for Rocket.Chat. @default - none */
  readonly rocketChatTokenId?: SecretValue;
  /** URL of the incoming webhook of Mattermost. @default - none */
  readonly mattermostWebhookUrl?: SecretValue;
  /** Where Jira's API is. @default - none */
  readonly jiraApiUrl?: string;
}

/** `smtp` and the HTTP client are read by themselves, for their problems to name their own props. */
export const GLOBAL_ROWS: Rows<AlertmanagerGlobals> = {
  resolveTimeout: span({ min: 1 }),
  httpClient: httpClient(),
  smtp: unprinted(some<SmtpOptions>()),
  slackApiUrl: secret('slack_api_url_file'),
  slackAppToken: secret('slack_app_token_file'),
  pagerDutyUrl: { ...url(), key: 'pagerduty_url' },
  opsGenieApiUrl: { ...url(), key: 'opsgenie_api_url' },
  opsGenieApiKey: secret('opsgenie_api_key_file'),
  weChatApiUrl: { ...url(), key: 'wechat_api_url' },
  weChatApiSecret: secret('wechat_api_secret_file'),
  weChatCorpId: { ...text(), key: 'wechat_api_corp_id' },
  victorOpsApiUrl: { ...url(), key: 'victorops_api_url' },
  victorOpsApiKey: secret('victorops_api_key_file'),
  telegramApiUrl: url(),
  telegramBotToken: secret('telegram_bot_token_file'),
  webexApiUrl: url(),
  rocketChatApiUrl: { ...url(), key: 'rocketchat_api_url' },
  rocketChatToken: secret('rocketchat_token_file'),
  rocketChatTokenId: secret('rocketchat_token_id_file'),
  mattermostWebhookUrl: secret('mattermost_webhook_url_file'),
  jiraApiUrl: url(),
};

/** As Alertmanager reads them; those of mail bear its name. */
export function globalConfig(globals: AlertmanagerGlobals): Record<string, unknown> {
  const smtp = Object.entries(printRows(SMTP_ROWS, globals.smtp ?? {})).map(([key, value]) => [`smtp_${key}`, value]);
  return { ...printRows(GLOBAL_ROWS, globals), ...Object.fromEntries(smtp) };
}

export const globalSecrets = (globals: AlertmanagerGlobals): SecretValue[] => [...secretsIn(GLOBAL_ROWS, globals), ...secretsIn(SMTP_ROWS, globals.smtp ?? {})];
