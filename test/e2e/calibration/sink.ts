import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A receiver that takes everything after a while, or nothing, and keeps nothing. */
export class Sink {
  public static async open(latency: number): Promise<Sink> {
    const sink = new Sink(latency);
    await new Promise<void>(resolve => sink.server.listen(0, '127.0.0.1', resolve));
    return sink;
  }

  /** Whether the receiver is away: it answers 503. */
  public away = false;
  /** Requests that were taken. */
  public taken = 0;
  /** The most requests at once. */
  public mostAtOnce = 0;
  private atOnce = 0;
  private readonly server = http.createServer((request, response) => {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.atOnce);
    request.resume().on('end', () => setTimeout(() => {
      this.atOnce--;
      if (!this.away) this.taken++;
      response.writeHead(this.away ? 503 : 204).end();
    }, this.away ? 0 : this.latency));
  });

  /** @param latency - milliseconds that it takes to answer */
  private constructor(public latency: number) {}

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
