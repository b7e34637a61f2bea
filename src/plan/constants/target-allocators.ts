import { KIB, MIB } from './units';

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
