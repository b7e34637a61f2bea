import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { ALARM_RECORDS_FIELDS, ALARM_RECORDS_RULES, Recorder, withDefaults } from './alarm-records';
import { AlertConfig, CONFIG_FILE } from './alert-config';
import { addAlertmanagerPods, CLAIM, EVENTS, groupOf, MESH, meshName, WEB } from './alertmanager-pods';
import { ALERTMANAGER_FIELDS, ALERTMANAGER_RULES, AlertmanagerProps, AlertmanagerSettings } from './alertmanager-props';
import { checkAlerts } from './checks/alerts';
import { checkReceivers } from './checks/receivers';
import { checkRoutes } from './checks/routes';
import { UNKNOWN_TARGET } from './notifier';
import { ConfigReader } from './read-config';
import type { InhibitRule, Receiver, Route } from './route';
import { RouteNode, routesOf } from './routing-tree';
import type { TimeInterval } from './time-interval';
import { addWatchdog, Watchdog } from './watchdog';
import { AlertEndpoint, IAlertSink } from '../core/endpoint';
import { read } from '../core/fields';
import { check } from '../core/findings';
import { Graph } from '../core/graph';
import { commonLabels } from '../core/labels';
import type { PodWorkload } from '../core/pod-workload';
import { planAlertmanager } from '../plan/alertmanager';
import { checkAgainstPlan, IPlanned, loadFor } from '../plan/context';
import { Figure } from '../plan/figure';

/** Where an alert goes, and when. */
export interface RouteMatch {
  /** Where the route stands, e.g. `route.routes[1]`. */
  readonly route: string;
  /** Name of the receiver. */
  readonly receiver: string;
  /** The labels that name its group, with their values. */
  readonly groupLabels: Record<string, string>;
  /** How long the first message of the group waits. */
  readonly groupWait: Duration;
  /** How long the group waits with a message about what has changed. */
  readonly groupInterval: Duration;
  /** After which time it is told again. */
  readonly repeatInterval: Duration;
  /** Time intervals in which nobody is told. */
  readonly muteTimeIntervals: string[];
  /** Time intervals outside of which nobody is told; none for always. */
  readonly activeTimeIntervals: string[];
}

/**
 * Alertmanager as a mesh: it groups alerts, silences and inhibits them, and tells people.
 *
 * Every pod gets every alert, and they agree by gossip on who tells. Its configuration is reloaded when it changes, and never rolls
 * the pods; credentials are files that are mounted from Secrets.
 */
export class Alertmanager extends Construct implements IAlertSink, IPlanned {
  public readonly alertEndpoint: AlertEndpoint;
  public readonly figures: Figure[];
  /** The StatefulSet, for patches. */
  public readonly statefulSet: ApiObject;
  /** @internal */
  public readonly _config = new AlertConfig();
  /** @internal */
  public readonly _settings: AlertmanagerSettings;
  /** Bytes of alarm records that may wait in each pod. @internal */
  public readonly _maxPendingRecords?: number;
  private readonly workload: PodWorkload;
  private readonly reader: ConfigReader;
  private readonly files: Record<string, () => string> = { [CONFIG_FILE]: () => this._config.print() };
  private readonly recorder?: Recorder;
  private readonly targets = new Set<string>();

  constructor(scope: Construct, id: string, props: AlertmanagerProps = {}) {
    super(scope, id);
    const given = read(this, ALERTMANAGER_FIELDS, props);
    const plan = planAlertmanager(loadFor(this, given.workload), given);
    this._settings = { logSilences: true, ...given, ...plan, name: given.name ?? id };
    check(this, ALERTMANAGER_RULES, this._settings);
    checkAgainstPlan(this, plan.figures);
    this.figures = plan.figures;
    this.reader = new ConfigReader(this, this._config);
    this.reader.props(given);
    Object.entries(given.templates ?? {}).forEach(([name, text]) => this.addTemplate(name, text));

    this.recorder = this.addRecorder(this._settings);
    this._maxPendingRecords = this.recorder?.maxPending;
    const { _config: config, files, recorder, pathPrefix } = this;
    this.workload = addAlertmanagerPods(this, this._settings, { config, files, recorder, pathPrefix });
    this.statefulSet = this.workload.controllers[0];
    this.alertEndpoint = { endpoint: this.workload.endpoint(WEB.name), pathPrefix: this.pathPrefix || undefined };
    this.register();
  }

  /** Adds somebody to tell. */
  public addReceiver(receiver: Receiver): void {
    this.reader.receiver(receiver, 'addReceiver(…).');
    this.reach();
    Graph.of(this).touch();
  }

  /** Adds a branch to the root, behind all others. */
  public addRoute(route: Route): void {
    const branch = this.reader.branch(route, 'addRoute(…).');
    if (branch) {
      this._config.addLast({ route: branch, path: 'addRoute(…)' });
    }
    Graph.of(this).touch();
  }

  /** Adds a rule by which alerts make others silent. */
  public addInhibitRule(rule: InhibitRule): void {
    this.reader.inhibitRule(rule, 'addInhibitRule(…).');
    Graph.of(this).touch();
  }

  /** Adds spans of time that routes may name. */
  public addTimeInterval(interval: TimeInterval): void {
    this.reader.timeInterval(interval, 'addTimeInterval(…).');
    Graph.of(this).touch();
  }

  /**
   * Adds a file of templates for messages.
   * @param name name of the file, without its ending
   * @param text Go templates with `{{ define … }}`
   */
  public addTemplate(name: string, text: string): void {
    if (this.reader.template(name, text)) {
      this.files[`${name}.tmpl`] = () => text;
    }
    Graph.of(this).touch();
  }

  /**
   * A dead man's switch: an alert that always fires goes, before all other routes, to a service outside, which raises the alarm when
   * it hears nothing any more. Evaluators must send such an alert: `vector(1)`, of the name `Watchdog`.
   */
  public addWatchdog(watchdog: Watchdog): void {
    addWatchdog(this, this._config, watchdog);
    this.reach();
    Graph.of(this).touch();
  }

  /** The rules of the platform have an alert that always fires. @internal */
  public _expectWatchdog(): void {
    this._config.expectWatchdog();
    Graph.of(this).touch();
  }

  /**
   * Where Alertmanager sends an alert of these labels, as `amtool config routes test` tells it: for tests of one's own routing.
   * Inhibitions, silences and time intervals are not looked at.
   */
  public routesOf(labels: Record<string, string>): RouteMatch[] {
    const given = labels ?? {};
    return routesOf(this._config.routes, given).map(node => toMatch(node, given));
  }

  /** Names of the receivers that get an alert of these labels, in the order of their routes. */
  public receiversOf(labels: Record<string, string>): string[] {
    return this.routesOf(labels).map(({ receiver }) => receiver);
  }

  /** The configuration as Alertmanager reads it, with all that has been added. */
  public toYaml(): string {
    return this._config.print();
  }

  /** The path before all paths of the API. */
  private get pathPrefix(): string {
    const { externalUrl, routePrefix } = this._settings;
    return (routePrefix ?? externalUrl?.replace(/^https?:\/\/[^/]+/, '') ?? '').replace(/\/+$/, '');
  }

  private addRecorder({ records, name, storageSize, logLevel }: AlertmanagerSettings): Recorder | undefined {
    if (!records) {
      return undefined;
    }
    const settings = withDefaults(read(this, ALARM_RECORDS_FIELDS, records, 'records.'), storageSize);
    check(this, ALARM_RECORDS_RULES, settings);
    const recorder = new Recorder(this, settings, {
      name,
      mesh: meshName(this, name),
      url: `http://127.0.0.1:${WEB.port}${this.pathPrefix}`,
      folder: EVENTS,
      claim: CLAIM,
      labels: commonLabels(this, groupOf(name)),
      logLevel,
    });
    this._config.eventRecorder = recorder.eventRecorder;
    return recorder;
  }

  /** Lets the pods out to whom they tell; each service is named once. */
  private reach(): void {
    const graph = Graph.of(this);
    const notifiers = this._config.receivers.flatMap(receiver => receiver.notifiers);
    for (const { name, endpoint, peer = UNKNOWN_TARGET } of notifiers.map(notifier => notifier._target(this._config.globals))) {
      const key = JSON.stringify([name, endpoint?.address, peer._peers, peer.ports]);
      if (this.targets.has(key)) {
        continue;
      }
      this.targets.add(key);
      if (endpoint) {
        graph.connect(this.workload, endpoint, `notifies by ${name}`);
      } else {
        graph.connectPeer({ workload: this.workload, direction: 'to', peer, why: 'notifies', name });
      }
    }
  }

  private register(): void {
    const { replicas, allowFrom = [] } = this._settings;
    const graph = Graph.of(this);
    if (replicas > 1) {
      graph.connect(this.workload, this.workload.endpoint(MESH.name), 'gossips');
    }
    this.reach();
    if (this.recorder) {
      graph.connect(this.workload, this.recorder.endpoint, 'keeps alarm records');
    }
    graph.admit(this.workload, WEB.port, 'opens web interface and API', allowFrom);
    graph.addCheck(this, report => {
      checkReceivers(this._config, this._settings, report);
      checkRoutes(this._config, this._settings, report);
      checkAlerts(this._config, graph.alertSources(this), allowFrom.length > 0, report);
    });
  }
}

function toMatch(node: RouteNode, labels: Record<string, string>): RouteMatch {
  const names = node.groupBy[0] === '...' ? Object.keys(labels) : node.groupBy.filter(name => Object.hasOwn(labels, name));
  return {
    route: node.path,
    receiver: node.receiver,
    groupLabels: Object.fromEntries(names.map(name => [name, labels[name]])),
    groupWait: Duration.millis(node.groupWait * 1000),
    groupInterval: Duration.millis(node.groupInterval * 1000),
    repeatInterval: Duration.millis(node.repeatInterval * 1000),
    muteTimeIntervals: [...node.muteTimeIntervals],
    activeTimeIntervals: [...node.activeTimeIntervals],
  };
}
