/*
 * Constants of the planner, each with its unit and where it comes from. Those marked `measured` name the measurement: it is
 * repeated by `npm run calibrate -- <name>`, and its rows, versions and fits stand in docs/calibration.json. There, Thanos 0.42.4 and
 * Prometheus 3.14.0 ran with the arguments that the constructs print, series had ten labels and about 260 bytes of them, and Go
 * was not told of any memory limit. Those marked `derivation` are a starting point that waits for a measurement.
 */

/** Where formulas and constants come from, as it stands in the plan. */
export const SOURCE = {
  derivation: 'derivation, to be calibrated on the bench',
  calibration: 'measured on the bench, docs/calibration.json',
  queueManager: 'Prometheus 3.14, storage/remote/queue_manager.go; docs/calibration.json',
  remoteWriteDocs: 'Prometheus docs, Remote write tuning',
  prometheusConfig: 'Prometheus 3.14, config/config.go',
  prometheusFlags: 'Prometheus 3.14, cmd/prometheus/main.go',
  agentDb: 'Prometheus 3.14, tsdb/agent/db.go',
  lifeOfASample: 'Thanos blog, Life of a sample in Thanos',
  receive: 'Thanos 0.42, docs/components/receive.md',
  receiveHandler: 'Thanos 0.42, pkg/receive/handler.go',
  store: 'Thanos 0.42, docs/components/store.md',
  compact: 'Thanos 0.42, docs/components/compact.md',
  compactPlanner: 'Thanos 0.42, docs/components/compact.md and pkg/compact/planner.go',
  query: 'Thanos 0.42, docs/components/query.md',
  queryLimits: 'measured on loopback; Thanos 0.42, pkg/store/limiter.go, and thanos-io/thanos#8964',
  queryFrontend: 'Thanos 0.42, docs/components/query-frontend.md',
  sync: 'Thanos 0.42, pkg/block/fetcher.go, cmd/thanos/store.go and cmd/thanos/compact.go',
  rule: 'Thanos 0.42, docs/components/rule.md',
  ruleBench: 'measured on loopback, Thanos 0.42.4',
  rig: 'measured on the rig, Thanos 0.42.4, Prometheus 3.14.0; for larger platforms: derivation',
  allocator: 'OpenTelemetry Operator 0.140, cmd/otel-allocator; measured on the rig with 2,000 targets; beyond: derivation',
  alertmanagerHa: 'Alertmanager 0.34, docs/high_availability.md; derivation',
  alertmanagerBench: 'measured on loopback, Alertmanager 0.34.1; derivation',
  s3Prices: 'Amazon S3 Standard, us-east-1; requests as Thanos 0.42, pkg/block/fetcher.go makes them',
} as const;

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;
export const TIB = 1024 * GIB;
export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86400;
/** Days in the month that prices are given for. */
export const DAYS_A_MONTH = 30;

// --- every pod ---

/** Bytes; memory figures are rounded up to this step, so that small changes of the workload roll no pods. */
export const MEMORY_STEP = 16 * MIB;
/** Bytes; a sender's volume is rounded up to this step, a claim to this step and its doubles. */
export const VOLUME_STEP = GIB;
/**
 * Bytes that a Prometheus or Thanos process takes before its load, of which 55 MB are the mapped program. Measured by senders,
 * ingestor and flow: 95 MB (agent, 10,000 to 120,000 series), 124 MB (ingestor, 10,000 to 120,000 heads), 70 MB (idle querier).
 */
export const PROCESS_MEMORY = 96 * MIB;
/** Cores; the least that is requested for any pod, so that probes are answered on a busy node; derivation. */
export const CPU_FLOOR = 0.05;

// --- the platform's own series ---

/** Series of the programs of the smallest platform, fifteen pods, after the default relabelings; before them 12,600. */
export const PLATFORM_SERIES = 7_500;
/** Series of the programs for each series of the jobs: more pods of the same kinds, whose number levels off above ten million; derivation. */
export const PLATFORM_SERIES_SHARE = 0.006;

// --- senders ---

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

// --- ring ---

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

// --- store gateway, query ---

/** Share of the active series that a usual query touches; derivation. */
export const QUERY_SERIES_SHARE = 0.001;
/** Series; bounds of what a usual query touches; derivation. */
export const QUERY_SERIES_MIN = 100;
export const QUERY_SERIES_MAX = 10_000;
/** A heavy query over a usual one; memory is planned for heavy ones; derivation. */
export const HEAVY_QUERY_FACTOR = 10;
/** Bytes of a sample in a chunk of a 14 d block. */
export const CHUNK_BYTES_PER_SAMPLE = 1.556;
/** Bytes that a series costs a query beside its chunks: labels, references, buffers; derivation. */
export const QUERY_BYTES_PER_SERIES = KIB;
/** Bytes of the bucket behind one store gateway shard; derivation. */
export const BYTES_PER_STORE_SHARD = 5 * TIB;
/** Blocks behind one store gateway shard; derivation. */
export const BLOCKS_PER_STORE_SHARD = 4_000;
/** Twins of a store gateway: without, old data is away while a pod is replaced. */
export const STORE_REPLICAS = 2;
/** Share of the stored bytes to keep in the index cache: about 0.2 % of the index; derivation. */
export const INDEX_CACHE_SHARE = 0.0004;
/** Thanos refuses to start with a cache below the largest item that it may hold, 125 MiB by default; pkg/store/cache/inmemory.go. */
export const INDEX_CACHE_MIN = 128 * MIB;
export const INDEX_CACHE_MAX = 4 * GIB;
/** Series calls at once; Thanos' default. */
export const SERIES_CONCURRENCY_FLOOR = 20;
/** Bytes of a Series call's buffers: at least, if it finds little, and at most, as answers are streamed; derivation. */
export const SERIES_CALL_MIN = 16 * MIB;
export const SERIES_CALL_MAX = 100e6;
/** Share of a memory limit set by hand that each of the two caches may take; derivation. */
export const CACHE_SHARE = 0.25;
/** Bytes; a pool smaller than this fails ordinary queries of small installations; derivation. */
export const CHUNK_POOL_FLOOR = 256 * MIB;
/** Series of one request over a usual query, before it is refused; derivation. */
export const REQUEST_SERIES_FACTOR = 50;
export const STORE_SERIES_LIMIT_MIN = 100_000;
export const STORE_SERIES_LIMIT_MAX = 1_000_000;
/** Bytes of an index header on disk: 6 MB on average, see the docs of `thanos store`. */
export const HEADER_BYTES = 6e6;
/** Bytes of a header for each series of a large block; derivation from the docs' 30 MB for high cardinality. */
export const HEADER_BYTES_PER_SERIES = 3;
/** Share of the headers that is in memory at once, as they are read lazily; derivation. */
export const HEADER_MEMORY_SHARE = 0.1;
export const HEADER_HEADROOM = 1.5;
/** Bytes; with room for a ring that grows and uploads more blocks. */
export const STORE_VOLUME_FLOOR = 8 * GIB;
/** Bytes a second that one core of a store gateway fetches and sends on. Measured by reading: 36 million (2 to 22 million samples in 2,688 series), from a folder. */
export const STORE_BYTES_PER_CORE = 35e6;
/** Samples a second that one core of a querier evaluates. Measured by reading: 17 million (rate() of 2 to 22 million samples in 2,688 series). */
export const QUERY_SAMPLES_PER_CORE = 15e6;
/** Bytes that a querier holds for a sample, garbage included. Measured by reading: 6.0, one copy; the newest samples come in six from a ring. */
export const QUERY_BYTES_PER_SAMPLE = 6;
/**
 * Bytes of a copy of a series, with a chunk of 120 samples, while a querier merges all copies. Measured on loopback, count by (job)
 * ({__name__=~".+"}) over 30,000 series in six copies: 1.8 KiB with GOMEMLIMIT below the need, 2.3 KiB without.
 */
export const QUERY_BYTES_PER_COPY = 2 * KIB;
/** Cores in one querier, before another is added; derivation. */
export const CORES_PER_QUERIER = 4;
/** Queries at once, and selects within one; Thanos' defaults. */
export const MAX_CONCURRENT = 20;
export const MAX_CONCURRENT_SELECT = 4;
/** Seconds; Thanos' default of --query.timeout. */
export const QUERY_TIMEOUT = 2 * MINUTE;
/** Of the query's timeout, what a silent store may take. Without a bound a cut-off ingestor holds every query to its end. */
export const STORE_TIMEOUT_SHARE = 0.25;
/** Seconds of a range that the query frontend asks for at once; Thanos' default. */
export const SPLIT_INTERVAL = DAY;
/** Thanos' default of --query-range.max-retries-per-request. */
export const MAX_RETRIES = 5;
/** Seconds that a result should stay in the frontend's cache, and its bytes; derivation. */
export const RESULT_CACHE_TIME = HOUR;
export const RESULT_BYTES = 20 * KIB;
export const RESULT_CACHE_MIN = 64 * MIB;
export const RESULT_CACHE_MAX = 2 * GIB;
/** Core seconds that a query costs the frontend; derivation. */
export const FRONTEND_CPU_SECONDS = 0.01;

// --- compactor, bucket ---

/** Seconds; the largest block that Thanos compacts to. */
export const LARGEST_BLOCK_SPAN = 14 * DAY;
/** Seconds; the block that an ingestor cuts, and the first level that the compactor merges. */
export const BLOCK_SPAN = 2 * HOUR;
export const FIRST_LEVEL_SPAN = 8 * HOUR;
/** Seconds; the blocks that are merged into the largest. */
export const SECOND_LEVEL_SPAN = 2 * DAY;
/** Blocks between the first level and the largest: 8 h and 2 d ones, before and after they are replaced. */
export const MIDDLE_BLOCKS = 20;
/** Seconds; Thanos' defaults. */
export const CONSISTENCY_DELAY = 30 * MINUTE;
export const DELETE_DELAY = 48 * HOUR;
/**
 * Bytes; blocks are merged while their indexes together stay below 85 % of --compact.block-max-index-size, a hidden flag
 * whose default of 64 GiB is the most that an index can address (pkg/compact/planner.go).
 */
export const MAX_INDEX_BYTES = 0.85 * 64 * GIB;
/** Samples a second that one core decodes, merges and encodes. Measured by compactor, six copies of 8 h: 30 million (7 to 144 million samples). */
export const MERGED_SAMPLES_PER_SECOND = 30e6;
/** Series a second that one core takes from blocks, whatever their samples. Measured by compactor: 105,000 (60,000 to 4.8 million series of 30 blocks). */
export const SERIES_PER_SECOND_MERGED = 100_000;
/** Passes over merged samples that decode them: downsampling to 5m, and from there to 1h. Measured by bucket, with compactions to 14 d: 1.5. */
export const DOWNSAMPLE_PASSES = 1.5;
/** Seconds of one core's day that compaction may take before a second worker is planned. */
export const COMPACTION_DAY = DAY / 2;
/** Groups of blocks in one stream: raw, 5m, 1h. One worker takes one group. */
export const GROUPS_PER_STREAM = 3;
/** Blocks downloaded at once; derivation. */
export const BLOCKS_PER_FETCH_WORKER = 4;
export const FETCH_WORKERS_MAX = 8;
/** Times the largest block on the compactor's disk: what goes in and what comes out; docs of `thanos compact`. */
export const COMPACTOR_BLOCKS_ON_DISK = 2;
/** Room for metadata and an alert before the volume is full; derivation. */
export const COMPACTOR_HEADROOM = 1.1;
export const COMPACTOR_VOLUME_FLOOR = 8 * GIB;
/** Bytes that merging and downsampling take with few series. Measured by compactor and bucket, over an idle one: 35 to 75 MB, 500 to 160,000 series. */
export const COMPACTOR_BUFFERS = 48 * MIB;
/** Bytes of memory for each series of the largest block, requested and under the limit; derivation: up to 160,000 series they do not show. */
export const COMPACTOR_BYTES_PER_SERIES = 128;
export const COMPACTOR_LIMIT_BYTES_PER_SERIES = 384;

/** Samples in a chunk, unless a block of 2 h ends it before; Prometheus 3.14, tsdb/head_append.go. */
export const SAMPLES_PER_CHUNK = 120;
/** Bytes of an index for each series: symbols, labels and postings. Measured by bucket, blocks of 2 h to 14 d with 500 to 17,000 series: 93. */
export const INDEX_BYTES_PER_SERIES = 93;
/** Bytes of an index for each chunk, its times and place as differences. Measured by bucket, 1 to 672 chunks a series: 7.4 in the mean, 6.6 to 8.6. */
export const INDEX_BYTES_PER_CHUNK = 7.4;
/**
 * Bytes of an index for the chunks that twins leave, over those of one sender: vertical compaction makes two of each pair, the
 * second of a sample or two. Measured by bucket: 1.6 (15 s, 30 s); replicas of one sender leave no more than one.
 */
export const INDEX_FACTOR_OF_TWINS = 1.6;
/** Raw samples that take as much room as a downsampled window with its aggregates. Measured by bucket: 4.75 to 5.7 for 5m, 6.2 to 7.0 for 1h (15 s to 60 s). */
export const SAMPLES_PER_5M = 5.2;
export const SAMPLES_PER_1H = 6.6;
/** Bytes that a series which begins adds to each downsampled resolution: its entry in the index, and a chunk that is not full. Measured by bucket: 135 to 200. */
export const DOWNSAMPLED_BYTES_PER_SERIES = 170;

/** PUT requests that a block takes: meta.json twice, index, chunk files; and its deletion mark; derivation. */
export const PUTS_PER_BLOCK = 6;
/** Blocks that one LIST answers. */
export const BLOCKS_PER_LIST = 1000;
/** Seconds between two syncs of a store gateway (Thanos' default), two runs of a compactor (its wait interval) and two syncs of its block viewer (ours). */
export const STORE_SYNC = 15 * MINUTE;
export const COMPACTOR_SYNC = 5 * MINUTE;
export const VIEWER_SYNC = 10 * MINUTE;
/** Syncs in a run of a compactor that finds no work: to compact, twice to downsample, and to apply retention; its progress shares the first. */
export const SYNCS_PER_RUN = 4;
/** Marks that a compactor's sync looks for in a block of its stream: one for deletion, and two more if it is not replaced yet, as one in seven; derivation. */
export const MARKS_PER_BLOCK = 1.3;
/** GET requests that a query causes in the mean: most are answered by ingestors and caches; derivation. */
export const GETS_PER_QUERY = 2;
/**
 * Bytes; up to here the embedded object store is chosen without asking. It is one pod on one volume: a volume of
 * 100 GiB is copied or restored within the hour at 30 MB/s, which is the default outage that senders survive.
 */
export const EMBEDDED_BYTES_LIMIT = 100 * GIB;
/** Room on the embedded volume for growth and for an alert before it is full; derivation. */
export const EMBEDDED_HEADROOM = 1.3;
export const EMBEDDED_VOLUME_FLOOR = 8 * GIB;
/** Cores of the embedded store; derivation. */
export const EMBEDDED_CPU = 0.1;
/** Bytes under the embedded store's limit: multipart uploads of several ingestors at once; derivation. */
export const EMBEDDED_MEMORY_LIMIT = 512 * MIB;

// --- Alertmanager ---

/** Pods of the mesh. */
export const ALERTMANAGER_REPLICAS = 3;
/** Alerts that fire at once for each target: that it is down, and what follows from it; derivation. */
export const ALERTS_A_TARGET = 2;
/** Alerts that any Alertmanager has room for. */
export const ALERTS_FLOOR = 1000;
/** Bytes of memory for an alert of nine labels and three annotations in one group. Measured: 34 MB idle, 118 MB with 25,000 alerts; Alertmanager 0.34.1. */
export const ALERT_BYTES = 4 * KIB;
/** Seconds of CPU for an alert that is sent anew. Measured: 51 to 65 µs, 256 in a request, messages of groups included; Alertmanager 0.34.1. */
export const ALERT_CPU_SECONDS = 65e-6;
/** Seconds until an alert that fires is sent anew, by each of two evaluators; Thanos Rule and Prometheus send once a minute. */
export const ALERT_RESEND = 30;
/** Bytes on disk for an alert in a group of its own, told to three; derivation: 25,000 alerts in 2,000 groups, told to one, were 211 kB. */
export const ALERT_DISK_BYTES = KIB;
/** Bytes; the smallest volume of Alertmanager. */
export const ALERTMANAGER_VOLUME_FLOOR = GIB;

// --- continuous test ---

/** Series that a continuous test writes at least; each member of a ring of 10 then has 30 of them at a replication factor of 3. */
export const TEST_SERIES_FLOOR = 100;
/** Series of a continuous test for each member of the ring, so that none is without; derivation. */
export const TEST_SERIES_PER_MEMBER = 10;
/** The most of them: sums of their values must stay exact. */
export const TEST_SERIES_MAX = 1000;
/**
 * Bytes of Node with the test's program: 85 to 93 MiB resident in the first quarter of an hour with 100 series and the defaults, 113 to 133 MiB
 * with a sample each second; Node 24.21 before three ingestors on loopback.
 */
export const TEST_MEMORY = 112 * MIB;
/** Bytes under its limit: answers of a quarter of an hour, copy by copy, for each age at once, and garbage; derivation. */
export const TEST_MEMORY_LIMIT = 256 * MIB;
/** Seconds; a sample that was accepted can be queried at once, and this leaves time for a slow answer. */
export const TEST_YOUNGEST_AGE = 30;
/** Seconds beyond the local retention of the ring: its oldest block has been deleted, and only the bucket has these samples. */
export const TEST_BEYOND_LOCAL = 6 * HOUR;
/** Seconds: blocks of two days are complete after two, and compacted and downsampled to five minutes soon after. */
export const TEST_AGE_5M = 4 * DAY;
/** Seconds: the same for blocks of 14 days, which alone are downsampled to an hour. */
export const TEST_AGE_1H = 16 * DAY;

// --- ruler ---

/** Rulers that evaluate the same rules. */
export const RULER_REPLICAS = 2;
/** Rules that any ruler has room for: those of the platform itself and some mixins are about 300; derivation. */
export const RULES_FLOOR = 1000;
/** Rules planned over those that the app knows: others put theirs into ConfigMaps; derivation. */
export const RULES_HEADROOM = 2;
/** The fullest shard over the mean, as groups go to shards as a whole; derivation. */
export const SHARD_SKEW = 1.3;
/** Series that a rule makes in the mean: one that records for each job, an alert that is active for a few; derivation. */
export const SERIES_PER_RULE = 20;
/** Seconds from a query to its answer, with the stores behind it; derivation. */
export const EVALUATION_LATENCY = 0.1;
/** Evaluations at once over those that the mean needs, for all groups of an interval may be due in a part of it; derivation. */
export const CONCURRENCY_HEADROOM = 2;
/** The least, so that one slow rule does not hold up its group; derivation. */
export const RULE_CONCURRENCY_FLOOR = 4;
/** Core seconds of an evaluation that returns 20 series. Measured on loopback, 200 and 2,000 rules each 10 s: 1.56 ms (stateless). */
export const CPU_PER_EVALUATION = 0.0016;
/** Bytes of a series in a stateless ruler, with its share of rules and alerts. Measured on loopback, 6,000 and 60,000 series: 5.9 KB. */
export const RULER_AGENT_BYTES_PER_SERIES = 6 * KIB;
/** The same in a stateful ruler, whose head keeps samples. Measured so: 6.5 KB after two minutes; with three hours of samples: derivation. */
export const RULER_HEAD_BYTES_PER_SERIES = 8 * KIB;
/** Limit ÷ request of what series take: answers of all rules at once, and alerts that are active for everything; derivation. */
export const RULER_HEADROOM = 3;
/** Seconds of samples in a stateless ruler's WAL: four hours, and two until the next truncation; Prometheus 3.14, tsdb/agent/db.go. */
export const RULER_WAL_TIME = 6 * HOUR;
/** Bytes of a sample in a block of 2 h of a ruler, with the index; derivation. */
export const RULER_BLOCK_BYTES_PER_SAMPLE = 2.5;
/** Requests at once of one ruler: what its rules record is little; derivation. */
export const RULER_MAX_SHARDS = 10;

// --- target allocators, and senders that come and go ---

/** Allocators of one replica of senders. */
export const ALLOCATOR_REPLICAS = 2;
/** Seconds; bounds of how often senders ask for their targets. */
export const SHORTEST_REFRESH = 5;
export const LONGEST_REFRESH = 30;
/** Bytes that an allocator takes before its load. Measured on the rig: 89 MiB with 2,000 static targets, 92 MiB with 2,500. */
export const ALLOCATOR_MEMORY = 64 * MIB;
/**
 * Bytes more of one that watches ServiceMonitors and the like, for 1,000 of them and some senders that ask for each by a connection of its own;
 * test/e2e/job-loader measured 85 MiB of heap, and 25 MiB for a sender.
 */
export const ALLOCATOR_OBJECTS_MEMORY = 128 * MIB;
/** Bytes of a target with all its labels, of its object, and of its part of answers: a pod has many more labels than the static targets that were measured; derivation. */
export const ALLOCATOR_BYTES_PER_TARGET = 40 * KIB;
/** Targets that one core assigns anew every five seconds. Measured on the rig: 5 millicores with 2,000 that hardly change; for clusters in motion: derivation. */
export const ALLOCATOR_TARGETS_PER_CORE = 20_000;
/** Of the planned senders, those that stay in a quiet time; derivation. */
export const FEWEST_SENDERS_SHARE = 0.5;
/** Senders at the most, over those that are planned; derivation. */
export const MOST_SENDERS_FACTOR = 2;
/** Seconds; longer than a scrape interval and a batch deadline, shorter than what an alert should wait; derivation. */
export const QUEUE_DELAY = 120;
/** Seconds beyond the time in which a sender starts or is given up: the allocator's look, a refresh, and a scrape; derivation. */
export const TWIN_MARGIN = 60;
/** Seconds; with the window of scaling down, within the hour that a HorizontalPodAutoscaler takes. */
export const LONGEST_TWIN_DELAY = 1800;
/** Seconds; derivation. */
export const SCALE_UP_STABILIZATION = 60;
/** Seconds; derivation. */
export const SCALE_DOWN_STABILIZATION = 1800;
