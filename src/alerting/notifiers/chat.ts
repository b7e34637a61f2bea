import type { SecretValue } from 'cdk8s-plus-28';
import type { NotifierKind } from './kind';
import { HTTP_NOTIFIER_ROWS, HttpNotifierOptions, template, TIMED_NOTIFIER_ROWS, TimedNotifierOptions, url } from './options';
import { count, list, oneOf, required, text, toggle } from '../../core/fields';
import { keyed, nested, nestedList, secret } from '../config-rows';

/** A field of a message of Slack, Mattermost or Rocket.Chat. */
export interface MessageField {
  /** What stands above it. */
  readonly title: string;
  /** What stands in it. */
  readonly value: string;
  /** Whether it may stand beside another. @default - as `shortFields` says */
  readonly short?: boolean;
}

export const FIELD_LIST = () => nestedList<MessageField>({ title: required(template()), value: required(template()), short: toggle() });

/** A button that asks before it acts. */
export interface SlackConfirmation {
  /** What is asked. */
  readonly text: string;
  /** Title of the question. @default - Slack's */
  readonly title?: string;
  /** Word for yes. @default - Slack's */
  readonly okText?: string;
  /** Word for no. @default - Slack's */
  readonly dismissText?: string;
}

/** A button below a message. */
export interface SlackAction {
  /** What is written on it. */
  readonly text: string;
  /** Kind. @default button */
  readonly type?: string;
  /** Where it leads. @default - `name` says what it does */
  readonly url?: string;
  /** Name of what it does, for an app of Slack's. @default - `url` */
  readonly name?: string;
  /** Value that the app is given. @default - none */
  readonly value?: string;
  /** `primary`, `danger` or `default`. @default default */
  readonly style?: string;
  /** A question before it acts. @default - none */
  readonly confirm?: SlackConfirmation;
}

/** A message of Slack. */
export interface SlackOptions extends TimedNotifierOptions {
  /** URL of an incoming webhook. @default - `appToken`, or a global setting */
  readonly apiUrl?: SecretValue;
  /** Token of an app, with the scope `chat:write`. @default - `apiUrl`, or a global setting */
  readonly appToken?: SecretValue;
  /** Where an app posts. @default https://slack.com/api/chat.postMessage */
  readonly appUrl?: string;
  /** Channel or user. @default - that of the webhook */
  readonly channel?: string;
  /** Name of the sender. @default - Alertmanager's template */
  readonly username?: string;
  /** Colour of the bar. @default - red while an alert fires, else green */
  readonly color?: string;
  /** Title. @default - Alertmanager's template */
  readonly title?: string;
  /** Where the title leads. @default - Alertmanager */
  readonly titleLink?: string;
  /** What stands before the message. @default - none */
  readonly pretext?: string;
  /** The message. @default - none */
  readonly text?: string;
  /** The message beside the attachment, for one without attachment. @default - none */
  readonly messageText?: string;
  /** Fields. @default - none */
  readonly fields?: MessageField[];
  /** Whether fields may stand beside each other. @default false */
  readonly shortFields?: boolean;
  /** What stands below. @default - none */
  readonly footer?: string;
  /** What a client shows that has no attachments. @default - Alertmanager's template */
  readonly fallback?: string;
  /** Id for an app of Slack's. @default - none */
  readonly callbackId?: string;
  /** Emoji of the sender. @default - none */
  readonly iconEmoji?: string;
  /** Picture of the sender. @default - none */
  readonly iconUrl?: string;
  /** An image. @default - none */
  readonly imageUrl?: string;
  /** A small image. @default - none */
  readonly thumbUrl?: string;
  /** Whether names of users and channels become links. @default false */
  readonly linkNames?: boolean;
  /** Which parts are of Slack's markup. @default fallback, pretext and text */
  readonly mrkdwnIn?: string[];
  /** Buttons. @default - none */
  readonly actions?: SlackAction[];
}

export const SLACK: NotifierKind<SlackOptions> = {
  key: 'slack_configs',
  name: 'Slack',
  rows: {
    apiUrl: secret('api_url_file'),
    appToken: secret('app_token_file'),
    ...TIMED_NOTIFIER_ROWS,
    appUrl: url(),
    channel: template(),
    username: template(),
    color: template(),
    title: template(),
    titleLink: template(),
    pretext: template(),
    text: template(),
    messageText: template(),
    fields: FIELD_LIST(),
    shortFields: toggle(),
    footer: template(),
    fallback: template(),
    callbackId: template(),
    iconEmoji: template(),
    iconUrl: template(),
    imageUrl: template(),
    thumbUrl: template(),
    linkNames: toggle(),
    mrkdwnIn: list(text()),
    actions: nestedList<SlackAction>({
      text: required(template()),
      type: text(),
      url: template(),
      name: template(),
      value: template(),
      style: template(),
      confirm: nested<SlackConfirmation>({ text: required(template()), title: template(), okText: template(), dismissText: template() }),
    }),
  },
  needs: [{ oneOf: ['apiUrl', 'appToken'], global: ['slackApiUrl', 'slackAppToken'] }],
  problems: ({ actions = [], appToken, httpClient }) => [
    ...actions.filter(action => !action.url && !action.name).map(action => `the action '${action.text}' must have a 'url' or a 'name', but has none`),
    ...(appToken && httpClient?.authorization ? ['\'appToken\' is the authorization, so that \'httpClient.authorization\' has no place beside it'] : []),
  ],
  also: ({ actions }) => (actions ? { actions: (SLACK.rows.actions.print!(actions) as object[]).map(action => ({ type: 'button', ...action })) } : {}),
  target: ({ appToken, appUrl }, globals) => (appToken || globals.slackAppToken ? appUrl ?? 'https://slack.com/api/chat.postMessage' : undefined),
};

/** A message of Microsoft Teams, by a workflow. */
export interface MsTeamsOptions extends HttpNotifierOptions {
  /** URL of the workflow's webhook. */
  readonly webhookUrl: SecretValue;
  /** Title. @default - Alertmanager's template */
  readonly title?: string;
  /** Message. @default - Alertmanager's template */
  readonly text?: string;
}

export const MS_TEAMS: NotifierKind<MsTeamsOptions> = {
  key: 'msteamsv2_configs',
  name: 'Microsoft Teams',
  rows: { webhookUrl: required(secret('webhook_url_file')), ...HTTP_NOTIFIER_ROWS, title: template(), text: template() },
};

/** A message of Discord. */
export interface DiscordOptions extends HttpNotifierOptions {
  /** URL of the webhook. */
  readonly webhookUrl: SecretValue;
  /** Title. @default - Alertmanager's template */
  readonly title?: string;
  /** Message. @default - Alertmanager's template */
  readonly message?: string;
  /** What stands beside the message, e.g. to mention somebody. @default - none */
  readonly content?: string;
  /** Name of the sender. @default - that of the webhook */
  readonly username?: string;
  /** Picture of the sender. @default - that of the webhook */
  readonly avatarUrl?: string;
}

export const DISCORD: NotifierKind<DiscordOptions> = {
  key: 'discord_configs',
  name: 'Discord',
  rows: {
    webhookUrl: required(secret('webhook_url_file')),
    ...HTTP_NOTIFIER_ROWS,
    title: template(),
    message: template(),
    content: template(),
    username: template(),
    avatarUrl: template(),
  },
};

/** How Telegram reads markup. */
export enum TelegramParseMode {
  HTML = 'HTML',
  MARKDOWN = 'Markdown',
  MARKDOWN_V2 = 'MarkdownV2',
  PLAIN = '',
}

/** A message of Telegram. */
export interface TelegramOptions extends HttpNotifierOptions {
  /** Token of the bot. @default - `AlertmanagerGlobals.telegramBotToken` */
  readonly botToken?: SecretValue;
  /** Id of the chat; that of a group is negative. @default - `chatIdSecret` */
  readonly chatId?: number;
  /** Where the id of the chat is. @default - `chatId` */
  readonly chatIdSecret?: SecretValue;
  /** Id of the thread. @default - none */
  readonly messageThreadId?: number;
  /** Message. @default - Alertmanager's template */
  readonly message?: string;
  /** Whether it arrives without a sound. @default false */
  readonly disableNotifications?: boolean;
  /** Markup of the message. @default TelegramParseMode.HTML */
  readonly parseMode?: TelegramParseMode;
  /** Where the API is. @default https://api.telegram.org */
  readonly apiUrl?: string;
}

export const TELEGRAM: NotifierKind<TelegramOptions> = {
  key: 'telegram_configs',
  name: 'Telegram',
  rows: {
    botToken: secret('bot_token_file'),
    chatId: count({ min: Number.MIN_SAFE_INTEGER }),
    chatIdSecret: secret('chat_id_file'),
    ...HTTP_NOTIFIER_ROWS,
    messageThreadId: count({ min: 1 }),
    message: template(),
    disableNotifications: toggle(),
    parseMode: oneOf(TelegramParseMode),
    apiUrl: url(),
  },
  needs: [{ oneOf: ['botToken'], global: ['telegramBotToken'] }, { oneOf: ['chatId', 'chatIdSecret'] }],
  target: (options, globals) => options.apiUrl ?? globals.telegramApiUrl ?? 'https://api.telegram.org',
};

/** How WeChat reads a message. */
export enum WeChatMessageType {
  TEXT = 'text',
  MARKDOWN = 'markdown',
}

/** A message of WeChat Work. */
export interface WeChatOptions extends HttpNotifierOptions {
  /** Secret of the API. @default - `AlertmanagerGlobals.weChatApiSecret` */
  readonly apiSecret?: SecretValue;
  /** Id of the corporation. @default - `AlertmanagerGlobals.weChatCorpId` */
  readonly corpId?: string;
  /** Id of the agent. @default - none */
  readonly agentId?: string;
  /** Users, with `|` between them; `@all` for everybody. @default - none */
  readonly toUser?: string;
  /** Parties, with `|` between them. @default - none */
  readonly toParty?: string;
  /** Tags, with `|` between them. @default - none */
  readonly toTag?: string;
  /** Message. @default - Alertmanager's template */
  readonly message?: string;
  /** Markup of the message. @default WeChatMessageType.TEXT */
  readonly messageType?: WeChatMessageType;
  /** Where the API is. @default https://qyapi.weixin.qq.com/cgi-bin/ */
  readonly apiUrl?: string;
}

export const WE_CHAT: NotifierKind<WeChatOptions> = {
  key: 'wechat_configs',
  name: 'WeChat',
  rows: {
    apiSecret: secret('api_secret_file'),
    corpId: text(),
    ...HTTP_NOTIFIER_ROWS,
    agentId: template(),
    toUser: template(),
    toParty: template(),
    toTag: template(),
    message: template(),
    messageType: oneOf(WeChatMessageType),
    apiUrl: url(),
  },
  needs: [{ oneOf: ['apiSecret'], global: ['weChatApiSecret'] }, { oneOf: ['corpId'], global: ['weChatCorpId'] }],
  problems: ({ toUser, toParty, toTag }) => (toUser || toParty || toTag ? [] : ['\'toUser\', \'toParty\' or \'toTag\' must be given, or nobody is told']),
  target: (options, globals) => options.apiUrl ?? globals.weChatApiUrl ?? 'https://qyapi.weixin.qq.com/cgi-bin/',
};

/** A message of Webex. */
export interface WebexOptions extends HttpNotifierOptions {
  /** Token of the bot. */
  readonly botToken: SecretValue;
  /** Id of the room. */
  readonly roomId: string;
  /** Message. @default - Alertmanager's template */
  readonly message?: string;
  /** Where the API is. @default https://webexapis.com/v1/messages */
  readonly apiUrl?: string;
}

export const WEBEX: NotifierKind<WebexOptions> = {
  key: 'webex_configs',
  name: 'Webex',
  rows: {
    // Alertmanager takes it as the authorization of the client, and from nowhere else.
    botToken: required(keyed('', secret(''))),
    ...HTTP_NOTIFIER_ROWS,
    roomId: required(text()),
    message: template(),
    apiUrl: url(),
  },
  problems: ({ httpClient: { authorization, basicAuth, oauth2 } = {} }) => (authorization || basicAuth || oauth2
    ? ['\'botToken\' is the authorization, so that \'httpClient\' has none'] : []),
  also: ({ botToken, httpClient = {} }) => ({ http_config: WEBEX.rows.httpClient.print!({ ...httpClient, authorization: { credentials: botToken } }) }),
  target: (options, globals) => options.apiUrl ?? globals.webexApiUrl ?? 'https://webexapis.com/v1/messages',
};
