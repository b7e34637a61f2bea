import { DAY, GIB, HOUR, KIB } from './units';

/** Active series in one compaction stream: the docs of `thanos compact` advise against more in a block of 2 h. */
export const SERIES_PER_STREAM = 10_000_000;
/** Copies of each series in a ring; two of three are enough for a write, so one member may be away. */
export const REPLICATION_FACTOR = 3;
/**
 * Heads of one ingestor: with 4 to 8 KiB each it fits a node of 16 GiB. A stop that cuts and uploads them takes 30 core seconds and
 * a start after a kill as long, at the 23 and 21 µs a head that were measured by ingestor (10,000 to 120,000 heads); derivation.
 */
export const SERIES_PER_INGESTOR = 1_500_000;
/** The fullest member over the mean: ketama with 1000 sections a node gives 3 to 9 % (hashring.go, simulated). */
export const RING_SKEW = 1.1;
/** Seconds that the head of a Prometheus server spans at most: a block of 2 h and half of it. */
export const HEAD_SPAN = 3 * HOUR;
/**
 * Seconds that a head of an ingestor spans at most. Receive looks every 2 h whether its oldest sample is older than 3 h, so it may
 * be nearly 5 h old when it is cut; Thanos 0.42, pkg/receive/multitsdb.go.
 */
export const RING_HEAD_SPAN = 5 * HOUR;
/**
 * Bytes requested for a head of 3 h. Measured by ingestor: 3450 with garbage, 1720 without (10,000 to 120,000 heads, one tenant and
 * two); on three nodes of Kubernetes 2800 to 3600 (118,000 heads).
 */
export const INGESTOR_BYTES_PER_SERIES = 4 * KIB;
/**
 * Bytes of a head under the limit: twice what is requested, for queries, a catch-up and a member that left. Measured by ingestor, at
 * the peak: 4600 while it took in 30 times its usual flow, 2640 while it cut its head, 2180 while it read its WAL again.
 */
export const INGESTOR_LIMIT_BYTES_PER_SERIES = 8 * KIB;
/** Samples a second that one core of an ingestor takes in. Measured by flow: 196,000 at the margin (900 to 8,100 a second); cutting the head is 3 % of it. */
export const INGESTOR_SAMPLES_PER_CORE = 165_000;
/** Seconds of blocks kept by an ingestor: a day to repair the bucket, and recent queries without it. */
export const TSDB_RETENTION = DAY;
/** Seconds between the end of an outage and the next upload: a block is cut every 2 h, an hour late, and takes time to send. */
export const UPLOAD_MARGIN = 4 * HOUR;
/** Bytes of a sample in an ingestor's WAL. Measured by ingestor: 7.2 to 7.3 (10,000 to 120,000 heads). */
export const HEAD_WAL_BYTES_PER_SAMPLE = 7.5;
/** Room on a TSDB's volume for a block being cut, and for an alert before it is full; derivation. */
export const TSDB_HEADROOM = 1.3;
/** Bytes; the least that is asked for a TSDB's volume. */
export const TSDB_VOLUME_FLOOR = 8 * GIB;
/** Seconds to flush the head, upload it and leave. */
export const INGESTOR_GRACE = 900;
/** Samples a second that one core of a router takes in and forwards three times. Measured by flow: 132,000 at the margin (900 to 8,100 a second). */
export const ROUTER_SAMPLES_PER_SECOND = 110_000;
/** Bytes of a router's memory for one sample a second. Measured by flow: less than 5 KiB, and no growth from 900 to 8,100 a second. */
export const ROUTER_BYTES_PER_RATE = 4 * KIB;
/** Workers a peer; the default of --receive.forward.async-workers. */
export const ASYNC_WORKERS_FLOOR = 5;
/** Requests at once; what rulers and other writers need beside the senders; derivation. */
export const CONCURRENCY_FLOOR = 30;
/** How unevenly connections may lie on routers: a sender keeps one connection a busy shard; derivation. */
export const CONNECTION_SKEW = 2;
/** Samples; no request of a known client is larger, the OpenTelemetry collector's 10,000 included. */
export const REQUEST_SAMPLES_FLOOR = 10_000;
/** Headroom of the request limits over the largest batch: a 413 drops the batch, so nothing ordinary may come near. */
export const REQUEST_HEADROOM = 2;
