import type { IConstruct } from 'constructs';
import { SENDER_REPLICAS } from './constants';
import type { Figure } from './figure';
import { formatValue } from './format';
import type { Load } from './load';
import { planRing, RingFacts } from './ring';
import { Workload } from './workload';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';

/** What has been decided for all parts below a construct: a stack's workload, and the shape of its ring. */
interface Decisions {
  readonly workload?: Workload;
  readonly ring?: RingFacts;
}

/** A part that has a plan. */
export interface IPlanned {
  /** The figures of the part, in the order in which they were worked out. */
  readonly figures: Figure[];
}

const DECISIONS = new WeakMap<IConstruct, Decisions>();

/** The workload of parts that stand alone and were given none: a middling one. */
const ALONE = Workload.of({ activeSeries: 100_000 });

/** Tells all parts that are created below `scope` from now on. */
export function decide(scope: IConstruct, decisions: Decisions): void {
  DECISIONS.set(scope, { ...DECISIONS.get(scope), ...decisions });
}

/** The load that a part is planned for: its own workload's, its stack's, or a middling one. */
export function loadFor(part: IConstruct, own?: Workload): Load {
  if (own) {
    own.problems.forEach(problem => Graph.of(part).report(part, 'invalid-workload', problem));
    return own._load;
  }
  return (decided(part, 'workload') ?? ALONE)._load;
}

/** The ring that writes what a part reads: its stack's, or the one that would be planned for the load. */
export function ringFor(part: IConstruct, load: Load): RingFacts {
  return decided(part, 'ring') ?? planRing(load, { senderReplicas: SENDER_REPLICAS }, {});
}

/** Room that a part needs: less of it by hand than planned deserves a word. */
const NEEDS = /(Limit|Size|Window)$/;

/**
 * Warns of each limit, volume and window that was set by hand below what the plan needs.
 * @param propOf what of the part's props a figure was set by; by its own name if left out
 */
export function checkAgainstPlan(part: IConstruct, figures: Figure[], propOf = ({ name }: Figure): string => name): void {
  for (const figure of figures) {
    const { name, byHand, value, planned, needed = planned, reason, unit } = figure;
    // No size and no window is called unlimited by a zero; a count of anything is.
    const unlimited = value === 0 && name.endsWith('Limit');
    if (byHand && NEEDS.test(name) && value < needed && !unlimited) {
      Graph.of(part).report(part, 'below-plan', `'${propOf(figure)}' is ${formatValue(value, unit)}, but this workload needs ${formatValue(needed, unit)}: ${reason} `
        + 'Raise it, leave it to the plan, or tell the workload what it really has to carry.', Severity.WARNING);
    }
  }
}

function decided<K extends keyof Decisions>(part: IConstruct, key: K): Decisions[K] {
  return [...part.node.scopes].reverse().map(scope => DECISIONS.get(scope)?.[key]).find(decision => decision !== undefined);
}
