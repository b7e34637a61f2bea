import type { ApiObject, Duration } from 'cdk8s';
import { Duration as Durations } from 'cdk8s';
import { Construct } from 'constructs';
import { AlertConfig, CONFIG, CONFIG_FILE } from './alert-config';
import { ALERTMANAGER_FIELDS, ALERTMANAGER_RULES, AlertmanagerProps, AlertmanagerSettings } from './alertmanager-props';
import { checkAlerts } from './checks/alerts';
import { checkReceivers } from './checks/receivers';
import { checkRoutes } from './checks/routes';
import { SECRETS } from './config-rows';
import { UNKNOWN_TARGET } from './notifier';
import { ConfigReader } from './read-config';
import type { InhibitRule, Receiver, Route } from './route';
import { RouteNode, routesOf } from './routing-tree';
import type { TimeInterval } from './time-interval';
import { addWatchdog, Watchdog } from './watchdog';
import { ConfigFiles } from '../core/config-file';
import { configReloader, RELOADER_WEB } from '../core/config-reloader';
import { AlertEndpoint, EndpointProtocol, IAlertSink } from '../core/endpoint';
import { read } from '../core/fields';
import { check } from '../core/findings';
import { renderFlags } from '../core/flags';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { commonLabels, GroupLabels } from '../core/labels';
import { secretEnvironment } from '../core/object-store';
import { LogFormat, LogLevel, Platform } from '../core/platform';
import { PodWorkload, WorkloadPort } from '../core/pod-workload';
import { secretFiles } from '../core/secret-files';
import { planAlertmanager } from '../plan/alertmanager';
import { checkAgainstPlan, IPlanned, loadFor } from '../plan/context';
import { Figure } from '../plan/figure';

const WEB: WorkloadPort = { name: 'web', port: 9093, protocol: EndpointProtocol.HTTP };
const MESH: WorkloadPort = { name: 'mesh', port: 9094, protocol: EndpointProtocol.GOSSIP };
const DATA = '/alertmanager';

/** Seconds. It reads its snapshots at the start, and is ready before the mesh has settled. */
const STARTUP = 120;
/** Seconds: it leaves the mesh, and writes silences and what was told. */
const GRACE = 60;
/** Seconds; templates are parsed and groups are made anew. */
const RELOAD_TIMEOUT = 30;

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
  public readonly _workload: PodWorkload;
  /** @internal */
  public readonly _settings: AlertmanagerSettings;
  private readonly reader: ConfigReader;
  private readonly files: Record<string, () => string> = { [CONFIG_FILE]: () => this._config.print() };
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

    this._workload = this.addWorkload(this._settings);
    this.statefulSet = this._workload.controllers[0];
    this.alertEndpoint = { endpoint: this._workload.endpoint(WEB.name), pathPrefix: this.pathPrefix || undefined };
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
    this.reader.template(name, text);
    this.files[`${name}.tmpl`] = () => text;
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

  /**
   * Where Alertmanager sends an alert of these labels, as `amtool config routes test` tells it: for tests of one's own routing.
   * Inhibitions, silences and time intervals are not looked at.
   */
  public routesOf(labels: Record<string, string>): RouteMatch[] {
    return routesOf(this._config.routes, labels).map(node => toMatch(node, labels));
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

  private addWorkload(settings: AlertmanagerSettings): PodWorkload {
    const { name } = settings;
    const group: GroupLabels = { program: ProgramName.ALERTMANAGER, instance: name, component: 'alertmanager' };
    const config = new ConfigFiles(this, 'config', { name, labels: commonLabels(this, group), files: this.files });
    const { awsAccessKey } = settings;
    return new PodWorkload(this, 'alertmanager', {
      name,
      group,
      kind: 'StatefulSet',
      sets: [{ suffix: '', replicas: settings.replicas, labels: {} }],
      ports: [{ ...WEB, metrics: `${this.pathPrefix}/metrics` }, MESH, RELOADER_WEB],
      args: () => this.args(settings),
      options: settings,
      resources: settings,
      setsGoMemoryLimit: true,
      environment: [
        { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        ...(awsAccessKey ? secretEnvironment([
          { name: 'AWS_ACCESS_KEY_ID', value: awsAccessKey.accessKeyId }, { name: 'AWS_SECRET_ACCESS_KEY', value: awsAccessKey.secretAccessKey },
        ]) : []),
      ],
      volumes: () => [config.mount(CONFIG), ...secretFiles(SECRETS, this._config.secrets)],
      sidecars: () => [this.reloader(settings)],
      storage: { name: 'data', mountPath: DATA, size: settings.storageSize, storageClassName: settings.storageClassName },
      // Those that are not ready are peers all the same: they have silences, and must hear of what was told.
      publishNotReadyAddresses: true,
      maxUnavailable: settings.replicas > 1 ? 1 : undefined,
      probes: { port: WEB.name, liveness: `${this.pathPrefix}/-/healthy`, readiness: `${this.pathPrefix}/-/ready`, startup: STARTUP },
      terminationGracePeriod: GRACE,
    });
  }

  private reloader({ logLevel }: AlertmanagerSettings) {
    const secrets = secretFiles(SECRETS, this._config.secrets);
    return configReloader(this, {
      // Most notifiers read their credentials for each message, but those of incident.io and Rocket.Chat only when the configuration is loaded.
      watched: [CONFIG, ...secrets.map(({ mountPath }) => mountPath!)],
      mounts: [
        { name: 'config', mountPath: CONFIG, readOnly: true },
        ...secrets.map(({ mountPath, volume }) => ({ name: volume.name, mountPath: mountPath!, readOnly: true })),
      ],
      reloadUrl: `http://127.0.0.1:${WEB.port}${this.pathPrefix}/-/reload`,
      reloadTimeout: RELOAD_TIMEOUT,
      logLevel,
    });
  }

  private args(settings: AlertmanagerSettings): string[] {
    const { logLevel, logFormat } = Platform.of(this);
    const mesh = this._workload.endpoint(MESH.name);
    return [
      `--config.file=${CONFIG}/${CONFIG_FILE}`,
      `--storage.path=${DATA}`,
      `--log.level=${settings.logLevel ?? logLevel ?? LogLevel.INFO}`,
      `--log.format=${logFormat ?? LogFormat.LOGFMT}`,
      `--web.listen-address=0.0.0.0:${WEB.port}`,
      `--cluster.listen-address=${settings.replicas > 1 ? `0.0.0.0:${MESH.port}` : ''}`,
      ...(settings.replicas > 1 ? [
        `--cluster.advertise-address=[$(POD_IP)]:${MESH.port}`,
        // One name for all peers, of which there may be more or fewer without a roll-out.
        `--cluster.peer=${mesh.address}`,
      ] : []),
      ...renderFlags(ALERTMANAGER_FIELDS, {
        externalUrl: `http://${this._workload.endpoint(WEB.name).address}`,
        clusterLabel: settings.replicas > 1 ? `${this._workload.namespace}/${settings.name}` : undefined,
        ...settings,
      }),
    ];
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
        graph.connect(this._workload, endpoint, `notifies by ${name}`);
      } else {
        graph.connectPeer({ workload: this._workload, direction: 'to', peer, why: 'notifies', name });
      }
    }
  }

  private register(): void {
    const { replicas, allowFrom = [] } = this._settings;
    const graph = Graph.of(this);
    if (replicas > 1) {
      graph.connect(this._workload, this._workload.endpoint(MESH.name), 'gossips');
    }
    this.reach();
    for (const peer of allowFrom) {
      graph.connectPeer({ workload: this._workload, direction: 'from', peer, why: 'web interface and API', ports: [WEB.port] });
    }
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
    groupWait: Durations.millis(node.groupWait * 1000),
    groupInterval: Durations.millis(node.groupInterval * 1000),
    repeatInterval: Durations.millis(node.repeatInterval * 1000),
    muteTimeIntervals: [...node.muteTimeIntervals],
    activeTimeIntervals: [...node.activeTimeIntervals],
  };
}
