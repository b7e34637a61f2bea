import type { Testbed } from './testbed';
import { logsOf } from '../harness/logs';
import { until } from '../harness/wait';

/** What a compactor says when it has fetched a group's blocks and begins to write the new one (Thanos 0.42, pkg/compact/compact.go). */
const BEGINS = 'downloaded and verified blocks; compacting blocks';
const PATIENCE = { timeout: 10 * 60_000, every: 100 };

/** Waits until the compactor begins a compaction. */
export async function compactionBegins(testbed: Testbed): Promise<void> {
  const [pod] = await testbed.pods('compactor');
  const begun = async () => (await logsOf(testbed.cluster, testbed.namespace, pod, 'compactor')).split(BEGINS).length;
  const before = await begun();
  await until('compaction that begins', async () => (await begun() > before ? true : undefined), PATIENCE);
}
