import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConfigMap } from '../../src/rule-loader/program/kubernetes';

interface Event {
  readonly type: string;
  readonly version: number;
  readonly object: ConfigMap;
}

/** As much of a Kubernetes API as lists and watches labelled ConfigMaps need, with its faults on demand. */
export class FakeApi {
  public readonly requests: string[] = [];
  /** Namespaces whose ConfigMaps the program may not see. */
  public readonly forbidden = new Set<string>();
  private readonly server = http.createServer((request, response) => this.answer(request, response));
  private readonly objects = new Map<string, ConfigMap>();
  private readonly events: Event[] = [];
  private readonly watches = new Set<http.ServerResponse>();
  private version = 100;
  private oldest = 0;
  private port = 0;

  /** Begins, or begins again at the same port. */
  public async start(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.port}`;
  }

  public async stop(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  public get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  public put(namespace: string, name: string, data: Record<string, string>, binaryData?: Record<string, string>): void {
    const id = `${namespace}/${name}`;
    const type = this.objects.has(id) ? 'MODIFIED' : 'ADDED';
    const object = { metadata: { namespace, name, resourceVersion: String(++this.version) }, data, ...(binaryData ? { binaryData } : {}) };
    this.objects.set(id, object);
    this.emit({ type, version: this.version, object });
  }

  public remove(namespace: string, name: string): void {
    const object = this.objects.get(`${namespace}/${name}`)!;
    this.objects.delete(`${namespace}/${name}`);
    this.emit({ type: 'DELETED', version: ++this.version, object: { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } } });
  }

  /** Breaks all watches off, as a balancer does. */
  public disconnect(): void {
    this.watches.forEach(watch => watch.destroy());
    this.watches.clear();
  }

  /** Forgets the past, as etcd's compaction does: running watches are told by an event, and later ones by a status. */
  public compact(): void {
    this.oldest = ++this.version;
    this.watches.forEach(watch => watch.write(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old resource version', metadata: {} } })}\n`));
    this.disconnectGently();
  }

  /** The same, unseen by running watches: these are ended, and find out when they come back. */
  public compactSilently(): void {
    this.oldest = ++this.version;
    this.disconnectGently();
  }

  private disconnectGently(): void {
    this.watches.forEach(watch => watch.end());
    this.watches.clear();
  }

  private emit(event: Event): void {
    this.events.push(event);
    this.watches.forEach(watch => send(watch, event));
  }

  private answer({ url = '', headers }: http.IncomingMessage, response: http.ServerResponse): void {
    this.requests.push(`${url}${headers.authorization ? ` ${headers.authorization}` : ''}`);
    const { pathname, searchParams } = new URL(url, this.url);
    const [, namespace] = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?configmaps$/.exec(pathname) ?? [];
    if (this.forbidden.has(namespace)) {
      response.writeHead(403).end(JSON.stringify({ kind: 'Status', code: 403, message: 'configmaps is forbidden' }));
    } else if (searchParams.get('watch')) {
      this.watch(Number(searchParams.get('resourceVersion')), response);
    } else {
      const items = [...this.objects.values()].filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
      response.end(JSON.stringify({ kind: 'ConfigMapList', metadata: { resourceVersion: String(this.version) }, items }));
    }
  }

  private watch(from: number, response: http.ServerResponse): void {
    if (from < this.oldest) {
      response.writeHead(410).end(JSON.stringify({ kind: 'Status', code: 410, message: 'too old resource version' }));
      return;
    }
    response.writeHead(200);
    response.write(`${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: String(this.version) } } })}\n`);
    this.events.filter(({ version }) => version > from).forEach(event => send(response, event));
    this.watches.add(response);
    response.on('close', () => this.watches.delete(response));
  }
}

function send(watch: http.ServerResponse, { type, object }: Event): void {
  const line = `${JSON.stringify({ type, object })}\n`;
  // Lines come in pieces, too.
  watch.write(line.slice(0, 20));
  watch.write(line.slice(20));
}
