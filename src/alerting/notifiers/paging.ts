import type { Duration } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import type { NotifierKind } from './kind';
import { anything, HTTP_NOTIFIER_ROWS, HttpNotifierOptions, template, templates, TIMED_NOTIFIER_ROWS, TimedNotifierOptions, url } from './options';
import { count, oneOf, required, text, toggle } from '../../core/fields';
import { keyed, nestedList, secret, span } from '../config-rows';

/** A link in an incident of PagerDuty. */
export interface PagerDutyLink {
  /** Where it leads. */
  readonly href: string;
  /** What is written on it. @default - the URL */
  readonly text?: string;
}

/** An image in an incident of PagerDuty. */
export interface PagerDutyImage {
  /** Where the image is. */
  readonly src: string;
  /** What it shows, in words. @default - none */
  readonly alt?: string;
  /** Where it leads. @default - nowhere */
  readonly href?: string;
}

/** An event of PagerDuty. */
export interface PagerDutyOptions extends TimedNotifierOptions {
  /** Integration key of the Events API v2. @default - `serviceKey` */
  readonly routingKey?: SecretValue;
  /** Integration key of the type Prometheus. @default - `routingKey` */
  readonly serviceKey?: SecretValue;
  /** Where events are sent. @default - PagerDuty */
  readonly url?: string;
  /** Name of the monitoring client. @default - Alertmanager's template */
  readonly client?: string;
  /** Link to the client. @default - Alertmanager's template */
  readonly clientUrl?: string;
  /** What the incident is called. @default - Alertmanager's template */
  readonly description?: string;
  /** Severity for PagerDuty: critical, error, warning or info. @default - the label `severity`, if PagerDuty knows it, else error */
  readonly severity?: string;
  /** What is affected. @default - the client */
  readonly source?: string;
  /** Part of the source. @default - none */
  readonly component?: string;
  /** Group of parts. @default - none */
  readonly group?: string;
  /** Class of the event. @default - none */
  readonly eventClass?: string;
  /** Further details, texts in them are templates. @default - the alerts and their numbers */
  readonly details?: Record<string, unknown>;
  /** Links. @default - none */
  readonly links?: PagerDutyLink[];
  /** Images. @default - none */
  readonly images?: PagerDutyImage[];
}

/** PagerDuty knows four severities; what the alerts of a group agree on is taken, and refused by none. */
const PAGER_DUTY_SEVERITY = '{{ if or (eq .CommonLabels.severity "critical") (eq .CommonLabels.severity "warning") (eq .CommonLabels.severity "info") }}'
  + '{{ .CommonLabels.severity }}{{ else }}error{{ end }}';

export const PAGER_DUTY: NotifierKind<PagerDutyOptions> = {
  key: 'pagerduty_configs',
  name: 'PagerDuty',
  rows: {
    routingKey: secret('routing_key_file'),
    serviceKey: secret('service_key_file'),
    ...TIMED_NOTIFIER_ROWS,
    url: url(),
    client: template(),
    clientUrl: template(),
    description: template(),
    severity: template(),
    source: template(),
    component: template(),
    group: template(),
    eventClass: keyed('class', template()),
    details: anything(),
    links: nestedList<PagerDutyLink>({ href: required(template()), text: template() }),
    images: nestedList<PagerDutyImage>({ src: required(template()), alt: template(), href: template() }),
  },
  needs: [{ oneOf: ['routingKey', 'serviceKey'] }],
  also: ({ severity = PAGER_DUTY_SEVERITY }) => ({ severity }),
  target: (options, globals) => options.url ?? globals.pagerDutyUrl ?? 'https://events.pagerduty.com/v2/enqueue',
};

/** Kinds of whom Opsgenie tells. */
export enum OpsGenieResponderType {
  TEAM = 'team',
  /** Several teams, by names with commas between them. */
  TEAMS = 'teams',
  USER = 'user',
  ESCALATION = 'escalation',
  SCHEDULE = 'schedule',
}

/** Whom Opsgenie tells: by id, name or user name. */
export interface OpsGenieResponder {
  /** What it is. */
  readonly type: OpsGenieResponderType;
  /** Id. @default - none */
  readonly id?: string;
  /** Name. @default - none */
  readonly name?: string;
  /** Name of a user. @default - none */
  readonly username?: string;
}

/** An alert of Opsgenie. */
export interface OpsGenieOptions extends HttpNotifierOptions {
  /** Key of the API. @default - `AlertmanagerGlobals.opsGenieApiKey` */
  readonly apiKey?: SecretValue;
  /** Where the API is. @default - Opsgenie's; that of the European region is `https://api.eu.opsgenie.com/` */
  readonly apiUrl?: string;
  /** What the alert is called, at most 130 characters. @default - Alertmanager's template */
  readonly message?: string;
  /** Description. @default - Alertmanager's template */
  readonly description?: string;
  /** What it comes from. @default - Alertmanager's template */
  readonly source?: string;
  /** Further details. @default - all labels that the alerts share */
  readonly details?: Record<string, string>;
  /** What is affected. @default - none */
  readonly entity?: string;
  /** Whom it tells. @default - as Opsgenie's integration says */
  readonly responders?: OpsGenieResponder[];
  /** Actions, with commas between them. @default - none */
  readonly actions?: string;
  /** Tags, with commas between them. @default - none */
  readonly tags?: string;
  /** Note. @default - none */
  readonly note?: string;
  /** P1 to P5. @default - Opsgenie's, P3 */
  readonly priority?: string;
  /** Whether message and description of an alert follow its group. @default false */
  readonly updateAlerts?: boolean;
}

export const OPS_GENIE: NotifierKind<OpsGenieOptions> = {
  key: 'opsgenie_configs',
  name: 'Opsgenie',
  rows: {
    apiKey: secret('api_key_file'),
    ...HTTP_NOTIFIER_ROWS,
    apiUrl: url(),
    message: template(),
    description: template(),
    source: template(),
    details: templates(),
    entity: template(),
    responders: nestedList<OpsGenieResponder>({ type: required(oneOf(OpsGenieResponderType)), id: template(), name: template(), username: template() }),
    actions: template(),
    tags: template(),
    note: template(),
    priority: template(),
    updateAlerts: toggle(),
  },
  needs: [{ oneOf: ['apiKey'], global: ['opsGenieApiKey'] }],
  problems: ({ responders = [] }) => responders.filter(({ id, name, username }) => !id && !name && !username)
    .map(({ type }) => `a responder of the type ${type} must have an 'id', a 'name' or a 'username', but has none`),
  target: (options, globals) => options.apiUrl ?? globals.opsGenieApiUrl ?? 'https://api.opsgenie.com/',
};

/** An incident of VictorOps, which is Splunk On-Call now. */
export interface VictorOpsOptions extends HttpNotifierOptions {
  /** Key that says which team is told. */
  readonly routingKey: string;
  /** Key of the API. @default - `AlertmanagerGlobals.victorOpsApiKey` */
  readonly apiKey?: SecretValue;
  /** Where the API is. @default - VictorOps' */
  readonly apiUrl?: string;
  /** CRITICAL, WARNING or INFO. @default CRITICAL */
  readonly messageType?: string;
  /** What the incident is called. @default - Alertmanager's template */
  readonly entityDisplayName?: string;
  /** What is said of it. @default - Alertmanager's template */
  readonly stateMessage?: string;
  /** Name of the tool that found it. @default - Alertmanager's template */
  readonly monitoringTool?: string;
  /** Further fields. @default - none */
  readonly customFields?: Record<string, string>;
}

const VICTOR_OPS_RESERVED = ['routing_key', 'message_type', 'state_message', 'entity_display_name', 'monitoring_tool', 'entity_id', 'entity_state'];

export const VICTOR_OPS: NotifierKind<VictorOpsOptions> = {
  key: 'victorops_configs',
  name: 'VictorOps',
  rows: {
    routingKey: required(text()),
    apiKey: secret('api_key_file'),
    ...HTTP_NOTIFIER_ROWS,
    apiUrl: url(),
    messageType: template(),
    entityDisplayName: template(),
    stateMessage: template(),
    monitoringTool: template(),
    customFields: templates(),
  },
  needs: [{ oneOf: ['apiKey'], global: ['victorOpsApiKey'] }],
  problems: ({ customFields = {} }) => Object.keys(customFields).filter(name => VICTOR_OPS_RESERVED.includes(name))
    .map(name => `'customFields' must not have '${name}', which Alertmanager fills in itself`),
  target: (options, globals) => options.apiUrl ?? globals.victorOpsApiUrl ?? 'https://alert.victorops.com/integrations/generic/20131114/alert/',
};

/** An alert of incident.io. */
export interface IncidentIoOptions extends TimedNotifierOptions {
  /** Where the alert source takes alerts. @default - `urlSecret` */
  readonly url?: string;
  /** Where the URL is, if it is a secret. @default - `url` */
  readonly urlSecret?: SecretValue;
  /** Token of the alert source. @default - `httpClient.authorization` */
  readonly alertSourceToken?: SecretValue;
  /** Alerts in one request; those beyond are cut off. 0 is no limit. @default 0 */
  readonly maxAlerts?: number;
}

export const INCIDENT_IO: NotifierKind<IncidentIoOptions> = {
  key: 'incidentio_configs',
  name: 'incident.io',
  rows: {
    url: url(),
    urlSecret: secret('url_file'),
    alertSourceToken: secret('alert_source_token_file'),
    ...TIMED_NOTIFIER_ROWS,
    maxAlerts: count(),
  },
  needs: [{ oneOf: ['url', 'urlSecret'] }],
  problems: ({ alertSourceToken, httpClient }) => (!alertSourceToken === !httpClient?.authorization
    ? ['either \'alertSourceToken\' or \'httpClient.authorization\' must be given, and not both'] : []),
  target: options => options.url,
};

/** A push message of Pushover. */
export interface PushoverOptions extends HttpNotifierOptions {
  /** Key of the user or the group. */
  readonly userKey: SecretValue;
  /** Token of the application. */
  readonly token: SecretValue;
  /** Title. @default - Alertmanager's template */
  readonly title?: string;
  /** Message. @default - Alertmanager's template */
  readonly message?: string;
  /** A link. @default - Alertmanager's template */
  readonly url?: string;
  /** What is written on the link. @default - none */
  readonly urlTitle?: string;
  /** Name of the device. @default - all of the user's */
  readonly device?: string;
  /** Sound. @default - the user's */
  readonly sound?: string;
  /** -2 to 2. @default - 2 for firing alerts, 0 for those that are over */
  readonly priority?: string;
  /** How often a message of priority 2 is repeated until it is confirmed; 30 seconds or more. @default 1 minute */
  readonly retry?: Duration;
  /** How long a message of priority 2 is repeated. @default 1 hour */
  readonly expire?: Duration;
  /** After which time the message vanishes. @default - never */
  readonly ttl?: Duration;
  /** Whether the message is HTML. @default false */
  readonly html?: boolean;
  /** Whether the message is set in a fixed width. @default false */
  readonly monospace?: boolean;
}

export const PUSHOVER: NotifierKind<PushoverOptions> = {
  key: 'pushover_configs',
  name: 'Pushover',
  rows: {
    userKey: required(secret('user_key_file')),
    token: required(secret('token_file')),
    ...HTTP_NOTIFIER_ROWS,
    title: template(),
    message: template(),
    url: template(),
    urlTitle: template(),
    device: template(),
    sound: template(),
    priority: template(),
    retry: span({ min: 30 }),
    expire: span({ min: 1, max: 10_800 }),
    ttl: span({ min: 1 }),
    html: toggle(),
    monospace: toggle(),
  },
  problems: ({ html, monospace }) => (html && monospace ? ['a message is \'html\' or \'monospace\', but not both'] : []),
  target: () => 'https://api.pushover.net/1/messages.json',
};
