import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoaderConfig } from './config';

/** A ConfigMap, as far as it is read here. */
export interface ConfigMap {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

interface ConfigMapList {
  readonly items: readonly ConfigMap[];
  readonly metadata: { readonly resourceVersion: string };
}

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: ConfigMap & { readonly code?: number; readonly message?: string };
}

/** The API answered, but not with what was asked for. */
export class Refusal extends Error {
  constructor(public readonly status: number, message: string) {
    super(`${status} ${message}`);
  }
}

/** Milliseconds of silence after which a connection counts as dead; the API sends a bookmark about once a minute, and ends a watch by itself. */
const SILENCE = 300_000;
/** Seconds after which the API ends a watch. */
const WATCH_TIME = 240;
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

/** Reads from the Kubernetes API. */
export class KubernetesApi {
  private readonly url: string;

  constructor(private readonly config: Pick<LoaderConfig, 'apiUrl' | 'credentials' | 'labelSelector'>) {
    const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port } = process.env;
    this.url = config.apiUrl ?? `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** The body of an answer to a question about the ConfigMaps of a namespace, or of all. Token and certificate are read anew, for they change. */
  public async get(namespace: string | undefined, query: Record<string, string>, signal?: AbortSignal): Promise<http.IncomingMessage> {
    const parameters = new URLSearchParams({ labelSelector: this.config.labelSelector, ...query });
    const url = `${this.url}/api/v1/${namespace === undefined ? '' : `namespaces/${namespace}/`}configmaps?${parameters}`;
    const credential = (file: string) => (this.config.credentials ? fs.readFileSync(path.join(this.config.credentials, file), 'utf8').trim() : undefined);
    const token = credential('token');
    const options = { ca: credential('ca.crt'), headers: { Accept: 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) }, timeout: SILENCE, signal };
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = (url.startsWith('https:') ? https : http).get(url, options, resolve);
      request.on('error', reject);
      request.on('timeout', () => request.destroy(new Error('the API has been silent for too long')));
      // A node that is gone says nothing: the kernel asks after it.
      request.on('socket', socket => socket.setKeepAlive(true, 10_000));
    });
    if (response.statusCode !== 200) {
      throw new Refusal(response.statusCode!, (await textOf(response)).slice(0, 300));
    }
    return response;
  }
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString();
}

async function* linesOf(response: http.IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const part of response) {
    const lines = `${rest}${part as string}`.split('\n');
    rest = lines.pop()!;
    yield* lines.filter(line => line.trim() !== '');
  }
}

/** Whom a watch tells what it sees. */
export interface Watcher {
  /** The ConfigMaps of the namespace, whenever they have changed, and after each list. */
  readonly changed: (configMaps: readonly ConfigMap[]) => void;
  /** Without an error, the API answers. */
  readonly contact: (error?: Error) => void;
}

/** The ConfigMaps of one namespace, or of all, kept up to date by a list and a watch from there. */
export class ConfigMapWatch {
  private readonly known = new Map<string, ConfigMap>();
  private pause = SHORTEST_PAUSE;

  constructor(private readonly api: KubernetesApi, private readonly namespace: string | undefined, private readonly watcher: Watcher) {}

  /** Goes on until it is told to stop, whatever happens to the API. */
  public async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.follow(await this.list(signal), signal);
      } catch (error) {
        if (!signal.aborted) {
          this.watcher.contact(error as Error);
          await sleep(this.pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
          this.pause = Math.min(LONGEST_PAUSE, 2 * this.pause);
        }
      }
    }
  }

  /** All of them at once, and the version from which a watch goes on. */
  public async list(signal?: AbortSignal): Promise<string> {
    const { items, metadata } = JSON.parse(await textOf(await this.api.get(this.namespace, {}, signal))) as ConfigMapList;
    this.known.clear();
    items.forEach(item => this.known.set(idOf(item), item));
    this.pause = SHORTEST_PAUSE;
    this.watcher.contact();
    this.tell();
    return metadata.resourceVersion;
  }

  /** Ends when the API no longer knows the version, so that a new list is needed. */
  private async follow(from: string, signal: AbortSignal): Promise<void> {
    for (let version: string | undefined = from; version !== undefined;) {
      const query = { watch: '1', allowWatchBookmarks: 'true', timeoutSeconds: String(WATCH_TIME), resourceVersion: version };
      const began = Date.now();
      try {
        for await (const line of linesOf(await this.api.get(this.namespace, query, signal))) {
          version = this.take(JSON.parse(line) as WatchEvent);
          if (version === undefined) {
            return;
          }
        }
      } catch (error) {
        if (error instanceof Refusal && error.status === 410) {
          return;
        }
        throw error;
      }
      if (Date.now() - began < 1000) {
        // An API that is shutting down ends each watch at once.
        throw new Error('the API ended the watch at once');
      }
    }
  }

  /** The version after the event; none if it says that the version is too old. */
  private take({ type, object }: WatchEvent): string | undefined {
    if (type === 'ERROR') {
      if (object.code === 410) {
        return undefined;
      }
      throw new Refusal(object.code ?? 0, object.message ?? 'the watch failed');
    }
    if (type === 'DELETED') {
      this.known.delete(idOf(object));
    } else if (type !== 'BOOKMARK') {
      this.known.set(idOf(object), object);
    }
    if (type !== 'BOOKMARK') {
      this.tell();
    }
    return object.metadata.resourceVersion;
  }

  private tell(): void {
    this.watcher.changed([...this.known.values()]);
  }
}

const idOf = ({ metadata: { namespace, name } }: ConfigMap): string => `${namespace}/${name}`;
