import type { Duration } from 'cdk8s';
import { type IQueryApi, queryApi } from '../core/endpoint';
import { count, duration, Fields, Given } from '../core/fields';
import type { Rule } from '../core/findings';
import { Severity } from '../core/findings';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { durationText } from '../core/units';
import type { AutoscalingPlan } from '../plan/autoscaling';
import { FigureUnit } from '../plan/figure';
import { formatValue } from '../plan/format';

/** When KEDA adds and removes senders. Each number is of one replica: twins have as many. */
export interface SenderAutoscalingOptions {
  /** What answers how loaded the senders are; they must be monitored, and their metrics be there. @default - the Query of the stack */
  readonly query?: IQueryApi;
  /** Senders of each replica at the least. @default - from the plan, half of the planned shards */
  readonly minReplicaCount?: number;
  /** Senders of each replica at the most. @default - from the plan, twice the planned shards */
  readonly maxReplicaCount?: number;
  /** Active series that a sender is to carry in the mean. @default - from the plan, what its pod is sized for */
  readonly seriesPerSender?: number;
  /** How far a queue may be behind, while the receiver refuses nothing, until there should be more senders. @default 2 minutes */
  readonly queueDelay?: Duration;
  /** How much later each twin comes and goes than the one before, so that no target moves in both at once. @default - from the plan */
  readonly twinDelay?: Duration;
  /** How long the load must be high until senders come. @default 1 minute */
  readonly scaleUpStabilization?: Duration;
  /** How long the load must be low until a sender goes. @default 30 minutes */
  readonly scaleDownStabilization?: Duration;
  /** Time between two looks at the load. @default 30 seconds */
  readonly pollingInterval?: Duration;
  /** KEDA's operator, as network policies name it. @default - pods with `app: keda-operator` in the namespace `keda` */
  readonly kedaOperator?: NetworkPeer;
}

/** One row a prop. */
export const AUTOSCALING_FIELDS: Fields<SenderAutoscalingOptions> = {
  query: queryApi(),
  minReplicaCount: count({ min: 1, max: 1000 }),
  maxReplicaCount: count({ min: 1, max: 1000 }),
  seriesPerSender: count({ min: 1 }),
  queueDelay: duration({ min: 1 }),
  twinDelay: duration({ min: 0 }),
  scaleUpStabilization: duration({ min: 0 }),
  scaleDownStabilization: duration({ min: 0 }),
  pollingInterval: duration({ min: 5 }),
  kedaOperator: networkPeer(),
};

/** The props in base units, with plan and defaults in the place of those that were not given. */
export type AutoscalingSettings = Given<SenderAutoscalingOptions> & Omit<AutoscalingPlan, 'figures'> & {
  readonly pollingInterval: number;
  /** Twins. */
  readonly twins: number;
  /** Series of the largest target that the workload names. */
  readonly largestTargetSeries: number;
  /** Seconds until a sender starts or is given up by the allocators. */
  readonly senderSettled: number;
};

/** Seconds; the longest window that a HorizontalPodAutoscaler takes (Kubernetes API, autoscaling/v2). */
const LONGEST_WINDOW = 3600;

const series = (value: number): string => formatValue(value, FigureUnit.SERIES);

/** The longest window of all: that of the last twin. */
const lastWindow = (s: AutoscalingSettings): number => Math.max(s.scaleUpStabilization, s.scaleDownStabilization) + (s.twins - 1) * s.twinDelay;

export const AUTOSCALING_RULES: Rule<AutoscalingSettings>[] = [{
  id: 'replica-counts-reversed',
  broken: s => s.minReplicaCount > s.maxReplicaCount,
  says: s => `'autoscaling.minReplicaCount' (${s.minReplicaCount}) must not exceed 'autoscaling.maxReplicaCount' (${s.maxReplicaCount}): KEDA refuses that. Lower the one or raise the other.`,
}, {
  id: 'stabilization-too-long',
  broken: s => lastWindow(s) > LONGEST_WINDOW,
  says: s => `The last of ${s.twins} twins would wait ${durationText(lastWindow(s))} ('scaleUpStabilization' or 'scaleDownStabilization', and 'twinDelay' for each twin before it), and Kubernetes takes `
    + `${durationText(LONGEST_WINDOW)} at the most. Lower one of them.`,
}, {
  id: 'target-larger-than-sender',
  broken: s => s.largestTargetSeries > s.seriesPerSender,
  severity: Severity.WARNING,
  says: s => `The largest target of the workload has ${series(s.largestTargetSeries)} series, and 'autoscaling.seriesPerSender' is ${series(s.seriesPerSender)}: a target is scraped by one sender, `
    + 'however many there are, so that more of them do not relieve the one that has it. Split the target, tell the workload its \'largestTargetSeries\' if it is smaller, or raise \'seriesPerSender\'.',
}, {
  id: 'twins-scale-together',
  severity: Severity.WARNING,
  broken: s => s.twins > 1 && s.twinDelay < s.senderSettled,
  says: s => `'autoscaling.twinDelay' (${durationText(s.twinDelay)}) is shorter than a new sender may take until it scrapes or is given up (${durationText(s.senderSettled)}): `
    + 'a target may then be on its way in both twins, and its scrapes are missed. Raise it, or leave it to the plan.',
}];
