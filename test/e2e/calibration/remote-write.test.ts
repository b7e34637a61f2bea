import { encodeLabels, encodeRequest } from './remote-write';

test('a request has the bytes that the protocol gives', () => {
  const labels = encodeLabels({ b: '2', __name__: 'up' });
  expect(labels.toString('hex')).toBe(['0a0e', '0a085f5f6e616d655f5f', '12027570', '0a06', '0a0162', '120132'].join(''));
  const request = encodeRequest([{ labels, values: [1], start: 1_700_000_000_000, step: 1000 }]);
  const message = ['0a2a', labels.toString('hex'), '1210', '09000000000000f03f', '1080d095ffbc31'].join('');
  // 44 bytes, all in one literal whose length is written in four bytes, less one.
  expect(request.toString('hex')).toBe(`2cfc2b000000${message}`);
});
