import { DAY, GIB, HOUR, MIB, MINUTE } from './units';

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
