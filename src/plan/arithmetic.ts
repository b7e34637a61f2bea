/** Rounds up to a multiple of `step`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** Rounds cores up to hundredths, as exact as a double can be. */
export function hundredths(cores: number): number {
  return Math.ceil(cores * 100) / 100;
}

/** Holds a value between two bounds. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
