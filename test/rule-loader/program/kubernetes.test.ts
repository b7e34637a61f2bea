import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigMapWatch, KubernetesApi } from '../../../src/rule-loader/program/kubernetes';
import { FakeApi } from '../fake-api';

jest.setTimeout(20_000);

let api: FakeApi;
let stop: AbortController;
let seen: string[];
let errors: string[];

beforeEach(async () => {
  api = new FakeApi();
  await api.start();
  stop = new AbortController();
  seen = [];
  errors = [];
});

afterEach(async () => {
  stop.abort();
  await api.stop();
});

function watch(namespace?: string): ConfigMapWatch {
  const watched = new ConfigMapWatch(new KubernetesApi({ apiUrl: api.url, labelSelector: 'a=b,c=d' }), namespace, {
    changed: configMaps => seen.push(configMaps.map(({ metadata, data }) => `${metadata.namespace}/${metadata.name}=${Object.values(data ?? {}).join()}`).sort().join(' ')),
    contact: error => errors.push(error?.message ?? 'ok'),
  });
  void watched.run(stop.signal);
  return watched;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !holds(); tries++) {
    await sleep(20);
  }
  expect({ seen, errors, held: holds() }).toMatchObject({ held: true });
}

const last = () => seen.at(-1);

test('a list, and then what changes', async () => {
  api.put('shop', 'a', { x: '1' });
  api.put('other', 'b', { x: '1' });
  watch('shop');
  await until(() => last() === 'shop/a=1');
  api.put('shop', 'a', { x: '2' });
  api.put('shop', 'c', { x: '3' });
  await until(() => last()!.includes('shop/a=2') && last()!.includes('shop/c=3'));
  api.remove('shop', 'a');
  await until(() => !last()!.includes('shop/a'));
  const [list, watching] = api.requests.map(request => new URL(request, api.url));
  expect([list.pathname, list.searchParams.get('labelSelector')]).toEqual(['/api/v1/namespaces/shop/configmaps', 'a=b,c=d']);
  expect(Object.fromEntries(watching.searchParams)).toMatchObject({ watch: '1', allowWatchBookmarks: 'true', resourceVersion: '102' });
});

test('all namespaces', async () => {
  api.put('shop', 'a', { x: '1' });
  api.put('other', 'b', { x: '1' });
  watch();
  await until(() => last() === 'other/b=1 shop/a=1');
  expect(api.requests[0]).toMatch(/^\/api\/v1\/configmaps\?/);
});

test.each([
  ['breaks off', () => api.disconnect()],
  ['says by an event that the version is gone', () => api.compact()],
  ['says by a status that the version is gone', () => api.compactSilently()],
])('an API that %s', async (_, happens) => {
  watch('shop');
  await until(() => api.requests.length === 2);
  happens();
  api.put('shop', 'a', { x: '1' });
  await until(() => last() === 'shop/a=1');
});

test('an API that is away, and comes back', async () => {
  watch('shop');
  await until(() => errors.length === 1);
  await api.stop();
  await until(() => errors.some(error => error.includes('ECONNREFUSED')));
  await api.start();
  api.put('shop', 'a', { x: '1' });
  await until(() => last() === 'shop/a=1' && errors.at(-1) === 'ok');
});

test('an API that refuses', async () => {
  api.forbidden.add('shop');
  watch('shop');
  await until(() => errors.length > 0);
  expect(errors[0]).toBe('403 {"kind":"Status","code":403,"message":"configmaps is forbidden"}');
  api.forbidden.clear();
  await until(() => errors.at(-1) === 'ok');
});
