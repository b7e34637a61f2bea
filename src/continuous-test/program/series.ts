import type { TestConfig } from './config';

/** Name of the metric that is written. */
export const METRIC = 'continuous_test_sequence';

/** Label that tells the series apart. */
export const SERIES = 'series';

/** Serial numbers and the index of the series share the 53 bits of a float that are exact, with room for sums. */
const SERIALS = 1e9;

/**
 * The value of a sample: its place in an unbroken run of samples, and the index of its series. So a sample alone tells which series it
 * must be of and when its run began; one that is lost, doubled, or moved to another series or time cannot pass for a right one.
 */
export const valueOf = (index: number, serial: number): number => (index + 1) * SERIALS + serial;

/** The place in its run that a value of a series tells; undefined when that series can have no such value. */
export function serialOf(index: number, value: number): number | undefined {
  const serial = value - valueOf(index, 0);
  return Number.isInteger(serial) && serial >= 0 && serial < SERIALS ? serial : undefined;
}

/** Labels that all series share. Another interval or number of series makes other series, so that old ones are not judged by new rules. */
export function commonLabels({ labels, interval, series }: TestConfig): Record<string, string> {
  return { ...labels, __name__: METRIC, interval: `${interval}s`, series_total: String(series) };
}

/** Milliseconds, rounded down to a whole number of steps. */
export const alignDown = (time: number, step: number): number => Math.floor(time / step) * step;
