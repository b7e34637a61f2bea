import type { SecretValue } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { Fields, Given, read, required, secretValue, some, text, toggle } from './fields';
import { Graph } from './graph';
import { configText } from './relabeling';
import { secretPath } from './secret-files';

/** How a client trusts a server, and shows itself to it. */
export interface ClientTls {
  /** Certificates of the authorities that are trusted. @default - those of the image */
  readonly ca?: SecretValue;
  /** Certificate of the client; goes with `key`. @default - none */
  readonly cert?: SecretValue;
  /** Private key of the client; goes with `cert`. @default - none */
  readonly key?: SecretValue;
  /** Name that the server's certificate must have. @default - the host of the URL */
  readonly serverName?: string;
  /** Takes any certificate: whoever stands between may read and answer. @default false */
  readonly insecureSkipVerify?: boolean;
}

/** User and password. */
export interface BasicAuth {
  /** Name of the user; it stands in the configuration. */
  readonly username: string;
  /** Where the password is; it is mounted as a file. */
  readonly password: SecretValue;
}

/** A token in the `Authorization` header. */
export interface Authorization {
  /** Word before the token. @default Bearer */
  readonly type?: string;
  /** Where the token is; it is mounted as a file. */
  readonly credentials: SecretValue;
}

/** How Prometheus speaks to a server. */
export interface HttpClientOptions {
  /** TLS. @default - none, or the image's authorities for an `https` URL */
  readonly tls?: ClientTls;
  /** User and password. @default - none */
  readonly basicAuth?: BasicAuth;
  /** A token in the `Authorization` header. @default - none */
  readonly authorization?: Authorization;
}

export const TLS_FIELDS: Fields<ClientTls> = {
  ca: secretValue(),
  cert: secretValue(),
  key: secretValue(),
  serverName: configText(),
  insecureSkipVerify: toggle(),
};

export const BASIC_AUTH_FIELDS: Fields<BasicAuth> = { username: required(configText()), password: required(secretValue()) };

export const AUTHORIZATION_FIELDS: Fields<Authorization> = { type: text('a word', /^[A-Za-z0-9-]+$/), credentials: required(secretValue()) };

export const HTTP_CLIENT_FIELDS: Fields<HttpClientOptions> = {
  tls: some<ClientTls>(),
  basicAuth: some<BasicAuth>(),
  authorization: some<Authorization>(),
};

/** The well-formed settings of a client. */
export interface HttpClient {
  readonly tls?: Given<ClientTls>;
  readonly basicAuth?: Given<BasicAuth>;
  readonly authorization?: Given<Authorization>;
}

/** Judges the settings of a client, whose own fields have been read; `prefix` leads to them from the props. */
export function readHttpClient(at: IConstruct, { tls, basicAuth, authorization }: HttpClientOptions, prefix: string): HttpClient {
  const client = {
    tls: tls && read(at, TLS_FIELDS, tls, `${prefix}tls.`),
    basicAuth: basicAuth && read(at, BASIC_AUTH_FIELDS, basicAuth, `${prefix}basicAuth.`),
    authorization: authorization && read(at, AUTHORIZATION_FIELDS, authorization, `${prefix}authorization.`),
  };
  contradictions(client, prefix).forEach(message => Graph.of(at).report(at, 'http-client-contradiction', message));
  return client;
}

function contradictions({ tls = {}, basicAuth, authorization }: HttpClient, prefix: string): string[] {
  return [
    ...(basicAuth && authorization
      ? [`'${prefix}basicAuth' and '${prefix}authorization' are both given, but a request has one Authorization header; leave one of them out.`] : []),
    ...(!tls.cert !== !tls.key
      ? [`'${prefix}tls.cert' and '${prefix}tls.key' go together, but only one of them is given; give both, or none.`] : []),
    ...(tls.ca && tls.insecureSkipVerify
      ? [`'${prefix}tls.ca' is of no use while '${prefix}tls.insecureSkipVerify' takes any certificate; leave one of them out.`] : []),
  ];
}

/** Where Secrets are mounted; each is a folder, each of its keys that is used a file. */
export const SECRETS = '/etc/prometheus/secrets';

const fileOf = (value: SecretValue | undefined) => value && secretPath(SECRETS, value);

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The client as Prometheus reads it; `serviceAccount` trusts the cluster's authority and shows the pod's own token. */
export function httpClientConfig({ tls, basicAuth, authorization }: HttpClient, serviceAccount = false): object {
  const ownCa = serviceAccount && !tls?.insecureSkipVerify ? `${SERVICE_ACCOUNT}/ca.crt` : undefined;
  const tlsConfig = {
    ca_file: fileOf(tls?.ca) ?? ownCa,
    cert_file: fileOf(tls?.cert),
    key_file: fileOf(tls?.key),
    server_name: tls?.serverName,
    insecure_skip_verify: tls?.insecureSkipVerify || undefined,
  };
  const ownToken = serviceAccount && !basicAuth ? `${SERVICE_ACCOUNT}/token` : undefined;
  const token = fileOf(authorization?.credentials) ?? ownToken;
  return {
    ...(tls || serviceAccount ? { tls_config: tlsConfig } : {}),
    ...(basicAuth ? { basic_auth: { username: basicAuth.username, password_file: fileOf(basicAuth.password) } } : {}),
    ...(token ? { authorization: { type: authorization?.type, credentials_file: token } } : {}),
  };
}

/** The keys of Secrets that a client reads as files. */
export function secretsOf({ tls, basicAuth, authorization }: HttpClient): SecretValue[] {
  return [tls?.ca, tls?.cert, tls?.key, basicAuth?.password, authorization?.credentials].flatMap(value => value ?? []);
}
