import * as http from 'node:http';
import type { Manifest } from '../examples';
import { podOf } from '../pods';

// `/api/v1/namespaces/monitoring/pods`: version, namespace, name of the kind.
const LIST = /^\/apis?\/(.+?)\/(?:namespaces\/([^/]+)\/)?([a-z]+)$/;

/** What can be listed, by the API's names of the kinds. */
const KINDS: Readonly<Record<string, string>> = {
  configmaps: 'ConfigMap', endpointslices: 'EndpointSlice', namespaces: 'Namespace', nodes: 'Node', pods: 'Pod', services: 'Service',
};

/** What a target allocator asks before it watches ServiceMonitors and the like, none of which is defined here. */
const SAID: Readonly<Record<string, object>> = {
  '/version': { major: '1', minor: '34', gitVersion: 'v1.34.3' },
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { apiVersion: 'v1', kind: 'APIGroupList', groups: [] },
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', status: { allowed: true } },
};

const NODE: Manifest = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' }, status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] } };

/** `name=value,…` as the API takes it. */
function selects(selector: string, { metadata: { labels = {} } }: Manifest): boolean {
  return selector.split(',').map(pair => pair.split('=')).every(([name, value]) => labels[name] === value);
}

/** The first pod of each workload, as it is when all of them run: on a node, with an address. */
function runningPods(objects: readonly Manifest[]): Manifest[] {
  const pods = objects.flatMap(manifest => podOf({ example: '', manifest })?.manifest ?? []);
  return pods.map((pod, index) => ({
    ...pod,
    spec: { ...pod.spec, nodeName: NODE.metadata.name },
    status: { phase: 'Running', podIP: `10.1.0.${index}`, conditions: [{ type: 'Ready', status: 'True' }] },
  }));
}

/**
 * What answers in the place of all that a pod's programs connect to. Of the Kubernetes API it has as much as is needed to list and watch
 * the ConfigMaps of an example, and what target allocators discover; every other request is answered with 200.
 */
export class Neighbour {
  /** Begins to listen at a port of the loopback interface. */
  public static async start(port: number, objects: readonly Manifest[]): Promise<Neighbour> {
    const neighbour = new Neighbour(objects);
    await new Promise<void>(resolve => neighbour.server.listen(port, '127.0.0.1', resolve));
    return neighbour;
  }

  /** The ConfigMaps that were asked for. */
  public readonly served: Manifest[] = [];
  private readonly server = http.createServer((request, response) => this.answer(request.url!, response));
  private readonly listed: readonly Manifest[];

  private constructor(objects: readonly Manifest[]) {
    this.listed = [NODE, ...runningPods(objects), ...objects.filter(({ kind }) => kind !== 'Pod')];
  }

  /** Ends all connections. */
  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(url: string, response: http.ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://neighbour');
    const [, apiVersion, namespace, name] = LIST.exec(pathname) ?? [];
    const kind = KINDS[name];
    const said = SAID[pathname];
    if (kind === undefined && said === undefined) return void response.end();
    // Clients that would rather have protobuf look at it.
    response.writeHead(200, { 'content-type': 'application/json' });
    if (said !== undefined) return void response.end(JSON.stringify(said));
    if (searchParams.has('watch')) {
      // Nothing changes: the watch goes on in silence.
      response.flushHeaders();
    } else {
      const selector = searchParams.get('labelSelector');
      const items = this.listed.filter(object => object.kind === kind && (namespace === undefined || object.metadata.namespace === namespace)
        && (selector === null || selects(selector, object)));
      this.served.push(...items.filter(item => kind === 'ConfigMap' && !this.served.includes(item)));
      response.end(JSON.stringify({ apiVersion, kind: `${kind}List`, metadata: { resourceVersion: '1' }, items }));
    }
  }
}
