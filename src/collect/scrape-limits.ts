import type { Duration, Size } from 'cdk8s';
import { count, duration, Fields, Given, size } from '../core/fields';
import { bytesText, durationText } from '../core/units';

/** How often targets are scraped, and how much of them is taken: of a job, or of all jobs that set nothing themselves. */
export interface ScrapeLimits {
  /** Time between two scrapes of a target. @default - of a job: its Prometheus'; of a Prometheus: its workload's */
  readonly scrapeInterval?: Duration;
  /** Time after which a scrape fails; at most the interval. @default - of a job: its Prometheus'; of a Prometheus: 10 seconds, or a shorter interval */
  readonly scrapeTimeout?: Duration;
  /** Bytes of an uncompressed answer; a longer one fails the scrape. @default - of a job: its Prometheus'; of a Prometheus: no limit */
  readonly bodySizeLimit?: Size;
  /** Samples of a scrape, after relabeling; with more the whole scrape fails. 0 is that of the Prometheus, or no limit. @default - of a job: its Prometheus'; of a Prometheus: from the plan */
  readonly sampleLimit?: number;
  /** Targets of a job, after relabeling; with more all scrapes of the job fail. 0 as above. @default - of a job: its Prometheus'; of a Prometheus: from the plan */
  readonly targetLimit?: number;
  /** Labels of a sample; with more the scrape fails. 0 as above. @default - of a job: its Prometheus'; of a Prometheus: no limit */
  readonly labelLimit?: number;
  /** Characters in a label's name. 0 as above. @default - of a job: its Prometheus'; of a Prometheus: no limit */
  readonly labelNameLengthLimit?: number;
  /** Characters in a label's value. 0 as above. @default - of a job: its Prometheus'; of a Prometheus: no limit */
  readonly labelValueLengthLimit?: number;
  /** Dropped targets of a job that are kept in memory for the status page; each shard drops those of all others. @default - of a job: its Prometheus'; of a Prometheus: 100 */
  readonly keepDroppedTargets?: number;
}

export const SCRAPE_LIMITS_FIELDS: Fields<ScrapeLimits> = {
  scrapeInterval: duration({ min: 1 }),
  scrapeTimeout: duration({ min: 0.1 }),
  bodySizeLimit: size(),
  sampleLimit: count(),
  targetLimit: count(),
  labelLimit: count(),
  labelNameLengthLimit: count(),
  labelValueLengthLimit: count(),
  keepDroppedTargets: count(),
};

const optional = <T>(value: number | undefined, write: (value: number) => T): T | undefined => (value === undefined ? undefined : write(value));

/** The limits as Prometheus reads them; it takes the same keys globally and in a job. */
export function scrapeLimitsConfig(limits: Given<ScrapeLimits>): object {
  return {
    scrape_interval: optional(limits.scrapeInterval, durationText),
    scrape_timeout: optional(limits.scrapeTimeout, durationText),
    body_size_limit: optional(limits.bodySizeLimit, bytesText),
    sample_limit: limits.sampleLimit,
    target_limit: limits.targetLimit,
    label_limit: limits.labelLimit,
    label_name_length_limit: limits.labelNameLengthLimit,
    label_value_length_limit: limits.labelValueLengthLimit,
    keep_dropped_targets: limits.keepDroppedTargets,
  };
}
