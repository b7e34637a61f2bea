import type { SecretValue } from 'cdk8s-plus-28';
import type { NotifierKind } from './kind';
import { NOTIFIER_ROWS, NotifierOptions, template, tls } from './options';
import { headerName, map, oneOf, required, shown, text, toggle } from '../../core/fields';
import type { ClientTls } from '../../core/http-client';
import { Rows, secret, unprinted } from '../config-rows';

/** How messages of a thread belong together. */
export enum EmailThreading {
  /** All messages of one group of alerts. */
  NONE = 'none',
  /** Those of one group and one day. */
  DAILY = 'daily',
}

/** A server that takes mail. */
export interface SmtpOptions {
  /** Server and port, e.g. `smtp.example.com:587`. */
  readonly smarthost?: string;
  /** Address of the sender. */
  readonly from?: string;
  /** Name by which Alertmanager introduces itself. @default localhost */
  readonly hello?: string;
  /** User. @default - no authentication */
  readonly authUsername?: string;
  /** Password, for PLAIN and LOGIN. @default - none */
  readonly authPassword?: SecretValue;
  /** Secret, for CRAM-MD5. @default - none */
  readonly authSecret?: SecretValue;
  /** Identity, for PLAIN. @default - none */
  readonly authIdentity?: string;
  /** Whether the server must offer STARTTLS. @default true */
  readonly requireTls?: boolean;
  /** Whether the connection is TLS from the beginning. @default - at port 465 */
  readonly forceImplicitTls?: boolean;
  /** Trust in the server, and the client's certificate. @default - the image's authorities */
  readonly tls?: ClientTls;
}

/** A mail. */
export interface EmailOptions extends SmtpOptions, NotifierOptions {
  /** Addresses of the recipients, with commas between them. */
  readonly to: string;
  /** Subject. @default - Alertmanager's template `email.default.subject` */
  readonly subject?: string;
  /** Body in HTML; empty for none. @default - Alertmanager's template `email.default.html` */
  readonly html?: string;
  /** Body as plain text. @default - none */
  readonly text?: string;
  /** Further headers. @default - none */
  readonly headers?: Record<string, string>;
  /** Keeps messages of one group together in mail programs. @default - each message stands alone */
  readonly threading?: EmailThreading;
}

/** Server and port. */
const smarthost = () => text('a host and a port, e.g. smtp.example.com:587', /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?):\d{1,5}$/);

/** A line break would begin another header. */
const headerText = () => {
  const field = template();
  return { ...field, problem: (value: string) => field.problem(value) ?? (/[\r\n]/.test(value) ? `must be one line, but is ${shown(value)}` : undefined) };
};

export const SMTP_ROWS: Rows<SmtpOptions> = {
  smarthost: smarthost(),
  from: template(),
  hello: text(),
  authUsername: text(),
  authPassword: secret('auth_password_file'),
  authSecret: secret('auth_secret_file'),
  authIdentity: text(),
  requireTls: toggle(),
  forceImplicitTls: toggle(),
  tls: tls(),
};

export const EMAIL: NotifierKind<EmailOptions> = {
  key: 'email_configs',
  name: 'email',
  rows: {
    to: required(text('addresses of mail in one line', /^(?=.*\S).*$/)),
    ...NOTIFIER_ROWS,
    ...SMTP_ROWS,
    subject: unprinted(template()),
    headers: map(headerText(), headerName()),
    html: template(),
    text: template(),
    threading: { ...oneOf(EmailThreading), print: value => ({ enabled: true, thread_by_date: value }) },
  },
  needs: [{ oneOf: ['smarthost'], global: ['smtp'] }, { oneOf: ['from'], global: ['smtp'] }],
  also: ({ subject, headers }) => (subject === undefined ? {} : { headers: { ...headers, Subject: subject } }),
  problems: ({ subject, headers = {}, threading }) => [
    ...(subject !== undefined && Object.keys(headers).some(name => name.toLowerCase() === 'subject') ? ['the subject is given twice, by \'subject\' and in \'headers\''] : []),
    ...Object.keys(headers).filter(name => threading !== undefined && /^(references|in-reply-to)$/i.test(name))
      .map(name => `'headers' must not have '${name}', which 'threading' fills in`),
  ],
  target: (options, { smtp }) => options.smarthost ?? smtp?.smarthost,
};
