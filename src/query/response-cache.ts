import { isIP } from 'net';
import type { Duration, Size } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { type Endpoint, endpoint } from '../core/endpoint';
import { count, duration, Fields, Given, having, list, read, required, secretValue, size, text, toggle } from '../core/fields';
import type { SecretVariable } from '../core/object-store';
import { bytesText, durationText } from '../core/units';
import { stringify } from '../core/yaml';

/** A memcached that all frontends share. */
export interface MemcachedCacheOptions {
  /** Where it is; each name is looked up every 10 seconds, and each address behind it is a server. */
  readonly endpoints: Endpoint[];
  /** How long an answer is kept. @default 24 hours */
  readonly expiration?: Duration;
  /** How long a request to a server may take. @default 500 milliseconds */
  readonly timeout?: Duration;
  /** Largest answer that is kept; the servers must take it as well (memcached's `-I`). @default 1 MiB */
  readonly maxItemSize?: Size;
  /** Idle connections that are kept to each server. @default 100 */
  readonly maxIdleConnections?: number;
  /** Writes to the cache at once. @default 10 */
  readonly maxAsyncConcurrency?: number;
  /** Writes that wait; further ones are dropped. @default 10000 */
  readonly maxAsyncBufferSize?: number;
}

/** A Redis that all frontends share. A frontend does not start while it is away. */
export interface RedisCacheOptions {
  /** Where it is; several for Redis Cluster or Sentinel. */
  readonly endpoints: Endpoint[];
  /** Name of the master that Sentinel watches. @default - no Sentinel */
  readonly masterName?: string;
  /** User. @default - Redis' default user */
  readonly username?: string;
  /** Password. It must not contain a single quote. @default - none */
  readonly password?: SecretValue;
  /** Number of the database. @default 0 */
  readonly db?: number;
  /** Speaks TLS; the certificate must be signed by an authority that the image knows. @default false */
  readonly tls?: boolean;
  /** How long a request may take. @default 3 seconds */
  readonly timeout?: Duration;
  /** How long an answer is kept. @default 24 hours */
  readonly expiration?: Duration;
}

const servers = () => list(endpoint());

/** Thanos replaces `$(NAME)` in the configuration of a cache, and the kubelet reads `$$` as one dollar sign. */
const plainText = () => text('a text without \'$\'', /^[^$]*[^$\s][^$]*$/);

export const MEMCACHED_FIELDS: Fields<MemcachedCacheOptions> = {
  endpoints: required(servers()),
  expiration: duration({ min: 1 }),
  timeout: duration(),
  maxItemSize: size(),
  maxIdleConnections: count({ min: 1 }),
  maxAsyncConcurrency: count({ min: 1 }),
  maxAsyncBufferSize: count({ min: 1 }),
};

export const REDIS_FIELDS: Fields<RedisCacheOptions> = {
  endpoints: required(servers()),
  masterName: plainText(),
  username: plainText(),
  password: secretValue(),
  db: count(),
  tls: toggle(),
  timeout: duration(),
  expiration: duration({ min: 1 }),
};

const PASSWORD = 'REDIS_PASSWORD';

/** The row of a prop that is a cache. */
export const responseCache = () => having<ResponseCache>('a cache, e.g. ResponseCache.memcached(…)', '_connect');

/** What a cache adds to the pods of a frontend. */
export interface CacheConnection {
  /** The configuration as Thanos reads it. */
  readonly config: string;
  readonly endpoints: Endpoint[];
  readonly variables: SecretVariable[];
}

/** A cache of answers outside of the frontends. They lose nothing when they restart, and one finds what another one asked. */
export class ResponseCache {
  /** memcached by its address. */
  public static memcached(options: MemcachedCacheOptions): ResponseCache {
    return new ResponseCache(at => memcached(read(at, MEMCACHED_FIELDS, options, 'cache.')));
  }

  /** Redis by its address. */
  public static redis(options: RedisCacheOptions): ResponseCache {
    return new ResponseCache(at => redis(read(at, REDIS_FIELDS, options, 'cache.')));
  }

  private constructor(
    /** Judges the options at the frontend that uses them. @internal */
    public readonly _connect: (at: IConstruct) => CacheConnection,
  ) {}
}

/** Keys that are left out keep the defaults of Thanos 0.42, pkg/queryfrontend/config.go, which our docs state. */
function memcached(given: Given<MemcachedCacheOptions>): CacheConnection {
  const { endpoints = [] } = given;
  return connection('MEMCACHED', endpoints, {
    addresses: endpoints.map(({ host, address }) => (isIP(host) ? address : `dns+${address}`)),
    timeout: given.timeout && durationText(given.timeout),
    max_idle_connections: given.maxIdleConnections,
    max_async_concurrency: given.maxAsyncConcurrency,
    max_async_buffer_size: given.maxAsyncBufferSize,
    max_item_size: given.maxItemSize && bytesText(given.maxItemSize),
    expiration: given.expiration && durationText(given.expiration),
  });
}

/** Only keys that the frontend looks at: it takes no files for TLS, and one timeout for all. */
function redis(given: Given<RedisCacheOptions>): CacheConnection {
  const { endpoints = [], password } = given;
  return connection('REDIS', endpoints, {
    addr: endpoints.map(({ address }) => address).join(','),
    master_name: given.masterName,
    username: given.username,
    // The doubled dollar leaves the name to Thanos: filled in by the kubelet, the password would stand in the process list.
    password: password && `$$(${PASSWORD})`,
    db: given.db,
    tls_enabled: given.tls,
    read_timeout: given.timeout && durationText(given.timeout),
    expiration: given.expiration && durationText(given.expiration),
  }, password && [{ name: PASSWORD, value: password }]);
}

function connection(type: string, endpoints: Endpoint[], config: object, variables: SecretVariable[] = []): CacheConnection {
  return { config: stringify({ type, config }, { defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' }), endpoints, variables };
}
