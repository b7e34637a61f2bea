import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a Pushgateway was asked, and what it answers: 200, unless told otherwise. */
export class FakeGateway {
  public readonly requests: { readonly method: string; readonly path: string; readonly body: string }[] = [];
  /** Answers to come, before those of a sound Pushgateway. */
  public readonly answers: { readonly status: number; readonly body: string }[] = [];
  /** What `/api/v1/metrics` tells. */
  public groups: object[] = [];
  private readonly server = http.createServer((request, response) => {
    let body = '';
    request.on('data', data => body += data).on('end', () => {
      this.requests.push({ method: request.method!, path: request.url!, body });
      const listed = request.url === '/api/v1/metrics' ? JSON.stringify({ status: 'success', data: this.groups }) : '';
      const answer = this.answers.shift() ?? { status: 200, body: listed };
      response.writeHead(answer.status).end(answer.body);
    });
  });

  public async start(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise(resolve => this.server.close(resolve));
  }
}

/** A log that nobody reads. */
export const quiet = () => undefined;
