import * as http from 'node:http';
import type { Manifest } from '../examples';

const CONFIG_MAPS = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?configmaps$/;

/** `name=value,…` as the API takes it. */
function selects(selector: string, { metadata: { labels = {} } }: Manifest): boolean {
  return selector.split(',').map(pair => pair.split('=')).every(([name, value]) => labels[name] === value);
}

/**
 * What answers in the place of all that a pod's programs connect to. Of the Kubernetes API it has as much as is needed to list and watch
 * the ConfigMaps of an example; every other request is answered with 200.
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

  private constructor(private readonly objects: readonly Manifest[]) {}

  /** Ends all connections. */
  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(url: string, response: http.ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://neighbour');
    const match = CONFIG_MAPS.exec(pathname);
    if (!match) {
      response.end();
    } else if (searchParams.has('watch')) {
      // Nothing changes: the watch goes on in silence.
      response.writeHead(200).flushHeaders();
    } else {
      const items = this.objects.filter(object => object.kind === 'ConfigMap' && (match[1] === undefined || object.metadata.namespace === match[1])
        && selects(searchParams.get('labelSelector')!, object));
      this.served.push(...items.filter(item => !this.served.includes(item)));
      response.end(JSON.stringify({ kind: 'ConfigMapList', metadata: { resourceVersion: '1' }, items }));
    }
  }
}
