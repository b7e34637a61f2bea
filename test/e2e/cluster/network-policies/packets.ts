import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { transformSync } from 'esbuild';
import type { Request } from './agent';
import { droppedPackets, replaceRuleset } from './nftables';
import type { ClusterObjects } from './objects';
import { ruleset } from './ruleset';

/** Where everything in the test network listens. */
export const PORTS = [80, 81];
/** A Service of every node: port 80 of this address is port 81 of the pod that `TestNetwork` is told. */
export const SERVICE = '10.96.0.1';
/** How long what is expected may take, in milliseconds: a machine may be very busy. */
const PATIENCE = 20_000;

/** A connection to try. */
export interface Connection {
  readonly from: string;
  readonly address: string;
  readonly protocol: string;
  readonly port: number;
}

/** What became of connections. */
export interface Outcome {
  /** Those that were answered, by their place in the list. */
  readonly answered: ReadonlySet<number>;
  /** Packets that both nodes dropped meanwhile: one a connection, or more where a sender tried again. */
  readonly dropped: number;
}

/** A process in a network namespace of its own, which lives no longer than the process. */
class Endpoint {
  public readonly network: string;
  public readonly pid: number;
  /** Numbers of the requests that were answered. */
  public readonly answers: number[] = [];
  private readonly child: ChildProcess;
  private readonly waiting = new Map<string, () => void>();

  constructor(program: string) {
    this.child = spawn('unshare', ['--net', process.execPath, '-e', program, ...PORTS.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.pid = this.child.pid!;
    this.network = `/proc/${this.pid}/ns/net`;
    readline.createInterface(this.child.stdout!).on('line', line => {
      if (this.waiting.has(line)) this.waiting.get(line)!();
      else this.answers.push(Number(line));
    });
  }

  public said(line: string): Promise<void> {
    return new Promise(resolve => this.waiting.set(line, resolve));
  }

  public ask(request: Request | 'close'): void {
    this.child.stdin!.write(`${JSON.stringify(request)}\n`);
  }

  public sh(script: string): void {
    execFileSync('nsenter', [`--net=${this.network}`, 'sh', '-euc', script]);
  }

  public end(): Promise<void> {
    const ended = new Promise<void>(resolve => this.child.on('close', () => resolve()));
    this.child.stdin!.end();
    return ended;
  }
}

/**
 * Nodes and pods as network namespaces, joined as the rig joins them: each pod by a link of its own to its node, by routes alone (what the
 * ptp plugin makes); the nodes by one link. Needs root, `unshare`, `nsenter`, `ip` and `nft`; leaves nothing behind, even if it is killed.
 */
export class TestNetwork {
  private readonly endpoints = new Map<string, Endpoint>();
  private readonly rules = new Map<string, string>();

  /** @param nodes addresses of pods by their paths, a record for each of the two nodes */
  constructor(private readonly nodes: Readonly<Record<string, Readonly<Record<string, string>>>>) {}

  /** @param servicePod address of the pod behind the Service */
  public async start(servicePod: string): Promise<void> {
    const program = transformSync(fs.readFileSync(path.join(__dirname, 'agent.ts'), 'utf8'), { loader: 'ts', format: 'cjs' }).code;
    Object.entries(this.nodes).flatMap(([node, pods]) => [node, ...Object.keys(pods)]).forEach(end => this.endpoints.set(end, new Endpoint(program)));
    await Promise.all([...this.endpoints.values()].map(endpoint => endpoint.said('ready')));
    this.joinNodes(servicePod);
    Object.entries(this.nodes).forEach(([node, pods]) => Object.entries(pods).forEach(([pod, address]) => this.joinPod(pod, address, node)));
  }

  private joinNodes(servicePod: string): void {
    const [first, second] = this.nodeEnds;
    first.sh(`ip link add nodes type veth peer name nodes netns ${second.pid}`);
    [first, second].forEach((endpoint, index) => endpoint.sh(`
      echo 1 > /proc/sys/net/ipv4/ip_forward
      ip addr add 10.88.1.${index + 1}/16 dev nodes
      ip link set nodes up
      ip route add 10.244.${2 - index}.0/24 via 10.88.1.${2 - index}
      nft 'table ip services {
        chain before { type nat hook prerouting priority dstnat; ip daddr ${SERVICE} tcp dport 80 dnat to ${servicePod}:81; }
        chain after { type nat hook postrouting priority srcnat; ip saddr ${servicePod} ip daddr ${servicePod} masquerade; }
      }'`));
  }

  private joinPod(pod: string, address: string, nodeName: string): void {
    const node = this.endpoints.get(nodeName)!;
    const gateway = address.replace(/\d+$/, '1');
    const link = pod.replace('/', '-');
    node.sh(`
      ip link add ${link} type veth peer name eth0 netns ${this.endpoints.get(pod)!.pid}
      ip addr add ${gateway}/32 dev ${link}
      ip link set ${link} up
      ip route add ${address} dev ${link}`);
    this.endpoints.get(pod)!.sh(`
      ip addr add ${address}/32 dev eth0
      ip link set eth0 up
      ip route add ${gateway} dev eth0
      ip route add default via ${gateway}`);
  }

  /** Enforces the policies on both nodes. */
  public enforce(cluster: ClusterObjects): void {
    for (const node of Object.keys(this.nodes)) {
      const text = ruleset(cluster, node);
      replaceRuleset(this.endpoints.get(node)!.network, text, this.rules.get(node));
      this.rules.set(node, text);
    }
  }

  /**
   * Tries connections, each of which stays open.
   *
   * Nothing can tell a packet that was dropped from a slow one, so it waits for the answers that are expected and for the counters to say that
   * all others were dropped, which is no guess about the machine's speed.
   */
  public async connect(connections: readonly Connection[], expected: (index: number) => boolean): Promise<Outcome> {
    const askers = [...new Set(connections.map(({ from }) => this.endpoints.get(from)!))];
    askers.forEach(({ answers }) => answers.splice(0));
    const before = this.dropped;
    connections.forEach(({ from, ...rest }, number) => this.endpoints.get(from)!.ask({ number, ...rest }));
    const answered = () => new Set(askers.flatMap(({ answers }) => answers));
    const wanted = connections.map((_, index) => index).filter(expected);
    await until(() => {
      const now = answered();
      return wanted.every(index => now.has(index));
    });
    await until(() => this.dropped - before >= connections.length - wanted.length);
    return { answered: answered(), dropped: this.dropped - before };
  }

  /** Closes all connections. */
  public async close(): Promise<void> {
    await Promise.all([...this.endpoints.values()].map(endpoint => {
      endpoint.ask('close');
      return endpoint.said('closed');
    }));
  }

  /** Packets that both nodes have dropped. */
  public get dropped(): number {
    return this.nodeEnds.flatMap(({ network }) => droppedPackets(network)).reduce((sum, { packets }) => sum + packets, 0);
  }

  private get nodeEnds(): Endpoint[] {
    return Object.keys(this.nodes).map(node => this.endpoints.get(node)!);
  }

  /** Ends all processes, and with them the network. */
  public async remove(): Promise<void> {
    await Promise.all([...this.endpoints.values()].map(endpoint => endpoint.end()));
  }
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!condition() && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 10));
}
