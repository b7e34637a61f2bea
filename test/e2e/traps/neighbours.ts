import * as http from 'node:http';
import * as net from 'node:net';

/** Does a piece of work while a server of this process answers on the loopback interface. */
export async function withServer<T>(answer: http.RequestListener, work: (address: string) => Promise<T>): Promise<T> {
  const server = http.createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`127.0.0.1:${(server.address() as net.AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A target with so many series `trap`, and a counter `shown_total` with an exemplar. */
export function withTarget<T>(series: number, work: (address: string) => Promise<T>): Promise<T> {
  let scrapes = 0;
  return withServer((_, response) => {
    scrapes++;
    const lines = Array.from({ length: series }, (__, index) => `trap{series="${index}"} ${scrapes}`);
    const exemplar = `shown_total ${scrapes} # {trace_id="${scrapes}"} 1`;
    response.setHeader('Content-Type', 'application/openmetrics-text; version=1.0.0');
    response.end(['# TYPE trap gauge', ...lines, '# TYPE shown counter', exemplar, '# EOF', ''].join('\n'));
  }, work);
}

/** Several targets. */
export async function withTargets<T>(count: number, series: number, work: (addresses: readonly string[]) => Promise<T>): Promise<T> {
  return count === 0 ? work([]) : withTarget(series, address => withTargets(count - 1, series, others => work([address, ...others])));
}

/** A receiver in front of another one. `before` takes its time, and may answer with a status itself. */
export function withFront<T>(receiver: string, before: () => Promise<number | undefined>, work: (address: string) => Promise<T>): Promise<T> {
  return withServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const passOn = async (): Promise<void> => {
        const status = await before();
        const answer = status === undefined
          ? await fetch(`${receiver}${request.url}`, { method: 'POST', headers: ownHeaders(request), body: Buffer.concat(parts) })
          : new Response('', { status });
        response.writeHead(answer.status).end(await answer.text());
      };
      passOn().catch(error => response.destroy(error));
    });
  }, work);
}

function ownHeaders({ headers }: http.IncomingMessage): Record<string, string> {
  const perConnection = ['host', 'connection', 'content-length'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !perConnection.includes(name)).map(([name, value]) => [name, String(value)]));
}

/** A Prometheus whose every answer says how many series each tenant has, as the limiter of Receive asks it. */
export function withHeadSeries<T>(series: () => Readonly<Record<string, number>>, work: (address: string) => Promise<T>): Promise<T> {
  return withServer((_, response) => {
    const result = Object.entries(series()).map(([tenant, count]) => ({ metric: { tenant }, value: [Date.now() / 1000, String(count)] }));
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  }, work);
}

/** A connection to an address that can be cut: what is sent then arrives nowhere, and nobody is told. */
export async function withWire<T>(to: string, work: (address: string, cut: () => void) => Promise<T>): Promise<T> {
  const sockets: net.Socket[] = [];
  const server = net.createServer(near => {
    const far = net.connect(Number(to.split(':')[1]), '127.0.0.1');
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
    near.pipe(far).pipe(near);
    sockets.push(near, far);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => sockets.forEach(socket => socket.unpipe().pause());
  try {
    return await work(`127.0.0.1:${(server.address() as net.AddressInfo).port}`, cut);
  } finally {
    sockets.forEach(socket => socket.destroy());
    server.close();
  }
}
