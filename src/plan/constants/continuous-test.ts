import { DAY, HOUR, MIB } from './units';

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
