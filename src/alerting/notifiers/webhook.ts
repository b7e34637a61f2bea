import type { SecretValue } from 'cdk8s-plus-28';
import type { NotifierKind } from './kind';
import { anything, TIMED_NOTIFIER_ROWS, TimedNotifierOptions, url } from './options';
import { count, Fields, list, problemsOf, required, text } from '../../core/fields';
import { secret } from '../config-rows';

/** A request to a server of one's own, with all alerts of the group as JSON. */
export interface WebhookOptions extends TimedNotifierOptions {
  /** Where the alerts are sent. @default - `urlSecret` */
  readonly url?: string;
  /** Where the URL is, if it is a secret. @default - `url` */
  readonly urlSecret?: SecretValue;
  /** Alerts in one request; those beyond are cut off, and only counted. 0 is no limit. @default 0 */
  readonly maxAlerts?: number;
  /** The body of the request in place of Alertmanager's own; texts in it are templates. @default - Alertmanager's own, version 4 */
  readonly payload?: Record<string, unknown>;
}

export const WEBHOOK: NotifierKind<WebhookOptions> = {
  key: 'webhook_configs',
  name: 'webhook',
  rows: { url: url(), urlSecret: secret('url_file'), ...TIMED_NOTIFIER_ROWS, maxAlerts: count(), payload: anything() },
  needs: [{ oneOf: ['url', 'urlSecret'] }],
  target: options => options.url,
};

/** A gateway that sends text messages to phones, reached by HTTP. */
export interface SmsGatewayOptions extends TimedNotifierOptions {
  /** Where the gateway takes messages. @default - `urlSecret` */
  readonly url?: string;
  /** Where the URL is, if it is a secret. @default - `url` */
  readonly urlSecret?: SecretValue;
  /** Numbers of the phones, as E.164 writes them, e.g. `+4915112345678`. */
  readonly to: string[];
  /** Number or name that the message comes from. @default - the gateway's own */
  readonly from?: string;
  /**
   * The message, a template. A text message has 160 characters.
   * @default - the state, how many alerts fire, the alert's name, labels `cluster` and `namespace` and annotation `summary`, as far as all alerts share them
   */
  readonly message?: string;
  /** Field of the body that holds the numbers. @default to */
  readonly toField?: string;
  /** Field of the body that holds the sender. @default from */
  readonly fromField?: string;
  /** Field of the body that holds the message. @default message */
  readonly messageField?: string;
  /** Further fields of the body, as the gateway wants them. @default - none */
  readonly fields?: Record<string, unknown>;
}

/** Short enough for one text message: state, number of alerts, name, and the labels they share that say where. */
const SMS_TEXT = '[{{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ .Alerts.Firing | len }}{{ end }}] {{ .CommonLabels.alertname }} '
  + '{{ .CommonLabels.cluster }} {{ .CommonLabels.namespace }} {{ .CommonAnnotations.summary }}';

const FIELDS: Fields<Pick<SmsGatewayOptions, 'to' | 'from' | 'message' | 'toField' | 'fromField' | 'messageField' | 'fields'>> = {
  to: required(list(text('a number of a phone as E.164 writes it, e.g. +4915112345678', /^\+[1-9]\d{6,14}$/))),
  from: text(),
  message: text(),
  toField: text(),
  fromField: text(),
  messageField: text(),
  fields: anything(),
};

/** What is wrong with the props that become the body. */
export function smsProblems(options: SmsGatewayOptions): string[] {
  const own = Object.fromEntries(Object.entries(options ?? {}).filter(([name]) => name in FIELDS)) as unknown as SmsGatewayOptions;
  return problemsOf(FIELDS, own).map(([prop, problem]) => `'${prop}' ${problem}`);
}

/** The body that a gateway is sent, by Alertmanager's templated payload (since 0.32). */
export function smsPayload({ to, from, message = SMS_TEXT, toField = 'to', fromField = 'from', messageField = 'message', fields }: SmsGatewayOptions): Record<string, unknown> {
  return { [toField]: to, ...(from === undefined ? {} : { [fromField]: from }), [messageField]: message, ...fields };
}
