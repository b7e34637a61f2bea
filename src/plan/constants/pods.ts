import { GIB, MIB } from './units';

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
