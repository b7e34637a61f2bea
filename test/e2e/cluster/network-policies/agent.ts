/**
 * One end of the connections of a test on packets, a process in each network namespace. It echoes on every port of `ports`, by TCP and UDP,
 * and opens connections when a line of its standard input says so (a `Request` as JSON); it prints the number of each request whose echo has
 * come back. When its input ends it ends, and its network namespace with it.
 */
import * as dgram from 'node:dgram';
import * as net from 'node:net';
import * as readline from 'node:readline';

/** What to connect to. The same number again sends once more through the connection that it opened. */
export interface Request {
  readonly number: number;
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

const ports = process.argv.slice(1).map(Number);
const send = new Map<number, () => void>();
const closed: (() => void)[] = [];

function answer(line: number | string): void {
  process.stdout.write(`${line}\n`);
}

function open({ number, protocol, address, port }: Request): void {
  if (protocol === 'UDP') {
    const socket = dgram.createSocket('udp4').on('message', () => answer(number)).on('error', () => undefined);
    send.set(number, () => socket.send('?', port, address));
    closed.push(() => socket.close());
  } else {
    const socket = net.connect(port, address).on('data', () => answer(number)).on('error', () => undefined);
    send.set(number, () => socket.write('?'));
    // A reset needs no answer, so that no packet of this connection meets the rules of the next test.
    closed.push(() => socket.resetAndDestroy());
  }
  send.get(number)!();
}

async function main(): Promise<void> {
  await Promise.all(ports.flatMap(port => [
    new Promise<void>(listening => net.createServer(socket => socket.on('error', () => undefined).pipe(socket)).listen(port, '0.0.0.0', listening)),
    new Promise<void>(listening => {
      const server = dgram.createSocket('udp4').on('message', (data, from) => server.send(data, from.port, from.address));
      server.bind(port, '0.0.0.0', listening);
    }),
  ]));
  answer('ready');
  readline.createInterface(process.stdin).on('close', () => process.exit()).on('line', line => {
    const request: Request | 'close' = JSON.parse(line);
    if (request === 'close') {
      closed.splice(0).forEach(close => close());
      send.clear();
      answer('closed');
    } else if (send.has(request.number)) {
      send.get(request.number)!();
    } else {
      open(request);
    }
  });
}

void main();
