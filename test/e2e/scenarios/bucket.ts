import type { Testbed } from './testbed';
import { METRIC } from '../generator/series';
import { Forward } from '../harness/forward';

/** A block as its `meta.json` tells; times in milliseconds since 1970. */
export interface Block {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
  readonly stats?: { readonly numSamples?: number; readonly numSeries?: number };
  readonly compaction: { readonly level: number };
  readonly thanos: {
    readonly labels: Readonly<Record<string, string>>;
    readonly downsample: { readonly resolution: number };
    readonly files?: readonly { readonly rel_path: string; readonly size_bytes?: number }[];
  };
}

const PORT = 10902;
/** Address of the store gateways, as Query knows them. */
export const STORE_GATEWAYS = '.*platform-store.*';

/** The blocks of the bucket, as the compactor's viewer last saw them. */
export async function blocksOf(testbed: Testbed): Promise<Block[]> {
  const { cluster, namespace } = testbed;
  const [pod] = await testbed.pods('compactor');
  const forward = await Forward.to(cluster, { namespace, pod, port: PORT });
  try {
    const { data } = JSON.parse(await forward.get('/api/v1/blocks?view=global')) as { data: { blocks: Block[] | null } };
    return data.blocks ?? [];
  } finally {
    forward.close();
  }
}

/** How many copies of a series the store gateways have between two times. */
export async function copiesInBucket({ query, loadNamespace }: Testbed, from: number, to: number): Promise<number> {
  const found = await query.samples(`${METRIC}{namespace="${loadNamespace}",pod="generator-0",index="0"}`, from, to, { dedup: false, stores: STORE_GATEWAYS, maxSourceResolution: 0 });
  return found.length;
}
