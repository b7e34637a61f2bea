import { GIB, KIB, MIB } from './units';

/** Sender replicas of each shard. A restarted sender never reads its backlog again; only a twin has those samples. */
export const SENDER_REPLICAS = 2;
/**
 * Bytes an active series takes in a Prometheus agent, with the garbage collector's share. Measured by senders: 1454 (10,000 to
 * 120,000 series, worst point 1 % off); 2500 with longer labels, on three nodes of Kubernetes with 60,000 series.
 */
export const AGENT_BYTES_PER_SERIES = 1.75 * KIB;
/** Bytes an active series takes in a Prometheus server: what it takes in an agent, and in a head like an ingestor's; sum of two measurements. */
export const SERVER_BYTES_PER_SERIES = 5.5 * KIB;
/** Series in one sender: with more, a pod that is lost takes too much with it, and its share of a catch-up is long; derivation. */
export const SERIES_PER_SENDER = 1_400_000;
/**
 * Samples a second that one core of a sender scrapes, writes to the WAL and sends. Measured by senders: 214,000 at the margin
 * (600 to 8,000 a second), by flow: 239,000; scrapes were neither compressed nor encrypted.
 */
export const SENDER_SAMPLES_PER_CORE = 200_000;
/** Limit ÷ request of a sender's memory for series: a doubled target, garbage between two collections; derivation. */
export const SENDER_HEADROOM = 2;
/** Samples; the default of Prometheus, and the least that keeps requests efficient. */
export const BATCH_FLOOR = 2000;
/** Samples that each forward of a router to one ring member should carry; derivation. */
export const SAMPLES_PER_FORWARD = 250;
/** Batches that a queue shard holds; Prometheus' tuning guide recommends 3 to 10. */
export const CAPACITY_BATCHES = 5;
/** Headroom of the shards that a queue starts with over the mean need; derivation. */
export const MIN_SHARDS_HEADROOM = 1.5;
/** Bytes of a queued sample, struct timeSeries of queue_manager.go with its slot in the channel. */
export const QUEUED_SAMPLE_BYTES = 88;
/**
 * Bytes of a sample in a request being built: labels, protobuf and snappy buffers. Measured by queue: 50 shards of 2,000 samples
 * took 275 to 320 MB, of which 62 MB were queued samples.
 */
export const REQUEST_BYTES_PER_SAMPLE = 2200;
/** Bytes of a sample in a decompressed request, at most: four times the labels of a usual series; derivation. */
export const REQUEST_SIZE_PER_SAMPLE = 1200;
/** Seconds. */
export const BATCH_SEND_DEADLINE = 5;
/** Seconds. */
export const MIN_BACKOFF = 0.25;
/** Seconds; a backoff of minutes freezes resharding for twice as long. */
export const MAX_BACKOFF = 10;
/**
 * Seconds after an outage in which a queue still has the shards that it had before: it counts in steps of 10 s, and not before
 * twice the last backoff is over; Prometheus 3.14, storage/remote/queue_manager.go. With it the drain time is 0.95 to 1.08 of what
 * was measured by queue (2,000 to 8,000 samples a second, 3 minutes of outage, 300 ms a request).
 */
export const RESHARD_DELAY = 30;
/** Seconds; Prometheus' default of --storage.remote.flush-deadline. */
export const FLUSH_DEADLINE = 60;
/** Seconds between the end of the flush and the end of the process: closing the WAL and the scrapes. */
export const SHUTDOWN_MARGIN = 60;
/** Bytes a second at which a WAL is read at the start; derivation. */
export const WAL_REPLAY_RATE = 20 * MIB;
/** Seconds; the least that a sender may take until it is first ready, with its image to be pulled; derivation. */
export const SENDER_STARTUP_FLOOR = 300;
/** Truncation periods in an outage: a truncation drops the lower two thirds of the WAL, so half a period is sure to survive. */
export const WAL_PERIODS_PER_OUTAGE = 2;
/** Truncation periods that the WAL holds at most. */
export const WAL_PERIODS_HELD = 1.5;
/** Bytes of a sample in an agent's WAL, snappy compressed. Measured by senders: 7.3 to 7.7 (10,000 to 120,000 series). */
export const WAL_BYTES_PER_SAMPLE = 7.5;
/** Room in the WAL's volume for checkpoints and for an alert before it is full; derivation. */
export const WAL_HEADROOM = 1.5;
/** Bytes; a WAL of four segments of 128 MiB, its checkpoint, and room. */
export const WAL_VOLUME_FLOOR = 2 * GIB;
/** Samples; the lowest sample_limit that is suggested, kube-state-metrics of a small cluster stays below. */
export const SAMPLE_LIMIT_FLOOR = 10_000;
/** Targets; the lowest target_limit that is suggested. */
export const TARGET_LIMIT_FLOOR = 1_000;
/** Headroom of sample_limit and target_limit over what is expected: a deployment doubled during a roll-out. */
export const SCRAPE_LIMIT_HEADROOM = 2;
