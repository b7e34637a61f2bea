import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { seriesOfTarget, targetLabels, Values } from './series';

/** Digits of a value; leading zeros are allowed, so that a value is written in its place. */
const DIGITS = 15;
const SERIES = seriesOfTarget();
const KINDS = SERIES.map(({ kind }) => kind);

/** The exposition text of a target, in one buffer whose values change. */
class Page {
  private readonly text: Buffer;
  private readonly places: number[] = [];
  private readonly values: Values;

  constructor(target: number) {
    this.values = new Values(KINDS, target + 1);
    let text = '';
    for (const { labels } of SERIES) {
      const { __name__, ...others } = labels;
      text += `${__name__}{${Object.entries(others).map(([name, value]) => `${name}="${value}"`).join(',')}} `;
      this.places.push(text.length);
      text += `${'0'.repeat(DIGITS)}\n`;
    }
    this.text = Buffer.from(text, 'latin1');
  }

  public next(): Buffer {
    this.values.step();
    this.places.forEach((place, index) => this.text.write(String(this.values.current[index]).padStart(DIGITS, '0'), place, 'latin1'));
    return this.text;
  }
}

/** Targets to scrape, all in this process. */
export class Targets {
  public static async serve(count: number): Promise<Targets> {
    const pages = Array.from({ length: count }, (_, target) => new Page(target));
    const server = http.createServer((request, response) => {
      response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8').end(pages[Number(request.url!.slice(1))].next());
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return new Targets(count, server);
  }

  private constructor(private readonly count: number, private readonly server: http.Server) {}

  /** What a scrape job looks for: each target with the labels that discovery would give it. */
  public get staticConfigs(): object[] {
    const { port } = this.server.address() as AddressInfo;
    return Array.from({ length: this.count }, (_, target) => ({
      targets: [`127.0.0.1:${port}`],
      labels: { ...targetLabels(target), __metrics_path__: `/${target}` },
    }));
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
