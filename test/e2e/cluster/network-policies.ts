import * as fs from 'node:fs';
import { CoreV1Api, CustomObjectsApi, KubeConfig, KubernetesListObject, KubernetesObject, makeInformer, V1Namespace, V1Pod } from '@kubernetes/client-node';
import { InvalidArgumentError, program } from 'commander';
import { replaceRuleset } from './network-policies/nftables';
import { ClusterObjects, Policy } from './network-policies/objects';
import { ruleset } from './network-policies/ruleset';

/** How long changes are gathered before the rules are written: a rollout is many events. In milliseconds. */
const GATHER = 100;
/** How long until the API server is asked again after an error. In milliseconds. */
const RETRY = 1_000;
/** How often nodes are looked after when nothing changes at the API server: one may have failed, or come back empty. In milliseconds. */
const LOOK_AFTER = 5_000;

/** What was last written to a node, and to which network namespace. */
interface Written {
  readonly text: string;
  readonly namespace: number;
}

/** What is wrong, said once however often it is tried again. */
class Complaints {
  private readonly said = new Map<string, string>();

  public say(subject: string, error: unknown): void {
    const message = String(error);
    if (this.said.get(subject) !== message) log(`${subject}: ${message}`);
    this.said.set(subject, message);
  }

  public settle(subject: string): void {
    if (this.said.delete(subject)) log(`${subject}: well again.`);
  }
}

const complaints = new Complaints();

/** Keeps the nftables of nodes equal to what the NetworkPolicies say. */
class Enforcer {
  private readonly written = new Map<string, Written>();
  private timer?: NodeJS.Timeout;

  /**
   * @param nodes paths of network namespaces by the names of nodes
   * @param objects the cluster as it is known, or nothing as long as a part is unknown: half of a cluster would open what is closed
   */
  constructor(private readonly nodes: ReadonlyMap<string, string>, private readonly objects: () => ClusterObjects | undefined) {
    setInterval(() => this.changed(), LOOK_AFTER);
  }

  /** Something may have changed. */
  public changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const objects = this.objects();
      if (objects) this.nodes.forEach((network, node) => this.enforce(objects, node, network));
    }, GATHER);
  }

  private enforce(objects: ClusterObjects, node: string, network: string): void {
    const before = this.written.get(node);
    // Until it is known to have worked, nothing is known about the node's table.
    this.written.delete(node);
    try {
      const text = ruleset(objects, node);
      const namespace = fs.statSync(network).ino;
      const known = before?.namespace === namespace ? before.text : undefined;
      if (text !== known) {
        const start = Date.now();
        replaceRuleset(network, text, known);
        log(`${node}: ${objects.policies.length} policies, ${objects.pods.length} pods, ${text.length} bytes of rules written in ${Date.now() - start} ms.`);
      }
      this.written.set(node, { text, namespace });
      complaints.settle(node);
    } catch (error) {
      complaints.say(node, error);
    }
  }
}

/** Follows the objects of a resource for ever; gives nothing before they have been listed. */
function follow<T extends KubernetesObject>(
  config: KubeConfig, path: string, list: () => Promise<KubernetesListObject<T>>, changed: () => void,
): () => readonly T[] | undefined {
  let listed = false;
  const informer = makeInformer<T>(config, path, async () => {
    const answer = await list();
    listed = true;
    complaints.settle(path);
    changed();
    return answer;
  });
  const start = () => informer.start().catch(again);
  function again(error: unknown): void {
    complaints.say(path, error);
    setTimeout(start, RETRY);
  }
  informer.on('change', () => {
    complaints.settle(path);
    changed();
  });
  informer.on('error', again);
  void start();
  return () => listed ? informer.list() : undefined;
}

function enforce(kubeconfig: string, nodes: ReadonlyMap<string, string>): void {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const custom = config.makeApiClient(CustomObjectsApi);
  const changed = () => enforcer.changed();
  const namespaces = follow<V1Namespace>(config, '/api/v1/namespaces', () => core.listNamespace(), changed);
  const pods = follow<V1Pod>(config, '/api/v1/pods', () => core.listPodForAllNamespaces(), changed);
  // Not by the typed API: its lists say `_from` where the events of a watch, which are not converted, say `from`.
  const policies = follow<Policy>(config, '/apis/networking.k8s.io/v1/networkpolicies', (): Promise<KubernetesListObject<Policy>> =>
    custom.listClusterCustomObject({ group: 'networking.k8s.io', version: 'v1', plural: 'networkpolicies' }), changed);
  const enforcer = new Enforcer(nodes, () => {
    const known = { namespaces: namespaces(), pods: pods(), policies: policies() };
    return known.namespaces && known.pods && known.policies ? known as ClusterObjects : undefined;
  });
}

function log(message: string): void {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
}

function nodeOption(value: string, nodes: Map<string, string> = new Map()): Map<string, string> {
  const [name, network] = value.split('=');
  if (!name || !network) throw new InvalidArgumentError(`'${value}' must be the name of a node, '=' and the path of its network namespace, as n1=/run/netns/n1.`);
  return nodes.set(name, network);
}

program
  .description('Enforces the NetworkPolicies of a cluster whose nodes are network namespaces of this machine')
  .requiredOption('--kubeconfig <file>', 'how to reach the API server')
  .requiredOption('--node <name=path>', 'a node and the path of its network namespace; once a node', nodeOption)
  .action(({ kubeconfig, node }: { kubeconfig: string; node: Map<string, string> }) => enforce(kubeconfig, node))
  .parse();
