import type { Duration } from 'cdk8s';
import type { RemoteWriteEndpoint } from './endpoint';
import { count, duration, Field, Fields, Given, headerName, list, map, some, toggle } from './fields';
import { flag } from './flags';
import { HttpClient, httpClientConfig, HttpClientOptions } from './http-client';
import { configText, Relabeling, relabeling } from './relabeling';
import { durationText } from './units';

/** How samples are sent. The queue's props are named as in Prometheus' `queue_config`. */
export interface RemoteWriteTuning {
  /** Samples that wait in each queue shard; one full shard stops the reading of the WAL for all. @default - from the plan */
  readonly capacity?: number;
  /** Queue shards, that is requests at once, that a sender begins with. @default - from the plan */
  readonly minShards?: number;
  /** Queue shards that a sender may use to catch up; after an outage of a few minutes, all senders use them all. @default - from the plan */
  readonly maxShards?: number;
  /** Samples in a request. @default - from the plan */
  readonly maxSamplesPerSend?: number;
  /** The longest that a sample waits for its request to fill. @default - from the plan */
  readonly batchSendDeadline?: Duration;
  /** Wait before the first repetition of a failed request; it doubles with each. @default - from the plan */
  readonly minBackoff?: Duration;
  /** The longest wait before a repetition. @default - from the plan */
  readonly maxBackoff?: Duration;
  /** Repeats a request that was answered 429; otherwise its samples are lost. @default true */
  readonly retryOnHttp429?: boolean;
  /** Age at which samples are no longer sent; must be well beyond the longest outage. @default - they are sent at any age */
  readonly sampleAgeLimit?: Duration;
  /** Time after which a request has failed. @default 30 seconds */
  readonly remoteTimeout?: Duration;
  /** How long a stopping sender may send what is queued. @default - from the plan */
  readonly flushDeadline?: Duration;
  /** Sends exemplars; the receiver must keep them too. @default false */
  readonly sendExemplars?: boolean;
  /** Sends native histograms, which remote write 1.0 leaves out otherwise. @default false */
  readonly sendNativeHistograms?: boolean;
  /**
   * Takes another address of the receiver for each connection, where its name has several: an experiment of Prometheus that
   * spreads few senders over many routers. @default false
   */
  readonly roundRobinDns?: boolean;
  /** Further headers of each request; no secrets, for they stand in the configuration. @default - none */
  readonly remoteWriteHeaders?: Record<string, string>;
  /** Steps over the labels of samples before they are sent. @default - none */
  readonly writeRelabelings?: Relabeling[];
  /** How the receiver is trusted, and the sender shown to it. @default - no TLS, no authorization */
  readonly remoteWriteClient?: HttpClientOptions;
}

/** Prometheus does not start with one of these among the headers; Prometheus 3.14, config/config.go */
const RESERVED_HEADERS = [
  'authorization', 'host', 'content-encoding', 'content-length', 'content-type', 'user-agent', 'connection', 'keep-alive', 'proxy-authenticate',
  'proxy-authorization', 'www-authenticate', 'accept-encoding', 'x-prometheus-remote-write-version', 'x-prometheus-remote-read-version',
  'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256',
];

const ownHeader = (): Field<string> => ({
  ...headerName(),
  problem: name => headerName().problem(name)
    ?? (RESERVED_HEADERS.includes(name.toLowerCase()) ? 'must not be one that Prometheus sets itself; what authorizes belongs into \'remoteWriteClient\'' : undefined),
});

export const REMOTE_WRITE_FIELDS: Fields<RemoteWriteTuning> = {
  capacity: count({ min: 1 }),
  minShards: count({ min: 1 }),
  maxShards: count({ min: 1 }),
  maxSamplesPerSend: count({ min: 1 }),
  batchSendDeadline: duration(),
  minBackoff: duration(),
  maxBackoff: duration(),
  retryOnHttp429: toggle(),
  sampleAgeLimit: duration(),
  remoteTimeout: duration(),
  flushDeadline: flag('storage.remote.flush-deadline', duration(), { as: 'duration', default: '1m' }),
  sendExemplars: toggle(),
  sendNativeHistograms: toggle(),
  roundRobinDns: toggle(),
  remoteWriteHeaders: map(configText('a text of one line', /^[^\r\n]*\S[^\r\n]*$/), ownHeader()),
  writeRelabelings: list(relabeling()),
  remoteWriteClient: some<HttpClientOptions>(),
};

/** The queue's settings, of which the plan knows all but the last. */
export type QueueSettings = {
  readonly capacity: number;
  readonly minShards: number;
  readonly maxShards: number;
  readonly maxSamplesPerSend: number;
  readonly batchSendDeadline: number;
  readonly minBackoff: number;
  readonly maxBackoff: number;
} & Given<RemoteWriteTuning>;

/** One entry of `remote_write`. */
export function remoteWriteConfig(target: RemoteWriteEndpoint, headers: Record<string, string>, settings: QueueSettings, client: HttpClient): object {
  const all = { ...settings.remoteWriteHeaders, ...headers };
  return {
    url: target.url,
    // Remote write 1.0. Thanos 0.42 takes a message of 2.0 for one without series, answers 200, and all is lost.
    protobuf_message: 'prometheus.WriteRequest',
    remote_timeout: settings.remoteTimeout === undefined ? undefined : durationText(settings.remoteTimeout),
    headers: Object.keys(all).length > 0 ? all : undefined,
    send_exemplars: settings.sendExemplars,
    send_native_histograms: settings.sendNativeHistograms,
    round_robin_dns: settings.roundRobinDns,
    ...httpClientConfig(client),
    write_relabel_configs: settings.writeRelabelings?.map(({ _config }) => _config),
    queue_config: queueConfig(settings),
    // Thanos Receive, which is what a tenant's header tells of, throws metadata away.
    metadata_config: target.tenantHeader ? { send: false } : undefined,
  };
}

function queueConfig(settings: QueueSettings): object {
  return {
    capacity: settings.capacity,
    min_shards: settings.minShards,
    max_shards: settings.maxShards,
    max_samples_per_send: settings.maxSamplesPerSend,
    batch_send_deadline: durationText(settings.batchSendDeadline),
    min_backoff: durationText(settings.minBackoff),
    max_backoff: durationText(settings.maxBackoff),
    retry_on_http_429: settings.retryOnHttp429 ?? true,
    sample_age_limit: settings.sampleAgeLimit === undefined ? undefined : durationText(settings.sampleAgeLimit),
  };
}
