import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseDocument } from 'yaml';
import { sourceFolder } from '../source';
import type { ContainerRun } from './sandbox';

const MEMORY = 'pkg/cache/inmemory.go';
const CLIENTS = ['pkg/cacheutil/cacheutil.go', 'pkg/cacheutil/memcached_client.go', 'pkg/cacheutil/redis_client.go', 'pkg/exthttp/tlsconfig.go'];
const RESPONSE_CACHE = ['pkg/queryfrontend/config.go', ...CLIENTS];

interface Lenient {
  /** Configurations by flag (the `-file` form is meant too), and the files of the source whose struct tags are the fields that it knows. */
  readonly configs: Readonly<Record<string, readonly string[]>>;
  /** Fields whose own fields are not looked at here. */
  readonly free: readonly string[];
}

/** Configurations in which a program overlooks an unknown field. Its other ones are strict. */
const LENIENT: Readonly<Record<string, Lenient>> = {
  'thanos': {
    configs: {
      'receive.hashrings': ['pkg/receive/config.go'],
      'endpoint.sd-config': ['cmd/thanos/endpointset.go'],
      'index-cache.config': ['pkg/store/cache/factory.go', 'pkg/store/cache/inmemory.go', ...CLIENTS],
      'store.caching-bucket.config': ['pkg/store/cache/caching_bucket_factory.go', MEMORY, 'pkg/cache/groupcache.go', ...CLIENTS],
      'query-range.response-cache-config': RESPONSE_CACHE,
      'labels.response-cache-config': RESPONSE_CACHE,
    },
    // Names that users give.
    free: ['external_labels'],
  },
  'target-allocator': {
    configs: { config: ['cmd/otel-allocator/internal/config/config.go'] },
    // Whom it selects is looked at while it runs, and what it has read of Prometheus' jobs.
    free: ['collector_selector', 'config'],
  },
};

function keysOf(value: unknown, free: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap(item => keysOf(item, free));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [key, ...free.includes(key) ? [] : keysOf(child, free)]);
}

async function tagsOf(program: string, files: readonly string[]): Promise<Set<string>> {
  const folder = await sourceFolder(program);
  const sources = files.map(file => path.join(folder, file)).map(file => fs.readFileSync(file, 'utf8'));
  return new Set(sources.flatMap(source => [...source.matchAll(/(?:yaml|json):"(\w+)/g)].map(match => match[1])));
}

async function unknownKeys(program: string, arg: string): Promise<string[]> {
  const [, flag, isFile, value] = /^--([^=]+?)(-file)?=(.*)$/s.exec(arg) ?? [];
  const { configs = {}, free = [] } = LENIENT[program] ?? {};
  if (!(flag in configs)) return [];
  const text = isFile ? fs.readFileSync(value, 'utf8') : value;
  const document = parseDocument(text);
  // The program says itself what it cannot parse.
  if (document.errors.length > 0) return [];
  const known = await tagsOf(program, configs[flag]);
  return keysOf(document.toJS(), free).filter(key => !known.has(key)).map(key => `'${key}' in --${flag}${isFile ?? ''}`);
}

/** Why the configurations of a container have fields that its program does not know; undefined when they have none. */
export async function whyUnknownKeys({ program, args }: ContainerRun): Promise<string | undefined> {
  const unknown = (await Promise.all(args.map(arg => unknownKeys(program, arg)))).flat();
  return unknown.length > 0 ? `${program} does not know, and would overlook, the fields ${unknown.join(', ')}` : undefined;
}
