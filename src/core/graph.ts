import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { AlertSource } from './alert-source';
import type { BlockCompactor, BlockReader, BlockWriter, ReplicaLabel } from './blocks';
import { checkAddresses } from './checks/addresses';
import { checkConfigMaps, checkObjects } from './checks/objects';
import { checkPodSecurity } from './checks/pod-security';
import { checkSecrets } from './checks/secrets';
import type { ComponentPods } from './component-pods';
import type { Endpoint } from './endpoint';
import { ended } from './field';
import { type Finding, Severity } from './findings';
import { type DeferredCheck, Judgement } from './judgement';
import type { NetworkPeer } from './network-peer';
import type { PodWorkload } from './pod-workload';

/** Who speaks to whom, and why. */
export interface Edge {
  readonly from: ComponentPods;
  readonly to: Endpoint;
  readonly why: string;
  /** Whether it only watches over the platform itself; the picture leaves these out. */
  readonly selfMonitoring?: boolean;
}

/** Traffic to or from something that is no endpoint of ours: DNS, the API server, kubelets, scrape targets. */
export interface PeerEdge {
  readonly workload: ComponentPods;
  readonly direction: 'from' | 'to';
  readonly peer: NetworkPeer;
  readonly why: string;
  /** What the peer is called in the picture, e.g. `Kubernetes API`. @default - its labels or addresses */
  readonly name?: string;
  /** Ports of the workload that a `from` peer may reach. */
  readonly ports?: number[];
}

const GRAPHS = new WeakMap<IConstruct, Graph>();

/**
 * Everything that the parts of one construct tree know of each other.
 *
 * NetworkPolicies, self-monitoring, the picture of the topology and the checks across parts are views of it,
 * taken when the tree is rendered; nothing of them is ever written by hand.
 */
export class Graph {
  public static of(construct: IConstruct): Graph {
    const root = construct.node.root;
    let graph = GRAPHS.get(root);
    if (!graph) {
      graph = new Graph(root);
      GRAPHS.set(root, graph);
    }
    return graph;
  }

  public readonly workloads: PodWorkload[] = [];
  /** Pods that end by themselves. */
  public readonly jobs: ComponentPods[] = [];
  public readonly peerEdges: PeerEdge[] = [];

  private readonly ownEdges: Edge[] = [];
  private readonly monitors: { from: PodWorkload; scope: IConstruct }[] = [];
  private readonly labels = new Map<IConstruct, Map<string, ReplicaLabel>>();
  private readonly writers = new Map<IConstruct, BlockWriter[]>();
  private readonly readers = new Map<IConstruct, BlockReader[]>();
  private readonly compactors = new Map<IConstruct, BlockCompactor[]>();
  private readonly senders = new Map<IConstruct, AlertSource[]>();
  private readonly bucketsByIdentity = new Map<string, IConstruct[]>();
  private readonly alike = new Map<IConstruct, IConstruct[]>();

  private readonly known = new Map<ComponentPods, Set<Endpoint>>();
  private readonly charts = new Set<Chart>();
  private incoming?: Map<ComponentPods, Edge[]>;
  private outgoing?: Map<ComponentPods, Edge[]>;

  private readonly judgement: Judgement;
  private changes = 0;

  private constructor(root: IConstruct) {
    this.judgement = new Judgement(root);
  }

  public addWorkload(workload: PodWorkload): void {
    this.workloads.push(workload);
    this.addCheck(workload, (report, printed) => checkAddresses(workload, this.edgesTo(workload), printed, report));
    this.addPods(workload);
  }

  /** The same for pods that end by themselves: nobody reaches or scrapes them. */
  public addJob(job: ComponentPods): void {
    this.jobs.push(job);
    this.addPods(job);
  }

  /** Records that `from` opens connections to `to`. The same edge twice counts once. */
  public connect(from: ComponentPods, to: Endpoint, why: string): void {
    const targets = this.known.get(from) ?? new Set();
    this.known.set(from, targets);
    if (!targets.has(to)) {
      targets.add(to);
      this.ownEdges.push({ from, to, why });
      if (to._problem) {
        this.report(from, 'endpoint', ended(`An endpoint of another app is wrong, for it ${to._problem}`));
      } else {
        this.checkPeer(from, to.peer);
      }
      this.touch();
    }
  }

  /** Records that `from` scrapes every program below `scope`, also those that are added later. */
  public monitor(from: PodWorkload, scope: IConstruct): void {
    this.monitors.push({ from, scope });
    this.touch();
  }

  /** The workloads whose metrics `from` scrapes. */
  public monitoredBy(from: PodWorkload): PodWorkload[] {
    const scopes = this.monitors.filter(monitor => monitor.from === from).map(({ scope }) => scope);
    return this.workloads.filter(workload => scopes.some(scope => workload.node.scopes.includes(scope)));
  }

  /** All edges, those of self-monitoring last. */
  public get edges(): Edge[] {
    return [...this.ownEdges, ...this.scrapeEdges()];
  }

  /** Edges to the ports of a workload. */
  public edgesTo(workload: ComponentPods): Edge[] {
    this.incoming ??= grouped(this.edges, ({ to }) => to._owned?.workload);
    return this.incoming.get(workload) ?? [];
  }

  /** Edges from a workload. */
  public edgesFrom(workload: ComponentPods): Edge[] {
    this.outgoing ??= grouped(this.edges, ({ from }) => from);
    return this.outgoing.get(workload) ?? [];
  }

  /** Copies of what `from` writes to `target` are told apart by this label. */
  public addReplicaLabel(target: IConstruct, label: ReplicaLabel, from: IConstruct): void {
    const labels = this.labels.get(target) ?? new Map<string, ReplicaLabel>();
    const { from: others = [], ...known } = labels.get(label.name) ?? label;
    const copies = known.copies === label.copies ? label.copies : undefined;
    this.labels.set(target, labels.set(label.name, { ...known, copies, from: [...others, from.node.path] }));
    this.touch();
  }

  public replicaLabels(target: IConstruct): ReplicaLabel[] {
    return [...this.labels.get(target)?.values() ?? []];
  }

  /** Records what a bucket is: several constructs may describe the same one, and what is done to it is known of all of them together. */
  public addBucket(bucket: IConstruct, identity: string): void {
    const alike = this.bucketsByIdentity.get(identity) ?? [];
    alike.push(bucket);
    this.bucketsByIdentity.set(identity, alike);
    this.alike.set(bucket, alike);
    this.touch();
  }

  /** All constructs that describe the same bucket as this one, itself among them, in the order in which they were made. */
  public sameBuckets(bucket: IConstruct): IConstruct[] {
    return this.alike.get(bucket) ?? [bucket];
  }

  /** Records that a part uploads blocks to a bucket. */
  public addBlockWriter(bucket: IConstruct, writer: BlockWriter): void {
    this.writers.set(this.bucketKey(bucket), [...this.blockWriters(bucket), writer]);
    this.touch();
  }

  public blockWriters(bucket: IConstruct): BlockWriter[] {
    return this.writers.get(this.bucketKey(bucket)) ?? [];
  }

  /** Those of all buckets. */
  public allBlockWriters(): BlockWriter[] {
    return [...this.writers.values()].flat();
  }

  /** Records that a part serves blocks of a bucket. */
  public addBlockReader(bucket: IConstruct, reader: BlockReader): void {
    this.readers.set(this.bucketKey(bucket), [...this.blockReaders(bucket), reader]);
    this.touch();
  }

  public blockReaders(bucket: IConstruct): BlockReader[] {
    return this.readers.get(this.bucketKey(bucket)) ?? [];
  }

  /** Records that a part merges and deletes blocks of a bucket; nobody else may delete. */
  public addBlockCompactor(bucket: IConstruct, compactor: BlockCompactor): void {
    this.compactors.set(this.bucketKey(bucket), [...this.blockCompactors(bucket), compactor]);
    this.touch();
  }

  public blockCompactors(bucket: IConstruct): BlockCompactor[] {
    return this.compactors.get(this.bucketKey(bucket)) ?? [];
  }

  /** Records that a part sends the alerts of its rules to a sink. */
  public addAlertSource(sink: IConstruct, source: AlertSource): void {
    this.senders.set(sink, [...this.alertSources(sink), source]);
    this.touch();
  }

  public alertSources(sink: IConstruct): AlertSource[] {
    return this.senders.get(sink) ?? [];
  }

  /** Lets peers from outside open connections to a port of a workload: the doors that its part was given. */
  public admit(workload: ComponentPods, port: number, why: string, peers: NetworkPeer[] = []): void {
    peers.forEach(peer => this.connectPeer({ workload, direction: 'from', peer, why, ports: [port] }));
  }

  public connectPeer(edge: PeerEdge): void {
    this.peerEdges.push(edge);
    this.checkPeer(edge.workload, edge.peer);
    this.touch();
  }

  /** Records a finding at once; it is thrown, printed or listed when the tree is synthesized. */
  public report(at: IConstruct, rule: string, message: string, severity = Severity.ERROR): void {
    this.judgement.report(at, rule, message, severity);
  }

  /** Adds a check over the finished tree, judged at synth. */
  public addCheck(at: IConstruct, run: DeferredCheck): void {
    this.judgement.addCheck(at, run);
  }

  /** Warnings of these rules are known and wanted: they become notes. */
  public acknowledge(rules: string[]): void {
    this.judgement.acknowledge(rules);
  }

  /** All findings, errors first, each group by the order in which its construct was first found at fault. */
  public findings(): Finding[] {
    return this.judgement.findings;
  }

  /** Another number after each change: what was made of the graph holds as long as this does. */
  public get revision(): number {
    return this.changes;
  }

  /** Forgets what was judged: something that the checks look at has changed. */
  public touch(): void {
    this.changes += 1;
    this.judgement.forget();
    this.incoming = undefined;
    this.outgoing = undefined;
  }

  private bucketKey(bucket: IConstruct): IConstruct {
    return this.sameBuckets(bucket)[0];
  }

  private addPods(pods: ComponentPods): void {
    this.touch();
    this.addCheck(pods, (report, printed) => checkConfigMaps(pods, printed, report));
    this.addCheck(pods, (report, printed) => checkPodSecurity(pods, printed, report));
    this.addCheck(pods, (report, printed) => checkSecrets(pods, printed, report));
    const chart = Chart.of(pods);
    if (!this.charts.has(chart)) {
      this.charts.add(chart);
      this.addCheck(chart, (report, printed) => checkObjects(chart, printed, report));
    }
  }

  private checkPeer(workload: ComponentPods, peer?: NetworkPeer): void {
    peer?._problems.forEach(problem => this.report(workload, 'network-peer', `A network peer is wrong. ${problem}`));
  }

  private scrapeEdges(): Edge[] {
    return [...new Set(this.monitors.map(({ from }) => from))].flatMap(from =>
      this.monitoredBy(from).flatMap(workload => workload.metricsEndpoints.map(to => ({ from, to, why: 'scrapes metrics', selfMonitoring: true }))));
  }
}

/** Edges by the workload at one of their ends; those that have none there are left out. */
function grouped(edges: Edge[], end: (edge: Edge) => ComponentPods | undefined): Map<ComponentPods, Edge[]> {
  const groups = new Map<ComponentPods, Edge[]>();
  for (const edge of edges) {
    const workload = end(edge);
    if (workload) {
      const group = groups.get(workload) ?? [];
      group.push(edge);
      groups.set(workload, group);
    }
  }
  return groups;
}
