import { AppsV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';

/** The cluster that KUBECONFIG names, and the clients through which it is spoken to. */
export class Cluster {
  /**
   * Takes the current context of KUBECONFIG; else of `~/.kube/config`.
   * @throws when no cluster is named, or it does not answer
   */
  public static async connect(): Promise<Cluster> {
    const config = new KubeConfig();
    config.loadFromDefault();
    const server = config.getCurrentCluster()?.server;
    if (!server) {
      throw new Error('No cluster is named: KUBECONFIG has no current context. Name the file of a cluster of yours, or boot one: npm run e2e:cluster -- up');
    }
    const cluster = new Cluster(config);
    await cluster.core.listNode({ limit: 1 }).catch(error => {
      throw new Error(`The cluster at ${server}, which KUBECONFIG names, does not answer: ${error instanceof Error ? error.message : error}.`);
    });
    return cluster;
  }

  public readonly core: CoreV1Api;
  public readonly apps: AppsV1Api;

  private constructor(public readonly config: KubeConfig) {
    this.core = config.makeApiClient(CoreV1Api);
    this.apps = config.makeApiClient(AppsV1Api);
  }
}
