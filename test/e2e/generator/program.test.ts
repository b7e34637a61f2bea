import type { AddressInfo } from 'node:net';
import { Generator } from './program';
import { type Life, type Load, serialOf, timeOf } from './series';

const LOAD: Load = { series: 2, churning: 0, churnEvery: 600, fillers: 0 };
const stops: (() => void)[] = [];

afterEach(() => stops.splice(0).forEach(stop => stop()));

async function serve(load: Load): Promise<{ generator: Generator; get: (path: string) => Promise<{ status: number; text: string }> }> {
  const generator = new Generator(load);
  const server = generator.server();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    generator,
    get: async path => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'User-Agent': 'Prometheus/3.14.0', 'Connection': 'close' } });
      return { status: response.status, text: await response.text() };
    },
  };
}

const samples = (text: string): Record<string, number> => Object.fromEntries([...text.matchAll(/^generator_value\{(.*)\} (\d+)$/gm)].map(([, labels, value]) => [labels, Number(value)]));

test('each sample tells its series and its answer, and each answer is remembered', async () => {
  const { get } = await serve(LOAD);
  const before = Date.now();
  const answers = [];
  for (let number = 0; number < 3; number++) answers.push(samples((await get('/metrics')).text));
  const serials = answers.map(answer => serialOf(0, answer['index="0",group="0"'])!);
  expect(answers.map(answer => serialOf(1, answer['index="1",group="0"']))).toEqual(serials);
  expect(new Set(serials).size).toBe(3);
  expect(Math.abs(timeOf(serials[0]) - before)).toBeLessThan(1000);
  const life: Life = JSON.parse((await get('/scrapes')).text);
  expect(life).toMatchObject({ load: LOAD, answers: serials.map(serial => ({ serial, sender: '127.0.0.1', userAgent: 'Prometheus/3.14.0' })) });
  expect(JSON.parse((await get(`/scrapes?after=${serials[1]}`)).text).answers).toHaveLength(1);
});

test('answers to scrapes at the same time do not mix', async () => {
  const { get } = await serve({ ...LOAD, series: 500 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => get('/metrics')));
  const serials = answers.map(({ text }) => new Set([...text.matchAll(/index="(\d+)".* (\d+)$/gm)].map(([, index, value]) => serialOf(Number(index), Number(value)))));
  expect(serials.map(({ size }) => size)).toEqual([1, 1, 1, 1, 1]);
  expect(new Set(serials.flatMap(set => [...set])).size).toBe(5);
});

test('a churning series leaves nothing of its last generation behind', async () => {
  const { get } = await serve({ series: 4, churning: 2, churnEvery: 0.1, fillers: 0 });
  await get('/metrics');
  await new Promise(resolve => setTimeout(resolve, 250));
  expect(Object.keys(samples((await get('/metrics')).text))).toHaveLength(4);
});

test('a stopped generator is no longer scraped, but still tells whom it served', async () => {
  const { generator, get } = await serve(LOAD);
  await get('/metrics');
  generator.stop();
  expect((await get('/metrics')).status).toBe(503);
  expect((await get('/healthy')).status).toBe(503);
  const life: Life = JSON.parse((await get('/scrapes')).text);
  expect(life.answers).toHaveLength(1);
  expect(life.stopped).toBeGreaterThanOrEqual(life.started);
});

test('10,000 series are served in well under a second', async () => {
  const { get } = await serve({ ...LOAD, series: 10_000, fillers: 8 });
  await get('/metrics');
  const start = Date.now();
  await get('/metrics');
  expect(Date.now() - start).toBeLessThan(1000);
});
