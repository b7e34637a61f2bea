import * as http from 'node:http';
import { Gauge, Registry } from 'prom-client';
import { type Answer, generationOf, labelNames, labelsOf, type Life, type Load, METRIC, serialAt, valueOf } from './series';

// The program in the generator's pod; see objects.ts for how it gets there.

/** Milliseconds that an answer is remembered. */
const MEMORY = 24 * 3_600_000;
/** Milliseconds that a stopping process can still be asked for its answers. */
export const LAST_WORDS = 20_000;

/** Serves series of which each sample can be predicted, and remembers whom it served. */
export class Generator {
  private readonly registry = new Registry();
  private readonly gauge: Gauge;
  private readonly started = Date.now();
  private readonly answers: Answer[] = [];
  private stopped?: number;
  private serial = 0;
  private generation?: string;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly load: Load) {
    this.gauge = new Gauge({ name: METRIC, help: 'Index of the series and serial number of the answer.', labelNames: labelNames(load), registers: [this.registry] });
  }

  /** The server, not listening yet. */
  public server(): http.Server {
    return http.createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://generator');
      if (pathname === '/metrics' && this.stopped === undefined) {
        this.answer(request, response).catch(error => response.destroy(error));
      } else if (pathname === '/scrapes') {
        response.setHeader('Content-Type', 'application/json').end(JSON.stringify(this.life(Number(searchParams.get('after') ?? 0))));
      } else {
        response.writeHead(pathname === '/healthy' && this.stopped === undefined ? 200 : 503).end();
      }
    });
  }

  /** Answers no more scrapes; what was answered can still be asked. */
  public stop(): void {
    this.stopped ??= Date.now();
  }

  /** What it remembers, of answers after a serial number. */
  public life(after: number): Life {
    return { load: this.load, started: this.started, now: Date.now(), stopped: this.stopped, answers: this.answers.filter(({ serial }) => serial > after) };
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { serial, text } = await this.next();
    response.on('finish', () => this.remember({
      serial, sender: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''), userAgent: request.headers['user-agent'] ?? '',
    }));
    response.setHeader('Content-Type', this.registry.contentType).end(text);
  }

  private remember(answer: Answer): void {
    this.answers.push(answer);
    while (this.answers[0].serial < serialAt(Date.now() - MEMORY)) this.answers.shift();
  }

  /** One answer after the other: they share the gauge. */
  private next(): Promise<{ serial: number; text: string }> {
    const mine = this.turn.then(async () => {
      this.serial = Math.max(this.serial + 1, serialAt(Date.now()));
      this.fill(this.serial);
      return { serial: this.serial, text: await this.registry.metrics() };
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private fill(serial: number): void {
    const generation = this.load.churning > 0 ? generationOf(this.load, serial) : undefined;
    if (generation !== this.generation) {
      this.gauge.reset();
      this.generation = generation;
    }
    for (let index = 0; index < this.load.series; index++) {
      this.gauge.set(labelsOf(this.load, index, serial), valueOf(index, serial));
    }
  }
}
