import type { Duration, Size } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import type { AlarmRecords } from './alarm-records';
import type { AlertmanagerGlobals } from './globals';
import type { InhibitRule, Receiver, RootRoute } from './route';
import type { TimeInterval } from './time-interval';
import {
  count, dnsLabel, dnsSubdomain, duration, Fields, Given, list, map, oneOf, required, secretValue, size, some, struct, text, toggle,
} from '../core/fields';
import type { Rule } from '../core/findings';
import { flag } from '../core/flags';
import { NetworkPeer, networkPeer } from '../core/network-peer';
import { PROGRAM_FIELDS, PROGRAM_RULES, ProgramOptions, replicas } from '../core/program-options';
import { durationText } from '../core/units';
import type { AlertmanagerPlan } from '../plan/alertmanager';
import { Workload, workloadField } from '../plan/workload';

/** Features of Alertmanager that are switched on by name. */
export enum AlertmanagerFeature {
  /** A label `alertname` on metrics of alerts; as many series as there are names. */
  ALERT_NAMES_IN_METRICS = 'alert-names-in-metrics',
  /** A label `receiver_name` on metrics of notifications. */
  RECEIVER_NAME_IN_METRICS = 'receiver-name-in-metrics',
  /** A label `group_key` on metrics of groups; as many series as there are groups. */
  GROUP_KEY_IN_METRICS = 'group-key-in-metrics',
  /** Writes down each event; `records` switches it on. */
  EVENT_RECORDER = 'event-recorder',
}

/** Tuning of `alertmanager`; props follow the names of its flags. */
export interface AlertmanagerTuning {
  /** How long silences that are over, and what was told to whom, are kept. No `repeatInterval` can be longer. @default 120 hours */
  readonly retention?: Duration;
  /** How often both are written to the volume; peers have what a crash loses. @default 15 minutes */
  readonly maintenanceInterval?: Duration;
  /** Silences at most, also those that are over; 0 is no limit. @default 0 */
  readonly maxSilences?: number;
  /** Bytes of a silence at most; 0 is no limit. @default 0 */
  readonly maxSilenceSizeBytes?: number;
  /** Whether the log has every silence that is made, changed or over. @default true: it is the only trace of who silenced what, without `AlarmRecords` */
  readonly logSilences?: boolean;
  /** How often alerts that are over are forgotten. @default 30 minutes */
  readonly alertsGcInterval?: Duration;
  /** Alerts of one name at most; further ones are refused. 0 is no limit. @default 0 */
  readonly alertsPerAlertnameLimit?: number;
  /** How often empty groups are removed. @default 30 seconds */
  readonly dispatchMaintenanceInterval?: Duration;
  /** How long after its start it tells nobody, so that it hears of all alerts first; should be that of the senders' resend delay. @default 0 */
  readonly dispatchStartDelay?: Duration;
  /** URL by which people reach it, for links in messages; its path becomes a prefix of all paths. @default - the address within the cluster */
  readonly externalUrl?: string;
  /** Path before all paths, for a proxy that strips that of `externalUrl`. @default - the path of `externalUrl` */
  readonly routePrefix?: string;
  /** GET requests that are served at once; 0 is one a core, at least 8. @default 0 */
  readonly webGetConcurrency?: number;
  /** How long a request may take; 0 is no limit. @default 0 */
  readonly webTimeout?: Duration;
  /**
   * For how long each replica lets those before it be first to tell: the second waits this time, the third twice. Must be longer than
   * gossip and a notification take, or messages come twice. @default 15 seconds
   */
  readonly peerTimeout?: Duration;
  /** How long it may take to resolve the names of the peers at the start. @default 15 seconds */
  readonly peersResolveTimeout?: Duration;
  /** How often news are sent to peers. @default 200 milliseconds */
  readonly gossipInterval?: Duration;
  /** How often all is exchanged with one peer. @default 1 minute */
  readonly pushPullInterval?: Duration;
  /** How long a connection to a peer may take. @default 10 seconds */
  readonly tcpTimeout?: Duration;
  /** How long a peer may take to answer before it counts as gone. @default 500 milliseconds */
  readonly probeTimeout?: Duration;
  /** How often a peer is asked. @default 1 second */
  readonly probeInterval?: Duration;
  /** How long it waits at its start for the mesh to settle before it tells anybody. @default 1 minute */
  readonly settleTimeout?: Duration;
  /** How often it tries to reach peers that are gone. @default 10 seconds */
  readonly reconnectInterval?: Duration;
  /** After which time a peer that is gone is forgotten. @default 6 hours */
  readonly reconnectTimeout?: Duration;
  /** Name of the mesh, which keeps one from gossiping with another of the same addresses. @default - namespace and name */
  readonly clusterLabel?: string;
  /** Features that are switched on. @default - none */
  readonly features?: AlertmanagerFeature[];
}

/** Keys of AWS for SNS, in Secrets, as variables of Alertmanager's environment. A role needs none. */
export interface AwsAccessKey {
  /** Id of the key. */
  readonly accessKeyId: SecretValue;
  /** The key itself. */
  readonly secretAccessKey: SecretValue;
}

/** What one decides about Alertmanager; a `MonitoringStack` joins it to the rest. */
export interface AlertmanagerOptions extends AlertmanagerTuning, ProgramOptions {
  /** Name of the objects. @default - the construct's id */
  readonly name?: string;
  /**
   * Pods of the mesh, each of which gets every alert and any one of which is enough to tell. @default 3: there is no quorum, but while
   * one is drained or replaced and another fails, a third still tells, and knows the silences
   */
  readonly replicas?: number;
  /** Volume of each pod, for silences and what was told. @default - from the plan */
  readonly storageSize?: Size;
  /** StorageClass of the volumes. @default - the platform's */
  readonly storageClassName?: string;
  /** Who is told. Others can be added. @default - nobody, with a warning */
  readonly receivers?: Receiver[];
  /** The routing tree. Branches can be added. @default - all alerts go to the only receiver */
  readonly route?: RootRoute;
  /** Which alerts make others silent. @default - none */
  readonly inhibitRules?: InhibitRule[];
  /** Spans of time that routes name. @default - none */
  readonly timeIntervals?: TimeInterval[];
  /** Templates of messages by name: Go templates with `{{ define … }}`. @default - Alertmanager's own */
  readonly templates?: Record<string, string>;
  /** What holds for all notifiers. @default - Alertmanager's own */
  readonly globals?: AlertmanagerGlobals;
  /** A database that keeps every notification, silence and resolution. Its sidecar starts first and stops last, which needs Kubernetes 1.29. @default - what Alertmanager remembers for its `retention` */
  readonly records?: AlarmRecords;
  /** Keys of AWS, for SNS without a role. @default - none */
  readonly awsAccessKey?: AwsAccessKey;
  /** Who else may reach its web interface and its API: to look, to silence, to send alerts. @default - only what this app connects */
  readonly allowFrom?: NetworkPeer[];
}

/** Properties of an `Alertmanager`. */
export interface AlertmanagerProps extends AlertmanagerOptions {
  /** What it is planned for. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
}

const interval = () => duration({ min: 0.001 });
const orNone = () => duration({ min: 0 });

/** Alertmanager's defaults of its flags, in seconds. */
export const RETENTION = 120 * 3600;
export const PEER_TIMEOUT = 15;
const PROBE_TIMEOUT = 0.5;
const PROBE_INTERVAL = 1;
const START_DELAY = 0;

/** The row of files of templates, by their names. */
export const templateFiles = () => map(text('a Go template'), text('a name of a file (letters, digits, \'-\', \'_\' and \'.\')', /^[-._a-zA-Z0-9]+$/));

/** One row a prop; row order is the order of the arguments. Routes, receivers and all they name are read by themselves. */
export const ALERTMANAGER_FIELDS: Fields<AlertmanagerProps> = {
  ...PROGRAM_FIELDS,
  workload: workloadField(),
  name: dnsLabel(),
  replicas: replicas(),
  storageSize: size(),
  storageClassName: dnsSubdomain(),
  receivers: list(some<Receiver>(), 0),
  route: some<RootRoute>(),
  inhibitRules: list(some<InhibitRule>(), 0),
  timeIntervals: list(some<TimeInterval>(), 0),
  templates: templateFiles(),
  globals: some<AlertmanagerGlobals>(),
  records: some<AlarmRecords>(),
  awsAccessKey: struct<AwsAccessKey>({ accessKeyId: required(secretValue()), secretAccessKey: required(secretValue()) }),
  allowFrom: list(networkPeer(), 0),
  retention: flag('data.retention', duration({ min: 3600 }), { as: 'duration', default: RETENTION }),
  maintenanceInterval: flag('data.maintenance-interval', interval(), { as: 'duration', default: '15m' }),
  maxSilences: flag('silences.max-silences', count(), { default: '0' }),
  maxSilenceSizeBytes: flag('silences.max-silence-size-bytes', count(), { default: '0' }),
  logSilences: flag('log.silences', toggle(), { default: 'false' }),
  alertsGcInterval: flag('alerts.gc-interval', interval(), { as: 'duration', default: '30m' }),
  alertsPerAlertnameLimit: flag('alerts.per-alertname-limit', count(), { default: '0' }),
  dispatchMaintenanceInterval: flag('dispatch.maintenance-interval', interval(), { as: 'duration', default: '30s' }),
  dispatchStartDelay: flag('dispatch.start-delay', orNone(), { as: 'duration', default: START_DELAY }),
  externalUrl: flag('web.external-url', text('an http or https URL without query and fragment', /^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/)),
  routePrefix: flag('web.route-prefix', text('a path that begins with \'/\'', /^\/[^\s?#]*$/)),
  webGetConcurrency: flag('web.get-concurrency', count(), { default: '0' }),
  webTimeout: flag('web.timeout', orNone(), { as: 'duration', default: '0' }),
  peerTimeout: flag('cluster.peer-timeout', interval(), { as: 'duration', default: PEER_TIMEOUT }),
  peersResolveTimeout: flag('cluster.peers-resolve-timeout', interval(), { as: 'duration', default: '15s' }),
  gossipInterval: flag('cluster.gossip-interval', interval(), { as: 'duration', default: '200ms' }),
  pushPullInterval: flag('cluster.pushpull-interval', interval(), { as: 'duration', default: '1m0s' }),
  tcpTimeout: flag('cluster.tcp-timeout', interval(), { as: 'duration', default: '10s' }),
  probeTimeout: flag('cluster.probe-timeout', interval(), { as: 'duration', default: PROBE_TIMEOUT }),
  probeInterval: flag('cluster.probe-interval', interval(), { as: 'duration', default: PROBE_INTERVAL }),
  settleTimeout: flag('cluster.settle-timeout', orNone(), { as: 'duration', default: '1m0s' }),
  reconnectInterval: flag('cluster.reconnect-interval', interval(), { as: 'duration', default: '10s' }),
  reconnectTimeout: flag('cluster.reconnect-timeout', interval(), { as: 'duration', default: '6h0m0s' }),
  clusterLabel: flag('cluster.label', text('a text of letters, digits and -_./', /^[-_./a-zA-Z0-9]+$/, 255)),
  features: flag('enable-feature', list(oneOf(AlertmanagerFeature), 0), { joined: true }),
};

export type AlertmanagerSettings = Given<AlertmanagerProps> & AlertmanagerPlan & { readonly name: string };

/** Seconds that the last replica of the mesh waits for those before it. */
export const lastTurn = ({ replicas: pods, peerTimeout = PEER_TIMEOUT }: AlertmanagerSettings): number => (pods - 1) * peerTimeout;

/** Seconds by which a message may be late before people wonder; derivation. */
const LATE = 300;

export const ALERTMANAGER_RULES: Rule<AlertmanagerSettings>[] = [...PROGRAM_RULES, {
  id: 'alertmanager-probe-timeout',
  broken: ({ probeTimeout = PROBE_TIMEOUT, probeInterval = PROBE_INTERVAL }) => probeTimeout >= probeInterval,
  says: ({ probeTimeout = PROBE_TIMEOUT, probeInterval = PROBE_INTERVAL }) => `'probeTimeout' (${durationText(probeTimeout)}) must be less than 'probeInterval' (${durationText(probeInterval)}), `
    + 'or a peer counts as gone before it could answer twice; lower the first or raise the second.',
}, {
  id: 'alertmanager-last-turn',
  broken: s => lastTurn(s) > LATE,
  says: s => `With ${s.replicas} 'replicas' and a 'peerTimeout' of ${durationText(s.peerTimeout ?? PEER_TIMEOUT)}, the last pod tells ${durationText(lastTurn(s))} after the first should have: `
    + `when only it is left, every message is that late. Lower one of them until their product is at most ${durationText(LATE)}; 3 replicas are enough.`,
}, {
  id: 'alertmanager-start-delay',
  broken: ({ dispatchStartDelay = START_DELAY }) => dispatchStartDelay > LATE,
  says: ({ dispatchStartDelay = START_DELAY }) => `'dispatchStartDelay' (${durationText(dispatchStartDelay)}) must be at most ${durationText(LATE)}: for so long a started Alertmanager tells nobody. Lower it.`,
}];
