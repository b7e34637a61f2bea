import type { Duration } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import { FIELD_LIST, MessageField } from './chat';
import type { NotifierKind } from './kind';
import { anything, HTTP_NOTIFIER_ROWS, HttpNotifierOptions, template, templates, url } from './options';
import { list, oneOf, required, text, toggle } from '../../core/fields';
import { nested, Rows, secret, span } from '../config-rows';

/** A message of Rocket.Chat. */
export interface RocketChatOptions extends HttpNotifierOptions {
  /** Token of the user. @default - `AlertmanagerGlobals.rocketChatToken` */
  readonly token?: SecretValue;
  /** Id of the token. @default - `AlertmanagerGlobals.rocketChatTokenId` */
  readonly tokenId?: SecretValue;
  /** Where the server is. @default https://open.rocket.chat/ */
  readonly apiUrl?: string;
  /** Channel, e.g. `#alerts`, or user. @default - none */
  readonly channel?: string;
  /** Colour of the bar. @default - red while an alert fires, else green */
  readonly color?: string;
  /** Title. @default - Alertmanager's template */
  readonly title?: string;
  /** Where the title leads. @default - Alertmanager */
  readonly titleLink?: string;
  /** Message. @default - Alertmanager's template */
  readonly text?: string;
  /** Fields. @default - none */
  readonly fields?: MessageField[];
  /** Whether fields may stand beside each other. @default false */
  readonly shortFields?: boolean;
  /** Emoji of the sender. @default - Alertmanager's template */
  readonly emoji?: string;
  /** Picture of the sender. @default - Alertmanager's template */
  readonly iconUrl?: string;
  /** An image. @default - none */
  readonly imageUrl?: string;
  /** A small image. @default - none */
  readonly thumbUrl?: string;
  /** Whether names become links. @default false */
  readonly linkNames?: boolean;
}

export const ROCKET_CHAT: NotifierKind<RocketChatOptions> = {
  key: 'rocketchat_configs',
  name: 'Rocket.Chat',
  rows: {
    token: secret('token_file'),
    tokenId: secret('token_id_file'),
    ...HTTP_NOTIFIER_ROWS,
    apiUrl: url(),
    channel: template(),
    color: template(),
    title: template(),
    titleLink: template(),
    text: template(),
    fields: FIELD_LIST(),
    shortFields: toggle(),
    emoji: template(),
    iconUrl: template(),
    imageUrl: template(),
    thumbUrl: template(),
    linkNames: toggle(),
  },
  needs: [{ oneOf: ['token'], global: ['rocketChatToken'] }, { oneOf: ['tokenId'], global: ['rocketChatTokenId'] }],
  target: (options, globals) => options.apiUrl ?? globals.rocketChatApiUrl ?? 'https://open.rocket.chat/',
};

/** How urgent a message of Mattermost is. */
export interface MattermostPriority {
  /** `standard`, `important` or `urgent`. */
  readonly priority: string;
  /** Whether somebody must confirm it. @default false */
  readonly requestedAck?: boolean;
  /** Whether it is repeated until somebody does. @default false */
  readonly persistentNotifications?: boolean;
}

/** A message of Mattermost. */
export interface MattermostOptions extends HttpNotifierOptions {
  /** URL of the incoming webhook. @default - `AlertmanagerGlobals.mattermostWebhookUrl` */
  readonly webhookUrl?: SecretValue;
  /** Channel. @default - that of the webhook */
  readonly channel?: string;
  /** Name of the sender. @default - Alertmanager's template */
  readonly username?: string;
  /** Title. @default - Alertmanager's template */
  readonly title?: string;
  /** Where the title leads. @default - Alertmanager */
  readonly titleLink?: string;
  /** Message. @default - Alertmanager's template */
  readonly text?: string;
  /** What stands before the message. @default - none */
  readonly pretext?: string;
  /** Colour of the bar. @default - red while an alert fires, else green */
  readonly color?: string;
  /** What a client shows that has no attachments. @default - Alertmanager's template */
  readonly fallback?: string;
  /** Fields. @default - none */
  readonly fields?: MessageField[];
  /** What stands below. @default - none */
  readonly footer?: string;
  /** Picture of the sender. @default - that of the webhook */
  readonly iconUrl?: string;
  /** Emoji of the sender. @default - none */
  readonly iconEmoji?: string;
  /** An image. @default - none */
  readonly imageUrl?: string;
  /** How urgent it is. @default - standard */
  readonly priority?: MattermostPriority;
}

export const MATTERMOST: NotifierKind<MattermostOptions> = {
  key: 'mattermost_configs',
  name: 'Mattermost',
  rows: {
    webhookUrl: secret('webhook_url_file'),
    ...HTTP_NOTIFIER_ROWS,
    channel: template(),
    username: template(),
    title: template(),
    titleLink: template(),
    text: template(),
    pretext: template(),
    color: template(),
    fallback: template(),
    fields: FIELD_LIST(),
    footer: template(),
    iconUrl: template(),
    iconEmoji: template(),
    imageUrl: template(),
    priority: nested<MattermostPriority>({ priority: required(template()), requestedAck: toggle(), persistentNotifications: toggle() }),
  },
  needs: [{ oneOf: ['webhookUrl'], global: ['mattermostWebhookUrl'] }],
};

/** A field of an issue that Alertmanager fills. */
export interface JiraField {
  /** What stands in it. @default - Alertmanager's template */
  readonly template?: string;
  /** Whether it is written anew when the alerts of the group change. @default true */
  readonly enableUpdate?: boolean;
}

/** Which API a server of Jira's has. */
export enum JiraApiType {
  AUTO = 'auto',
  CLOUD = 'cloud',
  DATACENTER = 'datacenter',
}

/** An issue of Jira. */
export interface JiraOptions extends HttpNotifierOptions {
  /** Key of the project. */
  readonly project: string;
  /** Type of the issue, e.g. `Bug`. */
  readonly issueType: string;
  /** Where the API is, e.g. `https://example.atlassian.net/rest/api/3/`. @default - `AlertmanagerGlobals.jiraApiUrl` */
  readonly apiUrl?: string;
  /** Which API it is. @default JiraApiType.AUTO */
  readonly apiType?: JiraApiType;
  /** Summary. @default - Alertmanager's template */
  readonly summary?: JiraField;
  /** Description. @default - Alertmanager's template */
  readonly description?: JiraField;
  /** Labels of the issue. @default - none */
  readonly labels?: string[];
  /** Priority. @default - Alertmanager's template: of the label `severity` */
  readonly priority?: string;
  /** Transition that opens an issue again. @default - a new issue is made */
  readonly reopenTransition?: string;
  /** Transition that closes the issue when the alerts are over. @default - it stays open */
  readonly resolveTransition?: string;
  /** Resolution by which an issue is left as it is. @default - none */
  readonly wontFixResolution?: string;
  /** How long after its end an issue is opened again, and no new one is made. @default - always */
  readonly reopenDuration?: Duration;
  /** Further fields of the issue; texts in them are templates. @default - none */
  readonly fields?: Record<string, unknown>;
}

const JIRA_FIELD: Rows<JiraField> = { template: template(), enableUpdate: toggle() };

export const JIRA: NotifierKind<JiraOptions> = {
  key: 'jira_configs',
  name: 'Jira',
  rows: {
    project: required(template()),
    issueType: required(template()),
    ...HTTP_NOTIFIER_ROWS,
    apiUrl: url(),
    apiType: oneOf(JiraApiType),
    summary: nested(JIRA_FIELD),
    description: nested(JIRA_FIELD),
    labels: list(template()),
    priority: template(),
    reopenTransition: template(),
    resolveTransition: template(),
    wontFixResolution: template(),
    reopenDuration: span({ min: 60 }),
    fields: anything(),
  },
  needs: [{ oneOf: ['apiUrl'], global: ['jiraApiUrl'] }],
  target: (options, globals) => options.apiUrl ?? globals.jiraApiUrl,
};

/** Who Alertmanager is to AWS. Keys have no place here: see `SnsOptions`. */
export interface AwsIdentity {
  /** Region. @default - that of the environment */
  readonly region?: string;
  /** Role that is assumed, e.g. of another account. @default - none */
  readonly roleArn?: string;
  /** What the role asks for beside. @default - none */
  readonly externalId?: string;
  /** Profile of the environment. @default - none */
  readonly profile?: string;
}

/**
 * A message of Amazon SNS: to a topic, a phone number or an endpoint of an application.
 *
 * Alertmanager reads keys of AWS from no file. Give its ServiceAccount a role (`serviceAccountAnnotations` of the Alertmanager, or EKS Pod
 * Identity); where that cannot be, `AlertmanagerProps.awsAccessKey` puts keys of a Secret into its environment.
 */
export interface SnsOptions extends HttpNotifierOptions {
  /** A topic. @default - one of the others */
  readonly topicArn?: string;
  /** A phone, by its number as E.164 writes it. @default - one of the others */
  readonly phoneNumber?: string;
  /** An endpoint of an application. @default - one of the others */
  readonly targetArn?: string;
  /** Region and role. @default - those of the environment */
  readonly sigv4?: AwsIdentity;
  /** Where the API is. @default - the region's */
  readonly apiUrl?: string;
  /** Subject. @default - Alertmanager's template */
  readonly subject?: string;
  /** Message. @default - Alertmanager's template */
  readonly message?: string;
  /** Attributes. @default - none */
  readonly attributes?: Record<string, string>;
}

export const SNS: NotifierKind<SnsOptions> = {
  key: 'sns_configs',
  name: 'SNS',
  rows: {
    topicArn: template(),
    phoneNumber: template(),
    targetArn: template(),
    ...HTTP_NOTIFIER_ROWS,
    sigv4: nested<AwsIdentity>({ region: text('a region of AWS, e.g. eu-central-1', /^[a-z0-9-]+$/), roleArn: text(), externalId: text(), profile: text() }),
    apiUrl: url(),
    subject: template(),
    message: template(),
    attributes: templates(),
  },
  needs: [{ oneOf: ['topicArn', 'phoneNumber', 'targetArn'] }],
  target: ({ apiUrl, sigv4 }) => apiUrl ?? (sigv4?.region ? `https://sns.${sigv4.region}.amazonaws.com/` : undefined),
};

