import { ApiObject, Chart, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { addJobAlerts } from './job-alerts';
import { BEGIN_FILE, jobPod, METRICS_FILE, podFailurePolicy } from './job-pod';
import { JobSettings, PUSH_GATEWAY_JOB_RULES, settle } from './job-settings';
import type { PushConfig } from './program/config';
import { CONFIG_FILE, programFiles } from './program-files';
import { KeepGroup, PUSH_GATEWAY_JOB_FIELDS, PushGatewayJobProps, PushMethod } from './push-gateway-job-props';
import { RUN_LABEL, urlOf } from './push-group';
import { declareGroup, PushEndpoint } from './push-target';
import { ConfigFiles } from '../core/config-file';
import { read } from '../core/fields';
import { check, Severity } from '../core/findings';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { KubeObject } from '../core/kube-object';
import { commonLabels, GroupLabels, selectorLabels } from '../core/labels';
import { NetworkPeer } from '../core/network-peer';
import { LogFormat, LogLevel, Platform } from '../core/platform';
import { loadFor } from '../plan/context';
import type { AlertRuleSet } from '../rules';

const namespaceNamed = (name: string) => ({ namespaceLabels: { 'kubernetes.io/metadata.name': name } });

/** Seconds; a job does not wait any longer for its monitoring. */
const ANNOUNCE_TIMEOUT = 20;
const RETRIES = 3;
/** Scrapes that see a group which is deleted when its run is done. */
const SCRAPES_BEFORE_DELETION = 3;

/**
 * A job around an image, whose metrics are pushed: a CronJob, or a Job that runs once.
 *
 * A run is a pod of three containers, one after the other:
 *
 * 1. `announce` pushes `job_last_start_timestamp_seconds`. If the Pushgateway is away, the job begins all the same, after 20 seconds.
 * 2. `job` is the image. It writes its metrics to the file `$PUSHGATEWAY_METRICS_FILE` in Prometheus' text format, so that any script can
 *    be a job; or it pushes itself, to `$PUSHGATEWAY_URL` (`$PUSHGATEWAY_ADDRESS`, `$PUSHGATEWAY_JOB` and, as JSON, `$PUSHGATEWAY_LABELS`
 *    are its parts, for client libraries).
 * 3. `push` judges the text, replaces the group by it, and pushes `job_last_success_timestamp_seconds` and
 *    `job_last_success_duration_seconds`. It tries again until `pushTimeout`; then, or if the text is refused, the run has failed, and is
 *    not done again: its work is done.
 *
 * The image is an init container, so that Kubernetes itself tells when it has ended and with what code: a sidecar would need rights in the
 * API, a shared process namespace or a shell in the image for that, and what it fails to push would not be the job's failure. Who tells of
 * a failure then? Nobody has to: a run that was announced and has not succeeded within its deadline has failed, whether it ended with an
 * error, was killed, lost its node or could not pull its image, in which cases no container of its pod could have told.
 *
 * What is known of its runs is a group of its own, with the label `push_job`, beside the group of its metrics: the last success stays known
 * while the metrics are replaced or deleted, by the job, or by the Pushgateway's cleaner when they grow stale.
 */
export class PushGatewayJob extends Construct {
  /** Where its metrics are pushed. */
  public readonly pushEndpoint: PushEndpoint;
  /** The CronJob or Job, for patches. */
  public readonly resource: ApiObject;
  /** Alerts: it never ran, did not begin, missed its deadline, fails, has not succeeded for long, or its metrics are refused. An evaluator takes them by `addRules`. */
  public readonly alerts: AlertRuleSet;
  private readonly group: GroupLabels;

  constructor(scope: Construct, id: string, props: PushGatewayJobProps) {
    super(scope, id);
    const given = read(this, PUSH_GATEWAY_JOB_FIELDS, props);
    const settings = settle(given.name ?? id, given);
    check(this, PUSH_GATEWAY_JOB_RULES, settings);
    const { name, labels } = settings;
    this.group = { program: ProgramName.PUSHGATEWAY_CLIENT, instance: name, component: 'push-job' };
    const { job, ...others } = labels;
    this.pushEndpoint = props.pushgateway.pushEndpoint({ job, labels: others });
    const runLabels = { ...labels, [RUN_LABEL]: name };
    const runUrl = urlOf(this.pushEndpoint.endpoint, runLabels);
    declareGroup(props.pushgateway, { at: this, labels, url: this.pushEndpoint.url, deleteAfter: settings.deleteAfter });
    declareGroup(props.pushgateway, { at: this, labels: runLabels, url: runUrl });

    const files = new ConfigFiles(this, 'config', {
      name: `${name}-push`,
      labels: commonLabels(this, this.group),
      files: {
        ...programFiles('run.js'),
        [CONFIG_FILE]: () => `${JSON.stringify(this.pushConfig(settings, runUrl), undefined, 2)}\n`,
      },
    });
    this.resource = this.addResource(settings, files);
    this.addNetwork(settings);
    this.alerts = addJobAlerts(this, { settings, shard: this.pushEndpoint.endpoint });
  }

  private addResource(settings: JobSettings, files: ConfigFiles): ApiObject {
    const { name, schedule, timeZone, suspend } = settings;
    const labels = commonLabels(this, this.group);
    const { address } = this.pushEndpoint.endpoint;
    const serviceAccountName = settings.serviceAccount?.name ?? this.addServiceAccount(name);
    const spec = {
      activeDeadlineSeconds: Math.ceil(settings.deadline),
      backoffLimit: settings.retries ?? RETRIES,
      podFailurePolicy: podFailurePolicy(settings.finalExitCodes),
      ttlSecondsAfterFinished: settings.ttlAfterFinished === undefined ? undefined : Math.ceil(settings.ttlAfterFinished),
      template: Lazy.any({ produce: () => jobPod(this, { settings, group: this.group, files, serviceAccountName, address, url: this.pushEndpoint.url }) }),
    };
    const head = { apiVersion: 'batch/v1', metadata: { name, labels } };
    return new KubeObject(this, 'Resource', schedule === undefined ? { ...head, kind: 'Job', spec } : {
      ...head,
      kind: 'CronJob',
      spec: {
        schedule,
        timeZone,
        suspend,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: Math.ceil(settings.startingDeadline!),
        successfulJobsHistoryLimit: settings.successfulHistory ?? 1,
        failedJobsHistoryLimit: settings.failedHistory ?? 3,
        jobTemplate: { metadata: { labels }, spec },
      },
    });
  }

  private addServiceAccount(name: string): string {
    new KubeObject(this, 'ServiceAccount', {
      apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, labels: commonLabels(this, this.group) }, automountServiceAccountToken: false,
    });
    return name;
  }

  /** Nobody may reach the job; it may reach its shard, DNS, and what it is allowed. The graph has workloads only whose pods stay, so this is by hand. */
  private addNetwork({ name, allowTo = [NetworkPeer.anywhere()] }: JobSettings): void {
    const { endpoint } = this.pushEndpoint;
    const namespace = Chart.of(this).namespace ?? 'default';
    const podLabels = selectorLabels(this.group);
    const owner = endpoint._owned?.workload;
    if (owner) {
      const peer = NetworkPeer.pods({ podLabels, ...(owner.namespace === namespace ? {} : namespaceNamed(namespace)) });
      Graph.of(this).connectPeer({ workload: owner, direction: 'from', peer, why: 'pushes', name: `job ${name}`, ports: [endpoint.port] });
    }
    const platform = Platform.of(this);
    if (platform.networkPolicies === false) {
      return;
    }
    if (allowTo.some(({ broad }) => broad)) {
      Graph.of(this).report(this, 'network-peer-broad', `Pods of '${name}' may open connections to any address. Give the job 'allowTo', if what it reaches is known.`, Severity.NOTE);
    }
    const pushgateway = owner
      ? NetworkPeer.pods({
        podLabels: selectorLabels(owner.group), ports: [{ port: endpoint.port }], ...(owner.namespace === namespace ? {} : namespaceNamed(owner.namespace)),
      })
      : endpoint.peer ?? NetworkPeer.anywhere([{ port: endpoint.port }]);
    const peers = [pushgateway, ...allowTo, platform.networkPeers?.dns ?? NetworkPeer.clusterDns()];
    new KubeObject(this, 'NetworkPolicy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, labels: commonLabels(this, this.group) },
      spec: {
        podSelector: { matchLabels: podLabels },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [],
        egress: peers.map(({ _peers: to, ports }) => ({ ...(ports.length > 0 ? { ports: ports.map(port => ({ ...port, protocol: port.protocol ?? 'TCP' })) } : {}), to })),
      },
    });
  }

  private pushConfig(settings: JobSettings, runUrl: string): PushConfig {
    const { logLevel, logFormat } = Platform.of(this);
    const scrapeInterval = loadFor(this).scrapeInterval;
    return {
      groupUrl: this.pushEndpoint.url,
      runUrl,
      groupLabels: settings.labels,
      metricsFile: settings.method === PushMethod.TEXT_FILE ? METRICS_FILE : undefined,
      beginFile: BEGIN_FILE,
      announceTimeout: ANNOUNCE_TIMEOUT,
      pushTimeout: settings.pushTimeout,
      deleteAtBegin: settings.keep === KeepGroup.UNTIL_NEXT_RUN,
      deleteAfterPush: settings.keep === KeepGroup.UNTIL_DONE ? SCRAPES_BEFORE_DELETION * scrapeInterval : undefined,
      logLevel: settings.logLevel ?? logLevel ?? LogLevel.INFO,
      logFormat: logFormat ?? LogFormat.LOGFMT,
    };
  }
}
