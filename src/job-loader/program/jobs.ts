/** A job as the allocator tells it. */
export interface Told {
  /** Its entry of `scrape_configs`, as JSON. */
  readonly text: string;
  /** Why it cannot be scraped as it is. */
  readonly obstacle?: string;
}

/** What a sender needs to make the allocator's jobs its own. */
export interface Making {
  /** Where the allocator answers. */
  readonly allocator: string;
  /** The pod, as which it asks for its targets. */
  readonly pod: string;
  readonly prefixes: readonly string[];
  /** Seconds. */
  readonly refreshInterval: number;
  readonly lastRelabelings: readonly object[];
}

type Config = Readonly<Record<string, unknown>>;

const isConfig = (value: unknown): value is Config => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The jobs of an answer that come from objects in the cluster, each with the allocator in the place of its own discovery.
 *
 * @throws when the answer has none of the shape of jobs.
 */
export function jobsIn(answer: unknown, making: Making): Map<string, Told> {
  if (!isConfig(answer) || !Object.values(answer).every(isConfig)) {
    throw new Error('it answers with something else than jobs');
  }
  const own = Object.entries(answer as Record<string, Config>).filter(([name]) => making.prefixes.some(prefix => name.startsWith(prefix)));
  return new Map(own.map(([name, config]) => {
    const job = made(name, config, making);
    return [name, { text: JSON.stringify(job), obstacle: obstacleIn(job) }];
  }));
}

const isDiscovery = (key: string): boolean => key === 'static_configs' || key.endsWith('_sd_configs');

function made(name: string, config: Config, { allocator, pod, refreshInterval, lastRelabelings }: Making): Config {
  const steps = [...((config.relabel_configs ?? []) as Config[]).filter(step => !isSharding(step)), ...lastRelabelings];
  return {
    ...Object.fromEntries(Object.entries(config).filter(([key]) => !isDiscovery(key))),
    job_name: name,
    http_sd_configs: [{ url: `${allocator}/jobs/${encodeURIComponent(name)}/targets?collector_id=${pod}`, refresh_interval: `${refreshInterval}s` }],
    relabel_configs: steps,
  };
}

/**
 * The Prometheus Operator's code, which makes these jobs, shards by a hash and a number that it leaves open as `$(SHARD)`. Prometheus would keep
 * nothing, and a hash of one shard is the same for all targets.
 */
function isSharding({ action, regex, target_label }: Config): boolean {
  return action === 'keep' && String(regex).includes('$(SHARD)') || action === 'hashmod' && target_label === '__tmp_hash';
}

/** Values in a job, with the keys that lead to them last. */
function* valuesIn(value: unknown, key = ''): Generator<readonly [string, unknown]> {
  if (typeof value !== 'object' || value === null) {
    yield [key, value];
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    yield* valuesIn(inner, Array.isArray(value) ? key : name);
  }
}

/** What Prometheus prints in the place of a secret, and of a password in a URL. */
const MASK = /^<secret>$|:\/\/[^/@]*:xxxxx@/;

/**
 * Secrets never leave the allocator. A file would be one of the sender: whoever may write a ServiceMonitor could have its token sent to a
 * target of his own.
 */
function obstacleIn(job: Config): string | undefined {
  const { params: _, ...rest } = job;
  for (const [key, value] of valuesIn(rest)) {
    if (typeof value === 'string' && MASK.test(value)) {
      return `the value of '${key}' is a secret, which the allocator does not tell`;
    }
    if (/_file$|^files$/.test(key) && value) {
      return `'${key}' names a file of the sender, '${String(value)}'`;
    }
  }
  return undefined;
}
