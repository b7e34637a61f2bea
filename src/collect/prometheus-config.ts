import type { IConstruct } from 'constructs';
import { JobTexts } from './job-texts';
import type { ResolvedJob } from './resolved-job';
import { ScrapeLimits, scrapeLimitsConfig } from './scrape-limits';
import type { JobSpread, SenderReplica } from './sharding';
import type { RemoteWriteEndpoint } from '../core/endpoint';
import type { Given } from '../core/fields';
import { HttpClient } from '../core/http-client';
import { escapeDollars } from '../core/relabeling';
import { remembered } from '../core/remembered';
import { QueueSettings, remoteWriteConfig } from '../core/remote-write';
import { bytesText, durationText } from '../core/units';
import { stringify } from '../core/yaml';

/** What a Prometheus keeps on its own disk. */
interface LocalRetention {
  /** Seconds. */
  readonly time: number;
  /** Bytes. */
  readonly size: number;
}

/** What the configurations of all twins have in common. */
interface ConfigSettings extends QueueSettings, Given<ScrapeLimits> {
  /** @default - nothing is sent */
  readonly target?: RemoteWriteEndpoint;
  readonly client: HttpClient;
  readonly externalLabels?: Record<string, string>;
  /** Seconds; only servers evaluate. */
  readonly evaluationInterval?: number;
  /** Only of servers. */
  readonly local?: LocalRetention;
  /** Files with jobs that are not known here. @default - none */
  readonly jobFiles?: string;
  /** `rule_files` and `alerting`, made when the configuration is; only of servers. */
  readonly evaluation?: () => object;
}

/** Writes the configurations of all twins, each a template for all of its shards. */
export class PrometheusConfigs {
  private readonly texts = new JobTexts();
  /** The jobs: twins may have the same. */
  private readonly scrapeConfigs = new Map<string, () => string[]>();

  constructor(
    private readonly at: IConstruct, private readonly settings: ConfigSettings, private readonly spread: JobSpread, private readonly jobs: () => ResolvedJob[],
  ) {}

  public of(replica: SenderReplica): string {
    const key = this.spread.key(replica);
    const jobs = this.scrapeConfigs.get(key) ?? remembered(this.at, () => this.texts.list(this.jobs().map(job => this.spread.config(job, replica))));
    this.scrapeConfigs.set(key, jobs);
    return [stringify(this.head(replica)), ...jobs()].join('');
  }

  private head({ labels, headers }: SenderReplica): object {
    const { target, client, evaluationInterval, local, evaluation, externalLabels, jobFiles } = this.settings;
    const ownLabels = Object.entries({ ...externalLabels, ...labels }).map(([name, value]) => [name, escapeDollars(value)]);
    return {
      global: {
        ...scrapeLimitsConfig(this.settings),
        evaluation_interval: evaluationInterval === undefined ? undefined : durationText(evaluationInterval),
        external_labels: ownLabels.length > 0 ? Object.fromEntries(ownLabels) : undefined,
      },
      ...evaluation?.(),
      scrape_config_files: jobFiles === undefined ? undefined : [jobFiles],
      storage: local ? { tsdb: { retention: { time: durationText(local.time), size: bytesText(local.size) } } } : undefined,
      remote_write: target ? [remoteWriteConfig(target, headers, this.settings, client)] : undefined,
    };
  }
}
