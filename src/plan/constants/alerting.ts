import { GIB, HOUR, KIB } from './units';

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
