import type { Duration } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { count, duration, Fields, Given, read, secretValue, text, toggle } from '../core/fields';
import { check, Rule, Severity } from '../core/findings';
import { pathOf, SecretFile } from '../core/object-store';
import { durationText } from '../core/units';

/** How the client of the object store uses connections; names follow Thanos' `http_config`. */
export interface ObjectStoreHttpOptions {
  /** How long a connection without a request is kept. Google's client takes it as the limit of a whole request too. @default 90 seconds */
  readonly idleConnTimeout?: Duration;
  /** How long the first byte of an answer may take. @default 2 minutes */
  readonly responseHeaderTimeout?: Duration;
  /** How long a TLS handshake may take. @default 10 seconds */
  readonly tlsHandshakeTimeout?: Duration;
  /** How long to wait for the store's consent before an upload's body is sent anyway. @default 1 second */
  readonly expectContinueTimeout?: Duration;
  /** Connections kept without a request, to all hosts. 0 is no limit. @default 100 */
  readonly maxIdleConns?: number;
  /** Connections kept without a request, to one host. @default 100 */
  readonly maxIdleConnsPerHost?: number;
  /** Connections to one host. 0 is no limit. @default 0 */
  readonly maxConnsPerHost?: number;
}

/** How the client of the object store speaks TLS. */
export interface ObjectStoreTlsOptions {
  /** Certificates of the authorities that are trusted, PEM. @default - those of the image */
  readonly ca?: SecretValue;
  /** Name that the store's certificate must bear. @default - the host of the endpoint */
  readonly serverName?: string;
  /** Certificate that the client shows, PEM; goes with `key`. @default - none */
  readonly certificate?: SecretValue;
  /** Key of that certificate, PEM. @default - none */
  readonly key?: SecretValue;
  /** Takes any certificate, and so any impostor. @default false */
  readonly insecureSkipVerify?: boolean;
}

export const OBJECT_STORE_HTTP_FIELDS: Fields<ObjectStoreHttpOptions> = {
  idleConnTimeout: duration(),
  responseHeaderTimeout: duration(),
  tlsHandshakeTimeout: duration(),
  expectContinueTimeout: duration(),
  maxIdleConns: count(),
  maxIdleConnsPerHost: count({ min: 1 }),
  maxConnsPerHost: count(),
};

export const OBJECT_STORE_TLS_FIELDS: Fields<ObjectStoreTlsOptions> = {
  ca: secretValue(),
  serverName: text('a host name', /^(?=.{1,253}$)[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$/),
  certificate: secretValue(),
  key: secretValue(),
  insecureSkipVerify: toggle(),
};

const TLS_RULES: Rule<Given<ObjectStoreTlsOptions>>[] = [{
  id: 'bucket-client-certificate',
  broken: s => (s.certificate === undefined) !== (s.key === undefined),
  says: s => `'tls.${s.key ? 'key' : 'certificate'}' is given without 'tls.${s.key ? 'certificate' : 'key'}'; give both, or none.`,
}, {
  id: 'bucket-tls-unverified',
  severity: Severity.WARNING,
  broken: s => s.insecureSkipVerify === true,
  says: () => '\'tls.insecureSkipVerify\' lets anyone who can answer in the bucket\'s place read and change all blocks. '
    + 'Give the authority of its certificate as \'tls.ca\' instead.',
}];

/** The `http_config` of Thanos, and the files that it names. */
export function httpConfig(at: IConstruct, http: ObjectStoreHttpOptions = {}, tls: ObjectStoreTlsOptions = {}) {
  const { maxIdleConns, maxIdleConnsPerHost, maxConnsPerHost, ...times } = read(at, OBJECT_STORE_HTTP_FIELDS, http, 'http.');
  const { ca, certificate, key, serverName, insecureSkipVerify } = read(at, OBJECT_STORE_TLS_FIELDS, tls, 'tls.');
  check(at, TLS_RULES, { certificate: tls.certificate, key: tls.key, insecureSkipVerify });
  const file = (name: string, value?: SecretValue): SecretFile | undefined => value && { mountPath: `/etc/thanos/objstore/${name}`, value };
  const files = { ca_file: file('ca', ca), cert_file: file('certificate', certificate), key_file: file('key', key) };
  const seconds = (value?: number) => value === undefined ? undefined : durationText(value);
  const config = {
    idle_conn_timeout: seconds(times.idleConnTimeout),
    response_header_timeout: seconds(times.responseHeaderTimeout),
    tls_handshake_timeout: seconds(times.tlsHandshakeTimeout),
    expect_continue_timeout: seconds(times.expectContinueTimeout),
    max_idle_conns: maxIdleConns,
    max_idle_conns_per_host: maxIdleConnsPerHost,
    max_conns_per_host: maxConnsPerHost,
    insecure_skip_verify: insecureSkipVerify,
    tls_config: orNothing({ ...Object.fromEntries(Object.entries(files).map(([name, at_]) => [name, at_ && pathOf(at_)])), server_name: serverName }),
  };
  return { config: orNothing(config), files: Object.values(files).flatMap(given => given ?? []) };
}

/** A part of the configuration, unless it says nothing. */
function orNothing(config: object): object | undefined {
  return Object.values(config).some(value => value !== undefined) ? config : undefined;
}
