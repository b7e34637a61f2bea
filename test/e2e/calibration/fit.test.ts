import { fitLine, leastSquares, worst } from './fit';

test('points on a line give its intercept and slope', () => {
  const { intercept, slope, worst: far } = fitLine([1, 10, 100].map(x => ({ x, y: 7 + 3 * x })));
  expect([intercept, slope, far].map(value => value.toFixed(6))).toEqual(['7.000000', '3.000000', '1.000000']);
});

test('the smallest size counts as much as the largest', () => {
  // Twice too much at the small size must not vanish beside the large one.
  const { slope, intercept } = fitLine([{ x: 1, y: 2 }, { x: 1000, y: 1000 }, { x: 2000, y: 2000 }]);
  expect((intercept + slope) / 2).toBeCloseTo(1, 2);
});

test('two regressors without an intercept', () => {
  const points = [[1, 5], [2, 1], [7, 3]].map(x => ({ x, y: 100 * x[0] + 8 * x[1] }));
  expect(leastSquares(points).map(value => value.toFixed(6))).toEqual(['100.000000', '8.000000']);
});

test('points of one size are refused', () => {
  expect(() => fitLine([{ x: 5, y: 1 }, { x: 5, y: 2 }])).toThrow(
    'These points do not tell the coefficients apart; measure at more sizes, or leave a regressor out.');
});

test('the worst ratio may lie on either side', () => {
  expect(worst([1.1, 0.5, 1.5])).toBe(0.5);
  expect(worst([])).toBe(1);
});
