import { DAYS_A_MONTH, GIB, SOURCE } from './constants';
import { FigureUnit } from './figure';
import { Load } from './load';
import { calc, Planned, Sheet } from './sheet';

/** Pods of one kind, with what each requests. */
export interface PodNeeds {
  readonly pods: number;
  /** Cores. */
  readonly cpuRequest: number;
  /** Bytes. */
  readonly memoryRequest: number;
  /** Bytes of its volume; 0 without. */
  readonly storageSize: number;
}

/** Figures of the whole platform. */
type TotalKey = 'pods' | 'cpuRequests' | 'memoryRequests' | 'volumes' | 'monthlyPodCost' | 'monthlyCost';

type TotalPlan = Planned<TotalKey>;

/** Adds up what all pods request, and what that and the bucket cost. */
export function planTotal(load: Load, needs: readonly PodNeeds[], bucketCost: number, part = 'total'): TotalPlan {
  const sheet = new Sheet<TotalKey>(part, {});
  const sum = (name: TotalKey, unit: FigureUnit, of: (need: PodNeeds) => number, reason: string) => {
    const value = needs.reduce((total, need) => total + need.pods * of(need), 0);
    return sheet.figure(name, { unit, value, how: calc`${{ sumOverPods: value }}`, reason, source: SOURCE.sum });
  };
  const pods = sum('pods', FigureUnit.COUNT, () => 1, 'Pods of the platform.');
  const cpuRequests = sum('cpuRequests', FigureUnit.CORES, need => need.cpuRequest, 'What the scheduler sets aside; catch-ups and queries take more where it is free.');
  const memoryRequests = sum('memoryRequests', FigureUnit.BYTES, need => need.memoryRequest, 'What the scheduler sets aside.');
  const volumes = sum('volumes', FigureUnit.BYTES, need => need.storageSize, 'All volumes together, at their start size.');
  const { vcpuMonth, memoryGibMonth } = load.prices;
  const monthlyPodCost = sheet.figure('monthlyPodCost', {
    unit: FigureUnit.USD_PER_MONTH,
    value: cpuRequests * vcpuMonth + memoryRequests / GIB * memoryGibMonth,
    how: calc`${{ cpuRequests }} × ${{ vcpuMonth }} + ${{ memoryRequests }} ÷ ${{ GIB }} × ${{ memoryGibMonth }}`,
    reason: `Requests for ${DAYS_A_MONTH} days at the given prices; 0 if none were given.`,
    source: SOURCE.sum,
  });
  const monthlyCost = sheet.figure('monthlyCost', {
    unit: FigureUnit.USD_PER_MONTH,
    value: monthlyPodCost + bucketCost,
    how: calc`${{ monthlyPodCost }} + ${{ bucketCost }}`,
    reason: 'Pods and bucket; volumes, traffic and people are left out.',
    source: SOURCE.sum,
  });
  return { pods, cpuRequests, memoryRequests, volumes, monthlyPodCost, monthlyCost, figures: sheet.figures };
}
