import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { filesOfPeers } from '../../../src/rule-loader/program/peers';

const FILES = { 'shop_a_x.yaml': 'groups: []' };
const servers: http.Server[] = [];
let log: string[];

beforeEach(() => {
  log = [];
});

afterEach(() => Promise.all(servers.splice(0).map(server => new Promise(resolve => server.close(resolve)))));

/** A peer that answers so, and the path that it is asked for. */
async function peer(pods: string, status: number, body: string) {
  const asked: string[] = [];
  const server = http.createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(status, { Connection: 'close' }).end(body);
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { pods, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/{ordinal}/in-force` };
}

const ask = async (peers: { pods: string; url: string }[], pod = 'ruler-c-1') =>
  Object.fromEntries(await filesOfPeers(peers, 1, pod, (level, message, fields) => log.push([level, message, ...Object.values(fields ?? {})].join(' '))));

test('the first that has rules is asked for those of the same shard, and nobody else', async () => {
  const peers = [await peer('ruler-a', 200, '{}'), await peer('ruler-b', 200, JSON.stringify(FILES)), await peer('ruler-d', 200, '{"x_y_z.yaml":"other"}')];
  expect(await ask(peers)).toEqual(FILES);
  expect(peers.map(({ asked }) => asked)).toEqual([['/1/in-force'], ['/1/in-force'], []]);
  expect(log).toEqual(['info a peer was asked what it has in force ruler-a-1 0', 'info a peer was asked what it has in force ruler-b-1 1']);
});

test('a pod does not ask itself', async () => {
  const own = await peer('ruler-a', 200, JSON.stringify(FILES));
  expect([await ask([own], 'ruler-a-1'), own.asked]).toEqual([{}, []]);
});

test('peers that are away, too old, or talk nonsense are passed over', async () => {
  const gone = await peer('ruler-a', 200, '');
  await new Promise(resolve => servers.pop()!.close(resolve));
  const peers = [gone, await peer('ruler-b', 404, ''), await peer('ruler-d', 200, 'nonsense'), await peer('ruler-e', 200, JSON.stringify(FILES))];
  expect(await ask(peers)).toEqual(FILES);
  expect(log.slice(0, 3)).toEqual([
    expect.stringMatching(/^info a peer does not say what it has in force ruler-a-1 .*ECONNREFUSED/),
    'info a peer does not say what it has in force ruler-b-1 Error: it answers 404',
    expect.stringMatching(/^info a peer does not say what it has in force ruler-d-1 SyntaxError/),
  ]);
});

test('only names of files are taken', async () => {
  expect(await ask([await peer('ruler-a', 200, JSON.stringify({ ...FILES, '../../x_y_z': 'a', 'a_b': 'c', 'a_b_c/d': 'e', 'a_b_c.yaml': 7 }))])).toEqual(FILES);
});
