/** One measurement for a fit: what was set, and what came of it. */
export interface Point {
  /** The regressors, in the order of the coefficients. */
  readonly x: readonly number[];
  readonly y: number;
}

/** A straight line through measured points. */
export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** Fitted ÷ measured of the worst point, the farthest from 1. */
  readonly worst: number;
}

/**
 * Coefficients that make the relative errors least in squares: sizes lie a decade apart, and the largest alone would else decide.
 *
 * @throws when the points do not tell the coefficients apart.
 */
export function leastSquares(points: readonly Point[]): number[] {
  const rows = points.map(({ x, y }) => x.map(value => value / y));
  const columns = points[0].x.map((_, i) => i);
  const normal = columns.map(i => [...columns.map(j => sum(rows.map(row => row[i] * row[j]))), sum(rows.map(row => row[i]))]);
  return solve(normal);
}

/** Intercept and slope of `y` over `x`. */
export function fitLine(points: readonly { readonly x: number; readonly y: number }[]): Line {
  const [intercept, slope] = leastSquares(points.map(({ x, y }) => ({ x: [1, x], y })));
  return { intercept, slope, worst: worst(points.map(({ x, y }) => (intercept + slope * x) / y)) };
}

/** The ratio that is farthest from 1, either way. */
export function worst(ratios: readonly number[]): number {
  return ratios.reduce((far, ratio) => Math.abs(Math.log(ratio)) > Math.abs(Math.log(far)) ? ratio : far, 1);
}

/** Gauss' elimination with the largest pivot; each row ends in its right side. */
function solve(system: number[][]): number[] {
  const rows = system.map(row => [...row]);
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce((best, row) => Math.abs(row[i]) > Math.abs(best[i]) ? row : best);
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(i, 0, pivot);
    if (Math.abs(pivot[i]) < 1e-9 * system[i][i]) {
      throw new Error('These points do not tell the coefficients apart; measure at more sizes, or leave a regressor out.');
    }
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[i] / pivot[i];
      row.forEach((_, j) => row[j] -= factor * pivot[j]);
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
