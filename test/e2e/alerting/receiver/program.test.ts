import type { AddressInfo } from 'node:net';
import { type Message, Receiver } from './program';

let stop: () => void;
afterEach(() => stop());

test('every notification is remembered with its time, its path and its sender', async () => {
  const server = new Receiver().server();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  stop = () => void server.close();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const alerts = [{ status: 'firing', labels: { alertname: 'A' }, startsAt: '2026-01-01T00:00:00Z' }];
  const begin = Date.now();
  const codes = [];
  for (const [path, body] of [['/one', JSON.stringify({ alerts })], ['/two', JSON.stringify({ alerts })], ['/one', 'no JSON']]) {
    codes.push((await fetch(`${url}${path}`, { method: 'POST', body, headers: { Connection: 'close' } })).status);
  }
  const messages = await (await fetch(`${url}/messages`, { headers: { Connection: 'close' } })).json() as Message[];
  expect(codes).toEqual([200, 200, 400]);
  expect(messages).toMatchObject([{ path: '/one', sender: '127.0.0.1', alerts }, { path: '/two', sender: '127.0.0.1', alerts }]);
  expect(messages.every(({ received }) => received >= begin && received <= Date.now())).toBe(true);
});
