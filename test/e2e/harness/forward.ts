import * as http from 'node:http';
import * as net from 'node:net';
import { PortForward, type V1Pod } from '@kubernetes/client-node';
import type { Cluster } from './cluster';
import { isReady, labelSelector } from './pods';

/** What is forwarded to: a pod, or whichever Ready pod of a Service. */
export interface Destination {
  readonly namespace: string;
  /** Name of the pod; leave it out for a Service. */
  readonly pod?: string;
  /** Name of the Service. */
  readonly service?: string;
  /** Number of the container's port. */
  readonly port: number;
}

const MINUTE = 60_000;

/**
 * A port of this machine that leads into a pod, through the API server. Each connection is a new one to a pod that is Ready then, so it
 * outlives its pods; a connection to a pod that goes away breaks, and whoever asked asks again.
 */
export class Forward {
  /** Listens on a free port. */
  public static async to(cluster: Cluster, destination: Destination): Promise<Forward> {
    const forward = new Forward(cluster, destination);
    await new Promise<void>(resolve => forward.server.listen(0, '127.0.0.1', resolve));
    return forward;
  }

  private readonly server: net.Server;
  private readonly open = new Set<net.Socket>();

  private constructor(private readonly cluster: Cluster, private readonly destination: Destination) {
    this.server = net.createServer({ allowHalfOpen: true }, socket => {
      this.open.add(socket);
      socket.on('close', () => this.open.delete(socket)).on('error', () => socket.destroy());
      this.connect(socket).catch(error => socket.destroy(error));
    });
  }

  /** Without a slash at its end. */
  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }

  /** The body of an answer, for a request without one or with a form's fields. @throws on any status but 200, with the status and the body */
  public async get(path: string, form?: URLSearchParams, timeout: number = 2 * MINUTE): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = http.request(`${this.url}${path}`, {
        method: form ? 'POST' : 'GET',
        // One request a connection: a kept one would lead to a pod that may be gone.
        agent: false,
        timeout,
        headers: form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {},
      }, response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject).on('end', () => {
          const body = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(body);
          else reject(new HttpError(response.statusCode ?? 0, `${path} was answered ${response.statusCode}: ${body.slice(0, 2000)}`));
        });
      });
      request.on('timeout', () => request.destroy(new Error(`${path} was not answered in ${timeout / 1000} s`))).on('error', reject).end(form?.toString());
    });
  }

  public close(): void {
    this.server.close();
    this.open.forEach(socket => socket.destroy());
  }

  private async connect(socket: net.Socket): Promise<void> {
    const { namespace, port } = this.destination;
    const socketToPod = await new PortForward(this.cluster.config).portForward(namespace, await this.pod(), [port], socket, null, socket);
    if (typeof socketToPod === 'function') return;
    socketToPod.onclose = () => socket.end();
    socketToPod.onerror = () => socket.destroy();
    socket.on('close', () => socketToPod.close());
  }

  private async pod(): Promise<string> {
    const { namespace, pod, service } = this.destination;
    if (pod) return pod;
    const { spec } = await this.cluster.core.readNamespacedService({ namespace, name: service ?? '' });
    const { items } = await this.cluster.core.listNamespacedPod({ namespace, labelSelector: labelSelector(spec?.selector) });
    const ready: V1Pod | undefined = items.find(isReady);
    if (!ready?.metadata?.name) throw new Error(`The Service '${service}' of the namespace '${namespace}' has no Ready pod.`);
    return ready.metadata.name;
  }
}

/** An answer other than 200. */
export class HttpError extends Error {
  constructor(public readonly status: number, message: string) {
    super(message);
  }
}
