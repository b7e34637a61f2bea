import type { MetaMonitoringOptions } from './meta-monitoring';
import type { AlertmanagerOptions } from '../alerting/alertmanager-props';
import type { KubeletJobOptions, ReadyMadeJobOptions } from '../collect/scrape-job-options';
import type { ShardedPrometheusOptions } from '../collect/sharded-prometheus-props';
import type { ContinuousTestOptions } from '../continuous-test/continuous-test-props';
import { ALERT_TUNING_ROWS, PlatformAlertTuning } from '../core/alert-tuning';
import { count, dnsLabel, Fields, labelName, list, map, required, some, text, toggle } from '../core/fields';
import { type IObjectStore, objectStore } from '../core/object-store';
import { PLATFORM_FIELDS, PlatformOptions } from '../core/platform';
import { type Workload, workloadField } from '../plan/workload';
import type { PushgatewayProps } from '../push/pushgateway-props';
import type { QueryFrontendOptions } from '../query/query-frontend-props';
import type { ThanosQueryOptions } from '../query/query-props';
import type { ThanosReceiveRingOptions } from '../receive/ring-props';
import type { ThanosRulerOptions } from '../ruler/ruler-props';
import type { CompactorOptions } from '../store/compactor';
import type { StoreGatewayOptions } from '../store/store-gateway';

/** What one decides about the ready-made alerts of the platform itself. */
export interface PlatformAlertOptions extends PlatformAlertTuning {
  /** Whether there are any. @default true, where somebody evaluates rules */
  readonly enabled?: boolean;
}

/** Properties of a `MonitoringStack`. */
export interface MonitoringStackProps extends PlatformOptions {
  /** Name of the cluster; the external label `cluster` of every series, so that many clusters can share one view. */
  readonly cluster: string;
  /** What the platform has to carry. */
  readonly workload: Workload;
  /** Prefix of all objects' names, of at most 30 characters. A change makes a new platform with empty volumes. @default - the construct's id */
  readonly name?: string;
  /**
   * Where blocks are kept. One platform per bucket, or per `prefix` of a bucket: its compactors take all blocks that are there.
   * @default - an embedded one while the planned bytes are few; above that, an error that asks for one
   */
  readonly bucket?: IObjectStore;
  /** Makes the Namespace, with Pod Security `restricted` enforced. Leave it out for one that others share. @default false */
  readonly createNamespace?: boolean;
  /** Further external labels of every series, e.g. `region`. @default - none */
  readonly externalLabels?: Record<string, string>;
  /** Labels that every scrape job must set, such as `team`. @default - none */
  readonly requiredLabels?: string[];
  /** Scrapes kubelets, cAdvisor and the API server. @default true */
  readonly clusterJobs?: boolean;
  /** What holds for these jobs and for self-monitoring, e.g. `team` where it is among `requiredLabels`. @default - nothing */
  readonly clusterJobOptions?: ReadyMadeJobOptions;
  /**
   * What holds for the jobs of kubelets and cAdvisor alone. Their certificates are verified against the cluster's authority; where
   * kubelets sign their own, as in kubeadm, kind and minikube, it takes `{ tls: { insecureSkipVerify: true } }`.
   * @default - `clusterJobOptions`
   */
  readonly kubeletJobOptions?: KubeletJobOptions;
  /** Scrapes the platform's own programs. @default true */
  readonly selfMonitoring?: boolean;
  /** Rings, each with senders and a compactor of its own. @default - from the plan, one for each 10 million series */
  readonly rings?: number;
  /** Settings of the ring, or of each ring. @default - from the plan */
  readonly ring?: ThanosReceiveRingOptions;
  /** Settings of the senders. @default - from the plan */
  readonly prometheus?: ShardedPrometheusOptions;
  /** Settings of the store gateways. @default - from the plan */
  readonly storeGateway?: StoreGatewayOptions;
  /** Settings of the compactor, or of each compactor. @default - from the plan */
  readonly compactor?: CompactorOptions;
  /** Settings of Query. @default - from the plan */
  readonly query?: ThanosQueryOptions;
  /** Settings of the query frontend. @default - from the plan */
  readonly queryFrontend?: QueryFrontendOptions;
  /**
   * Switches on a test that writes known series through the ring, or through each ring, reads them back at several ages, and has success,
   * loss and latency as metrics; `{}` is enough. @default - no test
   */
  readonly continuousTest?: ContinuousTestOptions;
  /** Groups alerts and tells people; `{}` shows alerts, and tells nobody. @default - none */
  readonly alertmanager?: AlertmanagerOptions;
  /** Evaluates rules over all series; `{}` is enough. @default - one, if there is an Alertmanager */
  readonly ruler?: ThanosRulerOptions;
  /**
   * A small Prometheus pair with an Alertmanager of its own, which watches the platform and needs nothing of it: who is told when ring,
   * bucket, Query or ruler fail. @default - none; the ruler judges what it can
   */
  readonly metaMonitoring?: MetaMonitoringOptions;
  /** Ready-made alerts of the platform itself. @default - all of them */
  readonly platformAlerts?: PlatformAlertOptions;
  /** Takes what jobs push, which `addPushJob` needs; `{}` is enough. @default - none */
  readonly pushgateway?: PushgatewayProps;
}

/** Rings of one platform: beyond, one Query would ask more stores at once than it can wait for. Derivation, to be calibrated on the bench. */
export const MAX_RINGS = 100;

/** One row a prop; what belongs to a part is judged by that part. */
export const STACK_FIELDS: Fields<MonitoringStackProps> = {
  ...PLATFORM_FIELDS,
  cluster: required(text('a name of letters, digits, \'-\', \'_\' and \'.\'', /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/, 63)),
  workload: required(workloadField()),
  name: dnsLabel(30),
  bucket: objectStore(),
  createNamespace: toggle(),
  externalLabels: map(text(), labelName()),
  requiredLabels: list(labelName()),
  clusterJobs: toggle(),
  clusterJobOptions: some<ReadyMadeJobOptions>(),
  kubeletJobOptions: some<KubeletJobOptions>(),
  selfMonitoring: toggle(),
  rings: count({ min: 1, max: MAX_RINGS }),
  ring: some<ThanosReceiveRingOptions>(),
  prometheus: some<ShardedPrometheusOptions>(),
  storeGateway: some<StoreGatewayOptions>(),
  compactor: some<CompactorOptions>(),
  query: some<ThanosQueryOptions>(),
  queryFrontend: some<QueryFrontendOptions>(),
  continuousTest: some<ContinuousTestOptions>(),
  alertmanager: some<AlertmanagerOptions>(),
  ruler: some<ThanosRulerOptions>(),
  metaMonitoring: some<MetaMonitoringOptions>(),
  platformAlerts: some<PlatformAlertOptions>(),
  pushgateway: some<PushgatewayProps>(),
};

/** One row a prop. */
export const PLATFORM_ALERT_FIELDS: Fields<PlatformAlertOptions> = {
  ...ALERT_TUNING_ROWS,
  enabled: toggle(),
};
