export { type AlarmRecords, DatabaseTls } from './alarm-records';
export { Alertmanager, type RouteMatch } from './alertmanager';
export { AlertmanagerFeature, type AlertmanagerOptions, type AlertmanagerProps, type AlertmanagerTuning, type AwsAccessKey } from './alertmanager-props';
export type { AlertmanagerGlobals } from './globals';
export { Matcher } from './matcher';
export { Notifier } from './notifier';
export {
  type DiscordOptions, type MessageField, type MsTeamsOptions, type SlackAction, type SlackConfirmation, type SlackOptions, type TelegramOptions,
  TelegramParseMode,
  type WebexOptions, WeChatMessageType, type WeChatOptions,
} from './notifiers/chat';
export { type EmailOptions, EmailThreading, type SmtpOptions } from './notifiers/email';
export type { HttpNotifierOptions, NotifierHttpClient, NotifierOAuth2, NotifierOptions, TimedNotifierOptions } from './notifiers/options';
export {
  type IncidentIoOptions, type OpsGenieOptions, type OpsGenieResponder, OpsGenieResponderType, type PagerDutyImage, type PagerDutyLink, type PagerDutyOptions,
  type PushoverOptions, type VictorOpsOptions,
} from './notifiers/paging';
export {
  type AwsIdentity, JiraApiType, type JiraField, type JiraOptions, type MattermostOptions, type MattermostPriority, type RocketChatOptions, type SnsOptions,
} from './notifiers/servers';
export type { SmsGatewayOptions, WebhookOptions } from './notifiers/webhook';
export type { InhibitRule, Receiver, RootRoute, Route } from './route';
export type { TimeInterval, TimeRange, TimeSpan } from './time-interval';
export type { Watchdog } from './watchdog';
