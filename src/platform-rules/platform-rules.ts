import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { alertmanagerRules } from './alertmanagers';
import { bucketRules } from './buckets';
import { compactorRules } from './compactors';
import { continuousTestRules } from './continuous-tests';
import type { SenderFigures } from './figures';
import { ingestorRules } from './ingestors';
import { metaMonitoringRules } from './meta-monitoring';
import { generalRules } from './platform';
import { PlatformGroup, PlatformSet, selector } from './platform-alert';
import { PLATFORM_RULES_FIELDS, PlatformRulesProps, SENDER } from './platform-rules-props';
import { pushgatewayRules } from './pushgateways';
import { queryRules } from './queries';
import { queryFrontendRules } from './query-frontends';
import { routerRules } from './routers';
import { rulerRules } from './rulers';
import { senderRules } from './senders';
import { storeGatewayRules } from './store-gateways';
import { targetAllocatorRules } from './target-allocators';
import { Given, isSound, quoted, read } from '../core/fields';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import type { Report } from '../core/judgement';
import { RUNBOOKS, runbookUrl } from '../core/runbooks';
import { AlertRuleSet } from '../rules/alert-rule-set';
import { type AlertRuleGroup, PartialResponseStrategy, RulePlacement } from '../rules/rule';
import { unused } from '../rules/rule-set';

/**
 * Alerts of the platform itself, a set for each of its parts, written from the metrics that the programs of the shipped versions show
 * and from the plan's figures. Each has a page in `docs/runbooks`.
 */
export class PlatformRules extends Construct {
  /** What all programs have in common: targets, restarts, memory, volumes, and access to the bucket. */
  public readonly platform: AlertRuleSet[];
  /** Of Prometheus that scrapes and sends. */
  public readonly senders: AlertRuleSet[];
  /** Of the target allocators of senders. */
  public readonly targetAllocators: AlertRuleSet[];
  /** Of the routers of rings. */
  public readonly routers: AlertRuleSet[];
  /** Of the ingestors of rings. */
  public readonly ingestors: AlertRuleSet[];
  /** Of store gateways. */
  public readonly storeGateways: AlertRuleSet[];
  /** Of compactors. */
  public readonly compactors: AlertRuleSet[];
  /** Of Queries. */
  public readonly queries: AlertRuleSet[];
  /** Of query frontends. */
  public readonly queryFrontends: AlertRuleSet[];
  /** Of rulers and their rule-loaders. */
  public readonly rulers: AlertRuleSet[];
  /** Of Alertmanagers. */
  public readonly alertmanagers: AlertRuleSet[];
  /** Of Pushgateways. */
  public readonly pushgateways: AlertRuleSet[];
  /** Of continuous tests. */
  public readonly continuousTests: AlertRuleSet[];
  /** Of embedded object stores. */
  public readonly embeddedBuckets: AlertRuleSet[];
  /** Of Prometheus that evaluates rules itself. */
  public readonly metaMonitoring: AlertRuleSet[];
  /** All sets. */
  public readonly all: AlertRuleSet[] = [];

  private readonly given: Given<PlatformRulesProps>;
  private readonly used = new Set<string>();

  constructor(scope: Construct, id: string, props: PlatformRulesProps) {
    super(scope, id);
    this.given = read(this, PLATFORM_RULES_FIELDS, props);
    const { given } = this;
    const build = <F>(figures: F[] | undefined, rules: (figures: F) => PlatformSet) => this.build((figures ?? []).map(rules));
    this.platform = build([given.name ?? id], generalRules);
    this.senders = build(given.senders, senderRules);
    this.targetAllocators = this.build((given.senders ?? []).flatMap(targetAllocatorRules));
    this.routers = build(given.rings, routerRules);
    this.ingestors = build(given.rings, ingestorRules);
    this.storeGateways = build(given.storeGateways, storeGatewayRules);
    this.compactors = build(given.compactors, compactorRules);
    this.queries = build(given.queries, queryRules);
    this.queryFrontends = build(given.queryFrontends, queryFrontendRules);
    this.rulers = build(given.rulers, rulerRules);
    this.alertmanagers = build(given.alertmanagers, alertmanagerRules);
    this.pushgateways = build(given.pushgateways, pushgatewayRules);
    this.continuousTests = build(given.continuousTests, continuousTestRules);
    this.embeddedBuckets = build(given.embeddedBuckets, bucketRules);
    this.metaMonitoring = build(given.metaMonitoring, metaMonitoringRules);
    // Senders that are added later may know more of them.
    Graph.of(this).addCheck(this, report => this.checkThresholds(report));
    Graph.of(this).addCheck(this, report => {
      // Some of them may be left out on purpose.
      if (this.all.every(set => !set._isUsed)) {
        const { id: rule, message } = unused('Nobody takes any set of the platform\'s rules (\'all\' has each of them)');
        report(rule, message, Severity.WARNING);
      }
    });
  }

  /**
   * The alerts of senders that come later, e.g. by `MonitoringStack.addPrometheus`, which does this by itself. They are among `senders`,
   * `targetAllocators` and `all` as well.
   * @param figures what is known of them
   */
  public addSenders(figures: SenderFigures): AlertRuleSet[] {
    if (!isSound(this, 'addSenders', 'invalid-prop', SENDER, figures)) {
      return [];
    }
    const senders = this.build([senderRules(figures)]);
    const allocators = this.build(targetAllocatorRules(figures));
    this.senders.push(...senders);
    this.targetAllocators.push(...allocators);
    return [...senders, ...allocators];
  }

  private build(sets: PlatformSet[]): AlertRuleSet[] {
    const { given } = this;
    const fresh = sets.filter(({ part, groups }) => groups.length > 0 && this.isNew(part));
    const built = fresh.map(set => {
      const groups = set.groups.map(group => ruleGroup(group, given));
      const thresholds = Object.fromEntries(Object.entries({ ...set.thresholds, ...overrides(set, given.thresholds) })
        .filter(([name, value]) => value !== undefined && isUsed(name, groups))) as Record<string, number>;
      Object.keys(thresholds).forEach(name => this.used.add(name));
      return new AlertRuleSet(this, set.part, {
        groups,
        thresholds,
        owner: given.owner,
        labels: { ...given.namespace === undefined ? {} : { namespace: given.namespace }, part: set.part, ...given.labels },
      });
    });
    built.forEach(set => set._leaveToOwner());
    this.all.push(...built);
    return built;
  }

  private isNew(part: string): boolean {
    const known = this.node.tryFindChild(part) !== undefined;
    if (known) {
      Graph.of(this).report(this, 'platform-rules-part-twice', `Two parts are called '${part}', and each needs a name of its own, by which its pods are found; `
        + 'list each part once.');
    }
    return !known;
  }

  private checkThresholds(report: Report): void {
    const unknown = Object.keys(this.given.thresholds ?? {}).filter(name => !this.used.has(name));
    if (unknown.length > 0) {
      report('platform-rules-threshold-unknown', `No alert of the parts that are listed knows the threshold ${quoted(unknown)}; `
        + `there are ${[...this.used].sort().join(', ')}.`);
    }
  }
}

/** Of the thresholds that users state, those that a set knows. */
const overrides = ({ thresholds }: PlatformSet, stated: Record<string, number> = {}) =>
  Object.fromEntries(Object.entries(stated).filter(([name]) => name in thresholds));

const isUsed = (threshold: string, groups: AlertRuleGroup[]): boolean => {
  const pattern = new RegExp(`\\$${threshold}\\b`);
  return groups.some(({ rules }) => rules.some(({ expr, description = '' }) => pattern.test(expr) || pattern.test(description)));
};

function ruleGroup({ name, placement: usual, alerts }: PlatformGroup, given: Given<PlatformRulesProps>): AlertRuleGroup {
  const { namespace, cluster, runbookBaseUrl = RUNBOOKS } = given;
  const placement = given.placement ?? usual;
  // A Prometheus sees its own series without external labels.
  const at = selector({ namespace, cluster: placement === RulePlacement.RULER ? cluster : undefined });
  return {
    name,
    placement,
    // They tell of stores that are away: that must not silence them. A Prometheus has no such choice.
    partialResponseStrategy: PartialResponseStrategy.WARN,
    rules: alerts(at).map(({ for: minutes, ...alert }) => ({
      ...alert,
      ...minutes > 0 ? { for: Duration.minutes(minutes) } : {},
      runbookUrl: runbookUrl(runbookBaseUrl, alert.alert),
    })),
  };
}
