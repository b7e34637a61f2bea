import { configFor, decode, FakeRing } from './fake-ring';
import { encode, reasonOf, send } from '../../../src/continuous-test/program/remote-write';

const SERIES = { labels: { test: 'a', __name__: 'm' }, time: 1_790_000_000_123, value: 1.5 };

test('a request is what Protocol Buffers and Snappy make of it, with its labels in order', () => {
  expect(encode([SERIES]).toString('hex')).toBe([
    // 46 bytes, all literal.
    '2e', 'f42d00',
    // A series of 44 bytes: two labels, one sample.
    '0a2c', '0a0d', '0a08', Buffer.from('__name__').toString('hex'), '1201', Buffer.from('m').toString('hex'),
    '0a09', '0a04', Buffer.from('test').toString('hex'), '1201', Buffer.from('a').toString('hex'),
    // 1.5, and the time in seven bits a byte.
    '1210', '09000000000000f83f', '10', 'fbd8c1a28c34',
  ].join(''));
});

test('requests of any length can be read back', () => {
  const many = Array.from({ length: 5000 }, (_, index) => ({ ...SERIES, labels: { series: String(index) }, value: index / 3 }));
  expect(encode(many).length).toBeGreaterThan(2 * 0x10000);
  expect(decode(encode(many))).toEqual(many);
});

describe('what becomes of a request', () => {
  const ring = new FakeRing();
  let url: string;
  beforeAll(async () => {
    url = `${await ring.start()}/api/v1/receive`;
  });
  afterAll(() => ring.stop());

  test.each([
    [200, { result: 'accepted' }],
    [429, { result: 'failed', why: '429 told to' }],
    [503, { result: 'failed', why: '503 told to' }],
    [409, { result: 'refused', why: '409 told to' }],
    [413, { result: 'refused', why: '413 told to' }],
  ])('answered with %d', async (status, outcome) => {
    ring.writeStatus = status;
    expect(await send(url, configFor(url).headers, 1, [SERIES])).toEqual(outcome);
    expect(ring.requests.at(-1)!.headers).toMatchObject({
      'content-encoding': 'snappy', 'content-type': 'application/x-protobuf', 'x-prometheus-remote-write-version': '0.1.0', 'thanos-tenant': 'continuous-test',
    });
  });

  test('not answered', async () => {
    expect(await send('http://127.0.0.1:1/api/v1/receive', {}, 1, [SERIES])).toEqual({ result: 'failed', why: expect.stringMatching(/^fetch failed: /) });
  });

  test('an error without a cause', () => {
    expect(reasonOf(new Error('timed out'))).toBe('timed out');
  });
});
