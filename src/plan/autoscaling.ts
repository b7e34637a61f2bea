import { ceil } from './arithmetic';
import * as c from './constants';
import { FigureUnit } from './figure';
import type { Load } from './load';
import { atMost, calc, Given, Planned, Sheet } from './sheet';

/** Figures of autoscaled senders; each bears the name of its prop. */
type AutoscalingKey = 'seriesPerSender' | 'minReplicaCount' | 'maxReplicaCount' | 'queueDelay' | 'twinDelay' | 'scaleUpStabilization' | 'scaleDownStabilization';

export type AutoscalingPlan = Planned<AutoscalingKey>;

/** What the senders are planned for without an autoscaler, and how long their allocators wait for one that is not ready. */
interface ScaledSenders {
  readonly shards: number;
  readonly collectorNotReadyGracePeriod: number;
}

/** Plans when senders of one replica come and go. */
export function planAutoscaling(
  { totalSeries }: Load, { shards, collectorNotReadyGracePeriod }: ScaledSenders, given: Given<AutoscalingKey>, part = 'autoscaling',
): AutoscalingPlan {
  const sheet = new Sheet<AutoscalingKey>(part, given);
  const { FEWEST_SENDERS_SHARE, MOST_SENDERS_FACTOR, QUEUE_DELAY, TWIN_MARGIN, LONGEST_TWIN_DELAY, SCALE_UP_STABILIZATION, SCALE_DOWN_STABILIZATION } = c;
  const seconds = { unit: FigureUnit.SECONDS };
  const seriesPerSender = sheet.figure('seriesPerSender', {
    unit: FigureUnit.SERIES,
    value: ceil(totalSeries / shards),
    how: calc`ceil(${{ totalSeries }} ÷ ${{ shards }})`,
    reason: 'The mean that the memory, disk and queue of each pod are planned for; the fullest one has more.',
    source: c.SOURCE.derivation,
  });
  const minReplicaCount = sheet.figure('minReplicaCount', {
    unit: FigureUnit.COUNT,
    ...atMost('maxReplicaCount', given.maxReplicaCount, {
      value: Math.max(1, ceil(shards * FEWEST_SENDERS_SHARE)),
      how: calc`max(1, ceil(${{ shards }} × ${{ FEWEST_SENDERS_SHARE }}))`,
    }),
    reason: 'Half of the planned load comes back at once after a quiet time, and new senders take their minutes.',
    source: c.SOURCE.derivation,
  });
  const maxReplicaCount = sheet.figure('maxReplicaCount', {
    unit: FigureUnit.COUNT,
    value: Math.max(minReplicaCount, MOST_SENDERS_FACTOR * shards),
    how: calc`max(${{ minReplicaCount }}, ${{ MOST_SENDERS_FACTOR }} × ${{ shards }})`,
    reason: 'A load that grows beyond twice what the ring is planned for is helped by a new plan, not by more senders.',
    source: c.SOURCE.derivation,
  });
  const queueDelay = sheet.figure('queueDelay', {
    ...seconds,
    value: QUEUE_DELAY,
    how: calc`${{ QUEUE_DELAY }}`,
    reason: 'A queue that is behind while the ring refuses nothing has too few shards of its own, and its sender too many targets.',
    source: c.SOURCE.derivation,
  });
  const twinDelay = sheet.figure('twinDelay', {
    ...seconds,
    value: Math.min(LONGEST_TWIN_DELAY, collectorNotReadyGracePeriod + TWIN_MARGIN),
    how: calc`min(${{ LONGEST_TWIN_DELAY }}, ${{ collectorNotReadyGracePeriod }} + ${{ TWIN_MARGIN }})`,
    reason: 'A twin comes or goes only when those of the replica before it scrape or are given up, or a target would be moved by both at once.',
    source: c.SOURCE.allocator,
  });
  const scaleUpStabilization = sheet.figure('scaleUpStabilization', {
    ...seconds,
    value: SCALE_UP_STABILIZATION,
    how: calc`${{ SCALE_UP_STABILIZATION }}`,
    reason: 'A peak that is over in a minute is not worth moving targets for.',
    source: c.SOURCE.derivation,
  });
  const scaleDownStabilization = sheet.figure('scaleDownStabilization', {
    ...seconds,
    value: SCALE_DOWN_STABILIZATION,
    how: calc`${{ SCALE_DOWN_STABILIZATION }}`,
    reason: 'Each move of a target costs a scrape of one twin and a series in memory until the next truncation, so that senders go only when they are not needed for long.',
    source: c.SOURCE.derivation,
  });
  return {
    seriesPerSender, minReplicaCount, maxReplicaCount, queueDelay, twinDelay, scaleUpStabilization, scaleDownStabilization, figures: sheet.figures,
  };
}
