import * as https from 'node:https';
import type { Manifest } from '../examples';

/** An answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
  /** From the `Warning` headers: deprecated versions, fields without effect, what Pod Security would refuse. */
  readonly warnings: readonly string[];
}

/** How to reach an API server. */
export interface ApiServer {
  readonly port: number;
  readonly certificate: string;
  readonly token: string;
}

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** The few calls that a check makes. */
export class ApiClient {
  private readonly agent: https.Agent;
  private readonly resources = new Map<string, Promise<ResourceList>>();

  constructor(public readonly server: ApiServer) {
    this.agent = new https.Agent({ keepAlive: true, maxSockets: 8, ca: server.certificate });
  }

  /** Sends one request. */
  public request(method: string, path: string, body?: string, contentType: string = 'application/json'): Promise<ApiAnswer> {
    const { port, token } = this.server;
    return new Promise((resolve, reject) => {
      const headers = { 'authorization': `Bearer ${token}`, 'content-type': contentType, 'accept': 'application/json' };
      const request = https.request({ host: '127.0.0.1', port, method, path, headers, agent: this.agent }, response => {
        let text = '';
        response.setEncoding('utf8').on('data', part => text += part);
        response.on('end', () => resolve({ status: response.statusCode!, body: text, warnings: warningsIn(response.rawHeaders) }));
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  /** Applies an object on the server's side, with unknown fields as errors; a dry run does all but store it. */
  public async apply(manifest: Manifest, dryRun: boolean): Promise<ApiAnswer> {
    const { kind, apiVersion, metadata } = manifest;
    const prefix = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resource = (await this.discover(prefix)).resources.find(candidate => candidate.kind === kind && !candidate.name.includes('/'));
    if (!resource) return { status: 404, body: `the API server has no kind '${kind}' in ${apiVersion}`, warnings: [] };
    const namespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    const query = `fieldManager=check&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
    // JSON is YAML.
    return this.request('PATCH', `${prefix}${namespace}/${resource.name}/${metadata.name}?${query}`, JSON.stringify(manifest), 'application/apply-patch+yaml');
  }

  /** Closes all connections. */
  public close(): void {
    this.agent.destroy();
  }

  private discover(prefix: string): Promise<ResourceList> {
    const known = this.resources.get(prefix);
    if (known) return known;
    const asked = this.request('GET', prefix).then(({ status, body }) => status === 200 ? JSON.parse(body) as ResourceList : { resources: [] });
    this.resources.set(prefix, asked);
    return asked;
  }
}

function warningsIn(rawHeaders: readonly string[]): string[] {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1].toLowerCase() === 'warning');
  // A quoted string of HTTP, in which a quote is escaped.
  return values.map(value => (/^\d+ \S+ "(.*)"$/.exec(value)?.[1] ?? value).replaceAll('\\"', '"'));
}
