import type { MetaMonitoring } from './meta-monitoring';
import { nameOf } from './platform-alerts';
import type { ShardedPrometheus } from '../collect/sharded-prometheus';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import type { Report } from '../core/judgement';
import type { EvaluatedRule } from '../plan/capacity-plan';
import type { ThanosRuler } from '../ruler/thanos-ruler';
import { RulePlacement } from '../rules/rule';
import type { RuleSet } from '../rules/rule-set';

/** A part that evaluates the groups of some placements. */
interface Evaluator {
  readonly called: string;
  readonly part: ThanosRuler | ShardedPrometheus | MetaMonitoring;
  readonly placements: RulePlacement[];
}

/** The parts of a platform that may evaluate rules. */
interface EvaluatingParts {
  readonly ruler?: ThanosRuler;
  readonly senders: ShardedPrometheus[];
  readonly metaMonitoring?: MetaMonitoring;
}

const { RULER, SENDERS, META_MONITORING } = RulePlacement;

/**
 * Who of a platform evaluates which rules. A group goes where its placement says; where nobody is there, to the ruler, which sees all that
 * the others do. Senders are there if all groups of them evaluate rules: a rule is true of any target, and those of agents would go unjudged.
 * They may be added at any time, before and after the rules.
 */
export class RuleEvaluators {
  /** All that were added. */
  public readonly sets: RuleSet[] = [];
  private readonly senders: ShardedPrometheus[];
  private readonly taken = new Map<Evaluator['part'], Set<RuleSet>>();

  constructor(private readonly parts: EvaluatingParts) {
    this.senders = [...parts.senders];
  }

  public add(set: RuleSet): void {
    this.sets.push(set);
    // Also where nobody is there to evaluate it, which is an error of its own.
    set._use();
    this.distribute(set);
    Graph.of(set).addCheck(set, report => this.check(set, report));
  }

  /** Senders that come later. */
  public addSenders(senders: ShardedPrometheus): void {
    this.senders.push(senders);
    this.sets.forEach(set => this.distribute(set));
  }

  /** Each rule, and who evaluates it. */
  public get rules(): EvaluatedRule[] {
    return this.sets.flatMap(set => set.placements.map(({ group, rule, placement, why, byHand }) =>
      ({ set: set.name, group, rule, evaluator: this.evaluatorsOf(placement), why, byHand })));
  }

  /** Placements that somebody is there for by name. */
  private get places(): RulePlacement[] {
    const { ruler, metaMonitoring } = this.parts;
    return [...(ruler ? [RULER] : []), ...(this.agents.length === 0 ? [SENDERS] : []), ...(metaMonitoring ? [META_MONITORING] : [])];
  }

  private get agents(): ShardedPrometheus[] {
    return this.senders.filter(sender => !sender._evaluates);
  }

  private get evaluators(): Evaluator[] {
    const { ruler, metaMonitoring } = this.parts;
    const inRulersPlace = [SENDERS, META_MONITORING].filter(placement => !this.places.includes(placement));
    const servers = this.places.includes(SENDERS) ? this.senders : [];
    return [
      ...(ruler ? [{ called: 'ruler', part: ruler, placements: [RULER, ...inRulersPlace] }] : []),
      ...servers.map(part => ({ called: `senders ${nameOf(part)}`, part, placements: [SENDERS] })),
      ...(metaMonitoring ? [{ called: 'meta-monitoring', part: metaMonitoring, placements: [META_MONITORING] }] : []),
    ];
  }

  /** Gives a set to those who evaluate some of it and do not have it yet. What of it is theirs is found out when it is printed. */
  private distribute(set: RuleSet): void {
    const placed = this.placedOf(set);
    for (const { part, placements } of this.evaluators) {
      const taken = this.taken.get(part) ?? new Set();
      if (!taken.has(set) && placements.some(placement => placed.has(placement))) {
        this.taken.set(part, taken.add(set));
        part._addRules(set, () => {
          const own = this.evaluators.find(evaluator => evaluator.part === part)?.placements ?? [];
          return set._groups(this.places).filter(({ placement }) => own.includes(placement)).map(({ group }) => group);
        });
      }
    }
  }

  private placedOf(set: RuleSet): Set<RulePlacement> {
    return new Set(set._groups(this.places).map(({ placement }) => placement));
  }

  private check(set: RuleSet, report: Report): void {
    const left = [...this.placedOf(set)].filter(placement => !this.evaluators.some(({ placements }) => placements.includes(placement)));
    if (left.length > 0) {
      report('rules-without-evaluator', `Groups of '${set.name}' are to be evaluated by ${left.map(placement => `'${placement}'`).join(' and ')}, but the platform has no `
        + 'such part. Give the stack a \'ruler\', which sees all series (`ruler: {}` is enough).');
    }
    const [servers, agents] = [this.senders.filter(sender => sender._evaluates), this.agents].map(senders => senders.map(sender => `'${nameOf(sender)}'`).join(' and '));
    const onSenders = set.placements.filter(({ placement }) => placement === SENDERS);
    if (servers && agents && onSenders.length > 0) {
      const byHand = onSenders.some(each => each.byHand);
      report('senders-evaluate-in-part', `Rules of '${set.name}' such as '${onSenders[0].rule}' ${byHand ? 'are placed on the senders by hand' : 'could be evaluated by the senders'}, but ${agents} are agents, `
        + `which evaluate nothing, and what they scrape would go unjudged. So the rules go to the ruler, and ${servers} do not evaluate them either. Use PrometheusMode.SERVER for all senders; `
        + 'or give the set to those that shall evaluate it by themselves, by their own \'addRules\' in place of the stack\'s.', byHand ? Severity.WARNING : Severity.NOTE);
    }
  }

  private evaluatorsOf(placement: RulePlacement): string {
    return this.evaluators.filter(({ placements }) => placements.includes(placement)).map(({ called }) => called).join(', ') || 'nobody';
  }
}
