import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { StatefulSet } from 'kubernetes-types/apps/v1';
import { addCleaner, cleanerSettings } from './cleaner';
import { ImportedPushgateway } from './imported-pushgateway';
import { groupLabels, PushGroup, RUN_LABEL, shardOf, urlOf } from './push-group';
import type { IPushTarget, PushEndpoint } from './push-target';
import { CLEANER_FIELDS, PUSHGATEWAY_FIELDS, PUSHGATEWAY_RULES, PushgatewayProps } from './pushgateway-props';
import { Endpoint, EndpointProtocol, IScrapeTarget } from '../core/endpoint';
import { Given, read } from '../core/fields';
import { check, Severity } from '../core/findings';
import { renderFlags } from '../core/flags';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { logArgs } from '../core/platform';
import { PodSet, PodWorkload, WorkloadPort } from '../core/pod-workload';
import { checkAgainstPlan, IPlanned } from '../plan/context';
import type { Figure } from '../plan/figure';
import { planPushgateway, PushgatewayPlan } from '../plan/pushgateway';

const HTTP: WorkloadPort = { name: 'http', port: 9091, protocol: EndpointProtocol.HTTP, metrics: '/metrics' };

const DATA = '/data';
/** Series of all groups, unless it is said. */
const SERIES = 5000;
/** Seconds, each the default of its prop. */
const PERSISTENCE_INTERVAL = 1;
const DELETE_AFTER = 7 * 86400;

/**
 * Holds what jobs push, until it is scraped and beyond: for jobs that are gone before anybody could scrape them.
 *
 * It is sharded and never load-balanced: a group belongs to one shard, by a hash that is computed at synth from its labels, and each
 * shard has a Service of its own; there is none for all of them. A shard is one pod with a volume. While it is away, pushes to it fail
 * and are tried again by `PushGatewayJob`s, and its series are not scraped; the other shards go on. What is lost:
 *
 * - a restart, a roll-out or a drain loses nothing, for the file is written when the program stops;
 * - a killed program or a dead node loses what was pushed within `persistenceInterval`, by default a second;
 * - a dead node keeps its shard away until the volume can be attached elsewhere, which Kubernetes does when the node is removed or is
 *   tainted `node.kubernetes.io/out-of-service`;
 * - a lost volume loses the shard's groups; each comes back with the next push of its job.
 *
 * Its own metrics and the pushed ones are one page, which is scraped twice: by `ScrapeJob.pushgateway`, which keeps the labels of what was
 * pushed, and by self-monitoring, which keeps the Pushgateway's own. Prometheus and its twin both scrape each shard, and Query keeps one of the two.
 */
export class Pushgateway extends Construct implements IPushTarget, IScrapeTarget, IPlanned {
  /**
   * A Pushgateway that another app owns; all groups go to it. Its cleaner knows nothing of the jobs of this app: what is pushed less often
   * than its own `deleteAfter` is deleted between two runs.
   * @param server its address. It must lead to one and the same process, never to one of several.
   */
  public static fromEndpoint(scope: Construct, id: string, server: Endpoint): IPushTarget {
    return new ImportedPushgateway(scope, id, server);
  }

  public readonly figures: Figure[];
  public readonly scrapeEndpoints: Endpoint[];
  /** The StatefulSets, one a shard, for patches. */
  public readonly statefulSets: ApiObject[];
  private readonly workload: PodWorkload;
  private readonly cluster?: string;

  constructor(scope: Construct, id: string, props: PushgatewayProps = {}) {
    super(scope, id);
    const given = read(this, PUSHGATEWAY_FIELDS, props);
    const cleaner = read(this, CLEANER_FIELDS, given.cleaner ?? {}, 'cleaner.');
    const plan = planPushgateway({ series: given.series ?? SERIES }, given);
    const { persistenceInterval = PERSISTENCE_INTERVAL, deleteAfter = DELETE_AFTER } = given;
    const settings = { ...given, ...plan, persistenceInterval, deleteAfter };
    check(this, PUSHGATEWAY_RULES, { ...settings, cleaner: cleanerSettings(cleaner) });
    checkAgainstPlan(this, plan.figures);
    this.figures = plan.figures;
    this.cluster = given.cluster;

    const name = given.name ?? id;
    this.workload = this.addShards(name, settings, plan);
    this.statefulSets = this.workload.controllers;
    this.scrapeEndpoints = this.workload.sets.map(set => this.workload.endpoint(HTTP.name, set));
    addCleaner(this, {
      name: `${name}-cleaner`, given: cleaner, target: this, shards: this.scrapeEndpoints, shardOf: labels => this.shardOf(labels), deleteAfter,
    });
    Graph.of(this).admit(this.workload, HTTP.port, 'pushes', given.allowFrom);
    this.checkSingle();
    this.checkScraped();
  }

  public pushEndpoint(group: PushGroup): PushEndpoint {
    const labels = groupLabels(this, group);
    const server = this.scrapeEndpoints[this.shardOf(labels)];
    return { endpoint: server, url: urlOf(server, labels), cluster: this.cluster };
  }

  /** What a job says of its runs stands beside what it pushes. */
  private shardOf({ [RUN_LABEL]: _, ...labels }: Record<string, string>): number {
    return shardOf(labels, this.scrapeEndpoints.length);
  }

  private addShards(name: string, settings: Given<PushgatewayProps> & PushgatewayPlan, plan: PushgatewayPlan): PodWorkload {
    const sets: PodSet[] = Array.from({ length: plan.shards }, (_, shard) => ({
      suffix: String(shard), replicas: 1, labels: { 'thanos.io/shard': String(shard) },
    }));
    return new PodWorkload(this, 'shards', {
      name,
      group: { program: ProgramName.PUSHGATEWAY, instance: name, component: 'pushgateway' },
      kind: 'StatefulSet',
      sets,
      // A Service a shard, and none that would spread the pushes of one group over all of them.
      independentSets: true,
      ports: [HTTP],
      args: [
        `--web.listen-address=0.0.0.0:${HTTP.port}`,
        `--persistence.file=${DATA}/metrics`,
        ...renderFlags(PUSHGATEWAY_FIELDS, settings),
        ...logArgs(this, settings.logLevel),
      ],
      options: settings,
      resources: plan,
      setsGoMemoryLimit: true,
      probes: { port: HTTP.name, liveness: '/-/healthy', readiness: '/-/ready', startup: 60 },
      storage: { name: 'data', mountPath: DATA, size: plan.storageSize, storageClassName: settings.storageClassName },
      maxUnavailable: plan.shards > 1 ? 1 : undefined,
      terminationGracePeriod: 30,
    });
  }

  /** Two pods behind one name would each hold the groups of some pushes. */
  private checkSingle(): void {
    Graph.of(this).addCheck(this, (report, printed) => {
      for (const controller of this.statefulSets) {
        const { metadata, spec } = printed.manifest(controller) as unknown as StatefulSet;
        if ((spec?.replicas ?? 1) > 1) {
          report('pushgateway-load-balanced', `StatefulSet '${metadata?.name}' is printed with ${spec!.replicas} replicas behind one Service: pushes of one group would end in different pods, `
            + "and both copies would be scraped. Take back the patch, and use the prop 'shards'.");
        }
      }
    });
  }

  private checkScraped(): void {
    Graph.of(this).addCheck(this, report => {
      const scrapers = Graph.of(this).edgesTo(this.workload)
        .filter(({ from, selfMonitoring }) => !selfMonitoring && from.group.program === ProgramName.PROMETHEUS);
      if (scrapers.length === 0) {
        report('pushgateway-not-scraped', `No Prometheus of this app scrapes '${this.workload.name}', so that nobody sees what is pushed. Scrape it by 'ScrapeJob.pushgateway(…)'; `
          + 'if a Prometheus of another app does, with \'honor_labels: true\', acknowledge this rule.', Severity.WARNING);
      }
    });
  }
}
