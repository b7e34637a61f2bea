import { quantity } from './quantity';

test.each([['50m', 0.05], ['1', 1], ['123456n', 0.000123456], ['128Mi', 134_217_728], ['1.5Gi', 1_610_612_736], ['1k', 1000]])('%s', (text, value) => {
  expect(quantity(text)).toBeCloseTo(value, 9);
});

test('none', () => {
  expect(quantity(undefined)).toBeNaN();
});
