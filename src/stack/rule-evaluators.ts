import type { MetaMonitoring } from './meta-monitoring';
import type { ShardedPrometheus } from '../collect/sharded-prometheus';
import { Graph } from '../core/graph';
import type { EvaluatedRule } from '../plan/capacity-plan';
import type { ThanosRuler } from '../ruler/thanos-ruler';
import { RulePlacement } from '../rules/rule';
import type { FileGroup } from '../rules/rule-file';
import type { RuleSet } from '../rules/rule-set';

/** A part that evaluates the groups of some placements. */
interface Evaluator {
  readonly called: string;
  readonly placements: RulePlacement[];
  readonly take: (set: RuleSet, groups: () => FileGroup[]) => void;
}

/**
 * Who of a platform evaluates which rules. A group goes where its placement says; where nobody is there, to the ruler, which sees all that
 * the others do.
 */
export class RuleEvaluators {
  private readonly evaluators: Evaluator[];
  /** Placements that somebody is there for by name. */
  private readonly places: RulePlacement[];
  private readonly sets: RuleSet[] = [];

  constructor({ ruler, senders, metaMonitoring }: { ruler?: ThanosRuler; senders: ShardedPrometheus[]; metaMonitoring?: MetaMonitoring }) {
    const servers = senders.filter(sender => sender._evaluates);
    const { RULER, SENDERS, META_MONITORING } = RulePlacement;
    this.places = [...(ruler ? [RULER] : []), ...(servers.length > 0 ? [SENDERS] : []), ...(metaMonitoring ? [META_MONITORING] : [])];
    const inRulersPlace = [SENDERS, META_MONITORING].filter(placement => !this.places.includes(placement));
    this.evaluators = [
      ...(ruler ? [{ called: 'ruler', placements: [RULER, ...inRulersPlace], take: ruler._addRules.bind(ruler) }] : []),
      ...servers.map(server => ({ called: 'senders', placements: [SENDERS], take: server._addRules.bind(server) })),
      ...(metaMonitoring ? [{ called: 'meta-monitoring', placements: [META_MONITORING], take: metaMonitoring._addRules.bind(metaMonitoring) }] : []),
    ];
  }

  public add(set: RuleSet): void {
    this.sets.push(set);
    const groups = () => set._groups(this.places);
    const placed = new Set(groups().map(({ placement }) => placement));
    for (const { placements, take } of this.evaluators) {
      if (placements.some(placement => placed.has(placement))) {
        take(set, () => groups().filter(({ placement }) => placements.includes(placement)).map(({ group }) => group));
      }
    }
    const left = [...placed].filter(placement => !this.evaluators.some(({ placements }) => placements.includes(placement)));
    if (left.length > 0) {
      Graph.of(set).report(set, 'rules-without-evaluator', `Groups of '${set.name}' are to be evaluated by ${left.map(placement => `'${placement}'`).join(' and ')}, but the platform has no `
        + 'such part. Give the stack a \'ruler\', which sees all series (`ruler: {}` is enough).');
    }
  }

  /** Each rule, and who evaluates it. */
  public get rules(): EvaluatedRule[] {
    return this.sets.flatMap(set => set.placements.map(({ group, rule, placement, why, byHand }) =>
      ({ set: set.name, group, rule, evaluator: this.evaluatorOf(placement), why, byHand })));
  }

  private evaluatorOf(placement: RulePlacement): string {
    return this.evaluators.find(({ placements }) => placements.includes(placement))?.called ?? 'nobody';
  }
}
