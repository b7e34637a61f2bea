import { Chart } from 'cdk8s';
import type { SecretValue } from 'cdk8s-plus-28';
import { Construct, IConstruct } from 'constructs';
import { haveSharedTargets } from './job-overlap';
import { LONGEST_PLATFORM_INTERVAL, monitoringJob } from './monitoring-job';
import type { ResolvedJob } from './resolved-job';
import type { ScrapeJob } from './scrape-job';
import type { ReadyMadeJobOptions } from './scrape-job-options';
import type { SenderSettings } from './sharded-prometheus-props';
import type { TargetAllocator } from './target-allocator';
import { ApiRights } from '../core/api-rights';
import { API_SERVER_NAME, clusterPeers } from '../core/cluster-peers';
import { quoted, shown } from '../core/fields';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import { PLATFORM_JOB } from '../core/labels';
import type { NetworkPeer } from '../core/network-peer';
import { Platform } from '../core/platform';
import type { PodWorkload } from '../core/pod-workload';
import { durationText } from '../core/units';

/** All lists of jobs whose samples go to one receiver. */
const LISTS = new WeakMap<IConstruct, JobList[]>();

/** The jobs of one Prometheus: what is wrong with them, what they must be allowed, and where their traffic goes. */
export class JobList {
  private readonly jobs: ResolvedJob[] = [];
  private readonly rights: ApiRights;
  private readonly namespaces: Set<string>;
  private platformJob?: ResolvedJob;
  /** Who discovers the targets. */
  private readonly discoverer: Pick<TargetAllocator, 'workload' | 'rights'>;
  private discovers = false;
  private scrapesWithToken = false;

  /** @param allocator what discovers the targets, if that is not the Prometheus itself */
  constructor(private readonly at: Construct, private readonly workload: PodWorkload, private readonly settings: SenderSettings, allocator?: TargetAllocator) {
    this.rights = new ApiRights(at, 'rights', workload);
    this.discoverer = allocator ?? { workload, rights: this.rights };
    if (allocator) {
      // It finds the senders by the API server, whatever the jobs do.
      this.discover();
      this.reachObjects(allocator.peers);
    }
    this.namespaces = new Set([workload.namespace]);
    const receiver = settings.remoteWrite ?? at;
    const before = LISTS.get(receiver) ?? [];
    LISTS.set(receiver, [...before, this]);
    Graph.of(at).addCheck(at, report => before.forEach(other => this.sharedWith(other).forEach(name => report('job-scraped-twice',
      `Job '${name}' is scraped by '${other.workload.name}' as well, which writes to the same receiver: both would write the same series as the same tenant, `
      + 'and one of two samples is refused. Scrape it once, give both a \'partition\', or give one another name.'))));
    Graph.of(at).addCheck(at, report => {
      if (this.all.length === 0 && !allocator?.hasMoreJobs) {
        report('nothing-scraped', 'No job was added, so nothing is scraped; add some by \'addScrapeJob\'.', Severity.WARNING);
      }
    });
    Graph.of(at).addCheck(at, report => this.strangers().forEach(({ name, namespace }) => report('monitored-namespace-unknown',
      `'${name}' runs in the namespace '${namespace}', whose chart was not there when 'monitor' was called, and its pods cannot be discovered; call 'monitor' after all charts are made.`)));
  }

  /** All jobs, that of the platform itself last. */
  public get all(): ResolvedJob[] {
    return [...this.jobs, ...(this.platformJob ? [this.platformJob] : [])];
  }

  public get secrets(): SecretValue[] {
    return this.all.flatMap(({ secrets }) => secrets);
  }

  /** Whether any of them is discovered by the pods themselves, or authorized by their ServiceAccount. */
  public get usesApi(): boolean {
    return this.scrapesWithToken || (this.discovers && this.discoverer.workload === this.workload);
  }

  public add({ name, _read }: ScrapeJob): void {
    if (name === PLATFORM_JOB || this.jobs.some(job => job.name === name)) {
      this.report('job-name-twice', name === PLATFORM_JOB
        ? `A job must not be called '${name}', for that is the one that scrapes the platform itself; give it another name.`
        : `Two jobs are called '${name}', and Prometheus refuses that; give one of them another name.`);
      return;
    }
    if (typeof name !== 'string' || !/^[A-Za-z0-9_.:/-]+$/.test(name)) {
      this.report('job-name', `The name of a job must consist of letters, digits and '_.:/-', but is ${shown(name)}; give it another one.`);
      return;
    }
    const job = _read(this.at);
    this.jobs.push(job);
    Graph.of(this.at).touch();
    this.admit(job);
    job.discovery.endpoints?.forEach(endpoint => Graph.of(this.at).connect(this.workload, endpoint, `scrapes ${job.name}`));
    job.discovery.peers.forEach(peer => this.connect(peer, `scrapes ${job.name}`, job.discovery.peersName));
    this.noteReach(`job '${job.name}'`, job.discovery.peers, 'Give the job \'namespaces\' or \'targetPeers\', or the platform its \'networkPeers\', if they are known.');
  }

  /** The graph knows whom the platform's own job reaches. */
  public monitor(scope: IConstruct, options: ReadyMadeJobOptions): void {
    const charts = [[...scope.node.scopes].reverse().find(Chart.isChart), ...scope.node.findAll().filter(Chart.isChart)];
    charts.forEach(chart => chart && this.namespaces.add((chart as Chart).namespace ?? 'default'));
    Graph.of(this.at).monitor(this.workload, scope);
    this.platformJob = monitoringJob(this.workload, [...this.namespaces], this.settings.scrapeInterval, options);
    this.admit(this.platformJob);
    const { scrapeInterval = 0 } = this.platformJob;
    if (scrapeInterval > LONGEST_PLATFORM_INTERVAL) {
      this.report('platform-scraped-seldom', `The platform itself is scraped every ${durationText(scrapeInterval)}, but its alerts and its autoscaler look at rates over 5 minutes, `
        + `which need two samples: many of them would never fire. Let 'scrapeInterval' of this job be at most ${durationText(LONGEST_PLATFORM_INTERVAL)}.`, Severity.WARNING);
    }
  }

  private admit(job: ResolvedJob): void {
    const { scrapeInterval = this.settings.scrapeInterval, scrapeTimeout } = job;
    if (scrapeTimeout !== undefined && scrapeTimeout > scrapeInterval) {
      this.report('scrape-timeout-beyond-interval', `'${job.name}.scrapeTimeout' (${durationText(scrapeTimeout)}) must not exceed the job's interval (${durationText(scrapeInterval)}): `
        + 'Prometheus refuses that. Lower the timeout or raise \'scrapeInterval\'.');
    }
    const { requiredLabels = [], externalLabels = {} } = this.settings;
    const missing = requiredLabels.filter(label => !job.labelNames.includes(label) && !(label in externalLabels));
    if (missing.length > 0) {
      this.report('job-labels-missing', `Job '${job.name}' must give its series ${quoted(missing)}, as 'requiredLabels' asks of each; `
        + `set ${missing.length === 1 ? 'it' : 'them'} in its options, e.g. by 'labels' or 'relabelings'.`);
    }
    const { rights, scrapeRights = [] } = job.discovery;
    rights.forEach(right => this.discoverer.rights.grant(right));
    scrapeRights.forEach(right => this.rights.grant(right));
    this.scrapesWithToken ||= scrapeRights.length > 0;
    if (rights.length > 0) {
      this.discover();
    }
  }

  /** The targets of objects in the cluster may be anywhere. */
  private reachObjects(peers: NetworkPeer[]): void {
    peers.forEach(peer => this.connect(peer, 'scrapes what objects in the cluster name'));
    this.noteReach('the targets of objects in the cluster', peers, 'Give \'targetAllocator.prometheusCustomResources\' its \'namespaces\' or \'targetPeers\', if they are known.');
  }

  private discover(): void {
    if (!this.discovers) {
      this.discovers = true;
      const { apiServer } = clusterPeers(this.at);
      this.connect(apiServer, 'discovers targets', API_SERVER_NAME, this.discoverer.workload);
      this.noteReach('the discovery of targets', [apiServer], 'Give the platform\'s \'networkPeers.apiServer\' its addresses, if they are known.', this.discoverer.workload);
    }
  }

  /** Names of jobs whose targets this list and another both have. */
  private sharedWith(other: JobList): string[] {
    const [own, others] = [this.settings.partition, other.settings.partition];
    const apart = own?.of === others?.of && own?.index !== others?.index;
    return apart || !this.writesAs(other) ? []
      : this.jobs.filter(job => other.jobs.some(its => its.name === job.name && haveSharedTargets(job, its))).map(({ name }) => name);
  }

  /** Whether a target that both scrape has the same series of both. */
  private writesAs({ settings }: JobList): boolean {
    const [own, others] = [this.settings, settings].map(({ senders, externalLabels = {} }) => ({
      tenants: senders.map(({ headers }) => JSON.stringify(headers)),
      labels: JSON.stringify(Object.entries(externalLabels).sort()),
    }));
    return own.labels === others.labels && own.tenants.some(tenant => others.tenants.includes(tenant));
  }

  private connect(peer: NetworkPeer, why: string, name?: string, workload = this.workload): void {
    Graph.of(this.at).connectPeer({ workload, direction: 'to', peer, why, name });
  }

  /** A policy that is wider than the targets deserves a word. */
  private noteReach(what: string, peers: NetworkPeer[], advice: string, { name } = this.workload): void {
    const wide = [...new Set(peers.flatMap(peer => reach(peer) ?? []))];
    if (wide.length > 0 && Platform.of(this.at).networkPolicies !== false) {
      this.report('network-peer-broad', `For ${what}, pods of '${name}' may open connections to ${wide.join(' and ')}. ${advice}`, Severity.NOTE);
    }
  }

  /** Workloads that are monitored, but in a namespace in which nothing is discovered. */
  private strangers(): PodWorkload[] {
    return Graph.of(this.at).monitoredBy(this.workload).filter(({ namespace }) => !this.namespaces.has(namespace));
  }

  private report(rule: string, message: string, severity?: Severity): void {
    Graph.of(this.at).report(this.at, rule, message, severity);
  }
}

function reach(peer: NetworkPeer): string | undefined {
  const ports = peer.ports.length > 0 ? `, port ${peer.ports.map(({ port }) => port).join(' or ')}` : '';
  if (peer.broad) {
    return `any address${ports}`;
  }
  const everyNamespace = peer._peers.some(({ namespaceSelector, podSelector }) =>
    namespaceSelector && !namespaceSelector.matchLabels && !podSelector?.matchLabels);
  return everyNamespace ? `every pod of every namespace${ports}` : undefined;
}
