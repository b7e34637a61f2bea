import type { Duration, Size } from 'cdk8s';
import { alertSink, IAlertSink, IQueryApi, IRemoteWriteTarget, queryApi, remoteWriteTarget } from '../core/endpoint';
import {
  count, dnsLabel, dnsSubdomain, duration, Fields, Given, headerName, labelKey, labelName, labelValue, list, map, namespaceName, oneOf, required, size,
  text, toggle,
} from '../core/fields';
import { flag } from '../core/flags';
import { HttpClientOptions } from '../core/http-client';
import { type NetworkPeer, networkPeer } from '../core/network-peer';
import { type IObjectStore, objectStore } from '../core/object-store';
import { PROGRAM_FIELDS, ProgramOptions, replicas } from '../core/program-options';
import { Relabeling, relabeling } from '../core/relabeling';
import { REMOTE_WRITE_FIELDS } from '../core/remote-write';
import { experimentalFunctions } from '../core/switches';
import type { RulerPlan } from '../plan/ruler';
import { type Workload, workloadField } from '../plan/workload';
import type { RuleSet } from '../rules/rule-set';
import { ruleSet } from '../rules/rule-set-field';

/** How a ruler asks its queries. */
export enum QueryHttpMethod {
  /** The expression stands in the URL. */
  GET = 'GET',
  /** The expression stands in the body, however long it is. */
  POST = 'POST',
}

/** Tuning of `thanos rule`; props follow the names of its flags. */
export interface ThanosRulerTuning {
  /** Time between two evaluations of groups that state none. @default 1 minute */
  readonly evaluationInterval?: Duration;
  /** How far in the past rules are evaluated, for series that arrive late; a group may state its own. @default - now */
  readonly queryOffset?: Duration;
  /** Rules that are evaluated at once, over all groups: those of one group that do not read each other. @default - from the plan */
  readonly ruleConcurrentEvaluation?: number;
  /** Least time between two messages about an alert that goes on firing. @default 1 minute */
  readonly resendDelay?: Duration;
  /** How long a ruler may have been away so that the `for` of its alerts goes on where it was. @default 1 hour */
  readonly forOutageTolerance?: Duration;
  /** Least time between the return of a ruler and an alert whose `for` goes on; for alerts with a longer `for`. @default 10 minutes */
  readonly forGracePeriod?: Duration;
  /** Labels that series in the store have beside those of the alert, so that its state is found again; beside those that are known here. @default - none */
  readonly restoreIgnoredLabels?: string[];
  /** Labels that alerts lose before they are sent, beside the one that tells rulers apart. @default - none */
  readonly alertLabelDrop?: string[];
  /** Steps over the labels of alerts before they are sent. @default - none */
  readonly alertRelabelings?: Relabeling[];
  /** Address of Query's UI as people reach it, for the links in alerts. @default - none that work */
  readonly alertQueryUrl?: string;
  /** Path of the links, a template of Go with `{{.Expr}}`. @default /graph?g0.expr={{.Expr}}&g0.tab=1 */
  readonly alertQueryTemplate?: string;
  /** How long an Alertmanager may take to accept alerts. @default 10 seconds */
  readonly alertmanagerTimeout?: Duration;
  /** How often the names of Alertmanagers are looked up in DNS. @default 30 seconds */
  readonly alertmanagerDnsInterval?: Duration;
  /** How queries are asked. @default QueryHttpMethod.POST */
  readonly queryHttpMethod?: QueryHttpMethod;
  /** Step with which the state of alerts is read back from the store at a start. @default 1 second */
  readonly queryDefaultStep?: Duration;
  /** How often the names of queriers are looked up in DNS. @default 30 seconds */
  readonly queryDnsInterval?: Duration;
  /** PromQL functions that Prometheus marks experimental; Query must know them as well. @default false */
  readonly experimentalFunctions?: boolean;
  /** `xrate`, `xincrease` and `xdelta`, for a Query with Thanos' engine. @default false */
  readonly xFunctions?: boolean;
  /** How long blocks stay on the volume of a stateful ruler. @default 48 hours */
  readonly tsdbRetention?: Duration;
  /** Span of the blocks of a stateful ruler. @default 2 hours */
  readonly tsdbBlockDuration?: Duration;
  /** Compresses the write-ahead log. @default true */
  readonly walCompression?: boolean;
  /** Files of a block that a stateful ruler uploads at once; 0 is one after the other. @default 0 */
  readonly uploadConcurrency?: number;
  /** Series that one Series call may touch; Thanos 0.42 does not hold it. 0 is no limit. @default 0 */
  readonly storeRequestSeriesLimit?: number;
  /** Samples that one Series call may touch; Thanos 0.42 does not hold it. 0 is no limit. @default 0 */
  readonly storeRequestSamplesLimit?: number;
  /** Path before all links of the UI, for a reverse proxy. @default - none */
  readonly webExternalPrefix?: string;
  /** Path below which UI and API are served. @default - none */
  readonly webRoutePrefix?: string;
  /** Header in which a reverse proxy names the path before all links. Anybody else could set it too. @default - none */
  readonly webPrefixHeader?: string;
  /** Leaves out the headers that let pages of other sites use the API. @default false */
  readonly webDisableCors?: boolean;
}

/** How a stateless ruler writes what its rules record. */
export interface RulerRemoteWriteTuning {
  /** Tenant of all that is written, where tenants are people and not copies. @default - each replica is a tenant of its own, if the receiver knows tenants */
  readonly tenant?: string;
  /** Requests at once with which a ruler may catch up. @default 10 */
  readonly maxShards?: number;
  /** Samples in a request. @default 2000 */
  readonly maxSamplesPerSend?: number;
  /** Time after which a request has failed. @default 30 seconds */
  readonly remoteTimeout?: Duration;
  /** Repeats a request that was answered 429; otherwise its samples are lost. @default true */
  readonly retryOnHttp429?: boolean;
  /** Age at which samples are no longer sent. @default - they are sent at any age */
  readonly sampleAgeLimit?: Duration;
  /** Further headers of each request; no secrets, for they stand in the configuration. @default - none */
  readonly remoteWriteHeaders?: Record<string, string>;
  /** Steps over the labels of samples before they are sent. @default - none */
  readonly writeRelabelings?: Relabeling[];
  /** How the receiver is trusted, and the ruler shown to it. @default - no TLS, no authorization */
  readonly remoteWriteClient?: HttpClientOptions;
}

/** What one decides about a ruler; a `MonitoringStack` joins it to the rest. */
export interface ThanosRulerOptions extends ThanosRulerTuning, RulerRemoteWriteTuning, ProgramOptions {
  /** Name of the objects: `<name>-a`, `<name>-b`. A change makes a new ruler. @default - the construct's id */
  readonly name?: string;
  /** Rulers that evaluate the same rules, so that one may be away. Each alert comes from all of them, and Alertmanager makes one of it. @default 2 */
  readonly replicas?: number;
  /** Parts into which the groups are divided, each evaluated by other pods; for more rules than one pod can evaluate. Needs `remoteWrite`. @default 1 */
  readonly shards?: number;
  /** Rules that the ruler has room for, own ones and others'. @default - from the plan */
  readonly plannedRules?: number;
  /**
   * Labels of all that is recorded and of all alerts. A stateless ruler that starts finds the state of an alert only without them, so that the
   * `for` of an alert begins anew if its own expression has such a label. For a label that series have anyway, such as the cluster, better add it
   * to alerts that have lost it: `alertRelabelings: [Relabeling.replace({ sourceLabels: ['cluster'], regex: '', targetLabel: 'cluster', replacement: 'eu-1' })]`.
   * @default - none
   */
  readonly externalLabels?: Record<string, string>;
  /** Labels by which ConfigMaps with rules are found; all of them must be there. @default - `thanos.io/rules: <name>` */
  readonly rulesSelector?: Record<string, string>;
  /**
   * Namespaces whose ConfigMaps with rules are taken in, beside the ruler's own. Whoever may write ConfigMaps there decides on alerts, and the
   * ruler may read all ConfigMaps there, for RBAC knows no labels. @default - the ruler's own only
   */
  readonly ruleNamespaces?: string[];
  /** Takes in ConfigMaps of all namespaces. The ruler may then read every ConfigMap of the cluster. @default false */
  readonly allNamespaces?: boolean;
  /** Volume of each pod of a stateful ruler. @default - from the plan */
  readonly storageSize?: Size;
  /** StorageClass of the volumes. @default - the platform's */
  readonly storageClassName?: string;
  /** Who may reach UI and API. @default - nobody */
  readonly allowFrom?: NetworkPeer[];
}

/** Properties of a `ThanosRuler`. */
export interface ThanosRulerProps extends ThanosRulerOptions {
  /**
   * Who answers the queries; one after the other is asked until one does. Queriers, not a query frontend: rules ask instant queries, which a
   * frontend neither splits nor caches, and alerts' state is read back by a range query, which it might answer from its cache.
   */
  readonly queries: IQueryApi[];
  /** Where a stateless ruler writes what its rules record, and the state of its alerts. @default - `bucket` */
  readonly remoteWrite?: IRemoteWriteTarget;
  /** Where a stateful ruler uploads its blocks; it keeps the newest itself, and must be a store of Query. @default - `remoteWrite` */
  readonly bucket?: IObjectStore;
  /** Where alerts go. @default - those of `addAlertSink` */
  readonly alertSinks?: IAlertSink[];
  /** Rules of this app. @default - those of `addRules` */
  readonly rules?: RuleSet[];
  /** What it is planned for. @default - the stack's workload; 100k series for one that stands alone */
  readonly workload?: Workload;
}

const urlPath = () => text('a path that begins with \'/\' and ends with no other', /^\/(\S*[^\s/])?$/);

/** Thanos' defaults of its flags, in seconds. */
export const EVALUATION_INTERVAL = 60;
export const TSDB_RETENTION = 48 * 3600;

/** One row a prop; row order is the order of the arguments. */
export const RULER_FIELDS: Fields<ThanosRulerProps> = {
  ...PROGRAM_FIELDS,
  queries: required(list(queryApi())),
  remoteWrite: remoteWriteTarget(),
  bucket: objectStore(),
  alertSinks: list(alertSink(), 0),
  rules: list(ruleSet(), 0),
  workload: workloadField(),
  name: dnsLabel(),
  replicas: replicas(),
  shards: count({ min: 1, max: 100 }),
  plannedRules: count({ min: 1 }),
  externalLabels: map(text(), labelName()),
  rulesSelector: map(labelValue(), labelKey()),
  ruleNamespaces: list(namespaceName()),
  allNamespaces: toggle(),
  storageSize: size(),
  storageClassName: dnsSubdomain(),
  allowFrom: list(networkPeer()),
  tenant: text('a tenant (letters, digits, \'-\', \'_\' and \'.\')', /^[A-Za-z0-9_.-]+$/),
  maxShards: REMOTE_WRITE_FIELDS.maxShards,
  maxSamplesPerSend: REMOTE_WRITE_FIELDS.maxSamplesPerSend,
  remoteTimeout: REMOTE_WRITE_FIELDS.remoteTimeout,
  retryOnHttp429: REMOTE_WRITE_FIELDS.retryOnHttp429,
  sampleAgeLimit: REMOTE_WRITE_FIELDS.sampleAgeLimit,
  remoteWriteHeaders: REMOTE_WRITE_FIELDS.remoteWriteHeaders,
  writeRelabelings: REMOTE_WRITE_FIELDS.writeRelabelings,
  remoteWriteClient: REMOTE_WRITE_FIELDS.remoteWriteClient,
  evaluationInterval: flag('eval-interval', duration({ min: 1 }), { as: 'duration', default: EVALUATION_INTERVAL }),
  queryOffset: flag('rule-query-offset', duration({ min: 0 }), { as: 'duration', default: '0s' }),
  ruleConcurrentEvaluation: flag('rule-concurrent-evaluation', count({ min: 1 }), { default: '1' }),
  resendDelay: flag('resend-delay', duration(), { as: 'duration', default: '1m' }),
  forOutageTolerance: flag('for-outage-tolerance', duration({ min: 0 }), { as: 'duration', default: '1h' }),
  forGracePeriod: flag('for-grace-period', duration({ min: 0 }), { as: 'duration', default: '10m' }),
  restoreIgnoredLabels: list(labelName()),
  alertLabelDrop: list(labelName()),
  alertRelabelings: list(relabeling()),
  alertQueryUrl: flag('alert.query-url', text('a URL that begins with http:// or https://', /^https?:\/\/\S+$/)),
  alertQueryTemplate: flag('alert.query-template', text('a path that begins with \'/\'', /^\/\S*$/), { default: '/graph?g0.expr={{.Expr}}&g0.tab=1' }),
  alertmanagerTimeout: duration(),
  alertmanagerDnsInterval: flag('alertmanagers.sd-dns-interval', duration({ min: 1 }), { as: 'duration', default: '30s' }),
  queryHttpMethod: flag('query.http-method', oneOf(QueryHttpMethod), { default: 'POST' }),
  queryDefaultStep: flag('query.default-step', duration({ min: 1 }), { as: 'duration', default: '1s' }),
  queryDnsInterval: flag('query.sd-dns-interval', duration({ min: 1 }), { as: 'duration', default: '30s' }),
  experimentalFunctions: experimentalFunctions(),
  xFunctions: flag('query.enable-x-functions', toggle(), { default: 'false' }),
  tsdbRetention: flag('tsdb.retention', duration(), { as: 'duration', default: TSDB_RETENTION }),
  tsdbBlockDuration: flag('tsdb.block-duration', duration({ min: 60 }), { as: 'duration', default: '2h' }),
  walCompression: flag('tsdb.wal-compression', toggle(), { default: 'true', negatable: true }),
  uploadConcurrency: flag('shipper.upload-concurrency', count(), { default: '0' }),
  storeRequestSeriesLimit: flag('store.limits.request-series', count(), { default: '0' }),
  storeRequestSamplesLimit: flag('store.limits.request-samples', count(), { default: '0' }),
  webExternalPrefix: flag('web.external-prefix', urlPath(), { default: '' }),
  webRoutePrefix: flag('web.route-prefix', urlPath(), { default: '' }),
  webPrefixHeader: flag('web.prefix-header', headerName(), { default: '' }),
  webDisableCors: flag('web.disable-cors', toggle(), { default: 'false' }),
};

/** Label that tells rulers apart which evaluate the same rules. */
export const RULE_REPLICA = 'rule_replica';

/** Settings in force. */
export type RulerSettings = Given<ThanosRulerProps> & RulerPlan & {
  readonly name: string;
  readonly evaluationInterval: number;
  readonly scrapeInterval: number;
  readonly rulesSelector: Record<string, string>;
  /** Namespaces whose ConfigMaps are taken in, with the ruler's own. */
  readonly namespaces: string[];
};
