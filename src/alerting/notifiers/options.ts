import type { Duration } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import { headerName, isRecord, list, map, quoted, required, shown, text, toggle } from '../../core/fields';
import type { Authorization, BasicAuth, ClientTls } from '../../core/http-client';
import { NetworkPeer, networkPeer } from '../../core/network-peer';
import { brokenTemplate } from '../../rules/template/parser';
import { keyed, nested, Rows, secret, span, unprinted } from '../config-rows';

/** How Alertmanager speaks to a server by HTTP. */
export interface NotifierHttpClient {
  /** TLS. @default - none, or the image's authorities for an `https` URL */
  readonly tls?: ClientTls;
  /** User and password. @default - none */
  readonly basicAuth?: BasicAuth;
  /** A token in the `Authorization` header. @default - none */
  readonly authorization?: Authorization;
  /** A token that is got from a server of OAuth 2.0. @default - none */
  readonly oauth2?: NotifierOAuth2;
  /** Proxy through which requests go; a password has no place in it. @default - none */
  readonly proxyUrl?: string;
  /** Hosts that are reached without the proxy, with commas between them. @default - none */
  readonly noProxy?: string;
  /** Whether the proxy comes from the environment, as `HTTPS_PROXY`. @default false */
  readonly proxyFromEnvironment?: boolean;
  /** Whether redirects are followed. @default true */
  readonly followRedirects?: boolean;
  /** Whether HTTP/2 is spoken. @default true */
  readonly enableHttp2?: boolean;
  /** Headers of each request whose values are in Secrets, by name. @default - none */
  readonly secretHeaders?: Record<string, SecretValue>;
}

/** Credentials of a client of OAuth 2.0. */
export interface NotifierOAuth2 {
  /** Id of the client. */
  readonly clientId: string;
  /** Where the client's secret is; it is mounted as a file. */
  readonly clientSecret: SecretValue;
  /** Where tokens are got. */
  readonly tokenUrl: string;
  /** Scopes of the token. @default - none */
  readonly scopes?: string[];
}

/** What all notifiers share. */
export interface NotifierOptions {
  /** Whether it also tells that an alert is over. @default true: Alertmanager's own default is false for email, Slack, Rocket.Chat and WeChat */
  readonly sendResolved?: boolean;
  /** How network policies name who is notified. @default - any address, at the port of the URL; 443 where a Secret has the URL */
  readonly peer?: NetworkPeer;
}

/** What notifiers share that speak HTTP. */
export interface HttpNotifierOptions extends NotifierOptions {
  /** How it speaks HTTP. @default - as `AlertmanagerGlobals.httpClient` says */
  readonly httpClient?: NotifierHttpClient;
}

const SECRET_URL = /^[a-z]+:\/\/[^/?#]*:[^/?#]*@/i;

/** The row of a URL that is no secret. */
export const url = () => {
  const field = text('an http or https URL', /^https?:\/\/[^\s/]+\S*$/);
  return {
    ...field,
    // What was given may be the secret itself, so it is not shown.
    problem: (value: string) => (typeof value === 'string' && SECRET_URL.test(value)
      ? 'must be a URL without a password; no secret ever stands in YAML, so give it by \'httpClient.basicAuth\'' : field.problem(value)),
  };
};

const TLS_ROWS: Rows<ClientTls> = {
  ca: secret('ca_file'),
  cert: secret('cert_file'),
  key: secret('key_file'),
  serverName: text(),
  insecureSkipVerify: toggle(),
};

/** The row of TLS, under the name that the parent's configuration has for it. */
export const tls = (key = 'tls_config') => {
  const field = nested<ClientTls>(TLS_ROWS);
  const pair = 'must have \'cert\' and \'key\' together, but has only one of them';
  return keyed(key, { ...field, problem: (value: ClientTls) => field.problem(value) ?? (!value.cert !== !value.key ? pair : undefined) });
};

const HEADERS = map<SecretValue>(secret(''), headerName());

const HTTP_CLIENT_ROWS: Rows<NotifierHttpClient> = {
  tls: tls(),
  basicAuth: nested<BasicAuth>({ username: required(text()), password: required(secret('password_file')) }),
  authorization: nested<Authorization>({ type: text('a word', /^[A-Za-z0-9-]+$/), credentials: required(secret('credentials_file')) }),
  oauth2: nested<NotifierOAuth2>({
    clientId: required(text()), clientSecret: required(secret('client_secret_file')), tokenUrl: required(url()), scopes: list(text()),
  }),
  proxyUrl: url(),
  noProxy: text(),
  proxyFromEnvironment: toggle(),
  followRedirects: toggle(),
  enableHttp2: toggle(),
  secretHeaders: {
    ...HEADERS,
    key: 'http_headers',
    print: value => Object.fromEntries(Object.entries(value).map(([name, file]) => [name, { files: [secret('').print!(file)] }])),
    secrets: value => Object.values(value),
  },
};

const CREDENTIALS = ['basicAuth', 'authorization', 'oauth2'] as const;

/** The row of an HTTP client. */
export const httpClient = () => {
  const field = nested<NotifierHttpClient>(HTTP_CLIENT_ROWS);
  return keyed('http_config', {
    ...field,
    problem: (value: NotifierHttpClient) => field.problem(value) ?? contradiction(value),
  });
};

function contradiction(client: NotifierHttpClient): string | undefined {
  const given = CREDENTIALS.filter(name => client[name] !== undefined);
  if (given.length > 1) {
    return `must have one of ${quoted(CREDENTIALS)} at most, for a request has one Authorization header, but has ${quoted(given, ' and ')}`;
  }
  return client.proxyUrl !== undefined && client.proxyFromEnvironment
    ? 'must have \'proxyUrl\' or \'proxyFromEnvironment\', but has both' : undefined;
}

export const NOTIFIER_ROWS: Rows<NotifierOptions> = { sendResolved: toggle(), peer: unprinted(networkPeer()) };

export const HTTP_NOTIFIER_ROWS: Rows<HttpNotifierOptions> = { ...NOTIFIER_ROWS, httpClient: httpClient() };

/** A text that Alertmanager expands as a template; an empty one leaves the field out of the message. */
export const template = () => {
  const field = text('a text', /^/);
  return { ...field, problem: (value: string) => field.problem(value) ?? broken(value) };
};

function broken(value: string): string | undefined {
  const mistake = brokenTemplate(value);
  return mistake && `must be a template that Alertmanager can read, but at character ${mistake.from + 1} of ${shown(value)}, ${mistake.message.replace(/\.$/, '')}`;
}

/** Texts that are expanded, by name. */
export const templates = () => map(template());

/** Any value that YAML and JSON hold alike, whose texts are expanded. */
export const anything = () => ({
  problem: (value: Record<string, unknown>) => (isRecord(value) ? notPlain(value) : `must be an object, but is ${shown(value)}`),
  base: (value: Record<string, unknown>) => value,
});

/** Levels of a message; none of a service has ten of them. */
const DEEPEST = 100;

/** The first value within another that is none of JSON's. */
function notPlain(value: unknown, path = '', above: unknown[] = []): string | undefined {
  if (above.includes(value) || above.length > DEEPEST) {
    return above.includes(value) ? `must not hold itself, but does at '${path}'` : `must have at most ${DEEPEST} levels, but has more`;
  }
  if (Array.isArray(value) || isRecord(value)) {
    const found = Object.entries(value).map(([name, entry]) => (entry === undefined ? undefined : notPlain(entry, `${path}${path && '.'}${name}`, [...above, value])));
    return found.find(problem => problem !== undefined);
  }
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value) ? undefined
    : `must hold texts, numbers, true, false, null, lists and maps only, but has at '${path}' ${shown(value)}`;
}

/** The row of how long a request may take. */
const timeout = () => span({ min: 0.001 });

/** How long a request may take, for notifiers that let it be told. */
export interface TimedNotifierOptions extends HttpNotifierOptions {
  /** How long a request may take. @default - as long as the route's `groupInterval` */
  readonly timeout?: Duration;
}

export const TIMED_NOTIFIER_ROWS: Rows<TimedNotifierOptions> = { ...HTTP_NOTIFIER_ROWS, timeout: timeout() };
