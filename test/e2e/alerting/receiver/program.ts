import * as http from 'node:http';
import { text } from 'node:stream/consumers';

/** An alert as Alertmanager tells of it, as far as it is looked at here. */
export interface ToldAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  /** When it began, by who evaluates it; ISO 8601. */
  readonly startsAt: string;
}

/** A notification. */
export interface Message {
  /** When it was here; milliseconds since 1970. */
  readonly received: number;
  /** Path of the URL, which tells whose message it is. */
  readonly path: string;
  /** Address of the pod that sent it. */
  readonly sender: string;
  readonly alerts: readonly ToldAlert[];
}

/** Takes notifications as Alertmanager's webhook sends them, and remembers every one: `GET /messages`. */
export class Receiver {
  private readonly messages: Message[] = [];

  /** The server, not listening yet. */
  public server(): http.Server {
    return http.createServer((request, response) => {
      if (request.method === 'POST') {
        this.take(request).then(() => response.end(), () => response.writeHead(400).end());
      } else if (request.url === '/messages') {
        response.setHeader('Content-Type', 'application/json').end(JSON.stringify(this.messages));
      } else {
        response.writeHead(request.url === '/healthy' ? 200 : 404).end();
      }
    });
  }

  private async take(request: http.IncomingMessage): Promise<void> {
    const received = Date.now();
    const { alerts } = JSON.parse(await text(request)) as Pick<Message, 'alerts'>;
    const sender = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    this.messages.push({ received, path: request.url ?? '', sender, alerts });
  }
}
