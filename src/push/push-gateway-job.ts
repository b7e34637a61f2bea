import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { addJobAlerts } from './job-alerts';
import { BEGIN_FILE, jobPod, METRICS_FILE, podFailurePolicy } from './job-pod';
import { JobSettings, settle } from './job-settings';
import type { PushConfig } from './program/config';
import { programWith } from './program-files';
import { KeepGroup, PUSH_GATEWAY_JOB_FIELDS, PushGatewayJobProps, PushMethod } from './push-gateway-job-props';
import { PUSH_GATEWAY_JOB_RULES } from './push-gateway-job-rules';
import { RUN_LABEL, urlOf } from './push-group';
import { declareGroup, PushEndpoint } from './push-target';
import { ConfigFiles } from '../core/config-file';
import { read } from '../core/fields';
import { check, Severity } from '../core/findings';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import { JobWorkload } from '../core/job-workload';
import { commonLabels, GroupLabels } from '../core/labels';
import { NetworkPeer } from '../core/network-peer';
import { nodeFiles } from '../core/node-program';
import { loggingOf, Platform } from '../core/platform';
import { loadFor } from '../plan/context';
import type { AlertRuleSet } from '../rules';

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

  constructor(scope: Construct, id: string, props: PushGatewayJobProps) {
    super(scope, id);
    const given = read(this, PUSH_GATEWAY_JOB_FIELDS, props);
    const settings = settle(given.name ?? id, given);
    check(this, PUSH_GATEWAY_JOB_RULES, settings);
    const { name, labels } = settings;
    const group: GroupLabels = { program: ProgramName.PUSHGATEWAY_CLIENT, instance: name, component: 'push-job' };
    const { job, ...others } = labels;
    this.pushEndpoint = props.pushgateway.pushEndpoint({ job, labels: others });
    const runLabels = { ...labels, [RUN_LABEL]: name };
    const runUrl = urlOf(this.pushEndpoint.endpoint, runLabels);
    declareGroup(props.pushgateway, { at: this, labels, url: this.pushEndpoint.url, deleteAfter: settings.deleteAfter });
    declareGroup(props.pushgateway, { at: this, labels: runLabels, url: runUrl });

    const files = new ConfigFiles(this, 'config', {
      name: `${name}-push`,
      labels: commonLabels(this, group),
      files: nodeFiles(programWith('run.js'), () => this.pushConfig(settings, runUrl)),
    });
    const workload = this.addWorkload(settings, group, files);
    [this.resource] = workload.controllers;
    this.connect(workload, settings);
    this.alerts = addJobAlerts(this, { settings, target: this.pushEndpoint });
  }

  private addWorkload(settings: JobSettings, group: GroupLabels, files: ConfigFiles): JobWorkload {
    const { name, schedule, timeZone, suspend } = settings;
    const { url, endpoint: { address } } = this.pushEndpoint;
    return new JobWorkload(this, 'run', {
      name,
      group,
      serviceAccountName: settings.serviceAccount?.name,
      job: {
        activeDeadlineSeconds: Math.ceil(settings.deadline),
        backoffLimit: settings.retries ?? RETRIES,
        podFailurePolicy: podFailurePolicy(settings.finalExitCodes),
        ttlSecondsAfterFinished: settings.ttlAfterFinished === undefined ? undefined : Math.ceil(settings.ttlAfterFinished),
      },
      cron: schedule === undefined ? undefined : {
        schedule,
        timeZone,
        suspend,
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: Math.ceil(settings.startingDeadline!),
        successfulJobsHistoryLimit: settings.successfulHistory ?? 1,
        failedJobsHistoryLimit: settings.failedHistory ?? 3,
      },
      pod: serviceAccountName => jobPod(this, { settings, group, files, address, url }, serviceAccountName),
    });
  }

  /** It may reach its shard and what it is allowed. */
  private connect(workload: JobWorkload, { name, allowTo = [NetworkPeer.anywhere()] }: JobSettings): void {
    const graph = Graph.of(this);
    graph.connect(workload, this.pushEndpoint.endpoint, 'pushes metrics');
    allowTo.forEach(peer => graph.connectPeer({ workload, direction: 'to', peer, why: 'does its work' }));
    if (allowTo.some(({ broad }) => broad) && Platform.of(this).networkPolicies !== false) {
      graph.report(this, 'network-peer-broad', `Pods of '${name}' may open connections to any address. Give the job 'allowTo', if what it reaches is known.`, Severity.NOTE);
    }
  }

  private pushConfig(settings: JobSettings, runUrl: string): PushConfig {
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
      ...loggingOf(this, settings.logLevel),
    };
  }
}
