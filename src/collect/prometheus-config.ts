import type { IConstruct } from 'constructs';
import type { JobConfig, ResolvedJob } from './resolved-job';
import { ScrapeLimits, scrapeLimitsConfig } from './scrape-limits';
import { shardingSteps, TargetPartition } from './sharding';
import type { RemoteWriteEndpoint } from '../core/endpoint';
import type { Given } from '../core/fields';
import { HttpClient } from '../core/http-client';
import { escapeDollars } from '../core/relabeling';
import { remembered } from '../core/remembered';
import { QueueSettings, remoteWriteConfig } from '../core/remote-write';
import { bytesText, durationText } from '../core/units';
import { Schema, stringify } from '../core/yaml';

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
  /** @default - nothing is sent */
  readonly target?: RemoteWriteEndpoint;
  readonly client: HttpClient;
  readonly externalLabels?: Record<string, string>;
  /** Seconds; only servers evaluate. */
  readonly evaluationInterval?: number;
  /** Only of servers. */
  readonly local?: LocalRetention;
  /** `rule_files` and `alerting`, made when the configuration is; only of servers. */
  readonly evaluation?: () => object;
  readonly partition?: TargetPartition;
}

/**
 * Writes the configurations of all twins, each a template for all of its shards.
 *
 * What twins, and jobs, have in common is written once: to write YAML is most of the time that a synth of many jobs takes.
 */
export class PrometheusConfigs {
  private readonly written = new Map<string, string>();
  /** The jobs as one text, by the number of shards: twins have the same. */
  private readonly scrapeConfigs = new Map<number, () => string>();

  constructor(private readonly at: IConstruct, private readonly settings: ConfigSettings, private readonly jobs: () => ResolvedJob[]) {}

  public of(replica: SenderReplica): string {
    const { shards } = replica;
    const jobs = this.scrapeConfigs.get(shards) ?? remembered(this.at, () => this.entries(shards));
    this.scrapeConfigs.set(shards, jobs);
    return `${yaml(this.head(replica))}${jobs()}`;
  }

  private entries(shards: number): string {
    const last = shardingSteps(shards, this.settings.partition);
    const entries = this.jobs().map(job => this.entry(job.config(last)));
    return entries.length > 0 ? `scrape_configs:\n${entries.join('')}` : '';
  }

  private head({ labels, headers }: SenderReplica): object {
    const { target, client, evaluationInterval, local, evaluation, externalLabels } = this.settings;
    const ownLabels = Object.entries({ ...externalLabels, ...labels }).map(([name, value]) => [name, escapeDollars(value)]);
    return {
      global: {
        ...scrapeLimitsConfig(this.settings),
        evaluation_interval: evaluationInterval === undefined ? undefined : durationText(evaluationInterval),
        external_labels: ownLabels.length > 0 ? Object.fromEntries(ownLabels) : undefined,
      },
      ...evaluation?.(),
      storage: local ? { tsdb: { retention: { time: durationText(local.time), size: bytesText(local.size) } } } : undefined,
      remote_write: target ? [remoteWriteConfig(target, headers, this.settings, client)] : undefined,
    };
  }

  private entry(config: JobConfig): string {
    return this.once(config, () => {
      const { relabel_configs: before, metric_relabel_configs: after, ...rest } = config;
      return indented(`${yaml([rest])}${this.steps('relabel_configs', before)}${this.steps('metric_relabel_configs', after)}`);
    });
  }

  /** Most steps of relabeling are the same in all jobs. */
  private steps(key: string, list: object[] = []): string {
    return list.length > 0 ? `  ${key}:\n${list.map(step => this.once(step, () => indented(indented(yaml([step]))))).join('')}` : '';
  }

  private once(value: object, write: () => string): string {
    const key = JSON.stringify(value);
    const text = this.written.get(key) ?? write();
    this.written.set(key, text);
    return text;
  }
}

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');

/** One schema for all texts: to make one takes half of the time that a small text does. */
const YAML = { lineWidth: 0, aliasDuplicateObjects: false, schema: new Schema({ schema: 'core' }) };

const yaml = (value: object): string => stringify(value, YAML);
