import { Construct } from 'constructs';
import { ConfigFiles } from '../core/config-file';
import type { IAlertSink } from '../core/endpoint';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import type { Report } from '../core/judgement';
import type { MountedVolume } from '../core/pod';
import type { PodWorkload } from '../core/pod-workload';
import { stringify } from '../core/yaml';
import type { FileGroup } from '../rules/rule-file';
import type { RuleSet } from '../rules/rule-set';
import { sentAlerts } from '../rules/sent-alerts';

/** Where Prometheus finds its rule files; they need no rendering, and so do not stand in the template. */
export const RULES = { name: 'rules', mountPath: '/etc/prometheus/rules', readOnly: true };

/** How a Prometheus server evaluates. */
interface RuleEvaluationOptions {
  readonly name: string;
  readonly labels: Record<string, string>;
  /** External labels that tell twins apart: with them, the alert of each twin would be one of its own. */
  readonly replicaLabels: string[];
  /** Seconds between two evaluations of groups that state none. */
  readonly interval: number;
}

/** The rules that a Prometheus server evaluates itself, and where its alerts go. Both may be added until the app is synthesized. */
export class RuleEvaluation extends Construct {
  private readonly files: Record<string, () => string> = {};
  private readonly groups: (() => FileGroup[])[] = [];
  private readonly sinks: IAlertSink[] = [];
  private readonly configMap: ConfigFiles;

  constructor(scope: Construct, id: string, private readonly options: RuleEvaluationOptions) {
    super(scope, id);
    const { name, labels } = options;
    this.configMap = new ConfigFiles(this, 'files', { name: `${name}-rules`, labels, files: this.files });
    Graph.of(this).addCheck(this, report => this.checkSinks(report));
  }

  /** The volume of the rule files. */
  public get volume(): MountedVolume {
    return this.configMap.mount(RULES.mountPath, RULES.name);
  }

  public addRules(set: RuleSet, of: () => FileGroup[]): void {
    const file = `${set.name}.yaml`;
    if (file in this.files) {
      Graph.of(this).report(this, 'rule-set-name-twice', `Two rule sets are called '${set.name}', and the file of the one would replace that of the other; give one of them another 'name'.`);
      return;
    }
    const groups = () => of().map(forPrometheus);
    this.files[file] = () => stringify({ groups: groups() });
    this.groups.push(groups);
    set._evaluatedEvery(this.options.interval);
    Graph.of(this).touch();
  }

  public addAlertSink(sink: IAlertSink, workload: PodWorkload): void {
    const graph = Graph.of(this);
    this.sinks.push(sink);
    graph.connect(workload, sink.alertEndpoint.endpoint, 'sends alerts');
    graph.addAlertSource(sink, { at: this, alerts: () => sentAlerts(this.allGroups) });
  }

  /** What the configuration of Prometheus has of it. */
  public config(): object {
    const { replicaLabels } = this.options;
    return {
      rule_files: [`${RULES.mountPath}/*.yaml`],
      alerting: this.sinks.length === 0 ? undefined : {
        alert_relabel_configs: replicaLabels.length > 0 ? [{ action: 'labeldrop', regex: replicaLabels.join('|') }] : undefined,
        alertmanagers: this.sinks.map(({ alertEndpoint: { endpoint, pathPrefix } }) => ({
          scheme: endpoint.protocol,
          path_prefix: pathPrefix,
          // Each Alertmanager must have every alert, so that the others can notify when one is away: the name stands for all of them.
          ...(endpoint._owned ? { dns_sd_configs: [{ names: [endpoint.srvName] }] } : { static_configs: [{ targets: [endpoint.address] }] }),
        })),
      },
    };
  }

  private get allGroups(): FileGroup[] {
    return this.groups.flatMap(groups => groups());
  }

  private checkSinks(report: Report): void {
    const alerts = this.allGroups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
    if (alerts.length > 0 && this.sinks.length === 0) {
      report('sender-without-alert-sink', `Alerts such as '${alerts[0]}' are evaluated, ${alerts.length} in all, but 'alertSinks' is empty: they would fire, and nobody would hear of it. `
        + 'Give \'alertSinks\' the Alertmanager, or call addAlertSink; or give the stack an \'alertmanager\'.', Severity.WARNING);
    }
  }
}

/** Without what only Thanos knows: Prometheus refuses a file with it. */
function forPrometheus({ partial_response_strategy: _, ...group }: FileGroup): FileGroup {
  return group;
}
