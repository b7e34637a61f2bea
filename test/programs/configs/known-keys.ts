import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseDocument } from 'yaml';
import { sourceFolder } from '../source';
import type { ContainerRun } from './sandbox';

const MEMORY = 'pkg/cache/inmemory.go';
const CLIENTS = ['pkg/cacheutil/cacheutil.go', 'pkg/cacheutil/memcached_client.go', 'pkg/cacheutil/redis_client.go', 'pkg/exthttp/tlsconfig.go'];
const RESPONSE_CACHE = ['pkg/queryfrontend/config.go', ...CLIENTS];

/**
 * Configurations in which Thanos overlooks an unknown field, by flag (the `-file` form is meant too), and the files of its source
 * whose struct tags are the fields that it knows. Its other configurations are strict.
 */
const LENIENT: Readonly<Record<string, readonly string[]>> = {
  'receive.hashrings': ['pkg/receive/config.go'],
  'endpoint.sd-config': ['cmd/thanos/endpointset.go'],
  'index-cache.config': ['pkg/store/cache/factory.go', 'pkg/store/cache/inmemory.go', ...CLIENTS],
  'store.caching-bucket.config': ['pkg/store/cache/caching_bucket_factory.go', MEMORY, 'pkg/cache/groupcache.go', ...CLIENTS],
  'query-range.response-cache-config': RESPONSE_CACHE,
  'labels.response-cache-config': RESPONSE_CACHE,
};

/** Fields whose own fields are names that users give. */
const FREE_FIELDS = new Set(['external_labels']);

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [key, ...FREE_FIELDS.has(key) ? [] : keysOf(child)]);
}

async function tagsOf(files: readonly string[]): Promise<Set<string>> {
  const folder = await sourceFolder('thanos');
  const sources = files.map(file => path.join(folder, file)).map(file => fs.readFileSync(file, 'utf8'));
  return new Set(sources.flatMap(source => [...source.matchAll(/(?:yaml|json):"(\w+)/g)].map(match => match[1])));
}

async function unknownKeys(arg: string): Promise<string[]> {
  const [, flag, isFile, value] = /^--([^=]+?)(-file)?=(.*)$/s.exec(arg) ?? [];
  const files = flag === undefined ? undefined : LENIENT[flag];
  if (!files) return [];
  const text = isFile ? fs.readFileSync(value, 'utf8') : value;
  const document = parseDocument(text);
  // Thanos says itself what it cannot parse.
  if (document.errors.length > 0) return [];
  const known = await tagsOf(files);
  return keysOf(document.toJS()).filter(key => !known.has(key)).map(key => `'${key}' in --${flag}${isFile ?? ''}`);
}

/** Why the configurations of a container have fields that Thanos does not know; undefined when they have none. */
export async function whyUnknownKeys({ program, args }: ContainerRun): Promise<string | undefined> {
  if (program !== 'thanos') return undefined;
  const unknown = (await Promise.all(args.map(unknownKeys))).flat();
  return unknown.length > 0 ? `Thanos does not know, and would overlook, the fields ${unknown.join(', ')}` : undefined;
}
