/** Rounds up to a whole number; what is above one by no more than a double's error stays. */
export function ceil(value: number): number {
  return Math.ceil(value - Math.abs(value) * 1e-12);
}

/** Rounds up to a multiple of `step`. */
export function roundUp(value: number, step: number): number {
  return ceil(value / step) * step;
}

/** Rounds up to `step` times a power of two. */
export function roundUpToDouble(value: number, step: number): number {
  return step * 2 ** Math.max(0, ceil(Math.log2(value / step)));
}

/** Rounds cores up to hundredths, as exact as a double can be. */
export function hundredths(cores: number): number {
  return ceil(cores * 100) / 100;
}

/** Holds a value between two bounds. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
