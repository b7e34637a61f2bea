import * as c from './constants';
import { planClaim, planCpu, planMemory } from './resources';
import { calc, Given, Planned, Sheet } from './sheet';

/** Figures of the object store that runs in the cluster; each bears the name of its prop. */
type EmbeddedBucketKey = 'storageSize' | 'cpuRequest' | 'memoryRequest' | 'memoryLimit';

export type EmbeddedBucketPlan = Planned<EmbeddedBucketKey>;

/** Plans one pod that keeps the whole bucket on one volume. */
export function planEmbeddedBucket({ bytesTotal }: { bytesTotal: number }, given: Given<EmbeddedBucketKey>, part = 'embeddedBucket'): EmbeddedBucketPlan {
  const sheet = new Sheet<EmbeddedBucketKey>(part, given);
  const { EMBEDDED_HEADROOM, EMBEDDED_CPU, PROCESS_MEMORY, EMBEDDED_MEMORY_LIMIT } = c;
  const storageSize = planClaim(sheet, 'storageSize', c.EMBEDDED_VOLUME_FLOOR, {
    value: EMBEDDED_HEADROOM * bytesTotal,
    how: calc`${{ EMBEDDED_HEADROOM }} × ${{ bytesTotal }}`,
    reason: 'All that is stored, with room to see an alert before the volume is full.',
    source: c.SOURCE.derivation,
  });
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: EMBEDDED_CPU,
    how: calc`${{ EMBEDDED_CPU }}`,
    reason: 'It copies files between the network and a disk.',
    source: c.SOURCE.derivation,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: PROCESS_MEMORY,
    how: calc`${{ PROCESS_MEMORY }}`,
    reason: 'It caches nothing of its own.',
    source: c.SOURCE.derivation,
  }, {
    value: EMBEDDED_MEMORY_LIMIT,
    how: calc`${{ EMBEDDED_MEMORY_LIMIT }}`,
    reason: 'Parts of uploads of several ingestors are in memory at once.',
    source: c.SOURCE.derivation,
  });
  return { storageSize, cpuRequest, memoryRequest: memory.request, memoryLimit: memory.limit, figures: sheet.figures };
}
