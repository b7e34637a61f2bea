import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { indented, JobTexts } from './job-texts';
import { customResourcePeers, customResourceRights, customResourcesConfig, watcherConfig, watcherRights } from './prometheus-custom-resources';
import type { JobConfig, ResolvedJob } from './resolved-job';
import { groupSteps, JobSpread, SenderReplica, TargetPartition } from './sharding';
import { type AllocatorSettings, TARGET_ALLOCATOR_RULES } from './target-allocator-props';
import { ApiRights } from '../core/api-rights';
import { ConfigFiles } from '../core/config-file';
import { Endpoint, EndpointProtocol } from '../core/endpoint';
import { check } from '../core/findings';
import { Graph } from '../core/graph';
import { ProgramName } from '../core/images';
import type { Report } from '../core/judgement';
import { commonLabels, GroupLabels, selectorLabels } from '../core/labels';
import type { NetworkPeer } from '../core/network-peer';
import { LogFormat, loggingOf, LogLevel } from '../core/platform';
import { PodSet, PodWorkload, WorkloadPort } from '../core/pod-workload';
import { stringify } from '../core/yaml';
import { JOB_PREFIXES } from '../job-loader/job-loader';

/** What the allocators need to know of the senders. */
interface AllocatedSenders {
  /** Name of the senders. */
  readonly name: string;
  /** Labels of their pods. */
  readonly group: GroupLabels;
  readonly senders: SenderReplica[];
  readonly partition?: TargetPartition;
  readonly jobs: () => ResolvedJob[];
}

const HTTP: WorkloadPort = { name: 'http', port: 8080, protocol: EndpointProtocol.HTTP, metrics: '/metrics' };
const CONFIG = '/conf';
const CONFIG_FILE = 'targetallocator.yaml';

/** Seconds in which it has listed senders and targets and assigned them for the first time, which it does each five seconds. */
const FIRST_ASSIGNMENT = 30;
/** Seconds that it waits for the API server until it is started again. */
const STARTUP = 3600;

/** The config-reloader puts the pod's name in its place. */
const POD_NAME = '$(POD_NAME)';

/** Zap's words for how much is logged; it has none for a warning. */
const LOG_LEVELS: Record<LogLevel, string> = {
  [LogLevel.DEBUG]: 'debug', [LogLevel.INFO]: 'info', [LogLevel.WARN]: 'error', [LogLevel.ERROR]: 'error',
};

/** Pods whose every label is one of these are senders of one replica; an allocator looks for them, and nobody else may have them. */
export const collectorLabels = (group: GroupLabels, { name }: SenderReplica): Record<string, string> =>
  ({ ...selectorLabels(group), 'thanos.io/replica': name });

/**
 * The OpenTelemetry target allocator, standing alone: it discovers the targets of all jobs, watches which senders there are, and tells
 * each sender its own targets, as Prometheus' HTTP service discovery asks for them.
 *
 * Each replica of senders has allocators of its own: whatever goes wrong with those of `a` does not concern `b`. What a job's relabeling
 * drops is not assigned; the sender does the same relabeling again, for it is told labels as they were discovered.
 *
 * One that has just started would answer that nobody has any targets, and whoever asks would drop all that it scrapes. It is asked only
 * when it knows the first sender, and answers nobody before it has seen the API server: if it cannot, senders go on with what they were told last.
 */
export class TargetAllocator extends Construct implements JobSpread {
  public readonly deployments: ApiObject[];
  /** What it may do at the API server. */
  public readonly rights: ApiRights;
  public readonly workload: PodWorkload;
  private readonly texts = new JobTexts();

  constructor(scope: Construct, id: string, private readonly of: AllocatedSenders, private readonly settings: AllocatorSettings) {
    super(scope, id);
    check(this, TARGET_ALLOCATOR_RULES, settings);
    const { logLevel, logFormat } = loggingOf(this, settings.logLevel);
    const name = `${of.name}-allocator`;
    const group = { program: ProgramName.TARGET_ALLOCATOR, instance: name, component: 'target-allocator' };
    this.workload = new PodWorkload(this, 'target-allocator', {
      name,
      group,
      kind: 'Deployment',
      ports: [HTTP],
      independentSets: true,
      sets: of.senders.map(sender => this.allocatorSet(name, group, sender)),
      args: [
        `--config-file=${CONFIG}/${CONFIG_FILE}`,
        `--listen-addr=:${HTTP.port}`,
        `--zap-log-level=${LOG_LEVELS[logLevel]}`,
        `--zap-encoder=${logFormat === LogFormat.JSON ? 'json' : 'console'}`,
      ],
      options: settings,
      resources: settings,
      setsGoMemoryLimit: true,
      usesApi: true,
      probes: { port: HTTP.name, liveness: '/livez', readiness: '/readyz', startup: STARTUP, startupDelay: FIRST_ASSIGNMENT },
      minReadySeconds: FIRST_ASSIGNMENT,
      maxUnavailable: settings.replicas > 1 ? 1 : undefined,
      terminationGracePeriod: FIRST_ASSIGNMENT,
    });
    this.deployments = this.workload.controllers;
    this.rights = new ApiRights(this, 'rights', this.workload);
    this.rights.grant({ namespaces: [this.workload.namespace], rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }] });
    this.rights.grant(settings.customResources ? customResourceRights(settings.customResources) : watcherRights(this.workload.namespace));
    if (settings.customResources) {
      Graph.of(this).addCheck(this, report => this.checkNames(report));
    }
  }

  /** Where the senders of a replica ask. */
  public endpoint(sender: SenderReplica): Endpoint {
    return this.workload.endpoint(HTTP.name, this.workload.sets[this.of.senders.indexOf(sender)]);
  }

  public get endpoints(): Endpoint[] {
    return this.of.senders.map(sender => this.endpoint(sender));
  }

  /** Whether senders have jobs of objects in the cluster as well, which it alone knows. */
  public get hasMoreJobs(): boolean {
    return this.settings.customResources !== undefined;
  }

  /** Where the targets of these are. */
  public get peers(): NetworkPeer[] {
    return this.settings.customResources ? customResourcePeers(this.settings.customResources) : [];
  }

  public key({ name }: SenderReplica): string {
    return name;
  }

  /** The job as a sender has it. */
  public config(job: ResolvedJob, sender: SenderReplica): JobConfig {
    const url = `http://${this.endpoint(sender).address}/jobs/${encodeURIComponent(job.name)}/targets?collector_id=${POD_NAME}`;
    return job.config(groupSteps(this.of.partition), { http_sd_configs: [{ url, refresh_interval: `${this.settings.refreshInterval}s` }] });
  }

  /** The job as an allocator has it: where its targets come from, and which of them are none. */
  private discovered(job: ResolvedJob): JobConfig {
    const { job_name, relabel_configs } = job.config(groupSteps(this.of.partition));
    return { job_name, ...job.discovery.config, relabel_configs };
  }

  private checkNames(report: Report): void {
    for (const job of this.of.jobs().filter(({ name }) => JOB_PREFIXES.some(prefix => name.startsWith(prefix)))) {
      report('job-named-like-an-object', `The name of job '${job.name}' must not begin with any of ${JOB_PREFIXES.join(', ')}: so begin those of objects in the cluster, which `
        + '\'targetAllocator.prometheusCustomResources\' scrapes, and Prometheus refuses two jobs of one name. Give it another one.');
    }
  }

  private allocatorSet(name: string, group: GroupLabels, sender: SenderReplica): PodSet {
    const labels = { 'thanos.io/replica': sender.name };
    const files = new ConfigFiles(this, `config-${sender.name}`, {
      name: `${name}-${sender.name}`,
      labels: { ...commonLabels(this, group), ...labels },
      files: { [CONFIG_FILE]: () => this.text(sender) },
    });
    return {
      suffix: sender.name,
      replicas: this.settings.replicas,
      labels,
      volumes: [files.mount(CONFIG)],
      // It reads its configuration when it starts.
      podAnnotations: () => ({ 'checksum/config': files.hash }),
      startupPath: `/debug/collector?collector_id=${this.of.name}-${sender.name}-0`,
    };
  }

  private text(sender: SenderReplica): string {
    const { allocationStrategy, collectorNotReadyGracePeriod, customResources } = this.settings;
    return `${stringify({
      collector_namespace: this.workload.namespace,
      // The key is in lower case, as the program's own YAML has it.
      collector_selector: { matchlabels: collectorLabels(this.of.group, sender) },
      allocation_strategy: allocationStrategy,
      filter_strategy: 'relabel-config',
      collector_not_ready_grace_period: `${Math.ceil(collectorNotReadyGracePeriod)}s`,
      prometheus_cr: customResources ? customResourcesConfig(customResources) : watcherConfig(this.workload.namespace),
    })}config:\n${indented(this.texts.list(this.of.jobs().map(job => this.discovered(job))).join(''))}`;
  }
}
