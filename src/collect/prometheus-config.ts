import { stringify } from 'yaml';
import { HttpClient } from './http-client';
import { escapeDollars } from './relabeling';
import { QueueSettings, remoteWriteConfig } from './remote-write';
import type { ResolvedJob } from './resolved-job';
import { ScrapeLimits, scrapeLimitsConfig } from './scrape-limits';
import { shardingSteps, TargetPartition } from './sharding';
import type { RemoteWriteEndpoint } from '../core/endpoint';
import type { Given } from '../core/fields';
import { bytesText, durationText } from '../core/units';

/** One of the senders of each target: twins differ in nothing but this. */
export interface SenderReplica {
  /** `a`, `b`, … */
  readonly name: string;
  readonly shards: number;
  /** Headers of its requests. */
  readonly headers: Record<string, string>;
  /** External labels of its own. */
  readonly labels: Record<string, string>;
}

/** What a Prometheus keeps on its own disk. */
export interface LocalRetention {
  /** Seconds. */
  readonly time: number;
  /** Bytes. */
  readonly size: number;
}

/** What the configurations of all twins have in common. */
export interface ConfigSettings extends QueueSettings, Given<ScrapeLimits> {
  readonly target: RemoteWriteEndpoint;
  readonly client: HttpClient;
  readonly externalLabels?: Record<string, string>;
  /** Seconds; only servers evaluate. */
  readonly evaluationInterval?: number;
  /** Only of servers. */
  readonly local?: LocalRetention;
  readonly partition?: TargetPartition;
}

/** The configuration of one twin, as a template for all of its shards. */
export function prometheusConfig(settings: ConfigSettings, replica: SenderReplica, jobs: ResolvedJob[]): string {
  const { target, client, evaluationInterval, local, partition } = settings;
  const labels = Object.entries({ ...settings.externalLabels, ...replica.labels });
  return stringify({
    global: {
      ...scrapeLimitsConfig(settings),
      evaluation_interval: evaluationInterval === undefined ? undefined : durationText(evaluationInterval),
      external_labels: labels.length > 0 ? Object.fromEntries(labels.map(([name, value]) => [name, escapeDollars(value)])) : undefined,
    },
    storage: local ? { tsdb: { retention: { time: durationText(local.time), size: bytesText(local.size) } } } : undefined,
    remote_write: [remoteWriteConfig(target, replica.headers, settings, client)],
    scrape_configs: jobs.map(job => job.config(shardingSteps(replica.shards, partition))),
  }, { lineWidth: 0, aliasDuplicateObjects: false });
}
