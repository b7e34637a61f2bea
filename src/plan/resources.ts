import { hundredths, roundUp, roundUpToDouble } from './arithmetic';
import { CPU_FLOOR, MEMORY_STEP, VOLUME_STEP } from './constants';
import { FigureUnit } from './figure';
import { atMost, calc, FigureSpec, Given, Sheet } from './sheet';

/** What a pod needs of one resource before rounding. */
type Need = Omit<FigureSpec, 'unit'>;

/** Names of the two memory figures of a pod. */
interface MemoryKeys<K extends string> {
  readonly request: K;
  readonly limit: K;
}

/** Records request and limit; a limit set by hand also bounds a request that was not. */
export function planMemory<K extends string>(
  sheet: Sheet<K>, given: Given<K>, keys: MemoryKeys<K>, request: Need, limit: Need,
): { request: number; limit: number } {
  const requested = sheet.figure(keys.request, {
    unit: FigureUnit.BYTES,
    ...atMost(keys.limit, given[keys.limit], {
      value: roundUp(request.value, MEMORY_STEP),
      how: calc`roundUp(${request.how}, ${{ MEMORY_STEP }})`,
    }),
    reason: request.reason,
    source: request.source,
  });
  const limited = sheet.figure(keys.limit, {
    unit: FigureUnit.BYTES,
    value: Math.max(requested, roundUp(limit.value, MEMORY_STEP)),
    how: calc`max(${{ [keys.request]: requested }}, roundUp(${limit.how}, ${{ MEMORY_STEP }}))`,
    reason: limit.reason,
    source: limit.source,
  });
  return { request: requested, limit: limited };
}

/** Records a CPU request. There is no CPU limit: throttling a catch-up would prolong it. */
export function planCpu<K extends string>(sheet: Sheet<K>, key: K, need: Need): number {
  return sheet.figure(key, {
    unit: FigureUnit.CORES,
    value: hundredths(Math.max(CPU_FLOOR, need.value)),
    how: calc`hundredths(max(${{ CPU_FLOOR }}, ${need.how}))`,
    reason: need.reason,
    source: need.source,
  });
}

/**
 * Records the size of a claim, at least `floor` bytes. Kubernetes refuses a StatefulSet whose claim template changes, so the sizes
 * are coarse: only a workload that doubles changes one.
 */
export function planClaim<K extends string>(sheet: Sheet<K>, key: K, floor: number, need: Need): number {
  const needed = Math.max(floor, need.value);
  return sheet.figure(key, {
    unit: FigureUnit.BYTES,
    needed,
    value: roundUpToDouble(needed, VOLUME_STEP),
    how: calc`roundUpToDouble(max(${{ floor }}, ${need.how}), ${{ VOLUME_STEP }})`,
    reason: `${need.reason.replace(/\.$/, '')}; planned in doubling steps, as Kubernetes refuses a changed claim.`,
    source: need.source,
  });
}
