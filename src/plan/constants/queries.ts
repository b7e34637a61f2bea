import { DAY, GIB, HOUR, KIB, MIB, MINUTE, TIB } from './units';

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
